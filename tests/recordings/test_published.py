#!/usr/bin/env python3
"""Tests of what the recordings publish in docs/providers.md, and of the list of what is not replayed, without a running gateway."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matrix import registry
from recordings import fixtures, grid, published, whole_corpus
from recordings.answer import Answer, Call, Choice, Expected, Failure

# Of dialects whose rows have other names: those of openai are its presets', and the simulator has none.
ROWS_OF: dict[str, set[str]] = {
    "openai": set(),
    "sim": set(),
    "openai.responses": {"openai, Responses API"},
    "vertex": {"vertex, Gemini", "vertex, Claude"},
}


class PublishedGrid(unittest.TestCase):
    """The tables that the tests write into docs/providers.md."""

    def test_counts_whole_answers_and_streams_apart(self) -> None:
        grown = grid.Grid()
        grown.add("acme", {"text"}, stream=False, held=True)
        grown.add("acme", {"text", "tools"}, stream=False, held=False)
        grown.add("acme", {"text"}, stream=True, held=True)
        (row,) = grown.rows()
        self.assertEqual(row[:6], ["`acme`", grid.RECORDED, "1 of 2 + 1", "1 of 2 + 1", "0 of 1 + 0", " "])

    def test_each_test_has_rows_of_its_own(self) -> None:
        def grown(provider: str, kind: str) -> grid.Grid:
            made = grid.Grid()
            made.add(provider, {"text"}, stream=True, held=True, kind=kind)
            return made

        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text(f"before\n{published.GRID_BEGIN}{published.GRID_END}after\n")
            with mock.patch.object(published, "PAGE", page):
                self.assertIn("`make t`", grown("b", grid.RECORDED).publish((grid.RECORDED,), False, "make t"))
                for provider, kind in (("b", grid.FIXTURES), ("b", grid.RECORDED), ("a", grid.FIXTURES), ("b", grid.FIXTURES)):
                    self.assertEqual(grown(provider, kind).publish((kind,), True, "make t"), "")
                self.assertEqual([row[:2] for row in published.grid_rows()], [["`b`", grid.RECORDED], ["`b`", grid.FIXTURES]])
                self.assertEqual(grown("b", grid.RECORDED).publish((grid.RECORDED,), False, "make t"), "")
                self.assertIn("`make t`", grown("a", grid.RECORDED).publish((grid.RECORDED,), False, "make t"))

    def test_every_provider_has_its_rows(self) -> None:
        rows: dict[str, set[str]] = {}
        for row in published.grid_rows():
            rows.setdefault(row[0].strip("`"), set()).add(row[1])
        dialects = set[str]().union(*(ROWS_OF.get(name, {name}) for name in registry.dialects("provider")))
        chatting = {*fixtures.presets(), *dialects} - fixtures.WITHOUT_CHATS
        lacking = {name: {grid.FIXTURES} - rows.get(name, set()) for name in sorted(chatting)}
        self.assertEqual({name: kinds for name, kinds in lacking.items() if kinds}, {}, "no fixtures of their own")
        self.assertEqual([name for name in sorted(chatting) if rows.get(name) == {grid.FIXTURES}], [], "nothing but fixtures")

    def test_tells_what_an_exchange_shows(self) -> None:
        asked = {"messages": [{"role": "tool", "content": "4", "tool_call_id": "a"}], "response_format": {"type": "json_schema"}}
        answer = Answer({0: Choice(text="x", calls=[Call("a"), Call("b")], finish="length")})
        self.assertEqual(
            set(grid.shown(asked, Expected(answer))), {"tool result", "structured", "text", "tools", "parallel tools", "length"}
        )
        self.assertEqual(set(grid.shown(asked, Expected(answer, Failure(frozenset({429}), frozenset())))), {"error"})

    def test_a_page_that_is_out_of_date(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("before\n<!-- begin t: written by `make t` -->\nold\n<!-- end t -->\nafter\n")
            with mock.patch.object(published, "PAGE", page):
                self.assertIn("`make t`", published.publish("t", "new\n", False, "make t"))
                self.assertEqual(published.publish("t", "new\n", True, "make t"), "")
                self.assertEqual(published.publish("t", "new\n", False, "make t"), "")
                self.assertIn("no place", published.publish("u", "new\n", False, "make u"))
            self.assertTrue(page.read_text().startswith("before\n") and page.read_text().endswith("after\n"))

    def test_presets_of_any_name(self) -> None:
        page = "version: 1\nproviders:\n  # a: server\n  acme:\n    dialect: openai\n\n  01-ai: # of its own\n  acme_2: { dialect: openai }\nroutes:\n  r:\n"
        self.assertEqual(fixtures.names_in(page), ["acme", "01-ai", "acme_2"])

    def test_who_resumes_calls_is_there(self) -> None:
        self.assertEqual(fixtures.RESUMES_CALLS - {fixture.name for fixture in fixtures.fixtures()}, set())


class WholeCorpus(unittest.TestCase):
    """The list of what no test replays."""

    LINES = whole_corpus.read_list("# a comment\nold.api/*  2  It is gone.\n")

    def test_what_is_listed(self) -> None:
        self.assertEqual([(line.pattern, line.count, line.reason) for line in self.LINES], [("old.api/*", 2, "It is gone.")])
        self.assertEqual(whole_corpus.listing_problems(self.LINES, ["old.api/a-1", "old.api/a-2"]), [])

    def test_what_is_not_listed(self) -> None:
        (problem,) = whole_corpus.listing_problems(self.LINES, ["old.api/a-1", "old.api/a-2", "new.api/a-3"])
        self.assertIn("new.api/a-3 is replayed by no test", problem)

    def test_a_line_that_no_longer_fits(self) -> None:
        for left in ([], ["old.api/a-1"], ["old.api/a-1", "old.api/a-2", "old.api/a-3"]):
            (problem,) = whole_corpus.listing_problems(self.LINES, left)
            self.assertIn(f"there are {len(left)}", problem)


if __name__ == "__main__":
    unittest.main()
