"""Values as JSON has them: when two are equal, and how one is written in a line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitcfg.model import Value

# Raw in JSON these are legal, but a terminal may act on them: as escapes they are the same value.
_RISKY = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def same(one: Value, other: Value) -> bool:
    """Tell whether two values are of one JSON type and equal: 100 is 100.0, 1 is not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def dumps(value: Value) -> str:
    """Write a value as one line of JSON that no terminal or git tool takes for more."""
    return harmless(json.dumps(value, ensure_ascii=False, allow_nan=False))


def harmless(text: str) -> str:
    """Escape, in a text of JSON, what a terminal may act on; it stays the same JSON."""
    return _RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
