"""Every error that gitcfg raises on purpose, and the one word each is known by outside.

GitcfgError
├── UsageError          usage        the call itself is wrong
├── InvalidError        invalid      a value or a snapshot breaks a rule; has `.findings`
│   ├── UnknownKeyError unknown-key  no schema knows the key, or no value is there
│   └── NoReasonError   no-reason    REQUIRE_CHANGE_REASON asks for one
├── ConflictError       conflict     the key moved since the caller looked
├── DirtyError          dirty        a human left the file edited
├── LockedError         locked       someone else holds git's or our lock
├── RepositoryError     repository   not a repository that we can use
├── RemoteError         remote       the upstream said no or nothing
└── UnknownOutcomeError unknown      it may or may not have happened
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcfg.model import Finding


class GitcfgError(Exception):
    """The root: `kind` is its word in JSON, `exit_code` what the command ends with."""

    kind: ClassVar[str] = "bug"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.findings = tuple(findings)


class UsageError(GitcfgError):
    """The call is wrong, whatever the repository holds."""

    kind = "usage"
    exit_code = 2


class InvalidError(GitcfgError):
    """A value or a whole snapshot breaks the schema or a rule."""

    kind = "invalid"


class UnknownKeyError(InvalidError):
    """Nothing knows the key, or nothing is stored that the verb could work on."""

    kind = "unknown-key"


class NoReasonError(InvalidError):
    """A reason is required and none was written."""

    kind = "no-reason"

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(
            f"A reason is required to change {', '.join(keys)}, since REQUIRE_CHANGE_REASON is "
            "true before or after this change. Say why with --reason TEXT"
        )


class ConflictError(GitcfgError):
    """The key moved since the caller looked."""

    kind = "conflict"
    exit_code = 4


class DirtyError(GitcfgError):
    """The checked-out file differs from the commit, so writing would lose a human's edit."""

    kind = "dirty"

    def __init__(self, path: str, *, staged: bool = False) -> None:
        self.path = path
        self.staged = staged
        what, look = ("has edits", "") if not staged else ("has staged edits", "--cached ")
        super().__init__(
            f"{path} {what} that are not committed; nothing was changed. Look with "
            f"`git diff {look}HEAD -- {path}`, then commit them or drop them with "
            f"`git checkout HEAD -- {path}`, and try again"
        )


class LockedError(GitcfgError):
    """A lock was not free in time; the message names it and its holder as far as known."""

    kind = "locked"


class RepositoryError(GitcfgError):
    """The repository is of a kind or in a state that we cannot work with."""

    kind = "repository"


class RemoteError(GitcfgError):
    """The upstream refused, or could not be reached."""

    kind = "remote"


class UnknownOutcomeError(GitcfgError):
    """The answer was lost: the change may or may not stand."""

    kind = "unknown"
