"""The project's own sample entries, for a queue that is new."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from exporter import dates, rejects
from exporter.enqueue import Report, enqueue
from exporter.entries import Reading
from exporter.reading import opened
from exporter.tables import intakes, runs

if TYPE_CHECKING:
    from pathlib import Path

    from exporter.clock import Clock
    from exporter.queue import Queue

NAME = "samples.csv"


def is_new(queue: Queue) -> bool:
    """Tell whether nothing was ever queued or run here."""
    with queue.reading() as connection:
        used = [
            connection.scalar(select(func.count()).select_from(table)) for table in (intakes, runs)
        ]
    return not any(used)


def enqueue_samples(queue: Queue, var: Path, *, clock: Clock) -> Report:
    """Queue the sample entries that come with the program."""
    with (
        (resources.files("exporter") / NAME).open("rb") as stream,
        opened(stream, NAME, form="csv", mapping={}) as source,
    ):
        reading = Reading(read_date=dates.reader())
        place = rejects.beside(var / NAME, "csv")
        return enqueue(queue, source, reading, clock=clock, rejects_file=place)
