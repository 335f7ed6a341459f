#!/usr/bin/env python3
"""Replays every recorded chat exchange through one running gateway and compares what its client gets with what the provider said.

Each recording is sent whole and in pieces of 7 bytes, short streams also byte by byte: an answer must not depend on where a read ends.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox import sigv4
from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, GatewayError, server_section
from recordings import (
    asking,
    corpus,
    google_request,
    grammar,
    grid,
    provider_anthropic,
    provider_bedrock,
    provider_cohere,
    provider_google,
    provider_ollama,
    provider_openai,
    provider_responses,
    sent,
)
from recordings.answer import Expected, Outcome, differences
from recordings.corpus import Recording
from recordings.replaying import reply_of

THREADS = 8
TIMEOUT_SECONDS = 30.0
BYTE_BY_BYTE_LIMIT = 20_000
KNOWN_FAILURES = Path(__file__).with_name("known_failures.txt")
KNOWN_FAILURES_LIMIT = 10
LINE_LENGTH = 700
API_KEY = "sk-test-recordings-0001"
UPSTREAM_MODEL = "replay"
AWS_SECRET = "an/aws+secret0001"
BEDROCK_MODEL = "us.anthropic.claude-replay-v1:0"
BEDROCK_TARGETS = {f"/aws/model/{quote(BEDROCK_MODEL, safe='')}/{call}" for call in ("converse", "converse-stream")}
INVOKE_TARGETS = {f"/aws/model/{quote(BEDROCK_MODEL, safe='')}/{call}" for call in ("invoke", "invoke-with-response-stream")}
GOOGLE_MODELS = ("replay", "gemini-2.5-replay", "gemini-2.0-replay")
GOOGLE_TARGET = re.compile(r"/v1beta/models/([^/:]+):(generateContent|streamGenerateContent\?alt=sse)")
READERS = {
    "openai.chat": provider_openai.read,
    "openai.responses": provider_responses.read,
    "anthropic.messages": provider_anthropic.read,
    "bedrock.converse": provider_bedrock.read,
    "bedrock.converse_stream": provider_bedrock.read,
    "bedrock.messages": provider_bedrock.read_messages,
    "bedrock.messages_stream": provider_bedrock.read_messages,
    "cohere.v2.chat": provider_cohere.read,
    "google.generate": provider_google.read,
    "google.generate_stream": provider_google.read,
    "ollama.chat": provider_ollama.read,
}


def configuration(upstream_url: str, jobs: list[Job]) -> str:
    """One attempt per request, so that a provider's error is what the client sees, and none that is spared another's pause."""
    marked = [job for job in jobs if job.recording.dialect in asking.MARKED_BY_MODEL]
    deployments = "\n".join(
        f"  {asking.marked_route(job.recording, job.marker)}: "
        f"{{provider: {asking.ROUTES[job.recording.dialect]}, model: {job.marker}{capabilities(job.recording)}}}"
        for job in marked
    )
    return server_section() + f"""
providers:
  rec-openai: {{dialect: openai, base_url: "{upstream_url}/v1", api_key: "{API_KEY}"}}
  rec-responses: {{dialect: openai.responses, base_url: "{upstream_url}/v1", api_key: "{API_KEY}"}}
  rec-anthropic: {{dialect: anthropic, base_url: "{upstream_url}", api_key: "{API_KEY}"}}
  rec-bedrock:
    dialect: bedrock
    base_url: "{upstream_url}/aws"
    region: us-east-1
    access_key_id: AKIDEXAMPLE
    secret_access_key: "{AWS_SECRET}"
    session_token: "{API_KEY}"
  rec-cohere: {{dialect: cohere, base_url: "{upstream_url}", api_key: "{API_KEY}"}}
  rec-ollama: {{dialect: ollama, base_url: "{upstream_url}"}}
  rec-google: {{dialect: google, base_url: "{upstream_url}", api_key: "{API_KEY}"}}
