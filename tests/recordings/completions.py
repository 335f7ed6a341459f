"""Replays the recorded completions of prompts: a client asks at /v1/completions, and each answer comes whole, in pieces, and broken off in its middle.

What the provider was asked must be what was recorded, member by member; what the client gets must have the text, the finish reasons, the
counts and the log probabilities of the recorded answer, or an error and what had come of it in whole events.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blackbox.fake_upstream import FakeUpstream, Request
from blackbox.gateway import Gateway, server_section
from blackbox.sse import read_events
from recordings import corpus
from recordings.corpus import Recording
from recordings.replaying import Replay, hold, reply_of

Json = dict[str, Any]

DIALECT = "openai.completions"
KEY = "sk-canary-completions-01"
MODEL = "completes-1"
# By vendor: the preset that the gateway is told. Those of `local` were answered by vLLM and by a mock of OpenAI's.
ROUTES = {"openai": "openai", "together": "together", "local": "vllm"}
PATH = "/v1/completions"
SPLIT = (0, 7, 1)
LOGPROBS = ("tokens", "token_logprobs", "top_logprobs", "text_offset")


def is_ours(recording: Recording) -> bool:
    """What else was filed under this dialect is another API, or has an answer of its own shape."""
    return recording.path == PATH and recording.provider in ROUTES


def ours(root: Path) -> list[Recording]:
    return [recording for recording in corpus.load(root, (DIALECT,)) if is_ours(recording)]


def configuration(url: str) -> str:
    key = f'base_url: "{url}/v1", api_key: "{KEY}"'
    return server_section() + f"""
providers:
  openai: {{preset: openai, {key}}}
  together: {{preset: together, {key}}}
  vllm: {{preset: vllm, {key}}}
deployments:
  openai: {{provider: openai, model: {MODEL}, like: openai/gpt-3.5-turbo-instruct}}
  together: {{provider: together, model: {MODEL}}}
  vllm: {{provider: vllm, model: {MODEL}}}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


@dataclass
class Choice:
    text: str = ""
    finish: str | None = None
    logprobs: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Said:
    """An answer of this API, whoever gave it."""

    choices: dict[int, Choice] = field(default_factory=dict)
    usage: tuple[int, int] | None = None
    error: Json | None = None
    problems: list[str] = field(default_factory=list)

    def add(self, part: Json) -> None:
        if part.get("usage"):
            self.usage = (part["usage"]["prompt_tokens"], part["usage"]["completion_tokens"])
        for stated in part.get("choices") or []:
            choice = self.choices.setdefault(stated.get("index") or 0, Choice())
            choice.text += stated.get("text") or ""
            choice.finish = stated.get("finish_reason") or choice.finish
            for name, values in (stated.get("logprobs") or {}).items():
                if name in LOGPROBS:
                    choice.logprobs.setdefault(name, []).extend(values or [])


def recorded(recording: Recording) -> Said:
    return said_by(parts_of(recording.body) if recording.streamed else [json.loads(recording.body)])


def begun(recording: Recording) -> Said:
    """What the provider has said before it breaks off: the events that are whole. Half of a JSON answer says nothing."""
    whole_events = recording.beginning.decode(errors="ignore").replace("\r\n", "\n").rpartition("\n\n")[0]
    return said_by(parts_of(whole_events) if recording.streamed else [])


def said_by(parts: Iterable[Json]) -> Said:
    said = Said()
    for part in parts:
        said.add(part)
    return said


def parts_of(body: str) -> Iterator[Json]:
    for event in read_events(body):
        if event.data.strip() == "[DONE]":
            return
        yield json.loads(event.data)


def got(status: int, body: bytes, stream: bool) -> Said:
    """What the client got, held to the form of this API."""
    said = Said()
    if status != 200 or not stream:
        answer = json.loads(body)
        said.error = answer.get("error")
        said.problems += [] if said.error or is_envelope(answer) else [f"not a completion: {answer}"]
        said.add(answer)
        return said
    ids = set()
    for part in parts_of(body.decode()):
        said.error = part.get("error")
        if said.error:
            break
        ids.add(part.get("id"))
        said.problems += [] if is_envelope(part) else [f"not a chunk of a completion: {part}"]
        said.add(part)
    said.problems += ["more than one id"] if len(ids) > 1 else []
    if (b"data: [DONE]" in body) == bool(said.error):
        said.problems.append("[DONE] beside an error" if said.error else "the stream has no end")
    return said


