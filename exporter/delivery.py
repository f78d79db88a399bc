"""The protocol by which every entry leaves exactly once: freeze, reserve, deliver, confirm.

Each step is on record before the next begins, so whoever comes after a kill goes on at the same
step with the same bytes under the same name. Nothing here looks at the clock or the settings in
force: a run goes by what it recorded at its start. Who holds the lease leads; where several
processes share a queue, others help (`helping.py`).
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from exporter import batches, claims, leases, runs, texts, turns
from exporter.carrying import Carrier
from exporter.destinations import registry
from exporter.errors import AlarmError, DestinationError, HeldError, QueueError
from exporter.faults import point
from exporter.leases import Holder
from exporter.supply import Supply
from exporter.turns import Turn

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
    from exporter.supply import Next

_LOOK = 0.05
"""Seconds between two looks at what helpers still bring."""

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
            there.destination.prepare()
            with self._step() as connection:
                runs.aim(connection, run, there.id)
            self._bring_all(run, there, again=again)
        except _StoppedError:
            return Outcome(run=self._read(run), state="stopped")
        except AlarmError as error:
            return self._alarmed(run, error.message)
        except DestinationError as error:
            return self._failed(run, error)
        return self._ended(run)

    def _bring_all(self, run: Run, there: Registered, *, again: bool) -> None:
        """Bring the files that are frozen already, then freeze and bring the next ones.

        Those that a living helper brings are waited for, and taken over should it die.
        """
        states = claims.ALARMED_TOO if again else claims.FROZEN
        supply = Supply(
            queue=self.queue, run=run, destination=there.id, me=self.me, guard=self._renew
        )
        carrier = Carrier(self.queue, clock=self.clock, guard=self._renew, delivered=self.delivered)
        with carrier:
            bring = partial(self._bring, supply, carrier, there)
            bring(partial(supply.left_over, states=states))
            while True:
                bring(lambda connection, _: supply.fresh(connection))
                bring(supply.left_over)
                with self._step() as connection:
                    if not supply.under_way(connection):
                        return
                time.sleep(_LOOK)

    def _bring(
        self,
        supply: Supply,
        carrier: Carrier,
        there: Registered,
        find: Callable[[Connection, int], Next | None],
    ) -> None:
        """Bring one file after the other as `find` gives them, told the last one's id."""

        def find_on(connection: Connection) -> Next | None:
            return None if self.stopping() else find(connection, last)

        last = 0
        self._stop_here()
        with self._step() as connection:
            found = find_on(connection)
        while found is not None:
            self._stop_here(partial(supply.give_back, found=found))
            batch = supply.frozen(found)
            if batch is None:
                with self._step() as connection:
                    found = find_on(connection)
                continue
            last = batch.id
            found = carrier.bring(batch, there, find_on)
        self._stop_here()

    def _ended(self, run: Run) -> Outcome:
        with self._step() as connection:
            # From here on nobody freezes a further file of it.
            turns.take(connection, Turn.FREEZE)
            error = batches.alarmed(connection, run)
            if error is None:
                runs.settle(connection, run, now=self.clock.now())
            else:
                runs.alarm(connection, run, error)
        point("settled")
        return Outcome(run=self._read(run), state="alarm" if error else "done", error=error)

    def _failed(self, run: Run, error: DestinationError) -> Outcome:
        told, rest = error.message, timedelta(seconds=error.retry_after or 0)
        with self._step() as connection:
            retry = runs.put_off(connection, run, told, now=self.clock.now(), at_least=rest)
        return Outcome(run=self._read(run), state="failed", error=told, retry=retry)

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
            self._renew(connection)
            yield connection

    def _renew(self, connection: Connection) -> None:
        leases.renew(connection, self.lease, self.queue.moment(connection))

    def _stop_here(self, give_back: Callable[[Connection], None] | None = None) -> None:
        if not self.stopping():
            return
        if give_back is not None:
            with self._step() as connection:
                give_back(connection)
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
        now = queue.moment(connection)
        found = leases.take(connection, me, now)
    if isinstance(found, Holder):
        raise HeldError(
            f"{found.process} has been exporting for {texts.span(now - found.since)}; "
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
            leases.give_back(connection, found, queue.moment(connection))
