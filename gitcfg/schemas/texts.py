"""Text from a command line as a typed value: read by the key's type, as JSON writes it.

Nothing is guessed and nothing trimmed: `+5`, ` 5`, `1_000`, `0x10`, `007`, `.5`, `100.0` for an
integer, `yes`, digits of other scripts are all refused. Where a key may be text, whatever is not
of its other types is text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitcfg.documents.scalars import NumberError, integer, real
from gitcfg.errors import InvalidError
from gitcfg.model import Finding
from gitcfg.schemas.jsontext import parse
from gitcfg.schemas.words import of_types

if TYPE_CHECKING:
    from gitcfg.model import Value
    from gitcfg.schemas.properties import Property

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_READ = ("boolean", "integer", "number", "array", "object")


def read_text(text: str, prop: Property | None) -> Value:
    """Read a value by the type of its key; raises InvalidError in the words of `x-messages`.

    A key without a schema, or without a type, takes the text itself.
    """
    types = prop.types if prop is not None else ()
    if prop is None or not types:
        return _text(text, prop)
    reasons: list[ValueError] = []
    for name in _READ:
        if name in types:
            try:
                return _read(text, name)
            except ValueError as error:
                reasons.append(error)
    if "string" in types:
        return _text(text, prop)
    raise _refused(text, prop, types, next(filter(str, reasons), ValueError()))


def _text(text: str, prop: Property | None) -> str:
    if re.search("[\ud800-\udfff]", text):
        raise _error(text, prop, "string", "Must be text in UTF-8")
    return text


def _read(text: str, name: str) -> Value:
    """Read text as one type; raises ValueError, with a reason where there is one to tell."""
    if name == "boolean":
        if text not in _BOOLEANS:
            raise ValueError
        return _BOOLEANS[text]
    if name == "integer" or (name == "number" and _INTEGER.fullmatch(text)):
        if not _INTEGER.fullmatch(text):
            raise ValueError
        return integer(text)
    if name == "number":
        if not _NUMBER.fullmatch(text):
            raise ValueError
        return real(text)
    value = parse(text)
    if not isinstance(value, list if name == "array" else dict):
        raise ValueError(f"this is JSON, but no {'list' if name == 'array' else 'map'}")  # noqa: TRY004
    return value


def _refused(text: str, prop: Property, types: tuple[str, ...], reason: ValueError) -> InvalidError:
    said = prop.messages.get("type")
    if said is not None:
        # The schema's words are about the kind of value, and this one is of that kind.
        told = f"{said} ({reason})" if isinstance(reason, NumberError) else said
        return _error(text, prop, "type", told)
    words = of_types(name for name in types if name != "null")
    if "array" in types:
        words += ', written as JSON: ["a", "b"]'
    elif "object" in types:
        words += ', written as JSON: {"name": "value"}'
    return _error(text, prop, "type", f"{words} ({reason})" if str(reason) else words)


def _error(text: str, prop: Property | None, keyword: str, message: str) -> InvalidError:
    finding = Finding(
        severity="error",
        message=message,
        rule=f"schema/{keyword}",
        key=prop.key if prop else None,
        value=text,
    )
    return InvalidError(message, [finding])
