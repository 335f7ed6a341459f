#!/usr/bin/env python3
"""Sends the recorded Messages requests as a client of that dialect would, and compares what it gets with what was recorded.

Behind the gateway is a provider of the same dialect, which must get the client's bytes and answers with the recorded ones, and one of
OpenAI's, which says the same in its own words. What that one has no words for has to be refused in ours.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, GatewayError, server_section
from blackbox.sse import read_events
from matrix.cells import TOKENS, Said
from matrix.providers import openai
from recordings import asking, corpus, grammar_messages, provider_anthropic, sent
from recordings.answer import Answer, Choice, Expected, Outcome, Usage, differences
from recordings.corpus import Recording
from recordings.replaying import reply_of
from recordings.run import API_KEY, THREADS, TIMEOUT_SECONDS

Json = dict[str, Any]

MODEL = "replay"
ROUTES = ("own", "other")
# What runs at Anthropic or lies there; another vendor can do nothing with it.
NOT_ELSEWHERE = ("server_tool_use", "container_upload")


def configuration(upstream_url: str) -> str:
    return server_section() + f"""
providers:
  own: {{dialect: anthropic, base_url: "{upstream_url}", api_key: "{API_KEY}"}}
  other: {{preset: generic, base_url: "{upstream_url}/v1", api_key: "{API_KEY}"}}
deployments:
  own: {{provider: own, model: {MODEL}}}
  other: {{provider: other, model: {MODEL}}}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


@dataclass(frozen=True)
class Job:
    number: int
    recording: Recording
    expected: Expected
    route: str

    @property
    def name(self) -> str:
        return f"{self.recording.id} to {self.route}"

    @property
    def marker(self) -> str:
        return f"job-{self.number}"

    @property
    def request(self) -> Json:
        assert self.recording.request is not None
        return self.recording.request | {"model": self.route, "metadata": {"user_id": self.marker}, "stream": self.recording.streamed}

    @property
    def body(self) -> bytes:
        """As no serialiser of ours would write it."""
        return json.dumps(self.request, separators=(" , ", ":  ")).encode()

    @property
    def thinks(self) -> bool:
        asked = self.request
        return (asked.get("thinking") or {}).get("type") in ("enabled", "adaptive") or "effort" in (asked.get("output_config") or {})

    @property
    def goes_whole(self) -> bool:
        """A last turn of the assistant is not for every model, so that this one gets another after it; nor is sampling beside thinking."""
        sampled = self.thinks and not self.request.keys().isdisjoint(("temperature", "top_p", "top_k"))
        return self.request["messages"][-1]["role"] != "assistant" and not sampled


def jobs_of(root: Path, only: str) -> Iterator[Job]:
    number = 0
    for recording in corpus.load(root, ("anthropic.messages",)):
        if recording.request is None or recording.status != 200 or not recording.id.startswith(only):
            continue
        expected = provider_anthropic.read(recording)
        for route in ROUTES:
            if expected.failure is None:
                number += 1
                yield Job(number, recording, expected, route)


