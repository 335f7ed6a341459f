#!/usr/bin/env python3
"""Replays recorded exchanges of the Responses API as those of a client: the recorded request goes to the gateway, a scripted provider of
the same API gives the recorded answer, and the client must get an answer of that dialect that says the same.

What refers to state at the provider must be refused in words.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, server_section
from recordings import corpus, grammar_responses, provider_responses
from recordings.answer import Outcome, differences
from recordings.asking_responses import STATE
from recordings.corpus import Recording
from recordings.replaying import reply_of
from recordings.run import API_KEY, THREADS, TIMEOUT_SECONDS

Json = dict[str, Any]

DIALECT = "openai.responses"
ROUTE = "replay"
# Items by which the provider knows what it made itself; the gateway's client has other names for them.
NAMED = {"message", "reasoning", "function_call", "custom_tool_call", "function_call_output", "custom_tool_call_output"}


# What other gateways' clients say about routes, which this one would follow.
ROUTING = {"provider", "models", "route", "fallbacks"}


def request_of(recording: Recording) -> Json:
    asked = {name: value for name, value in recording.request.items() if name not in ROUTING}
    return asked | {"model": ROUTE, "user": recording.id, "store": False}


def refused(recording: Recording) -> bool:
    """The request needs something that only its provider has kept."""
    asked = recording.request
    items = asked["input"] if isinstance(asked.get("input"), list) else []
    parts = [part for item in items for part in item.get("content") or [] if isinstance(part, dict)]
    pictures = [part for part in parts if part.get("type") == "input_image"]
    return (
        any(asked.get(name) for name in STATE)
        or any(item.get("type") == "item_reference" for item in items)
        or any("image_url" not in part for part in pictures)
    )


def configuration(upstream_url: str) -> str:
    return server_section() + f"""
providers:
  own: {{dialect: openai.responses, base_url: "{upstream_url}/v1", api_key: "{API_KEY}"}}
deployments:
  {ROUTE}: {{provider: own, model: upstream, capabilities: {{features: {{reasoning: native}}}}}}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


class Upstream:
    """The provider: gives the recorded answer, and notes what of the request did not come as the client wrote it."""

    def __init__(self, recordings: list[Recording]) -> None:
        self._recordings = {recording.id: recording for recording in recordings}
        self.complaints: dict[str, list[str]] = {}

    def __call__(self, request: Request) -> Reply:
        body = request.json()
        recording = self._recordings.get(body.get("user"))
        if recording is None or request.target != "/v1/responses":
            return json_reply({"error": {"message": f"unknown: {request.target} {body.get('user')!r}"}}, 418)
        self.complaints[recording.id] = changed(recording.request, body)
        return reply_of(recording, 0)


def changed(asked: Json, arrived: Json) -> list[str]:
    """Members whose value is another one than the client wrote."""
    names = ["tools", "instructions", "text", "max_output_tokens", "temperature", "top_p", "tool_choice"]
    items = asked["input"] if isinstance(asked["input"], list) else []
    if not any(item.get("type", "message") in NAMED and ("id" in item or item.get("type") == "reasoning") for item in items):
        names.append("input")
    wrong = [name for name in names if asked.get(name) and differs(asked, arrived, name)]
    return [f"{name}: asked {asked[name]!r}, arrived {arrived.get(name)!r}"[:300] for name in wrong]


def differs(asked: Json, arrived: Json, name: str) -> bool:
    """Without tools there is nothing to choose from; that an answer is plain text need not be said."""
    if name == "tool_choice" and not asked.get("tools"):
        return False
    if name == "text":
        return without_plain_format(asked[name]) != without_plain_format(arrived.get(name) or {})
    return asked[name] != arrived.get(name)


def without_plain_format(text: Json) -> Json:
    return {name: value for name, value in text.items() if value is not None and value != {"type": "text"}}


def run(recording: Recording, address: str, upstream: Upstream) -> list[str]:
    asked = request_of(recording)
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", "/v1/responses", json.dumps(asked), {"content-type": "application/json"})
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    outcome = grammar_responses.read(response.status, headers, body, bool(asked.get("stream")))
    if refused(recording):
        return refusal_differences(outcome)
    return differences(provider_responses.read(recording), outcome) + upstream.complaints.get(recording.id, [])


def refusal_differences(outcome: Outcome) -> list[str]:
    error = outcome.error or {}
    return [] if outcome.status == 400 and error.get("param") else [f"expected a refusal, got {outcome.status} {error}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", default="", help="the beginning of ids")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("recordings of Responses clients: skipped (../shared/recordings is not there)")
        return 0
    recordings = [
        recording
        for recording in corpus.load(root, (DIALECT,))
        if recording.id.startswith(arguments.only) and recording.request and recording.request.get("input") is not None
    ]
    upstream = Upstream(recordings)
    counts: Counter[str] = Counter()
    with FakeUpstream(upstream) as server, Gateway(configuration(server.url)) as gateway, ThreadPoolExecutor(THREADS) as pool:
        results = pool.map(lambda recording: run(recording, gateway.listen, upstream), recordings)
        for recording, found in zip(recordings, results, strict=True):
            counts["failed" if found else "refused" if refused(recording) else "passed"] += 1
            if found:
                print(f"FAILED {recording.id}: {' | '.join(found)}"[:700].replace("\n", "\\n"))
    print(f"recordings of Responses clients: {counts['passed']} passed, {counts['refused']} refused in words, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
