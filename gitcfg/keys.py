"""Names: keys, categories, and the files that a category has."""

from __future__ import annotations

import re

from gitcfg.errors import UsageError

KEY = re.compile(r"[A-Z][A-Z0-9_]*")
CONFIG, SCHEMAS = "config/", "schemas/"
_YAML, _SCHEMA = ".yaml", ".schema.json"


def normalise_key(text: str) -> str:
    """Give a key in upper case; raises UsageError where it is none then."""
    key = text.upper()
    if not text.isascii() or not KEY.fullmatch(key):
        raise UsageError(
            f"{text!r} is no key. A key has A-Z, 0-9 and _, and begins with a letter: "
            "DAILY_EXPORT_TIME"
        )
    return key


def config_file(category: str) -> str:
    """Name the file that holds a category's values: `team/pay` is in `config/team/pay.yaml`."""
    return f"{CONFIG}{category}{_YAML}"


def schema_file(category: str) -> str:
    """Name the file that says what may be set in a category."""
    return f"{SCHEMAS}{category}{_SCHEMA}"


def category_of(path: str) -> str | None:
    """Tell the category of a config or schema file; None for any other, and for hidden ones."""
    if any(part.startswith(".") for part in path.split("/")):
        return None
    for folder, ending in ((CONFIG, _YAML), (SCHEMAS, _SCHEMA)):
        if path.startswith(folder) and path.endswith(ending):
            return path[len(folder) : -len(ending)] or None
    return None
