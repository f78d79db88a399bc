"""Whether a schema is at least as strict as an older one, decided by structure alone.

`Comparison.widened` tells every place of the newer one that could not be proved to accept no more
than the older did: it may tell too much, as of two ways to say one thing, but never too little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gitcfg.doors import bounds
from gitcfg.doors.meaning import alike, bare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitcfg.doors.meaning import Node

STEPS = 20_000
"""How many pairs of subschemas are compared before giving up, which is told."""


class Widened(NamedTuple):
    """A place of the newer schemas, and the keyword of the older one that no longer holds there."""

    node: Node
    keyword: str


class TooComplexError(Exception):
    """There is too much to compare."""


@dataclass(slots=True)
class Comparison:
    """Compares subschemas of two trees; what was begun is taken for proved, as in a circle."""

    left: int = STEPS
    begun: set[tuple[Any, ...]] = field(default_factory=set)

    def widened(self, old: Node, new: Node) -> Iterator[Widened]:
        """Tell where the newer one may accept more; raises TooComplexError."""
        self.left -= 1
        if self.left < 0:
            raise TooComplexError
        if bare(old.schema) in (True, {}) or new.schema is False:
            return
        if not isinstance(old.schema, dict):
            yield Widened(new, "false")
            return
        pair = (old.mark, new.mark)
        if pair in self.begun:
            return
        self.begun.add(pair)
        parts = list(new.conjuncts())
        for keyword in bare(old.schema):
            found = list(self._broken(keyword, old, new, parts))
            yield from found

    def _broken(self, keyword: str, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
        kind = _KINDS.get(keyword)
        if kind is not None and bounds.is_never(kind, [one.schema for one in parts]):
            return
        if keyword in bounds.CHECKS:
            if not bounds.holds(keyword, old.schema, [one.schema for one in parts]):
                yield Widened(new, keyword)
        elif keyword in _STRUCTURE:
            yield from _STRUCTURE[keyword](self, old, new, parts)
        elif not any(alike(old, one, keyword) for one in parts):
            yield Widened(new, keyword)

    def child(self, old: Node, new: Node, parts: list[Node], name: str) -> Iterator[Widened]:
        """Compare what an older schema asks of one property with all that the newer ones do."""
        asked = [one for part in parts for one in part.of_name(name)]
        if any(self.proves(old, one) for one in asked):
            return
        if not asked:
            if bare(old.schema) not in (True, {}):
                yield Widened(new, f"properties/{name}")
            return
        found = list(self.widened(old, asked[0].together(asked[1:])))
        yield from found

    def proves(self, old: Node, new: Node) -> bool:
        """Try a proof that may fail, of which nothing is told then."""
        return self.holds(lambda: self.widened(old, new))

    def holds(self, attempt: Callable[[], Iterator[Widened]]) -> bool:
        """Tell whether a comparison tells nothing; what a failed one took for proved is dropped."""
        before = set(self.begun)
        proved = next(attempt(), None) is None
        if not proved:
            self.begun = before
        return proved

    def any_covers(self, old: Node, parts: list[Node], keyword: str) -> bool:
        """Tell whether one of the parts has a keyword whose schema covers the older one."""
        found = (one.child(keyword) for one in parts if keyword in one.keywords)
        return any(self.proves(old, one) for one in found)


def _properties(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    for name in old.schema["properties"]:
        yield from run.child(old.child("properties", name), new, parts, name)


def _patterns(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    for pattern in old.schema["patternProperties"]:
        asked = old.child("patternProperties", pattern)
        if not any(_pattern_holds(run, asked, one, pattern) for one in parts):
            yield Widened(new, "patternProperties")


def _pattern_holds(run: Comparison, asked: Node, part: Node, pattern: str) -> bool:
    if pattern in part.keywords.get("patternProperties", {}):
        return run.proves(asked, part.child("patternProperties", pattern))
    return False


def _additional(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    closed = [one for one in parts if "additionalProperties" in one.keywords]
    if any(run.holds(partial(_extra, run, old, one)) for one in closed):
        return
    if closed:
        yield from _extra(run, old, closed[0])
    elif bare(old.schema["additionalProperties"]) not in (True, {}):
        yield Widened(new, "additionalProperties")


def _extra(run: Comparison, old: Node, part: Node) -> Iterator[Widened]:
    """Compare the names that the older schema knew nothing of, as one newer schema has them."""
    asked = old.child("additionalProperties")
    for name in part.keywords.get("properties", {}):
        if not old.speaks_of(name):
            for one in part.of_name(name):
                yield from run.widened(asked, one)
                break
    for pattern in part.keywords.get("patternProperties", {}):
        if pattern not in old.keywords.get("patternProperties", {}):
            yield from run.widened(asked, part.child("patternProperties", pattern))
    yield from run.widened(asked, part.child("additionalProperties"))


def _all_of(run: Comparison, old: Node, new: Node, _: list[Node]) -> Iterator[Widened]:
    for index in range(len(old.schema["allOf"])):
        asked = old.child("allOf", index)
        if run.proves(asked, new):
            continue
        same = new.keywords.get("allOf", ())
        if index < len(same):
            yield from list(run.widened(asked, new.child("allOf", index))) or [
                Widened(new, "allOf")
            ]
        else:
            yield Widened(new, "allOf")


def _ref(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    target = old.target()
    if target is None:
        if not any(alike(old, one, "$ref") for one in parts):
            yield Widened(new, "$ref")
        return
    theirs = new.target() if new.keywords.get("$ref") == old.schema["$ref"] else None
    yield from run.widened(target, theirs if theirs is not None else new)


def _any_of(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    branches = [old.child("anyOf", index) for index in range(len(old.schema["anyOf"]))]
    if any(run.proves(branch, new) for branch in branches):
        return
    for part in parts:
        theirs = [part.child("anyOf", at) for at in range(len(part.keywords.get("anyOf", ())))]
        if theirs and all(any(run.proves(branch, one) for branch in branches) for one in theirs):
            return
    yield Widened(new, "anyOf")


def _items(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    first = len(old.keywords.get("prefixItems", ()))
    for part in parts:
        if "items" not in part.keywords:
            continue
        more = range(first, len(part.keywords.get("prefixItems", ())))
        asked = old.child("items")
        theirs = [part.child("prefixItems", at) for at in more] + [part.child("items")]
        for one in theirs:
            yield from run.widened(asked, one)
        return
    if bare(old.schema["items"]) not in (True, {}):
        yield Widened(new, "items")


def _prefix(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    for index in range(len(old.schema["prefixItems"])):
        asked = old.child("prefixItems", index)
        found = [one for part in parts for one in part.at(index)]
        if not any(run.proves(asked, one) for one in found):
            yield Widened(new, "prefixItems")


def _names(run: Comparison, old: Node, new: Node, parts: list[Node]) -> Iterator[Widened]:
    if not run.any_covers(old.child("propertyNames"), parts, "propertyNames"):
        yield Widened(new, "propertyNames")


_STRUCTURE: dict[str, Callable[[Comparison, Node, Node, list[Node]], Iterator[Widened]]] = {
    "$ref": _ref,
    "additionalProperties": _additional,
    "allOf": _all_of,
    "anyOf": _any_of,
    "items": _items,
    "patternProperties": _patterns,
    "prefixItems": _prefix,
    "properties": _properties,
    "propertyNames": _names,
}
_KINDS = {
    **dict.fromkeys(
        ["additionalProperties", "patternProperties", "properties", "propertyNames"], "object"
    ),
    **dict.fromkeys(["items", "prefixItems"], "array"),
}
