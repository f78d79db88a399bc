"""The entry point: run one verb, and turn every way it can end into words and an exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING

from exporter import faults
from exporter.cli.line import parse, wanted
from exporter.cli.output import Output, finding_facts
from exporter.errors import ExporterError
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from collections.abc import Sequence

BUG = 3
INTERRUPTED = 130
KILL_AT = "EXPORTER_KILL_AT"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` is without the program's name."""
    words = sys.argv[1:] if argv is None else [*argv]
    faults.arm(os.environ.get(KILL_AT, ""))
    out = Output(
        json=wanted(words, "--json"), quiet=wanted(words, "--quiet") or wanted(words, "-q")
    )
    try:
        verb, options = parse(words)
        out.json, out.quiet = options.json, options.quiet
        return verb.run(options, out)
    except (ExporterError, GitcfgError) as problem:
        findings = [finding_facts(one) for one in getattr(problem, "findings", ())]
        out.fail(problem.kind, problem.message, findings)
        return problem.exit_code
    except OSError as problem:
        place = f"{problem.filename}: " if problem.filename else ""
        out.fail("failed", f"{place}{problem.strerror or problem}. Check the disk and permissions")
        return 1
    except KeyboardInterrupt:
        out.note("interrupted; nothing is half done")
        return INTERRUPTED
    except SystemExit as ended:  # only --help and --version end so
        return int(ended.code or 0)
    except Exception as problem:  # noqa: BLE001 - whatever is left is a bug of ours
        out.fail("bug", _bug(problem))
        return BUG


def _bug(problem: Exception) -> str:
    told = f"this is a bug in the exporter, not your mistake: {type(problem).__name__}: {problem}"
    trace = "".join(traceback.format_exception(problem))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="exporter-bug-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.write(trace)
    except OSError:
        return f"{told}. Please report it"
    return f"{told}. The traceback is in {log.name}. Please report it"