class Upstream:
    """Both providers: `found` has what was wrong with the request of a job."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = {job.marker: job for job in jobs}
        self.found: dict[str, str] = {}

    def __call__(self, request: Request) -> Reply:
        body = request.json()
        own = request.target == "/v1/messages"
        marker = body["metadata"]["user_id"] if own else body["user"]
        job = self._jobs.get(marker)
        if job is None:
            return json_reply({"error": {"message": f"unknown user {marker!r}"}}, 418)
        if own:
            self.found[marker] = changed(job, request.body)
            return reply_of(job.recording, 7)
        self.found[marker] = lost(job, body)
        said = said_by(job)
        return openai.stream(said) if body.get("stream") else openai.whole(said)


def changed(job: Job, arrived: bytes) -> str:
    wanted = job.body.replace(b'"own"', f'"{MODEL}"'.encode(), 1)
    same = hashlib.sha256(arrived).digest() == hashlib.sha256(wanted).digest()
    return "" if same or not job.goes_whole else f"the body is not the client's: {arrived[:200]!r}"


def lost(job: Job, body: Json) -> str:
    translated = asking.translated_anthropic(job.request, job.recording.streamed)
    if translated is None:
        return ""
    want, have = sent.asked(translated), sent.asked(body)
    have.settings["stop"] = body.get("stop")
    want.reasoning = [""] * len(want.assistant)
    have.reasoning = [""] * len(have.assistant)
    return sent.lost(want, have)


def said_by(job: Job) -> Said:
    choice = job.expected.answer.choices[0]
    calls = tuple((call.id, call.name, call.arguments or "{}") for call in choice.calls)
    return Said(choice.text, choice.reasoning, calls, choice.finish or "stop")


def expected_of(job: Job) -> Expected:
    if job.route == "own":
        return job.expected
    said = said_by(job)
    choice: Choice = said.as_answer().choices[0]
    choice.reasoning = said.reasoning if job.thinks else ""
    return Expected(Answer({0: choice}, Usage(*TOKENS)))


def kinds_of(body: str, stream: bool) -> list[str]:
    """The types of the blocks of an answer, in order, without empty texts."""
    if not stream:
        return [block["type"] for block in json.loads(body)["content"] if block.get("text") != ""]
    events = [json.loads(event.data) for event in read_events(body)]
    full = {event["index"] for event in events if event["type"] == "content_block_delta"}
    starts = [event for event in events if event["type"] == "content_block_start"]
    return [event["content_block"]["type"] for event in starts if event["content_block"]["type"] != "text" or event["index"] in full]


def joined(kinds: list[str]) -> list[str]:
    """Texts that stand beside each other are one."""
    return [kind for at, kind in enumerate(kinds) if kind != "text" or kinds[at - 1 : at] != ["text"]]


def may_be_refused(job: Job) -> bool:
    """OpenAI's dialect has no words for the request."""
    request = job.request
    blocks = [block for message in request["messages"] for block in asking.as_blocks(message["content"])]
    files = [block for block in blocks if block["type"] in ("document", "image") and block["source"]["type"] in ("file", "url")]
    hosted = [tool for tool in request.get("tools") or [] if tool.get("type") not in (None, "custom")]
    return job.route == "other" and bool(hosted or files or any(block["type"] in NOT_ELSEWHERE for block in blocks))


def run_job(job: Job, address: str, upstream: Upstream) -> tuple[str, list[str]]:
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT_SECONDS)
    connection.request("POST", "/v1/messages", job.body, {"content-type": "application/json", "anthropic-version": "2023-06-01"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    outcome = grammar_messages.read(response.status, headers, body, job.recording.streamed)
    if outcome.status == 400 and may_be_refused(job):
        return "refused", outcome.problems
    return "held", outcome.problems + compare(job, outcome, body.decode(), upstream)


def compare(job: Job, outcome: Outcome, body: str, upstream: Upstream) -> list[str]:
    expected = expected_of(job)
    for choice in outcome.answer.choices.values():
        choice.refusal = ""  # the explanation of a refusal, which the reader of recordings does not look at
    found = differences(replace(expected, answer=expected.answer), replace(outcome, problems=[]))
    if complaint := upstream.found.get(job.marker, "no request arrived"):
        found.append(f"the request: {complaint}")
    if job.route == "own" and outcome.status == 200:
        want, have = (joined(kinds_of(text, job.recording.streamed)) for text in (job.recording.body, body))
        if want != have:
            found.append(f"blocks: expected {want}, got {have}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", default="", help="the beginning of ids")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("recorded messages: skipped (../shared/recordings is not there)")
        return 0
    jobs = list(jobs_of(root, arguments.only))
    upstream = Upstream(jobs)
    counts: Counter[str] = Counter()
    try:
        with FakeUpstream(upstream) as server, Gateway(configuration(server.url)) as gateway:
            with ThreadPoolExecutor(THREADS) as pool:
                results = list(pool.map(lambda job: run_job(job, gateway.listen, upstream), jobs))
    except GatewayError as error:
        print(f"FAILED {error}")
        return 1
    for job, (word, found) in zip(jobs, results, strict=True):
        counts["failed" if found else word] += 1
        if found:
            print(f"FAILED {job.name}: {' | '.join(found)}"[:700])
    print(f"recorded messages: {counts['held']} passed, {counts['refused']} refused in words, {counts['failed']} failed")
    return 1 if counts["failed"] or not counts["held"] else 0


if __name__ == "__main__":
    sys.exit(main())
