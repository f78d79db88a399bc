"""Settings as YAML in git: validated at every door, followed live, explained by `git log`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitcfg.errors import (
        ConflictError,
        DirtyError,
        GitcfgError,
        InvalidError,
        LockedError,
        NoReasonError,
        RemoteError,
        RepositoryError,
        UnknownKeyError,
        UnknownOutcomeError,
        UsageError,
    )
    from gitcfg.following.live import Live, follow
    from gitcfg.initial import init
    from gitcfg.model import (
        Audited,
        Author,
        Change,
        Difference,
        Finding,
        Follower,
        Refusal,
        Remote,
        Setting,
        Snapshot,
        Status,
        Synced,
        Version,
        Written,
    )
    from gitcfg.remote.keeping import Keeper, keep_in_step
    from gitcfg.rules import Problem, Rule, rule
    from gitcfg.store import Store
    from gitcfg.store import Store as open  # noqa: A004, N813 - `gitcfg.open` says what it does
    from gitcfg.version import __version__

# Read when first asked for: a program pays only for the parts that it uses.
_MODULES = {
    "errors": "ConflictError DirtyError GitcfgError InvalidError LockedError NoReasonError "
    "RemoteError RepositoryError UnknownKeyError UnknownOutcomeError UsageError",
    "initial": "init",
    "following.live": "Live follow",
    "model": "Audited Author Change Difference Finding Follower Refusal Remote Setting Snapshot "
    "Status Synced Version Written",
    "remote.keeping": "Keeper keep_in_step",
    "rules": "Problem Rule rule",
    "store": "Store open",
    "version": "__version__",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
_OTHERWISE = {"open": "Store"}

__all__ = [
    "Audited",
    "Author",
    "Change",
    "ConflictError",
    "Difference",
    "DirtyError",
    "Finding",
    "Follower",
    "GitcfgError",
    "InvalidError",
    "Keeper",
    "Live",
    "LockedError",
    "NoReasonError",
    "Problem",
    "Refusal",
    "Remote",
    "RemoteError",
    "RepositoryError",
    "Rule",
    "Setting",
    "Snapshot",
    "Status",
    "Store",
    "Synced",
    "UnknownKeyError",
    "UnknownOutcomeError",
    "UsageError",
    "Version",
    "Written",
    "__version__",
    "follow",
    "init",
    "keep_in_step",
    "open",
    "rule",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gitcfg' has no attribute {name!r}")
    found = getattr(import_module(f"gitcfg.{_HOMES[name]}"), _OTHERWISE.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
