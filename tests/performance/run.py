#!/usr/bin/env python3
"""One interleaved run of Breakwater, nginx, HAProxy and peer gateways on this machine. scripts/bench builds and starts it.

    run.py --quick          about three minutes: nginx and HAProxy, the scenarios that change most often
    run.py --full           about half an hour: all scenarios, peers, 9,000 streams, instructions and system calls
    run.py --only NAME      scenarios whose name has NAME in it; can be repeated
    run.py --report FILE    writes docs/performance.md again from the results of a run

Results are in build/bench-results; a full run also writes the generated parts of docs/performance.md.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import counts, fairness, machine, memory, peers, report, rounds  # noqa: E402
from performance.scenarios import SCENARIOS, Scenario  # noqa: E402
from performance.subjects import BareLoop, Breakwater, Direct, HAProxy, Nginx, Simulator, Subject, Upstream  # noqa: E402
from performance.tls import Terminator  # noqa: E402

# How often a full run has silent streams held by each proxy, in turn.
HOLDS = 3
RESULTS_DIR = machine.SOURCE_DIR / "build" / "bench-results"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Run:
    """What a run knows: its options, its folder, its processes, and what it has found so far."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder, self.full = options, folder, options.full
        notes = machine.prepare()  # before anything is started, because it is inherited
        self.upstream = Upstream(folder)
        self.subjects: list[Subject] = [Nginx(self.upstream, folder), Breakwater(self.upstream, folder), HAProxy(self.upstream, folder)]
        self.answering: list[Subject] = [BareLoop(self.upstream, folder), Simulator(self.upstream, folder)]
        self.peers: list[Subject] = []
        self.found: dict[str, Any] = {"mode": "full" if self.full else "quick", "machine": machine.facts(), "versions": {}, "absent": {}}
        self.found |= {"date": datetime.date.today().isoformat(), "commit": commit(), "notes": notes}

    def wants(self, name: str) -> bool:
        return not self.options.only or any(word in name for word in self.options.only)

    def attempt(self, what: str, measure: Callable[[], Any]) -> Any:
        """What `measure` returns; a failure is a result that is printed like the others."""
        try:
            return measure()
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            say(f"  {what}: {error}")
            return {"failed": str(error).split("\n")[0][:200]}

    def each(self, subjects: list[Subject], measure: Callable[[Subject], Any]) -> dict[str, Any]:
        return {subject.name: self.attempt(subject.name, lambda subject=subject: measure(subject)) for subject in subjects}

    def start_peers(self) -> None:
        for kind in peers.ALL if self.full else []:
            peer = kind(self.upstream, self.folder)
            try:
                peer.install()
                peer.start()
            except (peers.NotThere, RuntimeError, OSError, subprocess.SubprocessError) as error:
                self.found["absent"][peer.name] = str(error).split("\n")[0][:200]
                say(f"{peer.name}: {error}")
                continue
            self.peers.append(peer)
            start = {"ready_ms": [peer.ready_after * 1e3], "idle_mb": [peer.process.resident_bytes() / 2**20]}
            self.found.setdefault("peer_starts", {})[peer.name] = start

    def scenarios(self) -> None:
        chosen = [s for s in SCENARIOS if self.wants(s.name) and (self.full or s.quick)]
        proxies = self.subjects if any(not scenario.upstreams for scenario in chosen) else []
        for subject in (*proxies, *(self.answering if any(scenario.upstreams for scenario in chosen) else [])):
            subject.start()
        if any(scenario.peers for scenario in chosen):
            self.start_peers()
        self.found["scenarios"] = {scenario.name: self.scenario(scenario) for scenario in chosen}
        for subject in (*self.subjects, *self.answering, *self.peers):
            subject.stop()

    def scenario(self, scenario: Scenario) -> dict[str, Any]:
        say(scenario.title)
        subjects = self.answering if scenario.upstreams else self.subjects
        entries = rounds.entries_of(scenario, subjects, self.peers, Direct(self.upstream, self.folder))
        wanted, seconds = (5, 2.5) if self.full else (3, 2.0)
        outcome = rounds.interleave(scenario, entries, self.upstream, wanted=self.options.rounds or wanted, seconds=seconds)
        noisy = f"{outcome.noisy} noisy (others used up to {outcome.others:.0%} of a core)"
        verdict = f"thrown out {noisy} and {outcome.moved} in which {scenario.reference} moved"
        say(f"  {len(outcome.rounds)} rounds, {verdict}" + ("" if outcome.clean else "; NO CLEAN ROUND, all kept"))
        return dataclasses.asdict(outcome)

    def starts(self) -> None:
        say("start, idle memory, size")
        self.found["starts"] = self.each(self.subjects, lambda subject: memory.starts(subject, 5))
        self.found["starts"] |= self.found.pop("peer_starts", {})
        self.found["sizes"] = {s.name: memory.binary_size(s.binary(), self.folder) for s in self.subjects if s.binary()}

    def held(self) -> None:
        streams = machine.streams_max() if self.full else 2000
        # Longer than a wait for the next token is, and not the 15 seconds after which Breakwater also has a ping to send.
        plan = memory.Held(streams, 12, 26) if self.full else memory.Held(streams, 5, 12)
        say(f"{streams} silent streams")
        measured = [Direct(self.upstream, self.folder), *self.subjects]
        with machine.undisturbed(self.upstream.process.pid) as quiet:
            if not quiet:
                self.found["notes"].append("silent streams share the cores with whatever else runs, because to come before it needs root")
            holds = [self.each(measured, lambda subject: memory.hold(subject, plan)) for _ in range(HOLDS if self.full else 1)]
            found = {name: memory.typical([hold[name] for hold in holds]) for name in holds[0]}
            if self.full:
                over_tls = self.attempt("silent streams over TLS", self.held_over_tls)
                self.found["held_tls"] = {Breakwater.name: over_tls} if "failed" in over_tls else over_tls
        # These take a core for seconds when they start, which nothing may do that comes before everything else.
        few = memory.Held(500, 5, 12)
        self.found["held"] = found | self.each(self.peers, lambda peer: memory.hold(peer, few))

    def held_over_tls(self) -> dict[str, Any]:
        say("2000 silent streams, TLS to the upstream")
        terminator = Terminator(self.upstream, self.folder)
        over_tls: list[Subject] = [Nginx(self.upstream, self.folder), Breakwater(self.upstream, self.folder)]
        for subject in over_tls:
            subject.upstream_url, subject.ca_file = terminator.url, terminator.certificate
        try:
            return self.each(over_tls, lambda subject: memory.hold(subject, memory.Held(2000, 5, 12)))
        finally:
            terminator.process.stop()

    def fair(self) -> None:
        say(f"{fairness.STREAMS} streams beside bodies of {fairness.BODY_BYTES // 1_000_000} MB")
        measured = [Direct(self.upstream, self.folder), *self.subjects]
        self.found["fairness"] = self.each(measured, fairness.beside_long_bodies)

    def counted(self) -> None:
        """Instructions and system calls. Not of the peers: under these tools they take minutes to start."""
        reference = Nginx(self.upstream, self.folder)
        reference.single_process = True
        counted = [reference, Breakwater(self.upstream, self.folder), HAProxy(self.upstream, self.folder)]
        for kind in ("instructions", "system_calls", "futex_calls"):
            tool, cases, count = counts.KINDS[kind]
            say(kind.replace("_", " "))
            if reason := tool.unavailable():
                self.found["notes"].append(f"no {kind.replace('_', ' ')}: {reason}")
                continue
            self.found[kind] = {
                case.name: {
                    s.name: self.attempt(s.name, lambda s=s, case=case, count=count: count(s, case, self.folder))
                    for s in counted
                    if counts.can(s, case)
                }
                for case in cases
            }

    def measure(self) -> dict[str, Any]:
        with contextlib.ExitStack() as stack:
            stack.callback(self.upstream.process.stop)
            for subject in (*self.subjects, *self.answering):
                stack.callback(subject.stop)
            stack.callback(lambda: [peer.stop() for peer in self.peers])
            self.scenarios()
            if self.wants("start"):
                self.starts()
            if self.wants("held"):
                self.held()
            if self.full and self.wants("fairness"):
                self.fair()
            if self.full and self.wants("counts"):
                self.counted()
            self.found["versions"] = {s.name: s.version() for s in (*self.subjects, *self.peers)}
        return self.found


def commit() -> str:
    found = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=machine.SOURCE_DIR, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--quick", action="store_true")
    kind.add_argument("--full", action="store_true")
    kind.add_argument("--report", type=Path, metavar="FILE")
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--rounds", type=int, metavar="N", help="good rounds per scenario")
    options = parser.parse_args()
    if options.report:
        report.write(json.loads(options.report.read_text()))
        return 0
    with tempfile.TemporaryDirectory(prefix="breakwater-bench-") as folder:
        found = Run(options, Path(folder)).measure()
    RESULTS_DIR.mkdir(parents=True, exist_ok=True)
    file = RESULTS_DIR / f"{datetime.datetime.now():%Y-%m-%d-%H%M%S}-{found['mode']}.json"
    file.write_text(json.dumps(found, indent=1) + "\n")
    print(report.text(found))
    say(f"results: {file.relative_to(machine.SOURCE_DIR)}")
    if options.full and not options.only:
        report.write(found)
        say(f"wrote {report.DOCUMENT.relative_to(machine.SOURCE_DIR)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
