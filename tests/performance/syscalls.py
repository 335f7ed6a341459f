"""System calls, counted by strace."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from performance.machine import have
from performance.subjects import Subject

# The log's thread looks for lines ten times a second, in which time other threads do a varying amount of work.
PERIODIC = "futex"


def unavailable() -> str | None:
    """Why it cannot be measured here. Containers often forbid tracing."""
    if not have("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-c", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return f"strace does not work here: {tried.stderr.strip()[:100]}" if tried.returncode else None


def system_calls(subject: Subject, load, folder: Path) -> int:
    """How many the proxy makes from its start to its end, while `load()` asks it, without those of waiting for a lock."""
    output = folder / "strace.out"
    output.unlink(missing_ok=True)
    # The tracer is a grandchild (-D): the process that we started and stop is the proxy itself.
    subject.start(["strace", "-D", "-f", "-c", "-o", str(output), "-e", f"trace=!{PERIODIC}"], core=None)
    try:
        load()
    finally:
        subject.stop()
    total = None
    deadline = time.monotonic() + 20
    while total is None and time.monotonic() < deadline:  # it writes its summary when the proxy has ended
        text = output.read_text() if output.exists() else ""
        total = re.search(r"^\s*100\.00\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+total$", text, re.MULTILINE)
        time.sleep(0.05)
    if total is None:
        raise RuntimeError("strace wrote no summary")
    return int(total[1])
