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


GRID_BEGIN = "<!-- begin grid: written by `run.py`, `vertex.py`, `presets.py` and `fixtures.py` of tests/recordings, each with `--write` -->\n"
GRID_END = "<!-- end grid -->\n"


def grid_rows() -> list[list[str]]:
    """The rows of the grid of providers as the page has them, without its head."""
    lines = PAGE.read_text().partition(GRID_BEGIN)[2].partition(GRID_END)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def publish_rows(kinds: Sequence[str], head: Sequence[str], rows: list[list[str]], order: Sequence[str], write: bool, command: str) -> str:
    """As `publish`, for the rows of these kinds in the grid of providers, where each test has rows of its own; a kind is the second cell."""
    page = PAGE.read_text()
    if GRID_BEGIN not in page or GRID_END not in page:
        return f"docs/providers.md has no place for the grid: it lacks {GRID_BEGIN.strip()!r} or {GRID_END.strip()!r}"
    there = grid_rows()
    wanted = [[cell.strip() for cell in row] for row in rows]
    if write:
        joined = sorted([row for row in there if row[1] not in kinds] + wanted, key=lambda row: (row[0].strip('`'), order.index(row[1])))
        before, after = page.split(GRID_BEGIN)[0], page.split(GRID_END)[1]
        PAGE.write_text(before + GRID_BEGIN + table(head, [[cell or " " for cell in row] for row in joined]) + GRID_END + after)
    elif sorted(row for row in there if row[1] in kinds) != sorted(wanted):
        return f"the rows {', '.join(kinds)} of the grid in docs/providers.md are not what this run found; `{command}` writes them anew"
    return ""
