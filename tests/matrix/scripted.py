"""What a dialect's module in `providers/` is made of: the forms of its address, and helpers that write its answers down."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from blackbox.fake_upstream import Framing, Reply, Request, halves  # noqa: F401

Json = dict[str, Any]

KEY = "sk-matrix-canary-0001"
REFRESH_TOKEN = "refresh-canary-0001"  # of fixtures/credentials/google_user.json
TOKEN_TARGET = "/token"  # where the upstream gives KEY as a token to those that ask by a log-in of a user


@dataclass(frozen=True)
class Form:
    """One way to reach the dialect: a provider of the configuration, and what must be true of a request to it."""

    provider: str  # YAML; {url} stands for the upstream's address
    targets: tuple[str, str]  # for a whole answer and a stream
    model: str
    may: Callable[[Request], bool] = lambda request: request.headers.get("authorization") == f"Bearer {KEY}"
    deployment: str = ""  # more keys of the deployment, as YAML
    models: dict[str, str] = field(default_factory=dict)  # features for which another model is asked
    adapted: dict[str, str] = field(default_factory=dict)  # by feature: all that x-breakwater-adapted must say; else there is none
    refused: dict[str, str] = field(default_factory=dict)  # by feature: a word of the message of the 400 that the client must get
    speaks: ModuleType | SimpleNamespace | None = None  # what reads and answers here, where it is not the dialect's own module


def json_body(value: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    return Reply(status, [("content-type", "application/json"), *headers], json.dumps(value).encode())


def token_for(request: Request) -> Reply:
    """An OAuth token service, as far as a user's log-in needs one."""
    form = parse_qs(request.body.decode())
    if form.get("grant_type") != ["refresh_token"] or form.get("refresh_token") != [REFRESH_TOKEN]:
        return json_body({"error": "invalid_grant"}, 400)
    return json_body({"access_token": KEY, "expires_in": 3600, "token_type": "Bearer"})


def streamed(content_type: str, pieces: list[bytes]) -> Reply:
    return Reply(200, [("content-type", content_type)], b"".join(pieces), cut=lambda _: pieces, framing=Framing.CHUNKED)


def sse(events: Iterable[Json | str], named: bool = False) -> Reply:
    """Text is sent as it is; `named` repeats an object's `type` as the name of its event."""
    pieces = []
    for event in events:
        data = event if isinstance(event, str) else json.dumps(event)
        name = f"event: {event['type']}\n" if named and isinstance(event, dict) else ""
        pieces.append(f"{name}data: {data}\n\n".encode())
    return streamed("text/event-stream", pieces)


def ndjson(lines: Iterable[Json]) -> Reply:
    return streamed("application/x-ndjson", [json.dumps(line).encode() + b"\n" for line in lines])


def event_stream(frames: Iterable[tuple[str, str, Json]]) -> Reply:
    """Each frame as its kind (`event`, `exception`), its type and its payload."""
    return streamed("application/vnd.amazon.eventstream", [frame(*one) for one in frames])


def frame(kind: str, name: str, payload: Json) -> bytes:
    headers = b"".join(header(*one) for one in ((":message-type", kind), (f":{kind}-type", name), (":content-type", "application/json")))
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", len(headers) + len(body) + 16, len(headers))
    checked = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return checked + struct.pack(">I", zlib.crc32(checked))


def header(name: str, value: str) -> bytes:
    return bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
