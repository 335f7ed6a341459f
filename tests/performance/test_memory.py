#!/usr/bin/env python3
"""Several holds of silent streams become one row: figures that were made up."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import memory


class Typical(unittest.TestCase):
    def test_each_figure_is_a_median_of_its_own(self) -> None:
        holds = [{"kb": 6.4, "late": 9.0}, {"kb": 6.6, "late": 0.2}, {"kb": 6.5, "late": 0.3}]
        self.assertEqual(memory.typical(holds), {"kb": 6.5, "late": 0.3})

    def test_one_is_itself(self) -> None:
        self.assertEqual(memory.typical([{"kb": 6.4, "streams": 2000}]), {"kb": 6.4, "streams": 2000})

    def test_what_failed_counts_when_nothing_else_is_there(self) -> None:
        failed, good = {"failed": "8 of 9 were held"}, {"kb": 6.4}
        self.assertEqual(memory.typical([failed, good]), good)
        self.assertEqual(memory.typical([failed, failed]), failed)

    def test_a_figure_that_one_hold_lacks(self) -> None:
        self.assertEqual(memory.typical([{"kb": 6.0, "late": 1.0}, {"kb": 7.0}]), {"kb": 6.5, "late": 1.0})


if __name__ == "__main__":
    unittest.main(verbosity=0)
