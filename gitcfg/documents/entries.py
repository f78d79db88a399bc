"""A config file as settings: which keys stand in it, with their values and places."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from gitcfg.documents.encoding import decode
from gitcfg.documents.reader import Reader
from gitcfg.keys import KEY
from gitcfg.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitcfg.documents.nodes import Node, Pair
    from gitcfg.model import Value


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's value as the file has it, and where the key stands, from 1."""

    key: str
    value: Value
    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What one config file holds. `readable` is False where the file as a whole says nothing.

    `unsure` are keys that stand in it with a value that cannot be used (null, twice, a tag …):
    neither stored nor removed. Two documents are the same only if they are one object.
    """

    file: str
    entries: Mapping[str, Entry]
    findings: tuple[Finding, ...]
    readable: bool
    unsure: frozenset[str]


def load(data: bytes, file: str) -> Document:
    """Read a config file; whatever is wrong with it becomes findings, never an exception."""
    text, findings = decode(data, file)
    if findings:
        return Document(file, MappingProxyType({}), findings, readable=False, unsure=frozenset())
    reader = Reader(text, file).run()
    if reader.root is None:
        told = tuple(reader.findings)
        return Document(file, MappingProxyType({}), told, readable=False, unsure=frozenset())
    return _document(file, reader.findings, reader.root.pairs)


def _document(file: str, found: Iterable[Finding], pairs: tuple[Pair, ...]) -> Document:
    findings = list(found)
    entries: dict[str, Entry] = {}
    unsure: set[str] = set()
    lines: dict[str, int] = {}
    for pair in pairs:
        name = pair.key.value
        if not isinstance(name, str):
            continue  # told by the reader
        problem = _problem(pair, lines.get(name))
        if problem is not None:
            findings.append(_finding(file, pair.key, *problem))
        if problem is not None or not pair.sound:
            unsure.add(_meant(name) or "")
        else:
            entries[name] = Entry(name, pair.value.value, pair.key.line, pair.key.column)
        if name in lines:
            entries.pop(name, None)
        lines.setdefault(name, pair.key.line)
    findings.sort(key=lambda finding: (finding.line or 0, finding.column or 0))
    keys = frozenset(unsure - entries.keys() - {""})
    return Document(file, MappingProxyType(entries), tuple(findings), readable=True, unsure=keys)


def _problem(pair: Pair, seen: int | None) -> tuple[str, str] | None:
    """Tell the rule that a pair breaks as a setting, and the words for it."""
    name = pair.key.value
    if seen is not None:
        return "twice", f"{name} stands twice: in line {seen} too. Remove one of them"
    if not KEY.fullmatch(name):
        if _meant(name):
            return "key", f"{name} is in lower case. Write {_meant(name)}"
        return "key", f"{name!r} is no key. Use A-Z, 0-9 and _, beginning with a letter"
    if pair.value.value is None and pair.sound:
        return "null", f"{name} has no value. Write one, or remove the line to use the default"
    return None


def _meant(name: str) -> str | None:
    """Give the key that a name means, whatever its case; None where it can be none."""
    upper = name.upper()
    return upper if name.isascii() and KEY.fullmatch(upper) else None


def _finding(file: str, at: Node, rule: str, message: str) -> Finding:
    return Finding(
        severity="error",
        message=message,
        rule=f"yaml/{rule}",
        key=_meant(at.value),
        file=file,
        line=at.line,
        column=at.column,
    )
