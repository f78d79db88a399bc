"""Where the next file of a run comes from, for one of the processes that bring them.

In a file of SQLite one process freezes one file after the other. On a shared queue each process
cuts a portion off and freezes it beside the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exporter import claims, freezing, portions
from exporter.faults import point
from exporter.portions import Portion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from exporter.batches import Batch, State
    from exporter.process import Process
    from exporter.queue import Queue
    from exporter.runs import Run

    Next = Batch | Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The files of a run for a destination; `guard` proves in each step what must be ours."""

    queue: Queue
    run: Run
    destination: int
    me: Process
    guard: Callable[[Connection], None]

    def left_over(
        self, connection: Connection, after: int = 0, *, states: Collection[State] = claims.FROZEN
    ) -> Batch | None:
        """Claim a file that is frozen and that nobody brings."""
        moment = self.queue.moment(connection)
        return claims.take(connection, self.run, self.me, moment, states=states, after=after)

    def fresh(self, connection: Connection) -> Next | None:
        """Freeze the next file, or claim what makes it; None when nothing is left."""
        moment = self.queue.moment(connection)
        if not self.queue.shared:
            return freezing.freeze_next(connection, self.run, self.destination, self.me, moment)
        orphan = portions.take(connection, self.run, self.me, moment)
        return orphan or portions.cut(connection, self.run, self.me, moment)

    def frozen(self, found: Next) -> Batch | None:
        """Freeze what was claimed, if it is not; None where all of it was taken out meanwhile."""
        if isinstance(found, Portion):
            point("cut")
            with self.queue.writing() as connection:
                self.guard(connection)
                moment = self.queue.moment(connection)
                made = freezing.freeze_portion(
                    connection, self.run, found, self.destination, me=self.me, now=moment
                )
            if made is None:
                return None
            found = made
        if found.content is not None:
            point("frozen")
        return found

    def give_back(self, connection: Connection, found: Next) -> None:
        """Leave what was claimed to whoever comes next."""
        if isinstance(found, Portion):
            portions.give_back(connection, found)
        else:
            claims.give_back(connection, found)

    def under_way(self, connection: Connection) -> bool:
        """Tell whether others still freeze or bring something of the run."""
        return bool(claims.under_way(connection, self.run) or portions.left(connection, self.run))
