"""Which destination is ours: the queue's record and the destination's own marker must agree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select, update

from exporter import turns
from exporter.destinations.folder import Folder
from exporter.errors import AlarmError
from exporter.tables import batches, destinations
from exporter.turns import Turn

if TYPE_CHECKING:
    from exporter.destinations import Destination
    from exporter.queue import Queue


@dataclass(frozen=True, slots=True)
class Registered:
    """A destination and the number that the queue knows it by."""

    id: int
    destination: Destination


def register(queue: Queue, destination: Destination) -> Registered:
    """Make sure that a destination is this queue's, marking it at its first use.

    Raises AlarmError where it bears another queue's marker, or none although batches were
    delivered to it.
    """
    marker = destination.mark()
    if marker is None:
        with queue.reading() as connection:
            delivered = _delivered(connection, destination)
        if delivered:
            raise AlarmError(
                f"{destination.place} got {delivered} batches from this queue and now bears no "
                "marker. Is it the right one, and mounted? Put it back as it was, or deliver to "
                "another folder (EXPORT_FOLDER)"
            )
        marker = (queue.id, destination.claim(queue.id))
    same_queue(queue, destination, marker[0])
    with queue.writing() as connection:
        return Registered(_known_as(connection, destination, marker[1]), destination)


def registered(queue: Queue, number: int, *, now: Destination) -> Registered:
    """Find the destination that a batch was frozen for, where new batches go elsewhere `now`.

    Raises AlarmError where that destination is not there any more.
    """
    with queue.reading() as connection:
        row = connection.execute(select(destinations).where(destinations.c.id == number)).one()
    destination = Folder(Path(row.place)) if row.kind == "folder" else now.sibling(row.place)
    if destination is None:
        raise AlarmError(
            f"batches are frozen for Google Drive folder {row.place}, and this exporter delivers "
            f"to a {now.kind}. Set DRIVE_FOLDER_ID to that folder again until they are delivered"
        )
    if destination.mark() != (queue.id, row.mark):
        raise AlarmError(
            f"{row.place} is not the {row.kind} that batches are frozen for: its marker is another "
            "one or gone. Put that folder back in its place, then `exporter export-now`"
        )
    return Registered(number, destination)


def same_queue(queue: Queue, destination: Destination, owner: str) -> None:
    """Raise AlarmError where a destination bears the marker of another queue."""
    if owner != queue.id:
        raise AlarmError(
            f"{destination.place} belongs to another queue ({owner}), and this one is {queue.id} "
            f"in {queue.place}. Put back the queue that belongs to it, or move the folder's "
            "content away with its marker, or deliver to another folder (EXPORT_FOLDER)"
        )


def _delivered(connection: Connection, destination: Destination) -> int:
    found = connection.scalar(
        select(func.count())
        .select_from(batches.join(destinations))
        .where(
            destinations.c.kind == destination.kind,
            destinations.c.place == destination.place,
            batches.c.state == "delivered",
        )
    )
    return found or 0


def _known_as(connection: Connection, destination: Destination, mark: str) -> int:
    turns.take(connection, Turn.DESTINATION)
    same = (destinations.c.kind == destination.kind) & (destinations.c.mark == mark)
    found: int | None = connection.scalar(select(destinations.c.id).where(same))
    if found is not None:
        connection.execute(update(destinations).where(same).values(place=destination.place))
        return found
    facts = {"kind": destination.kind, "mark": mark, "place": destination.place}
    made = connection.execute(insert(destinations).values(**facts).returning(destinations.c.id))
    return int(made.scalar_one())
