"""The facts of a version beyond number and values, as the index keeps them: a line of JSON.

They come from commits, which never change, so that a version told once need not be told from git.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from gitcfg.model import Author, Version

if TYPE_CHECKING:
    from gitcfg.history.rows import Row


def written(one: Version) -> str:
    """Write down what git told of a version."""
    return json.dumps(
        [
            one.author.name,
            one.author.email,
            one.committer.name,
            one.committer.email,
            one.origin,
            one.date.isoformat(),
            one.action,
            one.reason,
            one.via,
            one.actor,
            one.client,
            None if one.metadata is None else dict(one.metadata),
        ]
    )


def restored(key: str, row: Row, text: str, *, active: bool) -> Version:
    """Tell a version from what was written down of it."""
    name, email, committer, its_email, origin, date, action, *others = json.loads(text)
    reason, via, actor, client, metadata = others
    return Version(
        key=key,
        version=row.version,
        value=row.value,
        old=row.old,
        deleted=row.value is None,
        active=active,
        revision=row.revision,
        author=Author(name, email),
        committer=Author(committer, its_email),
        origin=origin,
        date=datetime.fromisoformat(date),
        action=action,
        reason=reason,
        via=via,
        actor=actor,
        client=client,
        metadata=metadata,
    )
