"""Frozen files on their way: reserve, deliver, confirm, each step under the file's own fence."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from exporter import batches, claims
from exporter.destinations import File, registry
from exporter.errors import AlarmError, DestinationError, ExporterError
from exporter.faults import point
from exporter.heartbeat import EVERY, Heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from exporter.batches import Batch
    from exporter.clock import Clock
    from exporter.destinations import Destination
    from exporter.destinations.registry import Registered
    from exporter.queue import Queue
    from exporter.supply import Next

    NextFile = Callable[[Connection], Next | None]


class Carrier:
    """Brings one file after the other, while it is entered.

    `guard` proves in each step what else must still be ours; `delivered` is told of each file.
    """

    def __init__(
        self,
        queue: Queue,
        *,
        clock: Clock,
        guard: Callable[[Connection], None] = lambda connection: None,  # noqa: ARG005
        delivered: Callable[[Batch], None] = lambda batch: None,  # noqa: ARG005
        beat: float = EVERY,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._guard = guard
        self._delivered = delivered
        self._under_way: Batch | None = None
        self._heart = Heartbeat(self._prolong, every=beat)

    def __enter__(self) -> Self:
        self._heart.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._heart.__exit__()

    def bring(self, batch: Batch, there: Registered, next_file: NextFile) -> Next | None:
        """Deliver a claimed file and confirm it, or put on record the alarm that stopped it.

        In the same transaction the next one is claimed or frozen, and returned. Raises
        LeaseLostError, QueueError, and DestinationError for what may pass: then whoever comes
        next may take the file at once.
        """
        alarm = link = None
        self._under_way = batch
        try:
            link = self._deliver(batch, there)
        except AlarmError as error:
            alarm = error.message
        except DestinationError:
            with suppress(ExporterError), self._queue.writing() as connection:
                claims.give_back(connection, batch)
            raise
        finally:
            self._under_way = None
        point("delivered")
        with self._queue.writing() as connection:
            self._guard(connection)
            if alarm is None:
                batches.confirm(connection, batch, link=link, now=self._clock.now())
            else:
                batches.alarm(connection, batch, alarm)
            following = next_file(connection)
        if alarm is None:
            point("confirmed")
            self._delivered(batch)
        return following

    def _deliver(self, batch: Batch, there: Registered) -> str | None:
        if there.id != batch.destination:
            there = registry.registered(self._queue, batch.destination, now=there.destination)
            there.destination.prepare()
        return there.destination.deliver(self._file(batch, there.destination))

    def _file(self, batch: Batch, destination: Destination) -> File:
        reserved = batch.reserved or destination.reserve(batch.name)
        if reserved is not None and batch.reserved is None:
            with self._step(batch) as connection:
                batches.reserve(connection, batch, reserved)
            point("reserved")
        return File(
            name=batch.name,
            content=self._content(batch),
            sha256=batch.sha256,
            reserved=reserved,
            doubtful=batch.content is None,
        )

    def _content(self, batch: Batch) -> bytes:
        if batch.content is not None:
            return batch.content
        with self._queue.reading() as connection:
            return batches.content(connection, batch)

    def _prolong(self) -> None:
        batch = self._under_way
        if batch is not None:
            with self._step(batch):
                pass

    @contextmanager
    def _step(self, batch: Batch) -> Iterator[Connection]:
        with self._queue.writing() as connection:
            self._guard(connection)
            claims.renew(connection, batch, self._queue.moment(connection))
            yield connection
