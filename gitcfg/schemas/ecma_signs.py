"""The signs of ECMAScript patterns: classes, escapes, counts, and how `regex` writes them."""

from __future__ import annotations

import re

import regex

MAX_SIZE = 100_000
"""How many elements a pattern may come to when its counts are written out; `regex` does so."""
_UNBOUNDED = 1_000_000
_LONGEST = 9

_DIGIT = "0-9"
_WORD = "A-Za-z0-9_"
_SPACE = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
SETS = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
SYNTAX = "^$\\.*+?()[]{}|/"
BOUNDARY = f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))"
INSIDE = f"(?:(?<=[{_WORD}])(?=[{_WORD}])|(?<![{_WORD}])(?![{_WORD}]))"
LINE_ENDS = r"\n\r\u2028\u2029"
COUNT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
NAME = re.compile(r"<([A-Za-z_$][A-Za-z0-9_$]*)>")
HEX = re.compile(
    r"x([0-9a-fA-F]{2})|u\{0*([0-9a-fA-F]{1,6})\}"
    r"|u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})"
)
PROPERTY = re.compile(
    r"[pP]\{(?:(?:gc|General_Category|sc|Script|scx|Script_Extensions)=[A-Z]\w*|([A-Z]\w*))\}",
    re.ASCII,
)
LOOK = ("(?=", "(?!", "(?<=", "(?<!")


class PatternError(ValueError):
    """A pattern cannot be used; the message goes on from `the pattern …`."""


def literal(code: int) -> str:
    """Write a character so that it stands for itself, also in a set."""
    sign = chr(code)
    if sign.isascii() and sign.isalnum():
        return sign
    return f"\\U{code:08x}"


def stands_alone(name: str) -> bool:
    """Tell whether a name is a category or a yes-or-no property; a script needs `Script=`."""
    for written in (f"\\p{{gc={name}}}", f"\\p{{{name}=yes}}"):
        try:
            regex.compile(written)
        except regex.error:
            continue
        return True
    return name == "ASCII"


def number(digits: str) -> int:
    """Read a count; what has too many digits is only very many."""
    return int(digits or 0) if len(digits.lstrip("0")) <= _LONGEST else 10**_LONGEST


def counted(found: re.Match[str]) -> tuple[str, int]:
    """Write a count, and tell the least of it; raises PatternError."""
    least = number(found[1])
    most = least if found[2] is None else None if not found[3] else number(found[3])
    if most is not None and most < least:
        raise PatternError(f"has a count that runs backwards: {found[0]}")
    if least > MAX_SIZE:
        raise PatternError(f"repeats too much: {found[0]}")
    if most is None or most > _UNBOUNDED:
        return f"{{{least},}}", least
    return f"{{{least},{most}}}", least


def coded(found: re.Match[str]) -> int:
    """Tell the character that a hexadecimal escape means; raises PatternError."""
    if found[3]:
        high, low = int(found[3], 16), int(found[4], 16)
        return 0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00
    code = int(found[1] or found[2] or found[5], 16)
    if code > 0x10FFFF:  # noqa: PLR2004 - the last code point there is
        raise PatternError(f"has the escape \\{found[0]}, beyond the last character")
    return code
