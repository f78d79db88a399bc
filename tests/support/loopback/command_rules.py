"""What Discord demands of commands about to be registered beyond its description; pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_SUM = 8000
CHAT_INPUT = 1
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
NESTED = frozenset({SUBCOMMAND, GROUP})


def commands(given: list[dict[str, Any]], locales: frozenset[str]) -> list[str]:
    """Judge all commands of a guild; `locales` are those that Discord knows."""
    names = Counter((one.get("type") or CHAT_INPUT, one["name"]) for one in given)
    found = [f"{name}: two commands of this name" for (_, name), n in names.items() if n > 1]
    for one in given:
        found.extend(f"{one['name']}: {words}" for words in command(one, locales))
    return found


def command(given: dict[str, Any], locales: frozenset[str]) -> Iterator[str]:
    """Judge one command."""
    if (given.get("type") or CHAT_INPUT) != CHAT_INPUT:
        return
    if not given.get("description"):
        yield "description: this field is required"
    if (size := text_sum(given)) > TEXT_SUM:
        yield f"the command's texts have {size} characters, more than {TEXT_SUM}"
    yield from _node(given, locales)


def text_sum(node: dict[str, Any]) -> int:
    """Count what counts: names, descriptions and choices, each in its longest language."""
    own = sum(max(map(len, _wordings(node, key))) for key in ("name", "description"))
    values = sum(len(str(one["value"])) for one in node.get("choices") or ())
    inner = [*(node.get("options") or ()), *(node.get("choices") or ())]
    return own + values + sum(map(text_sum, inner))


def _wordings(node: dict[str, Any], key: str) -> tuple[str, ...]:
    return (str(node.get(key) or ""), *(node.get(f"{key}_localizations") or {}).values())


def is_name(text: str) -> bool:
    """Whether a command or an option can be called so."""
    fits = all(one in "-_'" or _is_letter(one) for one in text)
    return 1 <= len(text) <= 32 and fits and text == text.lower()


def _is_letter(one: str) -> bool:
    thai_or_devanagari = "\u0e00" <= one <= "\u0e7f" or "\u0900" <= one <= "\u097f"
    return unicodedata.category(one)[0] in "LN" or thai_or_devanagari


def _node(node: dict[str, Any], locales: frozenset[str]) -> Iterator[str]:
    for name in (node["name"], *(node.get("name_localizations") or {}).values()):
        if not is_name(name):
            yield f"name: {name!r} is no name of a command"
    for key in ("name_localizations", "description_localizations"):
        yield from (f"{key}: no locale {one}" for one in {*(node.get(key) or {})} - locales)
    options = node.get("options") or []
    names = Counter(one["name"] for one in options)
    yield from (f"options: two are called {name}" for name, n in names.items() if n > 1)
    kinds = {one["type"] in NESTED for one in options}
    if len(kinds) > 1:
        yield "options: subcommands and values do not mix"
    asked = [bool(one.get("required")) for one in options]
    if asked != sorted(asked, reverse=True):
        yield "options: required options must be placed before non-required options"
    for one in options:
        yield from (f"{one['name']}: {words}" for words in _option(one, locales))


def _option(option: dict[str, Any], locales: frozenset[str]) -> Iterator[str]:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        yield "autocomplete: not beside choices"
    for key in ("name", "value"):
        if len({one[key] for one in choices}) < len(choices):
            yield f"choices: two of the same {key}"
    least, most = (option.get(f"{end}_{kind}") for end, kind in _ends(option))
    if least is not None and most is not None and least > most:
        yield "the least is above the most"
    yield from _node(option, locales)


def _ends(option: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    kind = "length" if option["type"] == STRING else "value"
    return ("min", kind), ("max", kind)
