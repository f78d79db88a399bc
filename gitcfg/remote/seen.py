"""The last tip of the upstream that this clone took for good, kept as a reference.

If it is gone from the upstream's history, the upstream was rewritten, as by a force-push.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.git import refs

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository
    from gitcfg.remote.upstream import Upstream

OFFLINE = "refs/gitcfg/offline/"
_TRIES = 20


def last(repository: Repository, upstream: Upstream) -> str | None:
    """Tell the last tip taken for good; before the first time, what git itself fetched last."""
    for ref in (upstream.seen, upstream.fetched):
        found = refs.current(repository, ref)
        if found != refs.NOTHING:
            return found
    return None


def tracked(repository: Repository, upstream: Upstream) -> str | None:
    """Tell the tip that was fetched or pushed last, by us or by hand."""
    found = refs.current(repository, upstream.fetched)
    return None if found == refs.NOTHING else found


def note(repository: Repository, upstream: Upstream, tip: str) -> None:
    """Take a tip of the upstream for good."""
    place(repository, upstream.seen, tip)


def keep(repository: Repository, upstream: Upstream, revision: str) -> str:
    """Keep commits that leave a branch under a reference of their own, and name it."""
    branch = upstream.local.removeprefix("refs/heads/")
    ref = f"{OFFLINE}{branch}/{revision[:12]}"
    place(repository, ref, revision)
    return ref


def place(repository: Repository, ref: str, revision: str) -> None:
    """Have a reference of ours name a revision, durable."""
    for _ in range(_TRIES):
        old = refs.current(repository, ref)
        if old == revision or refs.compare_and_swap(
            repository, ref, old=old, new=revision, synced=True
        ):
            return
