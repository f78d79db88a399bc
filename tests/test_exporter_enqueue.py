"""Inputs on their way into the queue: nothing lost, nothing doubled, nothing half taken."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import exports
import pytest
from exports import book, put
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exporter import staging
from exporter.enqueue import CHUNK
from exporter.errors import InputError
from exporter.staging import Intake
from exporter.tables import entries as queued
from exporter.tables import intakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.address import Address
    from exporter.enqueue import Report
    from exporter.queue import Queue
    from exporter.reading import Format

HEADER = "date,description,amount,category,reference\n"
ROW = "2026-03-01,Rent,12.50,Office,R1\n"


@pytest.fixture
def queue(database: Address) -> Iterator[Queue]:
    """Open a new queue."""
    with exports.open_queue(database) as opened:
        yield opened


def counts(report: Report) -> tuple[int, int, int]:
    """Tell added, known, rejected."""
    return report.intake.added, report.intake.known, report.intake.rejected


def test_rows_are_queued_in_the_order_of_their_lines(queue: Queue, tmp_path: Path) -> None:
    """Queue order is the order of the input, over the border between two chunks."""
    rows = CHUNK + 3
    report = put(queue, tmp_path, book(rows))
    with queue.reading() as connection:
        found = connection.execute(select(queued.c.seq, queued.c.line, queued.c.reference)).all()
    assert counts(report) == (rows, 0, 0)
    assert [tuple(row) for row in found] == [(n, n + 1, f"R{n}") for n in range(1, rows + 1)]


def test_same_input_again_adds_nothing(queue: Queue, tmp_path: Path) -> None:
    """What was there already is counted and is no fault."""
    put(queue, tmp_path, book(5))
    assert counts(put(queue, tmp_path, book(5))) == (0, 5, 0)


def test_grown_input_adds_only_what_is_new(queue: Queue, tmp_path: Path) -> None:
    """A book that goes on can be enqueued each evening."""
    put(queue, tmp_path, book(5))
    assert counts(put(queue, tmp_path, book(7))) == (2, 5, 0)


def test_equal_rows_are_as_many_entries(queue: Queue, tmp_path: Path) -> None:
    """Two equal rows of one input are two entries; a third one in the grown file is a third."""
    assert counts(put(queue, tmp_path, HEADER + ROW * 2)) == (2, 0, 0)
    assert counts(put(queue, tmp_path, HEADER + ROW * 2)) == (0, 2, 0)
    assert counts(put(queue, tmp_path, HEADER + ROW * 3)) == (1, 2, 0)


def test_mending_a_rejected_row_leaves_its_equals_alone(queue: Queue, tmp_path: Path) -> None:
    """Of two rows with equal source fields the first is rejected; mended, it alone is new."""
    head = HEADER.strip() + ",confidence\n"
    good, bad, mended = (f"{ROW.strip()},{text}\n" for text in ("0.9", "85%", "0.85"))
    assert counts(put(queue, tmp_path, head + bad + good)) == (1, 0, 1)
    assert counts(put(queue, tmp_path, head + mended + good)) == (1, 1, 0)


def test_mapped_id_is_the_identity(queue: Queue, tmp_path: Path) -> None:
    """A known id with the same content is known, whatever the amount's spelling; else refused."""
    head = "nr," + HEADER
    assert counts(put(queue, tmp_path, f"{head}7,{ROW}8,{ROW}", "id=nr")) == (2, 0, 0)
    assert counts(put(queue, tmp_path, f"{head}7,{ROW.replace('.50', '.5')}", "id=nr")) == (0, 1, 0)
    report = put(queue, tmp_path, f"{head}9,{ROW}7,{ROW.replace('12', '13')}", "id=nr")
    assert counts(report) == (1, 0, 1)
    assert report.rejected == ((3, "is queued already, with other content, as entry 7"),)


def test_mapped_id_twice_in_one_input(queue: Queue, tmp_path: Path) -> None:
    """The first row of an id counts; the same again is known, another one is refused."""
    other = ROW.replace("Rent", "Tent")
    report = put(queue, tmp_path, f"nr,{HEADER}7,{ROW}7,{ROW}7,{other}", "id=nr")
    assert counts(report) == (1, 1, 1)
    assert report.rejected == ((4, "has the id of line 2, with other content"),)


