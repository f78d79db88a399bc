"""Rows that could not be queued, each with its line and reason, in a file to be mended."""

from __future__ import annotations

import csv
import filecmp
import json
import os
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from exporter.disk import sync_folder
from exporter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from exporter.reading import Format, Source

COLUMNS = ("Rejected Line", "Rejected Reason")

Rejected = tuple[int, str, str]
"""Line, reason, and the original as JSON: a list of cells, or the text of a line."""


def beside(source: Path, form: Format) -> Path:
    """Name the rejects file of an input: `july.csv` has `july.rejects.csv` beside it."""
    return source.with_name(f"{source.stem}.rejects.{form}")


def write(place: Path, rows: Iterable[Rejected], source: Source) -> Path:
    """Write rejected rows to a new file, whole and synced, and return its path.

    What stands under the name already is never overwritten, for someone may be mending it: the
    same content is left as it is, other content makes the new file `july.rejects.2.csv`. Bytes
    that did not decode are written back as they were. Raises InputError.
    """
    # Always the same name, so that what a kill leaves there goes with the next try; no other
    # process writes it, for the queue's transaction is held.
    hidden = place.with_name(f".{place.name}.part")
    # JSON has no byte-order mark; a spreadsheet needs one to read a CSV file as UTF-8.
    encoding = source.encoding if source.form == "csv" else source.encoding.removesuffix("-sig")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with hidden.open("w", encoding=encoding, errors="surrogateescape", newline="") as file:
            if source.form == "csv":
                _write_csv(file, rows, source)
            else:
                _write_json(file, rows)
            file.flush()
            os.fsync(file.fileno())
        return _name(hidden, place)
    except OSError as error:
        raise InputError(
            source.name, f"the rejected rows cannot be written to {place}: {error.strerror}"
        ) from error
    finally:
        with suppress(OSError):
            hidden.unlink()


def _name(hidden: Path, place: Path) -> Path:
    for number in count(1):
        name = place if number == 1 else place.with_suffix(f".{number}{place.suffix}")
        if not name.exists():
            hidden.rename(name)
            sync_folder(place.parent)
            return name
        if filecmp.cmp(hidden, name, shallow=False):
            return name
    raise AssertionError("counting never ends")


def _write_csv(file: TextIO, rows: Iterable[Rejected], source: Source) -> None:
    writer = csv.writer(file, lineterminator="\r\n", delimiter=source.delimiter)
    writer.writerow((*COLUMNS, *source.header))
    for line, reason, original in rows:
        cells = json.loads(original)
        writer.writerow((line, reason, *([cells] if isinstance(cells, str) else cells)))


def _write_json(file: TextIO, rows: Iterable[Rejected]) -> None:
    for line, reason, original in rows:
        # The row stands as it was written, down to its bytes, wherever it is JSON at all.
        text = json.loads(original)
        row = text if _is_json(text) else json.dumps(text, ensure_ascii=False)
        told = json.dumps(reason, ensure_ascii=False)
        file.write(f'{{"line": {line}, "reason": {told}, "row": {row}}}\n')


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
