"""What several verbs begin with: repository, environment, identities, the log."""

from __future__ import annotations

import logging
import os
import time
from contextlib import contextmanager, suppress
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING

from dotenv import dotenv_values

import gitcfg
from bot import identities, keeping, settings
from bot.core import NAME, Core
from gitcfg import Author

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from pathlib import Path

    from bot.settings import Settings, Token

COMMITTER = Author("gitcfg bot", "bot@gitcfg.invalid")
_NAME, _EMAIL = "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"
_SECONDS = "%Y-%m-%dT%H:%M:%S"


def read(options: Namespace) -> tuple[Path, Settings]:
    """Find the repository, and what the environment says; it wins over the repository's `.env`."""
    root = gitcfg.open(options.directory).root
    written = dotenv_values(root / ".env", interpolate=False)
    return root, settings.read({**written, **os.environ})


@contextmanager
def at_work(root: Path, found: Settings) -> Iterator[Core]:
    """Open all that the bot works with; raises PlaceError, GitcfgError."""
    known = identities.load(found.identities, root)
    _furnish(root)
    with gitcfg.follow(root, name=NAME) as live:
        core = Core(
            settings=found,
            store=gitcfg.open(root, committer=_committer()),
            live=live,
            identities=known,
        )
        try:
            yield core
        finally:
            core.work.close()


def _committer() -> Author:
    """Name the bot as git's environment does; it is never the person whose machine this is."""
    name, address = os.environ.get(_NAME), os.environ.get(_EMAIL)
    return Author(name or COMMITTER.name, address or COMMITTER.email)


def _furnish(root: Path) -> None:
    """Give the library of charts a place of its own for what it keeps; it looks for one at home."""
    os.environ.setdefault("MPLCONFIGDIR", str(keeping.folder(root) / "matplotlib"))


@contextmanager
def logged(root: Path, token: Token, *, quiet: bool) -> Iterator[None]:
    """Keep a log in `var/bot/bot.log` and show it on stderr: times in UTC, and never the token."""
    place = keeping.folder(root) / "bot.log"
    keeping.furnish(place.parent)
    handlers: list[logging.Handler] = [_Log(place, encoding="utf-8")]
    if not quiet:
        handlers.append(logging.StreamHandler())
    form = _Form(token)
    top = logging.getLogger()
    # What is no word of ours is told from warnings on: the library's own log is long.
    logging.getLogger("bot").setLevel(logging.INFO)
    for one in handlers:
        one.setFormatter(form)
        top.addHandler(one)
    try:
        yield
    finally:
        for one in handlers:
            top.removeHandler(one)
            with suppress(OSError):
                one.close()


class _Form(logging.Formatter):
    """A line of the log; whatever a library says, tracebacks too, the token is not in it."""

    def __init__(self, token: Token) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(process)d %(levelname)s %(name)s: %(message)s", _SECONDS
        )
        self.converter = time.gmtime
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Write a record without the token."""
        return super().format(record).replace(self._token.reveal(), "…")


class _Log(WatchedFileHandler):
    """The log's file; that it cannot be written must not stop what it tells of."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Go on without."""
        del record
