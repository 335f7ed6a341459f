#!/usr/bin/env python3
"""Every client dialect x every provider dialect x every feature x (JSON, stream), through one gateway in front of scripted providers.

The dialects are those that the binary says it speaks, so a new one is tested as soon as it is there, and missed as long as nothing
describes it (providers/__init__.py, clients/__init__.py). A cell holds when the request that reached the provider says what the client
asked, and the client got what the provider said; what a provider cannot do must be refused or named in x-breakwater-adapted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, GatewayError, server_section
from matrix import registry, verdict
from matrix.cells import CELLS, ERROR_WORDS, Cell
from matrix.scripted import KEY, TOKEN_TARGET, Form, token_for
from recordings import published

Json = dict[str, Any]

THREADS = 6
TIMEOUT_SECONDS = 20.0
PIECES_APART = 0.3  # seconds: what arrives before the error must have been handed on, or the error would take its place
MARK = re.compile(rb"matrix case (\d+)\.")


@dataclass(frozen=True)
class Case:
    number: int
    client: ModuleType
    client_name: str
    provider: ModuleType | SimpleNamespace
    form_name: str
    form: Form
    cell: Cell
    stream: bool

    @property
    def name(self) -> str:
        return f"{self.client_name} to {self.form_name}: {self.cell.feature}, {'stream' if self.stream else 'JSON'}"

    @property
    def model(self) -> str:
        return self.form.models.get(self.cell.feature, self.form.model)

    @property
    def route(self) -> str:
        return route_of(self.form_name, self.model)

    @property
    def ask(self) -> Json:
        """The system text carries the number of the case to the provider."""
        system, *others = self.cell.ask["messages"]
        marked = system | {"content": f"{system['content']} This is matrix case {self.number}."}
        return self.cell.ask | {"messages": [marked, *others]}


def route_of(form_name: str, model: str) -> str:
    return re.sub("[^a-z0-9]+", "-", f"{form_name}/{model}".lower())


def all_cases(clients: dict[str, ModuleType], providers: dict[str, ModuleType]) -> Iterator[Case]:
    number = 0
    for client_name, client in clients.items():
        for module in providers.values():
            for form_name, form in module.FORMS.items():
                for cell in CELLS:
                    for stream in (True,) if cell.fails == "midway" else (False, True):
                        number += 1
                        yield Case(number, client, client_name, form.speaks or module, form_name, form, cell, stream)


def configuration(upstream_url: str, cases: list[Case]) -> str:
    providers, deployments = {}, {}
    for case in cases:
        name = route_of(case.form_name, "")
        providers[name] = case.form.provider.format(url=upstream_url, key=KEY)
        deployments[case.route] = f'{{provider: {name}, model: "{case.model}"{case.form.deployment}}}'
    lines = ["providers:", *(f"  {name}: {value}" for name, value in providers.items())]
    lines += ["deployments:", *(f"  {name}: {value}" for name, value in deployments.items())]
    return server_section() + "\n".join([*lines, "defaults:", "  retry: {attempts: 1}", "  breaker: off", ""])


class Upstream:
    """The provider's side: reads what arrived, and answers as the case says."""

    def __init__(self, cases: list[Case]) -> None:
        self._cases = {case.number: case for case in cases}
        self.found: dict[int, str] = {}  # by case: what was wrong with the request; nothing, when it arrived as it must

    def __call__(self, request: Request) -> Reply:
        if request.target == TOKEN_TARGET:
            return token_for(request)
        mark = MARK.search(request.body)
        if mark is None:
            return json_reply({"error": {"message": "the request has lost its system text"}}, 418)
        case = self._cases[int(mark[1])]
        facts = case.provider.facts(request.json())
        self.found[case.number] = self._complaint(request, case) or verdict.lost(case.form, replace(case.cell, ask=case.ask), facts)
        said = case.cell.said
        if tool := verdict.forced_tool(facts, case.ask):
            said = replace(said, text="", calls=(("call_form", tool, said.text),), finish="tool_calls")
        elif case.form.adapted.get(case.cell.feature) == "response_format=emulated":
            said = replace(said, text=f"```json\n{said.text}\n```")  # as models write that are only told of the form
        if case.cell.fails == "status":
            return case.provider.error(ERROR_WORDS)
        if case.cell.fails == "midway":
            return replace(case.provider.broken(said, ERROR_WORDS), gap=PIECES_APART)
        return case.provider.stream(said) if case.stream else case.provider.whole(said)

    @staticmethod
    def _complaint(request: Request, case: Case) -> str:
        target = case.form.targets[case.stream].replace(case.form.model, case.model)
        if request.target != target:
            return f"arrived at {request.target}, not at {target}"
        return "" if case.form.may(request) else "the credentials are wrong"


