"""The queue's further tables: what people decided, what they are told, who is there.

decisions     each edit, cancellation, approval … of an entry: who, when, why, old and new
manifests     the file beside each batch that says what shaped it
outbox        notices on their way, tried until they arrive
pauses        when exports were held, by whom, why; the one without an end holds them now
redeliveries  files that someone lost, delivered once more
daemons       the daemons of a shared queue, and the settings each of them runs on
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from exporter.moments import Utc
from exporter.tables import BIG, metadata

decisions = Table(
    "decisions",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("entry", BIG, ForeignKey("entries.seq"), nullable=False, index=True),
    # edit, cancel, requeue, approve or reject
    Column("act", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    # JSON of the fields that changed.
    Column("old", Text),
    Column("new", Text),
    # The threshold and the revision in force, as a run records its settings.
    Column("settings", Text, nullable=False),
)

manifests = Table(
    "manifests",
    metadata,
    Column("batch", BIG, ForeignKey("batches.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("md5", Text, nullable=False),
    Column("reserved", Text),
    Column("delivered", Utc),
    Column("link", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BIG, primary_key=True),
    # information or critical
    Column("channel", Text, nullable=False),
    Column("event", Text, nullable=False),
    # Two notices of one key are the same one, whoever wrote it first.
    Column("key", Text, unique=True),
    Column("run", BIG, ForeignKey("runs.id")),
    Column("body", Text, nullable=False),
    Column("at", Utc, nullable=False),
    # Who takes it up moves this on in a short transaction first, and so holds it meanwhile.
    Column("due", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("sent", Utc),
    # Given up, or never to be sent because nobody is to be told.
    Column("dropped", Utc),
    Column("error", Text),
)
_unsent = outbox.c.sent.is_(None) & outbox.c.dropped.is_(None)
Index("outbox_unsent", outbox.c.due, sqlite_where=_unsent, postgresql_where=_unsent)

pauses = Table(
    "pauses",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("resumed", Utc),
    Column("resumed_who", Text),
    Column("resumed_why", Text),
)
_holding = pauses.c.resumed.is_(None)
Index("pauses_now", pauses.c.at, sqlite_where=_holding, postgresql_where=_holding)

redeliveries = Table(
    "redeliveries",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("batch", BIG, ForeignKey("batches.id"), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    # What was missing when it was looked for.
    Column("found", Text, nullable=False),
    Column("reserved", Text),
    Column("delivered", Utc),
    Column("link", Text),
    Column("error", Text),
)

daemons = Table(
    "daemons",
    metadata,
    Column("host", Text, primary_key=True),
    Column("pid", Integer, primary_key=True),
    Column("process", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("seen", Utc, nullable=False),
    Column("destination", Text, nullable=False),
    # As a run records its settings: revision, versions, what is uncommitted.
    Column("settings", Text, nullable=False),
)

TABLES = (decisions, manifests, outbox, pauses, redeliveries, daemons)
