"""`gitcfg diff`: which values differ between two revisions, or in the files as they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.point import settled
from gitcfg.history.compare import unread
from gitcfg.report import plain
from gitcfg.report.explain import differences

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser
    from gitcfg.store import Store


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Compare stored values by key, not by line: of A with those of B, else with the files as\n"
        "they lie. A is the checked-out commit unless it is given.",
        "gitcfg diff",
        "gitcfg diff HEAD~3 HEAD",
        "gitcfg diff 2026-01-31 2026-02-28",
    )
    parser.text("old", nargs="?", metavar="A", help="a revision, or a date")
    parser.text("new", nargs="?", metavar="B", help="a revision, or a date")


def run(options: Namespace, out: Output) -> int:
    """Print a line for each key that differs."""
    store = opened(options, out)
    old, new = (settled(store, text, out) for text in (options.old, options.new))
    found = store.diff(old, new)
    for revision in (old or "HEAD", new):
        tell_unread(store, revision, out)
    out.page(
        lambda: [plain.difference(one) for one in found],
        lambda screen: differences(found, screen) or "no setting differs",
        folder=store.root,
    )
    return 0


def tell_unread(store: Store, revision: str | None, out: Output) -> None:
    """Say which files cannot be compared as a whole, so that nobody takes silence for sameness."""
    again = "gitcfg validate" + (f" {revision}" if revision else "")
    for file in unread(store.validate(revision)):
        out.notice(f"{file} has keys that cannot be read; they are left out. See `{again}`")
