"""What many figures come to: medians, tails, and ratios within a round; pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from statistics import median, quantiles

Rounds = list[Sequence[float]]
"""The figures of one candidate, by round."""

PERCENT = 100


def ratio(mine: Rounds, its: Rounds) -> float:
    """Take the ratio within each round, and the median of these: a machine may slow down."""
    return median(median(one) / median(other) for one, other in zip(mine, its, strict=True))


def flat(found: Rounds) -> list[float]:
    """Put the figures of all rounds together."""
    return list(chain.from_iterable(found))


def percentile(figures: Sequence[float], rank: int) -> float:
    """Estimate a percentile; of a single figure, that figure."""
    if len(figures) == 1:
        return figures[0]
    return quantiles(figures, n=PERCENT, method="inclusive")[rank - 1]