def run_case(case: Case, address: str, upstream: Upstream) -> list[str]:
    path, headers, body = case.client.request(case.ask, case.route, case.stream)
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"} | headers)
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException) as error:
        return [f"the connection broke: {error!r}"]
    finally:
        connection.close()
    got = {name.lower(): value for name, value in response.getheaders()}
    outcome = case.client.read(response.status, got, answer, body)
    found = verdict.judge(case.provider, case.form, case.cell, outcome, got.get("x-breakwater-adapted", ""))
    if KEY.encode() in answer or any(KEY in value for value in got.values()):
        found.append("the provider's key is in the answer")
    return found + arrival(case, upstream)


def arrival(case: Case, upstream: Upstream) -> list[str]:
    asked = hasattr(case.provider, "facts") and case.cell.feature not in case.form.refused
    if asked != (case.number in upstream.found):
        return ["no request reached the provider" if asked else "a request reached the provider, which should have been refused"]
    complaint = upstream.found.get(case.number)
    return [f"the request: {complaint}"] if complaint else []


def word_for(case: Case, found: list[str]) -> str:
    if verdict.unknown(case.provider, case.cell):
        return "none"
    if found:
        return "fails"
    if case.cell.feature in case.form.refused:
        return "refused"
    return "adapted" if case.cell.feature in case.form.adapted else "yes"


def report(cases: list[Case], results: list[list[str]], missing: list[str]) -> int:
    counts: Counter[str] = Counter()
    for case, found in zip(cases, results, strict=True):
        counts[word_for(case, found)] += 1
        if found:
            print(f"FAILED {case.name}: {' | '.join(found)}"[:900])
    for line in missing:
        print(f"FAILED {line}")
    failed = counts["fails"] + len(missing)
    passed = counts["yes"] + counts["adapted"] + counts["refused"]
    notes = f"{counts['adapted']} of them adapted and {counts['refused']} refused in words"
    print(f"matrix: {passed} passed ({notes}), {failed} failed, {counts['none']} unknown to their vendor")
    return 1 if failed else 0


def grid(cases: list[Case], results: list[list[str]]) -> str:
    """A row per form, a column per feature: one word, or several with their counts where the cells differ."""
    words: dict[str, dict[str, Counter[str]]] = {}
    for case, found in zip(cases, results, strict=True):
        words.setdefault(case.form_name, {}).setdefault(case.cell.feature, Counter())[word_for(case, found)] += 1
    rows = [[name, *(cell_text(row[cell.feature]) for cell in CELLS)] for name, row in words.items()]
    return published.table(["provider", *(cell.feature for cell in CELLS)], rows)


def cell_text(words: Counter[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in words.items())


def taken_for_unknown(gateway: Gateway) -> list[str]:
    """All that the scripted providers say is in the vendors' documentation, so the gateway must know it."""
    with urllib.request.urlopen(f"{gateway.admin_url}/metrics", timeout=TIMEOUT_SECONDS) as answer:
        lines = answer.read().decode().splitlines()
    return [line for line in lines if line.startswith("breakwater_upstream_unknown_total{")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table in docs/providers.md anew")
    parser.add_argument("--only", metavar="WORDS", default="", help="cases whose name holds these words")
    arguments = parser.parse_args()
    clients, no_client = registry.described("client")
    providers, no_provider = registry.described("provider")
    cases = [case for case in all_cases(clients, providers) if arguments.only in case.name]
    upstream = Upstream(cases)
    complaints = no_client + no_provider
    try:
        with FakeUpstream(upstream) as server, Gateway(configuration(server.url, cases)) as gateway:
            tried = lambda case: [] if verdict.unknown(case.provider, case.cell) else run_case(case, gateway.listen, upstream)  # noqa: E731
            with ThreadPoolExecutor(THREADS) as pool:
                results = list(pool.map(tried, cases))
            complaints += taken_for_unknown(gateway)
    except GatewayError as error:
        print(f"FAILED {error}")
        return 1
    if not arguments.only and (
        stale := published.publish("matrix", grid(cases, results), arguments.write, "python3 tests/matrix/run.py --write")
    ):
        complaints.append(stale)
    return report(cases, results, complaints)


if __name__ == "__main__":
    sys.exit(main())
