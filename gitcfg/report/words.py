"""Values and other people's text as words that no terminal takes for a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitcfg.values import dumps

if TYPE_CHECKING:
    from typing import Protocol

    from gitcfg.model import Value
    from gitcfg.report.screen import Screen

    class _Reader(Protocol):
        """A screen, or whatever else tells whether a terminal will show the text."""

        @property
        def terminal(self) -> bool: ...


# C0 and C1 controls, marks that turn the direction of writing, separators that some take for line
# ends, invisible format and tag characters, and halves of surrogate pairs. The joiners that Thai,
# Indic and emoji need stay.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
_ANY = re.compile(f"[{_HIDDEN}]")
_BUT_LINES = re.compile(f"(?![\n\t])[{_HIDDEN}]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONG = 2000
_REVISION = 7


def visible(text: str, *, lines: bool = False) -> str:
    """Make every control character of a text visible; `lines` keeps line ends and tabs."""
    return (_BUT_LINES if lines else _ANY).sub(lambda found: _escape(found[0]), text)


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:  # noqa: PLR2004 - two hex digits hold up to here
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - four do here


def shown(value: Value) -> str:
    """Write a value in one line for people: plain text bare, everything else as JSON."""
    if isinstance(value, str) and value and value == value.strip() and not _ANY.search(value):
        return value
    return visible(dumps(value))


def cut(text: str, screen: Screen, *, limit: int = _LONG) -> str:
    """Shorten what would flood a terminal and say how long it is; a pipe gets it whole."""
    if not screen.terminal or len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text):,} characters)"


def side(value: Value, screen: Screen, *, limit: int = _LONG) -> str:
    """Write one side of a change: a stored value, or that none is."""
    return "not set" if value is None else cut(shown(value), screen, limit=limit)


def step(old: str, new: str, screen: Screen) -> str:
    """Write a change from one side to the other."""
    return f"{old} → {screen.paint('bold', new)}"


def short(revision: str | None) -> str:
    """Abbreviate a revision as git does."""
    return (revision or "none")[:_REVISION]


def count(number: int, noun: str) -> str:
    """Count things: `1 setting`, `6 settings`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def indent(text: str, by: str = "    ") -> str:
    """Indent every line of a text, empty ones excepted."""
    return "\n".join(by + line if line else line for line in text.split("\n"))


def raw(value: Value, screen: _Reader) -> str:
    """Write a value alone: a text as it is, on a terminal made harmless; the rest as JSON."""
    if not isinstance(value, str):
        return dumps(value)
    return visible(value, lines=True) if screen.terminal else value
