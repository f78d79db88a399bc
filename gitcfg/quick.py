"""The short way to an answer: what was told before, believed only while nothing moved since.

A question that finds the same head and the same bytes of every file needs neither git's library,
nor the YAML parser, nor the schemas. Anything out of the ordinary, and the long way is taken. What
is kept is derived and can be deleted at any time. Nothing here imports more than a read needs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from _thread import get_ident
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zlib import crc32

from gitcfg.git import plainfile
from gitcfg.quickfiles import Place, lying, place, stamps
from gitcfg.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitcfg.model import Value

NAME = "answers-"
VALUES = "values"
_MOST = 8
"""How many programs, each with its own places for code, keep answers in one clone."""

_RACY = 50_000_000
"""A file changed less than these ns before it was looked at may change again unseen."""


class Unsure(Exception):  # noqa: N818 - no error: the long way is taken
    """What lies there is not what was kept, or cannot be told from it."""


class Kept:
    """Answers that hold: what they stand on was found unmoved a moment ago."""

    __slots__ = ("lines", "place")

    def __init__(self, clone: Place, lines: list[bytes]) -> None:
        self.place = clone
        self.lines = lines

    def answer(self, name: str) -> Any:
        """Tell the answer of some name; raises Unsure where none is kept."""
        start = f"{name}\t".encode()
        for line in self.lines:
            if line.startswith(start):
                return json.loads(line[len(start) :])
        raise Unsure(name)


def look(start: str) -> Kept:
    """Find what was kept of the clone at or above a folder, if it holds; raises Unsure."""
    try:
        found = place(start)
        first, *lines = _read(found).split(b"\n")
        state = json.loads(first)
        if state["program"] != _program() or state["path"] != _path():
            raise Unsure
        if state["boot"] != _boot():
            raise Unsure  # a power cut may have taken back what was acknowledged: git is asked
        if state["head"] != found.head or os.path.exists(f"{found.git_dir}/gitcfg/journal"):
            raise Unsure
        if state["stamps"] != stamps([name for name, *_ in state["stamps"]]):
            raise Unsure
        files = _again(found.root, state["files"])
        if files != state["files"]:
            _write(found, {**state, "files": files}, lines)
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise Unsure from error
    return Kept(found, lines)


def values(start: str | os.PathLike[str]) -> Mapping[str, Value]:
    """Read all effective values of the clone at or above a folder; raises Unsure."""
    found: dict[str, Value] = look(os.fspath(start)).answer(VALUES)
    return found


def keep(
    start: str | os.PathLike[str],
    *,
    head: str,
    blobs: Mapping[str, str],
    code: Iterable[str],
    answers: Mapping[str, Any],
) -> None:
    """Keep answers that a head gives whose files lie there untouched, where the disk allows.

    `blobs` are the ids of all files of the head; `code` names the files whose change may change an
    answer, such as those of rules. Answers kept before stay if they stand on the same.
    """
    with suppress(OSError, LookupError, ValueError, Unsure):
        found = place(os.fspath(start))
        if found.head != head:
            return
        state = {
            "program": _program(),
            "path": _path(),
            "boot": _boot(),
            "head": head,
            "stamps": stamps([*code, *_path(), *found.watched, os.path.dirname(__file__)]),
            "files": {path: _known(found.root, path, blob) for path, blob in blobs.items()},
        }
        lines = [f"{name}\t{json.dumps(answer)}".encode() for name, answer in answers.items()]
        with suppress(Unsure):
            before = look(found.root)
            lines += [line for line in before.lines if _called(line) not in answers]
        _write(found, state, lines)


def _called(line: bytes) -> str:
    return line.partition(b"\t")[0].decode()


def _program() -> str:
    return f"{__version__} {sys.version_info[:2]} {__file__}"


def _boot() -> str:
    """Name the time since this machine was started; empty where it has no name."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read()
    except OSError:
        return ""


def _path() -> list[str]:
    """List the places where Python looks for code: with others, other rules may be installed."""
    return [os.path.abspath(name) for name in sys.path]


def _name() -> str:
    """Name the file of this program with these places for code: others have their own."""
    return f"{NAME}{crc32('|'.join([_program(), *_path()]).encode()):08x}"


def _read(found: Place) -> bytes:
    with open(f"{found.git_dir}/gitcfg/{_name()}", "rb") as file:
        return file.read()


def _write(found: Place, state: Mapping[str, Any], lines: list[bytes]) -> None:
    folder = f"{found.git_dir}/gitcfg"
    os.makedirs(folder, exist_ok=True)
    beside = f"{folder}/.gitcfg-{os.getpid()}-{get_ident()}-{_name()}"
    with suppress(OSError):
        with open(beside, "wb") as file:
            file.write(b"\n".join([json.dumps(state).encode(), *lines]))
        os.replace(beside, f"{folder}/{_name()}")
        _bound(folder)


def _bound(folder: str) -> None:
    """Drop what was kept the longest ago."""
    kept = [one for one in os.scandir(folder) if one.name.startswith(NAME)]
    kept.sort(key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for one in kept[_MOST:]:
        os.unlink(one.path)


def _again(root: str, files: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """List the files with their facts of now; raises Unsure where others lie there."""
    found = lying(root)
    if found.keys() != files.keys():
        raise Unsure
    return {
        path: known if known[1:] == list(found[path]) else _known(root, path, known[0])
        for path, known in files.items()
    }


def _known(root: str, path: str, blob: str) -> list[Any]:
    """Read a file and tell its facts, unless it changed just now; raises Unsure for another."""
    stamp, content, _ = plainfile.read(root, path, links=False)
    if content is None:
        raise Unsure
    sha1 = import_module("hashlib").sha1  # where the facts of all files are known, none is read
    head = b"blob %d\0" % len(content)
    if sha1(head + content, usedforsecurity=False).hexdigest() != blob:
        raise Unsure
    return [blob, *stamp] if time.time_ns() - stamp[-1] > _RACY else [blob]
