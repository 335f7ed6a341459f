#!/usr/bin/env python3
"""Replays what Gemini and Claude were recorded to say, by their own APIs and by Vertex AI, as answers of Vertex AI.

A client of Chat Completions asks; the gateway logs in with an account. Each answer comes whole, in pieces, and broken off in the middle:
the client must get what was recorded, or an error and no more than its beginning. What it asked must have arrived in the words of the service.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import Ending, FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, GatewayError, server_section
from matrix.providers.vertex import BY_ACCOUNT, PLACE, by_token, claude_facts
from matrix.scripted import KEY, TOKEN_TARGET, token_for
from recordings import asking, corpus, grammar, grid, sent
from recordings.answer import Answer, Outcome, differences
from recordings.corpus import Recording
from recordings.replaying import reply_of
from recordings.run import (
    GOOGLE_MODELS,
    LINE_LENGTH,
    THREADS,
    Client,
    Job,
    as_asked,
    jobs_for,
    lost_by_google,
    read_known_failures,
)

Json = dict[str, Any]

CLAUDE_MODEL = "claude-replay@20250929"
GEMINI_ROUTES = dict(zip(("rec-google", "rec-google-2-5", "rec-google-2-0"), GOOGLE_MODELS, strict=True))  # those of asking.google_route
CLAUDE_ROUTE = asking.ROUTES["anthropic.messages"]
TARGET = re.compile(
    rf"{PLACE}/(google/models/([^/:]+):(generateContent|streamGenerateContent\?alt=sse)"
    rf"|anthropic/models/{CLAUDE_MODEL}:(rawPredict|streamRawPredict))"
)
GEMINI = ("google.generate", "google.generate_stream")
CLAUDE = ("anthropic.messages", "vertex.raw_predict", "vertex.raw_predict_stream")
# What the recorded requests say to Claude beside what the matrix asks.
SETTINGS = ("temperature", "metadata")
NO_RESULT = "[no result]"  # what the gateway answers for a client that did not
BROKEN = {"upstream_truncated", "upstream_connection_lost"}


def configuration(upstream_url: str) -> str:
    routes = GEMINI_ROUTES | {CLAUDE_ROUTE: CLAUDE_MODEL}
    deployments = "\n".join(f'  {route}: {{provider: vertex, model: "{model}"}}' for route, model in routes.items())
    return server_section() + f"""
providers:
  vertex: {BY_ACCOUNT.format(url=upstream_url, key=KEY)}
deployments:
{deployments}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


