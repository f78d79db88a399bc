"""The plain file: comments and a `KEY: value` on each line, read by one expression, no parser.

It reads a part of what `reader` reads, to the same values and without a finding; for whatever may
mean more it answers None. A test holds the two together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitcfg.documents.encoding import BOM

if TYPE_CHECKING:
    from gitcfg.model import Value

# No more digits than both a 64-bit integer and a float take without loss.
_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})(?<!-0)|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{1,8}"
_SIGN = r"[A-Za-z0-9_./+()@,-]"
_WORDS = rf"[A-Za-z_/](?:{_SIGN}|:(?=[A-Za-z0-9/]))*(?: {_SIGN}(?:{_SIGN}|:(?=[A-Za-z0-9/]))*)*"
_VALUE = rf'"[^"\\\t\r\n]*"|\'[^\'\t\r\n]*\'|(?:{_NUMBER})(?=[ \n]|\Z)|{_WORDS}'
_KEY = "[A-Z][A-Z0-9_]{0,99}"
_LINE = rf"(?:{_KEY}: +(?:{_VALUE})(?: +#[^\r\n]*| *)|#[^\r\n]*)?"

_FILE = re.compile(rf"(?:(?>{_LINE})\n)*+(?>{_LINE})")
_PAIR = re.compile(rf"^({_KEY}): +({_VALUE})", re.MULTILINE)

_TRUE = dict.fromkeys(("true", "True", "TRUE"), True)
_WORD: dict[str, Value] = _TRUE | dict.fromkeys(("false", "False", "FALSE"), False)
_ODD = frozenset(
    word
    for low in ("y", "yes", "n", "no", "on", "off", "null")
    for word in (low, low.capitalize(), low.upper())
)
"""Words that are something else to a reader of YAML 1.1, or nothing."""

_ODD_KEYS = _ODD | _WORD.keys()


def values(text: str) -> dict[str, Value] | None:
    """Read a plain file; None where it is not one, or has no pair, or may need a finding."""
    if _FILE.fullmatch(text) is None:
        return None
    found: dict[str, Value] = {}
    pairs = _PAIR.findall(text)
    for key, written in pairs:
        first = written[0]
        if first in "\"'":
            found[key] = written[1:-1]
        elif first in "-0123456789":
            found[key] = float(written) if "." in written else int(written)
        elif written in _ODD:
            return None
        else:
            found[key] = _WORD.get(written, written)
    if not pairs or len(found) < len(pairs) or not _ODD_KEYS.isdisjoint(found):
        return None
    return found


def line(data: bytes, key: str) -> int:
    """Tell the line, from 1, in which a key of a plain file stands."""
    text = b"\n" + data.removeprefix(BOM)
    return text.count(b"\n", 0, text.index(f"\n{key}:".encode()) + 1)
