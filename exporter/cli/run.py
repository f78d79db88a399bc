"""`exporter run`: the daemon, in the foreground."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import gitcfg
from exporter import presence, process, samples, settings
from exporter.bell import Bell
from exporter.cli import desk, enqueue, export_now, signals
from exporter.cli.screen import shown
from exporter.daemon import Daemon
from exporter.queue import Queue

if TYPE_CHECKING:
    from argparse import Namespace

    from exporter.cli.line import Parser
    from exporter.cli.output import Output
    from exporter.places import Places


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Run in the foreground: deliver each day at DAILY_EXPORT_TIME, follow the settings in git, "
        "and tell each thing that happens on one line; with --json as a line of JSON.",
        "exporter run",
        "exporter run --json",
    )
    parser.add_argument(
        "--samples",
        action="store_true",
        help="if nothing was ever queued and all is where it is by default, first queue the "
        "project's own sample entries and deliver them",
    )


def run(options: Namespace, out: Output) -> int:
    """Run until SIGTERM or Ctrl-C."""
    found, me = desk.find_places(options), process.this()
    destination = found.destination()
    for name in found.silent:
        out.note(f"{name} is set, but nothing is sent to Discord yet: notices are only shown here")
    with ExitStack() as stack:
        stack.enter_context(desk.logged(found.log))
        stack.enter_context(presence.alone(found.lock, me))
        queue = stack.enter_context(Queue.open(found.queue))
        live = stack.enter_context(gitcfg.follow(found.root, name="exporter"))
        if options.samples and found.own and samples.is_new(queue):
            _show_samples(queue, found, settings.read(live), out)
        daemon = Daemon(
            live=live,
            queue=queue,
            destination=destination,
            bell=Bell(),
            clock=queue.clock,
            me=me,
            tell=shown(out),
        )
        ended_by = signals.catch(daemon.stop)
        daemon.begin()
        stack.enter_context(gitcfg.keep_in_step(found.root, tell=daemon.notice))
        daemon.run()
    return signals.INTERRUPTED if signal.SIGINT in ended_by else 0


def _show_samples(queue: Queue, found: Places, in_force: settings.RunSettings, out: Output) -> None:
    report = samples.enqueue_samples(queue, found.var, clock=queue.clock)
    out.line(lambda: {"event": "enqueued", **enqueue.facts(report)}, lambda: enqueue.text(report))
    export_now.deliver(queue, found.destination(), in_force, out, shown(out))
