"""Large repositories, made by `git fast-import` once and kept for the next run.

One is long, with many commits of 1,000 settings, one wide, with 20,000 settings in 2,000 files.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from bench.ground import environment, git
from gitcfg.git.repository import Repository
from gitcfg.history.history import open_history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = 100
KEYS = 10
"""In each file. Each commit changes one key, in turns."""

KEY = "F042_K7"
FILE = "config/f042.yaml"
_FORM = 2
_BEGIN = 1_600_000_000


def line(kept: Path, commits: int, *, files: int = FILES) -> Path:
    """Find the repository of so many commits among what is kept, or make it."""
    place = kept / f"line-{_FORM}-{commits}-{files}"
    if not place.is_dir():
        beside = kept / f"making-{os.getpid()}"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        _make(beside, commits, files)
        beside.replace(place)
    return place


def copy(kept: Path, commits: int, place: Path) -> Path:
    """Copy the repository of so many commits, counted, to a place where it may be changed."""
    made = line(kept, commits)
    with open_history(Repository.open(made)):
        pass  # what is derived is kept with it, so that it is counted once
    shutil.copytree(made, place, symlinks=True)
    git(place, "update-index", "-q", "--refresh")
    return place


def wide(kept: Path, place: Path, files: int = 2000) -> Path:
    """Copy a repository of many files, of ten settings each, to a place."""
    shutil.copytree(line(kept, 1, files=max(files, FILES)), place, symlinks=True)
    git(place, "update-index", "-q", "--refresh")
    return place


def _make(place: Path, commits: int, files: int) -> None:
    git(place, "init", "--quiet", "--initial-branch=main")
    for name, value in (("user.name", "Bench"), ("user.email", "bench@example.com")):
        git(place, "config", name, value)
    with subprocess.Popen(
        ["git", "fast-import", "--quiet", "--depth=10"],
        cwd=place,
        env=environment(),
        stdin=subprocess.PIPE,
    ) as process:
        if process.stdin is None:
            raise RuntimeError("git fast-import takes nothing in")
        process.stdin.writelines(_stream(commits, files))
        process.stdin.close()
    git(place, "reset", "--quiet", "--hard")
    # As a clone has it that serves long histories: also what `git log` is quickest with.
    git(place, "commit-graph", "write", "--reachable", "--changed-paths")


def _stream(commits: int, files: int) -> Iterator[bytes]:
    values = [[0] * KEYS for _ in range(files)]
    for number in range(commits):
        file, key = number % files, number // files % KEYS
        yield _commit(number)
        if number == 0:
            yield _file(".gitattributes", "config/** -text -filter\nschemas/** -text -filter\n")
            for each in range(files):
                yield _file(f"schemas/f{each:03}.schema.json", _schema(each))
                yield _file(f"config/f{each:03}.yaml", _content(each, values[each]))
            continue
        values[file][key] += 1
        yield _file(f"config/f{file:03}.yaml", _content(file, values[file]))


def _commit(number: int) -> bytes:
    who = f"Bench <bench@example.com> {_BEGIN + number} +0000"
    words = f"Change {number}"
    return (
        f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(words)}\n{words}\n"
    ).encode()


def _file(path: str, text: str) -> bytes:
    data = text.encode()
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _content(file: int, values: list[int]) -> str:
    return "".join(f"F{file:03}_K{key}: {value}\n" for key, value in enumerate(values))


def _schema(file: int) -> str:
    properties = {
        f"F{file:03}_K{key}": {"title": f"K{key}", "type": "integer", "default": 0}
        for key in range(KEYS)
    }
    draft = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps({"$schema": draft, "type": "object", "properties": properties}, indent=2)
