"""The long way: run one verb, and turn every way it can end into words and an exit code."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from gitcfg.cli import waiting
from gitcfg.cli.line import parse, wanted
from gitcfg.cli.output import Output
from gitcfg.errors import GitcfgError, RepositoryError

if TYPE_CHECKING:
    from collections.abc import Sequence

BUG = 3


def run(words: Sequence[str]) -> int:
    """Run a command line and return its exit code; raises KeyboardInterrupt."""
    out = _output(words)
    try:
        verb, options = parse(words)
        out.json, out.quiet = options.json, options.quiet
        with waiting.shown(quiet=out.quiet):
            return verb.run(options, out)
    except GitcfgError as problem:
        out.fail(problem)
        return problem.exit_code
    except SystemExit as ended:  # only --help and --version end so
        return int(ended.code or 0)
    except Exception as problem:  # noqa: BLE001 - the disk, or whatever is left: a bug of ours
        return _unforeseen(problem, out)


def unforeseen(problem: OSError, words: Sequence[str]) -> int:
    """Report what kept an answer from being printed, where nobody has yet."""
    out = _output(words)
    out.json = False  # stdout takes no document any more: stderr is told
    return _unforeseen(problem, out)


def _output(words: Sequence[str]) -> Output:
    quiet = wanted(words, "--quiet") or wanted(words, "-q")
    return Output(json=wanted(words, "--json"), quiet=quiet)


def _unforeseen(problem: Exception, out: Output) -> int:
    # What this takes, a command that goes well need not load.
    bug = import_module("gitcfg.cli.bug")
    shown = bool(os.environ.get(bug.DEBUG))
    if shown:
        out.trace(bug.trace(problem))
    if not isinstance(problem, OSError):
        out.fail(bug.report(problem, shown=shown))
        return BUG
    place = f"{problem.filename}: " if problem.filename else ""
    words = problem.strerror or str(problem)
    failure = RepositoryError(f"{place}{words}. Check the disk and the permissions, then try again")
    out.fail(failure)
    return failure.exit_code
