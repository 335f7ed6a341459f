"""How much of the machine others used while something was measured."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from performance.processes import TICK, Process

# Of one core. More than this, and the round is thrown away.
SHARE_MAX = 0.05
KERNEL_THREADS = 2  # their parent; they work for whoever asks, so also for us


class Noise:
    """From its making to `share()`: the processor time of all processes but the measured ones and this program with its children,
    and what other guests of the host have stolen."""

    def __init__(self, own: Iterable[Process]) -> None:
        self._own = {os.getpid()} | {pid for process in own for pid in process.pids()}
        self._start = self._read()

    def share(self) -> float:
        start, now = self._start, self._read()
        return max(0.0, now[1] - start[1]) / (now[0] - start[0])

    def _read(self) -> tuple[float, float]:
        """The time, and the seconds that others have used. What a process has used counts on, with its parent, when it has ended,
        so that compilers that come and go are seen as well."""
        used = int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8])
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) not in self._own and int(fields[1]) != KERNEL_THREADS:
                    used += sum(map(int, fields[11:15]))
        return time.monotonic(), used * TICK
