"""Turn edits into the files, findings and message of one commit, or say why not; writes nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitcfg.documents import document
from gitcfg.errors import ConflictError, InvalidError, NoReasonError, UsageError
from gitcfg.history import message
from gitcfg.intent import number
from gitcfg.model import Change
from gitcfg.recheck import recheck
from gitcfg.schemas.schema import config_file, schema_file
from gitcfg.values import dumps, same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitcfg.intent import Edit, View
    from gitcfg.model import Author, Files, Finding, Value
    from gitcfg.validation import Checked

REASON_KEY = "REQUIRE_CHANGE_REASON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who changes, why, through which door, and on which condition."""

    author: Author
    reason: str = ""
    expect: Mapping[str, int | str] = field(default_factory=dict)
    metadata: Mapping[str, Value] = field(default_factory=dict)
    via: str = "api"
    actor: str | None = None
    client: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A change that may be committed: new contents by path, and what it says; empty if none.

    `checked` is the whole tree with it, as judged.
    """

    files: Mapping[str, bytes]
    changes: tuple[Change, ...]
    warnings: tuple[Finding, ...]
    message: str
    checked: Checked


def plan(view: View, edits: Sequence[Edit], terms: Terms) -> Plan:
    """Plan a commit; raises ConflictError, InvalidError or NoReasonError."""
    _expected(view, [edit.key for edit in edits], terms)
    edits = [edit for edit in edits if not same(_stored(view.checked, edit.key), edit.new)]
    files = edited(view, edits)
    after = recheck(view.checked, {**view.files, **files}, files) if files else view.checked
    warnings = judge(view.checked, after, {edit.key for edit in edits})
    if edits:
        _reasoned(view, after, edits, terms)
    facts = tuple(_facts(view, edit, warnings) for edit in edits)
    return Plan(
        files=files,
        changes=tuple(_change(view, one, terms) for one in facts),
        warnings=warnings,
        message=_message(facts, terms) if facts else "",
        checked=after,
    )


def _stored(checked: Checked, key: str) -> Value:
    entry = checked.stored.get(key)
    return entry.value if entry else None


def _expected(view: View, keys: list[str], terms: Terms) -> None:
    for key, version in terms.expect.items():
        if key not in keys:
            raise UsageError(f"--expect names {key}, which this change does not touch")
        now = view.history.last(key)
        wanted, found = number(view, key, version), now.version if now else 0
        if wanted != found:
            value = dumps(now.value) if now else "not stored"
            raise ConflictError(
                f"{key} moved: you expect version {wanted}, but version {found} is in force "
                f"({value}). Look with `gitcfg history {key}`, then try again"
            )


def edited(view: View, edits: Sequence[Edit]) -> dict[str, bytes]:
    """Carry edits out on the files of a head: the new contents by path."""
    before = view.files
    files: dict[str, bytes] = {}
    for edit in edits:
        path = _file(view.checked, edit)
        data = files.get(path, before.get(path))
        if edit.new is None:
            files[path] = document.remove(data or b"", edit.key, path)
        else:
            data = _header(path, before) if data is None else data
            files[path] = document.replace(data, edit.key, edit.new, path)
    return files


def _file(checked: Checked, edit: Edit) -> str:
    stored, known = checked.stored.get(edit.key), checked.schemas.find(edit.key)
    if stored is not None:
        return stored.file
    if known is not None:
        return known.file
    if edit.category is None:
        raise UsageError(f"{edit.key} is in no schema: name its file with --category")
    return config_file(edit.category)


def _header(path: str, files: Files) -> bytes:
    category = path.removeprefix("config/").removesuffix(".yaml")
    schema = schema_file(category)
    if schema not in files:
        return b"{}\n"
    up = "../" * (category.count("/") + 1)
    return f"# yaml-language-server: $schema={up}{schema}\n{{}}\n".encode()


def judge(before: Checked, after: Checked, keys: set[str]) -> tuple[Finding, ...]:
    """Refuse by InvalidError what a change makes invalid; return the warnings it is to carry.

    What the head has already, and names none of the changed keys, does not refuse but is said.
    """
    had = {_mark(finding) for finding in before.findings}
    told = [one for one in after.findings if one.key in keys or _mark(one) not in had]
    errors = [one for one in told if one.is_error]
    if errors:
        raise InvalidError(_words(errors), errors)
    old = [one for one in after.findings if one.is_error]
    return tuple(told + old)


def _mark(finding: Finding) -> tuple[str, str | None, str | None, str]:
    return (finding.rule, finding.key, finding.file, finding.message)


def _words(errors: Sequence[Finding]) -> str:
    lines = [f"{one.key}: {one.message}" if one.key else one.message for one in errors]
    return lines[0] if len(lines) == 1 else "\n".join(lines)


def _reasoned(view: View, after: Checked, edits: Sequence[Edit], terms: Terms) -> None:
    if not is_written(terms.reason) and _asks(view, after):
        raise NoReasonError([edit.key for edit in edits])


def _asks(view: View, after: Checked) -> bool:
    """Say that a reason is required, before or after the change; a broken file does not lift it."""
    if any(one.values.get(REASON_KEY) is True for one in (view.checked, after)):
        return True
    last = view.history.last(REASON_KEY)
    return REASON_KEY not in view.checked.stored and last is not None and last.value is True


def is_written(reason: str) -> bool:
    """Tell whether a reason says anything: a letter, number, sign or symbol at least."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in reason)


def _facts(view: View, edit: Edit, warnings: Sequence[Finding]) -> message.KeyFacts:
    return message.KeyFacts(
        key=edit.key,
        action=edit.action,
        old=_stored(view.checked, edit.key),
        new=edit.new,
        version=view.history.number(edit.key) + 1,
        warnings=tuple(one.message for one in warnings if one.key == edit.key),
        to=edit.to,
    )


def _change(view: View, facts: message.KeyFacts, terms: Terms) -> Change:
    return Change(
        key=facts.key,
        old=facts.old,
        new=facts.new,
        version=facts.version,
        revision=view.head,
        author=terms.author,
        reason=terms.reason,
        via=terms.via,
    )


def _message(keys: tuple[message.KeyFacts, ...], terms: Terms) -> str:
    return message.compose(
        message.Facts(
            keys=keys,
            reason=terms.reason,
            via=terms.via,
            actor=terms.actor,
            client=terms.client,
            metadata=terms.metadata,
            subject=terms.subject,
        )
    )
