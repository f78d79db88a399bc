"""Which revision of the tables a database has: read and marked, without loading alembic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, String, Table, insert, inspect, select

from exporter import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEWEST = "0002"
"""What this program knows; the last file in migrations/versions has it, too."""

FORMAT = 2
"""What programs from before the revisions look at: they leave alone what is not 1."""

FIRST = "0001"
"""What they made."""

# As alembic has it.
_marks = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


class UnknownRevisionError(Exception):
    """The tables are of a revision that this program does not know: a later program made them."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"its tables have revision {revision} and this program knows {NEWEST} as the newest; "
            "a later version of the exporter made them, use that one"
        )


def stored(connection: Connection) -> str | None:
    """Read the revision of a database; None for one without our tables."""
    if is_marked(connection):
        revision: str | None = connection.scalar(select(_marks.c.version_num))
        return revision
    if not inspect(connection).has_table(tables.queue.name):
        return None
    made = connection.scalar(select(tables.queue.c.format))
    return FIRST if made == 1 else f"format {made}"


def is_marked(connection: Connection) -> bool:
    """Tell whether a database bears a revision at all."""
    return inspect(connection).has_table(_marks.name)


def mark(connection: Connection, revision: str) -> None:
    """Put a revision on record where none is."""
    _marks.create(connection, checkfirst=False)
    connection.execute(insert(_marks).values(version_num=revision))
