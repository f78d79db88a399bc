"""The long way to the value of one key: what a follower would run, or ran at a point of history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.cli.clone import opened
from gitcfg.cli.point import settled
from gitcfg.report import plain
from gitcfg.report.words import raw

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output


def answer(options: Namespace, out: Output) -> int:
    """Print the value, or the whole setting as JSON."""
    store = opened(options, out)
    at = settled(store, options.at, out)
    out.answer(
        lambda: plain.setting(store.setting(options.key, at=at)),
        lambda screen: raw(store.get(options.key, at=at), screen),
    )
    return 0
