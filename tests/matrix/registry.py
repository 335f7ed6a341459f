"""Which dialects there are, by the gateway's own word, and the module that describes each."""

from __future__ import annotations

import importlib
import subprocess
from pathlib import Path
from types import ModuleType

from blackbox.gateway import find_binary

HERE = Path(__file__).parent
# Dialects that cannot say what the cells ask, and the tests that they have instead.
ELSEWHERE = {"openai.completions": "a prompt, to which no cell can be put: tests/integration/completions.py"}


def dialects(side: str) -> list[str]:
    """`side` is `client` or `provider`: what `breakwater version` says that the binary speaks."""
    lines = subprocess.run([str(find_binary()), "version"], capture_output=True, text=True, check=True).stdout.splitlines()
    return next(line for line in lines if line.startswith(f"{side} dialects ")).split()[2:]


def described(side: str) -> tuple[dict[str, ModuleType], list[str]]:
    """The modules by dialect, and what is missing, in words."""
    found, missing = {}, []
    for dialect in dialects(side):
        if dialect in ELSEWHERE:
            continue
        name = dialect.replace(".", "_")
        if (HERE / f"{side}s" / f"{name}.py").is_file():
            found[dialect] = importlib.import_module(f"matrix.{side}s.{name}")
        else:
            missing.append(
                f"the {side} dialect {dialect} is in the registry, but not in the matrix: add tests/matrix/{side}s/{name}.py "
                f"(what it has to hold is in tests/matrix/{side}s/__init__.py)"
            )
    return found, missing
