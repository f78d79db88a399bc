"""The short way to a value: what is in force, kept beside git, believed only while nothing moved.

A read that finds the same head and the same bytes of every file needs neither git's library, nor
the YAML parser, nor the schemas. Anything out of the ordinary, and the long way is taken. The file
is derived and can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitcfg.git import plainfile, wal
from gitcfg.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitcfg.model import Value

FOLDERS = ("config", "schemas")
NAME = "in-force.json"

Stamps = list[list[str | int]]


class Unsure(Exception):  # noqa: N818 - no error: the long way is taken
    """What lies there is not what was kept, or cannot be told from it."""


def values(start: Path | str) -> Mapping[str, Value]:
    """Read all effective values of the clone at or above a folder; raises Unsure."""
    try:
        root = _root(Path(start).absolute())
        git_dir = _git_dir(root)
        kept: dict[str, Any] = json.loads((git_dir / "gitcfg" / NAME).read_bytes())
        if kept["program"] != _program() or kept["path"] != _path():
            raise Unsure
        if kept["head"] != _head(git_dir):
            raise Unsure
        if kept["stamps"] != stamps([str(name) for name, *_ in kept["stamps"]]):
            raise Unsure
        if (git_dir / "gitcfg" / "journal").exists() or wal.stale(git_dir / "gitcfg" / wal.NAME):
            raise Unsure
        if not _same(root, kept["files"]):
            raise Unsure
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unsure from error
    found: dict[str, Value] = kept["values"]
    return found


def keep(
    git_dir: Path,
    *,
    head: str,
    blobs: Mapping[str, str],
    values: Mapping[str, Value],
    code: Iterable[str],
) -> None:
    """Keep what is in force at a head whose files lie there untouched, where the disk allows.

    `blobs` are the ids of all files of the head; `code` names the files whose change may change
    the verdict on them, such as those of rules.
    """
    place = git_dir / "gitcfg" / NAME
    beside = place.with_name(f".gitcfg-{os.getpid()}-{NAME}")
    with suppress(OSError):
        facts = {
            "program": _program(),
            "path": _path(),
            "head": head,
            "stamps": stamps([*code, *_path(), str(Path(__file__).parent)]),
            "files": dict(blobs),
            "values": dict(values),
        }
        place.parent.mkdir(exist_ok=True)
        beside.write_text(json.dumps(facts), encoding="utf-8")
        beside.replace(place)


def _program() -> str:
    return f"{__version__} {sys.version_info[:2]} {Path(__file__).parent}"


def _path() -> list[str]:
    """List the places where Python looks for code: with others, other rules may be installed."""
    return [str(Path(name).absolute()) for name in sys.path]


def stamps(names: list[str]) -> Stamps:
    """Take the time of the last change, in ns, and the size of files and folders."""
    found: Stamps = []
    for name in dict.fromkeys(names):
        try:
            facts = Path(name).stat()
        except OSError:
            found.append([name, 0, 0])
        else:
            found.append([name, facts.st_mtime_ns, facts.st_size])
    return found


def _root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            if folder.stat().st_uid != os.geteuid():
                raise Unsure
            return folder
    raise Unsure


def _git_dir(root: Path) -> Path:
    place = root / ".git"
    if place.is_dir():
        return place
    kind, _, target = place.read_text(encoding="utf-8").strip().partition(": ")
    if kind != "gitdir":
        raise Unsure
    return root / target


def _head(git_dir: Path) -> str:
    kind, _, name = (git_dir / "HEAD").read_text(encoding="ascii").strip().partition(": ")
    if kind != "ref":
        return kind
    common = git_dir
    with suppress(FileNotFoundError):
        common = git_dir / (git_dir / "commondir").read_text(encoding="utf-8").strip()
    try:
        return (common / name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _packed(common, name)


def _packed(common: Path, name: str) -> str:
    for line in (common / "packed-refs").read_text(encoding="utf-8").splitlines():
        revision, _, ref = line.partition(" ")
        if ref == name:
            return revision
    raise Unsure


def _same(root: Path, blobs: Mapping[str, str]) -> bool:
    real = os.path.realpath(root)
    lying = set(_paths(root))
    return lying == blobs.keys() and all(_id(real, path) == blobs[path] for path in lying)


def _paths(root: Path) -> Iterator[str]:
    for top in FOLDERS:
        for folder, folders, names in os.walk(root / top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            inner = folder[len(str(root)) + 1 :]
            yield from (f"{inner}/{name}" for name in names if not name.startswith("."))


def _id(root: str, path: str) -> str:
    _, content, _ = plainfile.read(root, path, links=False)
    if content is None:
        raise Unsure
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
