"""The queue's tables. Times are UTC, dates ISO, amounts whole minor units; nothing is a float.

queue         one row: the id of this queue, which its folders' markers carry
intakes       one for each input that was enqueued
entries       in queue order (`seq`); `batch` is null as long as an entry waits
runs          one for each export, and the baseline; an open one is resumed until it is done
destinations  where files go; numbers are counted for each destination and date
batches       one for each file: frozen, perhaps alarmed, delivered
contents      the very bytes of each batch
leases        who may work on the runs just now
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

FORMAT = 1
"""Which shape of the tables this program knows; a queue of another shape is left alone."""


class Utc(TypeDecorator[datetime]):
    """A moment, stored as text of one width, so that the order of texts is that of moments."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write an aware moment."""
        del dialect
        return None if value is None else utc_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read it back, aware and in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def utc_text(moment: datetime) -> str:
    """Write an aware moment as the tables hold it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_BIG = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

queue = Table(
    "queue",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True),
    Column("id", Text, nullable=False),
    Column("format", Integer, nullable=False),
    Column("made", Utc, nullable=False),
)

intakes = Table(
    "intakes",
    metadata,
    Column("id", _BIG, primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("added", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", _BIG, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("date", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("confidence", Text),
    Column("path", Text, nullable=False),
    # What the source said, so that the same input is known again whatever happens to the entry.
    Column("content", Text, nullable=False),
    Column("queued", Utc, nullable=False),
    Column("intake", _BIG, ForeignKey("intakes.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("batch", _BIG, ForeignKey("batches.id")),
)
_waits = entries.c.batch.is_(None)
_at_once = _waits & (entries.c.path == "immediate")
Index("entries_reference", entries.c.reference)
# Partial, so that finding what waits costs the same however much was exported before.
Index("entries_waiting", entries.c.seq, sqlite_where=_waits, postgresql_where=_waits)
Index("entries_immediate", entries.c.queued, sqlite_where=_at_once, postgresql_where=_at_once)

runs = Table(
    "runs",
    metadata,
    Column("id", _BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("started", Utc, nullable=False),
    Column("finished", Utc),
    Column("upto", _BIG, nullable=False),
    Column("cursor", _BIG, nullable=False),
    Column("cutoff", Utc, nullable=False),
    Column("settings", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry", Utc),
    Column("error", Text),
)
_daily = runs.c.kind == "daily"
_open = runs.c.state != "done"
Index("runs_daily", runs.c.date, unique=True, sqlite_where=_daily, postgresql_where=_daily)
Index("runs_date", runs.c.kind, runs.c.date)
Index("runs_open", runs.c.id, sqlite_where=_open, postgresql_where=_open)

destinations = Table(
    "destinations",
    metadata,
    Column("id", _BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    # What the destination calls itself; a folder that was moved keeps it and its numbers.
    Column("mark", Text, nullable=False),
    Column("place", Text, nullable=False),
    UniqueConstraint("kind", "mark"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", _BIG, primary_key=True),
    Column("run", _BIG, ForeignKey("runs.id"), nullable=False, index=True),
    Column("destination", _BIG, ForeignKey("destinations.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    # Digits, for a sum of many amounts need not fit into 64 bits.
    Column("total", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("md5", Text, nullable=False),
    Column("reserved", Text),
    Column("frozen", Utc, nullable=False),
    Column("delivered", Utc),
    Column("error", Text),
    UniqueConstraint("destination", "date", "number"),
)
_unfinished = batches.c.state != "delivered"
Index(
    "batches_unfinished",
    batches.c.run,
    sqlite_where=_unfinished,
    postgresql_where=_unfinished,
)

contents = Table(
    "contents",
    metadata,
    Column("batch", _BIG, ForeignKey("batches.id"), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("fence", _BIG, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
)
