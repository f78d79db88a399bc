"""What a verb that writes did, and what running programs made of it, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report import findings
from gitcfg.report.when import absolute, lasting
from gitcfg.report.words import cut, indent, short, shown, side, step, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitcfg.model import Change, Follower, Value, Written
    from gitcfg.report.screen import Screen

_SIGNS = {"+": "green", "-": "red"}


def written(
    one: Written, screen: Screen, *, keys: Sequence[str], defaults: Mapping[str, Value]
) -> str:
    """Tell what was written; `keys` were asked for, `defaults` hold where nothing is stored."""
    changed = {change.key for change in one.changes}
    same = [f"{visible(key)}: unchanged, no commit made" for key in keys if key not in changed]
    told = [_change(change, screen, defaults) for change in one.changes]
    if one.status == "dry-run":
        return "\n".join([*_dry(one, screen, told), *same])
    if len(told) == 1:
        told = [f"{told[0]}, revision {short(one.revision)})"]
    elif told:
        told = [f"{line})" for line in told] + [f"revision {short(one.revision)}"]
    return "\n".join([*told, *same])


def _dry(one: Written, screen: Screen, told: Sequence[str]) -> list[str]:
    head = f"{screen.paint('bold', 'dry run')}: nothing was changed"
    if not told:
        return [head]
    message = visible((one.message or "").rstrip("\n"), lines=True)
    return [
        head,
        *(f"{line})" for line in told),
        *_diff(one.diff or "", screen),
        "The commit message would be:",
        indent(message),
    ]


def _diff(text: str, screen: Screen) -> list[str]:
    lines = [cut(visible(line), screen) for line in text.split("\n") if line]
    return [indent(screen.paint(_SIGNS.get(line[0], ""), line)) for line in lines]


def _change(one: Change, screen: Screen, defaults: Mapping[str, Value]) -> str:
    old, new = (_side(value, one.key, screen, defaults) for value in (one.old, one.new))
    told = step(old, new, screen)
    return f"{screen.paint('bold', visible(one.key))}: {told}  (version {one.version}"


def _side(value: Value, key: str, screen: Screen, defaults: Mapping[str, Value]) -> str:
    if value is None and key in defaults:
        return f"{side(defaults[key], screen)} (default)"
    return side(value, screen)


def warnings(one: Written, screen: Screen) -> str:
    """Say what was accepted with a warning; errors that the branch has are told by `alarm`."""
    return findings.lines((each for each in one.warnings if not each.is_error), screen)


def alarm(one: Written, screen: Screen) -> str:
    """Say that what was stored is not in force, why, and the cure; nothing where it is."""
    errors = [each for each in one.warnings if each.is_error]
    refusing = [each for each in one.followers if each.state == "refused"]
    if errors:
        files = sorted({each.file for each in errors if each.file})
        named = visible(" ".join(files)) or "the commit"
        what = "stored, but not in force" if one.status == "done" else "it would not be in force"
        why = f"{named} is invalid, followers hold the last valid revision"
    elif refusing:
        errors = [error for each in refusing for error in each.refused]
        names = ", ".join(sorted({visible(each.name) for each in refusing}))
        what, why = "stored, but not in force everywhere", f"{names} refused it"
    else:
        return ""
    cure = "Mend what is named here and commit it: then the change takes effect as well"
    lines = [findings.lines(errors, screen), cure]
    head = f"{screen.paint('bold red', what)}: {why}"
    return "\n".join([head, *(indent(line, "  ") for line in lines if line)])


def followers(one: Written, screen: Screen) -> str:
    """Tell in their own words what the programs that follow made of a change."""
    if not one.followers:
        return "no program follows these settings here: the change waits for the next start"
    return "\n".join(_follower(each, screen) for each in one.followers)


def _follower(one: Follower, screen: Screen) -> str:
    name = screen.paint("bold", visible(one.name))
    return name + " " + _STATES.get(one.state, _unknown)(one, screen)


def _running(one: Follower, screen: Screen) -> str:
    since = f" since {_since(one, screen)}" if one.since else ""
    effect = f": {visible(one.effect)}" if one.effect else ""
    besides = indent(findings.lines(one.refused, screen))
    refuses = f"\n    It refuses other edits, which are not in force:\n{besides}" if besides else ""
    return f"runs it{since}{effect}{refuses}"


def _lagging(one: Follower, screen: Screen) -> str:
    since = f" since {_since(one, screen)}" if one.since else ""
    return (
        f"does not run it yet: still at {short(one.revision)}{since}. "
        "See `gitcfg status` in a moment"
    )


def _refused(one: Follower, screen: Screen) -> str:
    why = findings.lines(one.refused, screen)
    return f"refused it and holds {short(one.revision)}" + (f":\n{indent(why)}" if why else "")


def _dead(one: Follower, screen: Screen) -> str:
    moment = f" (last change {absolute(one.since, screen)})" if one.since else ""
    return (
        f"is gone: process {one.pid} ended at {short(one.revision)}{moment}. "
        "Start it again to run the change"
    )


def _unknown(one: Follower, _: Screen) -> str:
    return f"is {visible(one.state)} at {short(one.revision)}"


def _since(one: Follower, screen: Screen) -> str:
    return lasting((screen.now - one.since).total_seconds()) if one.since else ""


_STATES = {"running": _running, "lagging": _lagging, "refused": _refused, "dead": _dead}


def effective(one: Change, screen: Screen) -> str:
    """Tell one change as it takes effect, which is now: what, who, why, where."""
    told = step(side(one.old, screen), side(one.new, screen), screen)
    head = f"{absolute(screen.now, screen)}  {screen.paint('bold', visible(one.key))}"
    if one.uncommitted:
        return (
            f"{head}: {told}  ({screen.paint('yellow', 'uncommitted')}, on {short(one.revision)})"
        )
    return f"{head}: {told}{_credit(one)}"


def _credit(one: Change) -> str:
    by = f" by {visible(str(one.author))}" if one.author else ""
    why = f": {visible(one.reason.strip())}" if one.reason else ""
    return f"  (version {one.version}, {short(one.revision)}){by}{why}"


def committed(one: Change, screen: Screen) -> str:
    """Tell that a value in force by a hand edit is committed now: who and why are known."""
    value = cut(shown(one.new), screen)
    head = f"{absolute(screen.now, screen)}  {screen.paint('bold', visible(one.key))}"
    return f"{head}: {value} is committed{_credit(one)}"


def repaired(revision: str, screen: Screen) -> str:
    """Tell that what was refused has been mended."""
    word = screen.paint("green", "mended")
    return f"{absolute(screen.now, screen)}  {word}: {short(revision)} is in force"
