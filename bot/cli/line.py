"""The words of the command line: global options before or after the verb."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, Protocol

import gitcfg
from bot.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cli.output import Output

SUMMARIES = {
    "run": "answer commands on Discord until SIGTERM or Ctrl-C",
    "sync": "register the commands with Discord, if they changed",
    "check": "say what is missing or wrong: environment, token, server, roles, channel",
}
_EPILOG = (
    "Needed in the environment or in the repository's .env: DISCORD_TOKEN, DISCORD_GUILD_ID,\n"
    "DISCORD_ADMIN_ROLE_ID. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 a bug of\n"
    "the bot, 130 interrupted."
)


class Verb(Protocol):
    """One verb's module."""

    def run(self, options: Namespace, out: Output) -> int:
        """Do it and return the exit code."""


class Parser(ArgumentParser):
    """A parser that raises CallError instead of leaving the program."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse complains of."""
        raise CallError(f"{message}. See `{self.prog} --help`")


def parse(words: Sequence[str]) -> Namespace:
    """Read the command line; raises CallError."""
    common = _common()
    top = Parser(
        prog="bot",
        description="Let admins see, change and undo settings in Discord.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[common],
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"bot {gitcfg.__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    for name, summary in SUMMARIES.items():
        verbs.add_parser(
            name, help=summary, description=summary, parents=[common], allow_abbrev=False
        )
    return top.parse_args(words, Namespace(directory=".", json=False, quiet=False))


def load(name: str) -> Verb:
    """Import a verb's module: only the verb that is meant costs the time of its imports."""
    verb: Verb = import_module(f"bot.cli.{name}")
    return verb


def _common() -> Parser:
    common = Parser(add_help=False)
    group = common.add_argument_group("options of every verb")
    group.add_argument(
        "-C", dest="directory", metavar="DIR", default=SUPPRESS, help="work as if started in DIR"
    )
    group.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="print JSON, errors included"
    )
    group.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        default=SUPPRESS,
        help="print no more than the answer and errors",
    )
    return common
