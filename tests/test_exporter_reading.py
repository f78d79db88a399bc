"""Rows out of CSV and JSON lines: good ones with their values, bad ones with what is wrong."""

from __future__ import annotations

import io
import re

import pytest

from exporter.columns import parse_map
from exporter.errors import CallError, InputError
from exporter.reading import Row, format_of, opened

HEADER = "date,description,amount,category,reference\n"
NONE = [None, None, None]


def csv_rows(content: str | bytes, *mapping: str, encoding: str = "utf-8") -> list[Row]:
    """Read all rows of a CSV source."""
    data = content.encode() if isinstance(content, str) else content
    with opened(
        *(io.BytesIO(data), "in.csv"), form="csv", mapping=parse_map(mapping), encoding=encoding
    ) as source:
        return list(source.rows())


def json_rows(content: str, *mapping: str) -> list[Row]:
    """Read all rows of a source of JSON lines."""
    stream = io.BytesIO(content.encode("utf-8", "surrogatepass"))
    with opened(stream, "in.jsonl", form="jsonl", mapping=parse_map(mapping)) as source:
        return list(source.rows())


def test_csv_cells_come_as_they_stand() -> None:
    """Quotes, commas and newlines within a cell belong to it; a row is named by its first line."""
    rows = csv_rows(HEADER + 'd1,"a ""b"", c\r\nd",1,x,y\n\nd2,,2,,\n')
    assert [(row.line, row.values) for row in rows] == [
        (2, ["d1", 'a "b", c\r\nd', "1", "x", "y", *NONE]),
        (5, ["d2", "", "2", "", "", *NONE]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_with_byte_order_mark_and_any_line_end_is_read(end: str) -> None:
    """What spreadsheets of any system write is read alike."""
    rows = csv_rows("\ufeff" + f"{HEADER}a,b,c,d,e\n".replace("\n", end))
    assert [row.values for row in rows] == [["a", "b", "c", "d", "e", *NONE]]


def test_csv_columns_are_mapped_by_name_wherever_they_stand() -> None:
    """A mapped name is taken to the letter; the rest are found by the field's name in any case."""
    rows = csv_rows(
        "Ref,Paid Date,Amount,ID,Description,CATEGORY\nr,d,1,7,t,c\n",
        *("date=Paid Date", "reference=Ref"),
    )
    assert rows[0].values == ["d", "t", "1", "c", "r", None, None, None]


def test_csv_optional_columns_count_by_name_only_without_a_map() -> None:
    """A stray ID column of a mapped book does not become the identity of its rows."""
    text = "date,description,amount,category,reference,id,path\na,b,c,d,e,7,immediate\n"
    assert csv_rows(text)[0].values == ["a", "b", "c", "d", "e", None, "immediate", "7"]
    mapped = csv_rows(text, "id=id")[0].values
    assert mapped == ["a", "b", "c", "d", "e", None, None, "7"]


@pytest.mark.parametrize(
    ("header", "mapping", "reason"),
    [
        ("a,b", (), "no column 'date' for date; say --map date=.* one of 'a', 'b'"),
        (HEADER.strip(), ("date=Datum",), "no column 'Datum'"),
        (HEADER.strip(), ("id=ID",), "no column 'ID'"),
        (HEADER.strip() + ",Date", (), "'date' stands 2 times"),
    ],
)
def test_csv_header_without_the_columns_is_a_wrong_call(
    header: str, mapping: tuple[str, ...], reason: str
) -> None:
    """A column that is missing or stands twice is never guessed."""
    with pytest.raises(CallError, match=reason):
        csv_rows(header + "\n", *mapping)


@pytest.mark.parametrize(
    "items", [("date",), ("date=",), ("=x",), ("when=x",), ("date=a", "date=b")]
)
def test_map_that_cannot_be_meant_is_a_wrong_call(items: tuple[str, ...]) -> None:
    """Fields are known, named once, and given a column."""
    with pytest.raises(CallError, match="--map"):
        parse_map(items)


@pytest.mark.parametrize("content", ["", "\n", '"a', '"a"b,c\n'])
def test_csv_without_a_header_is_no_input(content: str) -> None:
    """Nothing can be said about rows whose columns have no names."""
    with pytest.raises(InputError, match="Nothing was queued"):
        csv_rows(content)


def test_csv_rows_with_another_width_are_told_and_kept() -> None:
    """A row with a cell too many or too few would put values under wrong names."""
    rows = csv_rows(HEADER + "a,b\n1,2,3,4,5,6\na,b,c,d,e\n")
    assert [(row.line, row.problem) for row in rows] == [
        (2, "has 2 cells where the header has 5"),
        (3, "has 6 cells where the header has 5"),
        (4, None),
    ]
    assert rows[1].original == ["1", "2", "3", "4", "5", "6"]


def test_csv_row_that_is_malformed_is_told_with_its_text_and_reading_goes_on() -> None:
    """Text after a closing quote makes one row unreadable, not the file."""
    rows = csv_rows(HEADER + 'a,"b"x,c,d,e\na,b,c,d,e\n')
    assert rows[0].original == 'a,"b"x,c,d,e\n'
    assert "no well-formed CSV" in (rows[0].problem or "")
    assert rows[1].values == ["a", "b", "c", "d", "e", *NONE]


def test_csv_quote_that_never_closes_loses_no_text() -> None:
    """The row swallows the rest of the file, and all of it is told as that row."""
    rows = csv_rows(HEADER + 'a,"b,c,d,e\nx,y\n')
    assert [(row.line, row.original) for row in rows] == [(2, 'a,"b,c,d,e\nx,y\n')]


def test_csv_in_a_named_encoding_is_decoded() -> None:
    """Thai books in cp874 are read when the import says so."""
    rows = csv_rows((HEADER + "d,\u0e04\u0e48\u0e32,1,c,r\n").encode("cp874"), encoding="cp874")
    assert rows[0].values == ["d", "\u0e04\u0e48\u0e32", "1", "c", "r", *NONE]


def test_csv_in_another_encoding_is_carried_along_byte_by_byte() -> None:
    """A byte that is no UTF-8 spoils its row only, and can be written back as it was."""
    rows = csv_rows(HEADER.encode() + b"d,\xa4\xe8,1,c,r\nd,ok,1,c,r\n")
    assert [row.values[1] for row in rows if row.values] == ["\udca4\udce8", "ok"]


def test_encoding_that_cannot_be_resumed_spoils_the_whole_input() -> None:
    """UTF-16 cut within a character has no rows to go on with."""
    with pytest.raises(InputError, match="not written in utf-16"):
        csv_rows((HEADER + "a,b,c,d,e\n").encode("utf-16")[:-1], encoding="utf-16")
    with pytest.raises(InputError, match="not written in utf-16"):
        csv_rows(b"\xff\xfe\x00", encoding="utf-16")


def test_stream_stays_its_openers() -> None:
    """Reading it to the end, or failing at its header, does not close it."""
    stream = io.BytesIO(HEADER.encode())
    with opened(stream, "in.csv", form="csv", mapping={}) as source:
        assert list(source.rows()) == []
    with pytest.raises(InputError), opened(stream, "in.csv", form="csv", mapping={}):
        pass
    assert not stream.closed


@pytest.mark.parametrize("name", ["klingon", "hex"])
def test_encoding_that_is_none_is_a_wrong_call(name: str) -> None:
    """Only text encodings decode text."""
    with pytest.raises(CallError, match="no text encoding"):
        csv_rows(HEADER, encoding=name)


def test_json_numbers_stay_the_text_they_are() -> None:
    """12.50 and 0.1 never pass through a binary float; null is an empty text."""
    text = '{"date":"d","description":null,"amount":-12.50,"category":"c","reference":700}\n'
    assert json_rows(text)[0].values == ["d", None, "-12.50", "c", "700", *NONE]


def test_json_keys_are_mapped_or_the_fields_own() -> None:
    """Mapped names to the letter, else the field's name, small or capitalised."""
    text = '\n{"Day":"d","Description":"t","amount":"1","category":"","reference":"","id":"7"}\r\n'
    rows = json_rows(text, "date=Day")
    assert [(row.line, row.values) for row in rows] == [(2, ["d", "t", "1", "", "", *NONE])]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is no JSON: "),
        ("[1]", "is JSON, but no object"),
        ('{"date": NaN}', "has NaN, which is no number"),
        ('{"date":"a","date":"b"}', "has a name twice"),
        ('{"date":"a"}', "has no 'amount'"),
        ('{"date":true}', "date is neither text nor a number"),
        ('{"date":[1]}', "date is neither text nor a number"),
        ("[" * 100_000, "nested too deeply|is no JSON"),
    ],
)
def test_json_line_with_a_fault_is_told_and_kept(text: str, reason: str) -> None:
    """A line that is no entry spoils itself only."""
    good = '{"date":"d","description":"t","amount":1,"category":"","reference":""}'
    bad, following = json_rows(f"{text}\n{good}\n")
    assert (bad.line, bad.values, bad.original) == (1, None, text)
    assert re.search(reason, bad.problem or "")
    assert following.problem is None


@pytest.mark.parametrize(
    ("name", "said", "form"),
    [
        *[("a.csv", None, "csv"), ("a.JSONL", None, "jsonl"), ("a.ndjson", None, "jsonl")],
        *[("-", None, "csv"), ("-", "jsonl", "jsonl"), ("a.jsonl", "csv", "csv")],
    ],
)
def test_format_is_what_was_said_else_by_suffix(name: str, said: str | None, form: str) -> None:
    """Without a word or a telling suffix it is CSV."""
    assert format_of(name, said) == form
