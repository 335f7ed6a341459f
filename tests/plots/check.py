"""The plots of the documentation are charts that browsers draw, and the program that makes them knows them."""

from __future__ import annotations

import sys
import unittest
import xml.etree.ElementTree as ElementTree

from run import PLOTS, SOURCE_DIR, main, per_second

from plots.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart

SVG = "{http://www.w3.org/2000/svg}"


def places(polyline: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in polyline.attrib["points"].split())]


class Charts(unittest.TestCase):
    def test_lines_stay_between_the_axes(self) -> None:
        chart = Chart("t", "x", "y", [0, 10], [0, 100], lines=[("a", [(-5, -1), (5, 50), (99, 1e9), (99, 1e9)])])
        line = ElementTree.fromstring(chart.svg()).find(f"{SVG}polyline")
        assert line is not None
        self.assertEqual(places(line), [(LEFT, HEIGHT - BOTTOM), ((LEFT + WIDTH - RIGHT) / 2, (HEIGHT - BOTTOM + TOP) / 2), (WIDTH - RIGHT, TOP)])

    def test_bars_stand_on_each_other(self) -> None:
        chart = Chart("t", "x", "y", [0, 10], [0, 100], bars=[("a", [(5, 25)]), ("b", [(5, 75)])])
        root = ElementTree.fromstring(chart.svg())
        low, high = (next(e for e in root.iter(f"{SVG}rect") if e.get("class") == name and e.get("width") == "44") for name in ("f0", "f1"))
        self.assertEqual(float(high.attrib["y"]) + float(high.attrib["height"]), float(low.attrib["y"]))
        self.assertEqual(float(high.attrib["y"]), TOP)

    def test_words_are_text(self) -> None:
        chart = Chart("<&>", '"x"', "y", [0, 1], [0, 1], spans=[(0, 1, "</svg>")], lines=[("<b>", [])])
        self.assertEqual({"<&>", '"x"', "</svg>", "<b>"} - {e.text for e in ElementTree.fromstring(chart.svg()).iter(f"{SVG}text")}, set())

    def test_seconds_without_anything_count_zero(self) -> None:
        self.assertEqual(per_second([0.1, 0.9, 2.0, 7.0], 3), [(0.5, 2), (1.5, 0), (2.5, 1)])


class Documentation(unittest.TestCase):
    def test_each_plot_is_there_and_shown(self) -> None:
        text = (SOURCE_DIR / "docs" / "routing.md").read_text()
        names = sorted(file.name for file in PLOTS.glob("*.svg"))
        self.assertEqual(names, ["affinity.svg", "flap.svg", "storm.svg", "tail.svg"])
        for name in names:
            root = ElementTree.parse(PLOTS / name).getroot()
            self.assertEqual(root.tag, f"{SVG}svg")
            self.assertLess((PLOTS / name).stat().st_size, 20_000)
            self.assertIn(f"](plots/{name})", text)

    def test_an_unknown_plot_is_named(self) -> None:
        self.assertEqual(main(["nosuch"]), 2)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
