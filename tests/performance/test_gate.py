#!/usr/bin/env python3
"""The gate must see what costs more: figures that were made up, held against limits that were."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import callgrind, gate, machine

Figures = dict[str, dict[str, float]]
LIMITS = {
    "tolerance": 0.05,
    "must": {"instructions": {"json_1k": 45_000}, "futex_calls": {"json_1k": 0.2, "paced": 0.2}},
    "instructions": {case.name: 40_000.0 for case in gate.KINDS["instructions"][1]},
    "system_calls": {case.name: 6.0 for case in gate.KINDS["system_calls"][1]},
}
FUTEX = {"json_1k": 0.01, "paced": 0.02}


def measured(kind: str = "instructions", case: str = "json_1k", value: float | None = None) -> Figures:
    """As agreed, but for one figure."""
    figures = {name: dict(LIMITS[name]) for name in ("instructions", "system_calls")} | {"futex_calls": dict(FUTEX)}
    if value is not None:
        figures[kind][case] = value
    return figures


class Judgement(unittest.TestCase):
    def assert_seen(self, figures: Figures, *words: str, limits: dict = LIMITS) -> None:
        """One problem, with these words in it; all else is good."""
        good, problems = gate.judge(figures, limits)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])
        self.assertEqual(len(good), sum(map(len, figures.values())) - 1)

    def sentence(self, figures: Figures, beginning: str) -> str:
        good, problems = gate.judge(figures, LIMITS)
        self.assertEqual(problems, [])
        return next(one for one in good if one.startswith(beginning))

    def test_as_agreed(self) -> None:
        good, problems = gate.judge(measured(), LIMITS)
        self.assertEqual((len(good), problems), (sum(map(len, measured().values())), []))
        self.assertFalse([one for one in good if "--update" in one])

    def test_more_than_the_tolerance(self) -> None:
        self.assert_seen(measured("system_calls", "paced", 6.31), "system calls per event (paced): 6.31, agreed 6.00", "+5%, more than 5%")
        self.assert_seen(measured("instructions", "burst", 60_000), "instructions per event (burst): 60,000.00", "+50%")

    def test_within_the_tolerance(self) -> None:
        self.assertNotIn("--update", self.sentence(measured("system_calls", "paced", 6.29), "system calls per event (paced)"))
        self.assertNotIn("--update", self.sentence(measured("system_calls", "paced", 5.71), "system calls per event (paced)"))

    def test_what_was_saved_is_to_stay_saved(self) -> None:
        self.assertIn("lower it with --update", self.sentence(measured("system_calls", "paced", 5.69), "system calls per event (paced)"))

    def test_a_must_holds_whatever_was_agreed(self) -> None:
        agreed = LIMITS | {"instructions": LIMITS["instructions"] | {"json_1k": 44_900.0}}
        self.assert_seen(measured(value=45_001), "more than the 45,000 that it must not exceed", limits=agreed)
        self.assertEqual(gate.judge(measured(value=45_000), agreed)[1], [])

    def test_a_must_allows_no_more_than_was_agreed(self) -> None:
        self.assert_seen(measured(value=44_000), "agreed 40,000.00", "+10%")

    def test_a_must_with_nothing_agreed(self) -> None:
        self.assert_seen(measured("futex_calls", "paced", 1.0), "futex calls per event (paced): 1.00, at most 0.2", "must not exceed")
        self.assertIn("at most 0.2", self.sentence(measured("futex_calls", "paced", 0.2), "futex calls per event (paced)"))

    def test_a_case_without_a_number_does_not_pass(self) -> None:
        agreed = {name: value for name, value in LIMITS["system_calls"].items() if name != "paced"}
        self.assert_seen(measured(), "system calls per event (paced): 6.00, no number is agreed yet", limits=LIMITS | {"system_calls": agreed})

    def test_what_was_not_measured_is_not_judged(self) -> None:
        good, problems = gate.judge({"futex_calls": FUTEX}, LIMITS)
        self.assertEqual((len(good), problems), (2, []))


class Measuring(unittest.TestCase):
    def test_a_tool_that_is_not_there_is_named_and_the_others_are_used(self) -> None:
        case = gate.KINDS["futex_calls"][1][0]
        absent = mock.Mock(unavailable=lambda: "valgrind is not installed")
        there = mock.Mock(unavailable=lambda: None)
        kinds = {"instructions": (absent, [case], lambda *_: self.fail("counted")), "futex_calls": (there, [case], lambda *_: 0.123)}
        with mock.patch.object(gate, "KINDS", kinds), mock.patch.object(gate, "Upstream") as upstream, mock.patch.object(gate, "Breakwater"):
            self.assertEqual(gate.measure(Path()), ({"futex_calls": {"json_1k": 0.12}}, ["instructions: valgrind is not installed"]))
        upstream.return_value.process.stop.assert_called_once()


class CallsOfTheAllocator(unittest.TestCase):
    """What callgrind writes: a name stands where it comes first, and after that its number."""

    def count(self, *lines: str) -> int:
        return callgrind.calls_of(callgrind.ALLOCATES, "\n".join(lines))

    def test_under_all_of_their_names(self) -> None:
        for name in ("malloc", "calloc", "realloc", "operator new(unsigned long)", "operator new[](unsigned long)", "malloc@@GLIBC_2.2.5",
                     "operator new(unsigned long, std::align_val_t)", "posix_memalign"):  # fmt: skip
            self.assertEqual(self.count("fn=(1) main", f"cfn=(2) {name}", "calls=3 0 ", "* 3"), 3, name)

    def test_by_number(self) -> None:
        profile = ["fn=(1) main", "cfn=(2) malloc", "calls=3 0 ", "* 3", "fn=(4) f", "cfn=(2)", "calls=40 0 ", "* 1", "cfn=(1)", "calls=5 0 "]
        self.assertEqual(self.count(*profile), 43)

    def test_a_name_that_comes_first_as_a_callers(self) -> None:
        self.assertEqual(self.count("fn=(2) malloc", "0 7", "fn=(1) main", "cfn=(2)", "calls=3 0 "), 3)

    def test_calls_of_others(self) -> None:
        for name in ("free", "operator delete(void*)", "mallocate", "f(malloc)", "CRYPTO_malloc"):
            self.assertEqual(self.count("fn=(1) malloc", "0 7", f"cfn=(2) {name}", "calls=3 0 "), 0, name)


class TheTree(unittest.TestCase):
    """limits.json as it is."""

    def test_every_case_has_a_number_and_every_number_a_case(self) -> None:
        limits = json.loads(gate.LIMITS.read_text())
        for kind, (_, cases, _) in gate.KINDS.items():
            names = [case.name for case in cases]
            self.assertEqual(len(names), len(set(names)), f"{kind}: a name twice")
            self.assertEqual(set(limits.get(kind) or limits["must"][kind]), set(names), kind)
            self.assertLessEqual(set(limits["must"].get(kind, {})), set(names), kind)

    def test_what_is_agreed_is_allowed(self) -> None:
        limits = json.loads(gate.LIMITS.read_text())
        for kind, must in limits["must"].items():
            for case, most in must.items():
                self.assertLessEqual(limits.get(kind, {}).get(case, 0), most)


class Program(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "bench_upstream").touch()
        self.limits = self.folder / "limits.json"
        self.limits.write_text(json.dumps(LIMITS))
        self.enterContext(mock.patch.object(gate, "LIMITS", self.limits))
        self.enterContext(mock.patch.object(machine, "BUILD_DIR", self.folder))

    def run_gate(self, figures: Figures, *arguments: str, skipped: tuple[str, ...] = ()) -> tuple[int, str]:
        """What it exits with, and what it says."""
        said = io.StringIO()
        with (
            mock.patch.object(gate, "measure", lambda folder: (figures, list(skipped))),
            mock.patch.object(sys, "argv", ["gate.py", *arguments]),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            return gate.main(), said.getvalue()

    def test_it_passes_and_fails(self) -> None:
        status, said = self.run_gate(measured())
        self.assertEqual((status, "0 failed, 0 skipped" in said), (0, True), said)
        status, said = self.run_gate(measured("system_calls", "json_1k", 7.0))
        self.assertEqual(status, 1)
        self.assertIn("FAILED  system calls per request (json_1k): 7.00", said)
        self.assertIn("1 failed, 0 skipped", said)
        self.assertEqual(json.loads(self.limits.read_text()), LIMITS)

    def test_what_is_skipped_is_said(self) -> None:
        status, said = self.run_gate({"futex_calls": FUTEX}, skipped=("instructions: valgrind is not installed",))
        self.assertEqual(status, 0)
        self.assertIn("skipped instructions: valgrind is not installed", said)
        self.assertIn("2 passed, 0 failed, 1 skipped", said)

    def test_without_a_build_nothing_passes(self) -> None:
        (self.folder / "bench_upstream").unlink()
        status, said = self.run_gate(measured())
        self.assertEqual(status, 1)
        self.assertIn("scripts/build bench", said)

    def test_an_update_writes_what_was_measured(self) -> None:
        figures = measured("system_calls", "json_1k", 7.0)
        self.assertEqual(self.run_gate(figures, "--update")[0], 0)
        written = json.loads(self.limits.read_text())
        self.assertEqual(written, LIMITS | {"system_calls": figures["system_calls"]})
        self.assertEqual(self.run_gate(figures)[0], 0)

    def test_an_update_leaves_what_must_not_be_exceeded(self) -> None:
        figures = measured(value=46_000)
        figures["futex_calls"]["paced"] = 1.0
        self.run_gate(figures, "--update")
        written = json.loads(self.limits.read_text())
        self.assertEqual((written["must"], written["tolerance"]), (LIMITS["must"], LIMITS["tolerance"]))
        self.assertNotIn("futex_calls", written)
        status, said = self.run_gate(figures)
        self.assertEqual((status, said.count("FAILED")), (1, 2), said)

    def test_an_update_keeps_what_could_not_be_measured(self) -> None:
        self.run_gate({"system_calls": measured()["system_calls"]}, "--update", skipped=("instructions: valgrind is not installed",))
        self.assertEqual(json.loads(self.limits.read_text()), LIMITS)


if __name__ == "__main__":
    unittest.main(verbosity=0)
