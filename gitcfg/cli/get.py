"""`gitcfg get`: the effective value of one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.point import settled
from gitcfg.report import plain
from gitcfg.report.words import raw

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser
    from gitcfg.model import Setting
    from gitcfg.store import Store


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show the effective value of a setting: what a program that follows would run.",
        "gitcfg get DAILY_EXPORT_TIME",
        "gitcfg get max_batch_size --json",
        "gitcfg get MAX_BATCH_SIZE --at HEAD~3",
    )
    parser.text("key", metavar="KEY", help="in any case")
    parser.option("--at", metavar="REV|DATE", help="as it was at a revision, or on a date")


def run(options: Namespace, out: Output) -> int:
    """Print the value alone on a line, or the whole setting as JSON."""
    store = opened(options, out)
    at = settled(store, options.at, out)
    out.answer(
        lambda: plain.setting(_setting(store, options.key, at)),
        lambda screen: raw(store.get(options.key, at=at), screen),
    )
    return 0


def _setting(store: Store, key: str, at: str | None) -> Setting:
    """Read a setting, and keep it for the short way."""
    if at is not None:
        return store.setting(key, at=at)
    lies = store.settled()
    found = store.setting(key)
    store.keep(lies, {f"get {found.key}": plain.setting(found)})
    return found
