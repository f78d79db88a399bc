"""Git objects of a change: build them from a head and new files, and put damaged ones right."""

from __future__ import annotations

import hashlib
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pygit2
from pygit2.enums import FileMode, ObjectType

from gitcfg.git import durable
from gitcfg.git.repository import Blob

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from gitcfg.git.repository import Repository
    from gitcfg.model import Author

_TRIES = 4
_KINDS = {1: "commit", 2: "tree", 3: "blob"}


@dataclass(frozen=True, slots=True)
class Object:
    """One git object: its id in hex, its kind (commit, tree, blob) and its content."""

    id: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A commit that exists as objects but is on no branch yet."""

    revision: str
    objects: tuple[Object, ...]
    blobs: Mapping[str, Blob | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A commit to be: new contents by path (None removes one), message, who and when."""

    files: Mapping[str, bytes | None]
    message: str
    author: Author
    committer: Author
    date: datetime


def build(repository: Repository, *, parents: list[str], draft: Draft) -> Built:
    """Write the objects of a commit: the first parent's tree with the draft's files.

    `git gc` removes the folders of loose objects that it packed, also under a writer's hands; then
    the same objects are written again. Raises OSError where the disk does not take them.
    """
    for _ in range(_TRIES):
        with suppress(OSError):
            return _build(repository, parents, draft)
    return _build(repository, parents, draft)


def _build(repository: Repository, parents: list[str], draft: Draft) -> Built:
    raw = repository.raw
    made: list[str] = []
    base: Any = repository.object(parents[0]).peel(pygit2.Tree) if parents else None
    blobs: dict[str, Blob | None] = {}
    for path, content in draft.files.items():
        blobs[path] = None
        if content is not None:
            blob = str(raw.create_blob(content))
            made.append(blob)
            blobs[path] = Blob(_mode(base, path), blob)
    tree = _tree(raw, base, blobs, made)
    revision = str(
        raw.create_commit(
            None,
            _signature(draft.author, draft.date),
            _signature(draft.committer, draft.date),
            draft.message,
            tree,
            [pygit2.Oid(hex=parent) for parent in parents],
        )
    )
    made.append(revision)
    return Built(
        revision=revision,
        objects=tuple(_read(repository, one) for one in dict.fromkeys(made)),
        blobs=blobs,
    )


def _signature(who: Author, date: datetime) -> pygit2.Signature:
    offset = date.utcoffset() or timedelta()
    return pygit2.Signature(
        who.name, who.email, int(date.timestamp()), int(offset.total_seconds() // 60), "utf-8"
    )


def _tree(raw: Any, base: Any, blobs: Mapping[str, Blob | None], made: list[str]) -> Any:
    builder = raw.TreeBuilder(base) if base is not None else raw.TreeBuilder()
    below: dict[str, dict[str, Blob | None]] = {}
    for path, blob in blobs.items():
        name, _, rest = path.partition("/")
        if rest:
            below.setdefault(name, {})[rest] = blob
        elif blob is not None:
            builder.insert(name, pygit2.Oid(hex=blob.id), FileMode(blob.mode))
        elif base is not None and name in base:
            builder.remove(name)
    for name, inner in below.items():
        child = base[name] if base is not None and name in base else None
        tree = _tree(raw, child if child is not None and _folder(child) else None, inner, made)
        if len(raw[tree]):
            builder.insert(name, tree, FileMode.TREE)
        elif child is not None:
            builder.remove(name)
    written = builder.write()
    made.append(str(written))
    return written


def _folder(entry: Any) -> bool:
    return bool(entry.type == ObjectType.TREE)


def _mode(tree: Any, path: str) -> int:
    try:
        return int(tree[path].filemode)
    except (KeyError, TypeError):
        return int(FileMode.BLOB)


def _read(repository: Repository, one: str) -> Object:
    kind, data = repository.raw.odb.read(pygit2.Oid(hex=one))
    return Object(one, _KINDS[int(kind)], bytes(data))


def _place(repository: Repository, one: str) -> Path:
    return repository.common_dir / "objects" / one[:2] / one[2:]


def sync(repository: Repository, built: tuple[Object, ...]) -> None:
    """Make objects durable, with their names; those in a pack are so already."""
    places = [_place(repository, one.id) for one in built]
    loose = [place for place in places if place.exists()]
    for place in loose:
        durable.sync_file(place)
    for folder in {place.parent for place in loose} | {repository.common_dir / "objects"}:
        durable.sync_folder(folder)


def restore(repository: Repository, built: tuple[Object, ...]) -> None:
    """Write those objects again that a power cut lost or damaged.

    libgit2 takes an empty file for an object that is there, so the files are replaced by us.
    """
    for one in built:
        place = _place(repository, one.id)
        whole = f"{one.kind} {len(one.data)}".encode() + b"\0" + one.data
        if _sound(place, whole) or (
            not place.exists() and pygit2.Oid(hex=one.id) in repository.raw
        ):
            continue
        if hashlib.sha1(whole, usedforsecurity=False).hexdigest() != one.id:
            continue
        place.parent.mkdir(exist_ok=True)
        durable.replace(place, zlib.compress(whole), mode=0o444)
        durable.sync_folder(place.parent.parent)


def _sound(place: Path, whole: bytes) -> bool:
    try:
        return zlib.decompress(place.read_bytes()) == whole
    except (OSError, zlib.error):
        return False
