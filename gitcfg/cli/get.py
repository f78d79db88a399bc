"""`gitcfg get`: the effective value of one key."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from gitcfg import quick
from gitcfg.keys import normalise_key
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
    if options.at is None and not options.json and _at_once(options, out):
        return 0
    return cast("int", import_module("gitcfg.cli.value").answer(options, out))


def _at_once(options: Namespace, out: Output) -> bool:
    """Answer from what was kept, if nothing moved since: many times faster, and the same."""
    try:
        value = quick.values(options.directory)[normalise_key(options.key)]
    except (quick.Unsure, KeyError):
        return False
    out.answer(lambda: None, lambda screen: raw(value, screen))
    return True
