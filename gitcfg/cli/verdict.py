"""What a plain `validate` says, kept for the next time that it is asked of the same files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitcfg import here
from gitcfg.report import findings, plain
from gitcfg.report.screen import Screen

if TYPE_CHECKING:
    from gitcfg.here import Here


def keep(judged: Here) -> None:
    """Keep a verdict on files that were settled when they were judged."""
    found = judged.checked
    if judged.settled is None or not found.documents:
        return
    now = datetime.now(UTC)
    answer = {
        "data": plain.checked(found),
        "plain": findings.checked(found, Screen(now=now)),
        "colour": findings.checked(found, Screen(now=now, terminal=True, colour=True)),
    }
    here.keep(judged.root, judged.settled, {"validate": answer})
