"""The verbs in the order of the help, each in a module of its own that only its use imports."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser

SUMMARIES = {
    "get": "show the value of a setting",
    "list": "show all settings",
    "set": "store values in one commit",
    "unset": "remove a stored value, so that the default counts",
    "reset": "store the default of a setting",
    "rollback": "store an older value again",
    "revert": "undo a commit",
    "history": "show who changed a setting, when and why",
    "audit": "show every change and every refused attempt",
    "diff": "show which values differ",
    "blame": "show who last changed each setting",
    "validate": "check the files, what is staged, or a revision",
    "status": "show what is in force here and who runs it",
    "watch": "show changes as they take effect",
    "sync": "bring this clone and its upstream in step",
    "init": "make a new repository of settings",
}


class Verb(Protocol):
    """What a verb's module offers."""

    def arguments(self, parser: Parser) -> None:
        """Describe the verb and its arguments to a parser."""

    def run(self, options: Namespace, out: Output) -> int:
        """Do it and return the exit code."""


def load(name: str) -> Verb:
    """Import the module of a verb."""
    return cast("Verb", import_module(f"gitcfg.cli.{name}"))
