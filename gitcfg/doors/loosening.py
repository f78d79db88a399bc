"""What a change to schemas lets in that was refused before, told as warnings on the right lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gitcfg.doors.meaning import Node
from gitcfg.doors.strictness import Comparison, TooComplexError
from gitcfg.keys import KEY, SCHEMAS, category_of
from gitcfg.model import Finding
from gitcfg.schemas.ecma_signs import PatternError
from gitcfg.schemas.patterns import SlowPatternError, budget
from gitcfg.schemas.schemafile import parsed
from gitcfg.schemas.subschemas import at, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitcfg.doors.strictness import Widened
    from gitcfg.model import Files
    from gitcfg.schemas.schemafile import SchemaFile

RULE = "schema-loosened"

_GIVEN_UP = (TooComplexError, RecursionError, SlowPatternError, PatternError)

_Known = dict[str, "SchemaFile"]


def loosened(old: Files, new: Files) -> tuple[Finding, ...]:
    """Tell what the schemas of a tree let in, or no longer warn of, against an older tree.

    It is told unless the structure proves that nothing more is accepted, so it may be too much.
    """
    before, after = _schemas(old), _schemas(new)
    ours, theirs = _addressed(before), _addressed(after)
    found: list[Finding] = []
    for path, file in before.items():
        if category_of(path) is None or not file.usable:
            continue
        later = after.get(path)
        if later is None:
            found.append(_told(path, None, "", f"{path} is gone: its settings are checked no more"))
        elif later.usable:  # else its own error is told
            found += _of_file(file, later, ours, theirs)
    found += _quieter(before, after)
    return tuple(dict.fromkeys(found))


def _schemas(files: Files) -> _Known:
    return {
        path: parsed(path, data)
        for path, data in sorted(files.items())
        if path.startswith(SCHEMAS) and path.endswith(".json")
    }


def _addressed(files: _Known) -> _Known:
    return {file.base: file for file in files.values() if file.usable}


def _of_file(old: SchemaFile, new: SchemaFile, ours: _Known, theirs: _Known) -> Iterator[Finding]:
    gone = _names(old) - _names(new)
    for name in sorted(gone):
        words = f"{name} is described no more: its values are not checked"
        yield _told(new.path, new, "/properties", words, key=name)
    before, after = (
        Node(file.schema, "", file, files) for file, files in ((old, ours), (new, theirs))
    )
    try:
        with budget():
            for one in Comparison().widened(before, after):
                if not (one.keyword.startswith("properties/") and one.keyword[11:] in gone):
                    yield _finding(one)
    except _GIVEN_UP:
        words = "Its changes are too many to be compared: it may let in more than before"
        yield _told(new.path, new, "", words)


def _names(file: SchemaFile) -> set[str]:
    known = (file.schema or {}).get("properties")
    return {name for name in known if KEY.fullmatch(name)} if isinstance(known, dict) else set()


def _finding(one: Widened) -> Finding:
    node, keyword = one.node, one.keyword
    pointer = node.pointer
    if isinstance(node.schema, dict) and keyword in node.schema:
        pointer = f"{pointer}/{keyword}"
        words = f"`{keyword}` may let in more than before"
    elif keyword == "false":
        words = "What was refused altogether may be set now"
    else:
        name = keyword.removeprefix("properties/")
        words = f"`{name}` is asked no more: more may be let in than before"
    return _told(node.file.path, node.file, pointer, words, key=_key(pointer))


def _key(pointer: str) -> str | None:
    """Name the setting that a pointer of a schema is about."""
    steps = pointer.split("/")
    found = [name for word, name in pairwise(steps) if word == "properties"]
    return next((name for name in found if KEY.fullmatch(name)), None)


def _told(
    path: str, file: SchemaFile | None, pointer: str, words: str, *, key: str | None = None
) -> Finding:
    place = file.finding(pointer, "") if file is not None else None
    return Finding(
        severity="warning",
        message=f"{words}. Is it meant?",
        rule=RULE,
        key=key,
        file=path,
        line=place.line if place else None,
        column=place.column if place else None,
    )


def _quieter(before: _Known, after: _Known) -> Iterator[Finding]:
    """Tell the `x-warnings` that went, or that hold for fewer values."""
    ours, theirs = _addressed(before), _addressed(after)
    for path, old in before.items():
        new = after.get(path)
        if new is None or not (old.usable and new.usable):
            continue
        for pointer, part in walk(old.schema):
            for index, one in enumerate(_warnings(part)):
                was = Node(one["when"], f"{pointer}/x-warnings/{index}/when", old, ours)
                place = _nearest(new.schema, pointer)
                if _describes(new, pointer) and not _warned(was, new, pointer, theirs):
                    words = f"The warning {one.get('message')!r} is given less often, or no more"
                    yield _told(path, new, place, words, key=_key(pointer))


def _warnings(part: Any) -> list[Mapping[str, Any]]:
    found = part.get("x-warnings") if isinstance(part, dict) else None
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, dict) and "when" in one]


def _describes(new: SchemaFile, pointer: str) -> bool:
    """Tell whether the setting of a pointer is there still; else all of it is told to be gone."""
    key = _key(pointer)
    return key is None or key in _names(new)


def _warned(was: Node, new: SchemaFile, pointer: str, files: _Known) -> bool:
    try:
        there = at(new.schema, pointer)
    except LookupError:
        return False
    for index, one in enumerate(_warnings(there)):
        now = Node(one["when"], f"{pointer}/x-warnings/{index}/when", new, files)
        try:
            with budget():
                if Comparison().proves(now, was):
                    return True
        except _GIVEN_UP:
            continue
    return False


def _nearest(schema: Any, pointer: str) -> str:
    """Give the part of a pointer that leads somewhere."""
    while pointer:
        try:
            at(schema, pointer)
        except LookupError:
            pointer = pointer.rpartition("/")[0]
        else:
            return pointer
    return ""
