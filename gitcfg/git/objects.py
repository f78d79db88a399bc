"""Git objects of a change: build them from a head and new files, and put damaged ones right."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import FileMode

from gitcfg.errors import RepositoryError
from gitcfg.git import durable, timestamp
from gitcfg.git.lock import folder
from gitcfg.git.repository import SUBMODULE, Blob
from gitcfg.git.trees import FOLDER, Entry, entries, find, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from gitcfg.git.repository import Repository
    from gitcfg.model import Author

_TRIES = 4
_LEVEL = 1  # as git's own for loose objects


@dataclass(frozen=True, slots=True)
class Object:
    """One git object: its id in hex, and the bytes of its file, which tell kind and content."""

    id: str
    loose: bytes

    @classmethod
    def of(cls, kind: str, data: bytes) -> Object:
        """Make an object of a kind (commit, tree, blob) and a content."""
        whole = b"%s %d\0" % (kind.encode(), len(data)) + data
        name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        return cls(name, zlib.compress(whole, _LEVEL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A commit on no branch yet: its objects, its files, and the trees it puts in others' place."""

    revision: str
    objects: tuple[Object, ...]
    blobs: Mapping[str, Blob | None]
    trees: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A commit to be: new contents by path (None removes one), message, who and when."""

    files: Mapping[str, bytes | None]
    message: str
    author: Author
    committer: Author
    date: datetime


def build(repository: Repository, *, parents: list[str], draft: Draft) -> Built:
    """Compose a commit and write its objects; raises OSError where the disk does not take them."""
    built = compose(repository, parents=parents, draft=draft)
    write(repository, built.objects)
    return built


def compose(repository: Repository, *, parents: list[str], draft: Draft) -> Built:
    """Work out a commit, nothing written: the first parent's tree with the draft's files.

    Raises RepositoryError where git would hold it otherwise than it was given.
    """
    base = str(repository.object(parents[0]).peel(pygit2.Tree).id) if parents else None
    drawing = _Drawing(repository)
    blobs = {
        path: None
        if content is None
        else Blob(_mode(repository, base, path), drawing.add("blob", content))
        for path, content in draft.files.items()
    }
    tree = drawing.tree(base, blobs) or drawing.add("tree", b"")
    return Built(
        revision=drawing.add("commit", _commit(tree, parents, draft)),
        objects=tuple(drawing.made.values()),
        blobs=blobs,
        trees=drawing.trees,
    )


def _commit(tree: str, parents: list[str], draft: Draft) -> bytes:
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    head = "".join(f"{line}\n" for line in lines).encode()
    head += b"author %s\n" % _signed(draft.author, draft.date)
    head += b"committer %s\n\n" % _signed(draft.committer, draft.date)
    if "\0" in draft.message:
        raise _held_otherwise("its message has a NUL, where git ends it")
    return head + draft.message.encode()


def _signed(who: Author, date: datetime) -> bytes:
    # pygit2 trims what git trims, and refuses what git refuses.
    held = pygit2.Signature(who.name, who.email, int(date.timestamp()), 0, "utf-8")
    if (held.name, held.email) != (who.name, who.email):
        raise _held_otherwise(f"git would name {held.name} <{held.email}> in place of {who}")
    return f"{who} {timestamp.of(date)}".encode()


def _held_otherwise(why: str) -> RepositoryError:
    return RepositoryError(
        f"nothing was changed: git would not hold this commit as it was given, since {why}. "
        "Give it without that"
    )


class _Drawing:
    """Objects that come into being for one commit, and the trees by path, before and after."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.made: dict[str, Object] = {}
        self.trees: dict[str, tuple[str, str]] = {}

    def add(self, kind: str, data: bytes) -> str:
        """Make an object, and return its id."""
        one = Object.of(kind, data)
        self.made[one.id] = one
        return one.id

    def tree(self, base: str | None, blobs: Mapping[str, Blob | None], at: str = "") -> str | None:
        """Make a tree anew with other files in it; None where nothing is left in it."""
        data = b"" if base is None else _raw(self._repository, base)
        below: dict[str, dict[str, Blob | None]] = {}
        for path, blob in blobs.items():
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = blob
            else:
                data = put(data, name, Entry(blob.mode, blob.id) if blob else None)
        for name, inner in below.items():
            child = find(data, name)
            old = child.id if child is not None and child.mode == FOLDER else None
            new = self.tree(old, inner, f"{at}{name}/")
            if new is not None or child is not None:
                data = put(data, name, Entry(FOLDER, new) if new else None)
        if not data:
            return None
        made = self.add("tree", data)
        if base is not None:
            self.trees[at] = (base, made)
        return made


