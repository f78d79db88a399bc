"""`exporter check`: say what would keep it from working, before its first run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from exporter import checking, texts
from exporter.cli import desk

if TYPE_CHECKING:
    from argparse import Namespace

    from exporter.cli.line import Parser
    from exporter.cli.output import Output


def arguments(parser: Parser) -> None:
    """Describe the verb."""
    parser.describe(
        "Look at settings, queue and destination, changing nothing, and say what would keep an "
        "export from working and what to do about it. Exit 1 where something would.",
        "exporter check",
        "exporter check --json",
    )


def run(options: Namespace, out: Output) -> int:
    """Look, and tell."""
    found = desk.find_places(options)
    current, refusal = desk.settings_in_force(found.root)
    checks = [
        *checking.settings(current, refusal),
        *checking.queue(found, current),
        *checking.destination(found, found.destination),
        *checking.silent(found),
    ]
    well = all(one.state != "error" for one in checks)
    out.answer(
        lambda: {"ok": well, "checks": [asdict(one) for one in checks]},
        lambda: "\n".join(
            texts.printable(f"{one.state:<8} {one.name}: {one.message}") for one in checks
        ),
    )
    return 0 if well else 1
