"""Settings as YAML in git: validated at every door, followed live, explained by `git log`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
from gitcfg.model import (
    Author,
    Change,
    Finding,
    Follower,
    Refusal,
    Setting,
    Snapshot,
    Status,
    Version,
    Written,
)
from gitcfg.version import __version__

if TYPE_CHECKING:
    from gitcfg.initial import init
    from gitcfg.live import Live, follow
    from gitcfg.rules import Problem, Rule, rule
    from gitcfg.store import Store
    from gitcfg.store import Store as open  # noqa: A004, N813 - `gitcfg.open` says what it does

# Read lazily: a program pays only for the parts that it uses.
_LAZY = {
    "init": ("gitcfg.initial", "init"),
    "Live": ("gitcfg.live", "Live"),
    "follow": ("gitcfg.live", "follow"),
    "Problem": ("gitcfg.rules", "Problem"),
    "Rule": ("gitcfg.rules", "Rule"),
    "rule": ("gitcfg.rules", "rule"),
    "Store": ("gitcfg.store", "Store"),
    "open": ("gitcfg.store", "Store"),
}

__all__ = [
    "Author",
    "Change",
    "ConflictError",
    "DirtyError",
    "Finding",
    "Follower",
    "GitcfgError",
    "InvalidError",
    "Live",
    "LockedError",
    "NoReasonError",
    "Problem",
    "Refusal",
    "RemoteError",
    "RepositoryError",
    "Rule",
    "Setting",
    "Snapshot",
    "Status",
    "Store",
    "UnknownKeyError",
    "UnknownOutcomeError",
    "UsageError",
    "Version",
    "Written",
    "__version__",
    "follow",
    "init",
    "open",
    "rule",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'gitcfg' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    return getattr(import_module(module), attribute)
