"""Who made a change and when, through which door, and why: the lines below its head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.when import both
from gitcfg.report.words import short, shown, visible

if TYPE_CHECKING:
    from gitcfg.model import Version
    from gitcfg.report.screen import Screen


def lines(one: Version, screen: Screen, *, commit: str = "revision") -> list[str]:
    """Tell person and moment, the way it came, and facts kept with it; `commit` is its kind."""
    return [
        f"{_person(one)}, {both(one.date, screen)}",
        _way(one, commit),
        *(f"{visible(name)}: {shown(value)}" for name, value in (one.metadata or {}).items()),
    ]


def reason(one: Version) -> list[str]:
    """Tell why, every line marked as the author's own words; nothing where none were written."""
    if not one.reason.strip():
        return []
    words = visible(one.reason.strip("\n"), lines=True)
    return [f"| {line}".rstrip() for line in words.split("\n")]


def _person(one: Version) -> str:
    author = visible(str(one.author))
    if one.committer == one.author or one.origin is None:
        return author
    return f"{author}, merged by {visible(str(one.committer))}"


def _way(one: Version, commit: str) -> str:
    actor = f" ({visible(one.actor)})" if one.actor else ""
    origin = f", from {short(one.origin)}" if one.origin else ""
    door = f"{visible(one.action)} via {visible(one.via)}{actor}"
    return f"{door}, {commit} {short(one.revision)}{origin}"
