"""`gitcfg status`: what is in force here, what is not and why, who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.report import plain, status

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show the revision in force, files that differ from it, what was refused, and every\n"
        "running program that follows.",
        "gitcfg status",
        "gitcfg status --json",
    )


def run(options: Namespace, out: Output) -> int:
    """Print the summary."""
    store = opened(options, out)
    found = store.status()
    out.answer(lambda: plain.status(found), lambda screen: status.status(found, screen))
    # The document has no place for what is told only once.
    for notice in found.notices if out.json else ():
        out.notice(notice)
    return 0