deployments:
  rec-openai: {{provider: rec-openai, model: {UPSTREAM_MODEL}}}
  rec-responses: {{provider: rec-responses, model: {UPSTREAM_MODEL}}}
  rec-anthropic: {{provider: rec-anthropic, model: {UPSTREAM_MODEL}}}
  rec-bedrock: {{provider: rec-bedrock, model: "{BEDROCK_MODEL}"}}
  rec-bedrock-messages: {{provider: rec-bedrock, model: "{BEDROCK_MODEL}", api: invoke}}
  rec-google: {{provider: rec-google, model: {GOOGLE_MODELS[0]}}}
  rec-google-2-5: {{provider: rec-google, model: {GOOGLE_MODELS[1]}}}
  rec-google-2-0: {{provider: rec-google, model: {GOOGLE_MODELS[2]}}}
{deployments}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


def capabilities(recording: Recording) -> str:
    """Thoughts go back only to models that are known to think."""
    thinks = "thinking" in json.dumps(recording.request)
    return ", capabilities: {features: {reasoning: native}}" if thinks else ""


@dataclass(frozen=True)
class Job:
    """One exchange: a recording, sent in pieces of this many bytes (0: whole)."""

    recording: Recording
    expected: Expected
    piece: int

    @property
    def marker(self) -> str:
        return f"{self.recording.id}.{self.piece}"

    @property
    def name(self) -> str:
        return self.recording.id + (f" in pieces of {self.piece}" if self.piece else "")


def jobs_for(recording: Recording) -> Iterator[Job]:
    expected = READERS[recording.dialect](recording)
    pieces = [0, 7]
    if recording.streamed and len(recording.sent) < BYTE_BY_BYTE_LIMIT:
        pieces.append(1)
    for piece in pieces:
        yield Job(recording, expected, piece)


class Replay:
    """The provider's side: answers with the recording that the request names."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = {job.marker: job for job in jobs}
        self.misread: dict[str, list[str]] = {}  # by marker: what a request did not say as the recorded one does
        self._by_seed = {asking.seed_of(job.marker): job.marker for job in jobs}
        assert len(self._by_seed) == len(jobs), "two markers have one seed"

    def __call__(self, request: Request) -> Reply:
        body = request.json()
        job = self._jobs.get(self._marker_of(request.target, body))
        if complaint := self._complaint(request, body, job):
            return json_reply({"error": {"message": f"replay: {complaint}"}}, 418)
        assert job is not None
        if request.target in BEDROCK_TARGETS and asking.content_of(job.recording, job.expected):
            self.misread[job.marker] = provider_bedrock.request_differences(job.recording.request, body)
        if lost := lost_by_google(job.recording, body):
            return json_reply({"error": {"message": f"replay: {lost}"}}, 418)
        return reply_of(job.recording, job.piece)

    def _marker_of(self, target: str, body: Any) -> str | None:
        if target in ("/v1/chat/completions", "/v1/responses"):
            return body["user"]
        if target == "/v1/messages" or target in INVOKE_TARGETS:
            return body["metadata"]["user_id"]
        if target in BEDROCK_TARGETS:
            return body["requestMetadata"]["recording"]
        if GOOGLE_TARGET.fullmatch(target):
            return self._by_seed.get(body["generationConfig"]["seed"])
        return body["model"]

    @staticmethod
    def _complaint(request: Request, body: Any, job: Job | None) -> str:
        """What every provider would refuse: the wrong path, key or model; and what the request lost on its way."""
        if request.target in BEDROCK_TARGETS:
            return sigv4.complaint(request, AWS_SECRET) or ("" if job else "unknown metadata")
        if request.target in INVOKE_TARGETS:
            version = body.get("anthropic_version") == "bedrock-2023-05-31" and not body.keys() & {"model", "stream"}
            return sigv4.complaint(request, AWS_SECRET) or ("" if job and version else "unknown user, or not the body of InvokeModel")
        bearer = request.headers.get("authorization") == f"Bearer {API_KEY}"
        keys = {
            "/v1/chat/completions": bearer,
            "/v1/responses": bearer,
            "/v1/messages": request.headers.get("x-api-key") == API_KEY and "anthropic-version" in request.headers,
            "/v2/chat": bearer,
            "/api/chat": "authorization" not in request.headers,
        }
        if google := GOOGLE_TARGET.fullmatch(request.target):
            if request.headers.get("x-goog-api-key") != API_KEY:
                return "no credentials"
            return "" if google[1] in GOOGLE_MODELS and job else f"unknown model {google[1]!r} or seed"
        if request.method != "POST" or request.target not in keys:
            return f"unknown path {request.method} {request.target}"
        if not keys[request.target]:
            return "the wrong credentials"
        if job is None:
            return f"unknown model {body.get('model')!r} or user"
        if job.recording.dialect not in asking.MARKED_BY_MODEL and body.get("model") != UPSTREAM_MODEL:
            return f"unknown model {body.get('model')!r}"
        if dialect := asking.TRANSLATED.get(job.recording.dialect):
            return sent.lost(sent.asked(asking.request_for(job.recording, job.expected, job.marker)), dialect.facts(body))
        return ""


def lost_by_google(recording: Recording, body: Any) -> str:
    """What of the recorded request did not arrive, where it was asked again in the client's dialect."""
    if not recording.dialect.startswith("google.") or recording.status != 200 or recording.request is None:
        return ""
    if google_request.translated(recording.request) is None:
        return ""
    return " | ".join(google_request.complaints(recording.request, body))


