"""`gitcfg set`: store values in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli import writing
from gitcfg.cli.clone import opened
from gitcfg.errors import UsageError
from gitcfg.keys import normalise_key

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.usage = "gitcfg set KEY VALUE [KEY VALUE]… [options]"
    parser.describe(
        "Store values in one commit, all or none. A value is read by the type of its key; lists\n"
        "and maps are given as JSON. A value may begin with a dash; one that looks like an\n"
        "option goes behind `--`.",
        'gitcfg set DAILY_EXPORT_TIME 19:30 --reason "Peak time adjustment"',
        "gitcfg set MAX_BATCH_SIZE 200 IMMEDIATE_EXPORT_BUFFER 15 --wait",
        "gitcfg set MAX_BATCH_SIZE 200 --expect 3 --dry-run",
        "gitcfg set --category app -- BANNER --closed--",
    )
    parser.text("pairs", nargs="+", metavar="KEY VALUE", help="in any case; the value's text")
    parser.option("--category", metavar="C", help="the file of a key that no schema knows")
    writing.add_options(parser)


def run(options: Namespace, out: Output) -> int:
    """Make the commit and tell of it."""
    if len(options.pairs) % 2 and options.wait == str(writing.WAIT):
        raise UsageError(f"{options.pairs[-1]} has no value. {writing.WAIT_TAKES}")
    changes = pairs(options.pairs)
    terms = writing.terms(options)
    store = opened(options, out)
    written = store.set_many(changes, category=options.category, **terms)
    return writing.tell(written, store, [*changes], options, out)


def pairs(words: Sequence[str]) -> dict[str, str]:
    """Pair keys with values; raises UsageError for a key without a value, or given twice."""
    found: dict[str, str] = {}
    if len(words) % 2:
        raise UsageError(f"{words[-1]} has no value. Give KEY VALUE, and again for each key")
    for word, value in zip(words[::2], words[1::2], strict=True):
        key = normalise_key(word)
        if key in found:
            raise UsageError(f"{key} is given twice in one change. Give each key once")
        found[key] = value
    return found
