"""Reads recorded `openai.chat` responses, with all the ways in which providers of that dialect depart from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from blackbox.sse import read_events
from recordings.answer import Answer, Call, Choice, Expected, Usage
from recordings.corpus import Recording
from recordings.failures import answer_failure, in_band_failure

FINISH = {
    **dict.fromkeys(("length", "max_tokens", "model_length", "MAX_TOKENS"), "length"),
    **dict.fromkeys(("tool_calls", "tool_use", "function_call"), "tool_calls"),
    **dict.fromkeys(("content_filter", "sensitive", "safety", "SAFETY", "refusal"), "content_filter"),
}
FAILED_FINISH = ("error", "insufficient_system_resource", "network_error")


def read(recording: Recording) -> Expected:
    if recording.status != 200:
        return Expected(failure=answer_failure(recording))
    parts = read_stream(recording.body) if recording.streamed else [json.loads(recording.body)]
    legacy = bool(recording.request and recording.request.get("functions"))
    return Reader(legacy, recording.streamed).read(parts)


def read_stream(body: str) -> Iterator[dict[str, Any]]:
    for event in read_events(body):
        if event.data.strip() == "[DONE]":
            return
        yield json.loads(event.data)


class Reader:
    """Adds up the objects of one response: one `chat.completion`, or the chunks of a stream."""

    def __init__(self, legacy: bool, streamed: bool = True) -> None:
        self._legacy = legacy  # the client used `functions`, the older form of tools
        self._streamed = streamed
        self._answer = Answer()
        self._keys: dict[int, list[Any]] = {}  # per choice: the provider's own index of each call
        self._finish: dict[int, str] = {}

    def read(self, parts: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Expected:
        for part in parts:
            self._add_usage(part)
            if error := part.get("error"):
                return Expected(self._answer, in_band_failure(error))
            for choice in part.get("choices") or []:
                self._add_choice(choice)
        if failed := [word for word in self._finish.values() if word in FAILED_FINISH]:
            return Expected(self._answer, in_band_failure({"message": "", "code": failed[0]}))
        for index, choice in self._answer.choices.items():
            self._close(choice, self._finish.get(index, ""))
        return Expected(self._answer)

    def _add_usage(self, part: dict[str, Any]) -> None:
        choices = part.get("choices") or [{}]
        stated = part.get("usage") or (part.get("x_groq") or {}).get("usage") or choices[0].get("usage")
        if stated:
            self._answer.usage = read_usage(stated)

    def _add_choice(self, part: dict[str, Any]) -> None:
        index = part.get("index") or 0
        choice = self._answer.choice(index)
        if index in self._finish:
            return  # the provider repeats its last chunk
        delta = part.get("delta")
        if not self._streamed and part.get("message"):
            delta = None  # a whole answer is a message; a delta beside it is empty
        if delta is not None and part.get("message") and delta.get("content") == choice.text:
            delta = {}  # the provider repeats the whole text beside its last delta
        self._add_message(index, choice, part.get("message") or {} if delta is None else delta)
        if part.get("finish_reason"):
            self._finish[index] = part["finish_reason"]

    def _add_message(self, index: int, choice: Choice, message: dict[str, Any]) -> None:
        text, thoughts = read_content(message.get("content"))
        choice.text += text
        choice.refusal += message.get("refusal") or ""
        choice.reasoning += thoughts + read_reasoning(message)
        for call in message.get("tool_calls") or []:
            self._add_call(index, choice, call)
        self._add_function_call(choice, message.get("function_call") or {})

    def _add_call(self, index: int, choice: Choice, part: dict[str, Any]) -> None:
        """A new id opens a call, even on an index that is in use; without an id the index decides, without both the last call."""
        keys = self._keys.setdefault(index, [])
        key, call_id = part.get("index"), part.get("id") or ""
        place = None
        if call_id:
            place = next((n for n, call in enumerate(choice.calls) if call.id == call_id and keys[n] == key), None)
        elif key is not None:
            place = next((n for n in reversed(range(len(keys))) if keys[n] == key), None)
        elif choice.calls:
            place = len(choice.calls) - 1
        if place is None:
            place = len(choice.calls)
            choice.calls.append(Call(id=call_id))
            keys.append(key)
        function = part.get("function") or {}
        choice.calls[place].name = choice.calls[place].name or function.get("name") or ""
        choice.calls[place].arguments += as_text(function.get("arguments"))

    def _add_function_call(self, choice: Choice, part: dict[str, Any]) -> None:
        if part.get("name"):
            choice.calls.append(Call(name=part["name"]))
        if choice.calls and part.get("arguments"):
            choice.calls[-1].arguments += as_text(part["arguments"])

    def _close(self, choice: Choice, word: str) -> None:
        finish = FINISH.get(word, "stop")
        if finish == "stop" and choice.calls:
            finish = "tool_calls"
        if finish == "tool_calls" and self._legacy:
            finish = "function_call"
        choice.finish = finish
        forget_useless_ids(choice.calls)


def read_content(content: Any) -> tuple[str, str]:
    """Text and reasoning of a content, which may be a list of parts."""
    if not isinstance(content, list):
        return content or "", ""
    text = "".join(part["text"] for part in content if part.get("type") == "text")
    thoughts = [read_content(part["thinking"])[0] for part in content if part.get("type") == "thinking"]
    return text, "".join(thoughts)


def read_reasoning(message: dict[str, Any]) -> str:
    """Providers that send it under two names send the same text twice."""
    if text := message.get("reasoning_content") or message.get("reasoning"):
        return text
    details = message.get("reasoning_details") or []
    return "".join(part.get("text") or part.get("summary") or "" for part in details)


def read_usage(stated: dict[str, Any]) -> Usage:
    prompt, completion = int(stated["prompt_tokens"]), int(stated["completion_tokens"])
    reasoning = first_known((stated.get("completion_tokens_details") or {}).get("reasoning_tokens"), stated.get("reasoning_tokens"))
    if reasoning and prompt + completion + reasoning == stated.get("total_tokens"):
        completion += reasoning  # a provider that does not count its reasoning among the completion
    cached = first_known(
        (stated.get("prompt_tokens_details") or {}).get("cached_tokens"),
        *(stated.get(name) for name in ("prompt_cache_hit_tokens", "num_cached_tokens", "cached_tokens")),
    )
    return Usage(prompt, completion, clamp(cached, prompt), clamp(reasoning, completion))


def first_known(*values: Any) -> int | None:
    return next((int(value) for value in values if value is not None), None)


def clamp(part: int | None, whole: int) -> int | None:
    return None if part is None else min(part, whole)


def as_text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments is not None else ""


def forget_useless_ids(calls: list[Call]) -> None:
    """Ids that are empty, a bare number, or given twice are replaced by the gateway: nothing to compare."""
    ids = [call.id for call in calls]
    for call in calls:
        if call.id.isdigit() or ids.count(call.id) > 1:
            call.id = ""
