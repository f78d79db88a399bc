"""Judge the values of one file by its schema, and the schema's references and defaults themselves.

Slow to import, for jsonschema is: `schema` imports it when the first file is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from referencing.exceptions import Unresolvable

from gitcfg.schemas import notes, references, words
from gitcfg.schemas.formats import CHECKER
from gitcfg.schemas.keywords import Checker, words_of
from gitcfg.schemas.patterns import SlowPatternError, budget
from gitcfg.schemas.verdict import Told, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from gitcfg.model import Finding, Value
    from gitcfg.schemas.schemafile import SchemaFile

_RANKS = {"type": 0, "const": 1, "enum": 1, "format": 1, "pattern": 1}
_RANKS |= dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), 2)
_LAST = 3


class Judge:
    """A schema file with those it refers to, ready to judge; not to be made of unusable files."""

    def __init__(self, file: SchemaFile, neighbours: Iterable[SchemaFile]) -> None:
        self._file = file
        self._files = [file, *neighbours]
        self._annotated = any('"x-warnings"' in one.text for one in self._files)
        self._registry = references.registry(self._files)
        self._root = {"$ref": file.base}
        self._validator = Checker(self._root, registry=self._registry, format_checker=CHECKER)

    def verdict(self, values: dict[str, Value]) -> Verdict:
        """Judge the values of the file, together and each by itself."""
        with budget():
            try:
                errors = tuple(_one_each(self._validator.iter_errors(values)))
                valid = dict(values)
                for error in errors:
                    valid.pop(error.key or "", None)
                warnings = tuple(self._warnings(valid))
                return Verdict(errors, warnings, self._delivered(values, valid))
            except (SlowPatternError, RecursionError, Unresolvable) as error:
                return Verdict((_failed(error, values),), (), values)

    def _warnings(self, values: dict[str, Value]) -> Iterator[Told]:
        if self._annotated:
            told = notes.warnings(self._validator, values, self._root)
            for key, message in dict.fromkeys((str(path[0]), text) for path, text in told if path):
                yield Told(key, "x-warnings", message)

    def _delivered(self, values: dict[str, Value], valid: dict[str, Value]) -> dict[str, Value]:
        floats = {key: value for key, value in valid.items() if _has_whole_float(value)}
        if not floats:
            return values
        whole: dict[str, Value] = notes.whole(self._validator, floats, self._root)
        return values | whole

    def findings(self, defaults: Mapping[str, Value]) -> Iterator[Finding]:
        """Tell references that lead nowhere, and defaults that break their own schema."""
        astray = tuple(references.astray(self._files, self._registry))
        yield from astray
        if astray:
            return
        for told in self.verdict(dict(defaults)).errors:
            if told.key in defaults:
                yield self._file.finding(
                    f"/properties/{told.key}/default",
                    f"{self._file.path}: the default of {told.key} is not valid: {told.message}",
                    key=told.key,
                )


def _has_whole_float(value: Value) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_whole_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()


def _one_each(errors: Iterable[ValidationError]) -> Iterator[Told]:
    """Tell one error for each key, format before range before limit; all that are about no key."""
    best: dict[str, tuple[int, ValidationError]] = {}
    for error in errors:
        key, rank = _key(error), _RANKS.get(_keyword(error), _LAST)
        if key is None:
            yield Told(None, _keyword(error), _message(error))
        elif key not in best or rank < best[key][0]:
            best[key] = rank, error
    for key, (_, error) in best.items():
        yield Told(key, _keyword(error), _message(error))


def _keyword(error: ValidationError) -> str:
    return error.validator if isinstance(error.validator, str) else "false"


def _key(error: ValidationError) -> str | None:
    if error.absolute_path:
        return str(error.absolute_path[0])
    return error.message if error.validator in ("required", "dependentRequired") else None


def _message(error: ValidationError) -> str:
    said = words_of(error)
    if said is None and error.validator in ("anyOf", "oneOf"):
        meant = _meant(error)
        said = words_of(meant) or words.of(meant) if meant else None
    return said or words.of(error)


def _meant(error: ValidationError) -> ValidationError | None:
    """Find the branch that a value was meant for: the only one whose type it has."""
    context = [one for one in error.context or () if one.schema_path]  # `false` means no value
    wrong = {one.schema_path[0] for one in context if one.validator == "type" and not one.path}
    rest = [one for one in context if one.schema_path[0] not in wrong]
    return rest[0] if len({one.schema_path[0] for one in rest}) == 1 else None


def _failed(error: Exception, values: Mapping[str, Value]) -> Told:
    if isinstance(error, SlowPatternError):
        key = next((key for key, value in values.items() if _holds(value, error.text)), None)
        return Told(key, "pattern", f"The pattern {error.pattern} takes too long. Simplify it")
    if isinstance(error, RecursionError):
        return Told(None, "$ref", "The schema refers to itself without end. Mend its $ref")
    return Told(None, "$ref", f"A $ref of the schema leads nowhere: {error}")


def _holds(value: Value, text: str) -> bool:
    if isinstance(value, dict):
        return text in value or any(_holds(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_holds(item, text) for item in value)
    return bool(value == text)
