"""`bot check`: say what is missing or wrong, before anybody is disappointed."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot import checking, cutting, identities
from bot.cli import desk

if TYPE_CHECKING:
    from argparse import Namespace

    from bot.checking import Report
    from bot.cli.output import Output

_MARKS = {"ok": "ok       ", "warning": "warning  ", "error": "error    "}


def run(options: Namespace, out: Output) -> int:
    """Look, and tell; 1 where the bot could not work."""
    root, found = desk.read(options)
    known = identities.load(found.identities, root)
    report = asyncio.run(checking.check(found))
    if known:
        report.tell("BOT_IDENTITIES", "ok", f"{len(known)} people sign with their own address")
    out.answer(
        lambda: {"ok": report.ok, "checks": [asdict(one) for one in report.checks]},
        lambda: text(report),
    )
    return 0 if report.ok else 1


def text(report: Report) -> str:
    """Put what was found into lines."""
    lines = [
        cutting.visible(f"{_MARKS[one.state]}{one.name}: {one.message}") for one in report.checks
    ]
    return "\n".join(lines)
