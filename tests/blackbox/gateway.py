"""The gateway under test, as a process: start it, wait until it is ready, stop it, and say why when one of these fails.

As a program (`python3 -m blackbox.gateway [--config FILE]`, started in tests/) it serves test suites in other languages: it
prints one JSON line with the addresses, keeps the gateway running until its own standard input ends, and exits with 0 only when the
gateway stopped cleanly.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE_DIR = Path(__file__).resolve().parents[2]
READY = re.compile(r"breakwater ready listen=(?P<listen>\S+:\d+) admin=(?P<admin>\S+:\d+)\n")
LOCAL_ADDRESSES = {"BREAKWATER_LISTEN": "127.0.0.1:0", "BREAKWATER_ADMIN": "127.0.0.1:0"}


class GatewayError(AssertionError):
    """The gateway process did not do what it promises; the message ends with the tail of its log."""


def find_binary() -> Path:
    """The binary that BREAKWATER_BIN names, else the one of the dev build, else the one of the release build."""
    named = os.environ.get("BREAKWATER_BIN")
    candidates = [Path(named)] if named else [SOURCE_DIR / "build" / name / "breakwater" for name in ("dev", "release")]
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    raise GatewayError("no gateway binary: looked for " + ", ".join(map(str, candidates)))


def clean_environment(extra: dict[str, str] | None) -> dict[str, str]:
    """The environment without anything that configures a gateway: a developer's own provider keys must not change a test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BREAKWATER_", "AWS_")) and not name.endswith(("_API_KEY", "_ACCESS_KEY", "_ACCESS_KEY_ID", "_TOKEN"))
    }
    return kept | LOCAL_ADDRESSES | (extra or {})


class Gateway:
    """A context manager around `breakwater serve`. Without `config` the gateway runs on its embedded default.

    `config` is YAML text; it should listen on port 0, which `server_section` writes.
    """

    START_SECONDS = 30.0
    STOP_SECONDS = 30.0

    def __init__(self, config: str | None = None, *, env: dict[str, str] | None = None) -> None:
        self._config = config
        self._env = clean_environment(env)
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.listen = ""
        self.admin = ""

    @property
    def url(self) -> str:
        return f"http://{self.listen}"

    @property
    def base_url(self) -> str:
        """What an OpenAI SDK takes."""
        return f"{self.url}/v1"

    @property
    def admin_url(self) -> str:
        return f"http://{self.admin}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def config_path(self) -> Path:
        """The file that the gateway was started with, for tests that change it."""
        return self._path("breakwater.yaml")

    def wait(self, timeout: float) -> int:
        """The exit code, once the process has ended."""
        assert self._process is not None
        return self._process.wait(timeout)

    def __enter__(self) -> Gateway:
        self._directory = tempfile.TemporaryDirectory(prefix="breakwater-test-")
        try:
            self._start()
        except BaseException:
            self._discard()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.stop()
        except GatewayError as error:
            if kind is None:
                raise
            print(f"while a test failed: {error}", file=sys.stderr)
        finally:
            self._discard()

    def stop(self) -> None:
        """SIGTERM; the gateway must exit with 0, and must have said nothing on standard output but its ready line."""
        process = self._process
        assert process is not None and process.stdout is not None
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(self.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise self._error(f"did not stop within {self.STOP_SECONDS:.0f} s of SIGTERM") from None
        if process.returncode != 0:
            raise self._error(f"exited with {process.returncode} after SIGTERM")
        if more := process.stdout.read():
            raise self._error(f"wrote to standard output after its ready line: {more[:200]!r}")

    def log(self) -> str:
        assert self._directory is not None
        return self._log_path().read_text(errors="replace")

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log().splitlines()[-lines:])

    def _start(self) -> None:
        command = [str(find_binary()), "serve"]
        if self._config is not None:
            config_path = self._path("breakwater.yaml")
            config_path.write_text(self._config)
            command += ["--config", str(config_path)]
        with self._log_path().open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=self._env, bufsize=0
            )
        line = self._first_line()
        ready = READY.fullmatch(line)
        if ready is None:
            raise self._error(f"said {line!r} instead of its ready line")
        self.listen, self.admin = ready["listen"], ready["admin"]

    def _first_line(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        deadline = time.monotonic() + self.START_SECONDS
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise self._error(f"was not ready within {self.START_SECONDS:.0f} s")
                if not (byte := self._process.stdout.read(1)):
                    raise self._error(f"ended before it was ready, exit code {self._process.wait(self.STOP_SECONDS)}")
                line += byte
        return line.decode(errors="replace")

    def _discard(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
        if self._directory is not None:
            self._directory.cleanup()

    def _path(self, name: str) -> Path:
        assert self._directory is not None
        return Path(self._directory.name) / name

    def _log_path(self) -> Path:
        return self._path("stderr.log")

    def _error(self, what: str) -> GatewayError:
        return GatewayError(f"the gateway {what}\n--- its log ends with ---\n{self.log_tail()}")


def server_section() -> str:
    """The first lines of a test configuration: the kernel chooses the ports, the ready line tells them."""
    return 'version: 1\nserver: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}\n'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, help="YAML file; without it the embedded default runs")
    arguments = parser.parse_args()
    config = arguments.config.read_text() if arguments.config else None
    try:
        with Gateway(config) as gateway:
            print(json.dumps({"base_url": gateway.base_url, "admin_url": gateway.admin_url}), flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                sys.stdin.buffer.read()
    except GatewayError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
