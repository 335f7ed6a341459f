"""A run as tables: the design's targets beside what was measured, then each scenario. Ratios first, medians with ranges."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from typing import Any

from performance import fairness
from performance.machine import SOURCE_DIR
from performance.scenarios import SCENARIOS, Scenario

DOCUMENT = SOURCE_DIR / "docs" / "performance.md"
REFERENCE = "nginx"
NOT_MEASURED = "not measured"
Found = dict[str, Any]


def number(value: float) -> str:
    """Three digits are what such a measurement has."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values: list[float], unit: str = "") -> str:
    """Median and range."""
    if not values:
        return "-"
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{number(middle)}{unit}" + (f" [{number(low)}-{number(high)}]" if len(values) > 1 else "")


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


class Cells:
    """The figures of one scenario, by row."""

    def __init__(self, found: Found, name: str) -> None:
        self.of = found.get("scenarios", {}).get(name, {"rounds": [], "failures": {}, "noisy": 0, "moved": 0, "clean": True})
        self.rounds = self.of["rounds"]

    def names(self) -> list[str]:
        return list(dict.fromkeys(name for each in self.rounds for name in sorted(each, key=row_order)))

    def values(self, row: str, figure: str) -> list[float]:
        return [each[row][figure] for each in self.rounds if figure in each.get(row, {})]

    def compared(self, row: str, other: str, figure: str, how: Callable[[float, float], float]) -> list[float]:
        """Round by round, because within a round the machine is the same."""
        pairs = [(each[row].get(figure), each[other].get(figure)) for each in self.rounds if row in each and other in each]
        return [how(mine, theirs) for mine, theirs in pairs if mine is not None and theirs]

    def ratio(self, row: str, figure: str = "cpu_us", other: str = REFERENCE) -> list[float]:
        return self.compared(row, other, figure, lambda mine, theirs: mine / theirs)

    def added(self, row: str, figure: str) -> list[float]:
        return self.compared(row, "direct", figure, lambda mine, theirs: mine - theirs)


def row_order(name: str) -> tuple[int, str]:
    first = ["direct", "Breakwater", "Breakwater, from Anthropic", "nginx", "HAProxy"]
    return (first.index(name) if name in first else len(first), name)


# --- the design's table -----------------------------------------------------------------------------------------------


def design_rows(found: Found) -> list[list[str]]:
    own, translated = "Breakwater", "Breakwater, from Anthropic"
    rows = []
    for name, size, must in (("json_1k", "1 KB", "1.4"), ("json_10k", "10 KB", "1.4"), ("json_100k", "100 KB", "2.0")):
        rows.append([f"CPU per JSON request, {size}, vs nginx", must, "1.0", spread(Cells(found, name).ratio(own))])
    paced, burst, rate = Cells(found, "paced_100"), Cells(found, "burst"), Cells(found, "json_rate")
    rows.append(["CPU per paced event, normalised, vs nginx", "1.3", "1.0", spread(paced.ratio(own))])
    rows.append(["the same, translated from Anthropic", "1.3", "1.0", spread(paced.ratio(translated))])
    for row, what in ((own, "normalised"), (translated, "translated")):
        per_core = [1 / cpu for cpu in burst.values(row, "cpu_us")]
        rows.append([f"events per second and core in bursts, {what}", "0.7 M", "1.5 M", spread(per_core, " M")])
    instructions = found.get("instructions", {}).get("json_1k", {}).get(own)
    rows.append(["user instructions per 1 KB request", "45 k", "30 k", cell(instructions, lambda value: f"{value / 1e3:.0f} k")])
    held, held_tls = found.get("held", {}).get(own), found.get("held_tls", {}).get(own)
    rows.append(["resident memory per idle stream", "10 KB", "5 KB", cell(held, per_stream_text)])
    rows.append(["the same, TLS to the upstream", "80 KB", "55 KB", cell(held_tls, per_stream_text)])
    beyond = rate.compared(own, REFERENCE, "latency_p50", lambda mine, theirs: mine - theirs)
    rows.append(["added median latency beyond nginx's, 5,000 requests/s", "60 us", "20 us", spread(beyond, " us")])
    start = found.get("starts", {}).get(own)
    rows.append(["idle process: resident memory", "30 MB", "15 MB", cell(start, lambda value: spread(value["idle_mb"], " MB"))])
    rows.append(["idle process: start to ready", "200 ms", "50 ms", cell(start, lambda value: spread(value["ready_ms"], " ms"))])
    return rows


