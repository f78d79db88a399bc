"""What an edit of a plain file comes to, from the lines that are others: most edits are of one.

A plain file is the sum of its lines (`documents.plain`), so those that stay need not be read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitcfg.documents import plain
from gitcfg.documents.encoding import BOM, MAX_BYTES, decode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gitcfg.model import Value

Lines = frozenset[bytes]

_COMMENT = b"#"[0]
_BREAK = b"\n"


class Edit(NamedTuple):
    """The lines of a plain file now; the values that some of its keys have now, and keys gone."""

    lines: Lines
    values: Mapping[str, Value]
    gone: frozenset[str]


def whole(content: bytes, path: str) -> Edit | None:
    """Read a plain file; None where it is not one."""
    text, findings = decode(content, path)
    values = None if findings or content.startswith(BOM) else plain.values(text)
    if values is None:
        return None
    return Edit(frozenset(content.split(_BREAK)), values, frozenset())


def edit(before: Lines, keys: Collection[str], content: bytes, path: str) -> Edit | None:
    """Read what a plain file with such lines and keys has otherwise; None where that is unsure."""
    lines = content.split(_BREAK)
    now = frozenset(lines)
    values = _values(now - before, path)
    pairs = len([line for line in lines if line and line[0] != _COMMENT])
    if values is None or not pairs or len(content) > MAX_BYTES:
        return None
    lost = [line.partition(b":")[0].decode() for line in before - now if _is_pair(line)]
    gone = frozenset(lost).difference(values)
    added = len([key for key in values if key not in keys])
    # A key that stands twice is one key on two lines.
    return Edit(now, values, gone) if pairs == len(keys) - len(gone) + added else None


def _values(lines: Lines, path: str) -> Mapping[str, Value] | None:
    """Read the lines that are new; beside pairs, comments alone mean nothing."""
    data = _BREAK.join(lines)
    text, findings = decode(data, path)
    if findings or BOM in data:
        return None
    if any(map(_is_pair, lines)):
        return plain.values(text)
    return None if plain.values(f"{text}\nA: 1") is None else {}


def _is_pair(line: bytes) -> bool:
    return len(line) > 0 and line[0] != _COMMENT
