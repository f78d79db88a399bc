"""What every part of the running bot works with: settings, store, live view, threads, clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import catalogue
from bot.versions import Versions
from bot.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.catalogue import Catalogue
    from bot.settings import Settings
    from gitcfg import Author, Live, Snapshot, Store

NAME = "bot"
"""Under which the bot follows the settings."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Core:
    """The bot's inside; `patience` is how many seconds a change waits for its followers."""

    settings: Settings
    store: Store
    live: Live
    identities: Mapping[int, Author] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    now: Callable[[], datetime] = _now
    patience: float = 10.0
    versions: Versions = field(init=False)
    _read: tuple[Snapshot, Catalogue] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.versions = Versions(store=self.store, live=self.live, work=self.work)

    @property
    def catalogue(self) -> Catalogue:
        """The settings in memory, as they are in force."""
        snapshot = self.live.snapshot
        if self._read is None or self._read[0] is not snapshot:
            self._read = (snapshot, catalogue.read(self.live))
        return self._read[1]
