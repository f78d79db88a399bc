"""A million entries: enqueued, exported to a folder in files of a thousand, and confirmed."""

from __future__ import annotations

import csv
import os
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.exporter import ROWS_A_FILE
from bench.harness import Candidate, Missing, Probe
from bench.queues import Queues, Worker, file_of
from bench.reach import at_most, faster
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.harness import Entry
    from bench.subject import Place

MANY, FEW = 1_000_000, 100_000
PEER = "csv.writer over a cursor"
ONE, FOUR = "PostgreSQL, one process", "PostgreSQL, four processes"
EARLY, LATE = "SQLite, first tenth of the run", "SQLite, last tenth of the run"
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_MIB = 2**20
_PLAIN = "SELECT date, description, amount, category, reference FROM entries ORDER BY seq"


def enqueueing(at: Place) -> list[Entry]:
    """Take a book into an empty queue; beside it, only read the book."""
    queues = Queues(at)
    rows = queues.rows(MANY)
    source = queues.source(rows)

    def read() -> None:
        with source.open(newline="", encoding="utf-8") as file:
            for _ in csv.reader(file):
                pass

    def enqueue(kind: str) -> list[float]:
        url = queues.empty(kind)
        return [Worker("enqueue", url, source).done()["seconds"] / rows]

    return [
        Candidate("csv.reader over the book", read, times=rows),
        *_on_both(queues, lambda kind: Probe(KINDS[kind], partial(enqueue, kind))),
    ]


def exporting(at: Place) -> list[Entry]:
    """Export a full queue; beside it, only write its entries into one file."""
    queues = Queues(at)
    rows = queues.rows(MANY)
    plain = queues.full("sqlite", rows)
    limits = {"sqlite": (at_most(2.5, beside=PEER),), "postgresql": ()}
    return [
        Candidate(PEER, lambda: _write_plainly(queues, plain), times=rows),
        *_on_both(
            queues,
            lambda kind: Probe(
                f"{KINDS[kind]}: frozen, delivered, confirmed",
                lambda: [_export(queues, kind, rows)["seconds"] / rows],
                reach=limits[kind],
            ),
        ),
    ]


def together(at: Place) -> Sequence[Entry]:
    """Let one process and four work on a PostgreSQL that holds a tenth of it."""
    queues = Queues(at)
    rows = queues.rows(FEW)

    def export(helpers: int) -> list[float]:
        return [_export(queues, "postgresql", rows, helpers=helpers)["seconds"] / rows]

    entries: list[Entry] = [
        Probe(ONE, partial(export, 0)),
        Probe(FOUR, partial(export, 3), reach=(faster(1, than=ONE),)),
    ]
    return _unless_missing(queues, entries)


def claiming(at: Place) -> list[Entry]:
    """Compare the files at the begin of a long run with those at its end."""
    queues = Queues(at)
    rows = queues.rows(MANY)
    steps: list[float] = []

    def early() -> list[float]:
        steps[:] = _export(queues, "sqlite", rows)["steps"]
        return steps[: max(1, len(steps) // 10)]

    return [
        Probe(EARLY, early),
        Probe(
            LATE, lambda: steps[-max(1, len(steps) // 10) :], reach=(at_most(1.3, beside=EARLY),)
        ),
    ]


def memory(at: Place) -> list[Entry]:
    """Measure the most memory that an export holds, of a tenth of the entries and of all."""
    queues = Queues(at)
    found: list[Entry] = []
    for kind, name in KINDS.items():
        few, many = (f"{name}, {rows:,} entries" for rows in (FEW, MANY))

        def peak(rows: int, kind: str = kind) -> list[float]:
            return [_export(queues, kind, queues.rows(rows))["peak"]]

        probes: list[Entry] = [
            Probe(few, partial(peak, FEW)),
            Probe(many, partial(peak, MANY), reach=(at_most(128 * _MIB), at_most(1.1, beside=few))),
        ]
        found += probes if kind == "sqlite" else _unless_missing(queues, probes)
    return found


def _on_both(queues: Queues, entry: Callable[[str], Entry]) -> list[Entry]:
    return [entry("sqlite"), *_unless_missing(queues, [entry("postgresql")])]


def _unless_missing(queues: Queues, entries: Sequence[Entry]) -> Sequence[Entry]:
    try:
        queues.server()
    except LookupError as error:
        return [Missing(each.name, str(error)) for each in entries]
    return entries


def _write_plainly(queues: Queues, url: str) -> None:
    place = queues.folder().with_suffix(".csv")
    source = sqlite3.connect(file_of(url))
    with place.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for row in source.execute(_PLAIN):
            writer.writerow(row)
        file.flush()
        os.fsync(file.fileno())
    source.close()
    place.unlink()


def _export(queues: Queues, kind: str, rows: int, *, helpers: int = 0) -> dict[str, Any]:
    url, folder = queues.full(kind, rows), queues.folder()
    leader = Worker("lead", url, folder)
    others = [Worker("help", url, folder) for _ in range(helpers)]
    for other in others:
        other.go()
    found = leader.done()
    for other in others:
        other.done()
    written = sum(1 for _ in folder.glob("batch-*.csv"))
    if written != -(-rows // ROWS_A_FILE):
        raise SystemExit(f"{written} files of {rows} entries")
    queues.let_go(url, folder)
    return found


SUBJECTS = (
    Subject("enqueue", "1,000,000 entries enqueued: time for one", enqueueing, rounds=1, warm_up=0),
    Subject("export", "1,000,000 entries exported: time for one", exporting, rounds=3, warm_up=0),
    Subject("together", "100,000 entries exported: time for one", together, rounds=3, warm_up=0),
    Subject("claim", "A file of 1,000 among 1,000,000 entries", claiming, rounds=1, warm_up=0),
    Subject("memory", "Memory of an export", memory, rounds=1, warm_up=0, unit="B"),
)
