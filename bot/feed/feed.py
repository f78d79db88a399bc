"""The feed's loop: looks, posts what is new in order, and remembers what it has told.

What is remembered is written after each post, so that a restart in between tells a thing twice
rather than never; Discord drops the second where it comes soon, by its nonce.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING, Any

import discord

from bot import texts, weblinks
from bot.feed import news, posts
from bot.keeping import Kept, folder
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cards import Card
    from bot.core import Core
    from bot.texts import Words

_log = logging.getLogger(__name__)
EVERY = 5.0
FLOOD = 10
"""More commits than this at once are summed up."""
_NONCE = 25
_SLOWEST = 60.0
_NOTICES = 50


class Feed:
    """Tells one channel; `run` until it is cancelled."""

    def __init__(self, core: Core, client: discord.Client, channel: int) -> None:
        self._core = core
        self._client = client
        self._channel = client.get_partial_messageable(channel, guild_id=core.settings.guild)
        self._kept = Kept(folder(core.store.root) / "feed.json")
        self._facts: dict[str, Any] = {}
        self._notices: list[str] = []
        self._drift: tuple[str, ...] = ()
        self._trouble = ""

    async def run(self) -> None:
        """Look whenever something is told, and every few seconds besides."""
        bell, loop = asyncio.Event(), asyncio.get_running_loop()

        def ring(*_: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(bell.set)

        ends = self._listen(ring)
        self._facts = await self._core.work.read(self._kept.read)
        failures = 0
        try:
            await self._client.wait_until_ready()
            while True:
                bell.clear()
                failures = 0 if await self._round() else failures + 1
                pause = EVERY if not failures else min(EVERY * 2**failures, _SLOWEST)
                try:
                    # Not `wait_for`: to be cancelled just when the bell rings would get lost in it.
                    async with asyncio.timeout(pause):
                        await bell.wait()
                except TimeoutError:
                    continue
                if failures:
                    await asyncio.sleep(min(2.0**failures, _SLOWEST))
        finally:
            for end in ends:
                end()

    def _listen(self, ring: Callable[..., None]) -> list[Callable[[], None]]:
        def noticed(text: str) -> None:
            self._notices.append(text)
            ring()

        live = self._core.live
        return [
            live.on_change(ring),
            live.on_commit(ring),
            live.on_refused(ring),
            live.on_repaired(ring),
            live.on_notice(noticed),
        ]

    async def _round(self) -> bool:
        """Tell what is new; False where that failed and is to be tried again."""
        try:
            await self._tell_commits()
            await self._tell_standing()
            await self._tell_notices()
        except (discord.DiscordException, GitcfgError, OSError, TimeoutError) as error:
            self._complain(error)
            return False
        except Exception:  # noqa: BLE001 - a fault of ours must not end the feed
            _log.exception("the feed failed")
            return False
        self._trouble = ""
        return True

    async def _tell_commits(self) -> None:
        told = self._facts.get("told")
        found = await self._core.work.read(news.since, self._core.store, told)
        words, now = self._words(), self._core.now()
        if found.rewritten:
            await self._post(posts.rewritten(words, str(told), found.newest, now=now), found.newest)
        elif len(found.commits) > FLOOD:
            await self._post(posts.summary(words, found.commits, now=now), found.newest)
        else:
            for made in found.commits:
                revision = made[0].revision
                link = await self._core.work.read(weblinks.of_commit, self._core.store, revision)
                await self._post(posts.commit(words, made, link, now=now), revision)
                await self._remember(told=revision)
        if found.newest != self._facts.get("told"):
            await self._remember(told=found.newest)

    async def _tell_standing(self) -> None:
        found = await self._core.work.read(news.standing, self._core.store)
        words, now = self._words(), self._core.now()
        refused = _mark(found.refusal.revision, found.refusal.findings) if found.refusal else None
        if refused != self._facts.get("refused"):
            if found.refusal is not None:
                await self._post(posts.refused(words, found.refusal, now=now), str(refused))
            else:
                await self._post(posts.repaired(words, now=now), None)
            await self._remember(refused=refused)
        # Files differ for a moment while a commit is made: what two looks agree on is drift.
        seen, self._drift = self._drift, found.drift
        drift = _mark(found.drift, found.differences) if found.drift else None
        if seen == found.drift and drift != self._facts.get("drift"):
            await self._post(posts.drift(words, found, now=now), drift)
            await self._remember(drift=drift)

    async def _tell_notices(self) -> None:
        while self._notices:
            text, known = self._notices[0], list(self._facts.get("notices", []))
            mark = _mark(text)
            if mark not in known:
                await self._post(posts.notice(self._words(), text, now=self._core.now()), mark)
                await self._remember(notices=[*known, mark][-_NOTICES:])
            self._notices.pop(0)

    async def _post(self, card: Card, nonce: str | None) -> None:
        once: dict[str, Any] = {"nonce": nonce[:_NONCE]} if nonce else {}
        await self._channel.send(embed=card.embed(), **once)

    async def _remember(self, **facts: Any) -> None:
        self._facts |= facts
        await self._core.work.read(self._kept.write, dict(self._facts))

    def _words(self) -> Words:
        guild = self._client.get_guild(self._core.settings.guild)
        return texts.of_locale(guild.preferred_locale if guild else texts.ENGLISH)

    def _complain(self, error: Exception) -> None:
        told = f"{type(error).__name__}: {error}"
        if told != self._trouble:
            self._trouble = told
            _log.error("the feed cannot tell what is new, and goes on trying: %s", told)


def _mark(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:_NONCE]