def test_known_row_with_other_content_is_refused(queue: Queue, tmp_path: Path) -> None:
    """The same source fields under another date format are not silently the same entry."""
    text = HEADER + "01/02/2026,Rent,1,Office,R1\n"
    assert counts(put(queue, tmp_path, text, date_format="%d/%m/%Y")) == (1, 0, 0)
    assert counts(put(queue, tmp_path, text, date_format="%m/%d/%Y")) == (0, 0, 1)


def test_known_reference_with_other_content_is_a_warning(queue: Queue, tmp_path: Path) -> None:
    """References repeat in real books: the row is taken, and someone is told."""
    put(queue, tmp_path, HEADER + ROW)
    report = put(
        *(queue, tmp_path),
        HEADER
        + ROW.replace("Rent", "Heating")
        + ROW.replace("R1", "R2")
        + ROW.replace("R1", "R2").replace("12", "13")
        + ROW.replace("R1", "")
        + ROW.replace("R1", "").replace("12", "13"),
    )
    assert report.intake == Intake(
        added=5, known=0, rejected=0, doubtful=2, repeated=((2, "R1"), (4, "R2"))
    )


def test_warnings_are_all_counted_and_the_first_are_told(queue: Queue, tmp_path: Path) -> None:
    """A book that has one reference for everything does not flood the terminal."""
    rows = "".join(ROW.replace("Rent", f"Rent {n}") for n in range(50))
    intake = put(queue, tmp_path, HEADER + rows).intake
    assert (intake.doubtful, len(intake.repeated)) == (49, staging.SHOWN)


def test_bad_rows_go_to_a_file_and_good_ones_into_the_queue(queue: Queue, tmp_path: Path) -> None:
    """Each rejected row is there as it was, with its line and the reason."""
    text = HEADER + ROW + 'x,"a, b",1,c,d\n' + "short\n" + 'q,"r"s,1,c,d\n'
    report = put(queue, tmp_path, text)
    assert counts(report) == (1, 0, 3)
    assert report.rejects_file == tmp_path / "in.rejects.csv"
    with report.rejects_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows[0] == ["Rejected Line", "Rejected Reason", *HEADER.strip().split(",")]
    assert [(row[0], row[2:]) for row in rows[1:]] == [
        ("3", ["x", "a, b", "1", "c", "d"]),
        ("4", ["short"]),
        ("5", ['q,"r"s,1,c,d\n']),
    ]
    assert rows[1][1] == "date 'x' is no date of the form %Y-%m-%d"


def test_rejects_file_can_be_enqueued_when_mended(queue: Queue, tmp_path: Path) -> None:
    """Its columns bear the input's own names."""
    report = put(queue, tmp_path, HEADER + ROW.replace("12.50", "12,50"))
    assert report.rejects_file is not None
    text = report.rejects_file.read_text(encoding="utf-8-sig")
    assert counts(put(queue, tmp_path, text.replace("12,50", "12.50"))) == (1, 0, 0)


def test_rejects_file_is_never_overwritten(queue: Queue, tmp_path: Path) -> None:
    """Someone may be mending it: other content gets a new name, the same content none."""
    places = [
        put(queue, tmp_path, HEADER + bad).rejects_file
        for bad in ("a,b,1,c,d\n", "a,b,1,c,d\n", "e,b,1,c,d\n", "a,b,1,c,d\n")
    ]
    assert [place and place.name for place in places] == [
        *("in.rejects.csv", "in.rejects.csv", "in.rejects.2.csv", "in.rejects.csv"),
    ]
    assert sorted(place.name for place in tmp_path.glob("*rejects*")) == [
        *("in.rejects.2.csv", "in.rejects.csv"),
    ]


def test_rejects_file_that_a_kill_left_half_written_is_no_litter(
    queue: Queue, tmp_path: Path
) -> None:
    """It bore a hidden name, which the next try takes over."""
    (tmp_path / ".in.rejects.csv.part").write_text("half")
    put(queue, tmp_path, HEADER + "a,b,1,c,d\n")
    assert [place.name for place in tmp_path.glob(".*")] == []


def test_rejects_that_cannot_be_written_leave_the_queue_as_it_was(
    queue: Queue, tmp_path: Path
) -> None:
    """Without a place for the bad rows the good ones are not taken either: try again."""
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(InputError, match="rejected rows cannot be written"):
        put(queue, tmp_path / "blocked", HEADER + ROW + "bad,b,1,c,d\n")
    assert counts(put(queue, tmp_path, HEADER + ROW)) == (1, 0, 0)


