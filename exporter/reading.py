"""Rows out of a source: CSV or JSON lines, one after the other, however long the source is.

A row that is not well formed is a row with a problem, not the end of the import.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from exporter import columns
from exporter.entries import FIELDS, SOURCE_FIELDS
from exporter.errors import CallError, InputError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

Format = Literal["csv", "jsonl"]
_DELIMITERS = ",;\t|"
JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".jsonlines"})


class Row(NamedTuple):
    """One row as read: its first line from 1, and the values in the order of FIELDS.

    `original` is all its cells, or its text where there are none; `values` is None where
    `problem` says what is wrong.
    """

    line: int
    values: Sequence[str | None] | None
    original: Sequence[str] | str
    problem: str | None = None


@contextmanager
def opened(
    stream: IO[bytes],
    name: str,
    *,
    form: Format,
    mapping: Mapping[str, str],
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Iterator[Source]:
    """Read an input out of a stream, which stays its opener's to close.

    Raises CallError for an encoding or columns that are not there, or a delimiter that is none,
    InputError for no header.
    """
    _check_delimiter(delimiter)
    codec = _codec(encoding)
    # What does not decode is carried along byte by byte, so the row can be told and returned.
    text = io.TextIOWrapper(
        stream,
        encoding=codec,
        errors="surrogateescape",
        newline="" if form == "csv" else "\n",
    )
    try:
        yield Source(text, name, form=form, mapping=mapping, encoding=codec, delimiter=delimiter)
    finally:
        text.detach()


class Source:
    """An opened input: its header (empty for JSON lines), then its rows.

    `absent` are the source fields that the header has no column for; they are empty in each row.
    """

    def __init__(
        self,
        text: io.TextIOWrapper,
        name: str,
        *,
        form: Format,
        mapping: Mapping[str, str],
        encoding: str,
        delimiter: str,
    ) -> None:
        self.name = name
        self.form: Format = form
        self.encoding = encoding
        self.delimiter = delimiter
        self._mapping = mapping
        self._text = text
        self._lines = _Lines(text)
        self.header: Sequence[str] = ()
        self._reader = csv.reader(self._lines, strict=True, delimiter=delimiter)
        self.absent: Sequence[str] = ()
        if form == "csv":
            self.header = self._read_header()
            self._places = columns.locate(mapping, self.header)
            found = zip(SOURCE_FIELDS, self._places, strict=False)
            self.absent = [field for field, place in found if place is None]

    def rows(self) -> Iterator[Row]:
        """Read all rows; raises InputError where the source as a whole cannot be decoded."""
        try:
            yield from self._csv_rows() if self.form == "csv" else self._json_rows()
        except UnicodeError as error:
            raise self._undecodable(error) from error

    def _read_header(self) -> Sequence[str]:
        try:
            header = next(self._reader, None)
        except csv.Error as error:
            raise InputError(self.name, f"its first line is no CSV header: {error}") from error
        except UnicodeError as error:
            raise self._undecodable(error) from error
        if not header:
            raise InputError(self.name, "it is empty, or its first line is; a header must be there")
        self._refuse_other_delimiter(header)
        return header

    def _refuse_other_delimiter(self, header: Sequence[str]) -> None:
        """Raise CallError for a header that is one cell and looks like several."""
        counted = {one: header[0].count(one) for one in _DELIMITERS if one != self.delimiter}
        likely = max(counted, key=counted.__getitem__)
        if len(header) == 1 and counted[likely]:
            said = "\\t" if likely == "\t" else likely
            raise CallError(
                f"the header of {self.name} is one column, {header[0]!r}; "
                f"say --delimiter '{said}' if its cells are separated so"
            )

    def _csv_rows(self) -> Iterator[Row]:
        places, width = self._places, len(self.header)
        while True:
            line = self._reader.line_num + 1
            self._lines.seen.clear()
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield Row(line, None, "".join(self._lines.seen), f"is no well-formed CSV: {error}")
                continue
            if cells is None:
                return
            if len(cells) == width:
                values = [None if place is None else cells[place] for place in places]
                yield Row(line, values, cells)
            elif cells:
                problem = f"has {len(cells)} cells where the header has {width}"
                yield Row(line, None, cells, problem)

    def _json_rows(self) -> Iterator[Row]:
        names, needed = columns.wanted(self._mapping), columns.needed(self._mapping)
        for line, text in enumerate(self._text, 1):
            original = text.rstrip("\r\n")
            if not original.strip():
                continue
            try:
                yield Row(line, _fields(_object(original), names, needed), original)
            except ValueError as error:
                yield Row(line, None, original, str(error))

    def _undecodable(self, error: UnicodeError) -> InputError:
        return InputError(self.name, f"it is not written in {self.encoding} ({error})")


class _Lines:
    """The lines of a text, remembering those that the record under way is made of."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.seen: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.seen.append(line)
        return line


def format_of(name: str, said: str | None) -> Format:
    """Tell a source's format: what was said, else by its suffix, else CSV."""
    if said in {"csv", "jsonl"}:
        return "jsonl" if said == "jsonl" else "csv"
    return "jsonl" if any(name.lower().endswith(end) for end in JSON_SUFFIXES) else "csv"


def _check_delimiter(delimiter: str) -> None:
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n':
        raise CallError(f"--delimiter {delimiter!r} is no single sign between cells, such as ';'")


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name).name
        "".encode(name)  # some codecs, such as hex, have nothing to do with text
    except LookupError as error:
        raise CallError(f"--encoding {name!r} is no text encoding that is known here") from error
    return "utf-8-sig" if found == "utf-8" else found


def _object(text: str) -> dict[str, Any]:
    try:
        # Numbers stay the text they are: 12.50 must not become a binary float on its way.
        found = json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=_no_constant,
            object_pairs_hook=_without_duplicates,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("is JSON, but no object")  # noqa: TRY004 - a row's fault, not the call's
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"has {name}, which is no number")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("has a name twice in one object")
    return found


def _fields(
    found: Mapping[str, Any], names: Mapping[str, str], needed: Container[str]
) -> list[str | None]:
    values: list[str | None] = []
    for field in FIELDS:
        name = names.get(field)
        if name is None:
            values.append(None)
            continue
        if name not in found and name == field:
            name = name.capitalize()
        if name not in found and field in needed:
            raise ValueError(f"has no {names[field]!r}")
        value = found.get(name)
        if not isinstance(value, str | None):
            raise ValueError(f"{field} is neither text nor a number")  # noqa: TRY004 - likewise
        values.append(value)
    return values
