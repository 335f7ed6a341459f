#!/usr/bin/env python3
"""Accounts for every recording: a test replays it, or not_replayed.txt says why none does. Nothing is sent; the tests themselves say what they replay.

A recording that is in neither place fails, and so does a line of the list that no longer fits. docs/providers.md has the sums.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recordings import completions, corpus, operations, passed_on, published, run, token_counts, vertex

Json = dict[str, Any]

LIST = Path(__file__).with_name("not_replayed.txt")
IN_DIALECT = "answered in the client's dialect"
REWRITTEN = "answered in the client's dialect, when answers of Bedrock's InvokeModel have been rewritten into those of Converse"
COUNTED = "counted by the gateway itself, and compared"
UNCOUNTED = "counts of a model that is not there, which the gateway refuses by itself, with the same status"
PASSED_ON = "passed on byte for byte below `/providers/NAME/`, for APIs that are not spoken"
REFUSED_KEY = "passed on, and refused with 401, which is about the gateway's key: an error of the gateway's own"
WAYS = (IN_DIALECT, REWRITTEN, COUNTED, UNCOUNTED, PASSED_ON, REFUSED_KEY)
NOT_PASSING_MAX = 0.01


@dataclass(frozen=True)
class Line:
    pattern: str
    count: int
    reason: str


def read_list(text: str) -> list[Line]:
    parts = [line.split(maxsplit=2) for line in text.splitlines() if line and not line.startswith("#")]
    return [Line(pattern, int(count), reason) for pattern, count, reason in parts]


def replayed_by(root: Path) -> dict[str, str]:
    """By id: how a recording is replayed."""
    found = {recording.id: REFUSED_KEY if passed_on.is_refused_key(recording) else PASSED_ON for recording in passed_on.ours(root)}
    found |= {recording.id: COUNTED if recording.status == 200 else UNCOUNTED for recording in token_counts.ours(root)}
    ours = [*operations.ours(root), *completions.ours(root), *corpus.load(root), *corpus.load(root, vertex.GEMINI + vertex.CLAUDE)]
    return found | {recording.id: REWRITTEN if recording.rewritten else IN_DIALECT for recording in ours}


def listing_problems(lines: list[Line], left: list[str]) -> list[str]:
    """`left`: DIALECT/ID of the recordings that no test replays."""
    found = [f"{name} is replayed by no test, and {LIST.name} does not say why" for name in left if not any(fnmatchcase(name, line.pattern) for line in lines)]
    for line in lines:
        count = sum(fnmatchcase(name, line.pattern) for name in left)
        if count != line.count:
            found.append(f"{LIST.name} says {line.count} of {line.pattern}, and there are {count} that no test replays")
    return found


def sums(ways: Counter[str], lines: list[Line], known: dict[str, str], total: int) -> str:
    listed = sum(line.count for line in lines)
    rows = [[way, str(ways[way] - (len(known) if way == IN_DIALECT else 0))] for way in WAYS]
    rows.append(["known to fail: " + "; ".join(known.values()), str(len(known))])
    rows += [[f"not replayed: {line.reason}", str(line.count)] for line in lines]
    rows.append([f"all; of them do not pass: {listed + len(known)}, which is {(listed + len(known)) / total:.2%}", str(total)])
    return published.table(["what becomes of them", "recordings"], rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the sums in docs/providers.md anew")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("whole corpus: skipped (../shared/recordings is not there)")
        return 0
    entries = corpus.index(root)
    ways = replayed_by(root)
    lines, known = read_list(LIST.read_text()), run.read_known_failures()
    found = listing_problems(lines, [f"{entry['dialect']}/{entry['id']}" for entry in entries if entry["id"] not in ways])
    failing = sum(line.count for line in lines) + len(known)
    if failing >= len(entries) * NOT_PASSING_MAX:
        found.append(f"{failing} of {len(entries)} recordings do not pass; that must be fewer than {NOT_PASSING_MAX:.0%}")
    text = sums(Counter(ways.values()), lines, known, len(entries))
    if complaint := published.publish("corpus", text, arguments.write, "python3 tests/recordings/whole_corpus.py --write"):
        found.append(complaint)
    for problem in found:
        print(f"FAILED {problem}")
    print(f"whole corpus: {len(entries)} recordings, {len(ways)} replayed, {len(entries) - len(ways)} not, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
