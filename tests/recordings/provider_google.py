"""Reads recorded `google.generate` and `google.generate_stream` responses."""

from __future__ import annotations

import json
from typing import Any

from blackbox.sse import read_events
from recordings.answer import Answer, Call, Choice, Expected, Failure, Usage
from recordings.corpus import Recording
from recordings.failures import MESSAGE_LENGTH

Json = dict[str, Any]

BLOCKED = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", 3, 4}
CUT_SHORT = {"MAX_TOKENS", 2}
FAILURES = {
    "INVALID_ARGUMENT": (400, None),
    "UNAUTHENTICATED": (502, "upstream_auth_error"),
    "PERMISSION_DENIED": (502, "upstream_permission_denied"),
    "NOT_FOUND": (502, "upstream_model_missing"),
    "RESOURCE_EXHAUSTED": (429, "rate_limit_exceeded"),
    "UNAVAILABLE": (503, "server_is_overloaded"),
}


def read(recording: Recording) -> Expected:
    if recording.status != 200:
        return Expected(failure=read_failure(recording.body))
    if recording.streamed:
        chunks = [json.loads(event.data) for event in read_events(recording.body)]
    else:
        body = json.loads(recording.body)
        chunks = body if isinstance(body, list) else [body]
    return as_expected(chunks)


def read_failure(body: str) -> Failure:
    value = json.loads(body)
    error = (value[0] if isinstance(value, list) else value)["error"]
    status, code = FAILURES.get(error["status"], (502, "upstream_error"))
    if "API key" in error["message"] or "unregistered callers" in error["message"]:
        return Failure(frozenset({502}), frozenset({"upstream_auth_error"}))  # words about a key may be hidden
    return Failure(frozenset({status}), frozenset({code} if code else ()), error["message"][:MESSAGE_LENGTH])


def as_expected(chunks: list[Json]) -> Expected:
    answer = Answer(usage=read_usage(chunks))
    only_media = True
    for chunk in chunks:
        for position, candidate in enumerate(chunk.get("candidates") or []):
            choice = answer.choice(candidate.get("index", position))
            for part in (candidate.get("content") or {}).get("parts") or []:
                only_media = only_media and "inlineData" in part
                add_part(choice, part)
            if (reason := candidate.get("finishReason")) is not None:
                choice.finish = finish(reason)
    if not answer.choices:
        feedback = next(chunk["promptFeedback"] for chunk in chunks if "promptFeedback" in chunk)
        words = feedback.get("blockReasonMessage") or f"The prompt was blocked: {feedback['blockReason']}"
        answer.choices[0] = Choice(refusal=words, finish="content_filter")
    elif only_media:  # the client dialect has no place for what was answered
        return Expected(failure=Failure(frozenset({400}), frozenset({"unsupported_parameter"})))
    for choice in answer.choices.values():
        if choice.finish in (None, "stop"):
            choice.finish = "tool_calls" if choice.calls else "stop"
    return Expected(answer)


def add_part(choice: Choice, part: Json) -> None:
    if part.get("thought"):
        choice.reasoning += part.get("text", "")
    elif "functionCall" in part:
        add_call(choice, part["functionCall"])
    else:
        choice.text += part.get("text", "")


def add_call(choice: Choice, call: Json) -> None:
    """Arguments may stream, value by value; the recordings have strings of the first level only."""
    if "name" in call:
        choice.calls.append(Call(call["name"], json.dumps(call.get("args") or {}), call.get("id", "")))
    for entry in call.get("partialArgs") or []:
        arguments, name = json.loads(choice.calls[-1].arguments), entry["jsonPath"].removeprefix("$.")
        arguments[name] = arguments.get(name, "") + entry["stringValue"]
        choice.calls[-1].arguments = json.dumps(arguments)


def finish(reason: Any) -> str:
    if reason in CUT_SHORT:
        return "length"
    return "content_filter" if reason in BLOCKED else "stop"


def read_usage(chunks: list[Json]) -> Usage | None:
    """The counts are running totals: the last statement of each holds. Thoughts are no part of the candidates' tokens."""
    stated: Json = {}
    for chunk in chunks:
        stated |= chunk.get("usageMetadata") or {}
    if "promptTokenCount" not in stated:
        return None
    prompt = stated["promptTokenCount"] + stated.get("toolUsePromptTokenCount", 0)
    thoughts = stated.get("thoughtsTokenCount")
    if "candidatesTokenCount" in stated:
        completion = stated["candidatesTokenCount"] + (thoughts or 0)
    else:
        completion = stated["totalTokenCount"] - prompt
    return Usage(prompt, completion, stated.get("cachedContentTokenCount"), thoughts)
