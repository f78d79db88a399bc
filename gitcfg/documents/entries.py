"""A config file as settings: which keys stand in it, with their values and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gitcfg.documents import plain
from gitcfg.documents.encoding import decode
from gitcfg.documents.syntax import short
from gitcfg.keys import KEY
from gitcfg.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.documents.nodes import Node, Pair
    from gitcfg.model import Value


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's value as the file has it, and where the key stands, from 1."""

    key: str
    value: Value
    line: int
    column: int


class _Entries(Mapping[str, Entry]):
    """The entries of a plain file, made when asked for: a check of many files asks for none."""

    __slots__ = ("_data", "_values")

    def __init__(self, values: Mapping[str, Value], data: bytes) -> None:
        self._values = values
        self._data = data

    def __getitem__(self, key: str) -> Entry:
        return Entry(key, self._values[key], plain.line(self._data, key), 1)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What one config file holds. `readable` is False where the file as a whole says nothing.

    `values` are those of the entries. `unsure` are keys that stand in it with a value that cannot
    be used (null, twice, a tag …): neither stored nor removed. Two documents are the same only if
    they are one object.
    """

    file: str
    values: Mapping[str, Value]
    entries: Mapping[str, Entry]
    findings: tuple[Finding, ...]
    readable: bool
    unsure: frozenset[str] = frozenset()


def load(data: bytes, file: str) -> Document:
    """Read a config file; whatever is wrong with it becomes findings, never an exception."""
    text, findings = decode(data, file)
    if findings:
        return _unreadable(file, findings)
    values = plain.values(text)
    if values is None:
        return parsed(text, file)
    return Document(file, values, _Entries(values, data), (), readable=True)


def parsed(text: str, file: str) -> Document:
    """Read the text of a config file by the parser, which a plain one can do without."""
    # What this takes to import, a check of plain files need not load.
    reader: Any = import_module("gitcfg.documents.reader").Reader(text, file).run()
    if reader.root is None:
        return _unreadable(file, tuple(reader.findings))
    return _document(file, reader.findings, reader.root.pairs)


def _unreadable(file: str, findings: tuple[Finding, ...]) -> Document:
    return Document(file, MappingProxyType({}), MappingProxyType({}), findings, readable=False)


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
    return Document(
        file,
        MappingProxyType({key: entry.value for key, entry in entries.items()}),
        MappingProxyType(entries),
        tuple(findings),
        readable=True,
        unsure=frozenset(unsure - entries.keys() - {""}),
    )


def _problem(pair: Pair, seen: int | None) -> tuple[str, str] | None:
    """Tell the rule that a pair breaks as a setting, and the words for it."""
    name = pair.key.value
    if seen is not None:
        return "twice", f"{short(name)} stands twice: in line {seen} too. Remove one of them"
    if not KEY.fullmatch(name):
        if _meant(name):
            return "key", f"{name} is in lower case. Write {_meant(name)}"
        return "key", f"{_named(name)} is no key. Use A-Z, 0-9 and _, beginning with a letter"
    if pair.value.value is None and pair.sound:
        return "null", f"{name} has no value. Write one, or remove the line to use the default"
    return None


def _named(name: str) -> str:
    return repr(short(name)) if name.isprintable() else short(name)


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
