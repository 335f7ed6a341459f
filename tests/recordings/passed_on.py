"""The recordings of what the gateway does not speak: older APIs, lists of models, a vendor's own calls. Clients reach them below /providers/NAME/.

Request and answer go through byte for byte, whole and in pieces. Of an answer that breaks off the client gets every byte that came, and
then the same: where events come an error follows as one more, and all else breaks off for the client too. Status 401 is about the gateway's
key, and so an error of the gateway's own.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blackbox.fake_upstream import FakeUpstream, Request
from blackbox.gateway import Gateway, server_section
from blackbox.sse import read_events
from recordings import completions, corpus
from recordings.corpus import Recording
from recordings.replaying import Replay, hold, reply_of

Json = dict[str, Any]

KEY = "sk-canary-passed-on-01"
DIALECTS = (
    *("models", "ollama.models", "openai.completions", "anthropic.complete", "cohere.v1.chat", "cohere.v1.generate"),
    *("ollama.generate", "google.interactions"),
)
SPLIT = (0, 7, 1)
BYTE_BY_BYTE_LIMIT = 20_000
BEARER = ("authorization", f"Bearer {KEY}")
# Where the recorder kept no address.
PATHS = {"google.interactions": "/v1beta/interactions"}


@dataclass(frozen=True)
class Vendor:
    settings: str  # of the provider, as YAML
    prefix: str = ""  # the part of the recorded path that is the provider's own address
    key_header: tuple[str, str] | None = BEARER


VENDORS = {
    "anthropic": Vendor("dialect: anthropic", key_header=("x-api-key", KEY)),
    "google": Vendor("dialect: google", key_header=("x-goog-api-key", KEY)),
    "cohere": Vendor("dialect: cohere"),
    "ollama": Vendor("dialect: ollama", key_header=None),
    "openai": Vendor("preset: openai", "/v1"),
    "deepseek": Vendor("preset: deepseek"),
    "groq": Vendor("preset: groq", "/openai/v1"),
    "mistral": Vendor("preset: mistral", "/v1"),
    "perplexity": Vendor("preset: perplexity"),
    # Bedrock's second address, which speaks OpenAI's dialect and takes a key.
    "bedrock": Vendor("dialect: openai", "/v1"),
    "copilot": Vendor("dialect: openai"),
    "portkey": Vendor("dialect: openai", "/v1"),
    "writer": Vendor("dialect: openai", "/v1"),
    "other": Vendor("dialect: openai", "/v1"),
}


def is_ours(recording: Recording) -> bool:
    return not (recording.dialect == completions.DIALECT and completions.is_ours(recording))


def ours(root: Path) -> list[Recording]:
    return [recording for recording in corpus.load(root, DIALECTS) if is_ours(recording)]


def configuration(url: str) -> str:
    lines = [
        f'  {name}: {{{vendor.settings}, base_url: "{url}{vendor.prefix}", passthrough: all'
        + (f', api_key: "{KEY}"}}' if vendor.key_header else "}")
        for name, vendor in VENDORS.items()
    ]
    return server_section() + "\n".join(["", "providers:", *lines, "deployments:", "  any: {provider: openai, model: m}", ""])


@dataclass(frozen=True)
class Sending:
    method: str
    path: str
    body: bytes

    @staticmethod
    def of(recording: Recording) -> Sending:
        # The key in a query is the client's, and stays behind; the recorder has crossed it out.
        query = "&".join(part for part in recording.query.split("&") if part and not part.startswith("key="))
        path = (recording.path or PATHS[recording.dialect]) + (f"?{query}" if query else "")
        if recording.method == "GET":
            return Sending("GET", path, b"")
        request = recording.request or {"input": "What was asked is not known."}
        return Sending(recording.method, path, json.dumps(request, ensure_ascii=False, indent=1).encode())


def is_refused_key(recording: Recording) -> bool:
    """What is not passed on: the client gets an error of the gateway's own."""
    return recording.status == 401


