"""What the exporter's tests share: a clock to set, settings, entries, and a judge of a folder."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text as sql

from exporter import dates, delivery, process, settings
from exporter.columns import parse_map
from exporter.destinations.folder import Folder
from exporter.enqueue import Report, enqueue
from exporter.entries import Reading
from exporter.queue import Queue
from exporter.reading import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from exporter.address import Address
    from exporter.clock import Clock
    from exporter.delivery import Shift
    from exporter.events import Event
    from exporter.reading import Format
    from exporter.settings import RunSettings

NOON = datetime(2026, 3, 31, 5, 0, tzinfo=UTC)
"""Noon in Bangkok."""

ME = process.this()

_ROWS_READ = """
SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
"""


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is set."""

    moment: datetime = NOON

    def now(self) -> datetime:
        """Tell the moment that was set."""
        return self.moment

    def advance(self, **length: float) -> None:
        """Go on by `hours=1` and the like."""
        self.moment += timedelta(**length)


@dataclass(slots=True)
class Told:
    """Keeps what it is told, to be looked at."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Be told."""
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        """Name the events in order."""
        return [event.name for event in self.events]


def run_settings(**changed: Any) -> RunSettings:
    """Make the defaults as run settings, all at version 1 but for what is said."""
    values = {
        settings.TIME: "18:00",
        settings.ZONE: "Asia/Bangkok",
        settings.BUFFER: 30,
        settings.THRESHOLD: 0.85,
        settings.BATCH_SIZE: 100,
        **changed,
    }
    return settings.make(
        "a" * 40,
        [
            settings.Used(key=key, value=value, version=1, uncommitted=False)
            for key, value in values.items()
        ],
    )


def open_queue(place: Path | Address, clock: SetClock | None = None) -> Queue:
    """Open the queue of a test's folder, or the one of an address."""
    there = place / "queue.sqlite3" if isinstance(place, Path) else place
    return Queue.open(there, clock=clock or SetClock())


def put(
    queue: Queue,
    folder: Path,
    text: str,
    *mapping: str,
    form: Format = "csv",
    clock: Clock | None = None,
    **reading: Any,
) -> Report:
    """Enqueue a text; `date_format`, `rounding` and `progress` may be said."""
    how = Reading(
        read_date=dates.reader(reading.pop("date_format", dates.ISO)),
        rounding=reading.pop("rounding", False),
    )
    stream = io.BytesIO(text.encode("utf-8", "surrogateescape"))
    place = folder / f"in.rejects.{form}"
    with opened(stream, f"in.{form}", form=form, mapping=parse_map(mapping)) as source:
        return enqueue(queue, source, how, clock=clock or SetClock(), rejects_file=place, **reading)


def book(rows: int, *, first: int = 1, confidence: str = "", path: str = "") -> str:
    """Write a CSV of plain rows with references R1, R2 …, amounts as their number."""
    lines = [
        f"2026-03-01,Entry {number},{number}.00,Books,R{number},{confidence},{path}"
        for number in range(first, first + rows)
    ]
    return "\n".join(["date,description,amount,category,reference,confidence,path", *lines, ""])


@contextmanager
def at_work(queue: Queue, folder: Path, clock: SetClock, **more: Any) -> Iterator[Shift]:
    """Hold the lease and deliver to a folder."""
    with delivery.shift(queue, Folder(folder), me=ME, clock=clock, **more) as shift:
        yield shift


def delivered_rows(folder: Path) -> list[dict[str, str]]:
    """Read all rows of all delivered files, in the order of their names."""
    rows = []
    for place in sorted(folder.glob("batch-*.csv")):
        with place.open(encoding="utf-8-sig", newline="") as file:
            rows += list(csv.DictReader(file, strict=True))
    return rows


def references(folder: Path) -> Counter[str]:
    """Count how often each reference was delivered."""
    return Counter(row["Reference"] for row in delivered_rows(folder))


def total(folder: Path) -> Decimal:
    """Add up what was delivered."""
    return sum((Decimal(row["Amount"]) for row in delivered_rows(folder)), Decimal(0))


def outcomes(told: Told) -> list[str]:
    """Write how each told run ended: `daily 2026-03-31: 3` entries, `alarm`, `failed`, `left`."""
    found = []
    for event in told.events:
        facts = event.facts()
        if event.name == "job_interrupted":
            found.append(f"{facts['kind']} {facts['date']}: left")
        elif event.name == "job_completed":
            failed = "failed" if facts["retry"] else "alarm"
            how = facts["entries"] if facts["success"] else failed
            found.append(f"{facts['kind']} {facts['date']}: {how}")
    return found


def steps(connection: Connection, work: Callable[[], object]) -> int:
    """Count what some work takes, whatever the load.

    Of SQLite the steps of its machine, in tens; of PostgreSQL the rows that it reads.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        before = connection.scalar(sql(_ROWS_READ))
        work()
        return int((connection.scalar(sql(_ROWS_READ)) or 0) - (before or 0))
    counted: list[int] = []
    driver.set_progress_handler(lambda: counted.append(1), 10)
    work()
    driver.set_progress_handler(None, 0)
    return len(counted)


def noon_zone() -> str:
    """Name a zone in which it is about noon just now."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def names(folder: Path) -> list[str]:
    """List everything in a folder but the marker."""
    return sorted(place.name for place in folder.iterdir() if place.name != ".exporter-queue")
