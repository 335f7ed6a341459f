#!/usr/bin/env python3
"""Keeps what a request costs from growing: instructions, blocks of memory and system calls of the release binary against limits.json.

    python3 tests/performance/gate.py             compares, and fails when something costs more than the tolerance allows
    python3 tests/performance/gate.py --update    writes what was measured as the new numbers, for changes made on purpose

What a release must not exceed whatever the reason (docs/performance.md, Targets) is under "must", which --update leaves as it is.
Allocations and calls of futex have nothing else: what matters is that no event, and no request or event, has one of its own.

scripts/test runs it. Otherwise no clock takes part, so a busy machine measures the same; simdjson chooses its code by the processor, and
valgrind shows it AVX2 at most, so two kinds of processors may differ by a little, which the tolerance covers.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import counts, machine  # noqa: E402
from performance.subjects import Breakwater, Upstream  # noqa: E402

LIMITS = Path(__file__).with_name("limits.json")
KINDS = counts.KINDS


def measure(folder: Path) -> tuple[dict[str, dict[str, float]], list[str]]:
    """The figures by kind and case, and which kinds could not be measured, in words."""
    upstream = Upstream(folder, core=None)
    measured: dict[str, dict[str, float]] = {}
    skipped = []
    try:
        for kind, (tool, cases, count) in KINDS.items():
            if reason := tool.unavailable():
                skipped.append(f"{kind.replace('_', ' ')}: {reason}")
                continue
            subject = Breakwater(upstream, folder)
            measured[kind] = {case.name: round(count(subject, case, folder), 2) for case in cases}
    finally:
        upstream.process.stop()
    return measured, skipped


def judge(measured: dict[str, dict[str, float]], limits: dict) -> tuple[list[str], list[str]]:
    """A sentence for each figure: those within their limits, and those that are not."""
    good, problems = [], []
    for kind, figures in measured.items():
        for case in KINDS[kind][1]:
            value, agreed = figures[case.name], limits.get(kind, {}).get(case.name)
            must = limits["must"].get(kind, {}).get(case.name)
            what = f"{kind.replace('_', ' ')} per {case.unit} ({case.name}): {value:,.2f}, "
            if agreed is None and must is None:
                problems.append(f"{what}no number is agreed yet; --update writes this one")
                continue
            what += f"agreed {agreed:,.2f}" if agreed is not None else f"at most {must:,}"
            if must is not None and value > must:
                problems.append(f"{what}: more than the {must:,} that it must not exceed")
                continue
            if agreed is not None and value > agreed * (1 + limits["tolerance"]):
                problems.append(f"{what}: {value / agreed - 1:+.0%}, more than {limits['tolerance']:.0%}")
                continue
            saved = agreed and value < agreed * (1 - limits["tolerance"])
            good.append(what + ("; lower it with --update, so that it stays" if saved else ""))
    return good, problems


def updated(measured: dict[str, dict[str, float]], limits: dict) -> dict:
    """The limits with what was measured as the numbers of those kinds that have any: what must not be exceeded stays."""
    return limits | {kind: figures for kind, figures in measured.items() if kind in limits}


def main() -> int:
    limits = json.loads(LIMITS.read_text())
    if not (machine.BUILD_DIR / "bench_upstream").exists():
        print("tests/performance/gate.py: there is no build/bench; run scripts/build bench first", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="breakwater-gate-") as folder:
        measured, skipped = measure(Path(folder))
    for reason in skipped:
        print(f"skipped {reason}")
    if sys.argv[1:] == ["--update"]:
        LIMITS.write_text(json.dumps(updated(measured, limits), indent=2) + "\n")
        print(f"wrote {LIMITS.name}; commit it with the reason why the numbers changed")
        return 0
    good, problems = judge(measured, limits)
    for sentence in good:
        print(f"ok      {sentence}")
    for problem in problems:
        print(f"FAILED  {problem}")
    if problems:
        print("Requests cost more than they did. If that is what you want: tests/performance/gate.py --update, and say why in the commit.")
        print("What exceeds a must is to be made cheaper: no update allows it.")
    print(f"{len(good)} passed, {len(problems)} failed, {len(skipped)} skipped")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
