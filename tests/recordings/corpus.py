"""The recorded exchanges: where they are, and each as the bytes that a provider sent."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordings import nova

SOURCE_DIR = Path(__file__).resolve().parents[2]
DIALECTS = (
    "openai.chat",
    "openai.responses",
    "anthropic.messages",
    "bedrock.converse",
    "bedrock.converse_stream",
    "bedrock.messages",
    "bedrock.messages_stream",
    "cohere.v2.chat",
    "google.generate",
    "google.generate_stream",
    "ollama.chat",
)
# Bodies of InvokeModel are those of the model's vendor; Claude's are Anthropic's.
CLAUDE_BY_INVOKE = {"bedrock.invoke": "bedrock.messages", "bedrock.invoke_stream": "bedrock.messages_stream"}
# Writer has another path for its chats, and OpenAI's words in them.
SAME_WORDS = {"writer.chat": "openai.chat"}
STREAM_TYPES = {"sse": "text/event-stream", "ndjson": "application/x-ndjson", "aws-eventstream": "application/vnd.amazon.eventstream"}
JOINED_ANSWERS = re.compile(r'(event: message_stop\r?\n)?data: \{"type": ?"message_stop"[^\n]*\n\r?\n')


def folder() -> Path | None:
    """BREAKWATER_RECORDINGS, else shared/recordings beside the checkout; None when there is none."""
    named = os.environ.get("BREAKWATER_RECORDINGS")
    path = Path(named) if named else SOURCE_DIR.parent / "shared" / "recordings"
    return path if (path / "index.jsonl").is_file() else None


@dataclass(frozen=True)
class Recording:
    id: str
    dialect: str
    status: int
    streamed: bool
    headers: dict[str, str]
    body: str
    request: dict[str, Any] | None  # the recorded request, where it was stored as JSON
    method: str = "POST"
    path: str = ""  # of the address, where some dialects name the model
    query: str = ""
    binary: bytes = b""  # the body, where it is no text
    rewritten: bool = False  # into the words of another call (nova.py), so that these bytes were never sent

    @property
    def provider(self) -> str:
        return self.id.rpartition("-")[0]

    @property
    def beginning(self) -> bytes:
        """What of the body has come when the provider breaks off in its middle."""
        return self.sent[: len(self.sent) // 2]

    @property
    def sent(self) -> bytes:
        """The body as the provider sent it."""
        return self.binary or self.body.encode()

    @property
    def asked_for_stream(self) -> bool:
        """Errors come as JSON even when a stream was asked for."""
        if self.dialect.startswith("google."):
            return self.dialect == "google.generate_stream"
        return self.streamed or self.dialect.endswith("_stream") or bool(self.request and self.request.get("stream"))


def load(root: Path, dialects: tuple[str, ...] = DIALECTS) -> Iterator[Recording]:
    """The recordings of these dialects that have a response, in the order of the index."""
    for entry in index(root):
        if not spoken_as(entry["dialect"]) & {*dialects}:
            continue
        stored = as_replayed(json.loads((root / entry["provider"] / f"{entry['id']}.json").read_text()))
        entry["dialect"] = stored["dialect"]
        if entry["dialect"] not in dialects:
            continue
        response = stored.get("response") or {}
        if response.get("body") is not None or response.get("body_base64"):
            yield as_recording(entry, stored)


def index(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / "index.jsonl").read_text().splitlines()]


def spoken_as(dialect: str) -> set[str]:
    """The dialects as which recordings of this one may be replayed."""
    return {dialect} | {others[dialect] for others in (CLAUDE_BY_INVOKE, nova.CONVERSE, SAME_WORDS) if dialect in others}


def as_replayed(stored: dict[str, Any]) -> dict[str, Any]:
    if is_claude_by_invoke(stored):
        return stored | {"dialect": CLAUDE_BY_INVOKE[stored["dialect"]]}
    if nova.is_like_converse(stored):
        return nova.as_converse(stored) | {"rewritten": True}
    return stored | {"dialect": SAME_WORDS.get(stored["dialect"], stored["dialect"])}


def is_claude_by_invoke(stored: dict[str, Any]) -> bool:
    request = (stored.get("request") or {}).get("body")
    return stored["dialect"] in CLAUDE_BY_INVOKE and isinstance(request, dict) and "anthropic_version" in request


def as_recording(entry: dict[str, Any], stored: dict[str, Any]) -> Recording:
    response = stored["response"]
    request = (stored.get("request") or {}).get("body")
    endpoint = stored.get("endpoint") or {}
    stream_type = STREAM_TYPES.get(entry["stream"] or "")
    streamed = stream_type is not None
    binary = base64.b64decode(response.get("body_base64") or "")
    text = response.get("body") or ""
    return Recording(
        id=entry["id"],
        dialect=entry["dialect"],
        status=response["status"],
        streamed=streamed,
        headers=with_content_type(response["headers"], stream_type),
        body=first_answer(entry["dialect"], text) if streamed else text,
        request=request if isinstance(request, dict) else None,
        binary=binary,
        method=endpoint.get("method") or "POST",
        path=endpoint.get("path") or "",
        query=endpoint.get("query") or "",
        rewritten=stored.get("rewritten", False),
    )


def with_content_type(headers: dict[str, str], stream_type: str | None) -> dict[str, str]:
    """Recorders lost the content type of some answers. A provider always has one."""
    named = {name.lower(): value for name, value in headers.items() if value != "**REDACTED**"}
    if stream_type:
        return named | {"content-type": stream_type}
    return {"content-type": "application/json"} | named


def first_answer(dialect: str, body: str) -> str:
    """One recorder joined the streams of a whole tool loop into one body; only the first is an answer to one request."""
    if dialect != "anthropic.messages" or (end := JOINED_ANSWERS.search(body)) is None:
        return body
    return body[: end.end()]
