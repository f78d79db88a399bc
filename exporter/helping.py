"""Helping the process that leads an export, where several share a queue: files side by side.

A helper freezes the next file of an open run, or takes one whose bringer is gone, and brings it
under that file's own fence. It begins, closes and puts off no run: that is for who leads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporter import runs
from exporter.carrying import Carrier
from exporter.destinations import registry
from exporter.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from exporter.batches import Batch
    from exporter.clock import Clock
    from exporter.destinations import Destination
    from exporter.destinations.registry import Registered
    from exporter.process import Process
    from exporter.queue import Queue
    from exporter.runs import Run
    from exporter.supply import Next


def lend_a_hand(
    queue: Queue,
    destination: Destination,
    *,
    me: Process,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Bring files of the runs that are at work towards our own destination; tells how many.

    Raises DestinationError where ours fails; the file is then free for others at once.
    """
    with queue.reading() as connection:
        found = [run for run in runs.unfinished(connection) if run.destination is not None]
    if not found:
        return 0
    there = registry.register(queue, destination)
    brought: list[Batch] = []
    with Carrier(queue, clock=clock, delivered=brought.append) as carrier:
        for run in found:
            if run.destination == there.id:
                _help(queue, run, there, me, carrier=carrier, stopping=stopping)
    return len(brought)


def _help(
    queue: Queue,
    run: Run,
    there: Registered,
    me: Process,
    *,
    carrier: Carrier,
    stopping: Callable[[], bool],
) -> None:
    def find(connection: Connection) -> Next | None:
        if stopping() or not runs.at_work(connection, run):
            return None
        return supply.left_over(connection) or supply.fresh(connection)

    supply = Supply(queue=queue, run=run, destination=there.id, me=me, guard=_nothing)
    found: Next | None = None
    with queue.writing() as connection:
        found = find(connection)
    while found is not None:
        batch = supply.frozen(found)
        if batch is not None:
            found = carrier.bring(batch, there, find)
            continue
        with queue.writing() as connection:
            found = find(connection)


def _nothing(connection: Connection) -> None:
    del connection
