"""How a clone stands to its upstream, and what bringing it in step did, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.when import both
from gitcfg.report.words import count, short, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.model import Remote, Synced
    from gitcfg.report.screen import Screen

_STATES = {
    "rewritten": "rewritten by a force-push",
    "gone": "the branch is gone from the remote",
    "new": "not there yet",
    "unknown": "never asked",
}


def facts(one: Remote, screen: Screen) -> Iterator[tuple[str, str]]:
    """Tell in lines with a name how a clone stands to its upstream, and what to do."""
    asked = f", asked {both(one.asked, screen)}" if one.asked else ", as last fetched"
    yield "upstream", f"{visible(one.name)}: {_distance(one)}{asked}"
    if one.unreachable:
        error = visible(one.error or "no answer")
        yield "unreachable", f"since {both(one.unreachable, screen)}: {error}"
    if one.advice:
        yield "", visible(one.advice)


def _distance(one: Remote) -> str:
    if one.state in _STATES:
        return _STATES[one.state]
    parts = {"not pushed": one.ahead, "not pulled": one.behind}
    words = [f"{count(number, 'commit')} {what}" for what, number in parts.items() if number]
    return ", ".join(words) or "in step"


def synced(one: Synced, screen: Screen) -> str:
    """Tell what bringing a clone in step did."""
    name, at = visible(one.upstream), short(one.revision)
    parts = {"pulled": one.pulled, "pushed": one.pushed}
    done = [f"{what} {count(number, 'commit')}" for what, number in parts.items() if number]
    if not one.changed:
        head = f"in step with {name} at {at}; nothing moved"
    else:
        head = f"{screen.paint('bold green', 'in step')} with {name} at {at}: {', '.join(done)}"
    lines = [head.removesuffix(": ")]
    lines += [_again(old, new) for old, new in one.reapplied]
    if one.kept:
        lines.append(f"what left the branch is kept: git log {visible(one.kept)}")
    if one.unpushed:
        lines.append(f"{count(one.unpushed, 'commit')} not pushed: gitcfg sync")
    return "\n".join(lines)


def _again(old: str, new: str | None) -> str:
    if new is None:
        return f"{short(old)} was left out: the upstream has that already, or its value counts"
    return f"{short(old)} was committed anew as {short(new)}"
