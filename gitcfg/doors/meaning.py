"""A subschema with its place and file, and what of it says which values are accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag

from gitcfg.schemas.patterns import found
from gitcfg.schemas.schemafile import joined
from gitcfg.schemas.subschemas import at, escaped, walk
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitcfg.schemas.schemafile import SchemaFile

_SILENT = frozenset(
    [
        *("$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$recursiveAnchor"),
        *("$recursiveRef", "$schema", "$vocabulary", "contentEncoding", "contentMediaType"),
        *("contentSchema", "default", "definitions", "dependencies", "deprecated"),
        *("description", "examples", "readOnly", "title", "writeOnly"),
    ]
)
_ASIDE = frozenset(["else", "maxContains", "minContains", "then"])
"""Keywords that count only beside `if` or `contains`, and are compared with it."""

_BESIDE: dict[str, tuple[str, ...] | None] = {
    "contains": ("contains", "minContains", "maxContains"),
    "if": ("if", "then", "else"),
    "unevaluatedItems": None,
    "unevaluatedProperties": None,
}
"""With which others a keyword is compared; None with all there are."""

_MOST = 12
"""How deep `allOf` and references are followed for what holds together."""


def bare(schema: Any) -> Any:
    """Give a schema without the words that accept or refuse nothing by themselves."""
    if not isinstance(schema, dict):
        return schema
    return {
        word: value
        for word, value in schema.items()
        if word not in _SILENT and word not in _ASIDE and not word.startswith("x-")
    }


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A subschema at a pointer of a file, which may refer to the others of its tree, by address.

    `more` are schemas that hold beside it, where several speak of one value.
    """

    schema: Any
    pointer: str
    file: SchemaFile
    files: Mapping[str, SchemaFile]
    more: tuple[Node, ...] = ()

    @property
    def mark(self) -> tuple[Any, ...]:
        """Tell it from any other."""
        return (id(self.files), self.file.path, self.pointer, *(one.mark for one in self.more))

    @property
    def keywords(self) -> dict[str, Any]:
        """Give its own keywords."""
        return self.schema if isinstance(self.schema, dict) else {}

    def child(self, *steps: str | int) -> Node:
        """Step down to a subschema."""
        schema = self.schema
        for step in steps:
            schema = schema[step]
        path = "".join(f"/{escaped(str(step))}" for step in steps)
        return Node(schema, self.pointer + path, self.file, self.files)

    def together(self, more: list[Node]) -> Node:
        """Give it with others that hold beside it."""
        return Node(self.schema, self.pointer, self.file, self.files, (*self.more, *more))

    def target(self) -> Node | None:
        """Follow its reference; None where only a validator knows where it leads."""
        ref = self.keywords.get("$ref")
        if not isinstance(ref, str) or any(one.named for one in self.files.values()):
            return None
        address = joined(self.file.base, ref)
        there = self.files.get(address or "") or self.files.get(unquote(address or ""))
        pointer = unquote(urldefrag(ref).fragment)
        if there is None or (pointer and not pointer.startswith("/")):
            return None
        try:
            return Node(at(there.schema, pointer), pointer, there, self.files)
        except (LookupError, ValueError):
            return None

    def conjuncts(self, depth: int = _MOST) -> Iterator[Node]:
        """List the schemas that all hold where it holds: itself, its `allOf`, what it refers to."""
        yield self
        if depth == 0:
            return
        inner = [*self.more]
        inner += [
            self.child("allOf", index) for index in range(len(self.keywords.get("allOf", ())))
        ]
        target = self.target()
        inner += [target] if target is not None else []
        for one in inner:
            yield from one.conjuncts(depth - 1)

    def of_name(self, name: str) -> Iterator[Node]:
        """List what it asks of a property."""
        known = name in self.keywords.get("properties", {})
        if known:
            yield self.child("properties", name)
        for pattern in self.keywords.get("patternProperties", {}):
            if found(pattern, name):
                known = True
                yield self.child("patternProperties", pattern)
        if not known and "additionalProperties" in self.keywords:
            yield self.child("additionalProperties")

    def speaks_of(self, name: str) -> bool:
        """Tell whether `properties` or `patternProperties` know a name."""
        return name in self.keywords.get("properties", {}) or any(
            found(pattern, name) for pattern in self.keywords.get("patternProperties", {})
        )

    def at(self, index: int) -> Iterator[Node]:
        """List what it asks of an item of a list."""
        if index < len(self.keywords.get("prefixItems", ())):
            yield self.child("prefixItems", index)
        elif "items" in self.keywords:
            yield self.child("items")


def alike(old: Node, new: Node, keyword: str) -> bool:
    """Tell whether a keyword, with those it is read with, says the same in both, whatever it is."""
    words = _BESIDE.get(keyword, (keyword,))
    ours, theirs = (
        {word: one.keywords[word] for word in (words or bare(one.schema)) if word in one.keywords}
        for one in (old, new)
    )
    if not same(_stripped(ours), _stripped(theirs)):
        return False
    return _closed_alike(old, new, ours)


def _stripped(schema: Any) -> Any:
    """Leave annotations away, wherever a subschema may stand; in a value they stay."""
    parts = [part for _, part in walk(schema) if isinstance(part, dict)]
    dropped = {id(part): bare(part) for part in parts}

    def copy(one: Any) -> Any:
        if isinstance(one, dict):
            kept = dropped.get(id(one), one)
            whole = {word: one[word] for word in one if word in kept or word in _ASIDE}
            return {word: copy(value) for word, value in whole.items()}
        return [copy(item) for item in one] if isinstance(one, list) else one

    return copy(schema)


def _closed_alike(old: Node, new: Node, schema: Any) -> bool:
    """Tell whether what is referred to within stayed the same: no file changed, or none is."""
    referring = any(
        word in part
        for _, part in walk(schema)
        if isinstance(part, dict)
        for word in ("$ref", "$dynamicRef")
    )
    if not referring:
        return True
    ours, theirs = old.files, new.files
    return ours.keys() == theirs.keys() and all(
        same(ours[name].schema, theirs[name].schema) for name in ours
    )
