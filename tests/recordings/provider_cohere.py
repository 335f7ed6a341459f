"""Reads recorded `cohere.v2.chat` responses."""

from __future__ import annotations

import json
from typing import Any

from blackbox.sse import read_events
from recordings.answer import Answer, Call, Choice, Expected, Usage
from recordings.corpus import Recording
from recordings.failures import answer_failure, in_band_failure

FINISH = {"MAX_TOKENS": "length", "TOOL_CALL": "tool_calls"}


def read(recording: Recording) -> Expected:
    if recording.status != 200:
        return Expected(failure=answer_failure(recording))
    if recording.streamed:
        return read_stream(recording.body)
    body = json.loads(recording.body)
    choice = Choice(finish=FINISH.get(body["finish_reason"], "stop"))
    message = body["message"]
    choice.reasoning += message.get("tool_plan") or ""
    for block in message.get("content") or []:
        add_content(choice, block)
    for call in message.get("tool_calls") or []:
        choice.calls.append(Call(call["function"]["name"], arguments_of(call), call["id"]))
    return Expected(Answer({0: choice}, read_usage(body.get("usage") or {})))


def read_stream(body: str) -> Expected:
    """Adds up what the events bring to the message."""
    choice = Choice()
    for event in (json.loads(event.data) for event in read_events(body) if event.data != "[DONE]"):
        delta = event.get("delta") or {}
        message = delta.get("message") or {}
        match event["type"]:
            case "tool-plan-delta":
                choice.reasoning += message["tool_plan"]
            case "content-start" | "content-delta":
                add_content(choice, message["content"])
            case "tool-call-start":
                call = message["tool_calls"]
                choice.calls.append(Call(call["function"]["name"], call["function"]["arguments"], call["id"]))
            case "tool-call-delta":
                choice.calls[-1].arguments += message["tool_calls"]["function"]["arguments"]
            case "message-end" if delta["finish_reason"] in ("ERROR", "TIMEOUT"):
                return Expected(Answer({0: choice}), in_band_failure(delta.get("error") or ""))
            case "message-end":
                choice.finish = FINISH.get(delta["finish_reason"], "stop")
                return Expected(Answer({0: choice}, read_usage(delta["usage"])))
    raise ValueError("the stream has no end")


def add_content(choice: Choice, content: dict[str, Any]) -> None:
    choice.text += content.get("text") or ""
    choice.reasoning += content.get("thinking") or ""


def arguments_of(call: dict[str, Any]) -> str:
    """A tool without parameters is called with `null`."""
    arguments = call["function"]["arguments"]
    return "" if arguments == "null" else arguments


def read_usage(stated: dict[str, Any]) -> Usage | None:
    """Images are counted beside the other tokens of the prompt, what came from the cache among them."""
    if not (tokens := stated.get("tokens")):
        return None
    prompt = tokens["input_tokens"] + tokens.get("image_tokens", 0)
    return Usage(prompt, tokens["output_tokens"], stated.get("cached_tokens"), tokens.get("reasoning_tokens"))
