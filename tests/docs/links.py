"""Finds links between documents, and names of files in them, that lead nowhere."""

from __future__ import annotations

import re
from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
# `net/stream.cpp` as well as `src/net/stream.cpp`; words in capitals and the worked example stand for something else.
FILE_NAME = re.compile(r"`([\w.-]+/[\w./-]+\.(?:cpp|hpp|md|yaml|yml|py|sh))`")
PLACES = ("", "src", "include/breakwater")
MADE_UP = re.compile(r"[A-Z]{4,}|acme")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors_of(file: Path) -> set[str]:
    """The anchors that a renderer makes of a document's headings."""
    headings = HEADING.findall(FENCED.sub("", file.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing_files(text: str, root: Path) -> list[str]:
    names = [name for name in FILE_NAME.findall(text) if not MADE_UP.search(name.removesuffix("README.md"))]
    return [name for name in names if not any((root / place / name).exists() for place in PLACES)]


def problems(files: list[Path], root: Path) -> list[str]:
    found = []
    for file in files:
        text = FENCED.sub("", file.read_text())
        if root / "src" not in file.parents:
            found += [f"{file.relative_to(root)}: there is no file {name}" for name in missing_files(text, root)]
        for target in LINK.findall(text):
            if "://" in target or target.startswith("mailto:"):
                continue
            name, _, anchor = target.partition("#")
            linked = (file.parent / name).resolve() if name else file
            where = file.relative_to(root)
            if not linked.exists():
                found.append(f"{where}: the link to {target} leads nowhere")
            elif anchor and linked.suffix == ".md" and anchor not in anchors_of(linked):
                found.append(f"{where}: {linked.name} has no heading for #{anchor}")
    return found
