"""What was measured, reduced to what a table shows; pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import flat, percentile, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.figures import Rounds
    from bench.reach import Reach, Verdict

TAIL = 95


@dataclass(frozen=True, slots=True)
class Summary:
    """One candidate's figures, and the median of its ratios to the first candidate."""

    name: str
    median: float
    tail: float
    ratio: float
    rounds: int = 1
    verdicts: tuple[Verdict, ...] = ()


def summarise(
    samples: Mapping[str, Rounds], reaches: Mapping[str, Sequence[Reach]]
) -> list[Summary]:
    """Reduce the figures of each candidate; the first one's ratio is 1."""
    first = next(iter(samples))
    return [
        Summary(
            name=name,
            median=median(flat(found)),
            tail=percentile(flat(found), TAIL),
            ratio=ratio(found, samples[first]),
            rounds=len(found),
            verdicts=tuple(each.judge(name, samples) for each in reaches.get(name, ())),
        )
        for name, found in samples.items()
    ]
