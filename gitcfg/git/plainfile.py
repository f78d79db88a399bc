"""One checked-out file read as it lies: a regular file inside the work tree, or why it is none.

It needs nothing but the operating system, so that the short way to a value can read with it, too.
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Stamp = tuple[int, ...]
"""Facts of a file that change when it is written; the last is the time of the change in Unix ns."""


def read(root: str, path: str, *, links: bool = True) -> tuple[Stamp, bytes | None, str | None]:
    """Read a file below a root that is a real path: its stamp, its content, or what is wrong.

    A link is followed where it stays inside, or with `links` false not at all. Nothing waits, as
    for the writer of a pipe, and nothing is raised.
    """
    place = f"{root}/{path}"
    real = place if _is_straight(root, path) else os.path.realpath(place)
    if not links and real != place:
        return (), None, "is reached by a link"
    if not real.startswith(f"{root}/") or f"{real}/".startswith(f"{root}/.git/"):
        return (), None, "is reached by a link that leaves the repository"
    try:
        found, content = _content(real)
    except OSError as error:
        return (), None, f"cannot be read ({error.strerror})"
    return found, content, None if content is not None else "is not a regular file"


def _is_straight(root: str, path: str) -> bool:
    """Tell that no link stands on the way below a root; quicker than to resolve every part."""
    at = root
    for name in path.split("/"):
        at = f"{at}/{name}"
        try:
            mode = os.lstat(at).st_mode
        except OSError:
            return False
        if stat.S_ISLNK(mode) or name in ("", ".", ".."):
            return False
    return True


def read_all(root: str, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None, str | None]]:
    """Read many files below a root as `read` does, at less cost; those missing are passed over."""
    real: dict[str, bool] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in real:
            real[folder] = os.path.realpath(f"{root}/{folder}") == f"{root}/{folder}"
        content = _at_once(f"{root}/{path}") if real[folder] else None
        if content is not None:
            yield path, content, None
        elif os.path.lexists(f"{root}/{path}"):
            _, content, problem = read(root, path)
            yield path, content, problem


def _at_once(place: str) -> bytes | None:
    """Read a regular file that is no link; None for what must be looked at more closely."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        facts = os.fstat(handle)
        content = os.read(handle, facts.st_size + 1) if stat.S_ISREG(facts.st_mode) else b""
    except OSError:
        return None
    finally:
        os.close(handle)
    whole = stat.S_ISREG(facts.st_mode) and len(content) == facts.st_size
    return content if whole else None


def stamp(facts: os.stat_result) -> Stamp:
    """Take from a file's facts those that change when it is written."""
    return facts.st_ino, facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def _content(place: str) -> tuple[Stamp, bytes | None]:
    """Read a regular file, None for anything else; one written meanwhile has a stamp of its own."""
    # Opening a pipe would wait for its writer without O_NONBLOCK.
    handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            return stamp(before), None
        with os.fdopen(handle, "rb", buffering=0, closefd=False) as file:
            content = file.readall()
        after = os.fstat(handle)
    finally:
        os.close(handle)
    if stamp(before) != stamp(after):
        return (time.monotonic_ns(), time.time_ns()), content
    return stamp(before), content
