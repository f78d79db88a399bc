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
    subprocess.run(command, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    """Take the person's environment without their git configuration.

    Python keeps its bytecode as it does where a program is installed, whatever is usual here.
    """
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def edit(file: Path, key: str, value: int) -> None:
    """Change a key as a person's editor would."""
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(f"{key}:")]
    file.write_text("\n".join([*kept, f"{key}: {value}", ""]), encoding="utf-8")
