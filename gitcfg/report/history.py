"""The history of one key as text, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.when import both
from gitcfg.report.words import cut, indent, short, shown, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.model import Version
    from gitcfg.report.screen import Screen


def versions(found: Iterable[Version], screen: Screen) -> str:
    """Tell versions as blocks: value, who and when, through which door, why."""
    return "\n\n".join(_block(one, screen) for one in found)


def _block(one: Version, screen: Screen) -> str:
    value = "(removed)" if one.deleted else cut(shown(one.value), screen)
    mark = f"  {screen.paint('bold green', '✓ ACTIVE')}" if one.active else ""
    head = f"{screen.paint('bold', f'version {one.version}')}  {visible(one.key)}: {value}{mark}"
    body = [f"{_person(one)}, {both(one.date, screen)}", _way(one), *_extras(one)]
    if one.reason.strip():
        reason = visible(one.reason.strip("\n"), lines=True)
        body += [f"| {line}".rstrip() for line in reason.split("\n")]
    return f"{head}\n{indent(chr(10).join(body))}"


def _person(one: Version) -> str:
    author = visible(str(one.author))
    if one.committer == one.author or one.origin is None:
        return author
    return f"{author}, merged by {visible(str(one.committer))}"


def _way(one: Version) -> str:
    actor = f" ({visible(one.actor)})" if one.actor else ""
    origin = f", from {short(one.origin)}" if one.origin else ""
    door = f"{visible(one.action)} via {visible(one.via)}{actor}"
    return f"{door}, revision {short(one.revision)}{origin}"


def _extras(one: Version) -> list[str]:
    return [f"{visible(name)}: {shown(value)}" for name, value in (one.metadata or {}).items()]
