"""Bring a clone and its upstream in step: fetch, go forward, push what is unpushed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gitcfg.errors import GitcfgError, RemoteError, UnknownOutcomeError
from gitcfg.git import journal
from gitcfg.git.commit import Moved
from gitcfg.git.lock import lock
from gitcfg.history.history import open_history
from gitcfg.model import Synced
from gitcfg.remote import contact, seen, travel
from gitcfg.remote.clone import Stance
from gitcfg.remote.offline import bring
from gitcfg.remote.reapply import LOCAL, UPSTREAM, unpushed
from gitcfg.remote.transport import UnreachableError
from gitcfg.remote.words import Pushed

if TYPE_CHECKING:
    from gitcfg.remote.clone import Clone
    from gitcfg.remote.transport import Push

TRIES = 8
"""How often it begins again when the branch here or there moves meanwhile."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What may be done: push, and whose side was named."""

    push: bool
    take: str | None


def sync(clone: Clone, *, push: bool, take: str | None = None) -> Synced:
    """Bring both in step; raises GitcfgError saying why not, and what to do.

    `push` allows to push. `take` says which side counts where that is the question: `local` or
    `upstream`. What keeps the two apart is also put on record for `status`.
    """
    try:
        found = _sync(clone, _Way(push, take))
    except UnreachableError:
        raise  # that is on record by itself
    except GitcfgError as error:
        contact.troubled(clone.repository, clone.upstream, error.message)
        raise
    contact.troubled(clone.repository, clone.upstream, None)
    return found


def _sync(clone: Clone, way: _Way) -> Synced:
    done = Synced(upstream=clone.upstream.name, revision=clone.repository.head())
    for _ in range(TRIES):
        tip, attempts = clone.ask()
        try:
            done = _round(clone, tip, way, done)
        except Moved:
            continue
        notes = (*done.notices, *travel.exchange(clone, attempts, push=way.push))
        with open_history(clone.repository) as history:
            return replace(done, notices=(*notes, *history.notices("sync")))
    raise RemoteError(
        f"{clone.upstream.name} or the branch here moved {TRIES} times while they were brought in "
        "step. Try again"
    )


def _round(clone: Clone, tip: str | None, way: _Way, done: Synced) -> Synced:
    """Do one round; raises Moved where it must begin again."""
    repository = clone.repository
    with lock(repository):
        told = journal.repair(repository)
        head = clone.head()
        stance = clone.stance(head, tip)
        done = replace(done, notices=(*done.notices, *told))
        if way.take == LOCAL and stance in (Stance.REWRITTEN, Stance.GONE):
            return _put_there(clone, head, tip, done)
        stops = clone.stops(stance, head, tip)
        if stops is not None and not (way.take == UPSTREAM and stance is Stance.REWRITTEN):
            raise stops
        if tip is not None and stance not in (Stance.SAME, Stance.AHEAD, Stance.NEW):
            done = _bring(clone, head, tip, stance=stance, way=way, done=done)
        elif tip is not None:
            clone.note(tip)
    return _push_rest(clone, tip, way, done)


def _bring(clone: Clone, head: str, tip: str, *, stance: Stance, way: _Way, done: Synced) -> Synced:
    def publish(target: str) -> None:
        if way.push:
            _pushed(clone, target, expected=tip)

    brought = bring(clone, head, tip, stance, take=way.take, publish=publish)
    sent = brought.tip != tip and way.push
    if not sent:
        clone.note(tip)  # else what was sent on top of it was noted when it was there
    return replace(
        done,
        pulled=done.pulled + brought.pulled,
        reapplied=tuple((one.old, one.new) for one in brought.commits),
        pushed=done.pushed + (len([one for one in brought.commits if one.new]) if sent else 0),
        kept=brought.kept or done.kept,
    )


def _push_rest(clone: Clone, tip: str | None, way: _Way, done: Synced) -> Synced:
    repository, head = clone.repository, clone.repository.head()
    last = seen.last(repository, clone.upstream)
    left = 0 if head == last else len(unpushed(repository, head, *([last] if last else [])))
    if left and way.push:
        _pushed(clone, head, expected=tip if tip is None else last)
        return replace(done, revision=head, pushed=done.pushed + left, unpushed=0)
    return replace(done, revision=head, unpushed=left)


def _put_there(clone: Clone, head: str, tip: str | None, done: Synced) -> Synced:
    """Put what is here in the place of what the upstream has, which is kept here."""
    kept = seen.keep(clone.repository, clone.upstream, tip) if tip is not None else None
    _pushed(clone, head, expected=tip)
    hidden = [tip] if tip is not None else []
    sent = len(unpushed(clone.repository, head, *hidden))
    return replace(done, revision=head, pushed=done.pushed + sent, kept=kept)


def _pushed(clone: Clone, revision: str, *, expected: str | None) -> None:
    """Push a commit by its id; raises Moved where the upstream moved, RemoteError for no."""
    upstream = clone.upstream
    push = clone.transport.push(revision, upstream.branch, expected=expected)
    if push.result is Pushed.MOVED:
        raise Moved
    if push.result is not Pushed.DONE:
        raise _refused(clone, push)
    clone.note(revision)
    clone.pushed(revision)


def _refused(clone: Clone, push: Push) -> GitcfgError:
    name = clone.upstream.name
    if push.result is Pushed.REFUSED:
        return RemoteError(
            f"{name} refused what is not pushed yet: {push.why}. It stays here; see `gitcfg status`"
        )
    if push.result is Pushed.LOST:
        return UnknownOutcomeError(
            f"the answer of {name} to a push was lost ({push.why}): what is not pushed yet may be "
            "there or not. Nothing is lost; run `gitcfg sync` again"
        )
    return RemoteError(
        f"{clone.unreached(push.why)}. What is not pushed yet stays here and goes out later"
    )
