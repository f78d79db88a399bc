"""The entry point: the short way where it knows the answer, else the long one."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from gitcfg.cli import short, streams

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` is without the program's name."""
    words = sys.argv[1:] if argv is None else [*argv]
    try:
        streams.prepare()
        if short.answered(words):
            return 0
        # What this takes, an answer that is known already need not load.
        return cast("int", import_module("gitcfg.cli.whole").run(words))
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as problem:  # the short way could not print its answer
        return cast("int", import_module("gitcfg.cli.whole").unforeseen(problem, words))
