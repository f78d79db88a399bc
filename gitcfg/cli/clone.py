"""The clone that a verb works on, opened where the command line says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gitcfg

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output
    from gitcfg.store import Store


def opened(options: Namespace, out: Output) -> Store:
    """Open the clone and tell what a repair on the way found, as after a killed writer."""
    store = gitcfg.open(options.directory)
    for notice in store.notices:
        out.notice(notice)
    return store
