#!/usr/bin/env python3
"""Which rounds count: made-up measurements, in which one thing is wrong each."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import unittest
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import rounds
from performance.noise import SHARE_MAX
from performance.rounds import REFERENCE_MOVE_MAX, Entry, Outcome
from performance.scenarios import Scenario

SCENARIO = Scenario("json_1k", "JSON", "json")
Answer = Callable[[int], dict[str, float]]


def subject(name: str, *, rounds_max: int = 1000, translates: bool = False) -> SimpleNamespace:
    return SimpleNamespace(name=name, rounds_max=rounds_max, translates=translates, process=None)


NGINX, OURS, PEER = subject("nginx"), subject("Breakwater", translates=True), subject("LiteLLM", rounds_max=2, translates=True)


def figures(cpu_us: float = 10.0, others: float = 0.0) -> dict[str, float]:
    return {"cpu_us": cpu_us, "others": others}


class Interleaving(unittest.TestCase):
    def setUp(self) -> None:
        self.asked: list[str] = []  # names, in the order in which they were measured

    def interleave(self, wanted: int, **answers: Answer | None) -> Outcome:
        """By name, what is measured when it is asked for the n-th time, from 0 on; of whom nothing is said, the same always."""
        entries = [Entry(one) for one in (NGINX, OURS, PEER) if one.name in ("nginx", "Breakwater") or one.name in answers]

        def measure(entry: Entry, *_: object) -> dict[str, float]:
            number = self.asked.count(entry.name)
            self.asked.append(entry.name)
            return (answers.get(entry.name) or (lambda _: figures()))(number)

        with mock.patch.object(rounds, "measure", measure), contextlib.redirect_stderr(io.StringIO()):
            return rounds.interleave(SCENARIO, entries, mock.Mock(), wanted=wanted, seconds=1)

    def cpu(self, outcome: Outcome, name: str = "Breakwater") -> list[float]:
        return [each[name]["cpu_us"] for each in outcome.rounds if name in each]

    def test_good_rounds_are_enough(self) -> None:
        outcome = self.interleave(3)
        self.assertEqual((len(outcome.rounds), outcome.noisy, outcome.moved, outcome.clean), (3, 0, 0, True))
        self.assertEqual(len(self.asked), 6)

    def test_everybody_begins_in_turn(self) -> None:
        self.interleave(3)
        self.assertEqual(self.asked[::2], ["nginx", "Breakwater", "nginx"])
        self.assertEqual(self.asked[1::2], ["Breakwater", "nginx", "Breakwater"])

    def test_a_noisy_round_is_thrown_out_whole(self) -> None:
        outcome = self.interleave(3, Breakwater=lambda n: figures(n, SHARE_MAX + 0.01 if n == 1 else 0.02))
        self.assertEqual(self.cpu(outcome), [0, 2, 3])
        self.assertEqual(len(self.cpu(outcome, "nginx")), 3)
        self.assertEqual((outcome.noisy, outcome.moved, outcome.clean), (1, 0, True))
        self.assertAlmostEqual(outcome.others, SHARE_MAX + 0.01)

    def test_a_little_noise_is_none(self) -> None:
        outcome = self.interleave(2, Breakwater=lambda n: figures(n, SHARE_MAX))
        self.assertEqual((self.cpu(outcome), outcome.noisy), ([0, 1], 0))

    def test_a_round_in_which_the_reference_moved_is_thrown_out(self) -> None:
        for moved in (1 + REFERENCE_MOVE_MAX + 0.01, 1 - REFERENCE_MOVE_MAX - 0.01):
            nginx = lambda n, moved=moved: figures(10 * moved if n == 1 else 10)  # noqa: E731
            outcome = self.interleave(3, nginx=nginx, Breakwater=figures)
            self.assertEqual(self.cpu(outcome), [0, 2, 3])
            self.assertEqual((outcome.noisy, outcome.moved), (0, 1))
            self.asked.clear()

    def test_the_reference_may_move_a_little(self) -> None:
        outcome = self.interleave(3, nginx=lambda n: figures(10 + (REFERENCE_MOVE_MAX * 10 - 0.01 if n == 1 else 0)))
        self.assertEqual((len(outcome.rounds), outcome.moved), (3, 0))

    def test_the_first_round_can_be_the_one_that_is_off(self) -> None:
        """Only later rounds show it: a round that was good is dropped, and another takes its place."""
        outcome = self.interleave(3, nginx=lambda n: figures(12 if n == 0 else 10), Breakwater=figures)
        self.assertEqual((self.cpu(outcome), outcome.moved), ([1, 2, 3], 1))

    def test_noise_and_a_reference_that_moved_are_counted_apart(self) -> None:
        outcome = self.interleave(4, nginx=lambda n: figures(20 if n in (2, 5) else 10, others=0.5 if n == 1 else 0), Breakwater=figures)
        self.assertEqual((self.cpu(outcome), outcome.noisy, outcome.moved), ([0, 3, 4, 6], 1, 2))

    def test_a_noisy_reference_says_nothing_about_the_usual(self) -> None:
        """Its figures are no part of the median that others are held against."""
        outcome = self.interleave(2, nginx=lambda n: figures(30, others=0.5) if n < 2 else figures(10), Breakwater=figures)
        self.assertEqual((self.cpu(outcome), outcome.noisy, outcome.moved), ([2, 3], 2, 0))

    def test_it_ends_with_too_few_good_rounds(self) -> None:
        outcome = self.interleave(3, nginx=lambda n: figures(others=0.5 if n else 0), Breakwater=figures)
        self.assertEqual((self.cpu(outcome), outcome.noisy, outcome.clean), ([0], 5, True))

    def test_without_a_good_round_the_bad_ones_are_taken_and_marked(self) -> None:
        outcome = self.interleave(2, nginx=lambda _: figures(others=0.5), Breakwater=figures)
        self.assertEqual((self.cpu(outcome), outcome.noisy, outcome.clean), ([0, 1, 2, 3], 4, False))

    def test_who_fails_is_asked_no_more_and_the_others_are(self) -> None:
        def fail(number: int) -> dict[str, float]:
            if number == 1:
                raise RuntimeError("40 of 90 requests failed")
            return figures(number)

        outcome = self.interleave(3, Breakwater=fail)
        self.assertEqual((self.cpu(outcome), len(outcome.rounds)), ([0], 3))
        self.assertEqual(outcome.failures, {"Breakwater": "40 of 90 requests failed"})
        self.assertEqual(self.asked.count("Breakwater"), 2)

    def test_who_hangs_does_not_end_the_run(self) -> None:
        outcome = self.interleave(2, Breakwater=mock.Mock(side_effect=subprocess.TimeoutExpired("load", 90)))
        self.assertEqual((list(outcome.failures), len(outcome.rounds)), (["Breakwater"], 2))

    def test_who_takes_part_in_few_rounds_only(self) -> None:
        outcome = self.interleave(4, LiteLLM=figures)
        self.assertEqual((len(outcome.rounds), self.asked.count("LiteLLM")), (4, PEER.rounds_max))

    def test_a_dropped_round_is_made_up_for_who_takes_part_in_few(self) -> None:
        outcome = self.interleave(2, nginx=lambda n: figures(10, others=0.5 if n == 0 else 0), LiteLLM=figures)
        self.assertEqual((self.cpu(outcome, "LiteLLM"), len(outcome.rounds)), ([1, 2], 2))

    def test_enough_rounds_are_not_enough_when_somebody_is_in_none(self) -> None:
        """The fourth drops the first, the only one that this peer is in, and takes the third back: three are good."""
        nginx = (10, 11, 14, 13.5, 11)
        with mock.patch.object(PEER, "rounds_max", 1):
            outcome = self.interleave(3, nginx=lambda n: figures(nginx[n]), Breakwater=figures, LiteLLM=figures)
        self.assertEqual((self.cpu(outcome), self.cpu(outcome, "LiteLLM")), ([0, 1, 4], [0, 1]))


class Usual(unittest.TestCase):
    def test_rounds_without_the_reference_stay(self) -> None:
        alone = {"Breakwater": figures()}
        self.assertEqual(rounds.usual([alone], "nginx"), ([alone], 0))
        kept, moved = rounds.usual([alone, *({"nginx": figures(cpu)} for cpu in (10, 10, 20))], "nginx")
        self.assertEqual((len(kept), kept[0], moved), (3, alone, 1))


class Asking(unittest.TestCase):
    def names(self, scenario: Scenario) -> list[str]:
        return [entry.name for entry in rounds.entries_of(scenario, [NGINX, OURS], [PEER], subject("direct"))]

    def test_who_takes_part(self) -> None:
        self.assertEqual(self.names(SCENARIO), ["nginx", "Breakwater"])
        everybody = Scenario("s", "S", "json", peers=True, direct=True, translated=True)
        translated = ["Breakwater, from Anthropic", "LiteLLM", "LiteLLM, from Anthropic"]
        self.assertEqual(self.names(everybody), ["direct", "nginx", "Breakwater", *translated])

    def test_what_the_load_is_told(self) -> None:
        self.assertEqual(rounds.options_of(SCENARIO, 2.5), ["--connections", "64", "--body-bytes", "1000", "--duration", "2.5s"])
        paced = Scenario("s", "S", "paced-300-10", connections=40, pace=10)
        # Streams end by themselves: with a duration, some of what an event has cost would be counted and the event not.
        self.assertEqual(rounds.options_of(paced, 2.5), ["--connections", "40", "--body-bytes", "1000", "--requests", "40", "--pace", "10ms"])
        self.assertIn("50", rounds.options_of(Scenario("s", "S", "json", rate=50), 1))


class Figures(unittest.TestCase):
    RESULTS = {"events": 4000, "requests": {"ok": 20, "failed": 0}, "duration_s": 2.0, "latency_us": {"p50": 7.0}, "gap_us": None, "errors": {}}

    def test_cost_is_by_request_or_by_event(self) -> None:
        found = rounds.figures(self.RESULTS, SCENARIO, cpu_ns=1_000_000_000, wall=4.0)
        self.assertEqual(found, {"per_s": 10, "busy": 0.25, "cpu_us": 50_000, "latency_p50": 7.0})
        found = rounds.figures(self.RESULTS, Scenario("s", "S", "burst-20", "event"), cpu_ns=1_000_000_000, wall=4.0)
        self.assertEqual((found["per_s"], found["cpu_us"]), (2000, 250))

    def test_who_is_no_process_costs_nothing_rather_than_zero(self) -> None:
        self.assertNotIn("cpu_us", rounds.figures(self.RESULTS, SCENARIO, cpu_ns=0, wall=4.0))

    def measured(self, ok: int, failed: int) -> dict[str, float]:
        results = self.RESULTS | {"requests": {"ok": ok, "failed": failed}, "errors": {"timeout": failed}}
        load = mock.Mock(run=lambda *_: results)
        with mock.patch.object(rounds, "load", load), mock.patch.object(rounds, "Noise", lambda _: mock.Mock(share=lambda: 0.03)):
            return rounds.measure(Entry(subject("direct")), SCENARIO, 1.0, SimpleNamespace(process=None))

    def test_few_failed_requests_are_let_pass_and_many_are_not(self) -> None:
        self.assertEqual(self.measured(100, 1)["others"], 0.03)
        with self.assertRaisesRegex(RuntimeError, "2 of 102 requests failed: timeout"):
            self.measured(100, 2)
        with self.assertRaisesRegex(RuntimeError, "1 of 1 requests failed"):
            self.measured(0, 1)


if __name__ == "__main__":
    unittest.main(verbosity=0)
