"""The entry point: run one verb, and turn every way it can end into words and an exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING

from gitcfg.cli.line import parse, wanted
from gitcfg.cli.output import Output
from gitcfg.errors import GitcfgError, RepositoryError

if TYPE_CHECKING:
    from collections.abc import Sequence

BUG = 3
INTERRUPTED = 130
DEBUG = "GITCFG_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` is without the program's name."""
    words = sys.argv[1:] if argv is None else [*argv]
    out = Output(
        json=wanted(words, "--json"), quiet=wanted(words, "--quiet") or wanted(words, "-q")
    )
    try:
        verb, options = parse(words)
        out.json, out.quiet = options.json, options.quiet
        return verb.run(options, out)
    except GitcfgError as problem:
        out.fail(problem)
        return problem.exit_code
    except OSError as problem:
        return _broken(problem, out)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as ended:  # only --help and --version end so
        return int(ended.code or 0)
    except Exception as problem:  # noqa: BLE001 - whatever is left is a bug of ours
        return _bug(problem, out)


def _broken(problem: OSError, out: Output) -> int:
    place = f"{problem.filename}: " if problem.filename else ""
    words = problem.strerror or str(problem)
    failure = RepositoryError(f"{place}{words}. Check the disk and the permissions, then try again")
    if os.environ.get(DEBUG):
        out.trace(_traceback(problem))
    out.fail(failure)
    return failure.exit_code


def _bug(problem: Exception, out: Output) -> int:
    trace = _traceback(problem)
    if os.environ.get(DEBUG):
        out.trace(trace)
        where = "The traceback is above."
    else:
        where = _kept(trace)
    out.fail(
        GitcfgError(
            f"this is a bug in gitcfg, not your mistake: {type(problem).__name__}: {problem}. "
            f"{where} Please report it"
        )
    )
    return BUG


def _kept(trace: str) -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="gitcfg-bug-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.write(trace)
    except OSError:
        return f"Run it again with {DEBUG}=1 to see the traceback."
    return f"The traceback is in {log.name}; with {DEBUG}=1 it is shown at once."


def _traceback(problem: BaseException) -> str:
    return "".join(traceback.format_exception(problem))
