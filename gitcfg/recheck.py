"""Judge a tree again after a few of its config files changed: at the cost of those, where it can.

The answer is that of a whole check. Where the change touches what files say of each other, or
where anything odd was found before, the whole tree is checked.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar
from weakref import ref

from gitcfg import rules as custom
from gitcfg.tree import Storage
from gitcfg.validation import Checked, check, judged, own, ruled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitcfg.model import Files, Finding, Value
    from gitcfg.rules import Rule
    from gitcfg.tree import Judged

T = TypeVar("T")

_OPEN = {dict, list}
"""What can be changed by whoever is handed it."""

_OF_A_FILE = ("yaml/", "schema/")


def recheck(
    before: Checked, files: Files, changed: Iterable[str], rules: Sequence[Rule] | None = None
) -> Checked:
    """Judge a tree of which all but the changed paths is as `before`."""
    used = custom.installed() if rules is None else rules
    names = {rule.name for rule in used}
    of_rules = [one for one in before.findings if one.rule in names]
    of_files = [one for one in before.findings if one.rule not in names]
    paths = sorted(changed)
    if not all(path in before.documents and path in files for path in paths):
        return check(files, rules)
    if not all(map(_is_of_a_file, of_files)) or any(one.is_error for one in of_rules):
        return check(files, rules)
    fresh = [judged(path, files[path], before.schemas) for path in paths]
    if not all(_is_plain(one, before) for one in fresh):
        return check(files, rules)
    return _merged(before, fresh, of_files, used)


def _is_of_a_file(finding: Finding) -> bool:
    return not finding.is_error and finding.rule.startswith(_OF_A_FILE)


def _is_plain(one: Judged, before: Checked) -> bool:
    """Say that a file holds only keys of its own schema, each readable and nowhere else."""
    unit = before.schemas.unit(one.category)
    if unit is None or one.document.unsure or not one.document.readable:
        return False
    return all(before.schemas.home(key) is unit for key in one.values)


def _merged(
    before: Checked, fresh: Sequence[Judged], of_files: Sequence[Finding], rules: Sequence[Rule]
) -> Checked:
    taken, values = _copy(before.shares), _copy(before.values)
    documents = _copy(before.documents)
    touched: set[str] = set()
    for one in fresh:
        old = documents[one.document.file].values
        touched.update(old, one.values)
        for key in old:
            _drop(key, taken, values, before)
        taken |= dict.fromkeys(one.values, one)
        values |= {key: own(value) for key, value in one.values.items()}
        documents[one.document.file] = one.document
    again = {one.document.file for one in fresh}
    findings = [one for one in of_files if one.file not in again]
    findings += [finding for one in fresh for finding in one.findings]
    findings.sort(key=lambda finding: finding.file or "")
    broken = {finding.key for finding in findings if finding.is_error}
    findings += ruled(rules, _sound(values, broken), Storage(taken))
    return Checked(
        shares=MappingProxyType(taken),
        values=MappingProxyType(values),
        schemas=before.schemas,
        findings=tuple(findings),
        documents=MappingProxyType(documents),
        before=ref(before),
        touched=frozenset(touched),
    )


def _copy(held: Mapping[str, T]) -> dict[str, T]:
    """Copy a mapping: of a proxy, the dict behind it, which is many times faster than by key."""
    return held.copy() if isinstance(held, MappingProxyType) else dict(held)


def _sound(values: Mapping[str, Value], broken: Collection[str | None]) -> Mapping[str, Value]:
    """Give rules copies of what they could change, of the keys that keep to their schema."""
    open_ = not _OPEN.isdisjoint(map(type, values.values()))
    if not broken and not open_:
        return values
    sound = dict(values)
    for key in broken:
        sound.pop(key or "", None)
    if open_:
        sound |= {key: own(value) for key, value in sound.items() if type(value) in _OPEN}
    return sound


def _drop(key: str, taken: dict[str, Judged], values: dict[str, Value], before: Checked) -> None:
    taken.pop(key, None)
    values.pop(key, None)
    known = before.schemas.properties.get(key)
    if known is not None and known.has_default:
        values[key] = own(known.default)
