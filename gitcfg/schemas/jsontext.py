"""JSON, strictly: no key twice, finite numbers, no half of a surrogate pair, bounded depth."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from gitcfg.documents.scalars import MAX_DEPTH, integer, real

if TYPE_CHECKING:
    from gitcfg.model import Value

_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


class JsonError(ValueError):
    """Text is no JSON; `line` and `column`, from 1, tell where."""

    def __init__(self, words: str, line: int, column: int) -> None:
        super().__init__(f"{words}, line {line} column {column}")
        self.line = line
        self.column = column


def parse(text: str) -> Value:
    """Read JSON; raises ValueError saying what is wrong, and where it is known."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=integer,
            parse_float=real,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        words = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise JsonError(words, error.lineno, error.colno) from error
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    _bounded(value, MAX_DEPTH)
    if _HALF.search(text):
        _whole(value)
    return value


_TOO_DEEP = f"lists and maps nest more than {MAX_DEPTH} deep"


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice in one map")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _bounded(value: Value, depth: int) -> None:
    if isinstance(value, dict | list):
        if depth == 0:
            raise ValueError(_TOO_DEEP)
        for item in value.values() if isinstance(value, dict) else value:
            _bounded(item, depth - 1)


def _whole(value: Value) -> None:
    if isinstance(value, dict):
        _whole([*value, *value.values()])
    elif isinstance(value, list):
        for item in value:
            _whole(item)
    elif isinstance(value, str) and re.search("[\ud800-\udfff]", value):
        raise ValueError("half of a surrogate pair (\\ud800 to \\udfff) is no text")
