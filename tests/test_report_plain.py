"""The shapes of `--json`, compared as a whole with DESIGN's table."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.errors import ConflictError, InvalidError
from gitcfg.model import (
    Author,
    Change,
    Difference,
    Finding,
    Follower,
    Refusal,
    Setting,
    Status,
    Version,
    Written,
)
from gitcfg.report import plain

WHEN = datetime(2026, 3, 1, 19, 30, tzinfo=timezone(timedelta(hours=7)))
NOK = Author("Nok", "nok@example.com")
NOK_DATA = {"name": "Nok", "email": "nok@example.com"}
BARE = Finding(severity="warning", message="Hm", rule="r")
BARE_DATA = {
    "severity": "warning",
    "key": None,
    "file": None,
    "line": None,
    "column": None,
    "value": None,
    "message": "Hm",
    "rule": "r",
}
FOLLOWER = Follower(
    name="exporter", pid=7, state="running", revision="abc", since=WHEN, effect="next", host="h"
)
FOLLOWER_DATA = {
    "name": "exporter",
    "pid": 7,
    "state": "running",
    "revision": "abc",
    "since": "2026-03-01T19:30:00+07:00",
    "effect": "next",
}
CHANGE = Change(key="A", old=1, new=2, version=3, revision="abc", author=NOK, reason="why")


def test_finding_has_every_field() -> None:
    """What a finding does not know is null."""
    assert plain.finding(BARE) == BARE_DATA


@pytest.mark.parametrize(
    ("value", "data"), [(math.nan, "nan"), (math.inf, "inf"), ({1}, "{1}"), ([1, "x"], [1, "x"])]
)
def test_finding_about_a_value_that_json_cannot_hold(value: object, data: object) -> None:
    """Such a value is told as text, so that the document stays JSON."""
    found = Finding(severity="error", message="m", rule="r", value=value)
    assert plain.finding(found)["value"] == data


def test_error_has_kind_message_and_findings() -> None:
    """An error is a document of its own, whatever its class."""
    assert plain.error(InvalidError("no", [BARE])) == {
        "error": {"kind": "invalid", "message": "no", "findings": [BARE_DATA]}
    }
    assert plain.error(ConflictError("moved"))["error"]["kind"] == "conflict"


def test_setting_as_get_and_as_list() -> None:
    """`list` has the fields of `get`, and what the schema says."""
    bare = Setting(
        key="A",
        value=None,
        version=0,
        default=True,
        uncommitted=False,
        revision=None,
        updated=None,
        by=None,
        category="app",
        title=None,
        description="d",
        type="string",
    )
    got = {
        "key": "A",
        "value": None,
        "version": 0,
        "default": True,
        "uncommitted": False,
        "revision": None,
        "updated": None,
        "by": None,
    }
    assert plain.setting(bare) == got
    more = {"category": "app", "title": None, "description": "d", "type": "string"}
    assert plain.listed(bare) == got | more


def test_version_has_every_field() -> None:
    """A version tells both persons, its origin and what was kept with it."""
    found = Version(
        key="A",
        version=2,
        value=None,
        old="x",
        deleted=True,
        active=True,
        revision="abc",
        author=NOK,
        committer=NOK,
        origin=None,
        date=WHEN,
        action="unset",
        reason="why",
        via="cli",
        actor="os:nok@host",
        client=None,
        metadata={"ticket": "7"},
    )
    assert plain.version(found) == {
        "key": "A",
        "version": 2,
        "value": None,
        "deleted": True,
        "active": True,
        "revision": "abc",
        "author": NOK_DATA,
        "committer": NOK_DATA,
        "origin": None,
        "date": "2026-03-01T19:30:00+07:00",
        "action": "unset",
        "reason": "why",
        "via": "cli",
        "actor": "os:nok@host",
        "client": None,
        "metadata": {"ticket": "7"},
    }


def test_written_has_every_field() -> None:
    """What a change did is told with its warnings and its followers."""
    found = Written(
        status="done",
        revision="abc",
        changes=(CHANGE,),
        warnings=(BARE,),
        followers=(FOLLOWER,),
        message="m",
    )
    assert plain.written(found) == {
        "status": "done",
        "revision": "abc",
        "changes": [{"key": "A", "old": 1, "new": 2, "version": 3}],
        "warnings": [BARE_DATA],
        "followers": [FOLLOWER_DATA],
    }


def test_status_has_every_field() -> None:
    """A refusal is told with its findings, null where nothing is refused."""
    refused = Refusal(findings=(BARE,), revision="def", held="abc", uncommitted=False)
    facts: dict[str, Any] = {
        "revision": "abc",
        "head": "def",
        "branch": "main",
        "date": WHEN,
        "drift": ("config/a.yaml",),
        "uncommitted": (),
        "ahead": None,
        "behind": None,
        "remote": None,
        "notices": (),
        "followers": (FOLLOWER,),
    }
    data = {
        "revision": "abc",
        "branch": "main",
        "date": "2026-03-01T19:30:00+07:00",
        "drift": ["config/a.yaml"],
        "ahead": None,
        "behind": None,
        "remote": None,
        "refused": None,
        "followers": [FOLLOWER_DATA],
    }
    told = {"revision": "def", "held": "abc", "uncommitted": False, "findings": [BARE_DATA]}
    assert plain.status(Status(refused=None, **facts)) == data
    assert plain.status(Status(refused=refused, **facts)) == data | {"refused": told}


def test_change_as_it_takes_effect() -> None:
    """A line of `watch` tells who and why, null for a hand edit."""
    assert plain.change(CHANGE) == {
        "key": "A",
        "old": 1,
        "new": 2,
        "version": 3,
        "revision": "abc",
        "author": NOK_DATA,
        "date": None,
        "reason": "why",
        "via": None,
        "uncommitted": False,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(JSON)
def test_document_holds_every_text_exactly(data: object) -> None:
    """Reading the document back gives the very value, control characters included."""
    assert json.loads(plain.dumps(data)) == data
    assert json.loads(plain.dumps(data, ascii_only=True)) == data


@given(st.text(st.characters()))
def test_document_commands_no_terminal(text: str) -> None:
    """What a terminal might act on stands in the document as an escape."""
    found = plain.dumps({"value": text}, indent=None)
    assert not set(found) & {*map(chr, range(32)), *map(chr, range(127, 160)), *"\u202e\u2066"}


def test_document_is_readable() -> None:
    """Thai stays Thai where the reader can take it, and is escaped where not."""
    assert plain.dumps({"a": "ไทย"}, indent=None) == '{"a": "ไทย"}'
    assert plain.dumps({"a": "ท"}, indent=None, ascii_only=True) == '{"a": "\\u0e17"}'


def test_difference_has_every_field() -> None:
    """A key that is stored on one side only is null on the other."""
    found = plain.difference(Difference(key="A", old=None, new=[1]))
    assert found == {"key": "A", "old": None, "new": [1]}
