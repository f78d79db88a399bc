"""The words of the command line: global options before or after the verb, and the verb's own."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from importlib import import_module
from textwrap import fill
from typing import TYPE_CHECKING, NoReturn, Protocol

import gitcfg
from exporter.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exporter.cli.output import Output

SUMMARIES = {
    "enqueue": "take entries from a file into the queue",
    "run": "run the daemon: deliver on schedule, follow the settings",
    "export-now": "deliver what waits, at once",
    "status": "show what waits, what runs and what comes next",
    "check": "say what would keep it from working",
    "runs": "show what was exported, under which settings",
}

_WIDTH = 79
_EPILOG = (
    "`exporter VERB --help` tells more. Exit codes: 0 done, 1 refused or failed, 2 wrong usage,\n"
    "3 a bug of the exporter, 130 interrupted."
)


class Verb(Protocol):
    """One verb's module."""

    def arguments(self, parser: Parser) -> None:
        """Describe the verb's options."""

    def run(self, options: Namespace, out: Output) -> int:
        """Do it and return the exit code."""


class Parser(ArgumentParser):
    """A parser that raises CallError instead of leaving the program."""

    def describe(self, description: str, *examples: str) -> None:
        """Say in the help what this does, and show how."""
        self.description = fill(description, _WIDTH)
        self.epilog = "\n".join(("examples:", *(f"  {example}" for example in examples)))
        self.formatter_class = RawDescriptionHelpFormatter

    def error(self, message: str) -> NoReturn:
        """Raise what argparse complains of."""
        raise CallError(f"{message}. See `{self.prog} --help`")


def parse(words: Sequence[str]) -> tuple[Verb, Namespace]:
    """Read the command line into the verb's module and its options; raises CallError."""
    common = _common()
    top = Parser(
        prog="exporter",
        description="Deliver queued accounting entries as CSV files, steered by settings in git.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[common],
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"exporter {gitcfg.__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    modules: dict[str, Verb] = {}
    for name, summary in SUMMARIES.items():
        # Only the verb that is meant costs the time that its imports take.
        parser = verbs.add_parser(name, help=summary, parents=[common], allow_abbrev=False)
        if name in words:
            modules[name] = load(name)
            modules[name].arguments(parser)
    options = top.parse_args(words, Namespace(directory=".", json=False, quiet=False))
    return modules[options.verb], options


def load(name: str) -> Verb:
    """Import a verb's module."""
    verb: Verb = import_module(f"exporter.cli.{name.replace('-', '_')}")
    return verb


def wanted(words: Sequence[str], name: str) -> bool:
    """Tell whether a global flag is there, even where the rest cannot be read."""
    end = words.index("--") if "--" in words else len(words)
    return name in words[:end]


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
