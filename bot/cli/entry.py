"""The entry point: run one verb, and turn every way it can end into words and an exit code."""

from __future__ import annotations

import sys
import tempfile
import traceback
from typing import TYPE_CHECKING

from bot.cli.line import load, parse
from bot.cli.output import Output
from bot.errors import BotError
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from collections.abc import Sequence

BUG = 3
INTERRUPTED = 130
_LACKING = (
    "the bot needs libraries that are not installed: {name} is missing. Install them with "
    '`pip install "gitcfg[bot]"`; in this project `make run` does it when DISCORD_TOKEN is set'
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` is without the program's name."""
    words = sys.argv[1:] if argv is None else [*argv]
    out = Output(json="--json" in words, quiet="--quiet" in words or "-q" in words)
    try:
        options = parse(words)
        return load(options.verb).run(options, out)
    except (BotError, GitcfgError) as problem:
        out.fail(problem.kind, problem.message)
        return problem.exit_code
    except (ModuleNotFoundError, OSError) as problem:
        out.fail(*_outside(problem))
        return 1
    except KeyboardInterrupt:
        out.note("interrupted")
        return INTERRUPTED
    except SystemExit as ended:  # only --help and --version end so
        return int(ended.code or 0)
    except Exception as problem:  # noqa: BLE001 - whatever is left is a bug of ours
        out.fail("bug", _bug(problem))
        return BUG


def _outside(problem: ModuleNotFoundError | OSError) -> tuple[str, str]:
    if isinstance(problem, ModuleNotFoundError):
        return "environment", _LACKING.format(name=problem.name)
    place = f"{problem.filename}: " if problem.filename else ""
    return "failed", f"{place}{problem.strerror or problem}. Check the disk and permissions"


def _bug(problem: Exception) -> str:
    told = f"this is a bug in the bot, not your mistake: {type(problem).__name__}: {problem}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="bot-bug-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.write("".join(traceback.format_exception(problem)))
    except OSError:
        return f"{told}. Please report it"
    return f"{told}. The traceback is in {log.name}. Please report it"
