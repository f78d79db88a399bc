"""What a figure should reach: a limit of its own, or one beside a peer's in the same rounds."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import flat, percentile, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.figures import Rounds

FAR = 99


@dataclass(frozen=True, slots=True)
class Reach:
    """At most `limit`, or with a peer `beside` at most `limit` times the peer's figure.

    With `faster` it is said the other way round. `far` judges the 99th percentile.
    """

    limit: float
    beside: str | None = None
    faster: bool = False
    far: bool = False

    def judge(self, name: str, samples: Mapping[str, Rounds]) -> Verdict:
        """Compare what was measured with the limit; without the peer nothing can be told."""
        found = self._found(name, samples)
        reached = None if found is None else found <= self.limit
        return Verdict(reach=self, found=found, reached=reached)

    def _found(self, name: str, samples: Mapping[str, Rounds]) -> float | None:
        mine = samples[name]
        if self.beside is None:
            return percentile(flat(mine), FAR) if self.far else median(flat(mine))
        its = samples.get(self.beside)
        if its is None:
            return None
        if self.far:
            return percentile(flat(mine), FAR) / percentile(flat(its), FAR)
        return ratio(mine, its)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reach came to; None where the peer is missing."""

    reach: Reach
    found: float | None
    reached: bool | None

    def words(self, amount: Callable[[float], str], *, first: str) -> str:
        """Say limit and result in a line; `amount` writes a figure that has no peer.

        What is beside the `first` candidate, or alone, has its result in the table already.
        """
        head = self._limit(amount, first)
        if self.found is None:
            return f"{head}: not measured"
        mark = "✓" if self.reached else "✗"
        if self.reach.beside in (None, first) and not (self.reach.far or self.reach.faster):
            return f"{head} {mark}"
        return f"{head}: {self._shown(self.found, amount)} {mark}"

    def _limit(self, amount: Callable[[float], str], first: str) -> str:
        start = "99 %: " if self.reach.far else ""
        shown = self._shown(self.reach.limit, amount)
        if self.reach.faster:
            return f"{start}≥ {shown} faster than {self.reach.beside}"
        if self.reach.beside in (None, first):
            return f"{start}≤ {shown}"
        return f"{start}≤ {shown} {self.reach.beside}"

    def _shown(self, figure: float, amount: Callable[[float], str]) -> str:
        if self.reach.beside is None:
            return amount(figure)
        return f"{1 / figure if self.reach.faster else figure:.3g}×"


def at_most(limit: float, *, beside: str | None = None, far: bool = False) -> Reach:
    """Allow a figure, or so many times that of a peer."""
    return Reach(limit, beside=beside, far=far)


def faster(times: float, *, than: str) -> Reach:
    """Ask for a figure so many times smaller than a peer's."""
    return Reach(1 / times, beside=than, faster=True)
