"""From a source into the queue: read, judge, stage, take in; good rows and bad ones alike kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from exporter import identity, rejects, staging
from exporter.entries import RowError, judge
from exporter.faults import point
from exporter.queue import writing
from exporter.staging import Staged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from exporter.clock import Clock
    from exporter.entries import Reading
    from exporter.queue import Queue
    from exporter.reading import Row, Source
    from exporter.staging import Intake

CHUNK = 5_000
SHOWN = 10
"""How many rejected rows are told one by one; the rejects file has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of an input. `rejected` are the first lines with reasons, then see the file."""

    source: str
    read: int
    rounded: int
    intake: Intake
    rejected: tuple[tuple[int, str], ...]
    rejects_file: Path | None


def enqueue(
    queue: Queue,
    source: Source,
    reading: Reading,
    *,
    clock: Clock,
    rejects_file: Path,
    progress: Callable[[int], None] = lambda rows: None,  # noqa: ARG005
) -> Report:
    """Queue what a source holds, as one transaction; `progress` is told the rows read so far.

    Raises InputError where the source as a whole cannot be read: then nothing was queued.
    """
    seen: Counter[str] = Counter()
    with queue.connected() as connection:
        with connection.begin():
            staging.prepare(connection)
        for chunk in _chunks(_stage(row, reading, seen) for row in source.rows()):
            with connection.begin():
                staging.add(connection, chunk)
            seen["read"] += len(chunk)
            progress(seen["read"])
        with connection.begin():
            staging.number(connection)
        point("staged")
        report = _take_in(connection, source, clock, rejects_file, seen)
        point("queued")
        with connection.begin():
            staging.clear(connection)
    return report


def _take_in(
    connection: Connection, source: Source, clock: Clock, rejects_file: Path, seen: Counter[str]
) -> Report:
    with writing(connection):
        intake = staging.take_in(connection, source.name, clock.now())
        point("taken")
        written, first = None, []
        if intake.rejected:
            # Before the commit: killed in between, the input is simply enqueued once more.
            written = rejects.write(rejects_file, staging.rejected(connection), source)
            first = [row[:2] for row in islice(staging.rejected(connection), SHOWN)]
        point("rejects")
    return Report(
        source=source.name,
        read=seen["read"],
        rounded=seen["rounded"],
        intake=intake,
        rejected=tuple(first),
        rejects_file=written,
    )


def _stage(row: Row, reading: Reading, seen: Counter[str]) -> Staged:
    original = json.dumps(row.original)
    if row.values is None:
        return _rejected(row.line, None, row.problem or "cannot be read", original)
    try:
        entry = judge(row.values, reading)
    except RowError as error:
        return _rejected(row.line, identity.source_key(row.values), str(error), original)
    seen["rounded"] += entry.rounded
    return Staged(
        row.line,
        entry.given_id,
        identity.source_key(row.values) if entry.given_id is None else None,
        identity.content_key(entry),
        *entry[:7],
        None,
        original,
    )


def _rejected(line: int, key: str | None, reason: str, original: str) -> Staged:
    # What did not decode must not stop its own report.
    told = reason.encode("utf-8", "backslashreplace").decode()
    return Staged(line=line, key=key, reason=told, original=original)


def _chunks(rows: Iterator[Staged]) -> Iterator[list[Staged]]:
    chunk: list[Staged] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
