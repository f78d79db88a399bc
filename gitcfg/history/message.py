"""The commit message of a change, composed from facts and read back; pure text.

A message is a subject, the reason as written, and a last paragraph of `Config-…` trailers. No line
of a reason can begin or end that paragraph for any git tool, since those that could are indented.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitcfg.errors import UsageError
from gitcfg.values import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitcfg.model import Value

ACTIONS = ("set", "reset", "unset", "rollback", "revert")
_SUBJECT = 72
_RISKY = re.compile(r"(?:---|#|.{0,4}-+ *(?:>8|8<|>%|%<))")
_TRAILER = re.compile(r"Config-(?P<name>[A-Z][a-z]*): (?P<value>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """What a message says of one key; `old` and `new` are None where nothing is stored."""

    key: str
    action: str
    old: Value
    new: Value
    version: int
    warnings: tuple[str, ...] = ()
    to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a message of ours says; a refused attempt has a status and an error."""

    keys: tuple[KeyFacts, ...]
    reason: str = ""
    via: str = "api"
    actor: str | None = None
    client: str | None = None
    metadata: Mapping[str, Value] = field(default_factory=dict)
    subject: str | None = None
    status: str | None = None
    error: str | None = None


def compose(facts: Facts) -> str:
    """Write the commit message of a change; raises UsageError for a reason git cannot hold."""
    paragraphs = [facts.subject or subject(facts.keys)]
    if facts.reason.strip():
        paragraphs.append(_harmless(facts.reason))
    paragraphs.append("\n".join(_trailers(facts)))
    return "\n\n".join(paragraphs) + "\n"


def subject(keys: Sequence[KeyFacts]) -> str:
    """Say in one line what a change does."""
    if len(keys) > 1:
        verbs = {"set": "Set", "reset": "Reset", "unset": "Unset", "revert": "Revert"}
        return f"{verbs.get(keys[0].action, 'Change')} {len(keys)} settings"
    one = keys[0]
    older = "an older version" if one.to is None else f"v{one.to}"
    lines = {
        "set": f"Set {one.key} to ",
        "revert": f"Revert {one.key} to ",
        "rollback": f"Roll back {one.key} to {older}",
        "reset": f"Reset {one.key} to its default",
        "unset": f"Unset {one.key}",
    }
    line = lines[one.action]
    if not line.endswith(" "):
        return line
    return line + _short(dumps(one.new) if one.new is not None else "nothing", _SUBJECT - len(line))


def parse(message: str) -> Facts | None:
    """Read a message of ours back; None where it carries no trailers, as one made by hand."""
    body, _, block = message.rstrip("\n").rpartition("\n\n")
    lines = [_TRAILER.fullmatch(line) for line in block.split("\n")]
    pairs = [(found["name"], found["value"]) for found in lines if found]
    if not body or len(pairs) < len(lines):
        return None
    first, _, reason = body.partition("\n\n")
    try:
        return _read(pairs, first, reason)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _read(pairs: list[tuple[str, str]], first: str, reason: str) -> Facts:
    groups: list[dict[str, str]] = []
    common: dict[str, str] = {}
    for name, value in pairs:
        if name == "Key":
            groups.append({})
        if name in ("Key", "Action", "Old", "New", "Version"):
            groups[-1][name] = value
        elif name != "Warning":
            common[name] = value
    metadata = json.loads(common.get("Meta", "{}"))
    return Facts(
        keys=tuple(
            KeyFacts(
                key=group["Key"],
                action=group["Action"],
                old=json.loads(group["Old"]),
                new=json.loads(group["New"]),
                version=int(group["Version"]),
            )
            for group in groups
        ),
        reason=reason,
        via=common.get("Via", "git"),
        actor=common.get("Actor"),
        client=common.get("Client"),
        metadata=metadata if isinstance(metadata, dict) else {},
        subject=first,
        status=common.get("Status"),
        error=common.get("Error"),
    )


def _trailers(facts: Facts) -> list[str]:
    lines = []
    for one in facts.keys:
        lines += [
            f"Config-Key: {one.key}",
            f"Config-Action: {one.action}",
            f"Config-Old: {dumps(one.old)}",
            f"Config-New: {dumps(one.new)}",
            f"Config-Version: {one.version}",
            *(f"Config-Warning: {one_line(warning)}" for warning in one.warnings),
        ]
    lines.append(f"Config-Via: {one_line(facts.via)}")
    if facts.actor:
        lines.append(f"Config-Actor: {one_line(facts.actor)}")
    if facts.client:
        lines.append(f"Config-Client: {one_line(facts.client)}")
    if facts.metadata:
        lines.append(f"Config-Meta: {dumps(dict(facts.metadata))}")
    if facts.status:
        lines.append(f"Config-Status: {one_line(facts.status)}")
    if facts.error:
        lines.append(f"Config-Error: {one_line('; '.join(facts.error.splitlines()))}")
    return lines


def _harmless(reason: str) -> str:
    if "\0" in reason or any("\ud800" <= char <= "\udfff" for char in reason):
        raise UsageError(
            "The reason holds a character that no commit can hold (NUL or half a surrogate pair). "
            "Write it without"
        )
    return "\n".join(f" {line}" if _RISKY.match(line) else line for line in reason.split("\n"))


def one_line(text: str) -> str:
    """Fold a text into one line without control characters, for a trailer."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 1, 1)]}…"
