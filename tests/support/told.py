"""Facts for the tests of reports: each maker fills in what its test does not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gitcfg.model import Author, Change, Finding, Follower, Setting, Status, Version, Written
from gitcfg.report.screen import Screen

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCREEN = Screen(now=NOW, zone=UTC)
COLOUR = Screen(now=NOW, zone=UTC, terminal=True, colour=True, width=80)
NOK = Author("Nok", "nok@example.com")
REVISION = "0123456789abcdef"
ERROR = Finding(
    severity="error", message="Bad", rule="r", key="A", file="config/a.yaml", line=3, column=1
)
WARNING = Finding(severity="warning", message="Hm", rule="r", file="config/a.yaml", line=2)
STAMP = "2026-03-01 12:00:00 +00:00"


def change(key: str = "A", old: Any = 1, new: Any = 2, **more: Any) -> Change:
    """Make a change."""
    facts: dict[str, Any] = {"version": 2, "revision": REVISION, **more}
    return Change(key=key, old=old, new=new, **facts)


def written(*made: Change, state: str = "done", **more: Any) -> Written:
    """Make the result of a verb that writes."""
    return Written(status=state, revision=REVISION, changes=made, **more)


def follower(state: str, *, since: float | None = 0.3, **more: Any) -> Follower:
    """Make the record of a running program."""
    facts: dict[str, Any] = {
        "name": "exporter",
        "pid": 7,
        "revision": REVISION,
        "since": None if since is None else NOW - timedelta(seconds=since),
        "effect": None,
        **more,
    }
    return Follower(state=state, **facts)


def version(number: int, value: Any, **more: Any) -> Version:
    """Make a version of key A."""
    facts: dict[str, Any] = {
        "key": "A",
        "old": None,
        "deleted": value is None,
        "active": False,
        "revision": REVISION,
        "author": NOK,
        "committer": NOK,
        "origin": None,
        "date": NOW - timedelta(hours=2),
        "action": "set",
        "reason": "",
        "via": "cli",
        "actor": None,
        "client": None,
        "metadata": None,
        **more,
    }
    return Version(version=number, value=value, **facts)


def setting(key: str, value: Any, category: str | None = "app", **more: Any) -> Setting:
    """Make a setting as it stands."""
    facts: dict[str, Any] = {
        "version": 2,
        "default": False,
        "uncommitted": False,
        "revision": REVISION,
        "updated": NOW - timedelta(hours=2),
        "by": NOK,
        "title": None,
        "description": None,
        "type": None,
        **more,
    }
    return Setting(key=key, value=value, category=category, **facts)


def standing(**more: Any) -> Status:
    """Make the status of a clone."""
    facts: dict[str, Any] = {
        "revision": REVISION,
        "head": REVISION,
        "branch": "main",
        "date": NOW - timedelta(hours=2),
        "drift": (),
        "uncommitted": (),
        "ahead": None,
        "behind": None,
        "remote": None,
        "refused": None,
        "notices": (),
        "followers": (),
        **more,
    }
    return Status(**facts)
