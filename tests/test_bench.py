"""The arithmetic of the benchmarks: fair turns, medians, ratios within a round."""

from __future__ import annotations

import io
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from bench.figures import Rounds, percentile
from bench.harness import FEWEST, WARM_UP, Candidate, Entry, Missing, Probe, measure, turned
from bench.reach import Reach, at_most, faster
from bench.subject import Place
from bench.subjects import SUBJECTS
from bench.summary import Summary, summarise
from bench.table import size, span, table

if TYPE_CHECKING:
    from pathlib import Path


def test_ratio_when_the_machine_slows_down() -> None:
    """The ratio is taken within each round, so a machine that drifts does not bend it."""
    found = summarise({"base": [[1.0], [10.0], [2.0]], "other": [[3.0], [30.0], [6.0]]}, {})
    assert [(each.name, each.median, each.ratio) for each in found] == [
        ("base", 2.0, 1.0),
        ("other", 6.0, 3.0),
    ]


def test_candidates_take_turns() -> None:
    """Each round runs everyone once, and another one begins."""
    seen: list[str] = []
    both = [Candidate(name, partial(seen.append, name)) for name in "ab"]
    measure(both, rounds=2)
    assert (WARM_UP, "".join(seen)) == (2, "abba" + "abba")


def test_preparation_is_not_measured() -> None:
    """Only `run` is between the two looks at the clock."""
    now = [0.0]
    slow = Candidate("slow", lambda: now.append(now.pop() + 1), lambda: now.append(now.pop() + 50))
    found = measure([slow], rounds=3, clock=lambda: now[0])
    assert found == [Summary("slow", 1.0, 1.0, 1.0, rounds=3)]


def test_rounds_end_when_their_time_is_over() -> None:
    """What takes long is run a few times at least, and no more once its time is over."""
    now = [0.0]
    slow = Candidate("slow", lambda: now.append(now.pop() + 1))
    (found,) = measure([slow], rounds=50, seconds=0.5, warm_up=0, clock=lambda: now[0])
    assert found.rounds == FEWEST


def test_figure_is_of_one_of_many_times() -> None:
    """A run that does the job many times over tells what one takes."""
    now = [0.0]
    many = Candidate("many", lambda: now.append(now.pop() + 8), times=4)
    assert measure([many], rounds=1, clock=lambda: now[0])[0].median == 2.0


def test_probe_brings_its_own_figures() -> None:
    """Who measures itself is summed up like the others; a peer that is missing is passed over."""
    entries: list[Entry] = [Probe("p", lambda: [1.0, 3.0]), Missing("gone", "it is not installed")]
    heard: list[int] = []
    found = measure(entries, rounds=2, tell=heard.append)
    assert (heard, [each.name for each in found], found[0].median) == ([-2, -1, 0, 1], ["p"], 2.0)


SAMPLES: dict[str, Rounds] = {"git": [[2.0], [4.0]], "ours": [[1.0], [2.0, 2.0, 9.0]]}


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (at_most(0.5, beside="git"), "≤ 0.5× ✓"),
        (at_most(0.4, beside="git"), "≤ 0.4× ✗"),
        (at_most(1.9), "≤ 1.9 s ✗"),
        (at_most(3, beside="ours"), "≤ 3× ours: 1× ✓"),
        (faster(2, than="git"), "≥ 2× faster than git: 2× ✓"),
        (faster(50, than="git"), "≥ 50× faster than git: 2× ✗"),
        (faster(50, than="gone"), "≥ 50× faster than gone: not measured"),
        (at_most(2.5, beside="git", far=True), "99 %: ≤ 2.5×: 2.21× ✓"),
        (at_most(8, far=True), "99 %: ≤ 8 s: 8.79 s ✗"),
    ],
)
def test_reach(reach: Reach, words: str) -> None:
    """A limit is said with its result and a mark; without its peer nothing is claimed."""
    assert reach.judge("ours", SAMPLES).words(span, first="git") == words


def test_turning_past_the_end() -> None:
    """The order comes round again, also before the first round."""
    items = [Candidate(name, str) for name in "abc"]
    names = ["".join(each.name for each in turned(items, by)) for by in (-1, 0, 1, 3)]
    assert names == ["cab", "abc", "bca", "abc"]


def test_tail_of_one_time() -> None:
    """A single time is its own tail."""
    assert percentile([2.5], 95) == 2.5


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(1.5, "1.5 s"), (0.0312, "31.2 ms"), (0.000042, "42 µs"), (8.3e-8, "83 ns"), (0.0, "0 ns")],
)
def test_span(seconds: float, shown: str) -> None:
    """A time is shown in the largest unit of which it has at least one."""
    assert span(seconds) == shown


def test_size() -> None:
    """An amount of memory is shown as a time is."""
    assert [size(one) for one in (3.0, 2048.0, 60 * 2**20)] == ["3 B", "2 KiB", "60 MiB"]


@pytest.mark.parametrize("name", SUBJECTS)
def test_candidates_do_their_job(name: str, tmp_path: Path) -> None:
    """Every candidate of every subject runs without an error, and twice in a row."""
    kept = tmp_path / "kept"
    kept.mkdir()
    with ExitStack() as ends:
        found = SUBJECTS[name].entries(Place(tmp_path / "subject", kept, ends, scale=0.001))
        for each in [one for one in (*found, *found) if not isinstance(one, Missing)]:
            each.prepare()
            each.run()
    names = {each.name for each in found}
    known = names | {None}
    reaches = [reach for one in found if not isinstance(one, Missing) for reach in one.reach]
    assert len(names) == len(found)
    assert all(reach.beside in known for reach in reaches)


def test_table_is_markdown() -> None:
    """The table has a row for each candidate and each missing peer, in a form for a page."""
    out = io.StringIO()
    ours = Summary("ours", 0.03, 0.04, 2.5, verdicts=(at_most(0.04).judge("o", {"o": [[0.03]]}),))
    rows: list[Summary | Missing] = [
        Summary("git", 0.01, 0.02, 1.0),
        ours,
        Missing("peer", "it is not installed"),
    ]
    Console(file=out, width=100).print(table("A job", rows))
    shown = [line.replace(" ", "") for line in out.getvalue().splitlines()][4:7]
    assert shown == [
        "|git|10ms|20ms|1.00||",
        "|ours|30ms|40ms|2.50|≤40ms✓|",
        "|peer||||missing:itisnotinstalled|",
    ]
