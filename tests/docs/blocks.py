"""Finds the fenced code blocks of a Markdown document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(?P<info>\S.*)?$")
# Blocks of these languages are examples that somebody will copy, so each says how it is tested.
TESTED_LANGUAGES = {"bash", "python", "js", "yaml", "cpp"}


@dataclass(frozen=True)
class Block:
    file: Path
    line: int
    language: str
    action: str
    text: str

    @property
    def kind(self) -> str:
        """What selects the runner: "bash run"; the second word of a cpp block is a path."""
        return self.language if self.language == "cpp" else f"{self.language} {self.action}".strip()

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line} ({self.language} {self.action})"


def blocks_of(file: Path) -> list[Block]:
    """The blocks that are tested. A block of a tested language without a second word is one too, and fails for want of a runner,
    except in documents that are generated or describe files of another format."""
    found: list[Block] = []
    opened: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        fence = FENCE.match(line)
        if fence is None:
            lines.append(line)
        elif opened is None:
            opened, lines = (number, fence["info"] or ""), []
        else:
            language, _, action = opened[1].partition(" ")
            if language in TESTED_LANGUAGES and not is_exempt(file, action):
                found.append(Block(file, opened[0], language, action or default_action(file), "\n".join(lines) + "\n"))
            opened = None
    return found


def is_exempt(file: Path, action: str) -> bool:
    """The catalogue's format is not the configuration's; its reader checks it while the project is built."""
    return action == "" and file.parent.name == "catalog"


def default_action(file: Path) -> str:
    """docs/configuration.md is generated, and its only blocks are whole configurations."""
    return "check" if file.name == "configuration.md" else ""
