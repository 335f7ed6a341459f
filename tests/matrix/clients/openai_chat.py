"""A client of the Chat Completions dialect."""

from __future__ import annotations

from typing import Any

from recordings import grammar
from recordings.answer import Outcome

Json = dict[str, Any]


def request(ask: Json, model: str, stream: bool) -> tuple[str, dict[str, str], Json]:
    body = ask | {"model": model, "stream": stream}
    if stream:
        body["stream_options"] = {"include_usage": True}
    return "/v1/chat/completions", {}, body


def read(status: int, headers: dict[str, str], body: bytes, request: Json) -> Outcome:
    return grammar.read(status, headers, body, grammar.Asked.by(request))
