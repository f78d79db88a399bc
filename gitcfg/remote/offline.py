"""Bring the checkout to the upstream: forward, or with what was never pushed made anew on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitcfg.git.commit import Moved
from gitcfg.remote import seen
from gitcfg.remote.clone import Stance
from gitcfg.remote.reapply import rebuild, unpushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.remote.clone import Clone
    from gitcfg.remote.reapply import Anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Where the checkout came to; commits made anew, and the reference that keeps the old ones."""

    tip: str
    pulled: int = 0
    commits: tuple[Anew, ...] = ()
    kept: str | None = None


def bring(
    clone: Clone,
    head: str,
    tip: str,
    stance: Stance,
    *,
    take: str | None = None,
    publish: Callable[[str], None] = lambda _: None,
) -> Brought:
    """Bring the checkout from its head to the upstream's tip, under the writers' lock.

    What was made anew is published before the branch moves. Raises Moved where the branch moved
    meanwhile; DirtyError, RemoteError, ConflictError, InvalidError with nothing changed.
    """
    repository, name = clone.repository, clone.upstream.name
    pulled = len(unpushed(repository, tip, head))
    if stance is Stance.BEHIND:
        if not clone.forward(head, tip, f"Go forward with {name}"):
            raise Moved
        return Brought(tip=tip, pulled=pulled)
    last = seen.last(repository, clone.upstream)
    # After a force-push, what the upstream once had and dropped is not ours to bring back.
    dropped = [last] if last is not None and stance is Stance.REWRITTEN else []
    commits = unpushed(repository, head, tip, *dropped)
    rebuilt = rebuild(clone, commits, tip, take=take) if commits else None
    target = rebuilt.tip if rebuilt else tip
    kept = seen.keep(repository, clone.upstream, head)
    if target != tip:
        publish(target)
    if not clone.forward(head, target, f"Commit anew on {name}"):
        raise Moved
    return Brought(tip=target, pulled=pulled, commits=rebuilt.commits if rebuilt else (), kept=kept)
