"""The protocol by which every entry leaves exactly once: freeze, reserve, deliver, confirm.

Each step is on record before the next begins, so whoever comes after a kill goes on at the same
step with the same bytes under the same name. Nothing here looks at the clock or the settings in
force: a run goes by what it recorded at its start.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from exporter import batches, leases, runs, texts
from exporter.destinations import File, registry
from exporter.errors import AlarmError, DestinationError, HeldError, QueueError
from exporter.faults import point
from exporter.leases import Holder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from sqlalchemy import Connection

    from exporter.batches import Batch
    from exporter.clock import Clock
    from exporter.destinations import Destination
    from exporter.destinations.registry import Registered
    from exporter.leases import Lease
    from exporter.process import Process
    from exporter.queue import Queue
    from exporter.runs import Kind, Run
    from exporter.settings import RunSettings

State = Literal["done", "failed", "alarm", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt at a run ended; `retry` is when a failed one is tried again by itself."""

    run: Run
    state: State
    error: str | None = None
    retry: datetime | None = None


def _nobody_listens(batch: Batch) -> None:
    del batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What a process works with while it holds the lease.

    `stopping` is asked between files; `delivered` is told of each file.
    """

    queue: Queue
    destination: Destination
    lease: Lease
    me: Process
    clock: Clock
    stopping: Callable[[], bool] = lambda: False
    delivered: Callable[[Batch], None] = _nobody_listens

    def begin(self, kind: Kind, day: date, settings: RunSettings) -> Run:
        """Put a new run on record under the lease."""
        now = self.clock.now()
        with self._step() as connection:
            draft = runs.draft(connection, kind, day, settings, me=self.me, now=now)
            run = runs.begin(connection, draft)
        point("begun")
        return run

    def carry_out(self, run: Run, *, again: bool = False) -> Outcome:
        """Deliver what is left of a run; `again` also tries what an alarm stopped before.

        Raises LeaseLostError and QueueError; every other failure is put on record.
        """
        try:
            there = registry.register(self.queue, self.destination)
            # Only now: without the lease this could be what another process is writing just then.
            there.destination.prepare()
            alarms = [self._bring(batch, there, again=again) for batch in self._files(run, there)]
        except _StoppedError:
            return Outcome(run=self._read(run), state="stopped")
        except AlarmError as error:
            return self._alarmed(run, error.message)
        except DestinationError as error:
            return self._failed(run, error.message)
        first = next((alarm for alarm in alarms if alarm is not None), None)
        return self._settled(run) if first is None else self._alarmed(run, first)

    def _files(self, run: Run, there: Registered) -> Iterator[Batch]:
        """Go through the files that are frozen already, then freeze the next ones."""
        with self.queue.reading() as connection:
            frozen = batches.undelivered(connection, run)
        for batch in frozen:
            self._stop_here()
            yield batch
        while True:
            self._stop_here()
            with self._step() as connection:
                made = batches.freeze_next(connection, run, there.id, self.clock.now())
            if made is None:
                return
            point("frozen")
            yield made

    def _bring(self, batch: Batch, there: Registered, *, again: bool) -> str | None:
        """Deliver one file and confirm it; returns the alarm that stops it, if one does."""
        if batch.state == "alarm" and not again:
            return batch.error
        try:
            if there.id != batch.destination:
                there = registry.registered(self.queue, batch.destination)
                there.destination.prepare()
            there.destination.deliver(self._file(batch, there.destination))
        except AlarmError as error:
            with self._step() as connection:
                batches.alarm(connection, batch, error.message)
            return error.message
        point("delivered")
        with self._step() as connection:
            batches.confirm(connection, batch, now=self.clock.now())
        point("confirmed")
        self.delivered(batch)
        return None

    def _file(self, batch: Batch, destination: Destination) -> File:
        reserved = batch.reserved or destination.reserve(batch.name)
        if reserved is not None and batch.reserved is None:
            with self._step() as connection:
                batches.reserve(connection, batch, reserved)
            point("reserved")
        with self.queue.reading() as connection:
            content = batches.content(connection, batch)
        return File(name=batch.name, content=content, sha256=batch.sha256, reserved=reserved)

    def _settled(self, run: Run) -> Outcome:
        with self._step() as connection:
            runs.settle(connection, run, now=self.clock.now())
        point("settled")
        return Outcome(run=self._read(run), state="done")

    def _failed(self, run: Run, error: str) -> Outcome:
        with self._step() as connection:
            retry = runs.put_off(connection, run, error, now=self.clock.now())
        return Outcome(run=self._read(run), state="failed", error=error, retry=retry)

    def _alarmed(self, run: Run, error: str) -> Outcome:
        with self._step() as connection:
            runs.alarm(connection, run, error)
        return Outcome(run=self._read(run), state="alarm", error=error)

    def _read(self, run: Run) -> Run:
        with self.queue.reading() as connection:
            return runs.with_files(connection, run)

    @contextmanager
    def _step(self) -> Iterator[Connection]:
        with self.queue.writing() as connection:
            leases.renew(connection, self.lease, self.clock.now())
            yield connection

    def _stop_here(self) -> None:
        if self.stopping():
            raise _StoppedError


class _StoppedError(Exception):
    """The process was asked to end; between two files is the place for it."""


@contextmanager
def shift(
    queue: Queue,
    destination: Destination,
    *,
    me: Process,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
    delivered: Callable[[Batch], None] = _nobody_listens,
) -> Iterator[Shift]:
    """Hold the lease and offer to work under it; raises HeldError while someone else has it."""
    with queue.writing() as connection:
        found = leases.take(connection, me, clock.now())
    if isinstance(found, Holder):
        raise HeldError(
            f"{found.process} has been exporting for {texts.span(clock.now() - found.since)}; "
            "wait until it is done, or look at it with `exporter status`"
        )
    try:
        yield Shift(
            queue=queue,
            destination=destination,
            lease=found,
            me=me,
            clock=clock,
            stopping=stopping,
            delivered=delivered,
        )
    finally:
        with suppress(QueueError), queue.writing() as connection:
            leases.give_back(connection, found, clock.now())
