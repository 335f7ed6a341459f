"""docs/faults.md is the table of faults; this holds it to the tests, and the tests to it.

Each row from 1 to the last has tests or says why it does not apply; each test that a row names exists and is run by its file; each
test of this folder is named by a row.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

INTEGRATION = Path(__file__).resolve().parents[1]
TABLE = INTEGRATION.parents[1] / "docs" / "faults.md"
ROWS = 53
NAME = re.compile(r"`((?:faults/)?\w+)\.(\w+)`")
NOT_APPLICABLE = "not applicable: "


def rows(text: str) -> dict[int, str]:
    """The last cell of each numbered row."""
    found: dict[int, str] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0].isdigit():
            assert int(cells[0]) not in found, f"row {cells[0]} is there twice"
            found[int(cells[0])] = cells[-1]
    return found


def tests_of(path: Path) -> set[str]:
    """What a test file hands to its runner."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    runners = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("run", "run_together")]
    return {argument.id for call in runners for argument in call.args if isinstance(argument, ast.Name)}


def problems() -> list[str]:
    table = rows(TABLE.read_text())
    wrong = [f"row {number} is missing" for number in range(1, ROWS + 1) if number not in table]
    named: set[tuple[str, str]] = set()
    for number, cell in table.items():
        names = NAME.findall(cell)
        named.update(names)
        if not names and not (cell.startswith(NOT_APPLICABLE) and len(cell) > len(NOT_APPLICABLE) + 20):
            wrong.append(f"row {number} has neither a test nor a reason why it does not apply")
        for file, test in names:
            path = INTEGRATION / f"{file}.py"
            if not path.is_file() or test not in tests_of(path):
                wrong.append(f"row {number}: {file}.py runs no test {test}")
    for path in sorted(Path(__file__).parent.glob("*.py")):
        wrong += [f"no row names faults/{path.stem}.{test}" for test in sorted(tests_of(path)) if (f"faults/{path.stem}", test) not in named]
    return wrong


def main() -> int:
    found = problems()
    for problem in found:
        print(f"docs/faults.md: {problem}", file=sys.stderr)
    print(f"{ROWS} rows, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
