"""The newest versions of settings in memory, for those who choose one to go back to.

What a person is likely to ask for next is read in the background; who asks is never kept waiting
longer than a moment.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot import cutting, values
from bot.catalogue import CHOICES
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from bot.work import Work
    from gitcfg import Live, Store, Version

_PATIENCE = 1.0
_KEPT = 256
_READ = 200
_LABEL, _VALUE, _WHO = 100, 40, 25


@dataclass(kw_only=True)
class Versions:
    """Versions by key, as of the revision in force."""

    store: Store
    live: Live
    work: Work
    _known: OrderedDict[str, tuple[str, tuple[Version, ...]]] = field(default_factory=OrderedDict)
    _asked: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def look(self, key: str) -> None:
        """Have a key's versions read, where memory lacks them; waits a moment at most."""
        known = self._known.get(key)
        if known is not None and known[0] == self.live.snapshot.revision:
            return
        if key not in self._asked:
            task = self._asked[key] = asyncio.create_task(self._read(key))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        await asyncio.wait([self._asked[key]], timeout=_PATIENCE)

    async def _read(self, key: str) -> None:
        revision = self.live.snapshot.revision
        try:
            found = await self.work.read(self.store.history, key, limit=_READ)
        except GitcfgError:
            found = ()
        self._known[key] = (revision, found)
        self._known.move_to_end(key)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def offered(self, key: str, typed: str, form: str) -> list[tuple[str, str]]:
        """Offer older versions that fit what was typed, as (shown, version); newest first."""
        _, found = self._known.get(key, ("", ()))
        typed = typed.strip().casefold()
        every = ((_label(one, form), str(one.version)) for one in found if not one.active)
        return [
            (shown, version)
            for shown, version in every
            if typed in shown.casefold() or version == typed
        ][:CHOICES]


def _label(one: Version, form: str) -> str:
    value = "—" if one.deleted else cutting.cut(cutting.visible(values.shown(one.value)), _VALUE)
    who = cutting.cut(cutting.visible(one.author.name), _WHO)
    text = form.format(version=one.version, value=value, who=who, date=f"{one.date:%Y-%m-%d %H:%M}")
    return cutting.cut(text, _LABEL)