def promise_rows(found: Found) -> list[list[str]]:
    """What is promised against other gateways."""
    rows = []
    for peer in ("Portkey", "LiteLLM"):
        absent = found.get("absent", {}).get(peer)
        # What an event costs falls with how many there are, for some more than for others.
        for name, what, must in (("json_1k", "1 KB request", "50 times"), ("paced_40", "paced event, 4,000 per second", "7 times"),
                                 ("paced_100", "paced event, 10,000 per second", "7 times")):  # fmt: skip
            times = Cells(found, name).compared(peer, "Breakwater", "cpu_us", lambda theirs, mine: theirs / mine)
            rows.append([f"CPU per {what}, less than {peer}'s", must, f"{peer}: {absent}" if absent else spread(times, " times")])
            if name.startswith("paced") and not absent:
                # An event that comes by itself is a wake-up, a read and a write: what that costs at least.
                least = Cells(found, name).compared(peer, REFERENCE, "cpu_us", lambda theirs, nginx: theirs / nginx)
                rows.append([f"the same of {REFERENCE}, which reads nothing of it", "-", spread(least, " times")])
    held = found.get("held", {}).get("Breakwater")
    streams = f"{held['streams']:,} " if held and "streams" in held else ""
    rows.append([f"delay of the next event of {streams}idle streams in one worker", "5 ms", cell(held, late_text)])
    if direct := found.get("held", {}).get("direct"):
        rows.append(["the same, of the upstream asked directly", "-", cell(direct, late_text)])
    return rows


def per_stream_text(held: Found) -> str:
    return f"{held['kb_per_stream']:.1f} KB at {held['streams']:,} streams"


def late_text(held: Found) -> str:
    if "delay_p99" not in held:
        return NOT_MEASURED
    return f"{number(held['delay_p99'] / 1e3)} ms (p99), {number(held['delay_max'] / 1e3)} ms (last)"


def cell(value: Any, show: Callable[[Any], str]) -> str:
    if value is None:
        return NOT_MEASURED
    return f"failed: {value['failed']}" if isinstance(value, dict) and "failed" in value else show(value)


# --- the scenarios ----------------------------------------------------------------------------------------------------


def columns(scenario: Scenario) -> list[tuple[str, Callable[[Cells, str], str]]]:
    """Heads of a scenario's table, and what is in them. Only what the scenario can tell."""
    unit, reference = scenario.unit, scenario.reference
    shown: list[tuple[str, Callable[[Cells, str], str]]] = []
    if scenario.name != "first_token":
        shown += [(f"CPU vs {reference}", lambda cells, row: spread(cells.ratio(row, other=reference))),
                  (f"CPU per {unit}, us", lambda cells, row: spread(cells.values(row, "cpu_us")))]  # fmt: skip
    if scenario.direct and not scenario.stream:
        shown += [("added p50, us", lambda cells, row: spread(cells.added(row, "latency_p50"))),
                  ("p50, us", lambda cells, row: spread(cells.values(row, "latency_p50"))),
                  ("p99, us", lambda cells, row: spread(cells.values(row, "latency_p99")))]  # fmt: skip
    if scenario.name == "first_token":
        shown += [("first token added p50, us", lambda cells, row: spread(cells.added(row, "first_token_p50"))),
                  ("first token p50, us", lambda cells, row: spread(cells.values(row, "first_token_p50"))),
                  ("p90, us", lambda cells, row: spread(cells.values(row, "first_token_p90")))]  # fmt: skip
    if scenario.pace:
        shown += [("event late p50, us", lambda cells, row: spread(cells.values(row, "delay_p50"))),
                  ("event late p99, us", lambda cells, row: spread(cells.values(row, "delay_p99"))),
                  ("gap p99, ms", lambda cells, row: spread([value / 1e3 for value in cells.values(row, "gap_p99")]))]  # fmt: skip
    if not scenario.rate and not scenario.pace:
        shown += [(f"{unit}s per second", lambda cells, row: spread(cells.values(row, "per_s"))),
                  ("core busy", lambda cells, row: spread([100 * value for value in cells.values(row, "busy")], "%"))]  # fmt: skip
    return shown


def scenario_text(found: Found, scenario: Scenario) -> str:
    cells = Cells(found, scenario.name)
    shown = columns(scenario)
    rows = [[row, *(show(cells, row) for _, show in shown)] for row in sorted(cells.names(), key=row_order)]
    rows += [[row, f"failed: {why.split(chr(10))[0][:160]}", *[""] * (len(shown) - 1)] for row, why in cells.of["failures"].items()]
    if scenario.peers:
        rows += [[peer, f"absent: {why}", *[""] * (len(shown) - 1)] for peer, why in found["absent"].items()]
    thrown_out = f"{cells.of['noisy']} with noise, {cells.of['moved']} in which {scenario.reference} moved"
    counted = f"{len(cells.rounds)} rounds; thrown out: {thrown_out}."
    if not cells.of["clean"]:
        counted = f"**No round was clean, so these {len(cells.rounds)} noisy ones say little.**"
    parts = [f"### {scenario.title}", table(["", *(head for head, _ in shown)], rows), counted]
    if scenario.upstreams:
        parts.append(feeds_text(found, cells))
    return "\n\n".join(part for part in parts if part)


def feeds_text(found: Found, cells: Cells) -> str:
    """What the simulator's rate means to a proxy that is measured with it."""
    answers, asks = cells.values("simulator", "per_s"), Cells(found, "json_1k").values("Breakwater", "per_s")
    if not answers or not asks:
        return ""
    answered, asked = statistics.median(answers), statistics.median(asks)
    return (
        f"On a core of its own the simulator answers {number(answered)} requests per second. Breakwater as a proxy, on a core as well, "
        f"passes on {number(asked)} of this size, so that one simulator can feed {number(answered / asked)} such proxies. "
        "Where the core is not busy, the load is the limit and not who answers."
    )


