"""Reads recorded `anthropic.messages` responses."""

from __future__ import annotations

import json
from typing import Any

from blackbox.sse import read_events
from recordings.answer import Answer, Call, Choice, Expected, Usage
from recordings.corpus import Recording
from recordings.failures import answer_failure, in_band_failure

FINISH = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def read(recording: Recording) -> Expected:
    if recording.status != 200:
        return Expected(failure=answer_failure(recording))
    if recording.streamed:
        return read_stream(recording.body)
    message = json.loads(recording.body)
    return Expected(as_answer(message["content"], message["stop_reason"], message["usage"]))


def read_stream(body: str) -> Expected:
    """Builds the message that the events describe."""
    blocks: dict[int, dict[str, Any]] = {}
    usage: dict[str, Any] = {}
    stop_reason = None
    for event in (json.loads(event.data) for event in read_events(body)):
        match event["type"]:
            case "message_start":
                blocks |= enumerate(event["message"].get("content") or [])
                usage |= known(event["message"]["usage"])
            case "content_block_start":
                blocks[event["index"]] = dict(event["content_block"], partial_json="")
            case "content_block_delta":
                add_delta(blocks[event["index"]], event["delta"])
            case "message_delta":
                stop_reason = event["delta"].get("stop_reason") or stop_reason
                usage |= known(event.get("usage") or {})
            case "error":
                return Expected(as_answer(list(blocks.values()), stop_reason, usage), in_band_failure(event["error"]))
    return Expected(as_answer(list(blocks.values()), stop_reason, usage))


def known(usage: dict[str, Any]) -> dict[str, Any]:
    """Later counts replace earlier ones, but only where they say something."""
    return {name: value for name, value in usage.items() if value is not None}


def add_delta(block: dict[str, Any], delta: dict[str, Any]) -> None:
    for name in ("text", "thinking", "partial_json"):
        if name in delta:
            block[name] = block.get(name, "") + delta[name]


def as_answer(blocks: list[dict[str, Any]], stop_reason: str | None, usage: dict[str, Any]) -> Answer:
    choice = Choice(finish=FINISH.get(stop_reason or "", "stop"))
    for block in blocks:
        match block["type"]:
            case "text":
                choice.text += block["text"]
            case "thinking":
                choice.reasoning += block["thinking"]
            case "tool_use":
                arguments = block.get("partial_json") or json.dumps(block["input"])
                choice.calls.append(Call(block["name"], arguments, block["id"]))
    return Answer({0: choice}, read_usage(usage))


def read_usage(stated: dict[str, Any]) -> Usage:
    cached = stated.get("cache_read_input_tokens")
    prompt = stated["input_tokens"] + (cached or 0) + (stated.get("cache_creation_input_tokens") or 0)
    reasoning = (stated.get("output_tokens_details") or {}).get("thinking_tokens")
    return Usage(prompt, stated["output_tokens"], cached, reasoning)
