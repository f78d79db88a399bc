"""Real books: a council's published spending, through the queue and out again, to the cent."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import Exporter

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 3259
MAP = {
    "date": "Paid Date",
    "description": "Supplier Name",
    "amount": "Amount",
    "category": "Service Area",
    "reference": "Trans No",
}


@pytest.fixture
def book(shared: Path) -> Path:
    """Find the file among the shared test data."""
    return shared / "data" / "oxford-2017q3.csv"


@pytest.fixture
def delivered(book: Path, team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Enqueue it twice, from a copy, and export it."""
    exporter = Exporter(team_repo, capsys)
    copy = shutil.copy(book, team_repo.parent / "book.csv")
    words = [word for pair in MAP.items() for word in ("--map", "=".join(pair))]
    counts = [
        exporter("enqueue", str(copy), *words, "--date-format", "%d/%m/%Y", "--json").document
        for _ in range(2)
    ]
    assert [(one["added"], one["known"], one["rejected"]) for one in counts] == [
        *((ROWS, 0, 0), (0, ROWS, 0)),
    ]
    assert exporter("export-now").code == 0
    return exporter


def source_rows(book: Path) -> list[dict[str, str]]:
    """Read the source with nothing of ours."""
    with book.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_book_leaves_in_33_files_each_row_in_exactly_one(delivered: Exporter, book: Path) -> None:
    """At most 100 rows a file; each reference once; dates, texts and amounts as the source's."""
    assert len(exports.names(delivered.out)) == 33
    found = [
        (row["Date"], row["Description"], row["Category"], row["Reference"], row["Amount"])
        for row in exports.delivered_rows(delivered.out)
    ]
    expected = [
        (
            "-".join(reversed(row["Paid Date"].split("/"))),
            row["Supplier Name"],
            row["Service Area"],
            row["Trans No"],
            f"{Decimal(row['Amount']):.2f}",
        )
        for row in source_rows(book)
    ]
    assert found == expected
    assert set(exports.references(delivered.out).values()) == {1}


def test_amounts_of_the_book_add_up_to_the_cent(delivered: Exporter, book: Path) -> None:
    """What the source says, what the files say, and what the run recorded are one number."""
    total = sum((Decimal(row["Amount"]) for row in source_rows(book)), Decimal(0))
    assert exports.total(delivered.out) == total
    (run,) = delivered("runs", "--json").document
    assert (run["entries"], Decimal(run["total"])) == (ROWS, total)


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 command here")
def test_another_reader_of_csv_agrees(delivered: Exporter, book: Path) -> None:
    """sqlite3's own import finds the same rows and the same sum."""
    commands = [
        "CREATE TABLE d(date, description, amount, category, reference);",
        *(f".import --csv --skip 1 '{place}' d" for place in delivered.out.glob("batch-*")),
        "SELECT count(*), count(DISTINCT reference), sum(CAST(round(amount*100) AS INT)) FROM d;",
    ]
    told = subprocess.run(
        ["sqlite3", ":memory:"],
        input="\n".join(commands),
        capture_output=True,
        text=True,
        check=True,
    )
    cents = sum(int(Decimal(row["Amount"]) * 100) for row in source_rows(book))
    assert told.stdout.strip() == f"{ROWS}|{ROWS}|{cents}"


def test_grown_book_adds_only_what_is_new(delivered: Exporter) -> None:
    """The next month's file begins with this one's rows."""
    copy = delivered.repo.parent / "book.csv"
    text = copy.read_bytes().rstrip(b"\r\n")
    copy.write_bytes(text + b"\r\n" + text.splitlines()[-1] + b"\r\n")
    words = [word for pair in MAP.items() for word in ("--map", "=".join(pair))]
    done = delivered("enqueue", str(copy), *words, "--date-format", "%d/%m/%Y", "--json").document
    assert (done["added"], done["known"], done["repeated_references"]) == (1, ROWS, 0)
    assert Counter(run["kind"] for run in delivered("runs", "--json").document) == {"manual": 1}
