#!/usr/bin/env python3
"""Sends every recorded Gemini request to the gateway as a Gemini client would, with scripted providers of four dialects behind it.

Google's own and Vertex AI answer with what was recorded: the client must get an answer of its dialect that says the same, and what it said
must have arrived byte for byte. The others answer with the same words in their own dialect. What a provider cannot do must be
refused in words.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream, Framing, Reply, Request, json_reply
from blackbox.gateway import Gateway, GatewayError, server_section
from matrix.cells import TOKENS, Said
from matrix.providers import anthropic, openai
from recordings import corpus, google_grammar, google_request, provider_google
from recordings.answer import Answer, Expected, Outcome, Usage, differences
from recordings.corpus import Recording

Json = dict[str, Any]

THREADS = 6
TIMEOUT_SECONDS = 30.0
KEY = "sk-test-recordings-0001"
STREAMS = {"": ":generateContent", google_grammar.EVENTS: ":streamGenerateContent?alt=sse", google_grammar.ARRAY: ":streamGenerateContent"}
# By name: the dialect and the model of a provider, and what writes its answers; Google's are those that were recorded.
BEHIND: dict[str, tuple[str, str, ModuleType | None]] = {
    "google": ("google", "", None),
    "vertex": ("vertex", "", None),
    "openai": ("openai", "any-model", openai),
    "anthropic": ("anthropic", "claude-sonnet-4-5-20250929", anthropic),
}
CANNOT = {"unsupported_parameter", "invalid_request", "invalid_value"}
SENT_WHOLE = ("contents", "tools")


@dataclass(frozen=True)
class Job:
    number: int
    recording: Recording
    behind: str
    stream: str

    @property
    def name(self) -> str:
        return f"{self.recording.id} to {self.behind}, {self.stream or 'whole'}"

    @property
    def recorded(self) -> bool:
        """Whether the answer is the one that was recorded."""
        return BEHIND[self.behind][2] is None

    @property
    def expected(self) -> Expected:
        """Other providers say the first choice in their own words, with the tokens of every script."""
        recorded = provider_google.read(self.recording)
        if self.recorded:
            return hidden(recorded, self.recording.request or {})
        said = self.said
        choice = replace(said.as_answer().choices[0], reasoning="")
        return Expected(Answer({0: choice}, Usage(*TOKENS)))

    @property
    def said(self) -> Said:
        choice = provider_google.read(self.recording).answer.choices[0]
        calls = tuple((f"call_{place}", call.name, call.arguments) for place, call in enumerate(choice.calls))
        text = choice.text or ("" if calls else choice.refusal or "Nothing.")
        return Said(text=text, calls=calls, finish=choice.finish or "stop")


def hidden(expected: Expected, request: Json) -> Expected:
    """Thoughts are for those who ask for them; the provider asks for them whenever it is to think."""
    thinking = (google_request.camel(request).get("generationConfig") or {}).get("thinkingConfig") or {}
    if not thinking.get("includeThoughts"):
        for choice in expected.answer.choices.values():
            choice.reasoning = ""
    return expected


def jobs_of(recordings: list[Recording]) -> Iterator[Job]:
    number = 0
    for recording in recordings:
        streams = [google_grammar.EVENTS, google_grammar.ARRAY] if recording.asked_for_stream else [""]
        behind = [name for name, (_, _, words) in BEHIND.items() if words is None or can_be_said(recording)]
        for name in behind:
            for stream in streams:
                number += 1
                yield Job(number, recording, name, stream)


def can_be_said(recording: Recording) -> bool:
    """Whether the scripts of other providers have words for the answer: one choice, and arguments that are an object."""
    if recording.status != 200:
        return False
    expected = provider_google.read(recording)
    return expected.failure is None and list(expected.answer.choices) == [0]


def configuration(upstream_url: str, jobs: list[Job]) -> str:
    providers, deployments = [], []
    for job in jobs:
        dialect, model, _ = BEHIND[job.behind]
        base = f"{upstream_url}/{job.number}" + ("/v1" if dialect == "openai" else "")
        providers.append(f'  p{job.number}: {{dialect: {dialect}, base_url: "{base}", api_key: "{KEY}"}}')
        deployments.append(f'  m{job.number}: {{provider: p{job.number}, model: "{model or recorded_model(job.recording)}"}}')
    lines = ["providers:", *providers, "deployments:", *deployments, "defaults:", "  retry: {attempts: 1}", "  breaker: off", ""]
    return server_section() + "\n".join(lines)


def recorded_model(recording: Recording) -> str:
    return recording.path.rpartition("/")[2].partition(":")[0] or "gemini-2.5-flash"


class Upstream:
    """The provider's side: answers by the number in the address."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = {job.number: job for job in jobs}
        self.arrived: dict[int, bytes] = {}

    def __call__(self, request: Request) -> Reply:
        match = re.match(r"/(\d+)/", request.target)
        if match is None:
            return json_reply({"error": {"message": f"nothing at {request.target}"}}, 418)
        job = self._jobs[int(match[1])]
        self.arrived[job.number] = request.body
        module = BEHIND[job.behind][2]
        if module is not None:
            return module.stream(job.said) if job.stream else module.whole(job.said)
        framing = Framing.CHUNKED if job.recording.streamed else Framing.LENGTH
        return Reply(job.recording.status, list(job.recording.headers.items()), job.recording.sent, framing=framing)


