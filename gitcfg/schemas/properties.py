"""What a schema declares of a key: title, type, default and the rest, also behind a `$ref`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag

from gitcfg.keys import KEY, config_file
from gitcfg.schemas.schemafile import joined
from gitcfg.schemas.subschemas import at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gitcfg.model import Value
    from gitcfg.schemas.schemafile import SchemaFile

MAX_STEPS = 20
"""How many references are followed for a title or a type before giving up on a circle."""


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """One key as its schema declares it; `file` is the config file it belongs in.

    `types` are the JSON types that it may have, none if any; `type` is the same for a person.
    `messages` are the words of `x-messages`; where several say one, the innermost.
    """

    key: str
    category: str
    file: str
    schema: Any
    title: str | None
    description: str | None
    types: tuple[str, ...]
    default: Value
    has_default: bool
    examples: tuple[Value, ...]
    messages: Mapping[str, str]

    @property
    def type(self) -> str | None:
        """The types as one word, or joined by ` or `; None where any will do."""
        return " or ".join(self.types) or None


class Declared(Mapping[str, Property]):
    """What a schema file declares under `properties`, also of what it refers to as a whole.

    Each is put together when it is asked for: most questions are about one.
    """

    def __init__(self, category: str, file: SchemaFile, neighbours: tuple[SchemaFile, ...]) -> None:
        self._category = category
        self._file = file
        self._files = {one.base: one for one in (file, *neighbours)}

    def __getitem__(self, key: str) -> Property:
        if self._file.source is None:
            home, schema = self._homes[key]
        else:
            home, schema = self._file, (self._file.schema or {}).get("properties", {})[key]
        parts = [one for _, one in _parts(home, schema, self._files, MAX_STEPS)]
        return _property(key, self._category, schema, parts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def defaults(self) -> Mapping[str, Value]:
        """List the defaults of the keys that have one."""
        if self._file.source is not None:
            return self._file.source.defaults
        found = ((key, self[key].default) for key in self)
        return {key: default for key, default in found if default is not None}

    @property
    def _names(self) -> Collection[str]:
        return self._homes.keys() if self._file.source is None else self._file.source.names

    @cached_property
    def _homes(self) -> Mapping[str, tuple[SchemaFile, Any]]:
        found: dict[str, tuple[SchemaFile, Any]] = {}
        for home, part in _parts(self._file, self._file.schema, self._files, MAX_STEPS):
            known = part.get("properties")
            for key, schema in known.items() if isinstance(known, dict) else ():
                if KEY.fullmatch(key):
                    found.setdefault(key, (home, schema))
        return found


def property_of(
    key: str, category: str, file: SchemaFile, matches: Callable[[str, str], bool]
) -> Property | None:
    """Find what a schema declares of a key by `patternProperties`."""
    for pattern, schema in (file.schema or {}).get("patternProperties", {}).items():
        if matches(pattern, key):
            return _property(key, category, schema, [schema] if isinstance(schema, dict) else [])
    return None


def _property(key: str, category: str, schema: Any, parts: list[dict[str, Any]]) -> Property:
    def first(word: str) -> Any:
        return next((part[word] for part in parts if word in part), None)

    messages: dict[str, str] = {}
    for part in parts:
        said = part.get("x-messages")
        messages |= said if isinstance(said, dict) else {}
    examples, default = first("examples"), first("default")
    return Property(
        key=key,
        category=category,
        file=config_file(category),
        schema=schema,
        title=_text(first("title")),
        description=_text(first("description")),
        types=_types(first("type"), first("enum"), first("const")),
        default=default,
        has_default=default is not None,
        examples=tuple(examples) if isinstance(examples, list) else (),
        messages=MappingProxyType(messages),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _types(declared: Any, enum: Any, const: Any) -> tuple[str, ...]:
    """Tell the types: as declared, else those of the values that are allowed."""
    if isinstance(declared, str):
        return (declared,)
    if isinstance(declared, list):
        return tuple(one for one in declared if isinstance(one, str))
    values = enum if isinstance(enum, list) else [] if const is None else [const]
    return tuple(dict.fromkeys(map(type_of, values)))


def type_of(value: Value) -> str:
    """Name the JSON type of a value."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _parts(
    home: SchemaFile, schema: Any, files: Mapping[str, SchemaFile], steps: int
) -> Iterator[tuple[SchemaFile, dict[str, Any]]]:
    """Visit a schema, then what it refers to and its `allOf`, each with the file it stands in."""
    if not isinstance(schema, dict) or steps == 0:
        return
    yield home, schema
    ref = schema.get("$ref")
    address = joined(home.base, ref)
    there = files.get(address or "") or files.get(unquote(address or ""))
    if there is not None:
        try:
            target = at(there.schema, unquote(urldefrag(str(ref)).fragment))
        except LookupError:
            target = None
        yield from _parts(there, target, files, steps - 1)
    every = schema.get("allOf")
    for one in every if isinstance(every, list) else ():
        yield from _parts(home, one, files, steps - 1)
