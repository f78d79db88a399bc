"""Tables of an earlier program, brought up to today's: a file for each revision, in versions/.

A revision that was released is never changed; a further one is written, `revisions.NEWEST` moved
on, and tables.py or records.py given the same columns. A test compares both ways to the tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from exporter import revisions

if TYPE_CHECKING:
    from sqlalchemy import Connection


def upgrade(connection: Connection, stored: str) -> None:
    """Bring a database of ours up to the newest revision, within a writing transaction.

    Raises UnknownRevisionError.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        ScriptDirectory.from_config(config).get_revision(stored)
    except CommandError as error:
        raise revisions.UnknownRevisionError(stored) from error
    if stored == revisions.FIRST and not revisions.is_marked(connection):
        # Made before there were revisions, and just as the first one has it.
        revisions.mark(connection, stored)
    command.upgrade(config, "head")
