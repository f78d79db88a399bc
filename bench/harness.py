"""Interleaved runs, medians and ratios: on a shared machine only what ran side by side compares."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.figures import Rounds
    from bench.reach import Reach
    from bench.summary import Summary

WARM_UP = 2
FEWEST = 3
"""Rounds that are run at least, however long one takes."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to do the job: `run` does it, `prepare` makes ready for that, unmeasured.

    A run that does it `times` over counts as so many; its figure is seconds for one.
    """

    name: str
    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None
    times: int = 1
    reach: tuple[Reach, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One way that measures itself: `run` returns figures, such as bytes, or seconds of each."""

    name: str
    run: Callable[[], Sequence[float]]
    prepare: Callable[[], object] = lambda: None
    reach: tuple[Reach, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A peer that is not there to be measured, and why."""

    name: str
    why: str


Entry = Candidate | Probe | Missing


def measure(
    entries: Sequence[Entry],
    *,
    rounds: int,
    seconds: float = float("inf"),
    warm_up: int = WARM_UP,
    clock: Callable[[], float] = time.perf_counter,
    tell: Callable[[int], object] = lambda _: None,
) -> list[Summary]:
    """Run all candidates in each round, and compare each with the first within the round.

    The order turns by one from round to round, so that nobody always runs in another's wake. When
    `seconds` are over, a few rounds are enough. `tell` hears the number of each round before it.
    """
    ran = [each for each in entries if not isinstance(each, Missing)]
    samples: dict[str, Rounds] = {each.name: [] for each in ran}
    began = clock()
    for number in range(-warm_up, rounds):
        if number >= FEWEST and clock() - began > seconds:
            break
        tell(number)
        for each in turned(ran, number):
            each.prepare()
            found = _figures(each, clock)
            if number >= 0:
                samples[each.name].append(found)
    reaches = {each.name: each.reach for each in ran}
    return summarise(samples, reaches)


def _figures(each: Candidate | Probe, clock: Callable[[], float]) -> Sequence[float]:
    if isinstance(each, Probe):
        return each.run()
    began = clock()
    each.run()
    return [(clock() - began) / each.times]


def turned(items: Sequence[Candidate | Probe], by: int) -> list[Candidate | Probe]:
    """Turn a sequence, so that another item comes first."""
    start = by % len(items)
    return [*items[start:], *items[:start]]
