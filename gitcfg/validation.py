"""A whole tree of files judged: what is stored, what holds, and every finding.

A file is parsed and judged once for each content, so a check after one edit costs that file.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from gitcfg import rules as custom
from gitcfg.document import Document, load
from gitcfg.keys import CONFIG, category_of
from gitcfg.model import Finding
from gitcfg.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gitcfg.judge import Told
    from gitcfg.model import Files, Severity, Value
    from gitcfg.rules import Problem, Rule
    from gitcfg.schema import Unit

UNKNOWN = "Unknown config key: {}. No validation rules defined"

_KEPT_FILES = 8192


@dataclass(frozen=True, slots=True)
class Stored:
    """A key as a file has it: the value, a whole float as integer where the type is, its place."""

    value: Value
    category: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A tree of files as validated. `values` are effective: what is stored, else the default.

    A key that stands in a file with a value that cannot be used is in neither.
    """

    stored: Mapping[str, Stored]
    values: Mapping[str, Value]
    schemas: Schemas
    findings: tuple[Finding, ...]
    documents: Mapping[str, Document]

    @property
    def valid(self) -> bool:
        """Whether it may take effect: nothing found is an error."""
        return not any(finding.is_error for finding in self.findings)


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """One file's share: entries as stored, and findings, but for what other files say of it."""

    document: Document
    stored: Mapping[str, Stored]
    findings: tuple[Finding, ...]


def check(files: Files, rules: Sequence[Rule] | None = None) -> Checked:
    """Judge a tree by its own schemas and the rules given; without, by those installed."""
    schemas = Schemas.load(files)
    judged = [
        _judge(parse(path, files[path]), schemas.unit(category))
        for path, category in sorted((path, category_of(path)) for path in files)
        if category is not None and path.startswith(CONFIG)
    ]
    stored, misplaced = _placed(judged, schemas)
    unsure = {key for one in judged for key in one.document.unsure}
    values = {
        key: known.default
        for key, known in schemas.properties.items()
        if known.has_default and key not in unsure
    }
    values |= {key: one.value for key, one in stored.items()}
    findings = [*_ignored(files), *schemas.findings]
    findings += [finding for one in judged for finding in one.findings]
    findings += [*misplaced, *_unknown(stored, schemas)]
    broken = {finding.key for finding in findings if finding.is_error}
    sound = {key: copy.deepcopy(value) for key, value in values.items() if key not in broken}
    findings += _ruled(custom.installed() if rules is None else rules, sound, stored)
    return Checked(
        stored=MappingProxyType(stored),
        values=MappingProxyType(values),
        schemas=schemas,
        findings=tuple(findings),
        documents=MappingProxyType({one.document.file: one.document for one in judged}),
    )


@lru_cache(maxsize=_KEPT_FILES)
def parse(path: str, data: bytes) -> Document:
    """Read a config file, once for each content."""
    return load(data, path)


@lru_cache(maxsize=_KEPT_FILES)
def _judge(document: Document, unit: Unit | None) -> _Judged:
    category = category_of(document.file) or ""
    values = {key: entry.value for key, entry in document.entries.items()}
    findings = list(document.findings)
    verdict = unit.verdict(values) if unit is not None and document.readable else None
    if unit is not None and verdict is not None:
        values = dict(verdict.values)
        findings += [_finding(document, "error", one) for one in verdict.errors]
        findings += [_finding(document, "warning", one) for one in verdict.warnings]
    stored = {
        key: Stored(values[key], category, document.file, entry.line, entry.column)
        for key, entry in document.entries.items()
    }
    return _Judged(document, MappingProxyType(stored), tuple(findings))


def _finding(document: Document, severity: Severity, told: Told) -> Finding:
    entry = document.entries.get(told.key or "")
    return Finding(
        severity=severity,
        message=told.message,
        rule=f"schema/{told.keyword}",
        key=told.key,
        file=document.file,
        line=entry.line if entry else None,
        column=entry.column if entry else None,
        value=entry.value if entry else None,
    )


def _at(stored: Stored, key: str, severity: Severity, rule: str, message: str) -> Finding:
    return Finding(
        severity=severity,
        message=message,
        rule=rule,
        key=key,
        file=stored.file,
        line=stored.line,
        column=stored.column,
        value=stored.value,
    )


def _placed(judged: Iterable[_Judged], schemas: Schemas) -> tuple[dict[str, Stored], list[Finding]]:
    """Take each key from the file it belongs in; tell those that stand elsewhere, or twice."""
    found: dict[str, list[Stored]] = {}
    for file in judged:
        for key, stored in file.stored.items():
            found.setdefault(key, []).append(stored)
    taken: dict[str, Stored] = {}
    findings: list[Finding] = []
    for key, places in found.items():
        known = schemas.find(key)
        home = known.file if known else places[0].file
        first = next((one for one in places if one.file == home), places[0])
        taken[key] = first
        for one in places:
            if one is not first:
                words = f"{key} stands in {first.file}:{first.line} too. Remove one of them"
                findings.append(_at(one, key, "error", "twice", words))
            elif one.file != home:
                words = f"{key} belongs in {home}, whose schema knows it. Move it there"
                findings.append(_at(one, key, "error", "place", words))
    return taken, findings


def _unknown(stored: Mapping[str, Stored], schemas: Schemas) -> Iterator[Finding]:
    for key, one in stored.items():
        if schemas.find(key) is None and not schemas.closed(one.category):
            yield _at(
                one, key, "warning", "unknown-key", UNKNOWN.format(key) + _guess(key, schemas)
            )


def _guess(key: str, schemas: Schemas) -> str:
    guess = schemas.suggest(key)
    return f". Did you mean {guess}?" if guess else ""


def _ignored(files: Files) -> Iterator[Finding]:
    for path in sorted(files):
        if path.startswith(CONFIG) and path.endswith(".yml") and "/." not in path:
            yield Finding(
                severity="warning",
                message=f"{path} is not read. Rename it to {path.removesuffix('.yml')}.yaml",
                rule="file-name",
                file=path,
            )


def _ruled(
    rules: Sequence[Rule], values: Mapping[str, Value], stored: Mapping[str, Stored]
) -> Iterator[Finding]:
    for rule in rules:
        try:
            problems = list(rule.check(MappingProxyType(dict(values))))
        except Exception as error:  # noqa: BLE001 - code of others, which must not stop a check
            yield Finding(
                severity="error",
                message=f"The rule {rule.name} failed ({type(error).__name__}: {error}). "
                "Mend or remove the package that installs it",
                rule=rule.name,
            )
            continue
        yield from (_of_problem(rule, problem, values, stored) for problem in problems)


def _of_problem(
    rule: Rule, problem: Problem, values: Mapping[str, Value], stored: Mapping[str, Stored]
) -> Finding:
    one = stored.get(problem.key)
    if one is not None:
        return _at(one, problem.key, problem.severity, rule.name, problem.message)
    return Finding(
        severity=problem.severity,
        message=problem.message,
        rule=rule.name,
        key=problem.key,
        value=values.get(problem.key),
    )
