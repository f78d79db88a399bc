"""`gitcfg blame`: who last changed each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.report import plain
from gitcfg.report.explain import blame

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show for every stored setting who gave it its value, when and why.",
        "gitcfg blame",
        "gitcfg blame --json",
    )


def run(options: Namespace, out: Output) -> int:
    """Print a table."""
    store = opened(options, out)
    found = store.blame()
    out.page(
        lambda: [plain.version(one) for one in found],
        lambda screen: blame(found, screen) or "no setting is stored",
        folder=store.root,
    )
    return 0
