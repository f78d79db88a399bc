"""What several verbs begin with: repository, environment, settings in force, log."""

from __future__ import annotations

import logging
import os
import time
from contextlib import contextmanager, suppress
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING

from dotenv import dotenv_values

import gitcfg
from exporter import places, settings
from exporter.notices import log_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.events import Event
    from exporter.places import Places
    from exporter.settings import RunSettings
    from gitcfg import Refusal

_log = logging.getLogger("exporter")
_log.setLevel(logging.INFO)
_log.propagate = False
_SECONDS = "%Y-%m-%dT%H:%M:%S"


def find_places(options: Namespace) -> Places:
    """Find the repository from the working directory upwards, and all places in it.

    The environment wins over the repository's `.env`. Raises PlacesError where a chosen place
    cannot be.
    """
    root = gitcfg.open(options.directory).root
    written = dotenv_values(root / ".env", interpolate=False)
    found = places.find(root, {**written, **os.environ})
    found.check()
    return found


def settings_in_force(root: Path) -> tuple[RunSettings, Refusal | None]:
    """Read the settings that a follower here would run, and what lies there and is refused.

    Raises SettingsError, GitcfgError.
    """
    with gitcfg.follow(root) as live:
        return settings.read(live), live.refusal or live.started_from


@contextmanager
def logged(place: Path) -> Iterator[None]:
    """Keep a log; times are UTC, and moving the file away begins a new one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handler = _Log(place, encoding="utf-8")
    form = logging.Formatter("%(asctime)s.%(msecs)03dZ %(process)d %(message)s", _SECONDS)
    form.converter = time.gmtime
    handler.setFormatter(form)
    _log.addHandler(handler)
    try:
        yield
    finally:
        _log.removeHandler(handler)
        with suppress(OSError):  # what it could not write it cannot flush either
            handler.close()


class _Log(WatchedFileHandler):
    """The log's file; that it cannot be written must not stop what it tells of."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Go on without: the terminal tells the same, and the queue has it on record."""
        del record


def log(event: Event) -> None:
    """Put an event into the log, with all its facts."""
    _log.info("%s", log_line(event))
