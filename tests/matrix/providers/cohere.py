"""Cohere chat, version 2."""

from __future__ import annotations

from typing import Any

from blackbox.fake_upstream import Reply
from matrix.cells import TOKENS, Said
from matrix.scripted import Form, halves, json_body, sse
from recordings import asking_cohere
from recordings.sent import Facts

Json = dict[str, Any]

FINISH = {"stop": "COMPLETE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL", "content_filter": "ERROR_TOXIC"}
FORMS = {
    "cohere": Form(
        '{{dialect: cohere, base_url: "{url}", api_key: "{key}"}}',
        ("/v2/chat", "/v2/chat"),
        "command-a-03-2025",
        models={"image": "command-a-vision-07-2025", "thinking": "command-a-reasoning-08-2025"},
        # An effort is a budget there, and what is said before calls is their plan.
        adapted={"thinking": "reasoning_effort=mapped", "tool result": "messages[2].content=mapped"},
    )
}


def facts(body: Json) -> Facts:
    found = asking_cohere.facts(body)
    found.settings["thinking"] = (body.get("thinking") or {}).get("type") == "enabled"
    return found


def call(one: tuple[str, str, str], arguments: str) -> Json:
    return {"id": one[0], "type": "function", "function": {"name": one[1], "arguments": arguments}}


def usage() -> Json:
    return {"billed_units": {"input_tokens": 2, "output_tokens": 2}, "tokens": {"input_tokens": TOKENS[0], "output_tokens": TOKENS[1]}}


def whole(said: Said) -> Reply:
    message: Json = {"role": "assistant", "content": []}
    if said.reasoning:
        message["content"].append({"type": "thinking", "thinking": said.reasoning})
    if said.text:
        message["content"].append({"type": "text", "text": said.text})
    if said.calls:
        message["tool_calls"] = [call(one, one[2]) for one in said.calls]
    return json_body({"id": "m1", "message": message, "finish_reason": FINISH[said.finish], "usage": usage()})


def event(kind: str, index: int, message: Json | None = None) -> Json:
    return {"type": kind, "index": index} | ({"delta": {"message": message}} if message else {})


def events(said: Said) -> list[Json]:
    found: list[Json] = [{"type": "message-start", "id": "m1", "delta": {"message": {"role": "assistant", "content": []}}}]
    for index, (kind, text) in enumerate((kind, text) for kind, text in (("thinking", said.reasoning), ("text", said.text)) if text):
        found.append(event("content-start", index, {"content": {"type": kind, kind: ""}}))
        found += [event("content-delta", index, {"content": {kind: half}}) for half in halves(text)]
        found.append(event("content-end", index))
    for index, one in enumerate(said.calls):
        found.append(event("tool-call-start", index, {"tool_calls": call(one, "")}))
        found += [event("tool-call-delta", index, {"tool_calls": {"function": {"arguments": half}}}) for half in halves(one[2])]
        found.append(event("tool-call-end", index))
    return found


def stream(said: Said) -> Reply:
    return sse([*events(said), {"type": "message-end", "delta": {"finish_reason": FINISH[said.finish], "usage": usage()}}], named=True)


def error(words: str) -> Reply:
    return json_body({"id": "m1", "message": words}, 429)


def broken(said: Said, words: str) -> Reply:
    return sse([*events(said), {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": words}}], named=True)
