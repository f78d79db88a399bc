"""Compare two states by key, not by line; pure.

A key in a file that cannot be read, or whose value there cannot be used, is neither here nor there:
nobody can tell whether it differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.model import Difference
from gitcfg.validation import check
from gitcfg.values import same

if TYPE_CHECKING:
    from gitcfg.model import Files, Value
    from gitcfg.validation import Checked


def differences(old: Files, new: Files) -> tuple[Difference, ...]:
    """List the keys whose stored value is not the same, in order."""
    return between(check(old), check(new))


def between(before: Checked, after: Checked) -> tuple[Difference, ...]:
    """List the keys whose stored value is not the same in two trees as judged, in order."""
    keys = (before.stored.keys() | after.stored.keys()) - _untold(before, after)
    pairs = ((key, _value(before, key), _value(after, key)) for key in sorted(keys))
    return tuple(
        Difference(key=key, old=value, new=later)
        for key, value, later in pairs
        if not same(value, later)
    )


def unread(checked: Checked) -> tuple[str, ...]:
    """Name the files of which some keys, or all, cannot be told."""
    return tuple(
        file for file, one in sorted(checked.documents.items()) if one.unsure or not one.readable
    )


def _untold(*sides: Checked) -> set[str]:
    documents = [one for side in sides for one in side.documents.values()]
    lost = {one.file for one in documents if not one.readable}
    found = {key for one in documents for key in one.unsure}
    for side in sides:
        found |= {key for key, one in side.stored.items() if one.file in lost}
    return found


def _value(checked: Checked, key: str) -> Value:
    one = checked.stored.get(key)
    return None if one is None else one.value
