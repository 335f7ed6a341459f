"""System calls, counted by strace."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from performance.machine import have
from performance.subjects import Subject

# Waiting for another thread and waking it. Counted apart: the log's thread looks for lines ten times a second, in which time other
# threads do a varying amount of work.
WAITING = "futex"


def unavailable() -> str | None:
    """Why it cannot be measured here. Containers often forbid tracing."""
    if not have("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-c", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return f"strace does not work here: {tried.stderr.strip()[:100]}" if tried.returncode else None


def system_calls(subject: Subject, load, folder: Path) -> int:
    """How many the proxy makes from its start to its end, while `load()` asks it, without those of waiting for another thread."""
    return summary(subject, load, folder, f"!{WAITING}")["total"]


def futex_calls(subject: Subject, load, folder: Path) -> int:
    """How often its threads wait for each other and wake each other. Where nothing is counted there is no summary, hence execve."""
    return summary(subject, load, folder, f"{WAITING},execve").get(WAITING, 0)


def summary(subject: Subject, load, folder: Path, traced: str) -> dict[str, int]:
    """Calls by name, and their `total`."""
    output = folder / "strace.out"
    output.unlink(missing_ok=True)
    # The tracer is a grandchild (-D): the process that we started and stop is the proxy itself.
    subject.start(["strace", "-D", "-f", "-c", "-o", str(output), "-e", f"trace={traced}"], core=None)
    try:
        load()
    finally:
        subject.stop()
    calls: dict[str, int] = {}
    deadline = time.monotonic() + 20
    while "total" not in calls and time.monotonic() < deadline:  # it writes its summary when the proxy has ended
        text = output.read_text() if output.exists() else ""
        rows = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$", text, re.MULTILINE)
        calls = {name: int(count) for count, name in rows}
        time.sleep(0.05)
    if "total" not in calls:
        raise RuntimeError("strace wrote no summary")
    return calls
