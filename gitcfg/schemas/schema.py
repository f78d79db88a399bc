"""The schemas of a tree: which keys there are, of what type, with which default, judged how.

`Schemas` is cheap to make; jsonschema, slow to import, is only loaded when something is judged.
"""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gitcfg.keys import category_of, config_file, normalise_key, schema_file
from gitcfg.model import Finding
from gitcfg.schemas.properties import Declared, Property, property_of
from gitcfg.schemas.schemafile import parsed
from gitcfg.schemas.texts import read_text
from gitcfg.schemas.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.model import Files, Value
    from gitcfg.schemas.judge import Judge
    from gitcfg.schemas.schemafile import SchemaFile

__all__ = [
    "Property",
    "Schemas",
    "category_of",
    "config_file",
    "normalise_key",
    "read_text",
    "schema_file",
]

_KEPT_UNITS = 8192
_KEPT_TREES = 8


class Unit:
    """One category: its schema file, the files that one refers to, and what they declare."""

    def __init__(self, category: str, file: SchemaFile, neighbours: tuple[SchemaFile, ...]) -> None:
        self.category = category
        self.file = file
        self.neighbours = neighbours
        self.properties = Declared(category, file, neighbours)

    @cached_property
    def _judge(self) -> Judge:
        sound = [one for one in self.neighbours if _sound(one)]
        made: Judge = import_module("gitcfg.schemas.judge").Judge(self.file, sound)
        return made

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the schema itself, or with a file that it refers to."""
        found = [finding for one in (self.file, *self.neighbours) for finding in problems(one)]
        if _sound(self.file):
            source = self.file.source
            if source is None or not source.plain().takes_defaults():
                found += self._judge.findings(self.properties.defaults())
        return tuple(found)

    @cached_property
    def closed(self) -> bool:
        """Whether it allows no further keys."""
        if self.file.source is not None:
            return self.file.source.closed
        schema = self.file.schema or {}
        return any(
            schema.get(word) is False for word in ("additionalProperties", "unevaluatedProperties")
        )

    def find(self, key: str) -> Property | None:
        """Find what is declared of a key, also by a pattern for keys."""
        known = self.properties.get(key)
        if known is None and self.file.patterned and _sound(self.file):
            matches = import_module("gitcfg.schemas.patterns").found
            return property_of(key, self.category, self.file, matches)
        return known

    def verdict(self, values: Mapping[str, Value]) -> Verdict | None:
        """Judge a file's values; None where the schema is broken, which its findings tell."""
        if any(finding.is_error and finding.key is None for finding in self.findings):
            return None
        if self.file.source is not None and self.file.source.plain().accepts(values):
            return Verdict((), (), values)
        return self._judge.verdict(dict(values))


def problems(file: SchemaFile) -> tuple[Finding, ...]:
    """Tell what is wrong with a schema file by itself, its patterns too."""
    return _with_patterns(file) if file.patterns else file.findings


@lru_cache(maxsize=_KEPT_UNITS)
def _with_patterns(file: SchemaFile) -> tuple[Finding, ...]:
    wrong = import_module("gitcfg.schemas.patterns").problems(file.patterns)
    told = (file.finding(pointer, f"{file.path}: {text}") for pointer, text in wrong)
    return (*file.findings, *told)


def _sound(file: SchemaFile) -> bool:
    return file.usable and not problems(file)


@lru_cache(maxsize=_KEPT_UNITS)
def _unit(category: str, file: SchemaFile, neighbours: tuple[SchemaFile, ...]) -> Unit:
    return Unit(category, file, neighbours)


class _Known(Mapping[str, Property]):
    """What all schemas declare; a key that two declare is the first one's."""

    def __init__(self, homes: Mapping[str, Unit]) -> None:
        self._homes = homes

    def __getitem__(self, key: str) -> Property:
        return self._homes[key].properties[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)

    def __contains__(self, key: object) -> bool:
        return key in self._homes


