"""Reads what the gateway sent to a client of Anthropic's Messages dialect, and holds it to the rules of that dialect.

Strict as grammar.py is: whatever an official SDK may stumble over is a problem here. The answer is told in the words of answer.py.
"""

from __future__ import annotations

import json
from typing import Any

from blackbox.sse import Event, read_events
from recordings.answer import Answer, Call, Choice, Outcome, Usage

Json = dict[str, Any]

FINISH = {
    **dict.fromkeys(("end_turn", "stop_sequence", "pause_turn", "compaction"), "stop"),
    **dict.fromkeys(("max_tokens", "model_context_window_exceeded"), "length"),
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
STATUSES = {
    "invalid_request_error": {400, 405, 408, 415, 422},
    "authentication_error": {401},
    "permission_error": {403},
    "not_found_error": {404},
    "request_too_large": {413},
    "rate_limit_error": {429},
    "api_error": {500, 502},
    "timeout_error": {504},
    "overloaded_error": {503, 529},
}
MESSAGE = {"id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "stop_details", "usage"}
USAGE = {
    *("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"),
    *("cache_creation", "output_tokens_details", "service_tier", "estimated"),
}
BLOCKS = {
    "text": {"type", "text", "citations"},
    "thinking": {"type", "thinking", "signature"},
    "redacted_thinking": {"type", "data"},
    "tool_use": {"type", "id", "name", "input", "extra_content"},
}
DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature", "input_json_delta": "partial_json"}
OF_BLOCK = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "thinking", "input_json_delta": "tool_use"}


def read(status: int, headers: dict[str, str], body: bytes, stream: bool) -> Outcome:
    """Everything a client got: status, headers (names in lower case) and the whole body."""
    outcome = Outcome(status)
    media_type = "text/event-stream" if stream and status == 200 else "application/json"
    if headers.get("content-type", "").split(";")[0] != media_type:
        outcome.problems.append(f"content-type is {headers.get('content-type')!r}, not {media_type}")
    if not headers.get("request-id") or headers.get("request-id") != headers.get("x-request-id"):
        outcome.problems.append("request-id is missing, or is not x-request-id")
    text = body.decode()
    if status != 200:
        outcome.error = read_error(outcome, json.loads(text))
    elif stream:
        message = Stream(outcome).read(text)
        if message:
            outcome.answer = read_message(outcome, message)
    else:
        outcome.answer = read_message(outcome, json.loads(text))
    return outcome


def read_error(outcome: Outcome, body: Json) -> Json:
    error = body.get("error")
    if body.get("type") != "error" or not isinstance(error, dict):
        outcome.problems.append(f"no error of the dialect: {json.dumps(body)[:200]}")
        return {}
    allowed = STATUSES.get(error.get("type", ""))
    if allowed is None or (outcome.status != 200 and outcome.status not in allowed):
        outcome.problems.append(f"an error of type {error.get('type')!r} with status {outcome.status}")
    if not isinstance(error.get("message"), str) or not error["message"]:
        outcome.problems.append(f"error.message is {error.get('message')!r}")
    return error


def read_message(outcome: Outcome, body: Json) -> Answer:
    problems = outcome.problems
    if strangers := body.keys() - MESSAGE:
        problems.append(f"unknown fields in the message: {sorted(strangers)}")
    for name, value in (("type", "message"), ("role", "assistant")):
        if body.get(name) != value:
            problems.append(f"{name} is {body.get(name)!r}")
    if not str(body.get("id", "")).startswith("msg_") or not body.get("model"):
        problems.append(f"id is {body.get('id')!r}, model is {body.get('model')!r}")
    complete = outcome.error is None
    if complete and (body.get("stop_reason") not in FINISH or "stop_sequence" not in body):
        problems.append(f"stop_reason is {body.get('stop_reason')!r}, or there is no stop_sequence")
    choice = Choice(finish=FINISH.get(body.get("stop_reason") or ""))
    choice.refusal = (body.get("stop_details") or {}).get("explanation") or ""
    for block in body.get("content") or []:
        read_block(problems, choice, block)
    return Answer({0: choice}, read_usage(problems, body.get("usage") or {}))


def read_block(problems: list[str], choice: Choice, block: Json) -> None:
    known = BLOCKS.get(block.get("type", ""))
    if known is not None and block.keys() - known:
        problems.append(f"unknown fields in a block: {sorted(block.keys() - known)}")
    match block.get("type"):
        case "text":
            choice.text += block["text"]
        case "thinking":
            choice.reasoning += block["thinking"]
            if not isinstance(block.get("signature"), str):
                problems.append("a thinking block without a signature")
        case "redacted_thinking" if not block.get("data"):
            problems.append("a redacted block without data")
        case "tool_use":
            if not isinstance(block["input"], dict | str):
                problems.append(f"the input of a call is {block['input']!r}")
            arguments = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"], ensure_ascii=False)
            choice.calls.append(Call(block["name"], arguments, block["id"]))


def read_usage(problems: list[str], usage: Json) -> Usage | None:
    if strangers := usage.keys() - USAGE:
        problems.append(f"unknown fields in usage: {sorted(strangers)}")
    for name in ("input_tokens", "output_tokens"):
        if not isinstance(usage.get(name), int):
            problems.append(f"usage.{name} is {usage.get(name)!r}")
            return None
    if usage.get("estimated"):
        return None
    cached = usage.get("cache_read_input_tokens")
    by_time = usage.get("cache_creation")
    if by_time and sum(by_time.values()) != usage["cache_creation_input_tokens"]:
        problems.append(f"cache_creation {by_time} is not {usage['cache_creation_input_tokens']} in all")
    prompt = usage["input_tokens"] + (cached or 0) + (usage.get("cache_creation_input_tokens") or 0)
    return Usage(prompt, usage["output_tokens"], cached, (usage.get("output_tokens_details") or {}).get("thinking_tokens"))


class Stream:
    """Builds the message as the SDKs do: blocks strictly one after the other, the index of each its place."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._message: Json | None = None
        self._open: int | None = None
        self._ended = False

    def read(self, text: str) -> Json | None:
        if text and not text.endswith("\n\n"):
            self._problem("the stream does not end in a blank line")
        for event in read_events(text):
            self._event(event)
        if not self._ended and self._outcome.error is None:
            self._problem("the stream ends without message_stop")
        if self._open is not None and self._message is not None:
            self._stop(self._message["content"][-1])
        return self._message

    def _problem(self, words: str) -> None:
        self._outcome.problems.append(words)

    def _event(self, event: Event) -> None:
        body = json.loads(event.data)
        if event.name != body.get("type"):
            self._problem(f"the event {event.name!r} has the type {body.get('type')!r}")
        if self._ended or self._outcome.error is not None:
            return self._problem(f"{event.name} after the end")
        if event.name == "error":
            self._outcome.error = read_error(self._outcome, body)
        elif event.name == "message_start":
            self._start(body["message"])
        elif self._message is None:
            self._problem(f"{event.name} before message_start")
        elif event.name != "ping":
            self._part(event.name, body, self._message)

    def _start(self, message: Json) -> None:
        if self._message is not None:
            self._problem("a second message_start")
        if message.get("content") != [] or not isinstance(message["usage"].get("input_tokens"), int):
            self._problem("message_start has content, or no count of tokens")
        self._message = message

    def _part(self, name: str, body: Json, message: Json) -> None:
        match name:
            case "content_block_start":
                if self._open is not None or body["index"] != len(message["content"]):
                    self._problem(f"block {body['index']} begins out of turn")
                self._open = body["index"]
                message["content"].append(dict(body["content_block"]))
            case "content_block_delta":
                self._delta(body, message)
            case "content_block_stop":
                if body["index"] != self._open:
                    self._problem(f"block {body['index']} ends without having begun")
                else:
                    self._stop(message["content"][-1])
            case "message_delta":
                message |= body["delta"]
                message["usage"] = body["usage"]
                if self._open is not None:
                    self._problem("message_delta inside a block")
            case "message_stop":
                self._ended = True
            case _:
                self._problem(f"an unknown event {name!r}")

    def _delta(self, body: Json, message: Json) -> None:
        delta = body["delta"]
        if body["index"] != self._open:
            return self._problem(f"a delta of block {body['index']}, which is not open")
        block = message["content"][-1]
        if delta["type"] == "citations_delta":
            block.setdefault("citations", []).append(delta["citation"])
            return None
        if block["type"] != OF_BLOCK.get(delta["type"]):
            return self._problem(f"a {delta['type']} in a block of {block['type']}")
        name = DELTAS[delta["type"]]
        block[name] = block.get(name, "") + delta[name]
        return None

    def _stop(self, block: Json) -> None:
        """What was cut off is no JSON, and stays a text."""
        self._open = None
        if block["type"] != "tool_use" or "partial_json" not in block:
            return
        text = block.pop("partial_json")
        try:
            block["input"] = json.loads(text)
        except json.JSONDecodeError:
            block["input"] = text
