"""Git's index: read one entry, hold its lock as ours, write it anew beside and rename.

git fails at once on a held `index.lock`, so it is held only from the compare-and-swap to the end.
The lock appears by a link with our token in it, so one left by a killed writer is known as ours.
"""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import FileMode

from gitcfg.errors import LockedError, RepositoryError
from gitcfg.git import durable, indexfile
from gitcfg.git.lock import folder
from gitcfg.git.repository import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gitcfg.git.repository import Blob, Repository

WAIT = 10.0
"""Seconds to wait for a human's git command that holds the index."""

_STEP = 0.01
_FOLDERS = tuple(f"{name}/" for name in FOLDERS)
_REGULAR = (FileMode.BLOB, FileMode.BLOB_EXECUTABLE)


def _read(repository: Repository, place: Path) -> pygit2.Index:
    try:
        # The library leaves an error behind, seen by nobody, where it cannot make an index.
        if place.exists() and indexfile.damaged(place.read_bytes()):
            raise _unreadable(repository, "it is cut off or damaged")
        return pygit2.Index(str(place))
    except (pygit2.GitError, OSError) as error:
        raise _unreadable(repository, str(error)) from error


def _unreadable(repository: Repository, why: str) -> RepositoryError:
    return RepositoryError(
        f"the index of {repository.root} cannot be read ({why}). If it is split or sparse, run "
        "`git update-index --no-split-index` or `git sparse-checkout disable`; if it is damaged, "
        f"remove {repository.git_dir / 'index'} and run `git reset`"
    )


def entries(repository: Repository, paths: Iterator[str] | list[str]) -> dict[str, str | None]:
    """Read the blob ids that the index has for paths; None where it has none, or a conflict."""
    place = repository.git_dir / "index"
    with suppress(indexfile.Unusual, OSError):
        data = indexfile.plain(place.read_bytes())
        return {path: indexfile.entry(data, path) for path in paths}
    index = _read(repository, place)
    found: dict[str, str | None] = {}
    for path in paths:
        try:
            found[path] = str(index[path].id)
        except KeyError:
            found[path] = None
    return found


def files(repository: Repository) -> dict[str, bytes]:
    """Read what is staged under `config/` and `schemas/`, within a hook what is to be committed."""
    index = _read(repository, _next(repository))
    return {
        entry.path: repository.read(str(entry.id))
        for entry in index
        if entry.path.startswith(_FOLDERS) and entry.mode in _REGULAR
    }


def _next(repository: Repository) -> Path:
    # `git commit -a` and `git commit FILE` stage into an index of their own; git knows which.
    done = subprocess.run(
        ["git", "-C", str(repository.root), "rev-parse", "--git-path", "index"],
        capture_output=True,
        check=True,
    )
    return repository.root / os.fsdecode(done.stdout.removesuffix(b"\n"))


@contextmanager
def hold(repository: Repository, token: str, *, wait: float = WAIT) -> Iterator[None]:
    """Hold git's index lock; raises LockedError, naming it, when a human's is not freed in time."""
    place = repository.git_dir / "index.lock"
    deadline = time.monotonic() + wait
    while not durable.link_new(place, token.encode(), folder=folder(repository)):
        if time.monotonic() >= deadline:
            raise LockedError(
                f"a git command holds {place} (an open `git commit` editor does); nothing was "
                f"changed after waiting {wait:.0f} s. End that command and try again; if none is "
                "running, remove the file"
            )
        time.sleep(_STEP)
    try:
        yield
    finally:
        release(repository, token)


def release(repository: Repository, token: str) -> None:
    """Remove the index lock if it carries our token."""
    place = repository.git_dir / "index.lock"
    with suppress(OSError):
        if place.read_bytes() == token.encode():
            place.unlink()


def update(
    repository: Repository,
    blobs: Mapping[str, Blob | None],
    trees: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Give the index new entries while its lock is ours; None removes one. It is not synced.

    `trees` are the folders above them by path, each with its id before and after.
    """
    place = repository.git_dir / "index"
    with durable.named(folder(repository)) as copy:
        try:
            data = indexfile.plain(place.read_bytes())
            durable.write(copy, indexfile.patched(data, blobs, trees or {}))
        except (indexfile.Unusual, FileNotFoundError):
            _rewrite(repository, place, copy, blobs)
        copy.chmod(_mode(place))
        _keep_time(place, copy)
        copy.replace(place)


def _rewrite(
    repository: Repository, place: Path, copy: Path, blobs: Mapping[str, Blob | None]
) -> None:
    if place.exists():
        copy.write_bytes(place.read_bytes())
    index = _read(repository, copy)
    for path, blob in blobs.items():
        _put(index, path, blob)
    index.write()


def _put(index: pygit2.Index, path: str, blob: Blob | None) -> None:
    if blob is not None:
        index.add(pygit2.IndexEntry(path, pygit2.Oid(hex=blob.id), FileMode(blob.mode)))
    elif path in index:
        index.remove(path)


def _keep_time(place: Path, copy: Path) -> None:
    """Give the new index the time of the old one.

    A file edited in the instant in which git wrote the index is looked at again only because its
    time is not older than the index's.
    """
    with suppress(FileNotFoundError):
        facts = place.stat()
        os.utime(copy, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _mode(place: Path) -> int:
    try:
        return place.stat().st_mode & 0o777
    except OSError:
        return 0o644
