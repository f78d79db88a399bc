"""`gitcfg validate --base` and `--format github`: a tree as a change, or for a workflow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.doors.proposal import propose
from gitcfg.errors import GitcfgError
from gitcfg.git.repository import Repository
from gitcfg.report import findings, github, plain, proposal
from gitcfg.report.summary import LIMIT, summary

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.doors.proposal import Proposal
    from gitcfg.report.screen import Screen
    from gitcfg.validation import Checked

SUMMARY = "GITHUB_STEP_SUMMARY"


def run(options: Namespace, out: Output) -> int:
    """Print what was asked for and return the exit code."""
    if options.format == "github" and not out.json:
        return _on_github(options, out)
    checked, found = _judged(options, out)
    out.answer(
        lambda: proposal.data(found) if found else plain.checked(checked),
        lambda screen: _text(checked, found, screen, strict=options.strict),
    )
    return _code(checked, options)


def _judged(options: Namespace, out: Output) -> tuple[Checked, Proposal | None]:
    store = opened(options, out)
    if options.base is None:
        found = None
        checked = store.validate(options.revision, staged=options.staged)
    else:
        found = propose(
            Repository.open(store.root),
            onto=options.base,
            revision=options.revision,
            staged=options.staged,
        )
        checked = found.checked
    if not checked.documents:
        out.notice(f"there is no config/*.yaml in {store.root}. Is it the right repository?")
    return checked, found


def _text(checked: Checked, found: Proposal | None, screen: Screen, *, strict: bool) -> str:
    if found is None:
        return findings.checked(checked, screen, strict=strict)
    return proposal.text(found, screen, strict=strict)


def _code(checked: Checked, options: Namespace) -> int:
    return int(not checked.valid or bool(options.strict and checked.findings))


def _on_github(options: Namespace, out: Output) -> int:
    try:
        checked, found = _judged(options, out)
    except GitcfgError as problem:
        told = github.command("error", problem.message, title="gitcfg")
        out.answer(lambda: None, lambda _: told)
        return problem.exit_code
    new = found.new if found else ()
    lines = github.commands(checked.findings, new, strict=options.strict)
    out.answer(
        lambda: None,
        lambda screen: "\n".join(
            [*lines, github.inert(_said(checked, found, screen, strict=options.strict))]
        ),
    )
    _summarise(checked, found, options)
    return _code(checked, options)


def _said(checked: Checked, found: Proposal | None, screen: Screen, *, strict: bool) -> str:
    """Say in the log what no annotation says."""
    last = findings.verdict(checked, screen, strict=strict)
    return f"{proposal.changes(found, screen)}\n{last}" if found else last


def _summarise(checked: Checked, found: Proposal | None, options: Namespace) -> None:
    name = os.environ.get(SUMMARY)
    if not name:
        return
    place = Path(name)
    room = LIMIT - (place.stat().st_size if place.exists() else 0)
    text = summary(checked, found, strict=options.strict, limit=room)
    with place.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
