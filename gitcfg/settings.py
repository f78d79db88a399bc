"""Settings as a person reads them: value, version, who gave it and when, title and type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.errors import UnknownKeyError
from gitcfg.intent import missing
from gitcfg.model import Setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from gitcfg.git.repository import Repository
    from gitcfg.history.history import History
    from gitcfg.history.rows import Row
    from gitcfg.validation import Checked


def settings(
    repository: Repository,
    checked: Checked,
    history: History,
    *,
    uncommitted: Collection[str] = (),
) -> tuple[Setting, ...]:
    """Tell every setting, those of schemas first by category, then by key."""
    latest = history.latest()
    keys = checked.schemas.properties.keys() | checked.stored.keys()
    found = [
        _setting(repository, checked, key, latest.get(key), uncommitted=key in uncommitted)
        for key in keys
    ]
    return tuple(sorted(found, key=lambda one: (one.category or "", one.key)))


def setting(
    repository: Repository,
    checked: Checked,
    history: History,
    key: str,
    *,
    uncommitted: Collection[str] = (),
) -> Setting:
    """Tell one setting; raises UnknownKeyError where nothing is stored nor known of the key."""
    require(checked, key)
    return _setting(repository, checked, key, history.last(key), uncommitted=key in uncommitted)


def require(checked: Checked, key: str) -> None:
    """Raise UnknownKeyError where a key has no effective value."""
    if key not in checked.values:
        known = checked.schemas.find(key)
        if known is None:
            raise missing(checked, key)
        raise UnknownKeyError(
            f"Config key not found: {key}. It has no stored value and no default; store one with "
            f"`gitcfg set {key} VALUE`"
        )


def _setting(
    repository: Repository, checked: Checked, key: str, row: Row | None, *, uncommitted: bool
) -> Setting:
    stored, known = checked.stored.get(key), checked.schemas.find(key)
    commit = repository.commit(row.revision) if row and row.value is not None else None
    return Setting(
        key=key,
        value=checked.values.get(key),
        version=row.version if row else 0,
        default=stored is None,
        uncommitted=uncommitted,
        revision=commit.revision if commit else None,
        updated=commit.date if commit else None,
        by=commit.author if commit else None,
        category=stored.category if stored else known.category if known else None,
        title=known.title if known else None,
        description=known.description if known else None,
        type=known.type if known else None,
    )
