"""`exporter status`: where the exporter stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exporter import events, notices, overview, presence, roster, texts
from exporter.cli import desk
from exporter.cli.output import refusal_facts
from exporter.moments import utc_text
from exporter.queue import Queue

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from exporter.cli.line import Parser
    from exporter.cli.output import Output
    from exporter.overview import Overview
    from exporter.places import Places
    from exporter.roster import Member
    from exporter.runs import Run
    from gitcfg import Refusal

_DISAGREE = (
    "the daemons run on different settings: the first one that is due exports under its own. "
    "Bring them together with `gitcfg sync`"
)


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show what waits, what is being delivered, what was left open, what of the settings is "
        "refused, and when the next export is.",
        "exporter status",
        "exporter status --json",
    )


def run(options: Namespace, out: Output) -> int:
    """Print it."""
    found = desk.find_places(options)
    settings, refusal = desk.settings_in_force(found.root)
    with Queue.glance(found.queue) as queue:
        seen = overview.look(queue, settings, queue.clock.now())
    daemon = presence.holder(found.lock) or _named(seen)
    out.answer(
        lambda: facts(seen, found, daemon, refusal), lambda: text(seen, found, daemon, refusal)
    )
    return 0


def facts(
    seen: Overview, found: Places, daemon: str | None, refusal: Refusal | None
) -> dict[str, Any]:
    """Put it into JSON."""
    following = {"next_run": None, "next_date": None}
    return {
        "queue": str(found.queue),
        "destination": found.delivers_to,
        "daemon": daemon,
        "daemons": [_member(one) for one in seen.daemons],
        "disagree": roster.disagree(seen.daemons),
        "at_work": None if seen.at_work is None else str(seen.at_work.process),
        "waiting": {
            "scheduled": seen.scheduled,
            "immediate": seen.immediate,
            "review": seen.review,
        },
        "frozen": seen.frozen,
        "exported": seen.exported,
        **(following if seen.next is None else events.slot_facts(seen.next)),
        "next_immediate": _utc(seen.next_immediate),
        "settings": seen.settings.record(),
        "refused": refusal_facts(refusal),
        "open_runs": [events.run_facts(one) for one in seen.open],
        "last_run": None if seen.last is None else events.run_facts(seen.last),
    }


def text(seen: Overview, found: Places, daemon: str | None, refusal: Refusal | None) -> str:
    """Write it as a table of facts."""
    rows = [
        ("daemon", daemon or "none runs; start one with `exporter run`"),
        ("next export", _next(seen)),
        ("waiting", _waiting(seen)),
        ("on the way", texts.count(seen.frozen, "entry", "entries")),
        ("exported", texts.count(seen.exported, "entry", "entries")),
        ("delivers to", found.delivers_to),
        ("queue", str(found.queue)),
    ]
    if seen.at_work is not None:
        rows.insert(1, ("at work", str(seen.at_work.process)))
    if seen.last is not None:
        rows.append(("last run", _told(seen.last, seen.settings.zone)))
    rows += [("open", f"{notices.name(one)}: {one.error or 'not finished'}") for one in seen.open]
    if roster.disagree(seen.daemons):
        rows += [("warning", _DISAGREE), *(("", _on(one, seen)) for one in seen.daemons)]
    if refusal is not None:
        rows.append(("refused", notices.refused(refusal)))
    table = notices.settings_table(seen.settings)
    return texts.printable(f"{texts.table(rows)}\n\n{table}")


def _named(seen: Overview) -> str | None:
    return ", ".join(str(one.process) for one in seen.daemons) or None


def _member(one: Member) -> dict[str, Any]:
    """Put a daemon of a shared queue into JSON."""
    return {
        "host": one.process.host,
        "pid": one.process.pid,
        "since": utc_text(one.since),
        "destination": one.destination,
        "settings": one.settings.record(),
    }


def _on(one: Member, seen: Overview) -> str:
    since = texts.full_time(one.since, seen.settings.zone)
    return f"{one.process}, since {since}: {notices.basis(one.settings)}"


def _told(run: Run, zone: ZoneInfo) -> str:
    entries = texts.count(run.entries, "entry", "entries")
    return f"{notices.name(run)}, {texts.full_time(run.started, zone)}, {run.state}: {entries}"


def _next(seen: Overview) -> str:
    if seen.next is None:
        return "none planned: the first `exporter run` begins the schedule"
    told = texts.forecast(seen.next, seen.now, seen.settings.zone).removeprefix("next export ")
    if seen.next_immediate is not None:
        first = texts.full_time(seen.next_immediate, seen.settings.zone)
        told += f"; immediate entries from {first}"
    return told


def _waiting(seen: Overview) -> str:
    told = f"{seen.scheduled:,} scheduled, {seen.immediate:,} immediate"
    if seen.review:
        told += f", {seen.review:,} for review (confidence under {seen.settings.threshold})"
    return told


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)
