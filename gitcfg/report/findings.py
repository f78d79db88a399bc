"""Findings, refusals and errors as text: place, severity, key, message; then what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.words import count, indent, short, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitcfg.errors import GitcfgError
    from gitcfg.model import Finding, Refusal
    from gitcfg.report.screen import Screen
    from gitcfg.validation import Checked

_COLOURS = {"error": "bold red", "warning": "bold yellow"}


def line(one: Finding, screen: Screen) -> str:
    """Write a finding as editors and compilers do: `file:line:column: error: KEY: message`."""
    parts = [
        screen.paint("bold", visible(one.place)),
        screen.paint(_COLOURS[one.severity], one.severity),
        visible(_subject(one)),
        visible(one.message, lines=True),
    ]
    return ": ".join(part for part in parts if part)


def _subject(one: Finding) -> str:
    """Name the key, unless the words begin with it."""
    return "" if one.key is None or one.message.startswith(f"{one.key} ") else one.key


def lines(found: Iterable[Finding], screen: Screen) -> str:
    """Write findings one below the other, by file and line."""
    return "\n".join(line(one, screen) for one in sorted(found, key=_order))


def _order(one: Finding) -> tuple[str, int, int, str]:
    return (one.file or "", one.line or 0, one.column or 0, one.key or "")


def checked(one: Checked, screen: Screen, *, strict: bool = False) -> str:
    """Report a validation: every finding, then a line that counts."""
    last = verdict(one, screen, strict=strict)
    return f"{lines(one.findings, screen)}\n{last}" if one.findings else last


def verdict(one: Checked, screen: Screen, *, strict: bool = False) -> str:
    """Sum a validation up in one line; `strict` takes warnings for errors."""
    tally = _tally(one.findings)
    if not one.valid:
        return f"{screen.paint('bold red', 'invalid')}: {tally}"
    if strict and tally:
        return f"{screen.paint('bold red', 'not ok (--strict)')}: {tally}"
    files = count(len(one.documents), "file")
    counted = f"{count(len(one.stored), 'setting')} stored in {files}"
    return f"{screen.paint('bold green', 'ok')}: {counted}" + (f", {tally}" if tally else "")


def _tally(found: Sequence[Finding]) -> str:
    errors = [one for one in found if one.is_error]
    parts = {"error": len(errors), "warning": len(found) - len(errors)}
    places = count(len({one.file for one in found if one.file}), "file")
    words = ", ".join(count(number, noun) for noun, number in parts.items() if number)
    return f"{words} in {places}" if words else ""


def refusal(one: Refusal, screen: Screen) -> str:
    """Say what lies there and is not in force, what is instead, and the way out."""
    what = "hand edits" if one.uncommitted else f"revision {short(one.revision)}"
    head = f"{screen.paint('bold red', 'refused')}: {what}; {short(one.held)} stays in force"
    files = sorted({finding.file for finding in one.findings if finding.file})
    parts = [head, indent(lines(one.findings, screen), "  "), indent(_cure(one, files), "  ")]
    return "\n".join(part for part in parts if part.strip())


def _cure(one: Refusal, files: Sequence[str]) -> str:
    named = visible(" ".join(files)) or "the file"
    if one.uncommitted:
        return f"Mend {named}, or take the committed content: git checkout HEAD -- {named}"
    return f"Mend {named} and commit, or undo the commit: git revert {short(one.revision)}"


def error(problem: GitcfgError, screen: Screen) -> str:
    """Report an error and those of its findings that its own words do not tell already."""
    words = visible(_named(problem), lines=True)
    head = f"{screen.paint('bold red', 'error')}: {words}"
    more = [one for one in problem.findings if one.message not in problem.message]
    return f"{head}\n{indent(lines(more, screen), '  ')}" if more else head


def _named(problem: GitcfgError) -> str:
    """Name the key where the words are only those of its schema."""
    for one in problem.findings:
        if _subject(one) and problem.message == one.message:
            return f"{one.key}: {one.message}"
    return problem.message
