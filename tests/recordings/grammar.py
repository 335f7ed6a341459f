"""Reads what the gateway sent to a client of the Chat Completions dialect, and holds it to the rules of that dialect (contract C1, C2).

Strict where the readers of provider bodies are liberal: whatever an official SDK may stumble over is a problem here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from recordings.answer import Call, Choice, Outcome, Usage

FINISH_REASONS = {"stop", "length", "tool_calls", "content_filter", "function_call"}
ENVELOPE = {"id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint", "citations"}
CHOICE = {"index", "finish_reason", "native_finish_reason", "stop_sequence", "logprobs"}
MESSAGE = {
    *("role", "content", "refusal", "reasoning_content", "reasoning", "reasoning_details", "thinking_blocks", "provider_blocks"),
    *("tool_calls", "function_call", "annotations", "citations", "audio"),
}
ERROR_KEYS = {"message", "type", "param", "code"}


@dataclass(frozen=True)
class Asked:
    """What the request asked for, as far as the form of the answer depends on it."""

    stream: bool
    usage_in_stream: bool = False
    legacy_functions: bool = False
    # The provider went on with a call after it had begun the next; only then may the gateway.
    resumes_calls: bool = False

    @staticmethod
    def by(request: dict[str, Any]) -> Asked:
        options = request.get("stream_options") or {}
        return Asked(bool(request.get("stream")), bool(options.get("include_usage")), bool(request.get("functions")))


def read(status: int, headers: dict[str, str], body: bytes, asked: Asked) -> Outcome:
    """Everything a client got: status, headers (names in lower case) and the whole body."""
    outcome = Outcome(status)
    check_headers(outcome, headers, asked)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        outcome.problems.append(f"the body is not UTF-8: {error}")
        return outcome
    if status != 200:
        read_error_answer(outcome, text)
    elif asked.stream:
        StreamReader(outcome, asked).read(text)
    else:
        read_completion(outcome, text)
    return outcome


def check_headers(outcome: Outcome, headers: dict[str, str], asked: Asked) -> None:
    media_type = "text/event-stream" if asked.stream and outcome.status == 200 else "application/json"
    if headers.get("content-type", "").split(";")[0] != media_type:
        outcome.problems.append(f"content-type is {headers.get('content-type')!r}, not {media_type}")
    if not headers.get("x-request-id"):
        outcome.problems.append("there is no x-request-id")


def read_error_answer(outcome: Outcome, text: str) -> None:
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        outcome.problems.append(f"the error is not JSON: {text[:200]!r}")
        body = {}
    outcome.error = checked_error(outcome, body)


def checked_error(outcome: Outcome, body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        outcome.problems.append(f"an error without an error object: {json.dumps(body)[:200]}")
        return {}
    if missing := ERROR_KEYS - error.keys():
        outcome.problems.append(f"the error lacks {sorted(missing)}")
    for name in ("message", "type"):
        if not isinstance(error.get(name), str) or not error[name]:
            outcome.problems.append(f"error.{name} is {error.get(name)!r}")
    for name in ("code", "param"):
        if not isinstance(error.get(name), str | None):
            outcome.problems.append(f"error.{name} is {error.get(name)!r}")
    return error


def read_completion(outcome: Outcome, text: str) -> None:
    """A whole answer: the object `chat.completion`."""
    problems = outcome.problems
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        problems.append(f"the answer is not JSON: {text[:200]!r}")
        return
    if "error" in body:
        problems.append("an error in an answer of status 200")
        outcome.error = checked_error(outcome, body)
        return
    check_envelope(problems, body, "chat.completion")
    check_names(problems, "the answer", body, ENVELOPE)
    for choice in body.get("choices", []):
        outcome.answer.choices[choice.get("index")] = read_choice(problems, choice)
    if not outcome.answer.choices:
        problems.append("the answer has no choices")
    if body.get("usage") is not None:
        outcome.answer.usage = read_usage(problems, body["usage"])


def check_envelope(problems: list[str], body: dict[str, Any], kind: str) -> None:
    if body.get("object") != kind:
        problems.append(f"object is {body.get('object')!r}, not {kind}")
    if not isinstance(body.get("id"), str) or not body["id"]:
        problems.append(f"id is {body.get('id')!r}")
    if not isinstance(body.get("created"), int) or body["created"] <= 0:
        problems.append(f"created is {body.get('created')!r}")
    if not isinstance(body.get("model"), str) or not body["model"]:
        problems.append(f"model is {body.get('model')!r}")
    if not isinstance(body.get("choices"), list):
        problems.append(f"choices is {body.get('choices')!r}")


def check_names(problems: list[str], where: str, value: dict[str, Any], known: set[str]) -> None:
    """A provider's own fields must not leak; those of the gateway say whose they are."""
    if unknown := {name for name in value if name not in known and not name.startswith("breakwater")}:
        problems.append(f"unknown fields in {where}: {sorted(unknown)}")


