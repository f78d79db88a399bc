"""`gitcfg validate`: judge the files as they lie, what is staged, or a revision."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, cast

from gitcfg import here
from gitcfg.cli import verdict
from gitcfg.errors import UsageError
from gitcfg.report import findings, plain

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser
    from gitcfg.validation import Checked

FORMATS = ("text", "json", "github")


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Check config/ against schemas/ and the installed rules; errors make the exit code 1.",
        "gitcfg validate",
        "gitcfg validate --staged",
        "gitcfg validate origin/main --strict",
        "gitcfg validate --base origin/main",
    )
    parser.text("revision", nargs="?", metavar="REV", help="a revision; else the files as they lie")
    parser.flag("--staged", help="what the next commit would hold")
    parser.option(
        "--base",
        metavar="REV",
        help="tell what changes, by key, since it left this branch, and which findings are new",
    )
    parser.flag("--strict", help="take warnings for errors")
    parser.option(
        "--format",
        choices=FORMATS,
        help="json is the same as --json; github annotates lines of a pull request and writes a "
        "table to $GITHUB_STEP_SUMMARY",
    )


def run(options: Namespace, out: Output) -> int:
    """Print the findings and what they come to."""
    if options.staged and options.revision is not None:
        raise UsageError("give a revision or --staged, not both")
    out.json = out.json or options.format == "json"
    if options.base is not None or options.format == "github":
        # What a pull request takes to import, a plain check need not load.
        return cast("int", import_module("gitcfg.cli.proposed").run(options, out))
    root, found = _as_they_lie(options, out) if _plainly(options) else _asked(options, out)
    if not found.documents:
        out.notice(f"there is no config/*.yaml in {root}. Is it the right repository?")
    bad = not found.valid or (options.strict and found.findings)
    show = out.answer if found.findings else out.done
    show(
        lambda: plain.checked(found),
        lambda screen: findings.checked(found, screen, strict=options.strict),
    )
    return int(bool(bad))


def _plainly(options: Namespace) -> bool:
    return options.revision is None and not options.staged


def _as_they_lie(options: Namespace, out: Output) -> tuple[Path, Checked]:
    gc.disable()  # a short life, in which much is made and nothing thrown away
    judged = here.judge(options.directory)
    for notice in judged.notices:
        out.notice(notice)
    verdict.keep(judged)
    return judged.root, judged.checked


def _asked(options: Namespace, out: Output) -> tuple[Path, Checked]:
    # What this takes to import, a check of what lies here need not load.
    store = import_module("gitcfg.cli.clone").opened(options, out)
    return store.root, store.validate(options.revision, staged=options.staged)
