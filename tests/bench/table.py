"""The table that the benchmarks print: a row for each thing measured, with its goal."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.load import Load


@dataclass(frozen=True)
class Row:
    """One row; `met` is None where there is no goal."""

    what: str
    measured: str
    beside: str = ""
    goal: str = ""
    ratio: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the row's columns."""
        verdict = "" if self.met is None else "yes" if self.met else "NO"
        return (self.what, self.measured, self.beside, self.goal, f"{self.ratio} {verdict}".strip())


HEADER = ("what", "measured", "beside it, in the same run", "goal", "met")


def printed(rows: Sequence[Row]) -> str:
    """Return the table as text."""
    lines = [HEADER, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def throughput(loads: Sequence[Load]) -> float:
    """Return the median of the runs' requests a second."""
    return statistics.median(load.throughput for load in loads)


def latency(loads: Sequence[Load], percent: float) -> float:
    """Return the median of the runs' latencies at that percentile, in milliseconds."""
    return statistics.median(load.percentile(percent) for load in loads)


def speed(loads: Sequence[Load]) -> str:
    """Return the throughput as a cell."""
    return f"{throughput(loads):.0f}/s"


def latencies(loads: Sequence[Load]) -> str:
    """Return p99 and p50 as a cell."""
    return f"{latency(loads, 99):.0f} and {latency(loads, 50):.0f} ms"
