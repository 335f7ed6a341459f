"""Memory and start: of a proxy that was just started, and for each stream that it holds while nothing comes."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from performance import load
from performance.subjects import Subject

OPENED_PER_SECOND = 2000


@dataclass(frozen=True)
class Held:
    """`streams` streams, an event every `gap` seconds in each."""

    streams: int
    gap: int
    seconds: int


def starts(subject: Subject, times: int) -> dict[str, list[float]]:
    """Milliseconds from the start of the process to its first answer, and its memory after that."""
    found: dict[str, list[float]] = {"ready_ms": [], "idle_mb": []}
    for _ in range(times):
        subject.start()
        time.sleep(0.3)
        found["ready_ms"].append(subject.ready_after * 1e3)
        found["idle_mb"].append(subject.process.resident_bytes() / 2**20)
        subject.stop()
    return found


def resident(subject: Subject) -> int:
    return subject.process.resident_bytes() if subject.process else 0


def hold(subject: Subject, held: Held) -> dict[str, float]:
    """Memory per stream, and how late the events of silent streams come. The proxy is a fresh one."""
    found: dict[str, float] = {"streams": held.streams, "gap_s": held.gap}
    subject.start()
    try:
        before = resident(subject)
        options = ["--hold", "--connections", str(held.streams), "--rate", str(OPENED_PER_SECOND)]
        options += ["--pace", f"{held.gap}s", "--duration", f"{held.seconds}s"]
        command = load.of(subject, f"idle-{held.gap}", *options, stream=True)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, **pipes, text=True, env=load.ENVIRONMENT) as running:
            # All are open, and the first second event is still to come.
            time.sleep(held.streams / OPENED_PER_SECOND + 1.5)
            growth = resident(subject) - before
            output, complaint = running.communicate(timeout=held.seconds + 90)
        if subject.process:
            found["kb_per_stream"] = growth / 1024 / held.streams
    finally:
        subject.stop()
    try:
        results = json.loads(output)
    except json.JSONDecodeError:
        raise RuntimeError(f"the load ended with {running.returncode}: {complaint.strip()[-300:]}") from None
    if results["held"] != held.streams:
        raise RuntimeError(f"{results['held']} of {held.streams} streams were held: {results['errors']}")
    return found | {f"delay_{name}": value for name, value in (results["delay_us"] or {}).items()}


def typical(holds: list[dict]) -> dict:
    """The median of each figure, of the holds that went well: a virtual machine stands still for milliseconds now and then, which one
    hold meets and another does not. A failure when none went well."""
    good = [hold for hold in holds if "failed" not in hold]
    if not good:
        return holds[0]
    return {name: statistics.median(hold[name] for hold in good if name in hold) for name in good[0]}


def binary_size(path: Path, folder: Path) -> dict[str, float]:
    """Megabytes on disk, as built and without symbols."""
    found = {"mb": path.stat().st_size / 1e6}
    stripped = folder / "stripped"
    if subprocess.run(["strip", "-o", str(stripped), str(path)], capture_output=True, check=False).returncode == 0:
        found["stripped_mb"] = stripped.stat().st_size / 1e6
    return found
