"""A point of history as a person names it: a revision, or a date in the viewer's own zone."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from gitcfg.errors import UsageError
from gitcfg.history import open_history

if TYPE_CHECKING:
    from gitcfg.repository import Repository


def parse(text: str) -> datetime | None:
    """Read an ISO date or time; a date alone is its end, a time without zone the viewer's."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-01-31"):
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo else found.astimezone()


def revision(repository: Repository, text: str) -> str:
    """Find the commit that a revision or a date names; raises UsageError where there is none."""
    when = parse(text)
    if when is None:
        return repository.resolve(text)
    with open_history(repository) as history:
        found = history.at(int(when.timestamp()))
    if found is None:
        raise UsageError(f"the branch has no commit at or before {when.isoformat(' ', 'seconds')}")
    return found
