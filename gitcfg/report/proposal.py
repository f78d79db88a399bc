"""What a pull request changes and brings, as text and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report import findings, plain
from gitcfg.report.words import count, indent, short, side, step, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcfg.doors.proposal import Proposal, Proposed
    from gitcfg.model import Finding
    from gitcfg.report.screen import Screen

_LONG = 200


def data(one: Proposal) -> plain.Data:
    """Shape the answer of `validate --base`: that of `validate`, with what it is compared with."""
    return {
        **plain.checked(one.checked),
        "changes": [_shaped(each) for each in one.changes],
        "base": one.base,
        "new": plain.findings(one.new),
    }


def _shaped(one: Proposed) -> plain.Data:
    return {
        "key": one.key,
        "old": one.old,
        "new": one.new,
        "version": one.version,
        "default": one.default,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "warnings": [*one.warnings],
    }


def text(one: Proposal, screen: Screen, *, strict: bool = False) -> str:
    """Tell the changes, then the findings, new ones first, then what it comes to."""
    fresh = set(map(id, one.new))
    old = [each for each in one.checked.findings if id(each) not in fresh]
    onto = _onto(one)
    parts = [
        changes(one, screen),
        _group("new findings", one.new, screen),
        _group(f"findings that {onto} has as well", old, screen),
        findings.verdict(one.checked, screen, strict=strict),
    ]
    return "\n".join(part for part in parts if part)


def changes(one: Proposal, screen: Screen) -> str:
    """Tell what changes, by key."""
    if not one.changes:
        return f"no setting changes against {_onto(one)}"
    verb = "changes" if len(one.changes) == 1 else "change"
    head = f"{count(len(one.changes), 'setting')} {verb} against {_onto(one)}:"
    return "\n".join([head, *(f"  {line(each, screen)}" for each in one.changes)])


def _onto(one: Proposal) -> str:
    return f"{visible(one.onto)} ({short(one.base)})"


def line(one: Proposed, screen: Screen) -> str:
    """Write one change: `KEY: old → new  (will be version 5)`."""
    old, new = (side(value, screen, limit=_LONG) for value in (one.old, one.new))
    told = step(old, new, screen)
    return f"{screen.paint('bold', visible(one.key))}: {told}  ({becomes(one)})"


def becomes(one: Proposed) -> str:
    """Say which version a change makes."""
    if one.default:
        return "its default: no version"
    if one.version is None:
        return "version not known in a shallow clone"
    return f"will be version {one.version}"


def _group(title: str, found: Sequence[Finding], screen: Screen) -> str:
    return f"{title}:\n{indent(findings.lines(found, screen), '  ')}" if found else ""
