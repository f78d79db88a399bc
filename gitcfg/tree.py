"""What the files of a tree say of each other: keys in a wrong file, or twice, or unknown to all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gitcfg.keys import CONFIG, SCHEMAS, category_of, config_file, is_text, schema_file
from gitcfg.model import Finding
from gitcfg.schemas.words import NOT_ALLOWED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitcfg.model import Files, Severity, Value
    from gitcfg.schemas.schema import Schemas

MAX_GUESSED = 50
UNKNOWN = "Unknown config key: {}. No validation rules defined"

_CLOSED = ("schema/additionalProperties", "schema/unevaluatedProperties")


@dataclass(frozen=True, slots=True)
class Stored:
    """A key as a file has it: the value, a whole float as integer where the type is, its place."""

    value: Value
    category: str
    file: str
    line: int
    column: int

    def finding(self, key: str, severity: Severity, rule: str, message: str) -> Finding:
        """Say something of the key at this place."""
        return Finding(
            severity=severity,
            message=message,
            rule=rule,
            key=key,
            file=self.file,
            line=self.line,
            column=self.column,
            value=self.value,
        )


def placed(
    files: Iterable[Mapping[str, Stored]], schemas: Schemas
) -> tuple[dict[str, Stored], list[Finding]]:
    """Take each key from the file it belongs in; tell those that stand elsewhere, or twice."""
    found: dict[str, list[Stored]] = {}
    for entries in files:
        for key, stored in entries.items():
            found.setdefault(key, []).append(stored)
    taken: dict[str, Stored] = {}
    findings: list[Finding] = []
    for key, places in found.items():
        home = _home(key, places, schemas)
        taken[key] = next((one for one in places if one.file == home), places[0])
        findings += _misplaced(key, places, taken[key], home)
    return taken, findings


def _home(key: str, places: list[Stored], schemas: Schemas) -> str:
    """Tell the file that a key belongs in; one that its own schema knows by pattern is at home."""
    if key not in schemas.properties:
        for one in places:
            unit = schemas.unit(one.category)
            if unit is not None and unit.find(key) is not None:
                return one.file
    known = schemas.find(key)
    return known.file if known else places[0].file


def _misplaced(key: str, places: list[Stored], taken: Stored, home: str) -> Iterator[Finding]:
    for one in places:
        if one is not taken:
            words = f"{key} stands in {taken.file}:{taken.line} too. Remove one of them"
            yield one.finding(key, "error", "twice", words)
        elif one.file != home:
            words = f"{key} belongs in {home}, whose schema knows it. Move it there"
            yield one.finding(key, "error", "place", words)


def unknown(stored: Mapping[str, Stored], schemas: Schemas) -> Iterator[Finding]:
    """Warn of keys that no schema knows, where it is not closed, which it says, nor broken."""
    found = [key for key, one in stored.items() if _is_unknown(key, one, schemas)]
    for key in found:
        # A guess costs milliseconds, and many unknown keys are no slips of the pen.
        guess = _guess(key, schemas) if len(found) <= MAX_GUESSED else ""
        yield stored[key].finding(key, "warning", "unknown-key", UNKNOWN.format(key) + guess)


def _is_unknown(key: str, one: Stored, schemas: Schemas) -> bool:
    unit = schemas.unit(one.category)
    told = unit is not None and (unit.closed or not unit.file.usable)
    return not told and schemas.find(key) is None


def guessed(findings: Iterable[Finding], schemas: Schemas) -> Iterator[Finding]:
    """Add the guess to what a closed schema says of a key, unless the key is another file's."""
    for finding in findings:
        key = finding.key or ""
        if finding.rule in _CLOSED and finding.message == NOT_ALLOWED:
            if schemas.find(key) is None:
                file = schema_file(category_of(finding.file or "") or "")
                words = f"{UNKNOWN.format(key)}, and {file} allows no others"
                yield replace(finding, message=words + _guess(key, schemas))
        else:
            yield finding


def _guess(key: str, schemas: Schemas) -> str:
    guess = schemas.suggest(key)
    return f". Did you mean {guess}?" if guess else ""


def missing(files: Files, schemas: Schemas) -> Iterator[Finding]:
    """Tell what a schema asks of a file that is not there."""
    for category in schemas.categories:
        file, unit = config_file(category), schemas.unit(category)
        if file in files or unit is None or not unit.properties:
            continue
        verdict = unit.verdict({})
        for told in verdict.errors if verdict is not None else ():
            yield Finding(
                severity="error",
                message=f"{file} is missing: {told.message}",
                rule=f"schema/{told.keyword}",
                key=told.key,
                file=file,
            )


def ignored(files: Files) -> Iterator[Finding]:
    """Warn of files that look like ours and are not read."""
    for path in sorted(files):
        cure = None if "/." in path else _cure(path)
        if cure is not None:
            message = f"{path} is not read. {cure}"
            yield Finding(severity="warning", message=message, rule="file-name", file=path)


def _cure(path: str) -> str | None:
    stem, dot, ending = path.rpartition(".")
    if not is_text(path) and path.endswith((".yaml", ".schema.json")):
        return "Rename it: its name is not UTF-8"
    if f"{dot}{ending}" not in (".yml", ".yaml"):
        return None
    if path.startswith(SCHEMAS):
        return f"Write it as JSON: {stem}.json"
    return f"Rename it to {stem}.yaml" if path.startswith(CONFIG) and ending == "yml" else None
