"""Names: keys, categories, and the files that a category has."""

from __future__ import annotations

import re

from gitcfg.errors import UsageError

KEY = re.compile(r"[A-Z][A-Z0-9_]*")
CONFIG, SCHEMAS = "config/", "schemas/"
_YAML, _SCHEMA = ".yaml", ".schema.json"
_LONGEST = 200  # bytes of one name, so that its endings still fit into the 255 of a file system


def normalise_key(text: str) -> str:
    """Give a key in upper case; raises UsageError where it is none then."""
    key = text.upper()
    if not text.isascii() or not KEY.fullmatch(key):
        raise UsageError(
            f"{text!r} is no key. A key has A-Z, 0-9 and _, and begins with a letter: "
            "DAILY_EXPORT_TIME"
        )
    return key


def check_category(text: str) -> str:
    """Give a category back; raises UsageError where no file of that name would be read."""
    parts = text.split("/")
    if not all(map(_is_name, parts)):
        raise UsageError(
            f"{text!r} is no category. It names a file below config/ without its ending, in "
            "folders if need be: export, team/pay"
        )
    return text


def _is_name(part: str) -> bool:
    if not part.isprintable() or part.startswith((".", " ")):
        return False
    return 0 < len(part.encode()) <= _LONGEST


def is_text(path: str) -> bool:
    """Tell whether a name, any bytes to git, is UTF-8."""
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def config_file(category: str) -> str:
    """Name the file that holds a category's values: `team/pay` is in `config/team/pay.yaml`."""
    return f"{CONFIG}{category}{_YAML}"


def schema_file(category: str) -> str:
    """Name the file that says what may be set in a category."""
    return f"{SCHEMAS}{category}{_SCHEMA}"


def category_of(path: str) -> str | None:
    """Tell the category of a config or schema file; None for any other, and for hidden ones.

    None also for a name that is not UTF-8, which no commit of ours could hold.
    """
    if path.startswith(".") or "/." in path or not is_text(path):
        return None
    for folder, ending in ((CONFIG, _YAML), (SCHEMAS, _SCHEMA)):
        if path.startswith(folder) and path.endswith(ending):
            return path[len(folder) : -len(ending)] or None
    return None
