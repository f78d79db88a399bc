"""The real git, run in a repository of a test."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class GitFailedError(AssertionError):
    """git said no where the test counted on yes; the message holds its words."""


class Git:
    """`git(repo, "log", "-1")` returns what git printed, without the last line's end."""

    def __call__(
        self,
        repo: Path,
        *args: str | Path,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run one git command in `repo`; raises GitFailedError unless it exits with 0."""
        done = self.run(repo, *args, stdin=stdin, env=env)
        if done.returncode != 0:
            command = " ".join(map(str, args))
            raise GitFailedError(f"git {command}: {done.stderr or done.stdout}")
        return done.stdout.removesuffix("\n")

    def run(
        self,
        repo: Path,
        *args: str | Path,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one git command in `repo` whose failure may be the point of the test."""
        return subprocess.run(
            ["git", *map(str, args)],
            cwd=repo,
            input=stdin if stdin is not None else "",
            env={**os.environ, **(env or {})},
            text=True,
            encoding="utf-8",
            capture_output=True,
            check=False,
        )

    def commit(self, repo: Path, message: str = "Change by hand") -> str:
        """Commit everything that lies in the work tree and return the new commit's id."""
        self(repo, "add", "--all")
        self(repo, "commit", "--quiet", "--allow-empty", "--message", message)
        return self(repo, "rev-parse", "HEAD")
