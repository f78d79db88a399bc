"""`gitcfg revert`: undo a commit."""

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
    parser.usage = "gitcfg revert REV [options]"
    parser.describe(
        "Undo every change that a commit made to settings, in one new commit checked by the\n"
        "rules of today. A key that changed since is refused and named.",
        "gitcfg revert 00f3209",
        'gitcfg revert HEAD --reason "It slowed the import down"',
    )
    parser.text("revision", metavar="REV", help="the commit to undo")
    writing.add_options(parser)


def run(options: Namespace, out: Output) -> int:
    """Make the commit and tell of it."""
    terms = writing.terms(options)
    store = opened(options, out)
    written = store.revert(options.revision, **terms)
    return writing.tell(written, store, [], options, out)
