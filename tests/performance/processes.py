"""Processes under measurement: started on a core, with the processor time and memory of all that belongs to them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


class Process:
    """A command on one core. Its output goes to `log`, which is opened for appending and can be cut while it runs."""

    def __init__(self, command: list[str], *, log: Path, core: int | None = None, env: dict[str, str] | None = None,
                 cwd: Path | None = None) -> None:  # fmt: skip
        pinned = command if core is None else ["taskset", "-c", str(core), *command]
        self.log, self.name = log, Path(command[0]).name
        with log.open("ab") as output:
            self._popen = subprocess.Popen(pinned, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd)
        self.pid = self._popen.pid

    def ended(self) -> bool:
        return self._popen.poll() is not None

    def pids(self) -> list[int]:
        """The process and its descendants: a master has workers."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found = [self.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def cpu_ns(self) -> int:
        """Time on a core, user and system, to the nanosecond: the scheduler's own account, of every thread."""
        total = 0
        for pid in self.pids():
            for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                with contextlib.suppress(OSError):
                    total += int(schedstat.read_text().split()[0])
        return total

    def resident_bytes(self) -> int:
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total

    def cut_log(self) -> None:
        """A log line per request is tens of megabytes per scenario."""
        os.truncate(self.log, 0)

    def log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self, seconds: int = 15) -> None:
        # Once a second, because a program may look for the signal just before it starts to wait: nginx without a master does.
        for _ in range(seconds):
            if self.ended():
                return
            self._popen.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(1)
        self._popen.kill()
        self._popen.wait()


def wait_for(what: str, condition, process: Process, seconds: float = 60.0, every: float = 0.002) -> float:
    """Waits until `condition()` is true and returns how long that took; says what the process wrote when it does not happen."""
    start = time.monotonic()
    while not condition():
        if process.ended() or time.monotonic() - start > seconds:
            verdict = "ended" if process.ended() else f"was not {what} within {seconds:.0f} s"
            raise RuntimeError(f"{process.name} {verdict}:\n{process.log_tail()}")
        time.sleep(every)
    return time.monotonic() - start