def is_envelope(part: Json) -> bool:
    return part.get("object") == "text_completion" and str(part.get("id", "")).startswith("cmpl-") and bool(part.get("created")) and "model" in part


def arrival_problems(arrived: Request) -> list[str]:
    found = [] if arrived.target == PATH else [f"asked at {arrived.target}, not {PATH}"]
    return found + ["the provider's key is missing"] * (arrived.headers.get("authorization") != f"Bearer {KEY}")


def request_differences(recorded_request: Json, arrived: Json) -> list[str]:
    """A stream is asked for its counts, which the client does not see."""
    want, have = meaning(recorded_request | {"model": MODEL}), meaning(arrived)
    have.pop("stream_options", None)
    names = sorted(want.keys() | have.keys())
    return [f"request {name}: asked {want.get(name)!r}, arrived {have.get(name)!r}" for name in names if want.get(name) != have.get(name)]


def meaning(request: Json) -> Json:
    """Without what says nothing: members that are null, no stream, and lists of one where one text means the same."""
    stated = {name: value for name, value in request.items() if value is not None and (name, value) != ("stream", False)}
    for name in ("prompt", "stop"):
        if isinstance(value := stated.get(name), list) and len(value) == 1:
            stated[name] = value[0]
    return stated


def answer_differences(want: Said, have: Said, stream: bool) -> list[str]:
    if have.error:
        return [f"an error instead of an answer: {have.error}"]
    found = choice_differences(want, have)
    if want.usage and not stream and want.usage != have.usage:
        found.append(f"usage: {want.usage} became {have.usage}")
    if stream and have.usage:
        found.append("usage, which was not asked for")
    return found


def choice_differences(want: Said, have: Said) -> list[str]:
    found = []
    for index in sorted(want.choices.keys() | have.choices.keys()):
        one, other = want.choices.get(index, Choice()), have.choices.get(index, Choice())
        found += [f"choice {index} {name}: {vars(one)[name]!r} became {vars(other)[name]!r}"[:400] for name in vars(one) if vars(one)[name] != vars(other)[name]]
    return found


def broken_differences(want: Said, have: Said) -> list[str]:
    """An answer that breaks off is an error behind all that had come of it, and nothing else."""
    found = [] if have.error and have.error.get("code") in ("upstream_truncated", "upstream_connection_lost") else [f"no error of a broken answer: {have.error}"]
    return found + choice_differences(want, have)


def failure_differences(recording: Recording, have: Said) -> list[str]:
    """The one recorded failure is of a key, which is the gateway's."""
    wanted = {401: "upstream_auth_error"}[recording.status]
    return [] if have.error and have.error.get("code") == wanted else [f"no {wanted}: {have.error}"]


def post(gateway: Gateway, body: Json) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(gateway.listen, timeout=60)
    try:
        connection.request("POST", PATH, json.dumps(body), {"content-type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def problems(gateway: Gateway, replay: Replay, recording: Recording) -> list[str]:
    assert recording.request is not None
    stream = recording.asked_for_stream
    asked = recording.request | {"model": ROUTES[recording.provider]}
    found = []
    for piece, broken in [(piece, False) for piece in SPLIT] + [(0, True)] * (recording.status == 200):
        replay.reply, replay.arrived = reply_of(recording, piece, broken), None
        status, body = post(gateway, asked)
        if replay.arrived is None:
            return [f"nobody was asked: {status} {body!r}"]
        have = got(status, body, stream)
        found += have.problems + arrival_problems(replay.arrived) + request_differences(recording.request, replay.arrived.json())
        if recording.status != 200:
            found += failure_differences(recording, have)
        elif broken:
            found += broken_differences(begun(recording), have)
        else:
            found += answer_differences(recorded(recording), have, stream)
    return found


def replay_all(root: Path) -> tuple[list[Recording], int]:
    replay = Replay()
    with FakeUpstream(replay) as upstream, Gateway(configuration(upstream.url)) as gateway:
        return hold(ours(root), lambda recording: problems(gateway, replay, recording))
