#!/usr/bin/env python3
"""What is printed of a run: made-up figures, and the cells that they must become."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import report
from performance.report import NOT_MEASURED, Cells
from performance.scenarios import SCENARIOS, Scenario

Round = dict[str, dict[str, float]]
FACTS: dict[str, Any] = {
    **{"machine": {"processor": "P", "memory": "1 GiB", "system": "S"}, "date": "2026-11-29", "commit": "abc"},
    **{"versions": {"nginx": "nginx/1"}, "absent": {}, "notes": []},
}


def scenario(name: str) -> Scenario:
    return next(one for one in SCENARIOS if one.name == name)


def outcome(*rounds: Round, **more: Any) -> dict[str, Any]:
    return {"rounds": list(rounds), "failures": {}, "noisy": 0, "moved": 0, "clean": True} | more


def run(name: str, *rounds: Round, **more: Any) -> dict[str, Any]:
    return FACTS | {"scenarios": {name: outcome(*rounds)}} | more


def costs(**cpu_us: float) -> Round:
    return {name: {"cpu_us": cpu} for name, cpu in cpu_us.items()}


def row(rows: list[list[str]], beginning: str) -> list[str]:
    found = [one for one in rows if one[0].startswith(beginning)]
    assert len(found) == 1, (beginning, rows)
    return found[0]


def line(text: str, beginning: str) -> list[str]:
    """The cells of the row in a table."""
    rows = [[cell.strip() for cell in one.strip("|").split("|")] for one in text.splitlines() if one.startswith("|")]
    return row(rows, beginning)


class Numbers(unittest.TestCase):
    def test_three_digits(self) -> None:
        for value, shown in ((0.0123, "0.01"), (9.994, "9.99"), (12.34, "12.3"), (123.4, "123"), (1234.5, "1,234"), (-12.34, "-12.3")):
            self.assertEqual(report.number(value), shown)

    def test_the_median_and_the_range(self) -> None:
        self.assertEqual(report.spread([3.0, 1.0, 100.0]), "3.00 [1.00-100]")
        self.assertEqual(report.spread([1.0, 2.0], " us"), "1.50 us [1.00-2.00]")
        self.assertEqual(report.spread([2.0], " M"), "2.00 M")
        self.assertEqual(report.spread([]), "-")


class Comparisons(unittest.TestCase):
    def test_a_ratio_is_taken_within_a_round(self) -> None:
        """Of a machine that was twice as slow for a while, the ratio of the medians would tell something else: 12 / 20."""
        found = run("json_1k", costs(Breakwater=12, nginx=10), costs(Breakwater=24, nginx=20), costs(Breakwater=11, nginx=30))
        ratios = Cells(found, "json_1k").ratio("Breakwater")
        self.assertEqual(report.spread(ratios), "1.20 [0.37-1.20]")
        self.assertEqual(row(report.design_rows(found), "CPU per JSON request, 1 KB")[3], "1.20 [0.37-1.20]")

    def test_a_round_without_one_of_the_two_is_left_out(self) -> None:
        found = run("json_1k", costs(Breakwater=12, nginx=10), costs(Breakwater=50), costs(nginx=10), {"Breakwater": {}, "nginx": {"cpu_us": 1}})
        self.assertEqual(Cells(found, "json_1k").ratio("Breakwater"), [1.2])

    def test_what_is_added_is_beyond_no_proxy(self) -> None:
        rounds = [{"direct": {"latency_p50": 13}, "nginx": {"latency_p50": 41}, "Breakwater": {"latency_p50": late}} for late in (43, 46, 44)]
        found = run("json_rate", *rounds)
        self.assertEqual(Cells(found, "json_rate").added("Breakwater", "latency_p50"), [30, 33, 31])
        self.assertEqual(row(report.design_rows(found), "added median latency")[3], "3.00 us [2.00-5.00]")

    def test_rows_have_an_order(self) -> None:
        found = run("json_1k", costs(zeta=1, HAProxy=1, nginx=1), costs(direct=1, Breakwater=1, Acme=1))
        names = sorted(Cells(found, "json_1k").names(), key=report.row_order)
        self.assertEqual(names, ["direct", "Breakwater", "nginx", "HAProxy", "Acme", "zeta"])


class Targets(unittest.TestCase):
    def test_nothing_measured_is_said(self) -> None:
        measured = {one[3] for one in report.design_rows(FACTS)}
        self.assertEqual(measured, {"-", NOT_MEASURED})

    def test_each_target_has_its_own_figure(self) -> None:
        rounds = {name: outcome(costs(**{"Breakwater": cpu, "Breakwater, from Anthropic": 2 * cpu, "nginx": 10})) for name, cpu in
                  (("json_1k", 11), ("json_10k", 12), ("json_100k", 13), ("paced_100", 14), ("burst", 0.5))}  # fmt: skip
        held = {"kb_per_stream": 6.44, "streams": 9000}
        found = FACTS | {"scenarios": rounds, "instructions": {"json_1k": {"Breakwater": 43_321, "nginx": 1}}, "held": {"Breakwater": held}}
        found |= {"held_tls": {"Breakwater": {"failed": "no certificate"}}, "starts": {"Breakwater": {"idle_mb": [18.0], "ready_ms": [9, 11]}}}
        measured = [one[3] for one in report.design_rows(found)]
        expected = ["1.10", "1.20", "1.30", "1.40", "2.80", "2.00 M", "1.00 M", "43 k", "6.4 KB at 9,000 streams", "failed: no certificate"]
        self.assertEqual(measured, [*expected, "-", "18.0 MB", "10.0 ms [9.00-11.0]"])


class Promises(unittest.TestCase):
    ROUNDS = (costs(Breakwater=10, nginx=8, Portkey=500), costs(Breakwater=20, nginx=16, Portkey=1800))

    def test_how_many_times_less_round_by_round(self) -> None:
        rows = report.promise_rows(run("json_1k", *self.ROUNDS))
        self.assertEqual(row(rows, "CPU per 1 KB request, less than Portkey's"), [mock.ANY, "50 times", "70.0 times [50.0-90.0]"])
        self.assertEqual(row(rows, "CPU per 1 KB request, less than LiteLLM's")[2], "-")

    def test_beside_a_paced_event_is_what_nginx_can(self) -> None:
        rows = report.promise_rows(run("paced_40", *self.ROUNDS))
        at = rows.index(row(rows, "CPU per paced event, 4,000 per second, less than Portkey's"))
        self.assertEqual(rows[at][1:], ["7 times", "70.0 times [50.0-90.0]"])
        self.assertEqual(rows[at + 1], ["the same of nginx, which reads nothing of it", "-", "87.5 times [62.5-112]"])

    def test_a_peer_that_is_absent_says_why_and_compares_nothing(self) -> None:
        rows = report.promise_rows(run("paced_40", *self.ROUNDS, absent={"LiteLLM": "pip could not install it"}))
        told = [one for one in rows if "less than LiteLLM's" in one[0]]
        self.assertEqual([one[2] for one in told], ["LiteLLM: pip could not install it"] * 3)
        self.assertEqual(sum(one[0].startswith("the same of nginx") for one in rows), 2)  # those of Portkey

    def test_the_delay_of_idle_streams(self) -> None:
        held = {"Breakwater": {"streams": 9000, "delay_p99": 190.0, "delay_max": 4500.0}}
        rows = report.promise_rows(FACTS | {"held": held})
        self.assertEqual(rows[-1], ["delay of the next event of 9,000 idle streams in one worker", "5 ms", "0.19 ms (p99), 4.50 ms (last)"])
        rows = report.promise_rows(FACTS | {"held": held | {"direct": {"streams": 9000, "delay_p99": 130.0, "delay_max": 490.0}}})
        self.assertEqual(rows[-1][2], "0.13 ms (p99), 0.49 ms (last)")
        for shown, instead in (({"failed": "8 of 9 streams"}, "failed: 8 of 9 streams"), ({"streams": 9000}, NOT_MEASURED)):
            self.assertEqual(report.promise_rows(FACTS | {"held": {"Breakwater": shown}})[-1][2], instead)
        self.assertEqual(report.promise_rows(FACTS)[-1][2], NOT_MEASURED)


class Details(unittest.TestCase):
    ROUNDS = (costs(Breakwater=12, nginx=10), costs(Breakwater=13, nginx=10))

    def text(self, name: str, *rounds: Round, absent: dict[str, str] | None = None, **more: Any) -> str:
        return report.scenario_text(FACTS | {"scenarios": {name: outcome(*rounds, **more)}, "absent": absent or {}}, scenario(name))

    def test_what_was_thrown_out_is_counted(self) -> None:
        text = self.text("json_1k", *self.ROUNDS, noisy=3, moved=1)
        self.assertIn("\n\n2 rounds; thrown out: 3 with noise, 1 in which nginx moved.", text)
        self.assertEqual(line(text, "Breakwater")[:3], ["Breakwater", "1.25 [1.20-1.30]", "12.5 [12.0-13.0]"])

    def test_the_reference_is_named(self) -> None:
        text = self.text("simulator", {"simulator": {"cpu_us": 15}, "bare epoll loop": {"cpu_us": 3}}, moved=2)
        self.assertIn("2 in which bare epoll loop moved", text)
        self.assertEqual(line(text, "simulator")[1], "5.00")

    def test_noisy_rounds_are_not_passed_off_as_good(self) -> None:
        text = self.text("json_1k", *self.ROUNDS, noisy=2, clean=False)
        self.assertIn("**No round was clean, so these 2 noisy ones say little.**", text)
        self.assertNotIn("thrown out", text)

    def test_who_failed_says_why(self) -> None:
        text = self.text("json_1k", *self.ROUNDS, failures={"HAProxy": "40 of 90 requests failed\nand more"})
        self.assertEqual(line(text, "HAProxy")[:2], ["HAProxy", "failed: 40 of 90 requests failed"])

    def test_who_is_absent_says_why_where_it_would_take_part(self) -> None:
        absent = {"LiteLLM": "pip could not install it"}
        self.assertEqual(line(self.text("json_1k", *self.ROUNDS, absent=absent), "LiteLLM")[1], "absent: pip could not install it")
        self.assertNotIn("LiteLLM", self.text("json_10m", *self.ROUNDS, absent=absent))

    def test_rows_are_as_long_as_the_head(self) -> None:
        for one in SCENARIOS:
            text = self.text(one.name, *self.ROUNDS, absent={"LiteLLM": "no"}, failures={"HAProxy": "no"})
            lengths = {each.count("|") for each in text.splitlines() if each.startswith("|")}
            self.assertEqual(len(lengths), 1, text)

    def test_counts(self) -> None:
        calls = {"json_1k": {"nginx": 9.0, "Breakwater": 6.0, "HAProxy": {"failed": "no summary"}}, "paced_client_tls": {"Breakwater": 3.07}}
        text = report.counts_text(FACTS | {"system_calls": calls})
        self.assertEqual(line(text, "per request"), ["per request, or per event", "Breakwater", "nginx", "HAProxy"])
        self.assertEqual(line(text, "json 1k"), ["json 1k", "6.00", "9.00", "failed: no summary"])
        self.assertEqual(line(text, "paced client tls"), ["paced client tls", "3.07", "-", "-"])
        self.assertEqual(report.counts_text(FACTS), "")

    def test_what_could_not_be_measured_is_with_the_machine(self) -> None:
        origin = report.origin(FACTS | {"absent": {"Portkey": "npm is not installed"}, "notes": ["only 1,024 open files"]})
        self.assertEqual(line(origin, "Portkey")[1], "absent: npm is not installed")
        self.assertEqual(line(origin, "note")[1], "only 1,024 open files")


class Document(unittest.TestCase):
    PARTS = ("origin", "targets", "promises", "details")

    def write(self, text: str, found: dict[str, Any]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "performance.md"
            document.write_text(text)
            with mock.patch.object(report, "DOCUMENT", document):
                try:
                    report.write(found)
                finally:
                    text = document.read_text()
        return text

    def document(self, content: dict[str, str]) -> str:
        return "\n".join(f"About {part}.\n<!-- generated: {part} -->\n{content[part]}\n<!-- end -->" for part in self.PARTS) + "\nThe end.\n"

    def test_the_generated_parts_are_replaced_and_nothing_else(self) -> None:
        # A backslash and a group of a pattern are text like any other.
        found = run("json_1k", *Details.ROUNDS, notes=[r"a \1 \g<0> in a note"])
        before = self.document(dict.fromkeys(self.PARTS, "old"))
        self.assertEqual(self.write(before, found), self.document(report.blocks(found)))
        self.assertIn(r"a \1 \g<0> in a note", report.blocks(found)["origin"])

    def test_writing_twice_is_writing_once(self) -> None:
        once = self.write(self.document(dict.fromkeys(self.PARTS, "old")), run("json_1k", *Details.ROUNDS))
        self.assertEqual(self.write(once, run("json_1k", *Details.ROUNDS)), once)

    def test_a_part_without_a_place_is_an_error(self) -> None:
        before = self.document(dict.fromkeys(self.PARTS, "old")).replace("generated: promises", "generated: vows")
        with self.assertRaisesRegex(RuntimeError, "generated: promises"):
            self.write(before, FACTS)

    def test_the_document_of_the_tree_has_a_place_for_each(self) -> None:
        text = report.DOCUMENT.read_text()
        self.assertEqual([text.count(f"<!-- generated: {part} -->") for part in report.blocks(FACTS)], [1] * 4)


if __name__ == "__main__":
    unittest.main(verbosity=0)
