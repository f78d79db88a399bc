"""`gitcfg audit`: every change and every refused attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.parser import at_least_one
from gitcfg.report import plain
from gitcfg.report.audit import records

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser

STATUSES = ("applied", "refused", "failed")
ACTIONS = ("set", "reset", "unset", "rollback", "revert")


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Show every change and every refused attempt, newest first: what, who, when, through\n"
        "which door and why, and why not.",
        "gitcfg audit -n 20",
        "gitcfg audit MAX_BATCH_SIZE --since 2026-01-01 --until 2026-03-31",
        "gitcfg audit --by nok --status refused --json",
    )
    parser.text("key", nargs="?", metavar="KEY", help="only this setting, in any case")
    parser.option("--since", metavar="DATE|REV", help="from the beginning of a day, or after REV")
    parser.option("--until", metavar="DATE", help="to the end of a day, or to a time")
    parser.option("--by", metavar="WHO", help="a part of the author's, committer's or actor's name")
    parser.option("--status", choices=STATUSES, help="what became of it")
    parser.option("--action", choices=ACTIONS, help="what was asked")
    parser.option("-n", dest="limit", metavar="N", help="only the newest N")


def run(options: Namespace, out: Output) -> int:
    """Print the records."""
    limit = at_least_one("-n", options.limit)
    store = opened(options, out)
    found = store.audit(
        options.key,
        since=options.since,
        until=options.until,
        by=options.by,
        status=options.status,
        action=options.action,
        limit=limit,
    )
    if options.key and not found:
        store.history(options.key, limit=1)  # raises where nothing knows the key
    out.page(
        lambda: [plain.audited(one) for one in found],
        lambda screen: records(found, screen) or "no change and no attempt fits",
        folder=store.root,
    )
    return 0
