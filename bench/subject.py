"""One thing that is measured: how it is called, who is compared, and how often they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from bench.harness import Entry


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject works: a folder of its own that does not exist yet, and what ends it.

    `kept` is for what takes long to make; it outlives the run, and no subject changes it. `scale`
    is 1 for a measurement; a test that only proves that all runs takes less.
    """

    folder: Path
    kept: Path
    ends: ExitStack
    scale: float = 1.0

    def scaled(self, number: int, *, least: int = 1) -> int:
        """Take less of something where nothing is measured."""
        return max(int(number * self.scale), least)


@dataclass(frozen=True, slots=True)
class Subject:
    """A job with its candidates; `unit` is `s` or `B`, `seconds` bounds how long it runs."""

    name: str
    title: str
    entries: Callable[[Place], Sequence[Entry]]
    rounds: int = 40
    warm_up: int = 2
    seconds: float = 40.0
    unit: str = "s"
