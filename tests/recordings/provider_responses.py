"""Reads recorded `openai.responses` answers: from the items of the finished response, and not from the deltas that led to them."""

from __future__ import annotations

import json
from typing import Any

from blackbox.sse import read_events
from recordings.answer import Answer, Call, Choice, Expected, Failure, Usage
from recordings.corpus import Recording
from recordings.failures import answer_failure, in_band_failure

FINISHED = ("response.completed", "response.incomplete")
NO_END = Failure(frozenset({502}), frozenset({"upstream_truncated"}))


def read(recording: Recording) -> Expected:
    if recording.status != 200:
        return Expected(failure=answer_failure(recording))
    if recording.streamed:
        return read_stream(recording.body)
    return read_response(json.loads(recording.body))


def read_stream(body: str) -> Expected:
    """Some servers leave the items out of the last event; then they are those that were told to be done."""
    items = []
    for event in (json.loads(event.data) | {"name": event.name} for event in read_events(body) if event.data != "[DONE]"):
        match event.get("type") or event["name"]:
            case "response.output_item.done":
                items.append(event["item"])
            case "error" | "response.failed":
                return Expected(failure=in_band_failure(event.get("error") or event["response"]["error"]))
            case kind if kind in FINISHED:
                response = event["response"]
                return read_response(response | {"output": response.get("output") or items})
    return Expected(failure=NO_END)


def read_response(response: dict[str, Any]) -> Expected:
    choice = Choice()
    for item in response["output"]:
        match item["type"]:
            case "message":
                choice.text += "".join(part["text"] for part in item["content"] if part["type"] == "output_text")
                choice.refusal += "".join(part["refusal"] for part in item["content"] if part["type"] == "refusal")
            case "reasoning":
                choice.reasoning += "\n\n".join(part["text"] for part in item.get("content") or item.get("summary") or [])
            case "function_call":
                choice.calls.append(Call(item["name"], item["arguments"], item["call_id"]))
    choice.finish = finish_of(response, choice)
    return Expected(Answer({0: choice}, read_usage(response.get("usage"))))


def finish_of(response: dict[str, Any], choice: Choice) -> str:
    if response["status"] == "incomplete":
        filtered = (response.get("incomplete_details") or {}).get("reason") == "content_filter"
        return "content_filter" if filtered else "length"
    return "tool_calls" if choice.calls else "stop"


def read_usage(stated: dict[str, Any] | None) -> Usage | None:
    if not stated:
        return None
    cached = (stated.get("input_tokens_details") or {}).get("cached_tokens")
    reasoning = (stated.get("output_tokens_details") or {}).get("reasoning_tokens")
    return Usage(stated["input_tokens"], stated["output_tokens"], cached, reasoning)
