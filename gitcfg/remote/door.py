"""The way from an open clone to its upstream, for whoever changes or syncs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.remote import upstream
from gitcfg.remote.beside import transport
from gitcfg.remote.clone import Clone
from gitcfg.remote.publishing import Publishing

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.model import Author
    from gitcfg.revisions import Revisions


def clone(
    revisions: Revisions,
    committer: Callable[[], Author],
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Clone:
    """Find the upstream and the way to it; raises RepositoryError where the branch has none."""
    found = upstream.required(revisions.repository)
    way = transport(revisions.repository, found, cancelled)
    return Clone(revisions=revisions, upstream=found, transport=way, committer=committer)


def publishing(revisions: Revisions, committer: Callable[[], Author]) -> Publishing | None:
    """Prepare to push a change; None where git's configuration does not ask for it."""
    repository = revisions.repository
    if not upstream.pushes(repository) or upstream.find(repository) is None:
        return None
    return Publishing(clone(revisions, committer))
