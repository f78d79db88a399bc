"""Kill daemons for some minutes, on both databases, each time from another seed: `make soak`.

The first word is how many minutes; a second one repeats a seed that failed.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import postgres  # noqa: E402 - found only now
import sandbox  # noqa: E402
import storm as storms  # noqa: E402
from gitrun import Git  # noqa: E402
from storm import Resident, Storm  # noqa: E402
from teams import team  # noqa: E402

ONCE = ("begun", "settled")
OFTEN = ("frozen", "opened", "written", "synced", "linked", "delivered", "confirmed")
_MINUTES = 5.0


def main(words: list[str]) -> int:
    """Go on until the minutes are over, then tell how many were killed; 1 where one was missed."""
    minutes = float(words[0]) if words else _MINUTES
    seed = int(words[1]) if len(words) > 1 else random.SystemRandom().randrange(10**6)
    until, kills, stops, rounds = time.monotonic() + 60 * minutes, 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="exporter-soak-") as folder:
        home = sandbox.furnish(Path(folder) / "home")
        os.environ.update(sandbox.environment(home))
        with postgres.Postgres() as server, Resident() as forking:
            while time.monotonic() < until:
                for kind in ("sqlite", "postgresql"):
                    place = Path(folder) / f"{rounds}-{kind}"
                    place.mkdir()
                    print(f"seed {seed + rounds} on {kind}", flush=True)
                    found = _round(place, kind, server, forking, seed + rounds)
                    kills, stops = kills + found.kills, stops + found.stops
                rounds += 1
                print(f"{kills} killed, {stops} stopped", flush=True)
    print(f"{kills} daemons killed, {stops} stopped past their lease: nothing lost or doubled")
    return 0


def _round(
    place: Path, kind: str, server: postgres.Postgres, forking: Resident, seed: int
) -> Storm:
    shared = kind == "postgresql"
    url = server.new() if shared else None
    there = postgres.on_server(url) if url else postgres.in_file(place / "queue.sqlite3")
    dice = random.Random(seed)  # noqa: S311 - no secret
    made = Storm(resident=forking, repo=team(place / "team", Git()), place=there, dice=dice)
    made.settle_in()
    often = [f"{dice.choice(OFTEN)}:{dice.randint(1, 3)}" for _ in range(16)]
    points = dice.sample([*often, *ONCE, *ONCE, *(["cut:2", "cut"] if shared else [])], 18)
    storms.kill_at_each(made, points, rows=40)
    storms.kill_at_random(made, 50, daemons=dice.randint(1, 4) if shared else 1)
    storms.stop_past_the_lease(made, 3)
    made.calm_down()
    made.judge()
    if url:
        server.drop(url)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
