"""One frozen file on its way: reserve, deliver, confirm, each step under the file's own fence."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from exporter import batches, claims, leases
from exporter.destinations import File, registry
from exporter.errors import AlarmError, DestinationError, ExporterError
from exporter.faults import point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from exporter.batches import Batch
    from exporter.clock import Clock
    from exporter.destinations import Destination
    from exporter.destinations.registry import Registered
    from exporter.queue import Queue

BEAT = leases.LENGTH.total_seconds() / 4
"""After so many seconds, and again and again, a delivery that takes long prolongs its leases."""


def _nothing(connection: Connection) -> None:
    del connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Brings files; `guard` also proves, in each step, what else must still be ours."""

    queue: Queue
    clock: Clock
    guard: Callable[[Connection], None] = _nothing
    beat: float = BEAT

    def bring(self, batch: Batch, there: Registered) -> bool:
        """Deliver a claimed file and confirm it; False where an alarm stopped it.

        Raises LeaseLostError, QueueError, and DestinationError for what may pass: then whoever
        comes next may take the file at once.
        """
        try:
            if there.id != batch.destination:
                there = registry.registered(self.queue, batch.destination)
                there.destination.prepare()
            file = self._file(batch, there.destination)
            with self._held(batch):
                link = there.destination.deliver(file)
        except AlarmError as error:
            with self._step(batch) as connection:
                batches.alarm(connection, batch, error.message)
            return False
        except DestinationError:
            with suppress(ExporterError), self.queue.writing() as connection:
                claims.give_back(connection, batch)
            raise
        point("delivered")
        with self._step(batch) as connection:
            batches.confirm(connection, batch, link=link, now=self.clock.now())
        point("confirmed")
        return True

    def _file(self, batch: Batch, destination: Destination) -> File:
        reserved = batch.reserved or destination.reserve(batch.name)
        if reserved is not None and batch.reserved is None:
            with self._step(batch) as connection:
                batches.reserve(connection, batch, reserved)
            point("reserved")
        with self.queue.reading() as connection:
            content = batches.content(connection, batch)
        return File(name=batch.name, content=content, sha256=batch.sha256, reserved=reserved)

    @contextmanager
    def _step(self, batch: Batch) -> Iterator[Connection]:
        with self.queue.writing() as connection:
            self.guard(connection)
            claims.renew(connection, batch, self.queue.moment(connection))
            yield connection

    @contextmanager
    def _held(self, batch: Batch) -> Iterator[None]:
        """Prolong the leases while a delivery takes long; a process that is stopped does not."""
        over = Event()

        def hold() -> None:
            while not over.wait(self.beat):
                # Whatever fails here fails again at the next step, which tells.
                with suppress(ExporterError), self._step(batch):
                    pass

        thread = Thread(target=hold, name="exporter-lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
