"""The shapes of `--json`: every field is always there, None where there is nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gitcfg.values import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gitcfg.errors import GitcfgError
    from gitcfg.model import (
        Audited,
        Author,
        Change,
        Difference,
        Finding,
        Follower,
        Refusal,
        Remote,
        Setting,
        Status,
        Synced,
        Value,
        Version,
        Written,
    )
    from gitcfg.validation import Checked

Data = dict[str, Any]


def dumps(data: Any, *, indent: int | None = 2, ascii_only: bool = False) -> str:
    """Write a document as JSON that holds every text exactly and is harmless on a terminal."""
    return harmless(json.dumps(data, ensure_ascii=ascii_only, allow_nan=False, indent=indent))


def error(problem: GitcfgError) -> Data:
    """Shape an error."""
    return {
        "error": {
            "kind": problem.kind,
            "message": problem.message,
            "findings": findings(problem.findings),
        }
    }


def finding(one: Finding) -> Data:
    """Shape a finding, also as a warning."""
    return {
        "severity": one.severity,
        "key": one.key,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "value": _json(one.value),
        "message": one.message,
        "rule": one.rule,
    }


def findings(found: Iterable[Finding]) -> list[Data]:
    """Shape several findings."""
    return [finding(one) for one in found]


def setting(one: Setting) -> Data:
    """Shape the answer of `get`."""
    return {
        "key": one.key,
        "value": one.value,
        "version": one.version,
        "default": one.default,
        "uncommitted": one.uncommitted,
        "revision": one.revision,
        "updated": _moment(one.updated),
        "by": _person(one.by),
    }


def listed(one: Setting) -> Data:
    """Shape one setting of `list`."""
    return {
        **setting(one),
        "category": one.category,
        "title": one.title,
        "description": one.description,
        "type": one.type,
    }


def version(one: Version) -> Data:
    """Shape one version of `history`."""
    return {
        "key": one.key,
        "version": one.version,
        "value": one.value,
        "deleted": one.deleted,
        "active": one.active,
        "revision": one.revision,
        "author": _person(one.author),
        "committer": _person(one.committer),
        "origin": one.origin,
        "date": _moment(one.date),
        "action": one.action,
        "reason": one.reason,
        "via": one.via,
        "actor": one.actor,
        "client": one.client,
        "metadata": None if one.metadata is None else dict(one.metadata),
    }


def audited(one: Audited) -> Data:
    """Shape one record of `audit`."""
    return {**version(one), "status": one.status, "old": one.old, "error": one.error}


def difference(one: Difference) -> Data:
    """Shape one key of `diff`."""
    return {"key": one.key, "old": one.old, "new": one.new}


def written(one: Written) -> Data:
    """Shape what a verb that writes did."""
    return {
        "status": one.status,
        "revision": one.revision,
        "changes": [
            {"key": each.key, "old": each.old, "new": each.new, "version": each.version}
            for each in one.changes
        ],
        "warnings": findings(one.warnings),
        "followers": [follower(each) for each in one.followers],
    }


def follower(one: Follower) -> Data:
    """Shape a running program's record."""
    return {
        "name": one.name,
        "pid": one.pid,
        "state": one.state,
        "revision": one.revision,
        "since": _moment(one.since),
        "effect": one.effect,
    }


def checked(one: Checked) -> Data:
    """Shape the answer of `validate`."""
    return {"valid": one.valid, "findings": findings(one.findings), "changes": []}


def status(one: Status) -> Data:
    """Shape the answer of `status`."""
    return {
        "revision": one.revision,
        "branch": one.branch,
        "date": _moment(one.date),
        "drift": [*one.drift],
        "ahead": one.ahead,
        "behind": one.behind,
        "remote": None if one.remote is None else remote(one.remote),
        "refused": None if one.refused is None else refusal(one.refused),
        "followers": [follower(each) for each in one.followers],
    }


def remote(one: Remote) -> Data:
    """Shape how a branch stands to its upstream."""
    return {
        "name": one.name,
        "state": one.state,
        "push": one.push,
        "asked": _moment(one.asked),
        "unreachable": _moment(one.unreachable),
        "error": one.error,
        "advice": one.advice,
    }


def synced(one: Synced) -> Data:
    """Shape the answer of `sync`."""
    return {
        "status": "done" if one.changed else "unchanged",
        "upstream": one.upstream,
        "revision": one.revision,
        "pulled": one.pulled,
        "pushed": one.pushed,
        "unpushed": one.unpushed,
        "reapplied": [{"old": old, "new": new} for old, new in one.reapplied],
        "kept": one.kept,
        "notices": [*one.notices],
    }


def refusal(one: Refusal) -> Data:
    """Shape a snapshot that did not take effect."""
    return {
        "revision": one.revision,
        "held": one.held,
        "uncommitted": one.uncommitted,
        "findings": findings(one.findings),
    }


def change(one: Change) -> Data:
    """Shape one change as it takes effect."""
    return {
        "key": one.key,
        "old": one.old,
        "new": one.new,
        "version": one.version,
        "revision": one.revision,
        "author": _person(one.author),
        "date": _moment(one.date),
        "reason": one.reason,
        "via": one.via,
        "uncommitted": one.uncommitted,
    }


def _person(one: Author | None) -> Data | None:
    return None if one is None else {"name": one.name, "email": one.email}


def _json(value: Value) -> Value:
    """Keep a value that JSON can hold; a finding may be about one that it cannot, as NaN."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return str(value)
    return value


def _moment(one: datetime | None) -> str | None:
    return None if one is None else one.isoformat()
