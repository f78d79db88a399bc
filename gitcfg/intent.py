"""What a writer means, apart from any head: resolved to edits against the head of the moment.

An intent survives a branch that moves under it: it is simply resolved again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitcfg.errors import ConflictError, InvalidError, UnknownKeyError, UsageError
from gitcfg.keys import category_of, config_file
from gitcfg.model import Finding
from gitcfg.schemas.schema import read_text
from gitcfg.validation import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitcfg.git.repository import Repository
    from gitcfg.history.history import History
    from gitcfg.history.rows import Row
    from gitcfg.model import Files, Value
    from gitcfg.validation import Checked

_VERSION = re.compile(r"v?([0-9]{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an intent is resolved against: a head, what it holds, and its history."""

    repository: Repository
    head: str
    files: Files
    checked: Checked
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One key's new stored value, None to remove it; `to` is the version rolled back to."""

    key: str
    new: Value
    action: str
    to: int | None = None
    category: str | None = None


Intent = Callable[[View], tuple[Edit, ...]]


def storing(changes: Mapping[str, Value], *, category: str | None = None) -> Intent:
    """Mean to store values; a text is read by the type of its key."""

    def resolve(view: View) -> tuple[Edit, ...]:
        return tuple(_store(view, key, value, category) for key, value in changes.items())

    return resolve


def _store(view: View, key: str, value: Value, category: str | None) -> Edit:
    known = view.checked.schemas.find(key)
    home = _home(view.checked, key)
    if category is not None and home not in (None, category):
        raise UsageError(f"{key} belongs in {config_file(home or '')}, not in {category}")
    if known is None and key not in view.checked.stored and category is None:
        raise unknown(view.checked, key)
    if value is None:
        raise InvalidError(f"{key} cannot be null. To remove its value, use `gitcfg unset {key}`")
    if isinstance(value, str):
        value = read_text(value, known)
    elif isinstance(value, float) and known and known.type == "integer" and value.is_integer():
        value = int(value)
    return Edit(key=key, new=value, action="set", category=category)


def _home(checked: Checked, key: str) -> str | None:
    """Tell the category of a key that stands somewhere, or that a schema knows."""
    stored, known = checked.stored.get(key), checked.schemas.find(key)
    return stored.category if stored else known.category if known else None


def unsetting(key: str) -> Intent:
    """Mean to remove a stored value."""

    def resolve(view: View) -> tuple[Edit, ...]:
        if key not in view.checked.stored and view.checked.schemas.find(key) is None:
            raise missing(view.checked, key)
        return (Edit(key=key, new=None, action="unset"),)

    return resolve


def resetting(key: str) -> Intent:
    """Mean to store the default of a key."""

    def resolve(view: View) -> tuple[Edit, ...]:
        known = view.checked.schemas.find(key)
        if known is None and key not in view.checked.stored:
            raise unknown(view.checked, key)
        if known is None or not known.has_default:
            raise UnknownKeyError(f"No default value defined for {key}")
        return (Edit(key=key, new=known.default, action="reset"),)

    return resolve


def rolling_back(key: str, to: int | str | None) -> Intent:
    """Mean to store an older version's value again; without a version, the previous one's."""

    def resolve(view: View) -> tuple[Edit, ...]:
        rows = view.history.rows(key)
        if not rows:
            raise missing(view.checked, key)
        row = _chosen(view, key, rows, to)
        category = _former_category(view, key)
        return (Edit(key=key, new=row.value, action="rollback", to=row.version, category=category),)

    return resolve


def _chosen(view: View, key: str, rows: list[Row], to: int | str | None) -> Row:
    wanted = rows[0].version - 1 if to is None else number(view, key, to)
    for row in rows:
        if row.version == wanted:
            return row
    if to is None:
        raise UnknownKeyError(
            f"{key} has only version {rows[0].version}: there is none before it to go back to. "
            f"See `gitcfg history {key}`"
        )
    known = f"it has versions 1 to {rows[0].version}" if len(rows) > 1 else "it has only version 1"
    raise UnknownKeyError(
        f"Version {wanted} not found for key {key}: {known}. See `gitcfg history {key}`"
    )


def reverting(revision: str) -> Intent:
    """Mean to undo every change of a commit, key by key; a key changed since is refused."""

    def resolve(view: View) -> tuple[Edit, ...]:
        found = view.repository.resolve(revision)
        position = view.history.position(found)
        if position is None:
            raise UsageError(f"{revision} is not on the first-parent line of the branch")
        rows = view.history.made_at(position)
        if not rows:
            raise UnknownKeyError(f"revision {found[:12]} changed no setting. See `gitcfg audit`")
        moved = [key for key, row in rows if view.history.number(key) != row.version]
        if moved:
            raise ConflictError(
                f"{', '.join(moved)} changed since {found[:12]}, so nothing was reverted. Look "
                f"with `gitcfg history {moved[0]}`, then roll each key back by itself"
            )
        return tuple(
            Edit(key=key, new=row.old, action="revert", category=_former_category(view, key))
            for key, row in rows
        )

    return resolve


def _former_category(view: View, key: str) -> str | None:
    """Find where a key stood before it was removed, where no schema tells where it belongs."""
    last = view.history.last(key)
    if last is None or last.value is not None or view.checked.schemas.find(key) is not None:
        return None
    for parent in view.repository.commit(last.revision).parents[:1]:
        for path, data in view.repository.files(parent).items():
            category = category_of(path)
            if category is not None and key in parse(path, data).entries:
                return category
    return None


def number(view: View, key: str, version: int | str) -> int:
    """Read a version's number, or the number that a revision gave the key; raises UsageError."""
    if isinstance(version, int):
        return version
    if found := _VERSION.fullmatch(version):
        return int(found[1])
    revision = view.repository.resolve(version)
    position = view.history.position(revision)
    if position is None:
        raise UsageError(f"{version} is not on the first-parent line of the branch")
    rows = view.history.rows(key)
    at = [row for row in rows if (view.history.position(row.revision) or 0) <= position]
    return at[0].version if at else 0


def unknown(checked: Checked, key: str) -> UnknownKeyError:
    """Say that nothing knows a key, with the guess at what was meant."""
    guess = checked.schemas.suggest(key)
    words = f"Unknown config key: {key}. No validation rules defined"
    cure = f"Did you mean {guess}?" if guess else "See `gitcfg list`."
    finding = Finding(severity="error", message=words, rule="unknown-key", key=key)
    return UnknownKeyError(
        f"{words}. {cure} To store it all the same, name its file with --category", [finding]
    )


def missing(checked: Checked, key: str) -> UnknownKeyError:
    """Say that no value of a key is stored."""
    if checked.schemas.find(key):
        cure = "No value of it is stored"
    else:
        guess = checked.schemas.suggest(key)
        cure = f"Did you mean {guess}?" if guess else "See `gitcfg list`"
    return UnknownKeyError(f"Config key not found: {key}. {cure}")
