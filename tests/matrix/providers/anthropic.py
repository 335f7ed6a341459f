"""Anthropic messages."""

from __future__ import annotations

import json
from typing import Any

from blackbox.fake_upstream import Reply, Request
from matrix.cells import TOKENS, Said
from matrix.scripted import KEY, Form, halves, json_body, sse
from recordings.sent import Facts

Json = dict[str, Any]

MEMBERS = {
    *("model", "max_tokens", "messages", "system", "stream", "tools", "tool_choice", "stop_sequences", "thinking", "output_config"),
}
FINISH = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
CHOICES = {"auto": "auto", "any": "required", "none": "none"}


def may(request: Request) -> bool:
    return request.headers.get("x-api-key") == KEY and "anthropic-version" in request.headers


PROVIDER = '{{dialect: anthropic, base_url: "{url}", api_key: "{key}"}}'
TARGETS = ("/v1/messages", "/v1/messages")
BUDGET = {"thinking": "reasoning_effort=mapped"}
BY_TOOL = {"structured": "response_format=emulated"}

FORMS = {
    "anthropic": Form(PROVIDER, TARGETS, "claude-sonnet-4-5-20250929", may=may, adapted=BUDGET),
    "anthropic, an older model": Form(PROVIDER, TARGETS, "claude-sonnet-4-20250514", may=may, adapted=BUDGET | BY_TOOL),
}


def blocks(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def texts(content: Any) -> str:
    return "".join(block["text"] for block in blocks(content) if block["type"] == "text")


def facts(body: Json) -> Facts:
    found = Facts(strangers=sorted(body.keys() - MEMBERS), system=texts(body.get("system")))
    for message in body["messages"]:
        content = blocks(message["content"])
        if message["role"] == "assistant":
            found.assistant.append(texts(content))
            found.reasoning.append("".join(block["thinking"] for block in content if block["type"] == "thinking"))
        elif any(block["type"] != "tool_result" for block in content):
            found.user.append(texts(content))
        for block in content:
            if block["type"] == "image":
                found.images.append(f"data:{block['source']['media_type']};base64,{block['source']['data']}")
            elif block["type"] == "tool_use":
                found.calls.append((block["id"], block["name"], block["input"]))
            elif block["type"] == "tool_result":
                found.results.append((block["tool_use_id"], texts(block["content"])))
    found.tools = [(tool["name"], tool["input_schema"]) for tool in body.get("tools") or []]
    found.settings = settings(body)
    return found


def settings(body: Json) -> Json:
    thinks = (body.get("thinking") or {}).get("type") in ("enabled", "adaptive")
    found = {"max_tokens": body["max_tokens"], "thinking": thinks}
    if "stop_sequences" in body:
        found["stop"] = body["stop_sequences"]
    if choice := body.get("tool_choice"):
        found["tool_choice"] = CHOICES.get(choice["type"], choice)
    if form := (body.get("output_config") or {}).get("format"):
        found["response_format"] = form["schema"]
    return found


def content_of(said: Said) -> list[Json]:
    content: list[Json] = []
    if said.reasoning:
        content.append({"type": "thinking", "thinking": said.reasoning, "signature": "c2lnbmVk"})
    if said.text:
        content.append({"type": "text", "text": said.text})
    return content + [{"type": "tool_use", "id": one[0], "name": one[1], "input": json.loads(one[2])} for one in said.calls]


def message(content: list[Json], reason: str | None, made: int) -> Json:
    counts = {"input_tokens": TOKENS[0], "output_tokens": made}
    return {
        **{"id": "msg_m1", "type": "message", "role": "assistant", "model": "claude-m", "content": content},
        **{"stop_reason": reason, "stop_sequence": None, "usage": counts},
    }


def whole(said: Said) -> Reply:
    return json_body(message(content_of(said), FINISH[said.finish], TOKENS[1]))


def deltas(block: Json) -> tuple[Json, list[Json]]:
    """A block as it begins, and what comes after."""
    if block["type"] == "text":
        return block | {"text": ""}, [{"type": "text_delta", "text": half} for half in halves(block["text"])]
    if block["type"] == "thinking":
        pieces = [{"type": "thinking_delta", "thinking": half} for half in halves(block["thinking"])]
        return block | {"thinking": "", "signature": ""}, [*pieces, {"type": "signature_delta", "signature": block["signature"]}]
    pieces = [{"type": "input_json_delta", "partial_json": half} for half in halves(json.dumps(block["input"]))]
    return block | {"input": {}}, pieces


def events(said: Said) -> list[Json]:
    found: list[Json] = [{"type": "message_start", "message": message([], None, 1)}, {"type": "ping"}]
    for index, block in enumerate(content_of(said)):
        start, pieces = deltas(block)
        found.append({"type": "content_block_start", "index": index, "content_block": start})
        found += [{"type": "content_block_delta", "index": index, "delta": piece} for piece in pieces]
        found.append({"type": "content_block_stop", "index": index})
    return found


def end(said: Said) -> list[Json]:
    last = {"type": "message_delta", "delta": {"stop_reason": FINISH[said.finish]}, "usage": {"output_tokens": TOKENS[1]}}
    return [last, {"type": "message_stop"}]


def stream(said: Said) -> Reply:
    return sse([*events(said), *end(said)], named=True)


def failure(kind: str, words: str) -> Json:
    return {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_m1"}


def error(words: str) -> Reply:
    return json_body(failure("rate_limit_error", words), 429)


def broken(said: Said, words: str) -> Reply:
    return sse([*events(said), failure("api_error", words)], named=True)
