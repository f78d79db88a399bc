"""Move a branch by compare-and-swap, as git's own files protocol does, and say so in the reflog.

The lock appears by a link with the new id in it, so one left by a killed writer is known as ours.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pygit2

from gitcfg.errors import LockedError
from gitcfg.git import durable, timestamp
from gitcfg.git.lock import shared_folder

if TYPE_CHECKING:
    from pathlib import Path

    from gitcfg.git.objects import Draft
    from gitcfg.git.repository import Repository

_WAIT = 10.0
_STEP = 0.005
NOTHING = "0" * 40
"""The id that stands for 'no such reference yet'."""


def current(repository: Repository, ref: str) -> str:
    """Read what a reference names, in hex; NOTHING where there is none."""
    try:
        return str(repository.raw.references[ref].target)
    except (KeyError, pygit2.GitError, ValueError):  # also one that a power cut left empty
        return NOTHING


def compare_and_swap(
    repository: Repository, ref: str, *, old: str, new: str, synced: bool = False
) -> bool:
    """Move a reference if it still names `old`; raises LockedError when git holds it for 10 s.

    `synced` makes its content durable first, for what no record holds.
    """
    place = repository.common_dir / ref
    place.parent.mkdir(parents=True, exist_ok=True)
    held = place.with_name(place.name + ".lock")
    _take(held, new, shared_folder(repository))
    # Once the lock is renamed into place its name is free for others, and no longer ours to remove.
    try:
        if current(repository, ref) == old:
            if synced:
                durable.sync_file(held)
            held.replace(place)
            return True
    except BaseException:
        held.unlink(missing_ok=True)
        raise
    held.unlink()
    return False


def _take(held: Path, new: str, folder: Path) -> None:
    deadline = time.monotonic() + _WAIT
    while not durable.link_new(held, f"{new}\n".encode(), folder=folder):
        if time.monotonic() >= deadline:
            raise LockedError(
                f"git has held {held} for {_WAIT:.0f} s; nothing was changed. If no git command is "
                "running, remove that file and try again"
            )
        time.sleep(_STEP)


def release(repository: Repository, ref: str, new: str) -> None:
    """Remove a lock on a reference that a killed writer of `new` left."""
    held = repository.common_dir / f"{ref}.lock"
    with suppress(OSError):
        if held.read_bytes() == f"{new}\n".encode():
            held.unlink()


def sync(repository: Repository, ref: str) -> None:
    """Make a reference durable."""
    place = repository.common_dir / ref
    durable.sync_file(place)
    durable.sync_folder(place.parent)


def log(repository: Repository, ref: str, *, old: str, new: str, draft: Draft) -> None:
    """Note a move in the reflogs of the reference and, if it is checked out, of HEAD."""
    subject = draft.message.split("\n", 1)[0]
    line = f"{old} {new} {draft.committer} {timestamp.of(draft.date)}\tgitcfg: {subject}\n".encode()
    places = [repository.common_dir / "logs" / ref]
    if repository.branch == ref:
        places.append(repository.git_dir / "logs" / "HEAD")
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(line)
