"""Whatever is enqueued is exported faithfully, or refused with its line and reason.

The files are read back by three readers that share no code: Python's csv, numpy's, and the shell
of SQLite; and by LibreOffice, where it is installed, which must find no formula.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

import exports
import numpy as np
import pytest
from exports import at_work, put, run_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.batch import HEADER, Line, freeze

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = ("date", "description", "amount", "category", "reference", "confidence", "path")
LIVE = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
SIGNS = st.sampled_from([*"=+-@,;\"'\t\r\n \u00a0\u3000", "\r\n", "\ufeff", "\u0e04\u0e48\u0e32"])
ANY = st.text(st.characters(codec="utf-8"), max_size=12)
TEXTS = st.one_of(ANY, st.lists(st.one_of(SIGNS, ANY), max_size=4).map("".join))
AMOUNTS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9)).map(str),
    st.sampled_from(
        ["1,000.00", "1e3", "NaN", "", "12.345", "12.340", "\u0e51\u0e52.5", "--1", "+5"]
    ),
    TEXTS,
)
DAYS = st.one_of(
    st.dates().map(str), st.sampled_from(["2026-02-30", "31/03/2026", "", "\u0e52026-03-01"]), TEXTS
)
ROWS = st.lists(
    st.tuples(
        *(DAYS, TEXTS, AMOUNTS, TEXTS, TEXTS),
        st.sampled_from(["", "0.9", "1", "85%", "NaN", "1.2"]),
        st.sampled_from(["", "scheduled", "sofort"]),
    ),
    max_size=6,
)
# What a queue may hold: of the control characters only a tab and the ends of lines.
CELLS = TEXTS.filter(lambda text: not any(ord(c) < ord(" ") and c not in "\t\r\n" for c in text))


def written(rows: list[tuple[str, ...]]) -> str:
    """Write rows as an input."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([FIELDS, *rows])
    return buffer.getvalue()


def refused(folder: Path) -> dict[int, str]:
    """Read the rejects file: line and reason."""
    place = folder / "in.rejects.csv"
    if not place.exists():
        return {}
    with place.open(encoding="utf-8-sig", newline="") as file:
        return {int(row[0]): row[1] for row in [*csv.reader(file, strict=True)][1:]}


def lines_of(rows: list[tuple[str, ...]]) -> list[int]:
    """Tell on which line each row of an input begins."""
    found, line = [], 2
    for row in rows:
        found.append(line)
        # One for its end, and one for each end of a line within it, however that is written.
        line += 1 + sum(text.replace("\r\n", "\n").replace("\r", "\n").count("\n") for text in row)
    return found


def same_text(found: str, given: str) -> bool:
    """Tell that a cell is the text as it was, composed, perhaps with the mark before a formula."""
    text = unicodedata.normalize("NFC", given)
    return found == (
        f"'{text}" if text.lstrip().startswith(LIVE) or text.startswith(LIVE) else text
    )


@settings(max_examples=60)
@given(ROWS)
def test_input_is_exported_faithfully_or_refused_with_line_and_reason(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    """Every row is accounted for, in its order; amounts to the last digit, texts as they were."""
    folder = tmp_path_factory.mktemp("any")
    clock, out = exports.SetClock(), folder / "out"
    with exports.open_queue(folder, clock) as queue:
        put(queue, folder, written(rows))
        with at_work(queue, out, clock) as shift:
            shift.carry_out(shift.begin("manual", exports.NOON.date(), run_settings()))
    delivered, reasons = exports.delivered_rows(out), refused(folder)
    lines = dict(zip(lines_of(rows), rows, strict=True))
    assert reasons.keys() <= lines.keys()
    assert all(reasons.values())
    kept = [row for line, row in lines.items() if line not in reasons]
    assert len(delivered) == len(kept)
    for found, row in zip(delivered, kept, strict=True):
        assert Decimal(found["Amount"]) == Decimal(row[2].strip(" "))
        for name, place in (("Description", 1), ("Category", 3), ("Reference", 4)):
            assert same_text(found[name], row[place]), (found, row)


LINES = st.lists(
    st.builds(
        Line,
        date=st.dates().map(str),
        description=CELLS,
        amount=st.integers(-(10**17), 10**17),
        category=CELLS,
        reference=CELLS,
    ),
    min_size=1,
    max_size=6,
)


def by_python(place: Path) -> list[list[str]]:
    """Read with Python's own reader."""
    with place.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file, strict=True)]


def by_numpy(place: Path) -> list[list[str]]:
    """Read with numpy's tokenizer, which is its own."""
    with place.open(encoding="utf-8-sig", newline="") as file:
        found = np.loadtxt(
            file, delimiter=",", quotechar='"', dtype=object, comments=None, ndmin=2, encoding=None
        )
    return [[str(cell) for cell in row] for row in found]


def by_sqlite(place: Path) -> list[list[str]]:
    """Read with the shell of SQLite, and have it written with quotes around everything."""
    orders = f".mode csv\n.import --csv {place} t\n.mode quote\nSELECT * FROM t;\n"
    done = subprocess.run(
        ["sqlite3"], input=orders.encode(), capture_output=True, check=True, timeout=60
    )
    assert not done.stderr, done.stderr
    return [list(HEADER), *unquoted(done.stdout.decode())]


def unquoted(text: str) -> list[list[str]]:
    """Read back what SQLite's shell quotes, whose quotes and separators are SQL's."""
    return [*csv.reader(io.StringIO(text, newline=""), quotechar="'", strict=True)]


READERS = {"python": by_python, "numpy": by_numpy, "sqlite": by_sqlite}


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=50)
@given(lines=LINES)
def test_file_is_read_alike_by_readers_that_share_no_code(
    tmp_path_factory: pytest.TempPathFactory, reader: str, lines: list[Line]
) -> None:
    """Thai, commas, quotes and ends of lines within cells come out as they went in."""
    if reader == "sqlite" and shutil.which("sqlite3") is None:
        pytest.skip("the shell of SQLite, sqlite3, is not installed here")
    place = tmp_path_factory.mktemp("read") / "batch.csv"
    place.write_bytes(freeze(lines).content)
    rows = READERS[reader](place)
    assert rows[0] == list(HEADER)
    assert len(rows) == 1 + len(lines)
    for row, line in zip(rows[1:], lines, strict=True):
        assert (row[0], Decimal(row[2])) == (line.date, Decimal(line.amount).scaleb(-2))
        for cell, text in ((row[1], line[1]), (row[3], line[3]), (row[4], line[4])):
            assert cell in {text, f"'{text}"}


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here"
)
def test_no_cell_is_a_formula_to_libreoffice(tmp_path: Path) -> None:
    """Whatever a text begins with, a spreadsheet shows it and computes nothing."""
    texts = [sign + rest for sign in LIVE for rest in ("1+1", "SUM(A1:A9)", "cmd|' /C calc'!A0")]
    texts += [space + text for text in texts for space in (" ", "\u00a0", "\u3000")]
    place = tmp_path / "batch.csv"
    lines = [Line("2026-03-31", text, -100, text, text) for text in texts]
    place.write_bytes(freeze(lines).content)
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--infilter=CSV:44,34,76,1", "--convert-to", "fods", "--outdir", tmp_path, place),
        ],
        check=True,
        capture_output=True,
        timeout=110,
    )
    sheet = (tmp_path / "batch.fods").read_text(encoding="utf-8")
    assert "table:formula" not in sheet
    assert sheet.count("SUM(A1:A9)") >= len(LIVE)