def start_row(found: Found, name: str) -> list[str]:
    start, size = found["starts"][name], found.get("sizes", {}).get(name, {})
    stripped = f" ({number(size['stripped_mb'])} without symbols)" if "stripped_mb" in size else ""
    return [
        name,
        cell(start, lambda value: spread(value["idle_mb"])),
        cell(start, lambda value: spread(value["ready_ms"])),
        f"{number(size['mb'])} MB{stripped}" if size else "-",
    ]


def measured_rows(measured: Found, columns: int, cells: Callable[[Found], list[str]]) -> list[list[str]]:
    """A row of `columns` for each who was measured; of who failed, why."""
    rows = []
    for name in sorted(measured, key=row_order):
        failed = measured[name].get("failed")
        rows.append([name, f"failed: {failed}", *[""] * (columns - 1)] if failed else [name, *cells(measured[name])])
    return rows


def held_cells(held: Found) -> list[str]:
    late = [number(held[figure] / 1e3) if figure in held else "-" for figure in ("delay_p99", "delay_max")]
    return [f"{held['kb_per_stream']:.1f}" if "kb_per_stream" in held else "-", f"{held['streams']:,}", *late]


def memory_text(found: Found) -> str:
    parts = []
    if starts := found.get("starts"):
        rows = [start_row(found, name) for name in sorted(starts, key=row_order)]
        head = ["", "resident, MB", "start to first answer, ms", "binary"]
        parts.append("### Idle memory, start, size\n\n" + table(head, rows))
    for key, title in (("held", "Silent streams"), ("held_tls", "Silent streams, TLS to the upstream")):
        if held := found.get(key):
            rows = measured_rows(held, 4, held_cells)
            head = ["", "KB per stream", "streams", "next event late p99, ms", "last, ms"]
            parts.append(f"### {title}\n\n" + table(head, rows))
    return "\n\n".join(parts)


def fairness_cells(delays: Found) -> list[str]:
    return [number(delays[figure] / 1e3) for figure in ("alone_p99", "beside_p99", "alone_max", "beside_max")]


def fairness_text(found: Found) -> str:
    if not (measured := found.get("fairness")):
        return ""
    rows = measured_rows(measured, 4, fairness_cells)
    head = ["", "event late p99, ms, alone", "beside", "last, ms, alone", "beside"]
    bodies = f"{fairness.BODIES_PER_SECOND} requests of {fairness.BODY_BYTES // 1_000_000} MB per second"
    title = f"{fairness.STREAMS} paced streams beside {bodies}"
    return f"### {title}\n\n" + table(head, rows)


def counts_text(found: Found) -> str:
    parts = []
    kinds = (
        ("instructions", "Instructions in user space (callgrind)"),
        ("system_calls", "System calls (strace)"),
        ("futex_calls", "Calls of futex, by which threads wake each other, not in the table above"),
    )
    for kind, title in kinds:
        if not (counted := found.get(kind)):
            continue
        names = sorted({name for figures in counted.values() for name in figures}, key=row_order)
        rows = []
        for case, figures in counted.items():
            cells = [cell(figures[name], number) if name in figures else "-" for name in names]
            rows.append([case.replace("_", " "), *cells])
        parts.append(f"### {title}\n\n" + table(["per request, or per event", *names], rows))
    if parts:
        parts.append("The other gateways are not counted: under these tools they take minutes to start.")
    return "\n\n".join(parts)


# --- the document -----------------------------------------------------------------------------------------------------


def origin(found: Found) -> str:
    facts = found["machine"]
    rows = [["machine", facts["processor"]], ["memory", facts["memory"]], ["system", facts["system"]], ["date", found["date"]]]
    rows += [["commit", found["commit"]], *([name, version] for name, version in found["versions"].items())]
    rows += [[name, f"absent: {why}"] for name, why in found["absent"].items()]
    rows += [["note", note] for note in found["notes"]]
    return table(["", ""], rows)


def blocks(found: Found) -> dict[str, str]:
    details = [scenario_text(found, scenario) for scenario in SCENARIOS if scenario.name in found.get("scenarios", {})]
    return {
        "origin": origin(found),
        "targets": table(["", "must", "goal", "measured"], design_rows(found)),
        "promises": table(["", "must", "measured"], promise_rows(found)),
        "details": "\n\n".join(part for part in (*details, memory_text(found), fairness_text(found), counts_text(found)) if part),
    }


def text(found: Found) -> str:
    """All of it, for the terminal."""
    return "\n\n".join(blocks(found).values())


def write(found: Found) -> None:
    """Replaces the generated parts of the document, and nothing else."""
    document = DOCUMENT.read_text()
    for name, block in blocks(found).items():
        begin, end = f"<!-- generated: {name} -->", "<!-- end -->"
        pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
        if not pattern.search(document):
            raise RuntimeError(f"{DOCUMENT.name} has no `{begin}`")
        document = pattern.sub(lambda _, block=block: f"{begin}\n{block}\n{end}", document)
    DOCUMENT.write_text(document)
