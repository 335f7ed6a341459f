"""The grid of docs/providers.md: how many answers of each provider hold, by what they show and whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from recordings.answer import Expected
from recordings.published import publish_rows
from recordings.sent import as_parts

Json = dict[str, Any]

FEATURES = ("text", "tools", "parallel tools", "tool result", "image", "structured", "thinking", "stop", "length", "refusal", "error")


def shown(asked: Json, expected: Expected) -> Iterator[str]:
    """The features that an exchange shows: by the request as the client sends it, and by the answer that it must get."""
    if expected.failure is not None:
        yield "error"
        return
    yield from shown_by_request(asked)
    choices = list(expected.answer.choices.values())
    if any(choice.text for choice in choices):
        yield "text"
    if any(choice.calls for choice in choices):
        yield "tools"
    if any(len(choice.calls) > 1 for choice in choices):
        yield "parallel tools"
    if any(choice.reasoning for choice in choices):
        yield "thinking"
    if any(choice.finish == "length" for choice in choices):
        yield "length"
    if any(choice.finish == "content_filter" or choice.refusal for choice in choices):
        yield "refusal"


def shown_by_request(asked: Json) -> Iterator[str]:
    messages = asked.get("messages") or []
    if any(message["role"] in ("tool", "function") for message in messages):
        yield "tool result"
    if any(part.get("type") == "image_url" for message in messages for part in as_parts(message.get("content"))):
        yield "image"
    if (asked.get("response_format") or {}).get("type") in ("json_schema", "json_object"):
        yield "structured"
    if asked.get("stop"):
        yield "stop"


# What a row of the grid was shown by.
RECORDED = "recorded"
REWRITTEN = "recorded, rewritten"
BY_VERTEX = "recorded, as by Vertex AI"
BY_PRESET = "recorded, by preset"
OF_OTHERS = "of others, by preset"
FIXTURES = "fixtures"
KINDS = (RECORDED, REWRITTEN, BY_VERTEX, BY_PRESET, OF_OTHERS, FIXTURES)


class Grid:
    """Filled answer by answer; rows of the page's grid come out."""

    def __init__(self) -> None:
        self._all: Counter[tuple[str, str, str, bool]] = Counter()
        self._held: Counter[tuple[str, str, str, bool]] = Counter()

    def add(self, provider: str, features: set[str], stream: bool, held: bool, kind: str = RECORDED) -> None:
        for feature in {"all", *features}:
            self._all[provider, kind, feature, stream] += 1
            self._held[provider, kind, feature, stream] += held

    def publish(self, kinds: tuple[str, ...], write: bool, command: str) -> str:
        """Writes the rows of these kinds, or says that the page has others."""
        return publish_rows(kinds, ["provider", "shown by", "answers", *FEATURES], self.rows(), KINDS, write, command)

    def rows(self) -> list[list[str]]:
        names = {(provider, kind) for provider, kind, _, _ in self._all}
        return [[f"`{provider}`", kind, *(self._cell(provider, kind, feature) for feature in ("all", *FEATURES))] for provider, kind in names]

    def _cell(self, provider: str, kind: str, feature: str) -> str:
        counts = [self._count(provider, kind, feature, stream) for stream in (False, True)]
        return " " if counts == ["0", "0"] else " + ".join(counts)

    def _count(self, provider: str, kind: str, feature: str, stream: bool) -> str:
        held, of = self._held[provider, kind, feature, stream], self._all[provider, kind, feature, stream]
        return str(held) if held == of else f"{held} of {of}"