def ask(job: Job, address: str) -> tuple[Outcome, dict[str, str]]:
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT_SECONDS)
    try:
        body = json.dumps(job.recording.request)
        connection.request("POST", f"/v1beta/models/m{job.number}{STREAMS[job.stream]}", body, {"content-type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException) as error:
        return Outcome(0, problems=[f"the connection broke: {error!r}"]), {}
    finally:
        connection.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    outcome = google_grammar.read(response.status, headers, answer, job.stream)
    if KEY.encode() in answer:
        outcome.problems.append("the provider's key is in the answer")
    return outcome, headers


def judge(job: Job, outcome: Outcome, upstream: Upstream) -> tuple[str, list[str]]:
    """A word for the grid, and what is wrong."""
    arrived = upstream.arrived.get(job.number)
    if arrived is None:
        refused = outcome.error is not None and outcome.status == 400 and not outcome.problems
        said_no = refused and job.expected.failure is not None
        return "refused", [] if refused and (said_no or cannot(job, outcome)) else [f"did not arrive: {outcome.status} {outcome.error}"]
    found = lost(job, arrived) if job.recorded and outcome.status == 200 else []
    return "answered", found + differences(job.expected, outcome)


def cannot(job: Job, outcome: Outcome) -> bool:
    """Refused in words that name the field."""
    assert outcome.error is not None
    return outcome.error["code"] in CANNOT or "at" in str(outcome.error["message"])


def lost(job: Job, arrived: bytes) -> list[str]:
    """What the client said must be there: as its bytes, or, where something had to change, by its meaning."""
    recorded, sent = job.recording.request or {}, json.loads(arrived)
    same_bytes = all(json.dumps(recorded[name]).encode() in arrived for name in SENT_WHOLE if recorded.get(name))
    return [] if same_bytes else google_request.complaints(recorded, google_request.camel(sent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", default="", help="recordings whose ids begin with it")
    parser.add_argument("--verbose", action="store_true", help="whole differences")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("google clients: skipped (../shared/recordings is not there)")
        return 0
    found = corpus.load(root, ("google.generate", "google.generate_stream"))
    recordings = [one for one in found if one.request is not None and one.id.startswith(arguments.only)]
    jobs = list(jobs_of(recordings))
    upstream = Upstream(jobs)
    counts: Counter[str] = Counter()
    try:
        with FakeUpstream(upstream) as server, Gateway(configuration(server.url, jobs)) as gateway:
            with ThreadPoolExecutor(THREADS) as pool:
                outcomes = list(pool.map(lambda job: ask(job, gateway.listen), jobs))
    except GatewayError as error:
        print(f"FAILED {error}")
        return 1
    for job, (outcome, _) in zip(jobs, outcomes, strict=True):
        word, wrong = judge(job, outcome, upstream)
        counts["failed" if wrong else word] += 1
        if wrong:
            line = f"FAILED {job.name}: {' | '.join(wrong)}".replace("\n", "\\n")
            print(line if arguments.verbose else line[:700])
    print(f"google clients: {counts['answered']} answered, {counts['refused']} refused in words, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