def read_choice(problems: list[str], body: dict[str, Any]) -> Choice:
    message = body.get("message") or {}
    check_names(problems, "a choice", body, CHOICE | {"message"})
    check_names(problems, "a message", message, MESSAGE)
    if "logprobs" not in body:
        problems.append("a choice lacks logprobs")
    if message.get("role") != "assistant":
        problems.append(f"the role is {message.get('role')!r}")
    for name in ("content", "refusal"):
        if name not in message or not isinstance(message[name], str | None):
            problems.append(f"message.{name} is {message.get(name, 'absent')!r}")
    finish = body.get("finish_reason")
    calls = read_calls(problems, message, finish)
    if calls and message.get("content") == "":
        problems.append("the content of a message with only tool calls is not null")
    check_finish(problems, finish)
    return Choice(message.get("content") or "", message.get("refusal") or "", read_reasoning(problems, message), calls, finish)


def read_calls(problems: list[str], message: dict[str, Any], finish: str | None) -> list[Call]:
    if "function_call" in message:
        return [Call(message["function_call"]["name"], message["function_call"]["arguments"])]
    if "tool_calls" not in message:
        return []
    calls = []
    if not message["tool_calls"]:
        problems.append(f"tool_calls is {message['tool_calls']!r}")
    for part in message["tool_calls"] or []:
        function = part.get("function") or {}
        if part.get("type") != "function" or not isinstance(function.get("arguments"), str) or not function.get("name"):
            problems.append(f"a malformed tool call: {part!r}")
        calls.append(Call(function.get("name") or "", function.get("arguments") or "", part.get("id") or ""))
    check_call_ids(problems, calls, finish)
    return calls


def check_call_ids(problems: list[str], calls: list[Call], finish: str | None) -> None:
    """The last call of an answer that was cut off may have no arguments yet."""
    ids = [call.id for call in calls]
    if "" in ids or len(set(ids)) != len(ids):
        problems.append(f"tool call ids are empty or repeated: {ids}")
    complete = calls[:-1] if finish in ("length", "content_filter") else calls
    if empty := [call.name for call in complete if call.arguments == ""]:
        problems.append(f"tool calls without arguments, not even {{}}: {empty}")


def read_reasoning(problems: list[str], message: dict[str, Any]) -> str:
    text = message.get("reasoning_content") or ""
    if message.get("reasoning", text) != text:
        problems.append("reasoning and reasoning_content differ")
    return text


def check_finish(problems: list[str], reason: Any) -> None:
    if reason not in FINISH_REASONS:
        problems.append(f"finish_reason is {reason!r}")


def read_usage(problems: list[str], body: dict[str, Any]) -> Usage | None:
    counts = [body.get(name) for name in ("prompt_tokens", "completion_tokens", "total_tokens")]
    if not all(type(count) is int and count >= 0 for count in counts):
        problems.append(f"the counts of usage are {counts}")
        return None
    prompt, completion, total = counts
    usage = Usage(
        prompt,
        completion,
        (body.get("prompt_tokens_details") or {}).get("cached_tokens"),
        (body.get("completion_tokens_details") or {}).get("reasoning_tokens"),
    )
    if total != prompt + completion:
        problems.append(f"usage: {total} is not {prompt} + {completion}")
    if (usage.cached or 0) > prompt or (usage.reasoning or 0) > completion:
        problems.append(f"usage: a part is larger than its whole: {body}")
    return usage


