"""A reader of server-sent events, written for tests and independent of the gateway's own: liberal, whole bodies only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    name: str  # value of `event:`, or ""
    data: str


def read_events(body: str) -> Iterator[Event]:
    """The events of a body; one at its end that lacks its blank line counts."""
    lines = re.sub(r"\r\n|\r", "\n", body.removeprefix("\ufeff"))
    for block in re.split(r"\n{2,}", lines):
        name, data = "", []
        for line in block.split("\n"):
            key, _, value = line.partition(":")
            if key == "event":
                name = value.strip()
            elif key == "data":
                data.append(value.removeprefix(" "))
        if data:
            yield Event(name, "\n".join(data))
