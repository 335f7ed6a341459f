"""Instructions in user space and calls of the allocator, by callgrind: no clock takes part, so a busy machine does not change them."""

from __future__ import annotations

import re
from pathlib import Path

from performance.machine import have
from performance.subjects import Subject

# What libraries and program ask for memory by. Allocators have several names for one function, and any of them may be in the profile.
ALLOCATES = re.compile(r"(operator new(\[\])?\(|(malloc|calloc|realloc|aligned_alloc|memalign|posix_memalign)(@|$))")


def unavailable() -> str | None:
    """Why it cannot be measured here."""
    return None if have("valgrind") else "valgrind is not installed"


def instructions(subject: Subject, load, folder: Path) -> int:
    """What the proxy executes from its start to its end, while `load()` asks it."""
    totals = re.search(r"^(?:totals|summary): (\d+)", profile(subject, load, folder), re.MULTILINE)
    if not totals:
        raise RuntimeError("callgrind wrote no totals")
    return int(totals[1])


def allocations(subject: Subject, load, folder: Path) -> int:
    """How often the proxy asks for memory from its start to its end, while `load()` asks it."""
    counted = calls_of(ALLOCATES, profile(subject, load, folder))
    if not counted:
        raise RuntimeError("callgrind saw nobody ask for memory, which no start does without: does the allocator have other names now?")
    return counted


def profile(subject: Subject, load, folder: Path) -> str:
    output = folder / "callgrind.out"
    # Without fair scheduling the threads run in turn as they wait, which is both faster and the same every time.
    subject.start(["valgrind", "-q", "--tool=callgrind", "--fair-sched=no", f"--callgrind-out-file={output}"], core=None)
    try:
        load()
    finally:
        subject.stop()
    try:
        return output.read_text()
    finally:
        output.unlink()


def calls_of(name: re.Pattern[str], profile: str) -> int:
    """How often functions with such names were called. A name is written out where it comes first, and is its number from then on."""
    wanted: set[str] = set()
    calls, counts = 0, False
    for line in profile.splitlines():
        if line.startswith(("fn=", "cfn=")):
            number, _, written = line.partition("=")[2].partition(" ")
            if written and name.match(written):
                wanted.add(number)
            counts = line.startswith("cfn=") and number in wanted
        elif counts and line.startswith("calls="):
            calls += int(line.removeprefix("calls=").split()[0])
    return calls
