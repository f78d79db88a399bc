"""Versions counted in memory along any commit's line, as of a branch not checked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.git.steps import steps
from gitcfg.history.tally import Tally

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository
    from gitcfg.history.tally import Held
    from gitcfg.model import Value


class _Nothing:
    """Nothing was counted before."""

    def file(self, _: str, /) -> dict[str, Held]:
        return {}

    def places(self, _: str, /) -> dict[str, Held]:
        return {}

    def last(self, _: str, /) -> tuple[int, Value]:
        return 0, None


def numbers(repository: Repository, tip: str) -> dict[str, int]:
    """Count the versions of every key along the first-parent line that ends in a commit."""
    tally, found = Tally(_Nothing()), dict[str, int]()
    for step in steps(repository, tip, None)[1]:
        contents = {
            path: None if blob is None else repository.content(step.revision, path, blob)
            for path, blob in step.changed.items()
        }
        found |= {made.key: made.version for made in tally.step(contents)}
    return found
