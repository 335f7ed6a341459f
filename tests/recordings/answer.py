"""What an answer says, independent of any dialect, and how two of them differ.

The readers in this folder fill these types from recorded bodies and from the gateway's answers. They share no code with the gateway.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    name: str = ""
    arguments: str = ""
    id: str = ""

    @property
    def parsed(self) -> Any:
        """The arguments as a value; text that is no JSON as it is; no text means no arguments."""
        try:
            return json.loads(self.arguments or "{}")
        except json.JSONDecodeError:
            return self.arguments


@dataclass
class Choice:
    text: str = ""
    refusal: str = ""
    reasoning: str = ""
    calls: list[Call] = field(default_factory=list)
    finish: str | None = None


@dataclass
class Usage:
    """None is unknown, which is not the same as 0."""

    prompt: int | None
    completion: int | None
    cached: int | None = None
    reasoning: int | None = None


@dataclass
class Answer:
    choices: dict[int, Choice] = field(default_factory=dict)
    usage: Usage | None = None

    def choice(self, index: int) -> Choice:
        return self.choices.setdefault(index, Choice())

    @property
    def call_names(self) -> list[str]:
        """Names of the tools that the answer calls, each once, in order."""
        return list(dict.fromkeys(call.name for choice in self.choices.values() for call in choice.calls))


@dataclass
class Failure:
    """An error that the client must see: one of `statuses` with one of `codes`, and the provider's own words."""

    statuses: frozenset[int]
    codes: frozenset[str]
    message: str = ""


@dataclass
class Expected:
    """What the client of the gateway must get. With a `failure`, `answer` is what came before it."""

    answer: Answer = field(default_factory=Answer)
    failure: Failure | None = None


@dataclass
class Outcome:
    """What the client of the gateway got; `problems` are breaches of the client dialect's own rules."""

    status: int
    answer: Answer = field(default_factory=Answer)
    error: dict[str, Any] | None = None
    problems: list[str] = field(default_factory=list)


def differences(expected: Expected, got: Outcome) -> list[str]:
    """What is wrong with `got`, one line each; nothing when it is as it must be."""
    found = list(got.problems)
    if expected.failure is None:
        if got.error is not None:
            return [*found, f"an error instead of an answer: {got.status} {json.dumps(got.error)}"]
        want, have = expected.answer, got.answer
        return found + content_differences(want, have) + finish_differences(want, have) + usage_differences(want.usage, have.usage)
    if got.error is None:
        return [*found, f"an answer instead of an error {sorted(expected.failure.statuses)}"]
    found += failure_differences(expected.failure, got)
    if got.status == 200:
        found += content_differences(expected.answer, got.answer)
    return found


def failure_differences(expected: Failure, got: Outcome) -> list[str]:
    assert got.error is not None
    found = []
    if got.status != 200 and got.status not in expected.statuses:
        found.append(f"status: expected {sorted(expected.statuses)}, got {got.status}")
    if expected.codes and got.error.get("code") not in expected.codes:
        found.append(f"error code: expected {sorted(expected.codes)}, got {got.error.get('code')!r}")
    if expected.message and expected.message not in json.dumps(got.error, ensure_ascii=False):
        found.append(f"error: the provider's words {expected.message!r} are missing in {got.error!r}")
    return found


def content_differences(expected: Answer, got: Answer) -> list[str]:
    found = []
    if sorted(expected.choices) != sorted(got.choices) and any_content(expected):
        found.append(f"choices: expected {sorted(expected.choices)}, got {sorted(got.choices)}")
    for index in sorted(expected.choices.keys() & got.choices.keys()):
        where, want, have = f"choice {index}", expected.choices[index], got.choices[index]
        for name in ("text", "refusal", "reasoning"):
            found += text_difference(f"{where} {name}", getattr(want, name), getattr(have, name))
        found += call_differences(where, want.calls, have.calls)
    return found


def any_content(answer: Answer) -> bool:
    return any(choice.text or choice.refusal or choice.reasoning or choice.calls for choice in answer.choices.values())


def finish_differences(expected: Answer, got: Answer) -> list[str]:
    return [
        f"choice {index} finish_reason: expected {want.finish!r}, got {got.choices[index].finish!r}"
        for index, want in expected.choices.items()
        if index in got.choices and want.finish != got.choices[index].finish
    ]


def call_differences(where: str, expected: list[Call], got: list[Call]) -> list[str]:
    if [call.name for call in expected] != [call.name for call in got]:
        return [f"{where} tool calls: expected {[call.name for call in expected]}, got {[call.name for call in got]}"]
    found = []
    for number, (want, have) in enumerate(zip(expected, got, strict=True)):
        if want.parsed != have.parsed:
            found.append(f"{where} call {number} arguments: expected {want.arguments!r}, got {have.arguments!r}")
        if want.id and want.id != have.id:
            found.append(f"{where} call {number} id: expected {want.id!r}, got {have.id!r}")
    return found


def usage_differences(expected: Usage | None, got: Usage | None) -> list[str]:
    """Nothing is compared where the recording has no usage: the gateway may estimate then."""
    if expected is None:
        return []
    if got is None:
        return [f"usage: expected {expected}, got none"]
    return [
        f"usage {name}: expected {want}, got {getattr(got, name)}"
        for name, want in vars(expected).items()
        if want != getattr(got, name)
    ]


def text_difference(what: str, expected: str, got: str) -> list[str]:
    """Shows both texts from a little before the place where they part."""
    if expected == got:
        return []
    same = next((i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), min(len(expected), len(got)))
    start = max(0, same - 15)
    return [f"{what}: parts at character {same}: expected {expected[start : start + 60]!r}, got {got[start : start + 60]!r}"]
