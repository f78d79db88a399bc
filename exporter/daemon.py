"""The daemon: follows the settings, waits for the bell, and does at each tick what is to be done.

Changed settings are told at once, in the follower's thread, and taken up between two runs, never
within one.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from exporter import batches, delivery, helping, roster, rounds, runs, slots, turns
from exporter.destinations import registry
from exporter.errors import ExporterError, HeldError, QueueError
from exporter.events import BaselineSet, Noticed, Recovered, Started, Stopped, Trouble
from exporter.following import Following
from exporter.turns import Turn
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from exporter.bell import Bell
    from exporter.clock import Clock
    from exporter.destinations import Destination
    from exporter.events import Tell
    from exporter.following import Live
    from exporter.process import Process
    from exporter.queue import Queue
    from exporter.settings import RunSettings

_LONGEST_PAUSE = 5
"""Ticks between two tries while all of them fail."""

_log = logging.getLogger(__name__)


class Daemon:
    """One running exporter: `begin` first, then `run` until `stop` is called from anywhere."""

    def __init__(
        self,
        *,
        live: Live,
        queue: Queue,
        destination: Destination,
        bell: Bell,
        clock: Clock,
        me: Process,
        tell: Tell,
    ) -> None:
        self._queue = queue
        self._destination = destination
        self._bell = bell
        self._clock = clock
        self._me = me
        self._tell = tell
        self._following = Following(live, queue, clock=clock, tell=tell, changed=bell.ring)
        self._trouble = ""
        self._troubled = clock.now()
        self._failures = 0
        self._stopping = False
        # The first tick is the restart: it takes up everything that an earlier one left.
        self._restarting = True
        self._since = self._show_next = clock.now()
        self._shown: RunSettings | None = None

    def begin(self) -> None:
        """Check the destination, begin the schedule of a new queue, and listen.

        Raises AlarmError or DestinationError where nothing could be delivered.
        """
        registry.register(self._queue, self._destination)
        now = self._clock.now()
        baseline = self._baseline(now)
        current, slot = self._following.outlook(now)
        with self._queue.reading() as connection:
            held = batches.for_review(current.threshold)
            leaving = batches.waiting() & batches.trusted(current.threshold)
            waiting = batches.add_up(connection, leaving).entries
            review = batches.add_up(connection, held).entries
        self._tell(
            Started(
                time=now,
                zone=current.zone,
                settings=current,
                next=slot,
                waiting=waiting,
                review=review,
                destination=self._destination.place,
            )
        )
        if baseline is not None:
            self._tell(
                BaselineSet(time=now, zone=current.zone, date=baseline, next=slot, waiting=waiting)
            )
        self._following.listen()
        self._following.look_ahead()

    def run(self) -> None:
        """Work until someone calls `stop`."""
        while not self._stopping:
            self.tick()
            # What fails again and again is tried at longer and longer intervals.
            for _ in range(min(1 + self._failures, _LONGEST_PAUSE)):
                if not self._stopping:
                    self._bell.wait()
        if self._queue.shared:
            self._leave()
        self._tell(Stopped(time=self._clock.now(), zone=self._following.zone))

    def stop(self) -> None:
        """Have `run` return after the file that is under way; a signal handler may call this."""
        self._stopping = True
        self._bell.ring()

    def notice(self, message: str) -> None:
        """Tell what a person should know of the repository; from any thread."""
        self._tell(Noticed(time=self._clock.now(), zone=self._following.zone, message=message))

    def tick(self) -> None:
        """Do what is to be done now; whatever fails is told, and the next tick tries again."""
        done = [self._guarded(step) for step in (self._show, self._work, self._look_ahead)]
        if not all(done):
            self._failures += 1
            return
        if self._trouble:
            self._tell(
                Recovered(
                    time=self._clock.now(),
                    zone=self._following.zone,
                    message=self._trouble,
                    since=self._troubled,
                )
            )
        self._trouble, self._failures = "", 0

    def _guarded(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except HeldError:
            pass  # an `export-now` is at work: its turn
        except (ExporterError, GitcfgError) as error:
            self._in_trouble(error.message)
            return False
        except Exception as error:  # noqa: BLE001 - our mistake must not end all exports to come
            _log.exception("a tick failed")
            self._in_trouble(f"{type(error).__name__}: {error}. This is a bug; the log has more")
            return False
        return True

    def _work(self) -> None:
        current, again = self._following.current(), self._restarting
        with self._queue.reading() as connection:
            agenda = rounds.agenda(connection, current, self._clock.now(), again=again)
        if not agenda.empty:
            self._lead_or_help(current, again=again)
        self._restarting = False

    def _lead_or_help(self, current: RunSettings, *, again: bool) -> None:
        try:
            with delivery.shift(
                self._queue,
                self._destination,
                me=self._me,
                clock=self._clock,
                stopping=lambda: self._stopping,
            ) as shift:
                rounds.tick(shift, current, self._tell, again=again)
        except HeldError:
            if not self._queue.shared:
                raise
            helping.lend_a_hand(
                self._queue,
                self._destination,
                me=self._me,
                clock=self._clock,
                stopping=lambda: self._stopping,
            )

    def _show(self) -> None:
        """Let others on a shared queue see that we are there, and on which settings."""
        now, current = self._clock.now(), self._following.current()
        if not self._queue.shared or (current == self._shown and now < self._show_next):
            return
        with self._queue.writing() as connection:
            roster.say(
                connection,
                self._me,
                now,
                since=self._since,
                destination=self._destination.place,
                settings=current,
            )
        self._shown, self._show_next = current, now + roster.EVERY

    def _leave(self) -> None:
        with suppress(QueueError), self._queue.writing() as connection:
            roster.leave(connection, self._me)

    def _look_ahead(self) -> None:
        slot = self._following.look_ahead()
        if slot.moment > self._clock.now():
            self._bell.plan(slot.moment)

    def _baseline(self, now: datetime) -> date | None:
        current = self._following.current()
        with self._queue.writing() as connection:
            turns.take(connection, Turn.SCHEDULE)
            if runs.begun(connection):
                return None
            found = slots.due_date(now, current.at, current.zone)
            draft = runs.draft(connection, "baseline", found, current, me=self._me, now=now)
            runs.begin(connection, draft)
        return found

    def _in_trouble(self, message: str) -> None:
        if message != self._trouble:
            now, zone = self._clock.now(), self._following.zone
            self._troubled = self._troubled if self._trouble else now
            self._trouble = message
            self._tell(Trouble(time=now, zone=zone, message=message))
