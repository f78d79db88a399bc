"""`gitcfg get`: the effective value of one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.point import settled
from gitcfg.report import plain
from gitcfg.report.words import raw

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show the effective value of a setting: what a program that follows would run.",
        "gitcfg get DAILY_EXPORT_TIME",
        "gitcfg get max_batch_size --json",
        "gitcfg get MAX_BATCH_SIZE --at HEAD~3",
    )
    parser.text("key", metavar="KEY", help="in any case")
    parser.option("--at", metavar="REV|DATE", help="as it was at a revision, or on a date")


def run(options: Namespace, out: Output) -> int:
    """Print the value alone on a line."""
    store = opened(options, out)
    at = settled(store, options.at, out)
    out.answer(
        lambda: plain.setting(store.setting(options.key, at=at)),
        lambda screen: raw(store.get(options.key, at=at), screen),
    )
    return 0
