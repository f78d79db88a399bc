"""The `bot` command, also as `python -m bot`. The bot itself is not built yet, and says so."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from gitcfg import GitcfgError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

COMMANDS = {
    "run": "answer commands on Discord",
    "sync": "tell Discord which commands there are",
    "check": "say what is missing in the environment",
}


class NotBuiltError(GitcfgError):
    """The command is known and nothing stands behind it yet."""

    kind = "not-built"

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"`bot {command}` is not built yet: nothing was started and nothing was sent. "
            "Settings are changed with `gitcfg set`, or by editing config/ and committing"
        )


class Parser(argparse.ArgumentParser):
    """Raises where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        """Refuse a wrong command line in our own words."""
        raise UsageError(f"{message}. See `bot --help`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` is without the program's name."""
    words = sys.argv[1:] if argv is None else [*argv]
    try:
        raise NotBuiltError(command(words))
    except GitcfgError as problem:
        as_json = "--json" in words
        out = sys.stdout if as_json else sys.stderr
        out.write(error(problem, as_json=as_json) + "\n")
        return problem.exit_code
    except SystemExit:  # only --help ends so
        return 0


def command(words: Sequence[str]) -> str:
    """Read which command is wanted; raises UsageError for one that there is not."""
    parser = Parser(prog="bot", description="The Discord bot of gitcfg. Not built yet.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS.items():
        verb = verbs.add_parser(name, help=purpose, description=purpose)
        verb.add_argument("--json", action="store_true", help="print one JSON document")
    return str(parser.parse_args([*words]).verb)


def error(problem: GitcfgError, *, as_json: bool) -> str:
    """Put an error into words, or into the document that every command of ours prints."""
    if not as_json:
        return f"error: {problem.message}"
    document = {"kind": problem.kind, "message": problem.message, "findings": []}
    return json.dumps({"error": document}, indent=2)


if __name__ == "__main__":
    sys.exit(main())
