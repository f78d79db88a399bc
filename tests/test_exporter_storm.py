"""Real daemons killed at every named step and at random, one, two and three on one queue.

Judged at the destination: every entry in exactly one whole file, the totals equal.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
import storm as storms
from storm import Resident, Storm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from exporter.address import Address

STEPS = (
    *("begun", "frozen", "opened", "written", "synced", "linked", "delivered", "confirmed"),
    *("settled", "frozen:2", "opened:2", "written:3", "synced:2", "linked:3", "delivered:2"),
    *("confirmed:3", "begun", "linked:2", "settled"),
)


@pytest.fixture(scope="module")
def forking() -> Iterator[Resident]:
    """Start exporters by forking one process."""
    with Resident() as process:
        yield process


@pytest.fixture
def storm(team_repo: Path, database: Address, forking: Resident) -> Storm:
    """Offer a queue and a folder for daemons to work on."""
    dice = random.Random(20260331)  # noqa: S311 - no secret
    made = Storm(resident=forking, repo=team_repo, place=database, dice=dice)
    made.settle_in()
    return made


def test_daemons_killed_at_each_step_lose_and_double_nothing(
    storm: Storm, record_property: Callable[[str, object], None]
) -> None:
    """Each next daemon takes up what the last one left, and is killed at a step itself."""
    # Only on a shared queue a portion is cut off before it is frozen.
    steps = (*STEPS, "cut", "cut:3") if storm.place.shared else STEPS
    storms.kill_at_each(storm, steps)
    storm.calm_down()
    storm.judge()
    assert storm.kills == len(steps)
    record_property("kills", storm.kills)


def test_daemons_killed_at_random_lose_and_double_nothing(
    storm: Storm, record_property: Callable[[str, object], None]
) -> None:
    """Two and three at once where several may share the queue, one where they may not."""
    for daemons, kills in ((1, 10), (2, 20), (3, 30)):
        storms.kill_at_random(storm, kills, daemons=daemons if storm.place.shared else 1)
    storm.calm_down()
    storm.judge()
    assert storm.kills >= 60
    record_property("kills", storm.kills)


def test_daemons_stopped_past_their_lease_lose_and_double_nothing(
    storm: Storm, record_property: Callable[[str, object], None]
) -> None:
    """Another one takes over; the one that wakes up delivers nothing twice, nor confirms it."""
    storms.stop_past_the_lease(storm, 3)
    storm.calm_down()
    storm.judge()
    assert storm.stops == 3
    record_property("kills", storm.kills)
