"""The queue's tables. Times are UTC, dates ISO, amounts whole minor units; nothing is a float.

queue         one row: the id of this queue, which its folders' markers carry
intakes       one for each input that was enqueued
entries       in queue order (`seq`); `batch` is null as long as an entry waits
runs          one for each export, and the baseline; an open one is resumed until it is done
destinations  where files go; numbers are counted for each destination and date
batches       one for each file: frozen, perhaps alarmed, delivered; and who brings it
contents      the very bytes of each batch
portions      stretches of a run that a process of a shared queue is about to freeze
leases        who may begin and close runs just now

What people did and were told is in `records.py`; `schema.py` brings a database up to these.
"""

from __future__ import annotations

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
    UniqueConstraint,
)

from exporter.moments import Utc

BIG = BigInteger().with_variant(Integer, "sqlite")
# Compared byte by byte, whatever order the database's own language has.
_PLAIN = Text().with_variant(Text(collation="C"), "postgresql")

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
    Column("id", BIG, primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("added", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", BIG, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("date", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("confidence", _PLAIN),
    Column("path", Text, nullable=False),
    # What the source said, so that the same input is known again whatever happens to the entry.
    Column("content", Text, nullable=False),
    Column("queued", Utc, nullable=False),
    Column("intake", BIG, ForeignKey("intakes.id"), nullable=False),
    Column("line", Integer, nullable=False),
    # No foreign key: a look-up for each of a million rows is a tenth of an export's time with
    # SQLite and a third with PostgreSQL, and one transaction writes both sides.
    Column("batch", BIG),
    # What a person decided: approved, rejected or cancelled; null leaves it to the threshold.
    Column("decision", Text),
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
    Column("id", BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("started", Utc, nullable=False),
    Column("finished", Utc),
    Column("upto", BIG, nullable=False),
    Column("cursor", BIG, nullable=False),
    Column("cutoff", Utc, nullable=False),
    Column("settings", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry", Utc),
    Column("error", Text),
    # Where its files go, so that another process can tell whether it may lend a hand.
    Column("destination", BIG),
)
_daily = runs.c.kind == "daily"
_open = runs.c.state != "done"
Index("runs_daily", runs.c.date, unique=True, sqlite_where=_daily, postgresql_where=_daily)
Index("runs_date", runs.c.kind, runs.c.date)
Index("runs_open", runs.c.id, sqlite_where=_open, postgresql_where=_open)

destinations = Table(
    "destinations",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    # What the destination calls itself; a folder that was moved keeps it and its numbers.
    Column("mark", Text, nullable=False),
    Column("place", Text, nullable=False),
    UniqueConstraint("kind", "mark"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("run", BIG, ForeignKey("runs.id"), nullable=False, index=True),
    Column("destination", BIG, ForeignKey("destinations.id"), nullable=False),
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
    # Where people find it, as far as the destination gives addresses.
    Column("link", Text),
    # Who brings it just now: the file's own lease, whose fence rises with each holder.
    Column("fence", BIG, nullable=False, server_default="0"),
    Column("host", Text),
    Column("pid", Integer),
    Column("process", Text),
    Column("expires", Utc),
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
    Column("batch", BIG, ForeignKey("batches.id"), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

portions = Table(
    "portions",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("run", BIG, ForeignKey("runs.id"), nullable=False, index=True),
    Column("after", BIG, nullable=False),
    Column("upto", BIG, nullable=False),
    Column("fence", BIG, nullable=False),
    Column("host", Text),
    Column("pid", Integer),
    Column("process", Text),
    Column("expires", Utc),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("fence", BIG, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
)

TABLES = (queue, intakes, entries, runs, destinations, batches, contents, portions, leases)
