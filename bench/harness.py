"""Interleaved runs, medians and ratios: on a shared machine only what ran side by side compares."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WARM_UP = 2
PERCENT = 100
TAIL = 95


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to do the job: `run` does it once, `prepare` makes ready for that, unmeasured."""

    name: str
    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Summary:
    """One candidate's times in seconds, and the median of its ratios to the first candidate."""

    name: str
    median: float
    tail: float
    ratio: float


def measure(
    candidates: Sequence[Candidate],
    *,
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Summary]:
    """Run all candidates in each round, and compare each with the first within the round.

    The order turns by one from round to round, so that nobody always runs in another's wake.
    """
    samples: dict[str, list[float]] = {each.name: [] for each in candidates}
    for number in range(-WARM_UP, rounds):
        for each in turned(candidates, number):
            each.prepare()
            began = clock()
            each.run()
            spent = clock() - began
            if number >= 0:
                samples[each.name].append(spent)
    return summarise(samples)


def turned(items: Sequence[Candidate], by: int) -> list[Candidate]:
    """Turn a sequence, so that another item comes first."""
    start = by % len(items)
    return [*items[start:], *items[:start]]


def summarise(samples: Mapping[str, Sequence[float]]) -> list[Summary]:
    """Reduce the times of each candidate; the first one's ratio is 1."""
    first = next(iter(samples.values()))
    return [
        Summary(
            name=name,
            median=median(times),
            tail=tail(times),
            ratio=median(mine / its for mine, its in zip(times, first, strict=True)),
        )
        for name, times in samples.items()
    ]


def tail(times: Sequence[float]) -> float:
    """Estimate the 95th percentile; of a single time, that time."""
    if len(times) == 1:
        return times[0]
    return quantiles(times, n=PERCENT, method="inclusive")[TAIL - 1]
