"""Shows what was measured as a table, in a form that also goes into docs/benchmarks.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import MARKDOWN
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.harness import Summary

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def table(title: str, found: Iterable[Summary]) -> Table:
    """Lay out one job's candidates: median, 95th percentile, ratio to the first."""
    shown = Table(title=title, title_justify="left", box=MARKDOWN)
    shown.add_column("")
    for name in ("median", "95 %", "ratio"):
        shown.add_column(name, justify="right")
    for each in found:
        shown.add_row(each.name, span(each.median), span(each.tail), f"{each.ratio:.2f}")
    return shown


def span(seconds: float) -> str:
    """Write a time with three digits in the unit that fits."""
    size, unit = next((pair for pair in _UNITS if seconds >= pair[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"
