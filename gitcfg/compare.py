"""Compare two states by key, not by line; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.model import Difference
from gitcfg.validation import check
from gitcfg.values import same

if TYPE_CHECKING:
    from gitcfg.model import Files, Value


def differences(old: Files, new: Files) -> tuple[Difference, ...]:
    """List the keys whose stored value is not the same, in order."""
    before, after = _stored(old), _stored(new)
    return tuple(
        Difference(key=key, old=before.get(key), new=after.get(key))
        for key in sorted(before.keys() | after.keys())
        if not same(before.get(key), after.get(key))
    )


def _stored(files: Files) -> dict[str, Value]:
    return {key: one.value for key, one in check(files).stored.items()}
