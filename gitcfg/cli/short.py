"""The plain forms of a command answered at once, from what was kept while nothing moved since.

It reads only the command lines that anybody types, and leaves the rest, and whatever is unusual, to
the long way, which answers the same. `--json` shapes and words are made there alone.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

from gitcfg import quick
from gitcfg.cli import streams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DIGITS = 9


class Asked:
    """A plain command line: the verb, what stands behind it, and the options of every verb."""

    __slots__ = ("directory", "json", "quiet", "verb", "words")

    def __init__(self, words: list[str], directory: str, flags: set[str]) -> None:
        self.verb, *others = words
        self.words = tuple(others)
        self.directory = directory
        self.json = "--json" in flags
        self.quiet = "--quiet" in flags or "-q" in flags


def read(words: Sequence[str]) -> Asked | None:
    """Read a plain command line; None for any other, which may mean more."""
    bare: list[str] = []
    directory = "."
    flags: set[str] = set()
    left = iter(words)
    for word in left:
        if word in ("--json", "--quiet", "-q"):
            flags.add(word)
        elif word == "-C":
            directory = next(left, "-")
        else:
            bare.append(word)
    if not bare or bare[0] not in _ANSWERS or directory.startswith("-"):
        return None
    return Asked(bare, directory, flags)


def answered(words: Sequence[str]) -> bool:
    """Answer a plain command line from what was kept; False where the long way must be taken."""
    asked = read(words)
    if asked is None:
        return False
    try:
        text = _ANSWERS[asked.verb](asked)
    except quick.Unsure:
        return False
    if text is not None:
        streams.write(text)
    return True


def _get(asked: Asked) -> str:
    key = _key(asked.words)
    kept = quick.look(asked.directory)
    if asked.json:
        return _document(kept.answer(f"get {key}"))
    values = kept.answer(quick.VALUES)
    if key not in values:
        raise quick.Unsure
    # Here and below: what one answer takes to import, the others need not load.
    raw = import_module("gitcfg.report.words").raw
    return str(raw(values[key], SimpleNamespace(terminal=sys.stdout.isatty())))


def _validate(asked: Asked) -> str | None:
    if asked.words:
        raise quick.Unsure
    answer = quick.look(asked.directory).answer("validate")
    if asked.json:
        return _document(answer["data"])
    if asked.quiet and not answer["data"]["findings"]:
        return None
    return str(answer["colour" if streams.has_colour(sys.stdout) else "plain"])


def _history(asked: Asked) -> str | None:
    words, limit = asked.words, None
    match words:
        case (_,):
            pass
        case (key, "-n", number) | ("-n", number, key) if _is_count(number):
            words, limit = (key,), int(number)
        case _:
            raise quick.Unsure
    key, kept = _key(words), quick.look(asked.directory)
    import_module("gitcfg.cli.told").show(
        kept, key, limit=limit, json=asked.json, quiet=asked.quiet
    )
    return None


def _key(words: Sequence[str]) -> str:
    if len(words) != 1 or not words[0].isascii() or not words[0].isidentifier():
        raise quick.Unsure
    if words[0].startswith("_"):
        raise quick.Unsure
    return words[0].upper()


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and text[0] != "0" and len(text) <= _DIGITS


def _document(data: object) -> str:
    dumps = import_module("gitcfg.report.plain").dumps
    return str(dumps(data, ascii_only=streams.needs_ascii(sys.stdout)))


_ANSWERS: dict[str, Callable[[Asked], str | None]] = {
    "get": _get,
    "history": _history,
    "validate": _validate,
}
