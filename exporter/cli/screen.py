"""Events on their way to people: the terminal or lines of JSON, and always the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporter import notices
from exporter.cli import desk

if TYPE_CHECKING:
    from exporter.cli.output import Output
    from exporter.events import Event, Tell


def shown(out: Output) -> Tell:
    """Make who logs each event and prints it."""

    def tell(event: Event) -> None:
        desk.log(event)
        out.line(event.facts, lambda: notices.text(event))

    return tell
