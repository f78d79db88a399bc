"""`exporter runs`: what was exported, when, and under which settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporter import events, money, runs, texts
from exporter.cli import desk
from exporter.errors import CallError
from exporter.queue import Queue

if TYPE_CHECKING:
    from argparse import Namespace
    from zoneinfo import ZoneInfo

    from exporter.cli.line import Parser
    from exporter.cli.output import Output
    from exporter.runs import Run

_MANY = 20
_REVISION = 12
_HEADS = ("RUN", "KIND", "DATE", "STATE", "STARTED", "ENTRIES", "FILES", "TOTAL", "SETTINGS")
_NUMBERS = frozenset({0, 5, 6, 7})


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show the runs, newest first; with --json also the settings of each.",
        "exporter runs -n 5",
        "exporter runs --json",
    )
    parser.add_argument(
        "-n", dest="limit", default=str(_MANY), metavar="N", help="how many (%(default)s)"
    )


def run(options: Namespace, out: Output) -> int:
    """Print the runs."""
    if not (options.limit.isascii() and options.limit.isdigit() and int(options.limit)):
        raise CallError(f"-n {options.limit} is no number to count to: give 1 or more")
    found = desk.find_places(options)
    zone = desk.settings_in_force(found.root)[0].zone
    with (
        Queue.glance(found.queue) as queue,
        queue.reading() as connection,
    ):
        latest = runs.latest(connection, int(options.limit))
    out.answer(
        lambda: [events.run_facts(one) for one in latest],
        lambda: text(latest, zone) if latest else "no run yet",
    )
    return 0


def text(found: list[Run], zone: ZoneInfo) -> str:
    """Write runs as a table, what stopped one beneath it."""
    table = texts.table([_HEADS, *(_row(run, zone) for run in found)], right=_NUMBERS)
    errors = [f"run {run.id}: {run.error}" for run in found if run.error]
    return texts.printable("\n".join([table, *errors]))


def _row(run: Run, zone: ZoneInfo) -> tuple[str, ...]:
    settings = run.settings.revision[:_REVISION]
    if run.settings.uncommitted:
        settings += " + uncommitted " + ", ".join(run.settings.uncommitted)
    return (
        str(run.id),
        run.kind,
        run.date.isoformat(),
        run.state,
        texts.full_time(run.started, zone),
        f"{run.entries:,}",
        f"{len(run.files):,}",
        money.to_text(run.total),
        settings,
    )
