"""Instructions in user space, by callgrind: no clock takes part, so a busy machine does not change them."""

from __future__ import annotations

import re
from pathlib import Path

from performance.machine import have
from performance.subjects import Subject


def unavailable() -> str | None:
    """Why it cannot be measured here."""
    return None if have("valgrind") else "valgrind is not installed"


def instructions(subject: Subject, load, folder: Path) -> int:
    """What the proxy executes from its start to its end, while `load()` asks it."""
    output = folder / "callgrind.out"
    # Without fair scheduling the threads run in turn as they wait, which is both faster and the same every time.
    subject.start(["valgrind", "-q", "--tool=callgrind", "--fair-sched=no", f"--callgrind-out-file={output}"], core=None)
    try:
        load()
    finally:
        subject.stop()
    totals = re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE)
    output.unlink()
    if not totals:
        raise RuntimeError("callgrind wrote no totals")
    return int(totals[1])
