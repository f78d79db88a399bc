"""The `gitcfg` command: the one place that knows argv, the environment, the clock and stdout."""

from __future__ import annotations

from gitcfg.cli.entry import main

__all__ = ["main"]
