"""What the files of a tree say of each other: keys in a wrong file, or twice, or unknown to all."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gitcfg.keys import CONFIG, SCHEMAS, category_of, config_file, is_text, schema_file
from gitcfg.model import Finding
from gitcfg.schemas.words import NOT_ALLOWED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.documents.entries import Document
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


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One file's share: values as they are delivered, and findings, but for what others say."""

    document: Document
    category: str
    values: Mapping[str, Value]
    findings: tuple[Finding, ...]

    def stored(self, key: str) -> Stored:
        """Give a value with its place."""
        entry = self.document.entries[key]
        return Stored(self.values[key], self.category, self.document.file, entry.line, entry.column)


class Storage(Mapping[str, Stored]):
    """What a tree stores. Places are found when asked for: a check that finds nothing asks none."""

    __slots__ = ("_shares",)

    def __init__(self, shares: Mapping[str, Judged]) -> None:
        self._shares = shares

    def __getitem__(self, key: str) -> Stored:
        return self._shares[key].stored(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shares)

    def __len__(self) -> int:
        return len(self._shares)

    def __contains__(self, key: object) -> bool:
        return key in self._shares

    def keys(self) -> KeysView[str]:
        """List the keys."""
        return self._shares.keys()


def placed(shares: Iterable[Judged], schemas: Schemas) -> tuple[dict[str, Judged], list[Finding]]:
    """Take each key from the file it belongs in; tell those that stand elsewhere, or twice."""
    taken: dict[str, Judged] = {}
    more: dict[str, list[Judged]] = {}
    for one in shares:
        new = dict.fromkeys(one.values, one)
        for key in taken.keys() & new.keys():
            more.setdefault(key, []).append(new.pop(key))
        taken |= new
    findings: list[Finding] = []
    for key, first in taken.items():
        unit = schemas.home(key)
        if unit is None or unit.category != first.category or key in more:
            places = [first, *more.get(key, ())]
            home = _home(key, places, schemas)
            taken[key] = next((one for one in places if one.document.file == home), first)
            findings += _misplaced(key, places, taken[key], home)
    return taken, findings


def _home(key: str, places: list[Judged], schemas: Schemas) -> str:
    """Tell the file that a key belongs in; one that its own schema knows by pattern is at home."""
    home = schemas.home(key)
    if home is not None:
        return config_file(home.category)
    for one in places:
        unit = schemas.unit(one.category)
        if unit is not None and unit.find(key) is not None:
            return one.document.file
    known = schemas.find(key)
    return known.file if known else places[0].document.file


def _misplaced(key: str, places: list[Judged], taken: Judged, home: str) -> Iterator[Finding]:
    for one in places:
        if one is not taken:
            line = taken.stored(key).line
            words = f"{key} stands in {taken.document.file}:{line} too. Remove one of them"
            yield one.stored(key).finding(key, "error", "twice", words)
        elif one.document.file != home:
            words = f"{key} belongs in {home}, whose schema knows it. Move it there"
            yield one.stored(key).finding(key, "error", "place", words)


def unknown(taken: Mapping[str, Judged], schemas: Schemas) -> Iterator[Finding]:
    """Warn of keys that no schema knows, where it is not closed, which it says, nor broken."""
    strange = [key for key in taken if schemas.home(key) is None]
    found = [key for key in strange if _is_unknown(key, taken[key].category, schemas)]
    for key in found:
        # A guess costs milliseconds, and many unknown keys are no slips of the pen.
        guess = _guess(key, schemas) if len(found) <= MAX_GUESSED else ""
        words = UNKNOWN.format(key) + guess
        yield taken[key].stored(key).finding(key, "warning", "unknown-key", words)


def _is_unknown(key: str, category: str, schemas: Schemas) -> bool:
    unit = schemas.unit(category)
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
