"""What changes when one standing follows another; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.values import same

if TYPE_CHECKING:
    from gitcfg.following.observe import Standing
    from gitcfg.validation import Checked


def changed(old: Standing, new: Standing) -> list[str]:
    """List the keys whose effective value is another, in order."""
    before, after = old.checked.values, new.checked.values
    keys = new.checked.may_differ(old.checked)
    # What did not change is mostly the very same object, out of a file that is parsed once.
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return sorted(key for key, old, new in pairs if old is not new and not same(old, new))


def committed(old: Standing, new: Standing) -> list[str]:
    """List the keys whose hand edit, in force, has been committed as it was, in order."""
    if old.revision == new.revision:
        return []
    return sorted(
        key
        for key in old.uncommitted - new.uncommitted
        if same_stored(old.checked, new.checked, key)
        and same(old.checked.values.get(key), new.checked.values.get(key))
    )


def same_stored(one: Checked, other: Checked, key: str) -> bool:
    """Tell whether two trees store the same for a key: one value, or none."""
    if key in one.stored and key in other.stored:
        return same(one.stored[key].value, other.stored[key].value)
    return (key in one.stored) == (key in other.stored)
