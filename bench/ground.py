"""The repository that is measured on: this project's settings, committed, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("gitcfg")
FOLDERS = ("config", "schemas")


def repository(place: Path) -> Path:
    """Make the repository at `place`; its identity is its own, none of the person's is used."""
    place.mkdir()
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, place / folder)
    shutil.copy(ROOT / ".gitattributes", place)
    git(place, "init", "--quiet", "--initial-branch=main")
    git(place, "config", "user.name", "Bench")
    git(place, "config", "user.email", "bench@example.com")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", "Begin")
    return place


def kept() -> Path:
    """Name the folder for what takes long to make, so that the next run finds it."""
    place = Path(tempfile.gettempdir()) / f"gitcfg-bench-kept-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.getuid():
        raise SystemExit(f"{place} is not yours. Set TMPDIR to a folder that is")
    return place


def git(repo: Path, *args: str) -> None:
    """Run git in a repository."""
    run("git", *args, folder=repo)


def run(*command: str | Path, folder: Path) -> None:
    """Run a program to its end, without the person's own git configuration."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
