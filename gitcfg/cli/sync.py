"""`gitcfg sync`: bring the clone and its upstream in step, once or from now on."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.errors import UsageError
from gitcfg.remote.keeping import EVERY, keep_in_step
from gitcfg.remote.listener import MOST_PORT, listening
from gitcfg.report import plain, upstream

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from types import FrameType

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser
    from gitcfg.model import Synced

SECRET = "GITCFG_WEBHOOK_SECRET"  # noqa: S105 - the name of the variable that holds it
_LONGEST = 86400
_SLICE = 0.5


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Bring this clone and its upstream in step: fetch, go forward without ever overwriting an\n"
        "edit, push what is not pushed. Commits that gitcfg made here while the upstream moved\n"
        "are made anew on top of it. With --every or --listen it stays and does so again and\n"
        "again; then it pushes only with `git config gitcfg.push true`.",
        "gitcfg sync",
        "gitcfg sync --take upstream",
        "gitcfg sync --every 30",
        f"{SECRET}=… gitcfg sync --listen 8080",
    )
    parser.option(
        "--take",
        metavar="SIDE",
        help="which side counts where both changed a key, or where the upstream was rewritten: "
        "`upstream` moves this clone to what is there and leaves changes out that do not fit; "
        "`local` makes changes of here anew on top, or after a force-push puts what is here in "
        "the place of what is there, for all clones",
    )
    parser.option("--every", metavar="SECONDS", help="stay, and ask the upstream so often")
    parser.option(
        "--listen",
        metavar="PORT",
        help="stay, and ask at once when GitHub's or GitLab's push webhook comes to this port; "
        f"its secret is in {SECRET}",
    )
    parser.option(
        "--host", default="127.0.0.1", metavar="H", help="the address to listen at (127.0.0.1)"
    )


def run(options: Namespace, out: Output) -> int:
    """Bring in step once, or stay."""
    every, port = _number("--every", options.every, _LONGEST), _number("--listen", options.listen)
    if every is None and port is None:
        store = opened(options, out)
        tell(store.sync(take=options.take), out)
        return 0
    if options.take is not None:
        raise UsageError("--take is for one sync: leave --every and --listen out")
    return stay(options, out, every=every, port=port)


def _number(name: str, text: str | None, most: int = MOST_PORT) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(most)):
        raise UsageError(f"{name} {text} is no number from 1 to {most}")
    least = 0 if name == "--listen" else 1  # port 0: whichever is free
    if not least <= int(text) <= most:
        raise UsageError(f"{name} {text} is no number from 1 to {most}")
    return int(text)


def tell(found: Synced, out: Output) -> None:
    """Print what one sync did."""
    out.done(lambda: plain.synced(found), lambda screen: upstream.synced(found, screen))
    for notice in () if out.json else found.notices:
        out.notice(notice)


def stay(options: Namespace, out: Output, *, every: int | None, port: int | None) -> int:
    """Keep in step until SIGTERM or Ctrl-C."""
    store, ended = opened(options, out), threading.Event()

    def line(found: Synced) -> None:
        out.line(
            lambda: {"event": "synced", **plain.synced(found)},
            lambda screen: upstream.synced(found, screen),
        )

    def trouble(text: str) -> None:
        if out.json:
            out.line(lambda: {"event": "notice", "message": text}, lambda _: text)
        else:
            out.alarm(lambda _: text)

    with ExitStack() as stack:
        ended_by = stack.enter_context(_caught(ended))
        keeper = stack.enter_context(
            keep_in_step(store.root, every=float(every or EVERY), tell=trouble, synced=line)
        )
        if port is not None:
            secret = os.environ.get(SECRET, "")
            server = listening(options.host, port, secret, keeper.wake, variable=SECRET)
            address = stack.enter_context(server)
            out.note(lambda _: f"listening for push webhooks at {address}")
        while not ended.wait(_SLICE):
            pass  # a signal that comes as a wait begins is seen when it ends
    return 130 if signal.SIGINT in ended_by else 0


@contextmanager
def _caught(ended: threading.Event) -> Iterator[list[int]]:
    """Set an event at the first signal that asks to end; yields the signals that came."""
    caught: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        caught.append(number)
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
