"""A whole tree of files judged: what is stored, what holds, and every finding.

A file is parsed and judged once for each content, so a check after one edit costs that file.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from gitcfg import rules as custom
from gitcfg.documents.entries import Document, load
from gitcfg.keys import CONFIG, category_of, config_file
from gitcfg.model import Finding
from gitcfg.schemas.schema import Schemas
from gitcfg.tree import Judged, Storage, Stored, guessed, ignored, missing, placed, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from weakref import ref

    from gitcfg.model import Files, Severity, Value
    from gitcfg.rules import Problem, Rule
    from gitcfg.schemas.schema import Unit
    from gitcfg.schemas.verdict import Told

__all__ = ["Checked", "Stored", "check", "parse"]

_KEPT_FILES = 8192


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Checked:
    """A tree of files as validated. `values` are effective: what is stored, else the default.

    `shares` tell of each stored key which file it is taken from. A key that stands in a file with
    a value that cannot be used is in neither. Where it was judged by what changed since another
    tree, `touched` are the keys that may differ from that `before`.
    """

    shares: Mapping[str, Judged]
    values: Mapping[str, Value]
    schemas: Schemas
    findings: tuple[Finding, ...]
    documents: Mapping[str, Document]
    before: ref[Checked] | None = None
    touched: frozenset[str] = frozenset()

    def may_differ(self, other: Checked) -> Collection[str]:
        """List the keys that may be stored or effective otherwise than in another tree."""
        if other is self:
            return ()
        for one, base in ((self, other), (other, self)):
            if one.before is not None and one.before() is base:
                return one.touched
        return self.values.keys() | other.values.keys() | self.shares.keys() | other.shares.keys()

    @property
    def stored(self) -> Mapping[str, Stored]:
        """What stands in the files, with its places."""
        return Storage(self.shares)

    @property
    def valid(self) -> bool:
        """Whether it may take effect: nothing found is an error."""
        return not any(finding.is_error for finding in self.findings)


def check(files: Files, rules: Sequence[Rule] | None = None) -> Checked:
    """Judge a tree by its own schemas and the rules given; without, by those installed."""
    used = custom.installed() if rules is None else rules
    schemas = Schemas.load(files, partial(_meet, files))
    shares = [
        judged(path, files[path], schemas)
        for path in sorted(files)
        if path.startswith(CONFIG) and category_of(path) is not None
    ]
    taken, misplaced = placed(shares, schemas)
    findings = [*ignored(files), *schemas.findings, *missing(files, schemas)]
    for one in shares:
        findings += guessed(one.findings, schemas)
    findings += [*misplaced, *unknown(taken, schemas)]
    values = _effective(shares, taken, schemas)
    broken = {finding.key for finding in findings if finding.is_error}
    sound = {key: own(value) for key, value in values.items() if key not in broken}
    findings += ruled(used, sound, Storage(taken))
    return Checked(
        shares=MappingProxyType(taken),
        values=MappingProxyType(values),
        schemas=schemas,
        findings=tuple(findings),
        documents=MappingProxyType({one.document.file: one.document for one in shares}),
    )


def _meet(files: Files, unit: Unit) -> None:
    """Judge what a schema is for while it is at hand: all at once take many times the memory."""
    path = config_file(unit.category)
    if path in files and not unit.findings:
        _judge(parse(path, files[path]), unit)


def judged(path: str, data: bytes, schemas: Schemas) -> Judged:
    """Judge one file by the schema of its category, once for each content of both."""
    return _judge(parse(path, data), schemas.unit(category_of(path) or ""))


def _effective(
    shares: Iterable[Judged], taken: Mapping[str, Judged], schemas: Schemas
) -> dict[str, Value]:
    unsure = {key for one in shares for key in one.document.unsure}
    values = schemas.defaults()
    for key in unsure:
        values.pop(key, None)
    values |= {key: one.values[key] for key, one in taken.items()}
    return {key: own(value) for key, value in values.items()}


def own(value: Value) -> Value:
    """Copy what could be changed, since parsed files are kept for the next check."""
    return copy.deepcopy(value) if isinstance(value, dict | list) else value


@lru_cache(maxsize=_KEPT_FILES)
def parse(path: str, data: bytes) -> Document:
    """Read a config file, once for each content."""
    return load(data, path)


@lru_cache(maxsize=_KEPT_FILES)
def _judge(document: Document, unit: Unit | None) -> Judged:
    category = category_of(document.file) or ""
    verdict = unit.verdict(document.values) if unit is not None and document.readable else None
    if verdict is None:
        return Judged(document, category, document.values, document.findings)
    findings = list(document.findings)
    findings += [_finding(document, "error", one) for one in verdict.errors]
    findings += [_finding(document, "warning", one) for one in verdict.warnings]
    findings.sort(key=lambda finding: finding.line or 0)
    return Judged(document, category, verdict.values, tuple(findings))


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


def ruled(
    rules: Sequence[Rule], values: Mapping[str, Value], stored: Mapping[str, Stored]
) -> Iterator[Finding]:
    """Run rules over values, which nobody changes later; one that fails becomes a finding."""
    for rule in rules:
        try:
            problems = rule.check(MappingProxyType(values))
            yield from [_of_problem(rule, problem, values, stored) for problem in problems]
        except Exception as error:  # noqa: BLE001 - code of others, which must not stop a check
            yield Finding(
                severity="error",
                message=f"The rule {rule.name} failed ({type(error).__name__}: {error}). "
                "Mend or remove the package that installs it",
                rule=rule.name,
            )


def _of_problem(
    rule: Rule, problem: Problem, values: Mapping[str, Value], stored: Mapping[str, Stored]
) -> Finding:
    severity: Severity = "warning" if problem.severity == "warning" else "error"
    one = stored.get(problem.key)
    if one is not None:
        return one.finding(problem.key, severity, rule.name, problem.message)
    return Finding(
        severity=severity,
        message=problem.message,
        rule=rule.name,
        key=problem.key,
        value=values.get(problem.key),
    )
