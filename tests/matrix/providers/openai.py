"""OpenAI chat completions, and Azure's forms of them."""

from __future__ import annotations

import json
from typing import Any

from blackbox.fake_upstream import Reply
from matrix.cells import TOKENS, Said
from matrix.scripted import KEY, Form, halves, json_body, sse
from recordings import sent

Json = dict[str, Any]

MEMBERS = {
    *("model", "messages", "stream", "stream_options", "tools", "tool_choice", "response_format", "stop"),
    "reasoning_effort",
}
CHAT = "/v1/chat/completions"
RESOURCE = "/openai/v1/chat/completions"
DATED = "/openai/deployments/gpt-5.2/chat/completions?api-version=2024-10-21"


def by_api_key(request: Any) -> bool:
    return request.headers.get("api-key") == KEY and "authorization" not in request.headers


OPENAI = '{{preset: openai, base_url: "{url}/v1", api_key: "{key}"}}'
AZURE = '{{preset: azure, base_url: "{url}", api_key: "{key}"}}'
AZURE_DATED = '{{preset: azure, base_url: "{url}", api_version: 2024-10-21, api_key: "{key}"}}'
OLD_LIMIT = {"plain-1", "worded-1"}
# The newer models know no stop sequences.
OLDER = {"stop": "gpt-4.1"}
TEXT_ALONE = {
    **dict.fromkeys(("tools", "parallel tools", "tool result"), "the model cannot call tools"),
    "image": "the model cannot read images",
    "structured": "the model cannot be held to this format",
}

FORMS = {
    "openai": Form(OPENAI, (CHAT, CHAT), "gpt-5.2", models=OLDER),
    "openai by azure": Form(AZURE, (RESOURCE, RESOURCE), "gpt-5.2", may=by_api_key, models=OLDER),
    "openai, a model of text alone": Form(
        '{{preset: generic, base_url: "{url}/v1", api_key: "{key}"}}',
        (CHAT, CHAT),
        "plain-1",
        deployment=", capabilities: {features: {image_input: absent, tools: absent, json_schema: absent, reasoning: absent}}",
        adapted={"thinking": "reasoning_effort=dropped"},
        refused=TEXT_ALONE,
    ),
    "openai, told of schemas in words": Form(
        '{{preset: generic, base_url: "{url}/v1", api_key: "{key}"}}',
        (CHAT, CHAT),
        "worded-1",
        deployment=", capabilities: {features: {json_schema: emulated}}",
        adapted={"structured": "response_format=emulated"},
    ),
    "openai by azure, dated": Form(AZURE_DATED, (DATED, DATED), "gpt-5.2", may=by_api_key, models=OLDER),
}


def facts(body: Json) -> sent.Facts:
    found = sent.asked(body)
    if (body.get("response_format") or {}).get("type") == "json_object":
        found.settings["response_format"] = told_schema(found.system)
    limit = "max_tokens" if body["model"] in OLD_LIMIT else "max_completion_tokens"
    found.strangers = sorted(body.keys() - MEMBERS - {limit})
    found.settings["max_tokens"] = body.get(limit)
    found.settings["thinking"] = body.get("reasoning_effort") == "high"
    return found


def told_schema(system: str) -> Any:
    """The JSON mode knows no schema, so that the words to the model have to hold it."""
    begin, end = system.find("{"), system.rfind("}")
    return json.loads(system[begin : end + 1]) if begin >= 0 else None


def envelope(kind: str, choice: Json | None, usage: Json | None) -> Json:
    choices = [choice | {"index": 0, "logprobs": None}] if choice else []
    return {"id": "chatcmpl-m1", "object": kind, "created": 1770000000, "model": "gpt-m", "choices": choices, "usage": usage}


def usage() -> Json:
    return {"prompt_tokens": TOKENS[0], "completion_tokens": TOKENS[1], "total_tokens": sum(TOKENS)}


def call(one: tuple[str, str, str], arguments: str) -> Json:
    return {"id": one[0], "type": "function", "function": {"name": one[1], "arguments": arguments}}


def whole(said: Said) -> Reply:
    message: Json = {"role": "assistant", "content": said.text or None, "refusal": None}
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
    if said.calls:
        message["tool_calls"] = [call(one, one[2]) for one in said.calls]
    return json_body(envelope("chat.completion", {"message": message, "finish_reason": said.finish}, usage()))


def deltas(said: Said) -> list[Json]:
    found: list[Json] = [{"role": "assistant", "content": "", "refusal": None}]
    found += [{"reasoning_content": half} for half in halves(said.reasoning)]
    found += [{"content": half} for half in halves(said.text)]
    for index, one in enumerate(said.calls):
        found.append({"tool_calls": [call(one, "") | {"index": index}]})
        found += [{"tool_calls": [{"index": index, "function": {"arguments": half}}]} for half in halves(one[2])]
    return found


def chunk(delta: Json, finish: str | None = None) -> Json:
    return envelope("chat.completion.chunk", {"delta": delta, "finish_reason": finish}, None)


def stream(said: Said) -> Reply:
    last = [chunk({}, said.finish), envelope("chat.completion.chunk", None, usage()), "[DONE]"]
    return sse([*map(chunk, deltas(said)), *last])


def error(words: str) -> Reply:
    return json_body({"error": {"message": words, "type": "requests", "param": None, "code": "rate_limit_exceeded"}}, 429)


def broken(said: Said, words: str) -> Reply:
    return sse([*map(chunk, deltas(said)), {"error": {"message": words, "type": "server_error", "param": None, "code": None}}])