class Client:
    """Sends requests over one kept connection per thread."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._local = threading.local()

    def exchange(self, request: dict[str, Any], resumes_calls: bool = False) -> tuple[Outcome, bytes]:
        asked = replace(grammar.Asked.by(request), resumes_calls=resumes_calls)
        try:
            connection = self._connection()
            connection.request("POST", "/v1/chat/completions", json.dumps(request), {"content-type": "application/json"})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._forget()
            return Outcome(0, problems=[f"the connection broke: {error!r}"]), b""
        headers = {name.lower(): value for name, value in response.getheaders()}
        outcome = grammar.read(response.status, headers, body, asked)
        if any(key.encode() in body or any(key in value for value in headers.values()) for key in (API_KEY, AWS_SECRET)):
            outcome.problems.append("the provider's key is in the answer")
        return outcome, body

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._address, timeout=TIMEOUT_SECONDS)
        return self._local.connection

    def _forget(self) -> None:
        self._local.connection.close()
        del self._local.connection


def as_asked(expected: Expected, asked: grammar.Asked) -> Expected:
    """Many providers put usage into a stream although the client did not ask for it; the gateway must not."""
    if asked.stream and not asked.usage_in_stream:
        return replace(expected, answer=replace(expected.answer, usage=None))
    return expected


def run_job(job: Job, client: Client, replay: Replay, verbose: bool) -> list[str]:
    """The differences; none when the exchange is as it must be."""
    request = asking.request_for(job.recording, job.expected, job.marker)
    outcome, body = client.exchange(request)
    found = differences(as_asked(job.expected, grammar.Asked.by(request)), outcome) + replay.misread.pop(job.marker, [])
    if found and verbose:
        print(f"--- {job.name}\nrequest: {json.dumps(request)}\nanswer {outcome.status}: {body.decode(errors='replace')}")
    return found


def read_known_failures() -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in KNOWN_FAILURES.read_text().splitlines() if line and not line.startswith("#")]
    if len(lines) >= KNOWN_FAILURES_LIMIT:
        raise SystemExit(f"{KNOWN_FAILURES.name} has {len(lines)} entries; fewer than {KNOWN_FAILURES_LIMIT} are allowed")
    return {line[0]: " ".join(line[1:]) for line in lines}


def row_of(recording: Recording) -> str:
    """The Responses API is another dialect of the same vendors."""
    vendor = recording.provider
    return f"{vendor}, Responses API" if recording.dialect == "openai.responses" else vendor


class Report:
    """Counts recordings: one passes when all its exchanges do."""

    def __init__(self, known: dict[str, str], verbose: bool) -> None:
        self._known = known
        self._verbose = verbose
        self._failed: dict[str, bool] = {}
        self._jobs: dict[str, Job] = {}
        self._stale_pages = 0

    def add(self, job: Job, found: list[str]) -> None:
        recording_id = job.recording.id
        self._jobs[recording_id] = job
        self._failed[recording_id] = self._failed.get(recording_id, False) or bool(found)
        if found and (self._verbose or recording_id not in self._known):
            line = f"FAILED {job.name}: {' | '.join(found)}".replace("\n", "\\n")
            print(line if self._verbose else line[:LINE_LENGTH])

    def publish(self, write: bool) -> None:
        """Holds the grid in docs/providers.md to what was found; a difference counts as a failure."""
        grown = grid.Grid()
        for recording_id, job in self._jobs.items():
            asked = asking.request_for(job.recording, job.expected, job.marker)
            features = set(grid.shown(asked, job.expected))
            kind = grid.REWRITTEN if job.recording.rewritten else grid.RECORDED
            grown.add(row_of(job.recording), features, job.recording.asked_for_stream, not self._failed[recording_id], kind)
        if complaint := grown.publish((grid.RECORDED, grid.REWRITTEN), write, "python3 tests/recordings/run.py --write"):
            print(f"FAILED {complaint}")
            self._stale_pages += 1

    def close(self, gateway_failed: bool) -> int:
        """Prints the closing line; the exit code."""
        excused = {recording_id for recording_id, failed in self._failed.items() if failed and recording_id in self._known}
        stale = [recording_id for recording_id in self._known if self._failed.get(recording_id) is False]
        for recording_id in stale:
            print(f"FAILED {recording_id}: passes, but {KNOWN_FAILURES.name} says: {self._known[recording_id]}")
        failed = sum(self._failed.values()) - len(excused) + len(stale) + gateway_failed + self._stale_pages
        passed = sum(not failed for failed in self._failed.values()) - len(stale)
        print(f"recordings: {passed} passed, {failed} failed, {len(excused)} skipped")
        return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", help="one recording; also the beginning of ids")
    parser.add_argument("--dialect", choices=corpus.DIALECTS)
    parser.add_argument("--write", action="store_true", help="write the grid in docs/providers.md anew")
    parser.add_argument("--verbose", action="store_true", help="whole differences, with the request and the answer")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("recordings: skipped (../shared/recordings is not there, nor was the grid in docs/providers.md checked)")
        return 0
    report = Report(read_known_failures(), arguments.verbose)
    dialects = (arguments.dialect,) if arguments.dialect else corpus.DIALECTS
    recordings = [recording for recording in corpus.load(root, dialects) if recording.id.startswith(arguments.only or "")]
    jobs = [job for recording in recordings for job in jobs_for(recording)]
    try:
        replay = Replay(jobs)
        with FakeUpstream(replay) as upstream, Gateway(configuration(upstream.url, jobs)) as gateway:
            client = Client(gateway.listen)
            with ThreadPoolExecutor(THREADS) as pool:
                for job, found in zip(jobs, pool.map(lambda job: run_job(job, client, replay, arguments.verbose), jobs), strict=True):
                    report.add(job, found)
    except GatewayError as error:
        print(f"FAILED {error}")
        return report.close(gateway_failed=True)
    if arguments.only is None and arguments.dialect is None:
        report.publish(arguments.write)
    return report.close(gateway_failed=False)


if __name__ == "__main__":
    sys.exit(main())
