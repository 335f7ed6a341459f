"""Tables in docs/providers.md that tests write: each stands between two comments with its name.

A run that has all it needs holds the page to what it found; `--write` brings the page up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "providers.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def publish(name: str, text: str, write: bool, command: str) -> str:
    """Writes the table, or says that the page has another one; nothing when all is well."""
    begin, end = f"<!-- begin {name}: written by `{command}` -->\n", f"<!-- end {name} -->\n"
    page = PAGE.read_text()
    if begin not in page or end not in page:
        return f"docs/providers.md has no place for the table {name!r}: it lacks {begin.strip()!r} or {end.strip()!r}"
    before, rest = page.split(begin)
    old, after = rest.split(end)
    if write:
        PAGE.write_text(before + begin + text + end + after)
    elif old != text:
        return f"the table {name!r} in docs/providers.md is not what this run found; `{command}` writes it anew"
    return ""
