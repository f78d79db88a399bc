"""Where a clone stands, as text: what is in force, what is not and why, who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report import findings, upstream
from gitcfg.report.table import Cell, render
from gitcfg.report.when import both
from gitcfg.report.words import indent, short, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitcfg.model import Follower, Status
    from gitcfg.report.screen import Screen

_WIDTH = 12
_HEADS = ("NAME", "PROCESS", "STATE", "REVISION", "SINCE", "EFFECT")
_COLOURS = {"running": "green", "lagging": "yellow", "refused": "red", "dead": "red"}


def status(one: Status, screen: Screen) -> str:
    """Summarise a clone's standing; followers that run make a table below."""
    lines = [
        f"{screen.paint('bold', name.ljust(_WIDTH))}{text}" for name, text in _facts(one, screen)
    ]
    parts = ["\n".join(lines)]
    if one.refused:
        parts.append(findings.refusal(one.refused, screen))
    parts.append(_followers(one.followers, screen))
    return "\n\n".join(parts)


def _facts(one: Status, screen: Screen) -> Iterator[tuple[str, str]]:
    branch = f"on {visible(one.branch)}" if one.branch else "(no branch)"
    yield "in force", f"{short(one.revision)} {branch}, {both(one.date, screen)}"
    if one.head != one.revision:
        yield "head", f"{short(one.head)} is not in force"
    if one.remote:
        yield from upstream.facts(one.remote, screen)
    for path in one.drift:
        yield "drift", f"{visible(path)} differs from the commit: git diff HEAD -- {visible(path)}"
    if one.uncommitted:
        keys = ", ".join(visible(key) for key in one.uncommitted)
        yield "uncommitted", f"{keys} in force by a hand edit, until it is committed or undone"
    for notice in one.notices:
        yield "notice", indent(visible(notice, lines=True), " " * _WIDTH).lstrip()


def _followers(found: Sequence[Follower], screen: Screen) -> str:
    if not found:
        return "no program with a name follows these settings here"
    refused = [findings.lines(one.refused, screen) for one in found if one.refused]
    table = render(_HEADS, [_row(one, screen) for one in found], screen)
    return "\n".join([table, *(indent(lines, "  ") for lines in refused)])


def _row(one: Follower, screen: Screen) -> list[Cell]:
    edited = ", ".join(visible(key) for key in one.uncommitted)
    return [
        (visible(one.name), "bold"),
        (str(one.pid), ""),
        _state(one),
        (short(one.revision) + (f" + {edited}" if edited else ""), ""),
        (both(one.since, screen) if one.since else "", "dim"),
        (visible(one.effect or ""), ""),
    ]


def _state(one: Follower) -> Cell:
    if one.state == "running" and one.refused:
        return "running, edits refused", _COLOURS["lagging"]
    return visible(one.state), _COLOURS.get(one.state, "")
