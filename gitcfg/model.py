"""The frozen values that the parts of gitcfg hand each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

Value = Any
"""A setting's value as JSON has them: str, int, float, bool, list, dict; None is 'not stored'."""

Files = Mapping[str, bytes]
"""Path within the repository, with `/`, to content: what lies under `config/` and `schemas/`."""

Severity = Literal["error", "warning"]

_IDENT = re.compile(r"\s*(?P<name>[^<>\n]*?)\s*<(?P<email>[^<>\n]*)>\s*")


@dataclass(frozen=True, slots=True)
class Author:
    """A person or program as git names one."""

    name: str
    email: str

    @classmethod
    def parse(cls, text: str) -> Author:
        """Read `Name <address>`; raises ValueError where it is not of that form."""
        found = _IDENT.fullmatch(text)
        if found is None or not found["name"]:
            raise ValueError(text)
        return cls(found["name"], found["email"])

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that validation says of a value or a file; line and column count from 1."""

    severity: Severity
    message: str
    rule: str
    key: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    value: Value = None

    @property
    def is_error(self) -> bool:
        """Whether it forbids the snapshot to take effect."""
        return self.severity == "error"

    @property
    def place(self) -> str:
        """`file:line:column` as far as known, else the empty string."""
        parts = (self.file, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key going from an old to a new value; None where no value was, or is, stored.

    A written change tells stored values. A change that a follower tells has effective ones, so a
    default stands where nothing is stored; `uncommitted` marks a hand edit, which has no author.
    """

    key: str
    old: Value
    new: Value
    version: int
    revision: str
    author: Author | None = None
    reason: str | None = None
    date: datetime | None = None
    via: str | None = None
    uncommitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key as it stands: its effective value and where that comes from.

    `default` says that no value is stored; `revision`, `updated` and `by` tell the commit that
    gave the key its stored value, None where there is none.
    """

    key: str
    value: Value
    version: int
    default: bool
    uncommitted: bool
    revision: str | None
    updated: datetime | None
    by: Author | None
    category: str | None
    title: str | None
    description: str | None
    type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one key, as history tells it; `value` is None where it was removed."""

    key: str
    version: int
    value: Value
    old: Value
    deleted: bool
    active: bool
    revision: str
    author: Author
    committer: Author
    origin: str | None
    date: datetime
    action: str
    reason: str
    via: str
    actor: str | None
    client: str | None
    metadata: Mapping[str, Value] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited(Version):
    """One applied change, or one attempt that was `refused` or `failed` with its `error`.

    An attempt made no version: its `version` is 0, its `value` what was asked for, its `revision`
    the commit that records it.
    """

    status: str
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One key whose stored value differs between two states; None where none is stored."""

    key: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What a running program's record says: the revision in force there and the effect of it.

    `state` is `running`, `lagging` (its revision lacks the branch's tip), `refused` (it holds an
    older snapshot because the present one is invalid) or `dead` (its process is gone). `failed`
    names what raised in the program when its revision came into force.
    """

    name: str
    pid: int
    state: str
    revision: str | None
    since: datetime | None
    effect: str | None
    host: str | None = None
    refused: tuple[Finding, ...] = ()
    uncommitted: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a verb that writes did: `status` is `done`, `unchanged` or `dry-run`.

    `message` is the commit's, `diff` its unified diff, which only a dry run tells.
    """

    status: str
    revision: str | None
    changes: tuple[Change, ...]
    warnings: tuple[Finding, ...] = ()
    followers: tuple[Follower, ...] = ()
    message: str | None = None
    diff: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a clone stands: `refused` is what lies here and is not in force, None if nothing.

    `revision` is in force and `date` its committer date; `ahead` and `behind` count commits
    against the upstream as last fetched, None without one; `drift` lists files that differ
    from the commit, `uncommitted` the keys whose hand edit is in force, `notices` what to know.
    """

    revision: str
    head: str
    branch: str | None
    date: datetime
    drift: tuple[str, ...]
    uncommitted: tuple[str, ...]
    ahead: int | None
    behind: int | None
    remote: Remote | None
    refused: Refusal | None
    notices: tuple[str, ...]
    followers: tuple[Follower, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """How a branch stands to its upstream, as last fetched, and what to do about it.

    `state` is in step, ahead, behind, diverged, rewritten, gone, new or unknown; `push` whether a
    change is pushed unasked; `asked` when the upstream answered last; `unreachable` since when it
    gives no answer, with the `error`.
    """

    name: str
    state: str
    ahead: int | None
    behind: int | None
    push: bool
    asked: datetime | None
    unreachable: datetime | None
    error: str | None
    advice: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What bringing a clone in step did; `pulled` and `pushed` count commits.

    `reapplied` pairs commits made anew with the new ones, None where nothing was left to change;
    `kept` is the reference that keeps what left a branch; `unpushed` counts what stays here only.
    """

    upstream: str
    revision: str
    pulled: int = 0
    pushed: int = 0
    reapplied: tuple[tuple[str, str | None], ...] = ()
    kept: str | None = None
    unpushed: int = 0
    notices: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything moved, here or there."""
        return bool(self.pulled or self.pushed or self.reapplied or self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A snapshot that did not take effect; `held` is the revision that stays in force."""

    findings: tuple[Finding, ...]
    revision: str | None
    held: str | None
    uncommitted: bool


@dataclass(frozen=True, slots=True)
class Snapshot(Mapping[str, Value]):
    """All effective values at one revision, validated and immutable.

    With hand edits in force, `revision` is the commit they stand on and `uncommitted` their keys.
    """

    effective: Mapping[str, Value]
    revision: str
    uncommitted: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not isinstance(self.effective, MappingProxyType):  # else it cannot be changed already
            object.__setattr__(self, "effective", MappingProxyType(dict(self.effective)))

    def __getitem__(self, key: str) -> Value:
        return self.effective[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.effective)

    def __len__(self) -> int:
        return len(self.effective)
