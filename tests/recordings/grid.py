"""The grid of docs/providers.md: how many recordings of each provider hold, by what they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from recordings.answer import Expected
from recordings.published import table
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


class Grid:
    """Filled recording by recording; the page's table comes out."""

    def __init__(self) -> None:
        self._all: Counter[tuple[str, str, bool]] = Counter()
        self._held: Counter[tuple[str, str, bool]] = Counter()

    def add(self, provider: str, features: set[str], stream: bool, held: bool) -> None:
        for feature in {"all", *features}:
            self._all[provider, feature, stream] += 1
            self._held[provider, feature, stream] += held

    def text(self) -> str:
        providers = sorted({provider for provider, _, _ in self._all})
        rows = [[f"`{provider}`", *(self._cell(provider, feature) for feature in ("all", *FEATURES))] for provider in providers]
        return table(["provider", "recordings", *FEATURES], rows)

    def _cell(self, provider: str, feature: str) -> str:
        counts = [self._count(provider, feature, stream) for stream in (False, True)]
        return " " if counts == ["0", "0"] else " + ".join(counts)

    def _count(self, provider: str, feature: str, stream: bool) -> str:
        held, of = self._held[provider, feature, stream], self._all[provider, feature, stream]
        return str(held) if held == of else f"{held} of {of}"
