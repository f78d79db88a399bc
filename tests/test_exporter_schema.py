"""The tables through the releases: taken over without loss, the same whichever way they came."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exports
import postgres as servers
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from exports import book, put
from sqlalchemy import inspect, text

from exporter import revisions, schema
from exporter.errors import QueueError
from exporter.queue import Queue
from exporter.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from exporter.address import Address

FIRST = Path(__file__).parent / "examples" / "queues" / "first.sql"
KEPT = ("queue", "intakes", "entries", "runs", "destinations", "batches", "contents", "leases")


def old_queue(place: Path) -> Path:
    """Make a queue file as the first release left it."""
    with sqlite3.connect(place) as connection:
        connection.executescript(FIRST.read_text())
    connection.close()
    return place


def content(place: Path) -> dict[str, list[dict[str, Any]]]:
    """Read every row of the tables that the first release had."""
    connection = sqlite3.connect(place)
    connection.row_factory = sqlite3.Row
    found = {
        table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
        for table in KEPT
    }
    connection.close()
    return found


def shape(connection: Connection) -> dict[str, Any]:
    """Describe all tables: columns, keys and indexes, in no order."""
    seen = inspect(connection)
    return {
        table: {
            "columns": sorted(
                (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
                for one in seen.get_columns(table)
            ),
            "keys": sorted(str(one["constrained_columns"]) for one in seen.get_foreign_keys(table)),
            "unique": sorted(
                str(one["column_names"]) for one in seen.get_unique_constraints(table)
            ),
            "indexes": sorted(
                (one["name"], one["column_names"], one["unique"], bool(one["dialect_options"]))
                for one in seen.get_indexes(table)
            ),
        }
        for table in seen.get_table_names()
    }


def test_queue_of_the_first_release_is_taken_over_without_loss(tmp_path: Path) -> None:
    """Every row stays as it is, and what waits is delivered once, under the next number."""
    place = old_queue(tmp_path / "queue.sqlite3")
    before = content(place)
    with exports.open_queue(tmp_path) as queue:
        assert queue.id == before["queue"][0]["id"]
    after = content(place)
    assert after.pop("queue") == [{**before.pop("queue")[0], "format": revisions.FORMAT}]
    for table, rows in before.items():
        assert [{**new, **old} for new, old in zip(after[table], rows, strict=True)] == after[table]


def test_queue_of_the_first_release_knows_its_entries_again(tmp_path: Path) -> None:
    """The same input adds nothing, a grown one only what is new; what contradicts is refused."""
    old_queue(tmp_path / "queue.sqlite3")
    with exports.open_queue(tmp_path) as queue:
        again = put(queue, tmp_path, book(3)).intake
        grown = put(queue, tmp_path, book(6)).intake
    assert (again.added, again.known) == (0, 3)
    assert (grown.added, grown.known, grown.rejected) == (1, 3, 2)


def differences(connection: Connection) -> list[Any]:
    """Compare a database with what the program knows of it."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_tables_are_the_same_whether_made_or_migrated(database: Address) -> None:
    """A new queue and one that came through every revision differ in nothing."""
    with Queue.open(database) as queue, queue.reading() as connection:
        made = shape(connection)
        assert differences(connection) == []
    with Queue.open(database) as queue:
        with queue.writing() as connection:
            _back_to_the_first(connection)
            schema.bring_up(connection, exports.NOON)
        with queue.reading() as connection:
            assert shape(connection) == made
            assert differences(connection) == []


def _back_to_the_first(connection: Connection) -> None:
    """Leave an empty queue of the first revision behind, made by that very revision."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    config = Config()
    config.set_main_option("script_location", "exporter:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revisions.FIRST)
    connection.execute(text("DROP TABLE alembic_version"))
    connection.execute(text("INSERT INTO queue VALUES (1, 'one', 1, '2026-03-31 05:00:00+00')"))


def _open_and_tell(place: str) -> str:
    with Queue.open(servers.in_file(Path(place))) as queue:
        return queue.id


def test_queue_migrated_by_many_at_once_is_migrated_once(tmp_path: Path) -> None:
    """Two daemons of the new release may start at the same moment."""
    places = [str(old_queue(tmp_path / "queue.sqlite3"))] * 4
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_open_and_tell, places, chunksize=1))) == 1


def test_migration_that_fails_leaves_the_old_tables(tmp_path: Path) -> None:
    """All of it or nothing: the older program can still work on it."""
    place = old_queue(tmp_path / "queue.sqlite3")
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE outbox (mine TEXT)")
    connection.close()
    before = content(place)
    with pytest.raises(QueueError, match="outbox already exists"):
        exports.open_queue(tmp_path)
    assert content(place) == before


@pytest.mark.parametrize("revision", ["9999", "0002b"])
def test_queue_of_a_later_revision_is_left_alone(database: Address, revision: str) -> None:
    """An older program must not write into tables that it does not understand."""
    with Queue.open(database) as queue, queue.writing() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))  # noqa: S608
    with pytest.raises(QueueError) as caught:
        Queue.open(database)
    assert f"its tables have revision {revision} and this program knows 0002" in str(caught.value)
    assert "a later version of the exporter made them, use that one. Nothing was" in str(
        caught.value
    )


def test_queue_of_a_later_format_without_revisions_is_left_alone(tmp_path: Path) -> None:
    """Whatever made it, it was not the first release."""
    with sqlite3.connect(old_queue(tmp_path / "queue.sqlite3")) as connection:
        connection.execute("UPDATE queue SET format = 7")
    connection.close()
    with pytest.raises(QueueError, match="have revision format 7 and"):
        exports.open_queue(tmp_path)


def test_queue_marked_with_the_first_revision_goes_on_from_there(tmp_path: Path) -> None:
    """It is migrated like one from before there were revisions."""
    with sqlite3.connect(old_queue(tmp_path / "queue.sqlite3")) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.close()
    with exports.open_queue(tmp_path) as queue, queue.reading() as found:
        assert revisions.stored(found) == revisions.NEWEST
