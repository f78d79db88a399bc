"""The arithmetic of the benchmarks: fair turns, medians, ratios within a round."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from bench.__main__ import SUBJECTS
from bench.harness import WARM_UP, Candidate, Summary, measure, summarise, tail, turned
from bench.table import span, table

if TYPE_CHECKING:
    from pathlib import Path


def test_ratio_when_the_machine_slows_down() -> None:
    """The ratio is taken within each round, so a machine that drifts does not bend it."""
    found = summarise({"base": [1.0, 10.0, 2.0], "other": [3.0, 30.0, 6.0]})
    assert [(each.name, each.median, each.ratio) for each in found] == [
        ("base", 2.0, 1.0),
        ("other", 6.0, 3.0),
    ]


def test_candidates_take_turns() -> None:
    """Each round runs everyone once, and another one begins."""
    seen: list[str] = []
    both = [Candidate(name, lambda name=name: seen.append(name)) for name in "ab"]  # type: ignore[misc]
    measure(both, rounds=2)
    assert (WARM_UP, "".join(seen)) == (2, "abba" + "abba")


def test_preparation_is_not_measured() -> None:
    """Only `run` is between the two looks at the clock."""
    now = [0.0]
    slow = Candidate("slow", lambda: now.append(now.pop() + 1), lambda: now.append(now.pop() + 50))
    assert measure([slow], rounds=3, clock=lambda: now[0]) == [Summary("slow", 1.0, 1.0, 1.0)]


def test_turning_past_the_end() -> None:
    """The order comes round again, also before the first round."""
    items = [Candidate(name, str) for name in "abc"]
    names = ["".join(each.name for each in turned(items, by)) for by in (-1, 0, 1, 3)]
    assert names == ["cab", "abc", "bca", "abc"]


def test_tail_of_one_time() -> None:
    """A single time is its own tail."""
    assert tail([2.5]) == 2.5


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(1.5, "1.5 s"), (0.0312, "31.2 ms"), (0.000042, "42 µs"), (8.3e-8, "83 ns"), (0.0, "0 ns")],
)
def test_span(seconds: float, shown: str) -> None:
    """A time is shown in the largest unit of which it has at least one."""
    assert span(seconds) == shown


@pytest.mark.parametrize("name", SUBJECTS)
def test_candidates_do_their_job(name: str, tmp_path: Path) -> None:
    """Every candidate of every subject runs without an error, and twice in a row."""
    found = SUBJECTS[name].candidates(tmp_path / "subject")
    for each in [*found, *found]:
        each.prepare()
        each.run()
    assert len({each.name for each in found}) == len(found) > 1


def test_table_is_markdown() -> None:
    """The table has a row for each candidate, in a form that goes into a page."""
    out = io.StringIO()
    rows = [Summary("git", 0.01, 0.02, 1.0), Summary("ours", 0.03, 0.04, 2.5)]
    Console(file=out, width=80).print(table("A job", rows))
    shown = [line.replace(" ", "") for line in out.getvalue().splitlines() if "ms" in line]
    assert shown == ["|git|10ms|20ms|1.00|", "|ours|30ms|40ms|2.50|"]
