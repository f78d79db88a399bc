"""Decisions, notices, pauses, redeliveries, manifests, daemons; and a lease for each file."""

import sqlalchemy as sa
from alembic import op

from exporter.moments import Utc

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns, make the tables."""
    _entries()
    op.add_column("runs", sa.Column("destination", _BIG))
    op.add_column("batches", sa.Column("link", sa.Text))
    op.add_column("batches", sa.Column("fence", _BIG, nullable=False, server_default="0"))
    op.add_column("batches", sa.Column("host", sa.Text))
    op.add_column("batches", sa.Column("pid", sa.Integer))
    op.add_column("batches", sa.Column("process", sa.Text))
    op.add_column("batches", sa.Column("expires", Utc))
    _decisions()
    _files()
    _notices()
    op.execute("UPDATE queue SET format = 2")


def _entries() -> None:
    """Add the decision, and let go of the key that made an export slow."""
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("entries", sa.Column("decision", sa.Text))
        op.drop_constraint("entries_batch_fkey", "entries")
        return
    # SQLite drops a key only with its table.
    op.rename_table("entries", "entries_before")
    kept = ("id", "date", "description", "amount", "category", "reference", "confidence", "path")
    op.create_table(
        "entries",
        sa.Column("seq", _BIG, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("date", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("confidence", sa.Text),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("queued", Utc, nullable=False),
        sa.Column("intake", _BIG, sa.ForeignKey("intakes.id"), nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("batch", _BIG),
        sa.Column("decision", sa.Text),
    )
    columns = ", ".join(("seq", *kept, "content", "queued", "intake", "line", "batch"))
    op.execute(f"INSERT INTO entries ({columns}) SELECT {columns} FROM entries_before")  # noqa: S608
    op.drop_table("entries_before")
    op.create_index("entries_reference", "entries", ["reference"])
    _index("entries_waiting", "entries", "seq", where="batch IS NULL")
    at_once = "batch IS NULL AND path = 'immediate'"
    _index("entries_immediate", "entries", "queued", where=at_once)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("entry", _BIG, sa.ForeignKey("entries.seq"), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("old", sa.Text),
        sa.Column("new", sa.Text),
        sa.Column("settings", sa.Text, nullable=False),
    )
    op.create_index("ix_decisions_entry", "decisions", ["entry"])
    op.create_table(
        "pauses",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("at", Utc, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("resumed", Utc),
        sa.Column("resumed_who", sa.Text),
        sa.Column("resumed_why", sa.Text),
    )
    _index("pauses_now", "pauses", "at", where="resumed IS NULL")


def _files() -> None:
    op.create_table(
        "portions",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("run", _BIG, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("after", _BIG, nullable=False),
        sa.Column("upto", _BIG, nullable=False),
        sa.Column("fence", _BIG, nullable=False),
        sa.Column("host", sa.Text),
        sa.Column("pid", sa.Integer),
        sa.Column("process", sa.Text),
        sa.Column("expires", Utc),
    )
    op.create_index("ix_portions_run", "portions", ["run"])
    op.create_table(
        "manifests",
        sa.Column("batch", _BIG, sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("md5", sa.Text, nullable=False),
        sa.Column("reserved", sa.Text),
        sa.Column("delivered", Utc),
        sa.Column("link", sa.Text),
    )
    op.create_table(
        "redeliveries",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("batch", _BIG, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("reserved", sa.Text),
        sa.Column("delivered", Utc),
        sa.Column("link", sa.Text),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_redeliveries_batch", "redeliveries", ["batch"])


def _notices() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("key", sa.Text, unique=True),
        sa.Column("run", _BIG, sa.ForeignKey("runs.id")),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("due", Utc, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sent", Utc),
        sa.Column("dropped", Utc),
        sa.Column("error", sa.Text),
    )
    _index("outbox_unsent", "outbox", "due", where="sent IS NULL AND dropped IS NULL")
    op.create_table(
        "daemons",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("pid", sa.Integer, primary_key=True),
        sa.Column("process", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("seen", Utc, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
    )


def _index(name: str, table: str, column: str, *, where: str) -> None:
    part = sa.text(where)
    op.create_index(name, table, [column], sqlite_where=part, postgresql_where=part)
