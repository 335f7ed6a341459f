"""Small charts as SVG, readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 16, 56, 48
STYLE = """<style>
.page{fill:#fff}.grid{stroke:#d8dee4}.axis{stroke:#57606a}text{fill:#24292f;font:12px sans-serif}.title{font-weight:600;font-size:13px}
.span{fill:#818b98;fill-opacity:.18}.line{fill:none;stroke-width:2}
.s0{stroke:#0969da}.s1{stroke:#bc4c00}.s2{stroke:#1a7f37}.f0{fill:#0969da}.f1{fill:#bc4c00}.f2{fill:#1a7f37}
@media(prefers-color-scheme:dark){.page{fill:#0d1117}.grid{stroke:#30363d}.axis{stroke:#8b949e}text{fill:#e6edf3}
.s0{stroke:#4493f8}.s1{stroke:#f0883e}.s2{stroke:#3fb950}.f0{fill:#4493f8}.f1{fill:#f0883e}.f2{fill:#3fb950}}
</style>"""

Point = tuple[float, float]


def short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@dataclass
class Chart:
    """Axes are linear and go from their first tick to their last; lines, stacked bars and spans of time are drawn between them."""

    title: str
    x_title: str
    y_title: str
    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    lines: list[tuple[str, list[Point]]] = field(default_factory=list)
    bars: list[tuple[str, list[Point]]] = field(default_factory=list)  # each stands on those before it
    spans: list[tuple[float, float, str]] = field(default_factory=list)

    def x(self, value: float) -> float:
        first, last = self.x_ticks[0], self.x_ticks[-1]
        return LEFT + (min(max(value, first), last) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        first, last = self.y_ticks[0], self.y_ticks[-1]
        return HEIGHT - BOTTOM - (min(max(value, first), last) - first) / (last - first) * (HEIGHT - TOP - BOTTOM)

    def svg(self) -> str:
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">',
            STYLE,
            f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
            f'<text class="title" x="{LEFT}" y="20">{escape(self.title)}</text>',
            *self._spans(),
            *self._axes(),
            *self._bars(),
            *self._lines(),
            *self._legend(),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _spans(self) -> list[str]:
        parts = []
        for start, end, label in self.spans:
            x, width = self.x(start), self.x(end) - self.x(start)
            parts.append(f'<rect class="span" x="{short(x)}" y="{TOP}" width="{short(width)}" height="{HEIGHT - TOP - BOTTOM}"/>')
            parts.append(f'<text x="{short(x + 6)}" y="{TOP + 16}">{escape(label)}</text>')
        return parts

    def _axes(self) -> list[str]:
        parts = []
        for tick in self.y_ticks:
            y = short(self.y(tick))
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{short(tick)}</text>')
        for tick in self.x_ticks:
            parts.append(f'<text x="{short(self.x(tick))}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{short(tick)}</text>')
        base = short(self.y(self.y_ticks[0]))
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>')
        parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(self.x_title)}</text>')
        parts.append(f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">{escape(self.y_title)}</text>')
        return parts

    def _bars(self) -> list[str]:
        parts, under = [], dict.fromkeys((x for _, points in self.bars for x, _ in points), 0.0)
        for number, (_, points) in enumerate(self.bars):
            for x, height in points:
                top, bottom = self.y(under[x] + height), self.y(under[x])
                under[x] += height
                if height > 0:
                    parts.append(f'<rect class="f{number}" x="{short(self.x(x) - 22)}" y="{short(top)}" width="44" height="{short(bottom - top)}"/>')
        return parts

    def _lines(self) -> list[str]:
        places = [[f"{short(self.x(x))},{short(self.y(y))}" for x, y in points] for _, points in self.lines]
        drawn = [" ".join(dict.fromkeys(line)) for line in places]  # what falls on one place is drawn once
        return [f'<polyline class="line s{number}" points="{points}"/>' for number, points in enumerate(drawn)]

    def _legend(self) -> list[str]:
        parts, x = [], float(LEFT)
        for number, (name, _) in enumerate(self.lines or self.bars):
            parts.append(f'<rect class="f{number}" x="{short(x)}" y="33" width="14" height="5"/>')
            parts.append(f'<text x="{short(x + 20)}" y="40">{escape(name)}</text>')
            x += 44 + 6.6 * len(name)
        return parts