class StreamReader:
    """The grammar of a stream: per choice the role, deltas and one finish; then usage if asked for; then the end mark, or an error."""

    def __init__(self, outcome: Outcome, asked: Asked) -> None:
        self._outcome = outcome
        self._problems = outcome.problems
        self._asked = asked
        self._identity: tuple[Any, ...] | None = None
        self._usage_seen = False

    def read(self, text: str) -> None:
        events = self._split(text)
        ended = events[-1:] == ["[DONE]"]
        for data in events[:-1] if ended else events:
            self._event(data)
        for choice in self._outcome.answer.choices.values():
            self._check_end(choice)
        if ended == (self._outcome.error is not None):
            self._problems.append("[DONE] after an error" if ended else "the stream ends without [DONE] and without an error")

    def _split(self, text: str) -> list[str]:
        """The data of each event. The writer is strict: one data line per event, comments, and nothing else."""
        if not text.endswith("\n\n"):
            self._problems.append(f"the stream ends in {text[-40:]!r}, not in a blank line")
        events = []
        for block in text.split("\n\n"):
            if block.startswith("data: ") and "\n" not in block:
                events.append(block.removeprefix("data: "))
            elif block and not block.startswith(":"):
                self._problems.append(f"not an event of this dialect: {block[:80]!r}")
        return events

    def _event(self, data: str) -> None:
        if self._outcome.error is not None:
            self._problems.append(f"an event after the error: {data[:80]}")
            return
        try:
            chunk = json.loads(data)
        except json.JSONDecodeError:
            self._problems.append(f"an event that is not JSON: {data[:80]!r}")
            return
        if "error" in chunk:
            self._outcome.error = checked_error(self._outcome, chunk)
        else:
            self._chunk(chunk)

    def _chunk(self, chunk: dict[str, Any]) -> None:
        if self._usage_seen:
            self._problems.append("a chunk after the one with usage")
        self._check_identity(chunk)
        self._check_usage(chunk)
        if not chunk.get("choices") and chunk.get("usage") is None:
            self._problems.append(f"a chunk with nothing in it: {chunk}")
        for part in chunk.get("choices") or []:
            self._choice(part)

    def _check_identity(self, chunk: dict[str, Any]) -> None:
        identity = tuple(chunk.get(name) for name in ("id", "object", "created", "model"))
        check_names(self._problems, "a chunk", chunk, ENVELOPE)
        if self._identity is None:
            self._identity = identity
            check_envelope(self._problems, chunk, "chat.completion.chunk")
        elif identity != self._identity:
            self._problems.append(f"id, object, created or model changed from {self._identity} to {identity}")

    def _check_usage(self, chunk: dict[str, Any]) -> None:
        if self._asked.usage_in_stream != ("usage" in chunk):
            self._problems.append("a chunk has usage, which was not asked for" if "usage" in chunk else "a chunk lacks usage: null")
        if chunk.get("usage") is not None:
            self._usage_seen = True
            self._outcome.answer.usage = read_usage(self._problems, chunk["usage"])
            if chunk.get("choices"):
                self._problems.append("usage is on a chunk with choices")

    def _choice(self, part: dict[str, Any]) -> None:
        index, delta, reason = part.get("index"), part.get("delta"), part.get("finish_reason")
        if not isinstance(index, int) or not isinstance(delta, dict) or "finish_reason" not in part or "logprobs" not in part:
            self._problems.append(f"a malformed choice: {part}")
            return
        check_names(self._problems, "a choice", part, CHOICE | {"delta"})
        check_names(self._problems, "a delta", delta, MESSAGE)
        first = index not in self._outcome.answer.choices
        choice = self._outcome.answer.choice(index)
        if choice.finish is not None:
            self._problems.append(f"choice {index} goes on after its finish: {part}")
        self._check_role(first, delta)
        self._add_delta(choice, delta, first)
        if reason is not None:
            check_finish(self._problems, reason)
            if delta:
                self._problems.append(f"a delta beside finish_reason: {delta}")
            choice.finish = reason

    def _check_role(self, first: bool, delta: dict[str, Any]) -> None:
        if first and delta.get("role") != "assistant":
            self._problems.append(f"the first delta of a choice has the role {delta.get('role')!r}")
        if not first and "role" in delta:
            self._problems.append("the role comes again")

    def _add_delta(self, choice: Choice, delta: dict[str, Any], first: bool) -> None:
        if first and (delta.get("content") or delta.get("tool_calls") or delta.get("reasoning_content")):
            self._problems.append(f"the role chunk carries content: {delta}")
        if not first and (empty := [name for name, value in delta.items() if value in (None, "", [])]):
            self._problems.append(f"empty fields in a delta: {empty}")
        choice.text += delta.get("content") or ""
        choice.refusal += delta.get("refusal") or ""
        choice.reasoning += read_reasoning(self._problems, delta)
        for part in delta.get("tool_calls") or []:
            self._add_call(choice, part)
        if "function_call" in delta:
            self._add_function_call(choice, delta["function_call"])

    def _add_call(self, choice: Choice, part: dict[str, Any]) -> None:
        """Calls begin in order, and each ends before the next; a model that goes on with an earlier one names it by its index."""
        kind, text = ("custom", "input") if "custom" in part else ("function", "arguments")
        index, said = part.get("index"), part.get(kind)
        if not isinstance(said, dict) or not isinstance(said.get(text), str):
            self._problems.append(f"a tool call delta without {text}: {part}")
        elif index == len(choice.calls):
            if part.get("type") != kind or not part.get("id") or not said.get("name") or said[text]:
                self._problems.append(f"a malformed first delta of a tool call: {part}")
            choice.calls.append(Call(said.get("name") or "", said[text], part.get("id") or ""))
        elif index not in self._open_calls(choice) or part.keys() != {"index", kind} or said.keys() != {text}:
            self._problems.append(f"a malformed later delta of a tool call: {part}")
        else:
            choice.calls[index].arguments += said[text]

    def _open_calls(self, choice: Choice) -> range:
        count = len(choice.calls)
        return range(0 if self._asked.resumes_calls else max(0, count - 1), count)

    def _add_function_call(self, choice: Choice, part: dict[str, Any]) -> None:
        if not self._asked.legacy_functions:
            self._problems.append("function_call, although the request had tools")
        if "name" in part:
            choice.calls.append(Call(part["name"]))
        choice.calls[-1].arguments += part.get("arguments", "")

    def _check_end(self, choice: Choice) -> None:
        if self._outcome.error is not None:
            return
        if choice.finish is None:
            self._problems.append("a choice without finish_reason")
        if not self._asked.legacy_functions:
            check_call_ids(self._problems, choice.calls, choice.finish)
