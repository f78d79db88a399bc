"""`exporter export-now`: deliver what waits, at once, or one date's daily run."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from exporter import (
    delivery,
    events,
    leases,
    money,
    notices,
    presence,
    process,
    roster,
    rounds,
    texts,
)
from exporter.cli import desk, signals
from exporter.cli.output import is_terminal, progress_bar, refusal_facts
from exporter.cli.screen import shown
from exporter.errors import CallError, HeldError
from exporter.queue import Queue

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from exporter.batches import Batch
    from exporter.cli.line import Parser
    from exporter.cli.output import Output
    from exporter.delivery import Outcome, Shift
    from exporter.destinations import Destination
    from exporter.events import Event, Tell
    from exporter.places import Places
    from exporter.rounds import Preview
    from exporter.settings import RunSettings
    from gitcfg import Refusal

_PATIENCE = leases.LENGTH.total_seconds() + 2
_STEP = 0.2


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Deliver now what a scheduled export would take, and immediate entries whose buffer has "
        "ended. The daily date is left alone, unless one is named.",
        "exporter export-now --dry-run",
        "exporter export-now",
        "exporter export-now --date 2026-03-31",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="only tell what would be delivered; change nothing"
    )
    parser.add_argument(
        "--date", metavar="DATE", help="run the daily export of this date, as 2026-03-31"
    )


def run(options: Namespace, out: Output) -> int:
    """Deliver it and tell of each run; 1 where something could not be delivered."""
    day = _date(options.date)
    found = desk.find_places(options)
    destination = found.destination()
    settings, refusal = desk.settings_in_force(found.root)
    if refusal is not None:
        out.note(f"settings refused: {notices.refused(refusal)}")
    if options.dry_run:
        with Queue.glance(found.queue) as queue:
            now = queue.clock.now()
            preview = rounds.preview(queue, settings, now, me=process.this(), day=day)
        out.answer(lambda: _preview_facts(preview, refusal), lambda: _preview_text(preview))
        return 0
    with (
        desk.logged(found.log),
        Queue.open(found.queue, wait=_PATIENCE) as queue,
        signals.caught() as ended_by,
    ):
        tell = _telling(desk.log if out.json else shown(out), queue, found)
        stopping = partial(bool, ended_by)
        outcomes = deliver(queue, destination, settings, out, tell, day=day, stopping=stopping)
    if out.json:
        out.answer(lambda: _facts(outcomes, ended=bool(ended_by)), str)
    if ended_by:
        return signals.INTERRUPTED if signal.SIGINT in ended_by else signals.TERMINATED
    return 0 if all(outcome.state == "done" for outcome in outcomes) else 1


def _telling(tell: Tell, queue: Queue, found: Places) -> Tell:
    """Have what is left told with who goes on with it: the daemon, or nobody by itself."""

    def told(event: Event) -> None:
        if isinstance(event, events.JobCompleted | events.JobInterrupted):
            event = replace(event, daemon=_goes_on(queue, found))
        tell(event)

    return told


def _goes_on(queue: Queue, found: Places) -> bool:
    if not queue.shared:
        return presence.holder(found.lock) is not None
    with queue.reading() as connection:
        return bool(roster.there(connection, queue.clock.now()))


def deliver(
    queue: Queue,
    destination: Destination,
    settings: RunSettings,
    out: Output,
    tell: Tell,
    *,
    day: date | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Wait for the lease, then deliver, with progress where somebody watches."""
    with ExitStack() as stack:
        now = queue.clock.now()
        preview = rounds.preview(queue, settings, now, me=process.this(), day=day)
        delivered = stack.enter_context(_progress(preview.takes.entries, out))
        shift = _patiently(
            stack, out, partial(_shift, queue, destination, stopping, delivered), stopping
        )
        if shift is None:
            out.note("ended before anything was begun")
            return []
        return rounds.export_now(shift, settings, tell, day=day)


def _shift(
    queue: Queue,
    destination: Destination,
    stopping: Callable[[], bool],
    delivered: Callable[[Batch], None],
) -> AbstractContextManager[Shift]:
    return delivery.shift(
        queue,
        destination,
        me=process.this(),
        clock=queue.clock,
        stopping=stopping,
        delivered=delivered,
    )


def _patiently(
    stack: ExitStack,
    out: Output,
    shift: Callable[[], AbstractContextManager[Shift]],
    stopping: Callable[[], bool],
) -> Shift | None:
    """Begin a shift, waiting for another's lease, at most one lease long; None: asked to end."""
    deadline, said = time.monotonic() + _PATIENCE, False
    while not stopping():
        try:
            return stack.enter_context(shift())
        except HeldError as error:
            if time.monotonic() >= deadline:
                raise
            if not said:
                out.note(f"waiting: {error.message}")
                said = True
            time.sleep(_STEP)
    return None


@contextmanager
def _progress(entries: int, out: Output) -> Iterator[Callable[[Batch], None]]:
    if out.json or out.quiet or not is_terminal():
        yield lambda batch: None  # noqa: ARG005
        return
    with progress_bar("delivering", entries) as move:
        yield lambda batch: move(advance=batch.entries)


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise CallError(f"--date {text!r} is no date of the form 2026-03-31") from error


def _facts(outcomes: list[Outcome], *, ended: bool) -> dict[str, Any]:
    failed = any(outcome.state != "done" for outcome in outcomes)
    return {
        "status": "interrupted" if ended else "failed" if failed else "done",
        "entries": sum(outcome.run.entries for outcome in outcomes),
        "total": money.to_text(sum(outcome.run.total for outcome in outcomes)),
        "files": [name for outcome in outcomes for name in outcome.run.files],
        "runs": [events.run_facts(outcome.run) for outcome in outcomes],
    }


def _preview_facts(preview: Preview, refusal: Refusal | None) -> dict[str, Any]:
    return {
        "status": "dry-run",
        "date": preview.date.isoformat(),
        "entries": preview.takes.entries,
        "total": money.to_text(preview.takes.total),
        "files": preview.files,
        "frozen": preview.frozen,
        "review": preview.review,
        "buffered": preview.buffered,
        "settings": preview.settings.record(),
        "refused": refusal_facts(refusal),
    }


def _preview_text(preview: Preview) -> str:
    takes = preview.takes
    entries = texts.count(takes.entries, "entry", "entries")
    files = texts.count(preview.files, "file")
    day, total = preview.date.isoformat(), money.to_text(takes.total)
    lines = [f"would deliver {entries} in {files} dated {day}, total {total}"]
    if preview.frozen:
        lines.append(f"and {texts.count(preview.frozen, 'file')} that an earlier run has frozen")
    if preview.review:
        held = texts.count(preview.review, "entry waits", "entries wait")
        lines.append(f"{held} for review: confidence under {preview.settings.threshold}")
    if preview.buffered:
        kept = texts.count(preview.buffered, "immediate entry is", "immediate entries are")
        lines.append(f"{kept} still in the buffer")
    return "\n".join(lines)
