"""What is said of a bug of ours: no traceback for the user, but where to find it."""

from __future__ import annotations

import tempfile
import traceback

from gitcfg.errors import GitcfgError

DEBUG = "GITCFG_DEBUG"
"""The variable of the environment that shows tracebacks at once."""


def report(problem: Exception, *, shown: bool) -> GitcfgError:
    """Say that it is a bug, and where its traceback is: above if `shown`, else in a file."""
    where = "The traceback is above." if shown else _kept(trace(problem))
    return GitcfgError(
        f"this is a bug in gitcfg, not your mistake: {type(problem).__name__}: {problem}. "
        f"{where} Please report it"
    )


def trace(problem: Exception) -> str:
    """Write out the traceback of an error."""
    return "".join(traceback.format_exception(problem))


def _kept(text: str) -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="gitcfg-bug-",
            suffix=".log",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as log:
            log.write(text)
    except OSError:
        return f"Run it again with {DEBUG}=1 to see the traceback."
    return f"The traceback is in {log.name}; with {DEBUG}=1 it is shown at once."
