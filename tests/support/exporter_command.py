"""The `exporter` command, run in this process or as a daemon of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from command import Result

from exporter.cli.entry import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pytest

PATIENCE = 45.0
"""Seconds after which a test gives up waiting, on a machine however slow."""


class Exporter:
    """`exporter("status")` calls the command's entry point in a repository."""

    def __init__(self, repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.repo = repo
        self.out = repo / "var" / "export"
        self.capsys = capsys

    def __call__(self, *words: str) -> Result:
        """Run in this process, which spares the start of an interpreter."""
        self.capsys.readouterr()
        code = main(["-C", str(self.repo), *words])
        return Result(code, *self.capsys.readouterr())

    def process(
        self, *words: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None
    ) -> Result:
        """Run in a process of its own, from within the repository."""
        done = subprocess.run(
            [sys.executable, "-m", "exporter", *words],
            cwd=self.repo,
            env={**os.environ, **(env or {})},
            input=stdin,
            capture_output=True,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(
        self, *words: str, env: Mapping[str, str] | None = None, pipe: bool = False
    ) -> subprocess.Popen[bytes]:
        """Begin a process of its own and leave it running; the caller waits for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "exporter", *words],
            cwd=self.repo,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE if pipe else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @contextmanager
    def daemon(self, *words: str, env: Mapping[str, str] | None = None) -> Iterator[Daemon]:
        """Run `exporter run --json` until the end of the block, then end it hard."""
        told = self.repo / "var" / "daemon.out"
        told.parent.mkdir(exist_ok=True)
        with told.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "exporter", "run", "--json", *words],
                cwd=self.repo,
                env={**os.environ, **(env or {})},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Daemon(process, told)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


class Daemon:
    """A running daemon and the events it has told so far."""

    def __init__(self, process: subprocess.Popen[bytes], told: Path) -> None:
        self.process = process
        self._told = told

    @property
    def events(self) -> list[dict[str, Any]]:
        """Read every whole line as an event."""
        lines = self._told.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def wait_for(self, name: str, *, count: int = 1) -> dict[str, Any]:
        """Wait for the n-th event of a name and return it."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [event for event in self.events if event.get("event") == name]
            return len(found) >= count

        wait_until(there, f"{count} of {name} in {self._told.read_text()}", self.process)
        return found[count - 1]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def wait_until(
    there: Callable[[], bool], what: object, process: subprocess.Popen[bytes] | None = None
) -> None:
    """Wait until something is so; fails when a process that should make it so has ended."""
    deadline = time.monotonic() + PATIENCE
    while not there():
        ended = process is not None and process.poll() is not None
        if time.monotonic() > deadline or (ended and not there()):
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)
