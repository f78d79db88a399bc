"""What git's own words mean: why a remote did not answer, and what came of a push; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_FAULTS = (
    (
        "Host key verification failed|authenticity of host|REMOTE HOST IDENTIFICATION",
        "is reached by ssh, which does not know its host key",
        "Connect once by hand with `ssh HOST` and compare the key, or add it to known_hosts",
    ),
    (
        (
            r"Authentication failed|could not read (?:Username|Password)|prompts disabled"
            r"|Access denied|Permission denied|Invalid username or|returned error: 40[13]"
        ),
        "refused the credentials",
        "Check the credential helper or the ssh key: `git fetch` must work without a question",
    ),
    (
        r"does not appear to be a git repo|[Rr]epository .*not found|No such file|error: 404",
        "has no repository where it is looked for",
        "Check the address: `git remote -v`",
    ),
    (
        (
            r"Could not resolve|Failed to connect|Couldn't connect|Connection (?:refused|reset)"
            r"|unable to access|Could not read from remote|unreachable|No route to host|timed out"
        ),
        "cannot be reached",
        "Check the network, then try again",
    ),
)
_BEFORE = re.compile("|".join(pattern for pattern, _, _ in _FAULTS))
_AFTER = re.compile(
    r"RPC failed|hung up unexpectedly|unexpected disconnect|send-pack|sideband|bad pack|early EOF"
)
_NOISE = re.compile(
    r"(?:Please make sure you have the correct access rights|and the repository exists|hint:|To |"
    r"Everything up-to-date|error: failed to push some refs)"
)
_LINE = re.compile(r"(?P<flag>[ +\-*=!])\t(?P<spec>[^\t]*)\t(?P<summary>.*)")
_MOST = 400


class Pushed(StrEnum):
    """What came of a push."""

    DONE = "done"
    MOVED = "moved"
    REFUSED = "refused"
    UNREACHED = "unreached"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a remote did not do what it was asked, and what a person can do about it."""

    what: str
    advice: str


def fault(err: str, *, timeout: float | None = None) -> Fault:
    """Tell from git's words why a remote did not answer; `timeout` where its time was over."""
    if timeout is not None:
        return Fault(
            f"did not answer within {timeout:.0f} s",
            "Check the network, or give it longer: `git config gitcfg.timeout SECONDS`",
        )
    for pattern, what, advice in _FAULTS:
        if re.search(pattern, err):
            return Fault(f"{what}{_said(err)}", advice)
    return Fault(f"failed{_said(err)}", "See what `git fetch` says")


def _said(err: str) -> str:
    words = spoken(err)
    return f" ({words})" if words else ""


def spoken(err: str) -> str:
    """Take what git and the other side said into one line, without git's standing phrases."""
    lines = (line.removeprefix("remote:").strip() for line in err.replace("\r", "\n").split("\n"))
    kept = [line for line in lines if line and not _NOISE.match(line)]
    text = "; ".join(
        line.removeprefix("fatal: ").removeprefix("error: ").rstrip(".") for line in kept
    )
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


def pushed(code: int | None, out: str, err: str) -> tuple[Pushed, str]:
    """Tell from `git push --porcelain` of one reference what came of it, and why."""
    for line in out.split("\n"):
        found = _LINE.fullmatch(line)
        if found and found["flag"] != "!":
            return (Pushed.DONE, "") if code == 0 else (Pushed.LOST, spoken(err))
        if found:
            return _rejected(found["summary"], err)
    if code == 0:
        return Pushed.DONE, ""
    begun = code is None or _AFTER.search(err) or not _BEFORE.search(err)
    return (Pushed.LOST if begun else Pushed.UNREACHED), spoken(err)


def _rejected(summary: str, err: str) -> tuple[Pushed, str]:
    reason = summary.partition("(")[2].removesuffix(")")
    if summary.startswith("[remote failure]"):
        return Pushed.LOST, spoken(err) or reason
    moved = ("failed to update ref", "cannot lock ref", "incorrect old value", "fetch first")
    if summary.startswith("[rejected]") or any(one in reason for one in moved):
        return Pushed.MOVED, reason
    said = spoken("\n".join(line for line in err.split("\n") if line.startswith("remote:")))
    return Pushed.REFUSED, f"{reason}: {said}" if said else reason
