"""The history of a followed checkout one plain commit on, known before the index counts it.

From a valid commit to its valid child, each key whose stored value is another has one version more.
Whoever waits to be told need not wait for the index, which counts the same a moment later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.following.transition import same_stored
from gitcfg.history.rows import Row

if TYPE_CHECKING:
    from gitcfg.following.observe import Standing
    from gitcfg.git.repository import Repository
    from gitcfg.history.history import History
    from gitcfg.model import Version


def follows(repository: Repository, old: Standing, new: Standing) -> bool:
    """Tell whether a standing is that of a commit, and the next that of its child; no merge."""
    if any(one.revision != one.head or one.uncommitted for one in (old, new)):
        return False
    return [str(one) for one in repository.object(new.head).parent_ids] == [old.head]


class Ahead:
    """The history up to a commit, and what its child adds."""

    def __init__(self, history: History, old: Standing, new: Standing) -> None:
        self._history = history
        self._old = old
        self._new = new

    def last(self, key: str) -> Row | None:
        """Find the version of a key that is in force at the child."""
        before = self._history.last(key)
        if same_stored(self._old.checked, self._new.checked, key):
            return before
        stored = self._new.checked.stored.get(key)
        return Row(
            version=(before.version if before else 0) + 1,
            revision=self._new.head,
            value=stored.value if stored else None,
            old=before.value if before else None,
        )

    def describe(self, key: str, row: Row, *, active: bool) -> Version:
        """Tell all the facts of one version of a key."""
        return self._history.describe(key, row, active=active)

    def notices(self, teller: str) -> tuple[str, ...]:  # noqa: ARG002 - as a history has it
        """Tell nothing: a plain child renumbers nothing."""
        return ()
