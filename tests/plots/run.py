#!/usr/bin/env python3
"""Makes the plots of docs/routing.md from runs of the gateway: `scripts/plot-routing [tail] [storm] [flap] [affinity]`.

Providers are scripted, on this machine, and slow on purpose, so that what the machine itself costs does not show: few requests a second,
answers in tenths of a second.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path

SOURCE_DIR = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE_DIR / "tests" / "integration"))
sys.path.insert(0, str(SOURCE_DIR / "tests"))

from plots.chart import Chart, Point  # noqa: E402
from scenarios import Moody, Switched, at_rate, many, quantile, turn  # noqa: E402
from support import Answer, gateway_before, good  # noqa: E402

PLOTS = SOURCE_DIR / "docs" / "plots"


def per_second(times: list[float], seconds: int) -> list[Point]:
    """How many fell into each second, drawn at its middle."""
    counts = Counter(int(at) for at in times)
    return [(second + 0.5, counts[second]) for second in range(seconds)]


def down_between(provider: Switched, down: float, up: float) -> None:
    """Switches the provider off and on again, so many seconds from now."""

    def switch(to: bool) -> None:
        provider.up = to

    for after, to in ((down, False), (up, True)):
        timer = threading.Timer(after, switch, [to])
        timer.daemon = True
        timer.start()


def distribution(answers: list[Answer]) -> list[Point]:
    """Seconds until the answer, and the share of requests that had theirs by then."""
    seconds = sorted(answer.seconds for answer in answers)
    return [(0.0, 0.0)] + [(at, 100 * (place + 1) / len(seconds)) for place, at in enumerate(seconds)]


def tail() -> tuple[Chart, str]:
    fast, slow, count = 0.3, 3.6, 600
    chart = Chart("Time to first token, one request in twenty slow", "seconds", "% of requests answered", [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4], range(80, 101, 5))
    facts = []
    for name, route in (("without hedging", "hedge: off"), ("with hedging", "hedge: {after: p95, budget: 5.5%}")):
        moody = Moody(1, 3, fast, slow)
        with gateway_before(moody, route=route) as (gateway, _):
            many(gateway, 200, 20)  # what it learns from
            asked = moody.asked
            answers = many(gateway, count, 20)
            more = moody.asked - asked - count
        chart.lines.append((name, distribution(answers)))
        p50, p99 = quantile(answers, 0.5), quantile(answers, 0.99)
        facts.append(f"{name}: p50 {p50:.2f} s, p99 {p99:.2f} s, {100 * more / count:.1f}% more calls")
    return chart, "; ".join(facts)


def storm() -> tuple[Chart, str]:
    rate, down, up, seconds = 40, 4, 24, 32
    provider = Switched()
    with gateway_before(provider, route="breaker: {probe_after: 1s}") as (gateway, _):
        start = time.monotonic()
        down_between(provider, down, up)
        answers = at_rate(gateway, rate, seconds)
    sent = [at - start for at, _ in answers]
    asked = [at - start for at in provider.asked]
    served = [at - start for at, answer in answers if answer.status == 200]
    chart = Chart("A provider that answers 503", "seconds", "a second", range(0, seconds + 1, 4), range(0, 61, 10))
    chart.lines = [("requests", per_second(sent, seconds)), ("upstream attempts", per_second(asked, seconds)), ("answered", per_second(served, seconds))]
    chart.spans = [(down, up, "503")]
    during = [at for at in asked if down <= at < up]
    return chart, f"while it failed: {len(during)} attempts for {sum(down <= at < up for at in sent)} requests"


def flap() -> tuple[Chart, str]:
    rate, down, up, seconds = 40, 4, 12, 28
    primary = Switched()
    with gateway_before(primary, good, route="breaker: {probe_after: 2s}") as (gateway, *_):
        start = time.monotonic()
        down_between(primary, down, up)
        answers = at_rate(gateway, rate, seconds)
    by = {name: [at - start for at, answer in answers if answer.headers.get("x-breakwater-deployment") == name and answer.status == 200] for name in "ab"}
    chart = Chart("Which deployment served: the first is down and comes back", "seconds", "requests a second", range(0, seconds + 1, 4), range(0, 61, 10))
    chart.lines = [("first", per_second(by["a"], seconds)), ("second", per_second(by["b"], seconds))]
    chart.spans = [(down, up, "first answers 503")]
    failed = sum(answer.status != 200 for _, answer in answers)
    back = next(at for at in by["a"] if at > up)
    asked = sum(down + 1 <= at - start < up for at in primary.asked)
    return chart, f"{failed} of {len(answers)} requests failed; first served again {back - up:.1f} s after it came back; asked {asked} times in its last {up - down - 1} s down"


def affinity() -> tuple[Chart, str]:
    providers = {name: Switched() for name in "abcd"}
    conversations = [f"conversation-{number}" for number in range(200)]
    turns, killed_after = 8, 4
    moved = [(1, 0, 0)]
    with gateway_before(*providers.values(), route="prefer: cost") as (gateway, *_):
        home = turn(gateway, conversations)
        for number in range(2, turns + 1):
            providers["b"].up = number <= killed_after
            away = [name for name, served in turn(gateway, conversations).items() if served != home[name]]
            moved.append((number, sum(home[name] == "b" for name in away), sum(home[name] != "b" for name in away)))
    chart = Chart("Conversations on the deployment of their first turn", "turn", "conversations", range(0, turns + 2), range(0, 251, 50))
    chart.bars = [
        ("stay", [(number, len(conversations) - of_b - others) for number, of_b, others in moved]),
        ("moved, of the deployment that was killed", [(number, of_b) for number, of_b, _ in moved]),
        ("moved, of another", [(number, others) for number, _, others in moved]),
    ]
    chart.spans = [(killed_after + 0.5, turns + 0.5, "one of four killed")]
    before = sum(of_b + others for number, of_b, others in moved if number <= killed_after)
    of_b = sum(deployment == "b" for deployment in home.values())
    return chart, f"{before} of {200 * (killed_after - 1)} turns moved before; then those of {moved[-1][1]} of {of_b} conversations of the killed one, and {moved[-1][2]} others"


def main(names: list[str]) -> int:
    plots = {plot.__name__: plot for plot in (tail, storm, flap, affinity)}
    if unknown := set(names) - set(plots):
        print(f"there is no plot {', '.join(sorted(unknown))}; there are {', '.join(plots)}", file=sys.stderr)
        return 2
    PLOTS.mkdir(exist_ok=True)
    for name in names or plots:
        chart, facts = plots[name]()
        (PLOTS / f"{name}.svg").write_text(chart.svg())
        print(f"{name}: {facts}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
