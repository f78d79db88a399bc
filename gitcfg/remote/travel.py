"""Refused attempts travel, too: each clone pushes its own record, and fetches those of others."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from gitcfg.errors import GitcfgError
from gitcfg.git import refs
from gitcfg.history import attempts
from gitcfg.remote.transport import ATTEMPTS
from gitcfg.remote.words import Pushed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitcfg.remote.clone import Clone

_NAME = "gitcfg.clone"
_MOST = 1000


def exchange(clone: Clone, tips: Mapping[str, str], *, push: bool) -> tuple[str, ...]:
    """Bring the records of attempts in step; returns what a person should know.

    It never raises for what the remote does not take: the settings are in step all the same.
    """
    own = ATTEMPTS + attempts.clone(clone.repository)
    try:
        _fetch(clone, {name: tip for name, tip in tips.items() if name != own})
        return _push(clone, own, tips.get(own)) if push else ()
    except GitcfgError as error:
        return (f"records of refused attempts did not travel: {error.message}",)


def _fetch(clone: Clone, tips: Mapping[str, str]) -> None:
    repository = clone.repository
    new = [name for name, tip in tips.items() if refs.current(repository, name) != tip]
    for start in range(0, len(new), _MOST):
        clone.transport.fetch([f"+{name}:{name}" for name in new[start : start + _MOST]])


def _push(clone: Clone, own: str, there: str | None) -> tuple[str, ...]:
    repository = clone.repository
    mine = refs.current(repository, own)
    if mine in (refs.NOTHING, there):
        return ()
    if there is not None and not repository.contains(mine, there):
        _part(clone, own, mine)
        return ()
    push = clone.transport.push(mine, own, expected=there)
    if push.result is Pushed.DONE:
        return ()
    return (f"records of refused attempts were not taken by {clone.upstream.name}: {push.why}",)


def _part(clone: Clone, own: str, mine: str) -> None:
    """Draw a name of its own for a clone that was copied with another's."""
    name = secrets.token_hex(8)
    if refs.compare_and_swap(
        clone.repository, f"{ATTEMPTS}{name}", old=refs.NOTHING, new=mine, synced=True
    ):
        clone.repository.raw.config[_NAME] = name
        clone.repository.raw.references.delete(own)
