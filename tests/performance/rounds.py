"""Interleaved rounds: every proxy in every round, so that a machine whose speed changes changes for all of them.

A round is thrown away when others used the machine, or when the reference, which is always the same, was not its usual self.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

from performance import load
from performance.noise import SHARE_MAX, Noise
from performance.scenarios import Scenario
from performance.subjects import Subject, Upstream

REFERENCE_MOVE_MAX = 0.15
FAILURES_MAX = 0.01


@dataclass(frozen=True)
class Entry:
    """A row: a proxy, and whether it translates."""

    subject: Subject
    translated: bool = False

    @property
    def name(self) -> str:
        return self.subject.name + (", from Anthropic" if self.translated else "")


@dataclass
class Outcome:
    """The good rounds of a scenario: for each of them, figures by row and name of the figure."""

    rounds: list[dict[str, dict[str, float]]] = field(default_factory=list)
    noisy: int = 0
    others: float = 0.0  # the largest share of a core that others used
    moved: int = 0
    clean: bool = True  # false when there were no good rounds, and the bad ones had to be taken
    failures: dict[str, str] = field(default_factory=dict)


def entries_of(scenario: Scenario, subjects: list[Subject], peers: list[Subject], direct: Subject) -> list[Entry]:
    chosen = [*subjects, *(peers if scenario.peers else [])]
    entries = [Entry(direct)] if scenario.direct else []
    for subject in chosen:
        entries.append(Entry(subject))
        if scenario.translated and subject.translates:
            entries.append(Entry(subject, True))
    return entries


def options_of(scenario: Scenario, seconds: float) -> list[str]:
    options = ["--connections", str(scenario.connections), "--body-bytes", str(scenario.size)]
    if scenario.rate:
        options += ["--rate", str(scenario.rate)]
    if scenario.pace:
        return [*options, "--requests", str(scenario.connections), "--pace", f"{scenario.pace}ms"]
    return [*options, "--duration", f"{seconds}s"]


def figures(results: dict, scenario: Scenario, cpu_ns: int, wall: float) -> dict[str, float]:
    units = results["events"] if scenario.unit == "event" else results["requests"]["ok"]
    found = {"per_s": units / max(results["duration_s"], 1e-9), "busy": cpu_ns / 1e9 / wall}
    if cpu_ns:
        found["cpu_us"] = cpu_ns / 1e3 / units
    for name in ("latency_us", "first_token_us", "gap_us", "delay_us"):
        for percentile, value in (results.get(name) or {}).items():
            found[f"{name.removesuffix('_us')}_{percentile}"] = value
    return found


def measure(entry: Entry, scenario: Scenario, seconds: float, upstream: Upstream) -> dict[str, float]:
    """The figures of one row in one round, and as `others` the share of a core that others used meanwhile."""
    subject = entry.subject
    if not scenario.pace:  # connections are opened, caches filled
        warm = [*options_of(scenario, 0.3)]
        load.run(load.of(subject, scenario.model, *warm, stream=scenario.stream, translated=entry.translated), 1)
    processes = [process for process in (subject.process, upstream.process) if process]
    noise = Noise(processes)
    before, start = subject.process.cpu_ns() if subject.process else 0, time.monotonic()
    arguments = load.of(subject, scenario.model, *options_of(scenario, seconds), stream=scenario.stream, translated=entry.translated)
    results = load.run(arguments, seconds)
    wall = time.monotonic() - start
    cpu_ns = subject.process.cpu_ns() - before if subject.process else 0
    share = noise.share()
    if subject.process:
        subject.process.cut_log()
    ok, failed = results["requests"]["ok"], results["requests"]["failed"]
    if failed > ok * FAILURES_MAX:
        raise RuntimeError(f"{failed} of {ok + failed} requests failed: {', '.join(results['errors'])}")
    return figures(results, scenario, cpu_ns, wall) | {"others": share}


def interleave(scenario: Scenario, entries: list[Entry], upstream: Upstream, *, wanted: int, seconds: float) -> Outcome:
    """Rounds until `wanted` are good and nobody lacks any, or twice as many have been tried."""
    outcome, tried, bad = Outcome(), [], []
    for number in range(2 * wanted):
        figures_of_round, noisy = {}, False
        turn = number % len(entries)
        for entry in entries[turn:] + entries[:turn]:
            if not lacks(entry, outcome, entry.subject.rounds_max):
                continue
            try:
                measured = measure(entry, scenario, seconds, upstream)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                outcome.failures[entry.name] = str(error)
                print(f"  {entry.name}: {error}", file=sys.stderr)
                continue
            figures_of_round[entry.name] = measured
            noisy = noisy or measured["others"] > SHARE_MAX
            outcome.others = max(outcome.others, measured["others"])
        if noisy:
            outcome.noisy += 1
            bad.append(figures_of_round)
        else:
            tried.append(figures_of_round)
        outcome.rounds, outcome.moved = usual(tried, scenario.reference)
        if len(outcome.rounds) >= wanted and not any(lacks(entry, outcome, min(wanted, entry.subject.rounds_max)) for entry in entries):
            break
    if not outcome.rounds:
        outcome.rounds, outcome.clean = tried + bad, False
    return outcome


def lacks(entry: Entry, outcome: Outcome, rounds: int) -> bool:
    """Whether a row that has not failed is in fewer than `rounds` of those that are good as of now: one that was, can be dropped later."""
    return entry.name not in outcome.failures and sum(entry.name in each for each in outcome.rounds) < rounds


def usual(rounds: list[dict], reference: str) -> tuple[list[dict], int]:
    """The rounds in which the reference was within its limits of its own median, and how many were not."""
    figures_of_reference = [figures_of_round[reference]["cpu_us"] for figures_of_round in rounds if reference in figures_of_round]
    if not figures_of_reference:
        return rounds, 0
    middle = statistics.median(figures_of_reference)
    good = [r for r in rounds if reference not in r or abs(r[reference]["cpu_us"] / middle - 1) <= REFERENCE_MOVE_MAX]
    return good, len(rounds) - len(good)
