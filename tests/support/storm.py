"""Daemons under fire: started, stopped, killed at named steps and at random; then judged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import exports
from exporter_command import PATIENCE
from gitrun import Git
from sqlalchemy import func, select

from exporter.queue import Queue
from exporter.tables import batches, entries, runs

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from exporter.address import Address

_HERE = Path(__file__).parent
LEASE = 1.5
"""Seconds of a lease here."""


class Resident:
    """Starts exporters by forking; a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / "resident.py"), str(LEASE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def start(self, *words: str, folder: Path, env: dict[str, str], told: Path) -> int:
        """Start `exporter WORDS…` in a folder and return its process's number."""
        order = {"words": words, "folder": str(folder), "env": env, "told": str(told)}
        return int(self._ask(order))

    def ended(self, pid: int, *, patiently: bool = False) -> int | None:
        """Tell how a process ended; None: it has not, which `patiently` waits for."""
        found: int | None = self._ask({"pid": pid, "patiently": patiently})
        return found

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@dataclass(slots=True, kw_only=True)
class Storm:
    """One queue and one folder, and the exporters that work on them.

    `daemons` live now; `kills` and `stops` count what was done to them.
    """

    resident: Resident
    repo: Path
    place: Address
    dice: random.Random
    queued: int = 0
    kills: int = 0
    stops: int = 0
    daemons: list[int] = field(default_factory=list)

    def settle_in(self) -> None:
        """Have immediate entries leave at once, ten to a file."""
        for file, old, new in (("export", "30", "0"), ("performance", "100", "10")):
            place = self.repo / "config" / f"{file}.yaml"
            place.write_text(place.read_text().replace(f": {old}\n", f": {new}\n"))
        Git().commit(self.repo, "Leave at once, ten to a file")
        self.told.parent.mkdir(exist_ok=True)

    @property
    def out(self) -> Path:
        """The folder that is delivered to."""
        return self.repo / "var" / "export"

    @property
    def told(self) -> Path:
        """What the exporters said."""
        return self.repo / "var" / "told"

    def enqueue(self, rows: int) -> None:
        """Queue entries that leave at once."""
        text = exports.book(rows, first=self.queued + 1, path="immediate")
        with Queue.open(self.place, wait=PATIENCE) as queue:
            exports.put(queue, self.repo.parent, text, clock=queue.clock)
        self.queued += rows

    def start(self, *words: str, kill_at: str = "") -> int:
        """Start a daemon, or another exporter, perhaps one that dies at a step."""
        url = self.place.url.render_as_string(hide_password=False)
        env = {"DATABASE_URL": url, "EXPORTER_KILL_AT": kill_at}
        called = words or ("run", "--json")
        pid = self.resident.start(*called, folder=self.repo, env=env, told=self.told)
        self.daemons.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """Kill an exporter, in whatever it is just doing."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.reap(pid)

    def reap(self, pid: int) -> int | None:
        """Wait for an exporter that dies by itself; a kill counts."""
        deadline = time.monotonic() + PATIENCE
        while (code := self.resident.ended(pid)) is None and time.monotonic() < deadline:
            time.sleep(0.005)
        if code is None:
            raise AssertionError(f"process {pid} lives on: {self.said()}")
        self.kills += code == -signal.SIGKILL
        self.daemons.remove(pid)
        return code

    def stop(self, pid: int) -> None:
        """Stop an exporter where it is; it knows nothing of it."""
        os.kill(pid, signal.SIGSTOP)
        self.stops += 1

    def go_on(self, pid: int) -> None:
        """Let a stopped one go on."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def calm_down(self) -> None:
        """Let one daemon, undisturbed, bring what is left; then end it in order."""
        for pid in [*self.daemons]:
            self.kill(pid)
        last = self.start()
        deadline = time.monotonic() + PATIENCE
        while self._open() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(last, signal.SIGTERM)
        # It may have had nothing left to do, and be ended before it listens to signals.
        assert self.reap(last) in {0, -signal.SIGTERM}, self.said()

    def _open(self) -> int:
        waits = select(func.count()).select_from(entries).where(entries.c.batch.is_(None))
        under_way = select(func.count()).select_from(batches).where(batches.c.state != "delivered")
        unfinished = select(func.count()).select_from(runs).where(runs.c.state != "done")
        with Queue.open(self.place) as queue, queue.reading() as connection:
            return sum(connection.scalar(one) or 0 for one in (waits, under_way, unfinished))

    def judge(self) -> None:
        """Read the folder back: each entry in exactly one whole file, the amounts add up."""
        found = exports.references(self.out)
        assert set(found.values()) <= {1}, [ref for ref, times in found.items() if times > 1]
        assert len(found) == self.queued, self.said()
        assert exports.total(self.out) == Decimal(self.queued * (self.queued + 1) // 2)
        for name in exports.names(self.out):
            content = (self.out / name).read_bytes()
            assert name.startswith("batch-"), name
            assert content.startswith(b"\xef\xbb\xbfDate,"), name
            assert content.endswith(b"\r\n"), name
        with Queue.open(self.place) as queue, queue.reading() as connection:
            whole = select(func.sum(batches.c.entries)).where(batches.c.state == "delivered")
            assert connection.scalar(whole) == self.queued

    def said(self) -> str:
        """Give the last words of the exporters."""
        return self.told.read_text(errors="replace")[-3000:]


def kill_at_each(storm: Storm, points: Sequence[str], *, rows: int = 25) -> None:
    """Kill one daemon after the other at a step; each takes up what the last one left."""
    for point in points:
        storm.enqueue(rows)
        code = storm.reap(storm.start(kill_at=point))
        assert code == -signal.SIGKILL, (point, code, storm.said())


def kill_at_random(storm: Storm, kills: int, *, daemons: int, rows: int = 40) -> None:
    """Keep so many daemons at work and kill one of them at a time, wherever it is."""
    wanted = storm.kills + kills
    while storm.kills < wanted:
        storm.enqueue(rows)
        while len(storm.daemons) < daemons:
            storm.start()
        time.sleep(storm.dice.uniform(0.0, 0.3))
        storm.kill(storm.dice.choice(storm.daemons))


def stop_past_the_lease(storm: Storm, times: int, *, rows: int = 60) -> None:
    """Stop a daemon in its work, let another take over and finish, then let it go on."""
    # Of a queue in a file there is one daemon; beside it people export by hand.
    other = () if storm.place.shared else ("export-now",)
    for _ in range(times):
        storm.enqueue(rows)
        asleep = storm.start()
        time.sleep(storm.dice.uniform(0.1, 0.35))
        storm.stop(asleep)
        storm.start(*other)
        time.sleep(LEASE * 1.3)
        storm.go_on(asleep)
        time.sleep(storm.dice.uniform(0.0, 0.2))
        for pid in [*storm.daemons]:
            storm.kill(pid)
