"""The settings as the daemon follows them: what is in force, what it comes to, what changed.

What the follower tells comes in a thread of its own; the settings in force are one immutable
value that either thread may read at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from exporter import runs, settings, slots, texts
from exporter.errors import QueueError, SettingsError
from exporter.events import (
    Noticed,
    SettingsChanged,
    SettingsCommitted,
    SettingsRefused,
    SettingsRepaired,
)
from gitcfg import Finding, GitcfgError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from exporter.clock import Clock
    from exporter.events import Tell
    from exporter.queue import Queue
    from exporter.settings import RunSettings
    from exporter.slots import Slot
    from gitcfg import Change, Refusal, Snapshot


class Live(settings.Follows, Protocol):
    """What is needed of a live view of the settings; it tells in one thread, in order."""

    @property
    def refusal(self) -> Refusal | None:
        """Tell what lies there and is not taken."""

    @property
    def started_from(self) -> Refusal | None:
        """Tell what was not taken at the start, when an older revision had to be."""

    def on_change(self, told: Callable[[Change], None], *keys: str) -> object:
        """Call for each change that comes into force."""

    def on_commit(self, told: Callable[[Change], None], *keys: str) -> object:
        """Call when a value in force uncommitted became a commit."""

    def on_refused(self, told: Callable[[Refusal], None]) -> object:
        """Call when what lies there is not taken."""

    def on_repaired(self, told: Callable[[Snapshot], None]) -> object:
        """Call when it is taken again."""

    def on_notice(self, told: Callable[[str], None]) -> object:
        """Call with what a person should know of the repository."""

    def effect(self, text: str) -> None:
        """Say in a few words what the settings in force come to here."""


class Following:
    """The daemon's view of the settings; raises SettingsError where they steer no exporter.

    `changed` is called after each change, so that the schedule is looked at anew.
    """

    def __init__(
        self,
        live: Live,
        queue: Queue,
        *,
        clock: Clock,
        tell: Tell,
        changed: Callable[[], None],
    ) -> None:
        self._live = live
        self._queue = queue
        self._clock = clock
        self._tell = tell
        self._changed = changed
        self._seen: tuple[Snapshot, RunSettings] = (live.snapshot, settings.read(live))
        self._recorded: date | None = None
        self._effect = self._misfit = ""

    def listen(self) -> None:
        """Tell from now on what comes into force and what is refused, beginning with today's."""
        refused = self._live.refusal or self._live.started_from
        if refused is not None:
            self._on_refused(refused)
        self._live.on_refused(self._on_refused)
        self._live.on_repaired(self._on_repaired)
        self._live.on_change(self._on_change, *settings.KEYS)
        self._live.on_commit(self._on_commit, *settings.KEYS)
        self._live.on_notice(self._on_notice)

    @property
    def zone(self) -> ZoneInfo:
        """The zone that was read last, to show times in."""
        return self._seen[1].zone

    def current(self) -> RunSettings:
        """Read the settings in force; where no exporter can run on them, the last good ones.

        Raises GitcfgError where the repository cannot be read just now.
        """
        snapshot = self._live.snapshot
        if snapshot is not self._seen[0]:
            try:
                self._seen = (snapshot, settings.read(self._live))
                self._misfit = ""
            except SettingsError as error:
                self._unfit(snapshot, error)
        return self._seen[1]

    def outlook(self, now: datetime) -> tuple[RunSettings, Slot]:
        """Tell the settings in force and the next daily run under them."""
        try:
            current = self.current()
        except GitcfgError:
            current = self._seen[1]  # the next tick will tell; a change is told all the same
        return current, self._slot(current, now)

    def look_ahead(self) -> Slot:
        """Tell the next daily run, and keep the follower's own words true as days go by."""
        while True:
            before, now = self._live.snapshot, self._clock.now()
            current, slot = self.outlook(now)
            effect = texts.effect(slot, now, current.zone)
            if effect != self._effect:
                self._say(effect)
            # Had the follower's thread said something newer meanwhile, it would be hidden now.
            if self._live.snapshot is before:
                return slot

    def _on_change(self, change: Change) -> None:
        self._tell(self._event(SettingsChanged, change))
        self._changed()

    def _on_commit(self, change: Change) -> None:
        self._tell(self._event(SettingsCommitted, change))

    def _event(self, kind: type[SettingsChanged], change: Change) -> SettingsChanged:
        now = self._clock.now()
        current, slot = self.outlook(now)
        effect = texts.effect(slot, now, current.zone)
        self._say(effect)
        return kind(time=now, zone=current.zone, change=change, next=slot, effect=effect)

    def _on_refused(self, refusal: Refusal) -> None:
        errors = tuple(one for one in refusal.findings if one.is_error)
        self._refuse(errors or refusal.findings, refusal.held)

    def _on_repaired(self, snapshot: Snapshot) -> None:
        now = self._clock.now()
        current, slot = self.outlook(now)
        self._tell(
            SettingsRepaired(time=now, zone=current.zone, revision=snapshot.revision, next=slot)
        )
        self._changed()

    def _on_notice(self, message: str) -> None:
        now = self._clock.now()
        self._tell(Noticed(time=now, zone=self.zone, message=message))

    def _unfit(self, snapshot: Snapshot, error: SettingsError) -> None:
        held = self._seen[1]
        self._seen = (snapshot, held)
        if error.message != self._misfit:
            self._misfit = error.message
            finding = Finding(
                severity="error", message=error.message, rule="exporter", key=error.key
            )
            self._refuse((finding,), held.revision)

    def _refuse(self, findings: tuple[Finding, ...], held: str | None) -> None:
        now = self._clock.now()
        current, slot = self.outlook(now)
        self._tell(
            SettingsRefused(time=now, zone=current.zone, findings=findings, held=held, next=slot)
        )

    def _slot(self, current: RunSettings, now: datetime) -> Slot:
        try:
            with self._queue.reading() as connection:
                self._recorded = runs.recorded(connection)
        except QueueError:
            pass  # the next tick will tell; until then, what was read last still says when
        return slots.next_slot(now, current.at, current.zone, self._recorded)

    def _say(self, effect: str) -> None:
        self._effect = effect
        self._live.effect(effect)
