"""A point of history as a person names it: a revision, or a date in the viewer's own zone."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING

from gitcfg.errors import UsageError
from gitcfg.history.history import open_history

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse(text: str, *, end: bool = True) -> datetime | None:
    """Read an ISO date or time, the viewer's where it names no zone; None where it is neither.

    A date alone is its end, or its beginning on demand.
    """
    if not text[:10].count("-"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if _DATE.fullmatch(text):
        found = datetime.combine(found.date(), time.max if end else time.min)
    return found if found.tzinfo else found.astimezone()


def resolve(repository: Repository, text: str) -> str:
    """Find the commit of a revision where a date is taken as well; raises UsageError."""
    try:
        return repository.resolve(text)
    except UsageError as error:
        raise UsageError(
            f"{text or 'the empty text'} is no revision in {repository.root}, and no date. Write "
            "a date as 2026-01-31 or 2026-01-31T09:30; for revisions see `git log`"
        ) from error


def revision(repository: Repository, text: str) -> str:
    """Find the commit that a revision or a date names; raises UsageError where there is none."""
    when = parse(text)
    if when is None:
        return resolve(repository, text)
    with open_history(repository) as history:
        found = history.at(int(when.timestamp()))
    if found is None:
        raise UsageError(f"the branch has no commit at or before {when.isoformat(' ', 'seconds')}")
    return found
