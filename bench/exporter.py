"""One process at work on a queue, for the benchmarks: `python -m bench.exporter lead URL FOLDER`.

It says `ready`, waits for a line, works, and answers with a line of JSON: seconds of the whole and
of each file, and the most memory it held.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exporter import address, dates, delivery, helping, process, runs, settings
from exporter.columns import parse_map
from exporter.destinations.folder import Folder
from exporter.enqueue import enqueue
from exporter.entries import Reading
from exporter.queue import Queue
from exporter.reading import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from exporter.batches import Batch

ROWS_A_FILE = 1000
_DAY = date(2026, 3, 31)
_KIB = 1024


def _peak() -> int:
    # Not getrusage's: that starts with what the process was that began this one.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * _KIB
    raise AssertionError("a running process has a size")


def lead(queue: Queue, folder: Path) -> list[float]:
    """Begin a run and carry it out; tells the seconds of each file."""
    marks: list[float] = []

    def delivered(batch: Batch) -> None:
        del batch
        marks.append(time.perf_counter())

    with delivery.shift(
        queue, Folder(folder), me=process.this(), clock=queue.clock, delivered=delivered
    ) as shift:
        done = shift.carry_out(shift.begin("manual", _DAY, _settings()))
    if done.state != "done":
        raise SystemExit(f"the export ended as {done.state}: {done.error}")
    return [later - earlier for earlier, later in pairwise(marks)]


def help_out(queue: Queue, folder: Path) -> list[float]:
    """Bring files beside who leads, until the run is done."""
    while True:
        helping.lend_a_hand(queue, Folder(folder), me=process.this(), clock=queue.clock)
        with queue.reading() as connection:
            found = runs.latest(connection, 1)
        if found and found[0].state == "done":
            return []
        time.sleep(0.01)


def take_in(queue: Queue, source: Path) -> list[float]:
    """Enqueue a file."""
    how = Reading(read_date=dates.reader())
    with (
        source.open("rb") as stream,
        opened(stream, source.name, form="csv", mapping=parse_map([])) as rows,
    ):
        enqueue(queue, rows, how, clock=queue.clock, rejects_file=source.with_suffix(".rejects"))
    return []


WORK: dict[str, Callable[[Queue, Path], list[float]]] = {
    "lead": lead,
    "help": help_out,
    "enqueue": take_in,
}


def _settings() -> settings.RunSettings:
    values: dict[str, Any] = {
        settings.TIME: "18:00",
        settings.ZONE: "Asia/Bangkok",
        settings.BUFFER: 30,
        settings.THRESHOLD: 0.85,
        settings.BATCH_SIZE: ROWS_A_FILE,
    }
    used = (
        settings.Used(key=key, value=values[key], version=1, uncommitted=False) for key in values
    )
    return settings.make("0" * 40, used)


def main() -> None:
    """Do the work that was named."""
    work, url, place = sys.argv[1:]
    there = address.parse(url, root=Path())
    if there is None:
        raise SystemExit(f"{url} is no queue")
    with Queue.open(there) as queue:
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        steps = WORK[work](queue, Path(place))
        seconds = time.perf_counter() - began
    peak = _peak()
    print(json.dumps({"seconds": seconds, "steps": steps, "peak": peak}))


if __name__ == "__main__":
    main()
