"""A point of history that a person named: what a date came to is said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.history import moment
from gitcfg.report.when import absolute
from gitcfg.report.words import short, visible

if TYPE_CHECKING:
    from gitcfg.cli.output import Output
    from gitcfg.store import Store


def settled(store: Store, text: str | None, out: Output) -> str | None:
    """Replace a date by the revision that it means and tell which; the rest stays as it is."""
    if text is None or moment.parse(text) is None:
        return text
    found = store.revision(text)
    out.note(
        lambda screen: (
            f"{visible(text)} means revision {short(found.revision)} "
            f"of {absolute(found.date, screen)}"
        )
    )
    return found.revision
