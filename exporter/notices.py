"""Events in words: what the terminal shows, one line each, times in the export's own zone."""

from __future__ import annotations

import json
from functools import singledispatch
from typing import TYPE_CHECKING

from exporter import money, texts
from exporter.events import (
    BaselineSet,
    Event,
    JobCompleted,
    JobInterrupted,
    JobStarted,
    Noticed,
    Recovered,
    SettingsChanged,
    SettingsCommitted,
    SettingsRefused,
    SettingsRepaired,
    Started,
    Stopped,
    Trouble,
)

if TYPE_CHECKING:
    from exporter.runs import Run
    from exporter.settings import RunSettings, Used
    from gitcfg import Finding, Refusal

_KINDS = {"daily": "daily export", "manual": "manual export", "immediate": "immediate export"}
_REVISION = 12
_GO_ON = "start `exporter run`, or call `exporter export-now` again"


def text(event: Event) -> str:
    """Write an event as a line that begins with its time; what belongs to it is indented."""
    stamp = texts.clock_time(event.time, event.zone)
    first, *more = texts.printable(_words(event)).split("\n")
    indent = " " * (len(stamp) + 2)
    return "\n".join([f"{stamp}  {first}", *((indent + line).rstrip() for line in more)])


def log_line(event: Event) -> str:
    """Write an event as the log has it: its name and all its facts."""
    return f"{event.name} {json.dumps(event.facts(), ensure_ascii=False)}"


def started_table(event: Started) -> str:
    """Write what the daemon starts with: each setting, its value, and where it comes from."""
    waiting = texts.count(event.waiting, "entry waits", "entries wait")
    if event.review:
        waiting += f", {event.review:,} more for review"
    return "\n".join(
        (
            settings_table(event.settings),
            "",
            f"{texts.forecast(event.next, event.time, event.zone)}; {waiting}",
            f"delivers to {event.destination}",
        )
    )


def settings_table(run: RunSettings) -> str:
    """Write the settings of an export: each value, its version, and the revision it stands on."""
    heads = ("SETTING", "VALUE", "VERSION", "REVISION")
    return texts.table([heads, *(_row(one, run) for one in run.used)])


def basis(run: RunSettings) -> str:
    """Say what an export goes by: the revision, and what deviates from it."""
    deviations = [f"{key} {texts.value(value)}" for key, value in run.uncommitted.items()]
    with_them = f" with uncommitted {', '.join(deviations)}" if deviations else ""
    return f"revision {run.revision[:_REVISION]}{with_them}"


def _row(one: Used, run: RunSettings) -> tuple[str, str, str, str]:
    version = f"v{one.version}" if one.version else "default"
    origin = "uncommitted" if one.uncommitted else run.revision[:_REVISION]
    return one.key, texts.value(one.value), version, origin


@singledispatch
def _words(event: Event) -> str:
    raise AssertionError(f"no words for {event.name}")


@_words.register
def _(event: Started) -> str:
    return f"exporter runs\n{started_table(event)}"


@_words.register
def _(event: BaselineSet) -> str:
    begins = (
        f"new queue: the schedule begins after {event.date.isoformat()}, "
        "nothing earlier is made up for"
    )
    if not event.waiting:
        return begins
    waiting = texts.count(event.waiting, "entry waits", "entries wait")
    leave = texts.forecast(event.next, event.time, event.zone).removeprefix("next export ")
    them = "it" if event.waiting == 1 else "them"
    return f"{begins}\n{waiting} and will leave {leave}; `exporter export-now` delivers {them} now"


@_words.register
def _(event: SettingsChanged) -> str:
    change = event.change
    moved = f"{change.key} {texts.value(change.old)} → {texts.value(change.new)}"
    origin = "uncommitted" if change.uncommitted else _credit(event)
    return f"{moved}  {origin}\n{texts.forecast(event.next, event.time, event.zone)}"


@_words.register
def _(event: SettingsCommitted) -> str:
    return f"{event.change.key} {texts.value(event.change.new)} is committed now: {_credit(event)}"


@_words.register
def _(event: SettingsRefused) -> str:
    lines = [_finding(one) for one in event.findings]
    held = f" (revision {event.held[:_REVISION]})" if event.held else ""
    forecast = texts.forecast(event.next, event.time, event.zone)
    return "\n".join(
        ("settings refused", *lines, f"the old settings and schedule hold{held}: {forecast}")
    )


@_words.register
def _(event: SettingsRepaired) -> str:
    forecast = texts.forecast(event.next, event.time, event.zone)
    return f"settings are in order again (revision {event.revision[:_REVISION]}): {forecast}"


@_words.register
def _(event: JobStarted) -> str:
    doing = "goes on" if event.resumed else "begins"
    return f"{name(event.run)} {doing} under {basis(event.run.settings)}"


@_words.register
def _(event: JobCompleted) -> str:
    run = event.run
    done = (
        f"{texts.count(run.entries, 'entry', 'entries')} in {texts.count(len(run.files), 'file')}"
    )
    if event.success and not run.entries:
        return f"{name(run)} done: nothing to deliver"
    if event.success:
        return (
            f"{name(run)} done: {done}, total {money.to_text(run.total)}, to {event.destination} "
            f"in {event.seconds:.1f} s"
        )
    again = "it waits for a person, then `exporter export-now`"
    if event.retry is not None and event.daemon:
        again = f"tried again at {texts.clock_time(event.retry, event.zone)}"
    elif event.retry is not None:
        again = f"nothing tries it again by itself, for no daemon runs: {_GO_ON}"
    return f"{name(run)} failed after {done}: {event.error}\n{again}"


@_words.register
def _(event: JobInterrupted) -> str:
    done = texts.count(len(event.run.files), "file")
    who = {None: "the next start", True: "the running daemon"}.get(event.daemon)
    goes_on = f"to go on there, {_GO_ON}" if who is None else f"{who} goes on there"
    return f"{name(event.run)} is left after {done}; {goes_on}"


@_words.register
def _(event: Noticed) -> str:
    return f"note: {event.message}"


@_words.register
def _(event: Trouble) -> str:
    return f"trouble: {event.message}"


@_words.register
def _(event: Recovered) -> str:
    return f"recovered after {texts.span(event.time - event.since)}: the exports go on"


@_words.register
def _(event: Stopped) -> str:
    del event
    return "exporter stopped"


def refused(refusal: Refusal) -> str:
    """Say on one line what is refused, the first error of it, and that old values hold."""
    errors = [one for one in refusal.findings if one.is_error] or [*refusal.findings]
    first = _finding(errors[0]) if errors else "what lies in the repository"
    more = f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
    return f"{first}{more}; the old settings hold"


def _finding(finding: Finding) -> str:
    place = f"{finding.place}: " if finding.place else ""
    key = f"{finding.key}: " if finding.key and finding.key not in finding.message else ""
    return f"{place}{key}{finding.message}"


def name(run: Run) -> str:
    """Name a run as people speak of it: `daily export of 2026-03-31`."""
    return f"{_KINDS.get(run.kind, run.kind)} of {run.date.isoformat()}"


def _credit(event: SettingsChanged) -> str:
    change = event.change
    who = f" by {change.author}" if change.author else ""
    # A reason may have many lines; the first is its summary, `gitcfg history` has the rest.
    why = (change.reason or "").strip().split("\n", 1)[0]
    return f"v{change.version}{who}" + (f": {why}" if why else "")
