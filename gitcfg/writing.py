"""The one way in which a change is made, whichever door it comes through.

Lock, journal check, head, intent applied to it, validation, then the commit; again from the head
when a human's git command moved the branch meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from difflib import unified_diff
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from gitcfg.errors import GitcfgError, LockedError, RemoteError, RepositoryError
from gitcfg.git import journal
from gitcfg.git.commit import Moved, carry_out, check_clean, checked_out, compose, prepare
from gitcfg.git.lock import lock
from gitcfg.git.objects import Draft
from gitcfg.history.message import Facts, KeyFacts
from gitcfg.history.standby import Standby
from gitcfg.intent import View
from gitcfg.model import Written
from gitcfg.plan import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitcfg.git.commit import Prepared
    from gitcfg.intent import Intent
    from gitcfg.model import Author, Files, Value
    from gitcfg.plan import Plan, Terms
    from gitcfg.revisions import Revisions

TRIES = 20
"""How often a change starts again from a head that someone moved under it."""


_open: WeakKeyDictionary[Revisions, Standby] = WeakKeyDictionary()
"""The open index of each thread that writes."""


def local_now() -> datetime:
    """Tell the time, in the zone of this host."""
    return datetime.now(UTC).astimezone()


def change(
    revisions: Revisions,
    intent: Intent,
    terms: Terms,
    *,
    committer: Author,
    now: Callable[[], datetime] = local_now,
    publish: Callable[[Prepared], None] | None = None,
) -> tuple[Written, tuple[str, ...]]:
    """Make a change; returns it and what a repair on the way found to tell.

    `publish` is called, under the writers' lock, with the commit before the branch here moves to
    it: whatever it raises leaves the branch alone, and Moved begins again from the new head.

    Raises ConflictError, InvalidError, NoReasonError, DirtyError, LockedError, RepositoryError;
    then nothing was changed.
    """
    repository = revisions.repository
    told: tuple[str, ...] = ()
    with lock(repository):
        for _ in range(TRIES):
            told += journal.repair(repository)
            view = _view(revisions)
            planned = _plan(view, intent, terms)
            if not planned.files:
                return _written("unchanged", planned, None), told
            draft = _draft(view, planned, terms, committer, now())
            revision = _commit(view, draft, publish)
            if revision is not None:
                revisions.remember(revision, planned.checked, {**view.files, **planned.files})
                return _written("done", planned, revision), told
    raise LockedError(
        f"the branch moved {TRIES} times while the change was being made; nothing was changed. "
        "Wait for the other git commands to end, then try again"
    )


def _commit(view: View, draft: Draft, publish: Callable[[Prepared], None] | None) -> str | None:
    """Commit, published first where that is asked for; None when the branch moved meanwhile."""
    if publish is None:
        composed = compose(view.repository, head=view.head, draft=draft)
        return carry_out(view.repository, composed)
    prepared = prepare(view.repository, head=view.head, draft=draft)
    check_clean(view.repository, view.head, list(draft.files))
    try:
        publish(prepared)
    except Moved:
        return None
    return carry_out(view.repository, prepared)


def rehearse(revisions: Revisions, intent: Intent, terms: Terms) -> Written:
    """Plan a change without making it; raises what making it would."""
    view = _view(revisions)
    planned = _plan(view, intent, terms)
    checked_out(view.repository)
    check_clean(view.repository, view.head, list(planned.files))
    written = _written("dry-run" if planned.files else "unchanged", planned, None)
    return replace(written, diff=_diff(view.files, planned.files))


def _diff(before: Files, after: Files) -> str:
    return "".join(
        line if line.endswith("\n") else f"{line}\n"
        for path, content in sorted(after.items())
        for line in unified_diff(
            before.get(path, b"").decode("utf-8", "replace").splitlines(keepends=True),
            content.decode("utf-8", "replace").splitlines(keepends=True),
            f"a/{path}" if path in before else "/dev/null",
            f"b/{path}",
        )
    )


def refused(
    revisions: Revisions,
    action: str,
    asked: Mapping[str, Value],
    terms: Terms,
    error: GitcfgError,
) -> Facts:
    """Tell what was asked and why it was not done, for the record of attempts."""
    try:
        stored = revisions.checked(revisions.repository.head()).stored
    except (GitcfgError, OSError):
        stored = {}
    keys = tuple(
        KeyFacts(
            key=key,
            action=action,
            old=stored[key].value if key in stored else None,
            new=value,
            version=0,
        )
        for key, value in asked.items()
    )
    failed = isinstance(error, LockedError | RepositoryError | RemoteError)
    return Facts(
        keys=keys,
        reason=terms.reason,
        via=terms.via,
        actor=terms.actor,
        client=terms.client,
        metadata=terms.metadata,
        status="failed" if failed else "refused",
        error=error.message,
    )


def _plan(view: View, intent: Intent, terms: Terms) -> Plan:
    return plan(view, intent(view), terms)


def _view(revisions: Revisions) -> View:
    repository = revisions.repository
    busy = repository.busy()
    if busy:
        raise RepositoryError(f"nothing was changed: {busy}")
    head = repository.head()
    files, checked = revisions.files(head), revisions.checked(head)
    history = _open.setdefault(revisions, Standby()).history(repository, head)
    return View(repository=repository, head=head, files=files, checked=checked, history=history)


def _draft(view: View, planned: Plan, terms: Terms, committer: Author, now: datetime) -> Draft:
    parent = view.repository.commit(view.head).date
    return Draft(
        files=dict(planned.files),
        message=planned.message,
        author=terms.author,
        committer=committer,
        date=max(now, parent.astimezone(now.tzinfo)),
    )


def _written(status: str, planned: Plan, revision: str | None) -> Written:
    changes = planned.changes
    if revision is not None:
        changes = tuple(replace(one, revision=revision) for one in changes)
    return Written(
        status=status,
        revision=revision,
        changes=changes,
        warnings=planned.warnings,
        message=planned.message or None,
    )
