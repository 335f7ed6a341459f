"""Answers of the Responses API in a file: what a restart finds, for whom, and what a file that cannot be used says at the start."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from support import Gateway, ask, digest, get, run

from blackbox.gateway import find_binary, server_section

Json = dict[str, Any]

KEYS = {"one": "bw-kept-key-one-0001", "two": "bw-kept-key-two-0001"}


def settings(file: Path, more: str = "") -> str:
    keys = "\n".join(f'  - {{name: {name}, sha256: "{digest(key)}"}}' for name, key in KEYS.items())
    return server_section() + f"""
keys:
{keys}
responses: {{store: sqlite, file: "{file}"{more}}}
providers: {{sim: {{dialect: sim}}}}
deployments: {{chat: {{provider: sim, model: chat}}}}
"""


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def bearer(name: str) -> str:
    return f"Authorization: Bearer {KEYS[name]}"


def create(gateway: Gateway, name: str = "one", **members: Any) -> Json:
    answer = ask(gateway, "/v1/responses", {"model": "chat", "input": "hi"} | members, bearer(name))
    assert answer.status == 200, answer
    return answer.json()


def status_of(gateway: Gateway, response_id: str, name: str = "one") -> int:
    return get(gateway.listen, f"/v1/responses/{response_id}", bearer(name)).status


def a_restart_finds_them() -> None:
    with folder() as place:
        file = place / "responses.db"
        with Gateway(settings(file)) as gateway:
            first = create(gateway, input="My name is Ada.")
            second = create(gateway, previous_response_id=first["id"], input="What is my name?")
            foreign = create(gateway, "two")
        with Gateway(settings(file)) as gateway:
            assert get(gateway.listen, f"/v1/responses/{second['id']}", bearer("one")).json() == second
            third = create(gateway, previous_response_id=second["id"], input="And now?")
            assert third["previous_response_id"] == second["id"]
            assert status_of(gateway, foreign["id"]) == 404 and status_of(gateway, foreign["id"], "two") == 200
        with Gateway(settings(file, ", count: 1")) as gateway:
            assert [status_of(gateway, one["id"]) for one in (first, second, third)] == [404, 404, 200]
        with sqlite3.connect(file) as database:
            assert database.execute("SELECT count(*), min(owner) FROM responses").fetchone() == (1, "one")


def it_is_written_while_the_process_runs() -> None:
    """A process that is killed loses nothing that is a second old."""
    with folder() as place:
        file = place / "responses.db"
        with Gateway(settings(file)) as gateway:
            kept = create(gateway)
            # The log of the database is copied under the running process, as a crash would leave it; each time to
            # another place, for SQLite remembers what it knows of a file that it has opened.
            for attempt in range(100):
                copy = place / f"copy-{attempt}.db"
                for end in ("", "-wal"):
                    source = Path(f"{file}{end}")
                    Path(f"{copy}{end}").write_bytes(source.read_bytes() if source.exists() else b"")
                with closing(sqlite3.connect(copy)) as database:
                    found = database.execute("SELECT id FROM responses").fetchall()
                if found:
                    break
                subprocess.run(["sleep", "0.05"], check=True)
            assert found == [(kept["id"],)], found


def a_file_that_cannot_be_used_is_an_error_at_the_start() -> None:
    with folder() as place:
        broken = place / "broken.db"
        broken.write_text("This is not a database. " * 500)
        cases = {broken: "file is not a database", place / "nowhere" / "r.db": "No such file or directory", place: "Is a directory"}
        for file, words in cases.items():
            refused(place, settings(file), words)
        taken = place / "taken.db"
        with Gateway(settings(taken)):
            refused(place, settings(taken), "database is locked")
        assert broken.read_text().startswith("This is not"), "a file that is something else is left alone"


def refused(place: Path, config: str, words: str) -> None:
    path = place / "config.yaml"
    path.write_text(config)
    ended = subprocess.run([str(find_binary()), "serve", "--config", str(path)], capture_output=True, text=True, timeout=20, check=False)
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0 and words in said and "responses.file" in said, (words, ended)


def a_wrong_section_is_a_clear_error() -> None:
    with folder() as place:
        for section, words in (
            ("{store: sqlite}", "needs `responses.file`"),
            ("{file: a.db}", "`responses.file` is for `store: sqlite` only"),
        ):
            path = place / "config.yaml"
            path.write_text(server_section() + f"responses: {section}\nproviders: {{sim: {{dialect: sim}}}}\n")
            ended = subprocess.run([str(find_binary()), "check", str(path)], capture_output=True, text=True, check=False)
            assert ended.returncode != 0 and words in ended.stdout + ended.stderr, ended


if __name__ == "__main__":
    sys.exit(
        run(
            a_restart_finds_them,
            it_is_written_while_the_process_runs,
            a_file_that_cannot_be_used_is_an_error_at_the_start,
            a_wrong_section_is_a_clear_error,
        )
    )
