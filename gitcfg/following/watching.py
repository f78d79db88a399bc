"""Watch folders for changes: every event is only a hint that wakes whoever looks for himself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Target:
    """A folder to watch: all below it, or, without `deep`, what lies in it and has these names.

    What has a name that ends with `without` counts for nothing.
    """

    path: str
    deep: bool = False
    names: frozenset[str] = frozenset()
    without: str = ""

    def counts(self, name: str) -> bool:
        """Tell whether something of this name is watched; empty for the folder itself."""
        if self.without and name.endswith(self.without):
            return False
        return not self.names or not name or name in self.names


class Watcher(Protocol):
    """Watches folders for one thread, which waits here; `problem` says why it cannot watch."""

    problem: str | None

    def arm(self, targets: Iterable[Target]) -> bool:
        """Watch exactly these folders, anew where one was replaced; tells whether any is new.

        A folder that is not there is passed over: whoever looks calls this again.
        """

    def wait(self, seconds: float) -> None:
        """Wait until something changed there, somebody called `wake`, or the time is over."""

    def wake(self) -> None:
        """Wake who waits, or who will; for other threads."""

    def close(self) -> None:
        """Stop watching."""


def identity(path: str) -> tuple[int, int] | None:
    """Tell one folder from another that was put in its place; None where there is none."""
    try:
        facts = Path(path).stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino
