"""`gitcfg init`: a new repository of settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.cli.writing import committed
from gitcfg.initial import create
from gitcfg.report import made

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Make a repository of settings with example schemas and values, a workflow that checks\n"
        "pull requests and a hook that checks commits; or add them to a repository without\n"
        "config/. Nothing that exists is overwritten.",
        "gitcfg init settings",
        "gitcfg init",
    )
    parser.text("folder", nargs="?", default=".", metavar="DIR", help="else the present folder")


def run(options: Namespace, out: Output) -> int:
    """Make it and tell what was made."""
    found = create(Path(options.directory) / options.folder)
    with committed(found.revision):
        out.done(lambda: made.data(found), lambda screen: made.text(found, screen))
    return 0
