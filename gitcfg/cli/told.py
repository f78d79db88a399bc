"""The short way to the history of a key: from the index alone, where it has all that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg import quick
from gitcfg.cli.output import Output
from gitcfg.cli.versions import page
from gitcfg.history.kept import versions

if TYPE_CHECKING:
    from gitcfg.quick import Kept


def show(kept: Kept, key: str, *, limit: int | None, json: bool, quiet: bool) -> None:
    """Print the versions of a key; raises Unsure where only git can tell them."""
    values = kept.answer(quick.VALUES)
    found = versions(kept.place, key, limit=limit)
    if not found and key not in values:
        raise quick.Unsure
    page(found, Output(json=json, quiet=quiet), folder=kept.place.root)