def variants(recording: Recording) -> Iterator[tuple[int, bool]]:
    """Size of the pieces, and whether the answer breaks off."""
    for piece in SPLIT:
        if piece != 1 or len(recording.sent) < BYTE_BY_BYTE_LIMIT:
            yield piece, False
    if recording.status == 200:
        yield 0, True


def exchange(gateway: Gateway, recording: Recording, sending: Sending) -> tuple[int, str, bytes, bool]:
    """Status, media type, body, and whether the body broke off."""
    vendor = VENDORS[recording.provider]
    assert sending.path.startswith(vendor.prefix), sending.path
    target = f"/providers/{recording.provider}{sending.path.removeprefix(vendor.prefix)}"
    connection = http.client.HTTPConnection(gateway.listen, timeout=60)
    try:
        connection.request(sending.method, target, sending.body or None, {"content-type": "application/json"})
        response = connection.getresponse()
        kind = response.headers.get("content-type") or ""
        try:
            return response.status, kind, response.read(), False
        except http.client.IncompleteRead as error:
            return response.status, kind, error.partial, True
    finally:
        connection.close()


def arrival_problems(arrived: Request | None, sending: Sending, vendor: Vendor) -> list[str]:
    if arrived is None:
        return ["nobody was asked"]
    want, have = (sending.method, sending.path, sending.body), (arrived.method, arrived.target, arrived.body)
    found = [] if want == have else [f"asked {want!r:.300}, arrived {have!r:.300}"]
    if vendor.key_header and arrived.headers.get(vendor.key_header[0]) != vendor.key_header[1]:
        found.append("the provider's key is missing")
    return found


def answer_problems(recording: Recording, answer: tuple[int, str, bytes, bool], broken: bool) -> list[str]:
    status, kind, body, broke = answer
    if is_refused_key(recording):
        said = json.loads(body) if not broke else {}
        code = said.get("error", {}).get("code")
        return [] if status == 502 and code == "upstream_auth_error" else [f"status {status} and code {code!r} for a key that was refused"]
    found = [] if status == recording.status else [f"status {status} instead of {recording.status}"]
    if kind != recording.headers["content-type"]:
        found.append(f"content-type {kind!r} instead of {recording.headers['content-type']!r}")
    if broken:
        return found + broken_problems(recording, body, broke)
    return found + ["the answer breaks off"] * broke + ["other bytes"] * (body != recording.sent)


def broken_problems(recording: Recording, body: bytes, broke: bool) -> list[str]:
    begun = recording.beginning
    if not body.startswith(begun):
        return [f"of {len(begun)} bytes that came, the client got {len(body)}, or others: {body[-100:]!r}"]
    rest = body.removeprefix(begun)
    if recording.headers["content-type"].split(";")[0] != "text/event-stream":
        return [] if broke and not rest else [f"the answer does not break off for the client: {rest[-100:]!r}"]
    # A blank line ends the event in whose middle the provider broke off.
    apart = rest.startswith(b"\n\n") or begun.endswith(b"\n\n")
    own = list(read_events(rest.decode())) if apart else []
    if [code_of(event.data) for event in own] == ["upstream_connection_lost"] and not broke:
        return []
    return [f"no event of its own says that the answer broke off, and ends the stream: {rest[-300:]!r}"]


def code_of(event: str) -> Any:
    try:
        return json.loads(event).get("error", {}).get("code")
    except json.JSONDecodeError:
        return None


def problems(gateway: Gateway, replay: Replay, recording: Recording) -> list[str]:
    sending, found = Sending.of(recording), []
    for piece, broken in variants(recording):
        replay.reply, replay.arrived = reply_of(recording, piece, broken), None
        answer = exchange(gateway, recording, sending)
        found += arrival_problems(replay.arrived, sending, VENDORS[recording.provider])
        found += answer_problems(recording, answer, broken)
    return found


def replay_all(root: Path) -> tuple[list[Recording], int]:
    replay = Replay()
    with FakeUpstream(replay) as upstream, Gateway(configuration(upstream.url)) as gateway:
        return hold(ours(root), lambda recording: problems(gateway, replay, recording))
