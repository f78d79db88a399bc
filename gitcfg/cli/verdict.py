"""What a plain `validate` says, kept for the next time that it is asked of the same files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitcfg.report import findings, plain
from gitcfg.report.screen import Screen

if TYPE_CHECKING:
    from gitcfg.reading import Settled
    from gitcfg.store import Store
    from gitcfg.validation import Checked


def keep(store: Store, settled: Settled | None, found: Checked) -> None:
    """Keep a verdict on files that were settled before they were judged."""
    if settled is None or not found.valid or not found.documents:
        return
    now = datetime.now(UTC)
    answer = {
        "data": plain.checked(found),
        "plain": findings.checked(found, Screen(now=now)),
        "colour": findings.checked(found, Screen(now=now, terminal=True, colour=True)),
    }
    store.keep(settled, {"validate": answer})
