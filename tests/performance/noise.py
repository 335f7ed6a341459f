"""How much of the machine others used while something was measured."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from performance.processes import TICK, Process

# Of one core. More than this, and the round is thrown away.
SHARE_MAX = 0.05


@dataclass
class _Reading:
    wall: float
    idle: float
    own: float


class Noise:
    """From its making to `share()`: the time in which a core was not idle and that neither the measured processes nor this program
    and its children used. Other processes, the kernel's own, and the other guests of the host, who steal."""

    def __init__(self, own: Iterable[Process]) -> None:
        self._own = list(own)
        self._start = self._read()

    def share(self) -> float:
        now = self._read()
        wall, idle, own = now.wall - self._start.wall, now.idle - self._start.idle, now.own - self._start.own
        return max(0.0, (os.cpu_count() or 1) * wall - idle - own) / wall

    def _read(self) -> _Reading:
        # The kernel's account of idle time is exact, where that of busy time is sampled by its clock tick.
        idle, waiting = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[4:6])
        own = sum(process.cpu_ns() for process in self._own) / 1e9
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            own += usage.ru_utime + usage.ru_stime
        return _Reading(time.monotonic(), (idle + waiting) * TICK, own)
