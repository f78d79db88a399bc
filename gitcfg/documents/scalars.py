"""Plain YAML scalars: what the 1.2 core schema reads, what YAML 1.1 readers read, how we write.

Sources: YAML 1.2.2 section 10.3.2 (core schema), and the type repository of YAML 1.1.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.model import Value

MAX_DEPTH = 50
"""How deep lists and maps may nest, in a file and in a value."""

MAX_INTEGER = 2**63 - 1
"""The largest integer that the readers of other languages take without loss of a digit."""

UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What may not stand raw in a file: no text, or (U+0085, U+2028, U+2029) a line break to some."""

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_OLD_BOOL = re.compile(
    r"y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"
)
_OLD_INT = re.compile(
    r"[-+]?(?:0b[0-1_]+|0[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*(?::[0-5]?[0-9])+|[1-9][0-9_]*)"
)
_OLD_FLOAT = re.compile(
    r"\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+][0-9]+)?|(?::[0-5]?[0-9])+\.[0-9_]*)"
)
_OLD_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)
_BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class NumberError(ValueError):
    """A number that we do not take; the message ends `… is <words>`, with the cure."""


def integer(text: str, base: int = 10) -> int:
    """Read digits; raises NumberError beyond 64 bits."""
    digits = text.lstrip("+-0")
    value = int(text, base) if len(digits) <= MAX_INTEGER.bit_length() else MAX_INTEGER + 1
    if abs(value) > MAX_INTEGER:
        raise NumberError(f"too large: whole numbers go up to {MAX_INTEGER}")
    return value


def real(text: str) -> float:
    """Read a decimal number; raises NumberError where it is too large to be finite."""
    value = float(text)
    if not math.isfinite(value):
        raise NumberError("too large: numbers must be finite")
    return value


def read(text: str) -> Value:
    """Read a plain scalar by the YAML 1.2 core schema; raises NumberError."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    if _INT.fullmatch(text):
        if text[:2] in ("0o", "0x"):
            return integer(text[2:], 8 if text[1] == "o" else 16)
        return integer(text)
    if _FLOAT.fullmatch(text):
        return real(text)
    if _NOT_FINITE.fullmatch(text):
        raise NumberError("no number to count with: numbers must be finite")
    return text


def old_meaning(text: str) -> str | None:
    """Tell what a YAML 1.1 reader takes a plain scalar for, where that is not what we read.

    `18:00` gives `the number 1080`; None where both agree.
    """
    if text in ("<<", "="):
        return "an instruction to merge" if text == "<<" else "a default value"
    if _OLD_BOOL.fullmatch(text):
        return None if _BOOL.fullmatch(text) else _old_bool(text)
    if _OLD_INT.fullmatch(text):
        return _old_integer(text)
    if _OLD_FLOAT.fullmatch(text):
        return None if _FLOAT.fullmatch(text) else "a number"
    if _OLD_DATE.fullmatch(text):
        return "a date"
    return "text" if _INT.fullmatch(text) or _FLOAT.fullmatch(text) else None


def _old_bool(text: str) -> str:
    return "true" if text.lower() in ("y", "yes", "on") else "false"


def _old_integer(text: str) -> str | None:
    digits = text.lstrip("+-").replace("_", "")
    base = {"0b": 2, "0x": 16}.get(digits[:2], 8 if digits[0] == "0" else 10)
    if len(digits) > MAX_INTEGER.bit_length() + 2:
        return "a number"
    value = 0
    for part in digits.split(":"):
        value = value * 60 + int(part.removeprefix("0b").removeprefix("0x") or "0", base)
    value = -value if text[0] == "-" else value
    same = _INT.fullmatch(text) is not None and read(text) == value
    return None if same else f"the number {value}"


def scalar(value: Value, *, quote: str = "") -> str:
    """Write a value on one line, so that YAML 1.1 and 1.2 readers agree on it.

    Text is plain where that is safe, unless `quote` (`'` or `"`) asks for quotes; lists and maps
    are JSON. Raises ValueError for what cannot be stored: None, a number that is not finite or too
    large, half of a surrogate pair, a key that is no text.
    """
    if value is None:
        raise ValueError("a setting cannot be null")
    if type(value) is not str:
        return _json(value, MAX_DEPTH)
    if quote == "'" and not UNPRINTABLE.search(value) and not re.search(r"[\t\n\r]", value):
        return "'" + value.replace("'", "''") + "'"
    if not quote and _BARE.fullmatch(value) and read(value) == value and not old_meaning(value):
        return value
    return quoted(value)


def quoted(text: str) -> str:
    """Write text in double quotes: readable where it can be, escaped where it must be."""
    if re.search("[\ud800-\udfff]", text):
        raise ValueError("half of a surrogate pair is no text")
    return '"' + "".join(_ESCAPES.get(sign) or _escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if UNPRINTABLE.match(sign) else sign


def _json(value: Value, depth: int) -> str:
    if depth == 0:
        raise ValueError(f"lists and maps nest at most {MAX_DEPTH} deep")
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    write = _WRITERS.get(type(value))
    if write is None:
        raise ValueError(f"{type(value).__name__} is no type of JSON")
    return write(value, depth - 1)


def _int(value: int, _: int) -> str:
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"whole numbers go up to {MAX_INTEGER}")
    return str(value)


def _float(value: float, _: int) -> str:
    if not math.isfinite(value):
        raise ValueError("numbers must be finite")
    mantissa, mark, exponent = repr(value).partition("e")
    if mark and "." not in mantissa:
        mantissa += ".0"  # without a dot, YAML 1.1 takes 1e-07 for text
    return mantissa + mark + exponent


def _list(value: list[Value], depth: int) -> str:
    return "[" + ", ".join(_json(item, depth) for item in value) + "]"


def _dict(value: dict[str, Value], depth: int) -> str:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("the keys of a map are text")
    pairs = (f"{quoted(key)}: {_json(item, depth)}" for key, item in value.items())
    return "{" + ", ".join(pairs) + "}"


_WRITERS: dict[type, Callable[[Any, int], str]] = {
    str: lambda value, _: quoted(value),
    int: _int,
    float: _float,
    list: _list,
    dict: _dict,
}
