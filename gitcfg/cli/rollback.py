"""`gitcfg rollback`: store an older value again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli import writing
from gitcfg.cli.clone import opened

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.usage = "gitcfg rollback KEY [--to VERSION] [options]"
    parser.describe(
        "Store an older value again, as a new version checked by the rules of today.",
        "gitcfg rollback DAILY_EXPORT_TIME",
        'gitcfg rollback DAILY_EXPORT_TIME --to 2 --reason "The new time was wrong"',
    )
    parser.text("key", metavar="KEY", help="in any case")
    parser.option(
        "--to", metavar="VERSION", help="a version, or a revision; else the one before the last"
    )
    writing.add_options(parser)


def run(options: Namespace, out: Output) -> int:
    """Make the commit and tell of it."""
    terms = writing.terms(options)
    store = opened(options, out)
    written = store.rollback(options.key, to=options.to, **terms)
    return writing.tell(written, store, [options.key], options, out)
