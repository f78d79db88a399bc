"""The words of the bot in each language: one catalogue file for each, all with the same entries."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENGLISH, THAI = "en", "th"
LANGUAGES = (ENGLISH, THAI)


class Words:
    """One language's words: `words("view.title", key="A")`."""

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language = language
        self.entries = entries

    def __call__(self, entry: str, /, **facts: object) -> str:
        """Give an entry with facts in its places, which must be harmless already."""
        return self.entries[entry].format(**facts)


@cache
def words(language: str) -> Words:
    """Read a catalogue, once."""
    place = Path(__file__).with_name(f"{language}.toml")
    with place.open("rb") as file:
        return Words(language, dict(_entries("", tomllib.load(file))))


def of_locale(locale: object) -> Words:
    """Choose the words for a reader by Discord's name of their language."""
    return words(THAI if str(locale).partition("-")[0] == THAI else ENGLISH)


def _entries(before: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, found in table.items():
        if isinstance(found, dict):
            yield from _entries(f"{before}{name}.", found)
        else:
            yield f"{before}{name}", found