@dataclass(frozen=True)
class Case:
    job: Job
    broken: bool = False  # the answer ends in its middle

    @property
    def family(self) -> str:
        return "Gemini" if self.job.recording.dialect in GEMINI else "Claude"

    @property
    def name(self) -> str:
        return self.job.name + (", broken off" if self.broken else "")

    @property
    def marker(self) -> str:
        return self.job.marker + (".broken" if self.broken else "")

    @property
    def request(self) -> Json:
        return asking.request_for(self.job.recording, self.job.expected, self.marker)

    @property
    def reply(self) -> Reply:
        whole = reply_of(self.job.recording, self.job.piece)
        return replace(whole, body=whole.body[: len(whole.body) // 2], ending=Ending.CUT) if self.broken else whole


def cases_for(recording: Recording) -> Iterator[Case]:
    """What came from Claude by Vertex AI is in Anthropic's words."""
    if recording.dialect in CLAUDE:
        recording = replace(recording, dialect="anthropic.messages")
    for job in jobs_for(recording):
        yield Case(job)
    if recording.status == 200:
        yield Case(job, broken=True)


class Upstream:
    """The service: answers with the recording that the request names, and keeps what was wrong with the request."""

    def __init__(self, cases: list[Case]) -> None:
        self._by_user = {case.marker: case for case in cases}
        self._by_seed = {asking.seed_of(case.marker): case for case in cases}
        assert len(self._by_seed) == len(cases), "two markers have one seed"
        self.found: dict[str, list[str]] = {}

    def __call__(self, request: Request) -> Reply:
        if request.target == TOKEN_TARGET:
            return token_for(request)
        target, body = TARGET.fullmatch(request.target), request.json()
        if target is None:
            return json_reply({"error": {"message": f"replay: unknown path {request.target}"}}, 418)
        model = target[2]
        case = self._by_seed.get(body["generationConfig"]["seed"]) if model else self._by_user.get(body["metadata"]["user_id"])
        if case is None:
            return json_reply({"error": {"message": "replay: unknown seed or user"}}, 418)
        found = [] if request.method == "POST" and by_token(request) else ["the wrong credentials"]
        if (wanted := GEMINI_ROUTES.get(case.request["model"])) != model:
            found.append(f"asked of {model!r}, not of {wanted!r}")
        if ("stream" in request.target) != case.request["stream"]:
            found.append(f"asked at {request.target}")
        found += gemini_complaints(case, body) if model else claude_complaints(case, body)
        self.found[case.marker] = found
        return case.reply


def gemini_complaints(case: Case, body: Json) -> list[str]:
    """The service takes no ids of calls, wants to know whose every turn is, and has the tier as a header."""
    parts = [part for content in body["contents"] for part in content["parts"]]
    members = [part[name] for part in parts for name in ("functionCall", "functionResponse") if name in part]
    found = ["a call or a result has an id"] if any("id" in member for member in members) else []
    found += ["a turn of nobody"] if any("role" not in content for content in body["contents"]) else []
    found += ["serviceTier in the body"] if "serviceTier" in body else []
    lost = lost_by_google(case.job.recording, body)
    return found + ([lost] if lost else [])


def claude_complaints(case: Case, body: Json) -> list[str]:
    arrived = claude_facts({name: value for name, value in body.items() if name not in SETTINGS})
    arrived.settings["temperature"] = body.get("temperature")
    if isinstance(choice := arrived.settings.get("tool_choice"), dict):
        arrived.settings["tool_choice"] = {"type": "function", "function": {"name": choice["name"]}}
    lost = sent.lost(as_claude_takes_it(sent.asked(case.request)), arrived)
    return [lost] if lost else []


def as_claude_takes_it(asked: sent.Facts) -> sent.Facts:
    """Where there are calls there must be tools, and each call has one result; a result of no call can only be a text."""
    made = [call_id for call_id, _, _ in asked.calls]
    results = dict(asked.results)
    return replace(
        asked,
        user=asked.user + [text for call_id, text in asked.results if call_id not in made],
        results=[(call_id, results.get(call_id, NO_RESULT)) for call_id in made],
        tools=asked.tools or [(name, {"type": "object", "properties": {}}) for _, name, _ in asked.calls],
    )


def run_case(case: Case, client: Client, upstream: Upstream) -> tuple[str, list[str]]:
    """A word for the count, and what is wrong."""
    request = case.request
    outcome, body = client.exchange(request)
    found = upstream.found.get(case.marker)
    if found is None:
        return "refused in words", refusal_complaints(request, outcome)
    if KEY.encode() in body:
        found = [*found, "the token is in the answer"]
    if case.broken:
        return "broken off", found + beginning_complaints(case.job.expected.answer, outcome)
    return "answered", found + differences(as_asked(case.job.expected, grammar.Asked.by(request)), outcome)


def refusal_complaints(request: Json, outcome: Outcome) -> list[str]:
    """Claude on Vertex AI takes no addresses of pictures, which the gateway may say."""
    addresses = [part for message in request["messages"] for part in sent.as_parts(message.get("content")) if "image_url" in part]
    remote = any(not part["image_url"]["url"].startswith("data:") for part in addresses)
    refused = outcome.status == 400 and outcome.error is not None and not outcome.problems
    return [] if refused and remote else [f"did not arrive: {outcome.status} {outcome.error} {outcome.problems}"]


def beginning_complaints(whole: Answer, outcome: Outcome) -> list[str]:
    found = list(outcome.problems)
    if outcome.error is None or outcome.error.get("code") not in BROKEN:
        return [*found, f"not an error of a broken answer: {outcome.status} {outcome.error}"]
    for index, got in outcome.answer.choices.items():
        want = whole.choices.get(index)
        begun = want is not None and want.text.startswith(got.text) and want.reasoning.startswith(got.reasoning)
        if not begun or [call.name for call in got.calls] != [call.name for call in want.calls][: len(got.calls)]:
            found.append(f"choice {index} is not the beginning of what was said: {got}")
        if got.finish is not None:
            found.append(f"choice {index} looks complete: {got.finish}")
    return found


class Report:
    """Counts exchanges by family, and those of recordings that are known to fail apart."""

    def __init__(self, known: dict[str, str], verbose: bool) -> None:
        self._known = known
        self._verbose = verbose
        self._words: dict[str, Counter[str]] = {}
        self._answered: dict[str, tuple[Case, bool]] = {}  # by recording; whether all that came of it was right
        self._skipped = self._failed = 0

    def add(self, case: Case, word: str, found: list[str]) -> None:
        if word == "answered":
            _, right = self._answered.get(case.job.recording.id, (case, True))
            self._answered[case.job.recording.id] = (case, right and not found)
        if not found:
            self._words.setdefault(case.family, Counter())[word] += 1
        elif case.job.recording.id in self._known:
            self._skipped += 1
        else:
            self._failed += 1
            line = f"FAILED {case.name}: {' | '.join(found)}".replace("\n", "\\n")
            print(line if self._verbose else line[:LINE_LENGTH])

    def publish(self, write: bool) -> None:
        """Holds the grid in docs/providers.md to what was found; a difference counts as a failure."""
        grown = grid.Grid()
        for case, right in self._answered.values():
            features = set(grid.shown(case.request, case.job.expected))
            grown.add(f"vertex, {case.family}", features, case.job.recording.asked_for_stream, right, grid.BY_VERTEX)
        if complaint := grown.publish((grid.BY_VERTEX,), write, "python3 tests/recordings/vertex.py --write"):
            print(f"FAILED {complaint}")
            self._failed += 1

    def close(self) -> int:
        """Prints the closing lines; the exit code."""
        for family, words in self._words.items():
            print(f"vertex: {family} " + ", ".join(f"{count} {word}" for word, count in words.items()))
        passed = sum(words.total() for words in self._words.values())
        print(f"vertex: {passed} passed, {self._failed} failed, {self._skipped} skipped")
        return 1 if self._failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", default="", help="one recording; also the beginning of ids")
    parser.add_argument("--write", action="store_true", help="write the rows of Vertex AI in docs/providers.md anew")
    parser.add_argument("--verbose", action="store_true", help="whole differences")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("vertex: skipped (../shared/recordings is not there)")
        return 0
    recordings = [recording for recording in corpus.load(root, GEMINI + CLAUDE) if recording.id.startswith(arguments.only)]
    cases = [case for recording in recordings for case in cases_for(recording)]
    assert cases, "the recordings have nothing of Gemini or Claude"
    upstream = Upstream(cases)
    report = Report(read_known_failures(), arguments.verbose)
    try:
        with FakeUpstream(upstream) as server, Gateway(configuration(server.url)) as gateway:
            client = Client(gateway.listen)
            with ThreadPoolExecutor(THREADS) as pool:
                for case, (word, found) in zip(cases, pool.map(lambda case: run_case(case, client, upstream), cases), strict=True):
                    report.add(case, word, found)
    except GatewayError as error:
        print(f"FAILED {error}")
        return 1
    if not arguments.only:
        report.publish(arguments.write)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
