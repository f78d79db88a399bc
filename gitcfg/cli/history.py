"""`gitcfg history`: the versions of one key."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.parser import at_least_one
from gitcfg.cli.versions import page
from gitcfg.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show the versions of a setting, newest first: value, who, when, why and how.",
        "gitcfg history DAILY_EXPORT_TIME",
        "gitcfg history DAILY_EXPORT_TIME -n 3 --json",
        "gitcfg history MAX_BATCH_SIZE --plot",
    )
    parser.text("key", metavar="KEY", help="in any case")
    parser.option("-n", dest="limit", metavar="N", help="only the newest N")
    parser.flag("--plot", help="draw a number, or a time of day (HH:MM), over time")


def run(options: Namespace, out: Output) -> int:
    """Print the versions."""
    limit = at_least_one("-n", options.limit)
    if options.plot and out.json:
        raise UsageError("give --plot or --json, not both")
    store = opened(options, out)
    settled = store.settled()
    found = store.history(options.key, limit=limit)
    store.keep(settled, {})
    if options.plot:
        drawing = import_module("gitcfg.report.plot")  # what it takes, others need not load
        out.answer(lambda: None, lambda screen: drawing.plot(found, screen))
        return 0
    page(found, out, folder=str(store.root))
    return 0
