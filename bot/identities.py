"""Who signs a change: a person of Discord as git names one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from bot.errors import PlaceError
from bot.settings import IDENTITIES
from gitcfg import Author

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NONE = "Discord user"
# git cannot hold these in a name, or cuts them from its ends.
_IMPOSSIBLE = re.compile("[<>\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ENDS = " ,:;\"\\'.\t"


def author(number: int, name: str, shown: str, identities: Mapping[int, Author]) -> Author:
    """Name a person: the unique user name, the display name after it where it differs.

    The address is made from the id, which never changes; `identities` may know a better one.
    """
    known = identities.get(number)
    if known is not None:
        return known
    unique, display = _clean(name), _clean(shown)
    words = unique if not display or display == unique else f"{unique} ({display})"
    return Author(words.strip(_ENDS) or _NONE, f"{number}@users.discord.invalid")


def _clean(text: str) -> str:
    return " ".join(_IMPOSSIBLE.sub("", text).split()).strip(_ENDS)


def load(place: Path | None, root: Path) -> dict[int, Author]:
    """Read the file of identities, `{"81384788765712384": "Nok <nok@example.com>"}`.

    Raises PlaceError where it lies inside the repository: whoever may commit could be anyone then.
    """
    if place is None:
        return {}
    if place.resolve().is_relative_to(root.resolve()):
        raise PlaceError(
            IDENTITIES,
            f"{place} lies inside the repository, where an admin could make themselves anyone. "
            "Move it elsewhere, readable by the bot alone",
        )
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlaceError(IDENTITIES, f"{place}: {error.strerror or error}") from error
    except ValueError as error:
        raise PlaceError(IDENTITIES, f"{place} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise PlaceError(IDENTITIES, f"{place} must hold one object: id → name and address")
    return {_id(place, number): _author(place, number, text) for number, text in found.items()}


def _id(place: Path, number: str) -> int:
    if not re.fullmatch(r"[0-9]{15,20}", number):
        raise PlaceError(IDENTITIES, f"{place}: {number!r} is no Discord id of 15 to 20 digits")
    return int(number)


def _author(place: Path, number: str, text: object) -> Author:
    try:
        found = Author.parse(str(text))
    except ValueError as error:
        raise PlaceError(
            IDENTITIES, f'{place}: {number} must be "Name <address>", not {text!r}'
        ) from error
    if _IMPOSSIBLE.search(found.name + found.email) or not found.email.strip():
        raise PlaceError(IDENTITIES, f"{place}: git cannot hold {text!r} of {number}")
    return found
