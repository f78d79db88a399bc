"""Shows what was measured as a table, in a form that also goes into docs/benchmarks.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import MARKDOWN
from rich.markup import escape
from rich.table import Table

from bench.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bench.harness import Missing

_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_SIZES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))


def table(title: str, found: Iterable[Summary | Missing], *, unit: str = "s") -> Table:
    """Lay out one job's candidates: median, 95th percentile, ratio to the first, what to reach."""
    amount = size if unit == "B" else span
    shown = Table(title=title, title_justify="left", box=MARKDOWN)
    shown.add_column("", overflow="fold")
    for name in ("median", "95 %", "ratio"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("reach", overflow="fold")
    listed = list(found)
    for each in listed:
        shown.add_row(escape(each.name), *_cells(each, amount, first=listed[0].name))
    return shown


def _cells(each: Summary | Missing, amount: Callable[[float], str], *, first: str) -> list[str]:
    if not isinstance(each, Summary):
        return ["", "", "", f"missing: {each.why}"]
    reached = "; ".join(verdict.words(amount, first=first) for verdict in each.verdicts)
    return [amount(each.median), amount(each.tail), f"{each.ratio:.2f}", escape(reached)]


def span(seconds: float) -> str:
    """Write a time with three digits in the unit that fits."""
    return _fitting(seconds, _TIMES)


def size(count: float) -> str:
    """Write an amount of memory with three digits in the unit that fits."""
    return _fitting(count, _SIZES)


def _fitting(figure: float, units: tuple[tuple[float, str], ...]) -> str:
    amount, unit = next((pair for pair in units if figure >= pair[0]), units[-1])
    return f"{figure / amount:.3g} {unit}"
