"""What is done with each kind of example."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blackbox.gateway import clean_environment, find_binary

from docs.blocks import Block

SECONDS_MAX = 60
ERROR_OBJECT = re.compile(r'"error"\s*:\s*\{')
# Addresses in the documents are the defaults; the gateway under test has others.
CLIENT_ADDRESS, ADMIN_ADDRESS = "127.0.0.1:8080", "127.0.0.1:9090"
EXAMPLE_KEYS = {"OPENAI_API_KEY": "sk-example-0123456789", "ANTHROPIC_API_KEY": "sk-ant-example-0123456789", "GROQ_API_KEY": "gsk-example-0123456789"}


class Failed(Exception):
    """The example is wrong; the text says how."""


class Skipped(Exception):
    """The example cannot be run here; the text says why."""


@dataclass(frozen=True)
class Place:
    """Where the examples run: the source tree, a folder for files, and the gateway's two addresses."""

    source: Path
    scratch: Path
    listen: str
    admin: str

    def localised(self, text: str) -> str:
        return text.replace(CLIENT_ADDRESS, self.listen).replace(ADMIN_ADDRESS, self.admin)

    def environment(self) -> dict[str, str]:
        path = f"{find_binary().parent}{os.pathsep}{os.environ['PATH']}"
        return clean_environment(EXAMPLE_KEYS | {"PATH": path, "BREAKWATER_ADMIN": self.admin})

    def file(self, name: str, text: str) -> Path:
        file = self.scratch / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file


def execute(command: list[str], place: Place, folder: Path | None = None) -> str:
    """What the command printed; it must succeed."""
    try:
        done = subprocess.run(
            command, cwd=folder or place.source, env=place.environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"did not end within {SECONDS_MAX} s") from None
    if done.returncode != 0:
        raise Failed(f"exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def expect_answer(output: str) -> None:
    if not output.strip():
        raise Failed("printed nothing")
    if ERROR_OBJECT.search(output):
        raise Failed(f"got an error: {output[:1000]}")


def run_bash(block: Block, place: Place) -> None:
    expect_answer(execute(["bash", "-euo", "pipefail", "-c", place.localised(block.text)], place))


def run_bash_that_fails(block: Block, place: Place) -> None:
    output = execute(["bash", "-euo", "pipefail", "-c", place.localised(block.text)], place)
    if not ERROR_OBJECT.search(output):
        raise Failed(f"shows no error, but: {output[:1000]}")


def check_listed(block: Block, place: Place) -> None:
    execute(["bash", "-n", "-c", block.text], place)
    named = re.findall(r"(?<![\w./-])((?:scripts|docker|tests|config|docs|src)/[\w./-]*\w)", block.text)
    missing = [name for name in named if not (place.source / name).exists()]
    if missing:
        raise Failed(f"there is no {', '.join(missing)}")
    commands = re.findall(r"^((?:scripts|docker|tests)/\S+)", block.text, re.MULTILINE)
    for command in commands:
        if not os.access(place.source / command, os.X_OK):
            raise Failed(f"{command} cannot be executed")


def run_python(block: Block, place: Place) -> None:
    python = place.source / "build/sdk/venv/bin/python"
    if not python.exists():
        raise Skipped("tests/sdk/run.sh has not installed the SDK")
    expect_answer(execute([str(python), str(place.file("example.py", place.localised(block.text)))], place))


def run_js(block: Block, place: Place) -> None:
    modules = place.source / "build/sdk/node/node_modules"
    if not (modules / "openai").is_dir():
        raise Skipped("tests/sdk/run.sh has not installed the SDK")
    file = place.file("example.mjs", place.localised(block.text))
    # Node looks for packages beside the importing file.
    if not (place.scratch / "node_modules").exists():
        (place.scratch / "node_modules").symlink_to(modules)
    expect_answer(execute(["node", str(file)], place))


def check_yaml(block: Block, place: Place) -> None:
    make_certificate(place)
    file = place.file("example.yaml", block.text)
    expect_answer(execute([str(find_binary()), "check", str(file)], place))


def make_certificate(place: Place) -> None:
    """The files that a `tls:` or `file:` in an example refers to."""
    folder = place.scratch / "tls"
    if folder.exists():
        return
    folder.mkdir()
    execute(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
             "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")], place)


def compile_cpp(block: Block, place: Place) -> None:
    """Compiles the block as the file that it says it is, without changing the source tree."""
    compiler = shutil.which("clang++-19") or shutil.which("clang++")
    if compiler is None:
        raise Skipped("there is no Clang")
    file = place.file(f"tree/{block.action}", block.text)
    if not block.action.endswith(".cpp"):
        return  # a header is compiled by the source that includes it
    execute([compiler, "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow",
             "-Wold-style-cast", "-Wswitch-enum", "-Wno-missing-designated-field-initializers", "-Werror",
             f"-I{place.source}/include", f"-I{place.source}/src", f"-I{place.source}/{Path(block.action).parent}", str(file)], place)


RUNNERS: dict[str, Callable[[Block, Place], None]] = {
    "bash run": run_bash,
    "bash fails": run_bash_that_fails,
    "bash listed": check_listed,
    "python run": run_python,
    "js run": run_js,
    "yaml check": check_yaml,
    "cpp": compile_cpp,
}
