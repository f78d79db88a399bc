"""The summary of a run on GitHub: tables in Markdown, in which nobody's words are markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.proposal import becomes
from gitcfg.report.words import count, shown, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitcfg.doors.proposal import Proposal, Proposed
    from gitcfg.model import Finding, Value
    from gitcfg.validation import Checked

LIMIT = 1_000_000
"""Bytes that one step may write; GitHub drops a summary of more than 1 MiB."""

_CELL = 1000
_MARKUP = frozenset("\\`*_{}[]()#+-.!|~:$@&<>\"'=^/")


def summary(
    checked: Checked, proposal: Proposal | None, *, strict: bool, limit: int = LIMIT
) -> str:
    """Write the whole summary within a limit in bytes: whole rows, and how many are left out."""
    left = limit
    parts = [f"### Settings: {_verdict(checked, strict=strict)}\n"]
    left -= _size(parts[0]) + 500  # room for the words between the tables
    if proposal is not None:
        rows = [_change(one) for one in proposal.changes]
        head = ("Setting", "Old", "New", "Becomes")
        words = f"{count(len(rows), 'setting')} change{'s' if len(rows) == 1 else ''} against "
        parts.append(f"\n{words}{code(proposal.onto)} ({code(proposal.base[:7])})\n")
        left -= _size(parts[-1])
        parts.append(_table(head, rows, left // 2 if checked.findings else left))
        left -= _size(parts[-1])
    parts.append(_findings(checked.findings, proposal, left))
    return "".join(parts)


def _verdict(checked: Checked, *, strict: bool) -> str:
    if not checked.valid:
        return "❌ not valid"
    if checked.findings:
        return "❌ warnings, which count as errors here" if strict else "⚠️ valid, with warnings"
    return "✅ valid"


def _findings(found: Sequence[Finding], proposal: Proposal | None, left: int) -> str:
    fresh = set(map(id, proposal.new)) if proposal else set()
    ordered = sorted(found, key=lambda one: (id(one) not in fresh, not one.is_error))
    rows = [_finding(one, new=id(one) in fresh) for one in ordered]
    return _table(("", "Place", "Setting", "What", "Value"), rows, left)


def _finding(one: Finding, *, new: bool) -> tuple[str, ...]:
    sign = "❌ error" if one.is_error else "⚠️ warning"
    return (
        f"{sign}{', new' if new else ''}",
        code(one.place),
        code(one.key or ""),
        prose(one.message),
        _value(one.value),
    )


def _change(one: Proposed) -> tuple[str, ...]:
    sides = (_value(value) or "not set" for value in (one.old, one.new))
    return (code(one.key), *sides, prose(becomes(one)))


def _value(value: Value) -> str:
    return "" if value is None else code(shown(value))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int) -> str:
    lines = [_row(row) for row in rows]
    if not lines:
        return ""
    top = f"\n{_row(head)}{_row(['---'] * len(head))}"
    left -= _size(top)
    kept: list[str] = []
    for line in lines:
        left -= _size(line)
        if left < 0:
            break
        kept.append(line)
    more = len(lines) - len(kept)
    end = f"\n{count(more, 'more row')} left out: there is no room for more here.\n" if more else ""
    return f"{top}{''.join(kept)}{end}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _size(text: str) -> int:
    return len(text.encode())


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[:_CELL]}… ({len(text):,} characters)"


def code(text: str) -> str:
    """Show a text as it is, in one cell, in which no name is called and no reference made."""
    return f"<code>{_entities(visible(_cut(text)))}</code>" if text else ""


def prose(text: str) -> str:
    """Show a sentence, in which no name is called, over several lines if it has some."""
    lines = visible(_cut(text), lines=True).split("\n")
    return "<br>".join(_entities(line) for line in lines).replace("&#64;", "&#64;&#8203;")


def _entities(text: str) -> str:
    """Write as entities what Markdown or HTML could take for markup."""
    safe = "".join(f"&#{ord(char)};" if char in _MARKUP else char for char in text)
    return safe.replace("\t", " ")
