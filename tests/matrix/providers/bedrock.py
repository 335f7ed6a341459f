"""AWS Bedrock: Converse, and InvokeModel for Claude."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from blackbox import sigv4
from blackbox.fake_upstream import Reply, Request
from matrix.cells import TOKENS, Said
from matrix.providers import anthropic
from matrix.scripted import KEY, Form, event_stream, halves, json_body
from recordings.provider_bedrock import FILLERS, OWN_MEMBERS
from recordings.sent import Facts

Json = dict[str, Any]
Frame = tuple[str, str, Json]

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
NOVA = "us.amazon.nova-lite-v1:0"
FINISH = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "content_filtered"}
VERSION = "bedrock-2023-05-31"
CHOICES = {"auto": "auto", "any": "required"}
SIGNED = '{{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: {key}}}'
BY_KEY = '{{dialect: bedrock, base_url: "{url}", region: us-east-1, api_key: "{key}"}}'
BUDGET = {"thinking": "reasoning_effort=mapped"}
LITTLE = {"thinking": "reasoning_effort=dropped", "structured": "response_format=emulated"}


def targets(model: str) -> tuple[str, str]:
    path = f"/model/{quote(model, safe='')}"
    return f"{path}/converse", f"{path}/converse-stream"


def invoke_targets(model: str) -> tuple[str, str]:
    path = f"/model/{quote(model, safe='')}"
    return f"{path}/invoke", f"{path}/invoke-with-response-stream"


def signed(request: Request) -> bool:
    return not sigv4.complaint(request, KEY)


def claude_facts(body: Json) -> Facts:
    """Anthropic's, but that the path says model and stream, and the body the version; native schemas are not taken."""
    found = anthropic.facts({name: value for name, value in body.items() if name != "anthropic_version"})
    found.strangers += sorted(body.keys() & {"model", "stream"})
    found.strangers += ["no version"] if body.get("anthropic_version") != VERSION else []
    found.strangers += ["output_config.format"] if "format" in (body.get("output_config") or {}) else []
    return found


def error(words: str) -> Reply:
    return json_body({"message": words}, 429, [("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/")])


def chunks(events: list[Json]) -> list[Frame]:
    return [("event", "chunk", {"bytes": base64.b64encode(json.dumps(one).encode()).decode()}) for one in events]


def claude_stream(said: Said) -> Reply:
    return event_stream(chunks([*anthropic.events(said), *anthropic.end(said)]))


def claude_broken(said: Said, words: str) -> Reply:
    failure = ("exception", "modelStreamErrorException", {"message": words, "originalStatusCode": 500})
    return event_stream([*chunks(anthropic.events(said)), failure])


CLAUDE_BY_INVOKE = SimpleNamespace(facts=claude_facts, whole=anthropic.whole, stream=claude_stream, error=error, broken=claude_broken)

FORMS = {
    "bedrock": Form(SIGNED, targets(CLAUDE), CLAUDE, may=signed, adapted=BUDGET),
    "bedrock by its own key": Form(BY_KEY, targets(CLAUDE), CLAUDE, adapted=BUDGET),
    "bedrock, InvokeModel": Form(
        SIGNED,
        invoke_targets(CLAUDE),
        CLAUDE,
        may=signed,
        deployment=", api: invoke",
        adapted=BUDGET | anthropic.BY_TOOL,
        speaks=CLAUDE_BY_INVOKE,
    ),
    "bedrock, another family": Form(SIGNED, targets(NOVA), NOVA, may=signed, adapted=LITTLE),
}


def texts(content: list[Json]) -> str:
    return "".join(block["text"] for block in content if "text" in block and block["text"] not in FILLERS)


def facts(body: Json) -> Facts:
    found = Facts(strangers=sorted(body.keys() - OWN_MEMBERS), system=texts(body.get("system") or []))
    for message in body["messages"]:
        content = message["content"]
        if message["role"] == "assistant":
            found.assistant.append(texts(content))
            found.reasoning.append("")
        elif any("toolResult" not in block for block in content):
            found.user.append(texts(content))
        for block in content:
            if image := block.get("image"):
                found.images.append(f"data:image/{image['format']};base64,{image['source']['bytes']}")
            if call := block.get("toolUse"):
                found.calls.append((call["toolUseId"], call["name"], call["input"]))
            if result := block.get("toolResult"):
                found.results.append((result["toolUseId"], texts(result["content"])))
    tools = (body.get("toolConfig") or {}).get("tools") or []
    found.tools = [(tool["toolSpec"]["name"], tool["toolSpec"]["inputSchema"]["json"]) for tool in tools]
    found.settings = settings(body)
    return found


def settings(body: Json) -> Json:
    stated, extra = body.get("inferenceConfig") or {}, body.get("additionalModelRequestFields") or {}
    found: Json = {"thinking": (extra.get("thinking") or {}).get("type") == "enabled"}
    found |= {ours: stated[theirs] for theirs, ours in (("maxTokens", "max_tokens"), ("stopSequences", "stop")) if theirs in stated}
    if choice := (body.get("toolConfig") or {}).get("toolChoice"):
        (kind,) = choice
        found["tool_choice"] = CHOICES.get(kind, choice)
    if form := (body.get("outputConfig") or {}).get("textFormat"):
        found["response_format"] = json.loads(form["structure"]["jsonSchema"]["schema"])
    return found


def usage() -> Json:
    return {"inputTokens": TOKENS[0], "outputTokens": TOKENS[1], "totalTokens": sum(TOKENS)}


def whole(said: Said) -> Reply:
    content: list[Json] = []
    if said.reasoning:
        content.append({"reasoningContent": {"reasoningText": {"text": said.reasoning, "signature": "c2lnbmVk"}}})
    if said.text:
        content.append({"text": said.text})
    content += [{"toolUse": {"toolUseId": one[0], "name": one[1], "input": json.loads(one[2])}} for one in said.calls]
    message = {"message": {"role": "assistant", "content": content}}
    return json_body({"output": message, "stopReason": FINISH[said.finish], "usage": usage(), "metrics": {"latencyMs": 3}})


def event(kind: str, **payload: Any) -> Frame:
    return "event", kind, payload


def frames(said: Said) -> list[Frame]:
    found, index = [event("messageStart", role="assistant")], 0
    for kind, text in (("reasoning", said.reasoning), ("text", said.text)):
        if text:
            deltas: list[Json] = [{"text": half} for half in halves(text)]
            if kind == "reasoning":
                deltas = [{"reasoningContent": delta} for delta in [*deltas, {"signature": "c2lnbmVk"}]]
            found += [event("contentBlockDelta", contentBlockIndex=index, delta=delta) for delta in deltas]
            found.append(event("contentBlockStop", contentBlockIndex=index))
            index += 1
    for one in said.calls:
        found.append(event("contentBlockStart", contentBlockIndex=index, start={"toolUse": {"toolUseId": one[0], "name": one[1]}}))
        found += [event("contentBlockDelta", contentBlockIndex=index, delta={"toolUse": {"input": half}}) for half in halves(one[2])]
        found.append(event("contentBlockStop", contentBlockIndex=index))
        index += 1
    return found


def stream(said: Said) -> Reply:
    end = [event("messageStop", stopReason=FINISH[said.finish]), event("metadata", usage=usage(), metrics={"latencyMs": 3})]
    return event_stream([*frames(said), *end])


def broken(said: Said, words: str) -> Reply:
    return event_stream([*frames(said), ("exception", "modelStreamErrorException", {"message": words, "originalStatusCode": 500})])
