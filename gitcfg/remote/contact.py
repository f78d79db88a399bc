"""What came of asking the upstream, kept in a file, so that `status` can tell it without a network.

It is one JSON object with an entry for each branch, replaced whole; it can be deleted at any time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitcfg.git import durable
from gitcfg.git.lock import hold, shared_folder

if TYPE_CHECKING:
    from pathlib import Path

    from gitcfg.git.repository import Repository
    from gitcfg.remote.upstream import Upstream

_NAME = "contact.json"
_MOST = 100
"""Branches that are remembered; of more, those asked last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The last answer of an upstream and when it came; `since` and `error` while it gives none.

    `tip` is None where the branch is not there; `trouble` is what keeps the clone from getting in
    step although the upstream answers.
    """

    upstream: str
    tip: str | None = None
    asked: datetime | None = None
    since: datetime | None = None
    error: str | None = None
    trouble: str | None = None


def read(repository: Repository, upstream: Upstream) -> Contact:
    """Read what is known of the upstream; an empty one where nothing is."""
    fresh = Contact(upstream=upstream.name)
    with suppress(KeyError, TypeError, ValueError):
        found = _decode(_all(repository)[upstream.local])
        return found if found.upstream == upstream.name else fresh
    return fresh


def answered(repository: Repository, upstream: Upstream, tip: str | None, *, now: datetime) -> None:
    """Note an answer."""
    trouble = read(repository, upstream).trouble
    _write(
        repository,
        upstream,
        Contact(upstream=upstream.name, tip=tip, asked=now, trouble=trouble),
    )


def failed(repository: Repository, upstream: Upstream, error: str, *, now: datetime) -> None:
    """Note that there was no answer; `since` stays that of the first time."""
    before = read(repository, upstream)
    _write(repository, upstream, replace(before, since=before.since or now, error=error))


def troubled(repository: Repository, upstream: Upstream, trouble: str | None) -> None:
    """Note what keeps the clone from getting in step; None where nothing does."""
    before = read(repository, upstream)
    if before.trouble != trouble:
        _write(repository, upstream, replace(before, trouble=trouble))


def _place(repository: Repository) -> Path:
    return repository.common_dir / "gitcfg" / _NAME


def _all(repository: Repository) -> dict[str, Any]:
    try:
        found = json.loads(_place(repository).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(repository: Repository, upstream: Upstream, contact: Contact) -> None:
    folder = shared_folder(repository)
    with suppress(OSError), hold(folder / "contact.lock"):
        entries = _all(repository)
        entries.pop(upstream.local, None)
        entries[upstream.local] = {
            name: one.isoformat() if isinstance(one, datetime) else one
            for name, one in asdict(contact).items()
        }
        kept = dict([*entries.items()][-_MOST:])
        durable.put(folder / _NAME, json.dumps(kept, indent=1).encode(), folder=folder)


def _decode(facts: Any) -> Contact:
    return Contact(
        upstream=str(facts["upstream"]),
        tip=facts["tip"],
        asked=_moment(facts["asked"]),
        since=_moment(facts["since"]),
        error=facts["error"],
        trouble=facts["trouble"],
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
