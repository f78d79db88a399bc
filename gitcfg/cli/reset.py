"""`gitcfg reset`: store the default."""

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
    parser.usage = "gitcfg reset KEY [options]"
    parser.describe(
        "Store the default of a setting in one commit, so that it stays if the default changes.",
        "gitcfg reset MAX_BATCH_SIZE",
        "gitcfg reset MAX_BATCH_SIZE --dry-run",
    )
    parser.text("key", metavar="KEY", help="in any case")
    writing.add_options(parser)


def run(options: Namespace, out: Output) -> int:
    """Make the commit and tell of it."""
    terms = writing.terms(options)
    store = opened(options, out)
    written = store.reset(options.key, **terms)
    return writing.tell(written, store, [options.key], options, out)
