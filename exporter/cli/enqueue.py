"""`exporter enqueue`: take entries from a file, or from standard input, into the queue."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from exporter import columns, dates, reading, rejects, texts
from exporter.cli.desk import find_places
from exporter.cli.output import is_terminal, place, progress_bar
from exporter.enqueue import Report, enqueue
from exporter.entries import Reading
from exporter.errors import InputError
from exporter.queue import Queue

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from exporter.cli.line import Parser
    from exporter.cli.output import Output
    from exporter.clock import Clock
    from exporter.places import Places

STANDARD_INPUT = "-"
_LONG_WAIT = 60.0


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Queue the rows of a CSV file or of JSON lines. The same file again, or a grown one, adds "
        "only what is new. Rows that cannot be taken go to a rejects file beside the input.",
        'exporter enqueue july.csv --map description=Supplier --map reference="Trans No"',
        "exporter enqueue july.csv --date-format %d/%m/%Y --buddhist --delimiter ';'",
        "exporter enqueue - --format jsonl < july.jsonl",
    )
    parser.add_argument("file", metavar="FILE", help="the input; - is standard input")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar='FIELD="Column"',
        help="where a field stands: date, description, amount, category, reference, confidence, "
        "path, id; else a field's column bears its name",
    )
    parser.add_argument(
        "--date-format", default=dates.ISO, metavar="FORMAT", help="as %%d/%%m/%%Y (%(default)s)"
    )
    parser.add_argument("--buddhist", action="store_true", help="years are Buddhist: 2567 is 2024")
    parser.add_argument(
        "--round", action="store_true", help="take more than two decimals half up, and count them"
    )
    parser.add_argument("--encoding", default="utf-8", metavar="NAME", help="as cp874 (utf-8)")
    parser.add_argument(
        "--delimiter", default=",", metavar="SIGN", help="between the cells, as ';' or '\\t' (,)"
    )
    parser.add_argument("--format", choices=("csv", "jsonl"), help="else by the file's suffix")


def run(options: Namespace, out: Output) -> int:
    """Queue it and tell what became of each row; 1 where a row was rejected."""
    mapping = columns.parse_map(options.map)
    how = Reading(
        read_date=dates.reader(options.date_format, buddhist=options.buddhist),
        rounding=options.round,
    )
    found = find_places(options)
    name, form = options.file, reading.format_of(options.file, options.format)
    with (
        _opened(name) as stream,
        reading.opened(
            stream,
            name,
            form=form,
            mapping=mapping,
            encoding=options.encoding,
            # A shell passes no tab without a trick.
            delimiter=options.delimiter.replace("\\t", "\t"),
        ) as source,
        Queue.open(found.queue, wait=_LONG_WAIT) as queue,
        _progress(name, stream, out) as progress,
    ):
        if source.absent:
            # A forgotten --map must not look like books without descriptions.
            out.note(f"no column for {', '.join(source.absent)}: left empty. See --map")
        report = enqueue(
            queue,
            source,
            how,
            clock=queue.clock,
            rejects_file=_rejects_file(name, form, found, queue.clock),
            progress=progress,
        )
    out.answer(lambda: facts(report), lambda: text(report))
    return 1 if report.intake.rejected else 0


def facts(report: Report) -> dict[str, Any]:
    """Put a report into JSON."""
    return {
        "status": "rejected" if report.intake.rejected else "done",
        "source": report.source,
        "read": report.read,
        "added": report.intake.added,
        "known": report.intake.known,
        "rejected": report.intake.rejected,
        "rounded": report.rounded,
        "repeated_references": report.intake.doubtful,
        "warnings": [{"line": line, "reference": ref} for line, ref in report.intake.repeated],
        "rejects": [{"line": line, "reason": reason} for line, reason in report.rejected],
        "rejects_file": place(report.rejects_file),
    }


def text(report: Report) -> str:
    """Tell what became of the rows."""
    intake = report.intake
    added = texts.count(intake.added, "entry", "entries")
    rest = f"{intake.known:,} known already, {intake.rejected:,} rejected"
    lines = [f"{added} queued from {report.source}; {rest}"]
    if report.rounded:
        lines.append(f"{texts.count(report.rounded, 'amount')} rounded half up to two decimals")
    if intake.doubtful:
        rows = texts.count(intake.doubtful, "row has a reference", "rows have a reference")
        lines.append(f"warning: {rows} that is known with other content, and queued all the same:")
        lines += [f"  line {line}: reference {ref}" for line, ref in intake.repeated]
        lines += _more(intake.doubtful - len(intake.repeated))
    if report.rejects_file is not None:
        lines.append(f"rejected: {texts.count(intake.rejected, 'row')}, not queued:")
        lines += [f"  line {line}: {reason}" for line, reason in report.rejected]
        place = report.rejects_file
        lines += _more(intake.rejected - len(report.rejected), f", all in {place}")
        lines.append(f"rejected rows are in {place}; {_mending(report)}: only what is new is taken")
    return texts.printable("\n".join(lines))


def _more(left: int, where: str = "") -> list[str]:
    return [f"  … and {left:,} more{where}"] if left else []


def _mending(report: Report) -> str:
    if _has_file(report.source):
        return f"mend them in {report.source} and enqueue it again"
    # Without the input at hand, its rows come again from whoever wrote it.
    return "mend them where the input comes from and pass all of it in again"


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below, whatever happens
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from error
    with stream:
        yield stream


def _rejects_file(name: str, form: reading.Format, found: Places, clock: Clock) -> Path:
    if _has_file(name):
        return rejects.beside(Path(name), form)
    return rejects.beside(found.var / f"stdin-{clock.now():%Y%m%dT%H%M%SZ}", form)


def _has_file(name: str) -> bool:
    """Tell whether an input is a file; a pipe has nothing beside it and cannot be read twice."""
    return name != STANDARD_INPUT and Path(name).is_file()


@contextmanager
def _progress(name: str, stream: IO[bytes], out: Output) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far the input is read; a pipe has no known end."""
    if out.json or out.quiet or not is_terminal():
        yield lambda rows: None  # noqa: ARG005
        return
    total = Path(name).stat().st_size if stream.seekable() and name != STANDARD_INPUT else None
    with progress_bar(f"reading {name}", total) as move:
        yield lambda rows: move(
            completed=None if total is None else stream.tell(),
            description=f"reading {name}: {rows:,} rows",
        )
