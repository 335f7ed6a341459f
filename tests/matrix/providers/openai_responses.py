"""OpenAI's Responses API, Azure's form of it, and a server of one's own that speaks it."""

from __future__ import annotations

from typing import Any

from blackbox import responses_api
from blackbox.fake_upstream import Reply
from matrix.cells import TOKENS, Said
from matrix.providers import openai
from matrix.scripted import Form, json_body, sse
from recordings import asking_responses
from recordings.sent import Facts

Json = dict[str, Any]

PLAIN = "/v1/responses"
RESOURCE = "/openai/v1/responses"
VENDOR = '{{dialect: openai.responses, base_url: "{url}/v1", api_key: "{key}"}}'
DATED = "/openai/responses?api-version=2025-04-01-preview"
AZURE = '{{preset: azure, dialect: openai.responses, base_url: "{url}", api_key: "{key}"}}'
AZURE_DATED = '{{preset: azure, dialect: openai.responses, base_url: "{url}", api_version: 2025-04-01-preview, api_key: "{key}"}}'
# The API has no word for stop sequences, whatever the model.
NO_STOP = {"stop": "stop=dropped"}
LITTLE = "image_input: absent, tools: absent, json_schema: emulated, reasoning: absent"

FORMS = {
    "openai.responses": Form(VENDOR, (PLAIN, PLAIN), "gpt-5-pro", adapted=NO_STOP),
    "openai.responses by azure": Form(
        AZURE, (RESOURCE, RESOURCE), "my-pro", may=openai.by_api_key, deployment=", like: openai/gpt-5-pro", adapted=NO_STOP
    ),
    "openai.responses by azure, dated": Form(
        AZURE_DATED, (DATED, DATED), "my-pro", may=openai.by_api_key, deployment=", like: openai/gpt-5-pro", adapted=NO_STOP
    ),
    "openai.responses, a model of text alone": Form(
        VENDOR,
        (PLAIN, PLAIN),
        "plain-1",
        deployment=f", capabilities: {{features: {{{LITTLE}}}}}",
        adapted=NO_STOP | {"thinking": "reasoning_effort=dropped", "structured": "response_format=emulated"},
        refused={feature: words for feature, words in openai.TEXT_ALONE.items() if feature != "structured"},
    ),
}
# By finish reason: the response's status, and why it is incomplete.
ENDS = {
    "stop": ("completed", None),
    "tool_calls": ("completed", None),
    "length": ("incomplete", {"reason": "max_output_tokens"}),
    "content_filter": ("incomplete", {"reason": "content_filter"}),
}


def facts(body: Json) -> Facts:
    found = asking_responses.facts(body)
    effort = (body.get("reasoning") or {}).get("effort")
    found.settings["thinking"] = effort == "high"
    if effort and "reasoning.encrypted_content" not in (body.get("include") or []):
        found.strangers.append("reasoning without its encrypted content")
    if ((body.get("text") or {}).get("format") or {}).get("type") == "json_object":
        found.settings["response_format"] = openai.told_schema(found.system)
    return found


def items(said: Said) -> list[Json]:
    found = [responses_api.reasoning(said.reasoning, "gAAAA-1==")] if said.reasoning else []
    if said.text:
        found.append(responses_api.message(said.text, ENDS[said.finish][0]))
    return found + [responses_api.function_call(*one) for one in said.calls]


def end(said: Said) -> Json:
    status, details = ENDS[said.finish]
    usage = {"input_tokens": TOKENS[0], "output_tokens": TOKENS[1], "total_tokens": sum(TOKENS)}
    return {"status": status, "incomplete_details": details, "usage": usage}


def whole(said: Said) -> Reply:
    return json_body(responses_api.response(items(said), **end(said)))


def stream(said: Said) -> Reply:
    return sse(responses_api.events(items(said), **end(said)), named=True)


def error(words: str) -> Reply:
    return openai.error(words)  # as all of the vendor's APIs


def broken(said: Said, words: str) -> Reply:
    failure = {"type": "server_error", "code": "server_error", "message": words, "param": None}
    return sse(responses_api.broken_events(items(said), failure), named=True)