def _raw(repository: Repository, tree: str) -> bytes:
    return bytes(repository.object(tree).read_raw())


def _mode(repository: Repository, base: str | None, path: str) -> int:
    found = None if base is None else _below(repository, base, path)
    return int(FileMode.BLOB) if found is None else found.mode


def _below(repository: Repository, tree: str, path: str) -> Entry | None:
    name, _, rest = path.partition("/")
    found = find(_raw(repository, tree), name)
    if not rest or found is None:
        return found
    return _below(repository, found.id, rest) if found.mode == FOLDER else None


def write(repository: Repository, made: Iterable[Object]) -> None:
    """Write objects, not synced; those that lie there whole stay.

    `git gc` removes the folders of loose objects that it packed, also under a writer's hands; then
    they are made again. Raises OSError where the disk does not take them.
    """
    for one in made:
        place = _place(repository, one.id)
        if not _sound(place, one.loose):
            _write(place, one.loose, folder(repository))


def _write(place: Path, loose: bytes, beside: Path) -> None:
    for last in (*[False] * _TRIES, True):
        try:
            durable.put(place, loose, mode=0o444, folder=beside)
        except FileNotFoundError:
            if last:
                raise
            place.parent.mkdir(exist_ok=True)
        else:
            return


def _place(repository: Repository, one: str) -> Path:
    return repository.common_dir / "objects" / one[:2] / one[2:]


def sync(repository: Repository, names: Iterable[str]) -> None:
    """Make objects durable, by their ids, with their names; those in a pack are so already."""
    places = [_place(repository, one) for one in names]
    loose = [place for place in places if place.exists()]
    for place in loose:
        durable.sync_file(place)
    for above in {place.parent for place in loose} | {repository.common_dir / "objects"}:
        durable.sync_folder(above)


def beyond(repository: Repository, new: str, known: str | None) -> Iterator[str]:
    """List the objects of a commit and its history that a known one has not; without, its tree's.

    Those of submodules are not ours.
    """
    if known is None or pygit2.Oid(hex=known) not in repository.raw:
        yield new
        yield from _other(repository, None, str(repository.object(new).peel(pygit2.Tree).id))
        return
    walk = repository.raw.walk(pygit2.Oid(hex=new))
    walk.hide(pygit2.Oid(hex=known))
    for commit in walk:
        yield str(commit.id)
        parents = [one for one in commit.parent_ids if one in repository.raw]
        before = str(repository.raw[parents[0]].peel(pygit2.Tree).id) if parents else None
        yield from _other(repository, before, str(commit.tree.id))


def _other(repository: Repository, before: str | None, after: str) -> Iterator[str]:
    """List what a tree holds otherwise than another, itself first."""
    if before == after:
        return
    yield after
    old = dict(entries(_raw(repository, before))) if before else {}
    for name, entry in entries(_raw(repository, after)):
        was = old.get(name)
        if was == entry or entry.mode == SUBMODULE:
            continue
        if entry.mode == FOLDER:
            below = was.id if was is not None and was.mode == FOLDER else None
            yield from _other(repository, below, entry.id)
        else:
            yield entry.id


def keep(repository: Repository, built: tuple[Object, ...]) -> None:
    """Write those objects again that a `git gc --prune=now` took before a branch had them."""
    if not all(_place(repository, one.id).exists() for one in built):
        restore(repository, built)


def restore(repository: Repository, built: tuple[Object, ...]) -> None:
    """Write those objects again that a power cut lost or damaged.

    libgit2 takes an empty file for an object that is there, so the files are replaced by us.
    """
    lost = (one for one in built if not _held(repository, one))
    write(repository, [one for one in lost if Object.of(*_content(one)).id == one.id])


def _held(repository: Repository, one: Object) -> bool:
    place = _place(repository, one.id)
    return _sound(place, one.loose) or (
        not place.exists() and pygit2.Oid(hex=one.id) in repository.raw
    )


def _content(one: Object) -> tuple[str, bytes]:
    head, _, data = zlib.decompress(one.loose).partition(b"\0")
    return head.partition(b" ")[0].decode(), data


def _sound(place: Path, loose: bytes) -> bool:
    """Tell whether a file holds an object: the same bytes, or the same ones packed otherwise."""
    try:
        lying = place.read_bytes()
        return lying == loose or zlib.decompress(lying) == zlib.decompress(loose)
    except (OSError, zlib.error):
        return False
