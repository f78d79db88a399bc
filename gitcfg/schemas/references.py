"""Where the references of schemas lead; what leads nowhere is told before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from gitcfg.schemas.patterns import problems
from gitcfg.schemas.schemafile import ROOT, misformed, patterns_in
from gitcfg.schemas.subschemas import children, escaped, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitcfg.model import Finding
    from gitcfg.schemas.schemafile import SchemaFile


def registry(files: Iterable[SchemaFile]) -> Any:
    """Make the addresses known by which files refer to each other; nothing else is ever read."""
    made = REGISTRY
    for file in files:
        resource = DRAFT202012.create_resource(file.schema or {})
        addresses = {file.base, ROOT + file.path, ROOT + quote(file.path)}
        made = made.with_resources((address, resource) for address in addresses)
    return made.crawl()


def astray(files: Iterable[SchemaFile], known: Any) -> Iterator[Finding]:
    """Tell the references in files that cannot be followed in a registry."""
    every = list(files)
    seen = {id(part) for file in every for _, part in walk(file.schema)}
    for file in every:
        yield from _Search(file, seen).run(file.schema, known.resolver(base_uri=file.base), "")


@dataclass(frozen=True, slots=True)
class _Search:
    """Follows the references of one file; `seen` are all subschemas that were looked at."""

    file: SchemaFile
    seen: set[int]

    def run(self, schema: Any, resolver: Any, pointer: str) -> Iterator[Finding]:
        if not isinstance(schema, dict):
            return
        if pointer and "$id" in schema:
            resolver = resolver.in_subresource(DRAFT202012.create_resource(schema))
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(schema.get(keyword), str):
                yield from self._follow(schema[keyword], resolver, f"{pointer}/{keyword}")
        for keyword, value in schema.items():
            for step, child in children(keyword, value):
                yield from self.run(child, resolver, f"{pointer}/{escaped(keyword)}{step}")

    def _follow(self, ref: str, resolver: Any, pointer: str) -> Iterator[Finding]:
        try:
            found = resolver.lookup(ref)
        except (Unresolvable, ValueError):
            cure = "Refer to a place in a file under schemas/, or to `#/$defs/NAME`"
            yield self._finding(pointer, f"{ref} leads nowhere. {cure}")
            return
        if id(found.contents) in self.seen or isinstance(found.contents, bool):
            return
        # What stands under no keyword of JSON Schema was not looked at with its file.
        parts = list(walk(found.contents))
        self.seen.update(id(part) for _, part in parts)
        words = [words for _, words in (*misformed(parts), *problems(patterns_in(parts)))]
        for one in words:
            yield self._finding(pointer, f"{ref} leads to what is no schema: {one}")
        if not words:
            for told in self.run(found.contents, found.resolver, ""):
                yield self._finding(pointer, told.message.removeprefix(f"{self.file.path}: "))

    def _finding(self, pointer: str, words: str) -> Finding:
        return self.file.finding(pointer, f"{self.file.path}: {words}")
