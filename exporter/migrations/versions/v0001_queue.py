"""The queue, its runs and its batches, as the first release made them."""

import sqlalchemy as sa
from alembic import op

from exporter.moments import Utc

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _intake()
    _runs()
    _batches()
    _entries()


def _intake() -> None:
    op.create_table(
        "queue",
        sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("made", Utc, nullable=False),
    )
    op.create_table(
        "intakes",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started", Utc, nullable=False),
        sa.Column("finished", Utc),
        sa.Column("upto", _BIG, nullable=False),
        sa.Column("cursor", _BIG, nullable=False),
        sa.Column("cutoff", Utc, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry", Utc),
        sa.Column("error", sa.Text),
    )
    _index("runs_daily", "runs", ["date"], where="kind = 'daily'", unique=True)
    op.create_index("runs_date", "runs", ["kind", "date"])
    _index("runs_open", "runs", ["id"], where="state != 'done'")


def _batches() -> None:
    op.create_table(
        "destinations",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "mark"),
    )
    op.create_table(
        "batches",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("run", _BIG, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("destination", _BIG, sa.ForeignKey("destinations.id"), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("total", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("md5", sa.Text, nullable=False),
        sa.Column("reserved", sa.Text),
        sa.Column("frozen", Utc, nullable=False),
        sa.Column("delivered", Utc),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("destination", "date", "number"),
    )
    op.create_index("ix_batches_run", "batches", ["run"])
    _index("batches_unfinished", "batches", ["run"], where="state != 'delivered'")
    op.create_table(
        "contents",
        sa.Column("batch", _BIG, sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("fence", _BIG, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("expires", Utc, nullable=False),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("seq", _BIG, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("date", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("confidence", _PLAIN),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("queued", Utc, nullable=False),
        sa.Column("intake", _BIG, sa.ForeignKey("intakes.id"), nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("batch", _BIG, sa.ForeignKey("batches.id")),
    )
    op.create_index("entries_reference", "entries", ["reference"])
    _index("entries_waiting", "entries", ["seq"], where="batch IS NULL")
    _index("entries_immediate", "entries", ["queued"], where="batch IS NULL AND path = 'immediate'")


def _index(name: str, table: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    part = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=part, postgresql_where=part)
