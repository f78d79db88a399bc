"""`gitcfg list`: all settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.point import settled
from gitcfg.report import plain
from gitcfg.report.settings import settings

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show all settings with their values and versions, and who gave them when.",
        "gitcfg list",
        "gitcfg list --category export",
    )
    parser.option("--category", metavar="C", help="only those of one file: config/C.yaml")
    parser.option("--at", metavar="REV|DATE", help="as they were at a revision, or on a date")


def run(options: Namespace, out: Output) -> int:
    """Print a table."""
    store = opened(options, out)
    found = store.list(category=options.category, at=settled(store, options.at, out))
    out.answer(lambda: [plain.listed(one) for one in found], lambda screen: settings(found, screen))
    return 0