class Schemas:
    """All schemas of a tree. Made by `load`, which keeps the last ones."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._units = units
        self._homes: dict[str, Unit] = {}
        for unit in units.values():
            for key in unit.properties:
                self._homes.setdefault(key, unit)
        self.properties: Mapping[str, Property] = _Known(self._homes)
        self.categories = tuple(units)
        self._guesses: dict[str, str | None] = {}

    @classmethod
    def load(cls, files: Files, met: Callable[[Unit], object] | None = None) -> Schemas:
        """Take the schemas of a tree: `schemas/a/b.schema.json` is for `config/a/b.yaml`.

        Each plain one is handed to `met` when it has just been read: later it may be let go.
        """
        taken = (
            (path, data)
            for path, data in files.items()
            if path.startswith("schemas/") and path.endswith(".json")
        )
        return _TREES.get(tuple(sorted(taken)), met)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the schemas themselves, each thing once."""
        found = dict.fromkeys(one for unit in self._units.values() for one in unit.findings)
        return (*found, *self._declared_twice())

    def _declared_twice(self) -> Iterator[Finding]:
        for unit in self._units.values():
            for key in unit.properties:
                first = self._homes[key]
                if first is not unit:
                    yield unit.file.finding(
                        f"/properties/{key}",
                        f"{unit.file.path} and {schema_file(first.category)} both declare {key}. "
                        "Remove it from one of them",
                        key=key,
                    )

    def home(self, key: str) -> Unit | None:
        """Tell which schema declares a key by its name; None where none does."""
        return self._homes.get(key)

    def defaults(self) -> dict[str, Value]:
        """List the defaults of all keys that have one."""
        found: dict[str, Value] = {}
        for unit in self._units.values():
            defaults = unit.properties.defaults()
            found |= {key: one for key, one in defaults.items() if self._homes[key] is unit}
        return found

    def find(self, key: str) -> Property | None:
        """Find what is declared of a key; None where no schema knows it."""
        home = self._homes.get(key)
        if home is not None:
            return home.properties[key]
        found = (unit.find(key) for unit in self._units.values() if unit.file.patterned)
        return next((one for one in found if one is not None), None)

    def suggest(self, key: str) -> str | None:
        """Guess which key was meant."""
        if key not in self._guesses:
            close = difflib.get_close_matches(key, self.properties, n=1)
            self._guesses[key] = close[0] if close else None
        return self._guesses[key]

    def closed(self, category: str) -> bool:
        """Say whether a category allows no keys but those of its schema."""
        unit = self._units.get(category)
        return unit is not None and unit.closed

    def unit(self, category: str) -> Unit | None:
        """Give the schema of a category with what is needed to judge by it."""
        return self._units.get(category)

    def check_value(self, key: str, value: Value) -> tuple[Finding, ...]:
        """Judge one value by itself: nothing of other keys, nor of rules."""
        known = self.find(key)
        unit = self._units.get(known.category) if known else None
        verdict = unit.verdict({key: value}) if unit else None
        if verdict is None:
            return ()
        told = [("error", one) for one in verdict.errors] + [
            ("warning", one) for one in verdict.warnings
        ]
        return tuple(
            Finding(
                severity="error" if severity == "error" else "warning",
                message=one.message,
                rule=f"schema/{one.keyword}",
                key=key,
                value=value,
            )
            for severity, one in told
            if one.key == key
        )


_Tree = tuple[tuple[str, bytes], ...]


class _Trees:
    """The schemas of the trees that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[_Tree, Schemas] = {}

    def get(self, tree: _Tree, met: Callable[[Unit], object] | None) -> Schemas:
        with self._lock:
            found = self._kept.pop(tree, None)
        if found is None:
            found = _load(tree, met)
        with self._lock:
            self._kept[tree] = found
            while len(self._kept) > _KEPT_TREES:
                del self._kept[next(iter(self._kept))]
        return found


_TREES = _Trees()


def _load(tree: _Tree, met: Callable[[Unit], object] | None) -> Schemas:
    found: dict[str, SchemaFile] = {}
    for path, data in tree:
        found[path] = file = parsed(path, data)
        category = category_of(path)
        if met is not None and category is not None and file.source is not None:
            met(_unit(category, file, ()))
    units = {
        category: _unit(category, file, _neighbours(file, found))
        for path, file in found.items()
        if (category := category_of(path)) is not None
    }
    return Schemas(MappingProxyType(units))


def _neighbours(file: SchemaFile, found: Mapping[str, Any]) -> tuple[SchemaFile, ...]:
    """List the files that a file refers to, and those that these refer to."""
    if file.refs and any(one.named for one in found.values()):
        return tuple(one for one in found.values() if one is not file)
    seen: dict[str, SchemaFile] = {}
    left = [file]
    while left:
        for path in left.pop().neighbours():
            if path in found and path not in seen and found[path] is not file:
                seen[path] = found[path]
                left.append(found[path])
    return tuple(seen.values())
