"""Choose how folders are watched: as the system at hand does it best."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gitcfg.following.watching import Watcher


def watcher() -> Watcher:
    """Make a watcher: the system's own way where there is one, else watchdog's for all systems."""
    # Either takes a while to import, and only one is needed.
    try:
        made = import_module("gitcfg.following.inotify").Inotify()
    except (ImportError, AttributeError, OSError):
        made = import_module("gitcfg.following.observed").Observed()
    return cast("Watcher", made)
