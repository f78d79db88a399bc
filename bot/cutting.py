"""Other people's text made fit for Discord: cut, without mark-up of its own, never a mention.

Lengths count UTF-16 units, which are never fewer than what Discord counts; cuts fall between code
points and never before a combining mark, so that no Thai vowel is torn from its consonant.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MORE = "…"
_JOINER = "\u200d"
_GAP = "\u200b"
# Controls, marks that turn the direction of writing, invisible format and tag characters, halves
# of surrogate pairs. The joiners that Thai, Indic and emoji need stay.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# Underscores between letters, as in a key, mean nothing to Discord; the rest does.
_MARKUP = re.compile(
    r"[\\*~`|\[<]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|^[ \t]*[>#+-]|:(?=\w*[A-Za-z]\w*:)",
    re.MULTILINE,
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def length(text: str) -> int:
    """Count a text as its UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def visible(text: str, *, lines: bool = False) -> str:
    """Make every hidden character a text's visible escape; `lines` keeps line ends and tabs."""

    def escape(found: re.Match[str]) -> str:
        char = found[0]
        if lines and char in "\n\t":
            return char
        code = ord(char)
        return _SHORT.get(char) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")  # noqa: PLR2004 - four digits do up to here

    return _HIDDEN.sub(escape, text)


def clusters(text: str) -> Iterator[str]:
    """Split a text where it may be cut: each part begins with no combining mark, nor a joiner."""
    begun = 0
    for at in range(1, len(text)):
        if not (_combines(text[at]) or text[at] == _JOINER or text[at - 1] == _JOINER):
            yield text[begun:at]
            begun = at
    if text:
        yield text[begun:]


def _combines(char: str) -> bool:
    # Thai SARA AA and SARA AM are letters to Unicode, yet belong to what stands before them.
    return unicodedata.category(char) in {"Mn", "Mc", "Me"} or char in "\u0e32\u0e33\u0eb2\u0eb3"


def cut(text: str, limit: int) -> str:
    """Shorten a text to a limit, with an ellipsis where something is missing."""
    return _joined(clusters(text), limit)


def plain(text: str, limit: int, *, lines: bool = False) -> str:
    """Give a text that Discord shows as it is: no mark-up, no mention, no longer than the limit."""
    return _joined(_escaped(visible(text, lines=lines)), limit)


def _escaped(text: str) -> Iterator[str]:
    marks = {found.end() - 1 for found in _MARKUP.finditer(text)}
    at = 0
    for cluster in clusters(text):
        if cluster[0] == "@":
            yield f"@{_GAP}{cluster[1:]}"
        else:
            yield f"\\{cluster}" if at in marks else cluster
        at += len(cluster)


def _joined(parts: Iterable[str], limit: int) -> str:
    taken: list[str] = []
    used, fits = 0, 0
    for part in parts:
        used += length(part)
        if used <= limit - 1:
            fits = len(taken) + 1
        if used > limit:
            return _closed("".join(taken[:fits]) + MORE, limit)
        taken.append(part)
    return "".join(taken)


def _closed(text: str, limit: int) -> str:
    return text if limit > 0 else ""


def code(text: str, limit: int) -> str:
    """Give a text in one line as inline code, which it cannot leave."""
    safe = visible(text).replace("``", f"`{_GAP}`").replace("``", f"`{_GAP}`") or " "
    if "`" in safe:
        return f"`` {cut(safe, limit - 6)} ``"
    return f"`{cut(safe, limit - 2)}`"


def block(text: str, limit: int, *, language: str = "") -> str:
    """Give a text as a code block, which it cannot close."""
    around = f"```{language}\n", "\n```"
    safe = visible(text, lines=True).replace("``", f"`{_GAP}`").replace("``", f"`{_GAP}`")
    return cut(safe or " ", limit - length("".join(around))).join(around)


def unblock(text: str) -> str:
    """Read back what `block` wrapped, where nothing was cut."""
    inner = text.removeprefix("```\n").removesuffix("\n```")
    return inner.replace(f"`{_GAP}`", "``").replace(f"`{_GAP}`", "``")
