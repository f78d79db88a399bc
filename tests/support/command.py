"""The command, run in this process or in one of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitcfg.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pytest


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Read stdout as the one JSON document it must be."""
        return json.loads(self.out)


class Command:
    """`run("get", "KEY")` calls the command's entry point in a repository."""

    def __init__(self, repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.repo = repo
        self.capsys = capsys

    def __call__(self, *words: str) -> Result:
        """Run in this process, which spares the start of an interpreter."""
        self.capsys.readouterr()
        code = main(["-C", str(self.repo), *words])
        return Result(code, *self.capsys.readouterr())

    def good(self, *words: str) -> str:
        """Run what must succeed and return what it printed, without the last line's end."""
        done = self(*words)
        assert (done.code, done.err) == (0, ""), done
        return done.out.removesuffix("\n")

    def process(self, *words: str, env: Mapping[str, str] | None = None) -> Result:
        """Run in a process of its own, from within the repository."""
        done = subprocess.run(
            [sys.executable, "-m", "gitcfg", *words],
            cwd=self.repo,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)


def on_terminal(
    repo: Path, *words: str, program: Sequence[str] = ("-m", "gitcfg"), **variables: str
) -> str:
    """Run the command with a terminal for stdout and return what it showed."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, *program, *words],
        cwd=repo,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **variables},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
    done.wait()
    os.close(ours)
    return shown.decode()
