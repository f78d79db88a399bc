"""`gitcfg unset`: remove a stored value, so that the default counts."""

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
    parser.usage = "gitcfg unset KEY [options]"
    parser.describe(
        "Remove the stored value of a setting in one commit, so that its default counts.",
        'gitcfg unset MAX_BATCH_SIZE --reason "Back to the usual"',
    )
    parser.text("key", metavar="KEY", help="in any case")
    writing.add_options(parser)


def run(options: Namespace, out: Output) -> int:
    """Make the commit and tell of it."""
    terms = writing.terms(options)
    store = opened(options, out)
    written = store.unset(options.key, **terms)
    return writing.tell(written, store, [options.key], options, out)
