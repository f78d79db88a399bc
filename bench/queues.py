"""Queues full of entries for the benchmarks, and the processes that work on them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bench.ground import ROOT

if TYPE_CHECKING:
    from postgres import Postgres

    from bench.subject import Place

_HUNDRED = 100


class Worker:
    """A process on a queue, ready to work; see bench/exporter.py for what it may do."""

    def __init__(self, does: str, url: str, place: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.exporter", does, url, str(place)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _open(self._process.stdout).readline()

    def go(self) -> None:
        """Have it begin."""
        stream = _open(self._process.stdin)
        stream.write("go\n")
        stream.flush()

    def done(self) -> dict[str, Any]:
        """Wait until it is done; tells `seconds`, `steps` and `peak` bytes."""
        answer, _ = self._process.communicate("go\n")
        if self._process.returncode != 0:
            raise SystemExit("a process of the benchmark failed; what it said stands above")
        found: dict[str, Any] = json.loads(answer)
        return found


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise AssertionError("a pipe was asked for")
    return stream


class Queues:
    """Queues full of entries, copied afresh for each run: files of SQLite, perhaps databases."""

    def __init__(self, at: Place) -> None:
        at.folder.mkdir()
        self._at = at
        self._numbers = count(1)
        self._full: dict[tuple[str, int], str] = {}
        self._server: Postgres | None = None

    def rows(self, number: int) -> int:
        """Take fewer where nothing is measured."""
        return self._at.scaled(number, least=2000)

    def source(self, rows: int) -> Path:
        """Write a book of so many rows: a comma in one of twenty, a credit in one of seven."""
        place = self._at.folder / f"book-{rows}.csv"
        if not place.exists():
            with place.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(("date", "description", "amount", "category", "reference"))
                writer.writerows(map(_row, range(rows)))
        return place

    def server(self) -> Postgres:
        """Start a PostgreSQL that is as durable as the file; raises LookupError."""
        if self._server is None:
            sys.path.append(str(ROOT / "tests" / "support"))
            from postgres import Postgres, programs  # noqa: PLC0415 - found only now

            programs()
            self._server = self._at.ends.enter_context(Postgres(durable=True))
        return self._server

    def empty(self, kind: str) -> str:
        """Make an empty queue and give its address."""
        if kind == "postgresql":
            return self.server().new()
        return f"sqlite:///{self._at.folder}/queue-{next(self._numbers)}.sqlite3"

    def full(self, kind: str, rows: int) -> str:
        """Copy a queue of so many entries and give its address."""
        if (kind, rows) not in self._full:
            url = self.empty(kind)
            Worker("enqueue", url, self.source(rows)).done()
            self._full[kind, rows] = url
        url = self._full[kind, rows]
        if kind == "postgresql":
            return self.server().copy(url)
        new = self._at.folder / f"queue-{next(self._numbers)}.sqlite3"
        shutil.copyfile(file_of(url), new)
        return f"sqlite:///{new}"

    def folder(self) -> Path:
        """Name a fresh folder."""
        return self._at.folder / f"out-{next(self._numbers)}"

    def let_go(self, url: str, folder: Path) -> None:
        """Take away what a run used; a million rows are half a gigabyte."""
        shutil.rmtree(folder, ignore_errors=True)
        if url.startswith("postgresql"):
            self.server().drop(url)
        else:
            for end in ("", "-wal", "-shm"):
                file = file_of(url)
                file.with_name(file.name + end).unlink(missing_ok=True)


def _row(number: int) -> tuple[str, str, str, str, str]:
    week, day = number % 52, number % 28 + 1
    words = f"Stationery for the office in week {week}" if number % 20 else "Rent, water and light"
    sign = "" if number % 7 else "-"
    amount = f"{sign}{number % 5000 + 1}.{number % _HUNDRED:02d}"
    return f"2026-03-{day:02d}", words, amount, "Office expenses", f"INV-2026-{number:07d}"


def file_of(url: str) -> Path:
    """Find the file of a queue."""
    return Path(url.removeprefix("sqlite:///"))