def test_bytes_of_another_encoding_come_back_as_they_were(queue: Queue, tmp_path: Path) -> None:
    """A row that does not decode is rejected whole, down to its bytes."""
    thai = "\u0e04\u0e48\u0e32".encode("cp874").decode("utf-8", "surrogateescape")
    report = put(queue, tmp_path, HEADER + ROW.replace("Rent", thai))
    assert report.rejected[0][1].startswith("description has the byte 0xA4, which is none of")
    assert report.rejects_file is not None
    assert "\u0e04\u0e48\u0e32".encode("cp874") in report.rejects_file.read_bytes()


def test_json_lines_are_rejected_as_they_were_written(queue: Queue, tmp_path: Path) -> None:
    """Numbers keep their digits; what is no JSON is kept as a text."""
    text = '{"date":"2026-3-x","amount":1.50}\nnonsense\n'
    place = put(queue, tmp_path, text, form="jsonl").rejects_file
    assert place == tmp_path / "in.rejects.jsonl"
    first, second = place.read_text(encoding="utf-8").splitlines()
    assert json.loads(first)["line"] == 1
    assert '"row": {"date":"2026-3-x","amount":1.50}' in first
    assert json.loads(second)["row"] == "nonsense"


@pytest.mark.parametrize(
    ("text", "form"),
    [("date,amount\n2026-03-01,1\n", "csv"), ('{"date":"2026-03-01","amount":1}', "jsonl")],
)
def test_fields_that_may_be_empty_may_be_left_out(
    queue: Queue, tmp_path: Path, text: str, form: Format
) -> None:
    """It is the same entry as one whose fields are there and empty."""
    assert counts(put(queue, tmp_path, text, form=form)) == (1, 0, 0)
    assert counts(put(queue, tmp_path, HEADER + "2026-03-01,,1,,\n")) == (0, 1, 0)


def test_json_lines_without_a_mapped_field_are_rejected(queue: Queue, tmp_path: Path) -> None:
    """Whoever maps it means it to be there."""
    text = '{"date":"2026-03-01","amount":1}'
    assert counts(put(queue, tmp_path, text, "category=Area", form="jsonl")) == (0, 0, 1)


def test_rounding_is_counted(queue: Queue, tmp_path: Path) -> None:
    """`--round` says how many amounts it changed."""
    text = HEADER + ROW.replace("12.50", "0.125") + ROW.replace("12.50", "0.120")
    assert put(queue, tmp_path, text, rounding=True).rounded == 1


def test_progress_is_told_by_chunks(queue: Queue, tmp_path: Path) -> None:
    """Whoever watches a long input sees the rows read so far."""
    told: list[int] = []
    put(queue, tmp_path, book(CHUNK + 1), progress=told.append)
    assert told == [CHUNK, CHUNK + 1]


def test_each_input_is_on_record(queue: Queue, tmp_path: Path) -> None:
    """When what came from where: also when it added nothing."""
    put(queue, tmp_path, book(2) + "x,y,z,a,b,,\n")
    put(queue, tmp_path, book(2))
    with queue.reading() as connection:
        found = connection.execute(select(intakes)).all()
    assert [tuple(row) for row in found] == [
        (1, "in.csv", exports.NOON, 2, 0, 1),
        (2, "in.csv", exports.NOON, 0, 2, 0),
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
AMOUNTS = st.integers(-(10**9), 10**9).map(lambda cents: f"{cents / 100:.2f}")
ROWS = st.lists(st.tuples(TEXTS, AMOUNTS, TEXTS, TEXTS), max_size=12)


@settings(max_examples=30)
@given(ROWS, ROWS)
def test_any_input_is_taken_once_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, ...]],
    more: list[tuple[str, ...]],
) -> None:
    """Whatever the texts: read = added + known + rejected; again, and grown, adds the new only."""
    folder = tmp_path_factory.mktemp("any")

    def text(rows: list[tuple[str, ...]]) -> str:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(HEADER.strip().split(","))
        writer.writerows([("2026-03-01", one[0], *one[1:]) for one in rows])
        return buffer.getvalue()

    with exports.open_queue(folder) as queue:
        begun = put(queue, folder, text(first))
        again = put(queue, folder, text(first))
        grown = put(queue, folder, text([*first, *more]))
    assert begun.read == len(first) == sum(counts(begun))
    assert counts(again) == (0, begun.intake.added, begun.intake.rejected)
    assert grown.intake.known == begun.intake.added
    assert sum(counts(grown)) == len(first) + len(more)
