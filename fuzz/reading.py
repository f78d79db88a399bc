"""What must hold for any bytes as a config file; each breach is an AssertionError."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import yaml

from fuzz import core
from gitcfg.documents import plain
from gitcfg.documents.document import load, remove, replace, scalar
from gitcfg.documents.encoding import BOM, decode
from gitcfg.documents.entries import parsed
from gitcfg.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.documents.entries import Document

FILE = "config/a.yaml"
NEW = "A_KEY_OF_ITS_OWN"
VALUES = (1, -0.5, True, "text", "18:00", "two\nlines # and more", ["a", {"b": 1}], "ภาษา")


def check(data: bytes) -> None:
    """Read and edit some bytes in every way."""
    found = load(data, FILE)  # it may not raise
    text, problems = decode(data, FILE)
    for one in found.findings:
        told = (one.message.isprintable(), one.file == FILE)
        assert told == (True, True), one
        assert problems or one.line is None or 1 <= one.line <= len(text.splitlines()) + 1, one
    assert found.readable or found.findings
    if not found.readable:
        return
    _agrees_with_the_parser(text, found)
    _agrees_with_pyyaml(text, found)
    for key in (*list(found.entries)[:2], NEW):
        _edits(data, found, key, VALUES[sum(data) % len(VALUES)])


def _agrees_with_the_parser(text: str, found: Document) -> None:
    if plain.values(text) is not None:
        whole = parsed(text, FILE)
        assert whole.findings == found.findings == ()
        assert repr(dict(whole.entries)) == repr(dict(found.entries))


def _agrees_with_pyyaml(text: str, found: Document) -> None:
    try:
        theirs = core.read(text)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        assert any(one.is_error for one in found.findings), "PyYAML refuses what we read"
        return
    for key, value in found.values.items():
        assert _same(value, theirs[key]), (key, value, theirs[key])


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return type(one) is type(other) and bool(one == other)


def _edits(data: bytes, before: Document, key: str, value: Any) -> None:
    acts: list[Callable[[], bytes]] = [
        lambda: replace(data, key, value, FILE),
        lambda: remove(data, key, FILE),
    ]
    for act in acts:
        try:
            after = act()
        except InvalidError:
            continue  # it said so, and changed nothing
        _keeps_the_rest(data, after, before, key)
    try:
        after = replace(data, key, value, FILE)
    except InvalidError:
        return
    assert scalar(load(after, FILE).values[key]) == scalar(value)


def _keeps_the_rest(data: bytes, after: bytes, before: Document, key: str) -> None:
    """See that other keys have their values, and the lines before and behind their bytes."""
    found = load(after, FILE)
    assert found.readable
    rest = {name: scalar(value) for name, value in before.values.items() if name != key}
    assert {name: scalar(value) for name, value in found.values.items() if name != key} == rest
    assert after.startswith(BOM) == data.startswith(BOM)
    lines = sorted(one.line for one in before.entries.values())
    if key not in before.entries or len(set(lines)) < len(lines):
        return  # `{…}` has many keys on a line
    own = before.entries[key].line
    old = data.splitlines(keepends=True)
    assert after.startswith(b"".join(old[: own - 1]))
    behind = next((later for line, later in pairwise([*lines, None]) if line == own), None)
    if behind is not None and b"\r" not in data.replace(b"\r\n", b""):
        tail = b"".join(old[behind - 1 :])
        assert after.endswith(tail)
