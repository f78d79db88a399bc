"""`gitcfg watch`: a line for each change as it takes effect, and for what is refused."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import gitcfg
from gitcfg.cli.parser import at_least_one
from gitcfg.intent import missing
from gitcfg.keys import normalise_key
from gitcfg.report import changes, findings, plain
from gitcfg.report.when import absolute
from gitcfg.report.words import count, short

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser
    from gitcfg.following.live import Live
    from gitcfg.model import Change, Refusal, Snapshot
    from gitcfg.report.screen import Screen

Event = tuple["Callable[[], dict[str, Any]]", "Callable[[Screen], str]"]
"""One line, to be made as plain data or as text."""


_SLICE = 0.5
"""Seconds."""


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show changes as they take effect, whoever makes them, until Ctrl-C. With --json each\n"
        "line is a document whose `event` is change, commit, refused or repaired.",
        "gitcfg watch",
        "gitcfg watch MAX_BATCH_SIZE -n 1",
        "gitcfg watch --json | jq .",
    )
    parser.text("keys", nargs="*", metavar="KEY", help="only these settings; else all")
    parser.option("-n", dest="limit", metavar="N", help="end after N lines")


def run(options: Namespace, out: Output) -> int:
    """Print lines until interrupted, until N are told, or until nobody reads them."""
    left = at_least_one("-n", options.limit)
    events: SimpleQueue[Event] = SimpleQueue()
    with gitcfg.follow(options.directory) as live:
        keys = known(live, options.keys)
        subscribe(live, keys, events.put)
        live.on_notice(out.notice)
        at_start = live.refusal or live.started_from
        if at_start:
            events.put(_refused(at_start))
        revision, size = live.snapshot.revision, len(keys or live.snapshot)
        out.note(lambda _: f"watching {count(size, 'setting')} from revision {short(revision)} on")
        while left != 0 and not out.closed:
            out.line(*_next(events))
            left = None if left is None else left - 1
    return 0


def _next(events: SimpleQueue[Event]) -> Event:
    """Wait for an event; a signal that comes as the wait begins is seen when a slice of it ends."""
    while True:
        with suppress(Empty):
            return events.get(timeout=_SLICE)


def known(live: Live, words: list[str]) -> list[str]:
    """Read the keys asked for, each once; raises UnknownKeyError for one that nothing knows."""
    keys = [*dict.fromkeys(map(normalise_key, words))]
    checked = live.checked
    for key in keys:
        # One without a value yet is worth waiting for, if a schema has it.
        if key not in checked.values and checked.schemas.find(key) is None:
            raise missing(checked, key)
    return keys


def subscribe(live: Live, keys: list[str], put: Callable[[Event], None]) -> None:
    """Have every event of a follower put where it is waited for; no keys means all."""
    live.on_change(lambda one: put(_changed("change", one)), *keys)
    live.on_commit(lambda one: put(_changed("commit", one)), *keys)
    live.on_refused(lambda one: put(_refused(one)))
    live.on_repaired(lambda one: put(_repaired(one)))


def _changed(event: str, one: Change) -> Event:
    show = changes.effective if event == "change" else changes.committed
    return lambda: {"event": event, **plain.change(one)}, lambda screen: show(one, screen)


def _refused(one: Refusal) -> Event:
    return (
        lambda: {"event": "refused", **plain.refusal(one)},
        lambda screen: f"{absolute(screen.now, screen)}  {findings.refusal(one, screen)}",
    )


def _repaired(one: Snapshot) -> Event:
    return (
        lambda: {"event": "repaired", "revision": one.revision},
        lambda screen: changes.repaired(one.revision, screen),
    )
