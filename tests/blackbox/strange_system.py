"""A system for the gateway whose clocks and names a test decides: strange_system.c, compiled when it is first wanted."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


class StrangeSystem:
    """Names under `slow.test` take 3 s to resolve, those under `gone.test` do not exist, those under `flaky.test` only while
    `names_work`; all others under `test` are this machine. A context manager; `env` is for the gateway."""

    def __enter__(self) -> StrangeSystem:
        self._directory = tempfile.TemporaryDirectory(prefix="breakwater-strange-")
        library = Path(self._directory.name, "strange_system.so")
        compiler = next(filter(None, map(shutil.which, ("cc", "clang-19", "gcc"))))
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE], check=True)
        self._settings = Path(self._directory.name, "settings")
        self._settings.write_bytes(bytes(24))
        self.env = {"LD_PRELOAD": str(library), "STRANGE_SYSTEM": str(self._settings)}
        return self

    def __exit__(self, *_: object) -> None:
        self._directory.cleanup()

    def shift(self, *, wall: int = 0, monotonic: int = 0, names_work: bool = True) -> None:
        """Seconds that the clocks are ahead from now on."""
        with self._settings.open("r+b") as settings:
            settings.write(struct.pack("=3q", wall, monotonic, not names_work))
