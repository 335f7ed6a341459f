"""This machine: its cores and limits, and what a report says about it."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SOURCE_DIR = Path(__file__).resolve().parents[2]
BUILD_DIR = SOURCE_DIR / os.environ.get("BREAKWATER_BENCH_DIR", "build/bench")
# Another gateway to measure, or another program that makes the load, so that two versions are measured by the same one.
GATEWAY = Path(os.environ.get("BREAKWATER_BIN", BUILD_DIR / "breakwater"))
LOAD = Path(os.environ.get("BREAKWATER_LOAD_BIN", BUILD_DIR / "breakwater"))

# The proxy has a core for itself; what makes its load and answers it shares another one, so that neither steals from it.
PROXY_CORE, LOAD_CORE = 0, 1
FILES = 20_000
SOMAXCONN, QUEUE = Path("/proc/sys/net/core/somaxconn"), 4096


def prepare() -> list[str]:
    """Raises the limits that thousands of connections need. Returns what could not be had, in words."""
    missing = []
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < FILES:
        missing.append(f"only {hard} open files are allowed; 9,000 streams need {FILES}")
    if int(SOMAXCONN.read_text()) < QUEUE:
        try:
            SOMAXCONN.write_text(str(QUEUE))
        except OSError:
            missing.append(f"queues of new connections are shorter than {QUEUE}, because lengthening them needs root")
    if (os.cpu_count() or 1) < 2:
        missing.append("there is one core only, so proxy and load share it")
    with contextlib.suppress(OSError):
        os.setsid()  # a scheduling group of its own; fails in a process that leads one already
    if not raise_priority():
        missing.append("other sessions have the same share of the processor, because raising ours needs root")
    return missing


def raise_priority() -> bool:
    """Nice levels mean nothing between sessions while the kernel groups processes by session: the group has to be raised."""
    try:
        Path(f"/proc/{os.getpid()}/autogroup").write_text("-15")
    except FileNotFoundError:
        return True  # the kernel does not group
    except OSError:
        return False
    return True


@contextlib.contextmanager
def undisturbed(*pids: int) -> Iterator[bool]:
    """These processes, and what is started within, run before everything else on the machine, the kernel's own housekeeping
    included, which can take a core for milliseconds at a time. For scenarios that leave the cores idle, because it is
    real-time scheduling. Says whether it could be had."""
    everybody = (0, *pids)
    had = schedule(everybody, os.SCHED_FIFO, 1)
    if not had:  # all of them or none: one alone would come before the others
        schedule(everybody, os.SCHED_OTHER, 0)
    try:
        yield had
    finally:
        schedule(everybody, os.SCHED_OTHER, 0)


def schedule(pids: tuple[int, ...], policy: int, priority: int) -> bool:
    """Whether it could be had for all of them; each is tried."""
    had = True
    for pid in pids:
        try:
            os.sched_setscheduler(pid, policy, os.sched_param(priority))
        except OSError:
            had = False
    return had


def streams_max() -> int:
    """How many streams one proxy can hold: two descriptors for each, and some for itself."""
    return min(9_000, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500) // 2)


def first_line(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "not there"
    return (done.stdout + done.stderr).strip().split("\n")[0]


def facts() -> dict[str, str]:
    """What a reader must know about where the figures come from."""
    processor = fields(subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout, ":")
    virtual = processor.get("Hypervisor vendor")
    memory = int(fields(Path("/proc/meminfo").read_text(), ":")["MemTotal"].split()[0]) / 2**20
    system = fields(Path("/etc/os-release").read_text(), "=").get("PRETTY_NAME", "?").strip('"')
    model = processor.get("Model name", "?")
    return {
        "processor": f"{model}, {os.cpu_count()} cores" + (f", virtual ({virtual})" if virtual else ""),
        "memory": f"{memory:.0f} GiB",
        "system": f"{system}, kernel {platform.release()}",
    }


def fields(text: str, separator: str) -> dict[str, str]:
    parts = (line.partition(separator) for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in parts}


def have(*programs: str) -> bool:
    return all(shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") for program in programs)
