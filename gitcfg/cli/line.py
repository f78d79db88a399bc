"""The words of the command line: global options, the verb, and the verb's own options.

The verb is found first, so that only its own parser is built.
"""

from __future__ import annotations

from argparse import SUPPRESS, Namespace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gitcfg.cli.parser import Parser
from gitcfg.cli.verbs import SUMMARIES, load
from gitcfg.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcfg.cli.verbs import Verb

_EXITS = (
    "Exit codes: 0 done, 1 refused or\n"
    "failed, 2 wrong usage, 3 a bug of gitcfg, 4 conflict, 130 interrupted."
)


def parse(words: Sequence[str]) -> tuple[Verb, Namespace]:
    """Read the command line into the verb's module and its options."""
    options = Namespace(directory=".", json=False, quiet=False)
    at = _verb(words)
    top = _top()
    top.read(words[:at], options)
    if at >= len(words):
        top.error("a verb is missing: one of " + ", ".join(SUMMARIES))
    name = words[at]
    if name not in SUMMARIES:
        guess = get_close_matches(name, SUMMARIES, 1)
        top.error(f"there is no verb {name}" + (f". Did you mean {guess[0]}?" if guess else ""))
    verb = load(name)
    parser = Parser(prog=f"gitcfg {name}")
    verb.arguments(parser)
    parser.group("options of every verb")
    _add_global(parser)
    return verb, parser.read(words[at + 1 :], options)


def _verb(words: Sequence[str]) -> int:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] == "-C" else 1
    return at


def _top() -> Parser:
    parser = Parser(prog="gitcfg", usage="gitcfg [-C DIR] [--json] [--quiet] VERB …")
    width = max(map(len, SUMMARIES))
    verbs = "\n".join(f"  {name:{width}}  {text}" for name, text in SUMMARIES.items())
    parser.describe("Settings as YAML in git: checked at every door, followed live, explained.")
    parser.epilog = f"verbs:\n{verbs}\n\n`gitcfg VERB --help` tells more. {_EXITS}"
    _add_global(parser)
    parser.takes_text["--version"] = False
    parser.add_argument("--version", action="version", version=f"gitcfg {__version__}")
    return parser


def _add_global(parser: Parser) -> None:
    parser.option(
        "-C", dest="directory", metavar="DIR", default=SUPPRESS, help="work as if started in DIR"
    )
    parser.flag("--json", default=SUPPRESS, help="print one JSON document, errors included")
    parser.flag("-q", "--quiet", default=SUPPRESS, help="print no more than the answer and errors")


def wanted(words: Sequence[str], name: str) -> bool:
    """Tell whether a global flag is there, even where the rest cannot be read."""
    end = words.index("--") if "--" in words else len(words)
    return name in words[:end]
