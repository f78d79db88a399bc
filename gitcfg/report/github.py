"""Findings as GitHub's runner reads them: annotations on lines, within its limits.

A line `::error file=…,line=…::message` is a command to the runner. Whatever else is printed must
be none, so what a stranger wrote into a file or its name is made harmless here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitcfg.model import Finding

SHOWN = 10
"""How many annotations of one kind GitHub shows of a step."""

LONGEST = 4000
"""UTF-16 units of a message; the runner cuts off what is above 4096."""

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def commands(
    found: Iterable[Finding], new: Iterable[Finding] = (), *, strict: bool = False
) -> Iterator[str]:
    """Write findings as commands, new ones first; what is too many becomes a count.

    `strict` takes warnings for errors.
    """
    first = set(map(id, new))
    ordered = sorted(found, key=lambda one: (id(one) not in first, not one.is_error))
    errors = [one for one in ordered if one.is_error or strict]
    warnings = [one for one in ordered if not one.is_error and not strict]
    yield from _few("error", errors)
    yield from _few("warning", warnings)


def _few(kind: str, found: Sequence[Finding]) -> Iterator[str]:
    shown = found if len(found) <= SHOWN else found[: SHOWN - 1]
    for one in shown:
        yield command(kind, one.message, **_place(one))
    if len(found) > len(shown):
        words = f"{len(found) - len(shown):,} more {kind}s. The summary of this run has them"
        yield command(kind, words, title="gitcfg")


def _place(one: Finding) -> dict[str, str | int | None]:
    return {
        "file": one.file,
        "line": one.line if one.file else None,
        "col": one.column if one.file else None,
        "title": one.key or "gitcfg",
    }


def command(kind: str, message: str, **properties: str | int | None) -> str:
    """Write one command of the runner in one line; a property of None is left away."""
    given = (
        f"{name}={_escaped(visible(str(value)), _PROPERTY)}"
        for name, value in properties.items()
        if value is not None and value != ""
    )
    words = _escaped(_short(visible(message, lines=True)), _DATA)
    return f"::{kind} {','.join(given)}::{words or kind}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(char, char) for char in text)


def _short(text: str) -> str:
    units = 0
    for index, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1  # noqa: PLR2004 - outside the basic plane
        if units > LONGEST:
            return f"{text[:index]} […]"
    return text


def inert(text: str) -> str:
    """Make sure that the runner takes no line of a text for a command, of the old form neither."""
    lines = (line.replace("##[", "##\\[") for line in text.split("\n"))
    return "\n".join(f"| {line}" if line.lstrip().startswith("::") else line for line in lines)
