"""Reads recorded `ollama.chat` responses."""

from __future__ import annotations

import json
from typing import Any

from recordings.answer import Answer, Call, Choice, Expected, Usage
from recordings.corpus import Recording
from recordings.failures import answer_failure


def read(recording: Recording) -> Expected:
    """A whole answer is a stream of one object."""
    if recording.status != 200:
        return Expected(failure=answer_failure(recording))
    choice = Choice()
    for line in recording.body.splitlines():
        if not line.strip():
            continue
        part = json.loads(line)
        add(choice, part["message"])
        if part["done"]:
            choice.finish = finish_of(part["done_reason"], choice)
            return Expected(Answer({0: choice}, read_usage(part)))
    raise ValueError("the answer has no end")


def add(choice: Choice, message: dict[str, Any]) -> None:
    choice.text += message.get("content") or ""
    choice.reasoning += message.get("thinking") or ""
    for call in message.get("tool_calls") or []:
        arguments = json.dumps(call["function"]["arguments"])
        choice.calls.append(Call(call["function"]["name"], arguments, call.get("id") or ""))


def finish_of(reason: str, choice: Choice) -> str:
    """The provider says `stop` even when its tools have to be called."""
    if reason == "length":
        return "length"
    return "tool_calls" if choice.calls else "stop"


def read_usage(part: dict[str, Any]) -> Usage:
    return Usage(part["prompt_eval_count"], part["eval_count"])
