"""A remote in a plain folder of this machine, served without starting git where that is the same.

Objects are copied and references moved as git does it, by lock and compare-and-swap. (libgit2's own
push to a folder moves the reference whatever it names by then.) Wherever git would do more, as run
a hook or check what it is given, git is started.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pygit2

from gitcfg.errors import GitcfgError
from gitcfg.git import durable, objects, refs
from gitcfg.git.objects import Object
from gitcfg.git.repository import Repository
from gitcfg.remote.transport import ATTEMPTS, Push, Transport
from gitcfg.remote.upstream import values
from gitcfg.remote.words import Pushed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitcfg.remote.upstream import Upstream

_FEW = 500
"""So many objects are copied one by one; with more, git's packs pay."""

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_THERE = (
    "receive.",
    "transfer.",
    "uploadpack.",
    "extensions.",
    "core.hookspath",
    "core.sharedrepository",
    "core.logallrefupdates",
    "core.fsync",
    "core.alternaterefs",
)
_HERE = ("push.", "fetch.", "transfer.", "protocol.", "url.", "core.hookspath")
_HOOKS_THERE = ("pre-receive", "update", "post-receive", "post-update", "proc-receive")
_HOOKS_HERE = ("pre-push",)
_HOOKS = ("reference-transaction",)


class _Bare(Repository):
    """A repository without a work tree, read for its objects and references."""

    def __init__(self, raw: pygit2.Repository) -> None:
        self.raw = raw
        self.root = self.git_dir = Path(raw.path)


@dataclass(slots=True)
class BesideTransport(Transport):
    """The way to an upstream in a folder of this machine."""

    def tips(self) -> dict[str, str]:
        """Read the tips; git is asked where it must be."""
        there = self._there()
        if there is None:
            return Transport.tips(self)
        names = [name for name in there.raw.references if name.startswith(ATTEMPTS)]
        found = {name: refs.current(there, name) for name in (self.upstream.branch, *names)}
        return {name: tip for name, tip in found.items() if tip != refs.NOTHING}

    def fetch(self, specs: Sequence[str]) -> None:
        """Copy the few new objects of one reference; git does all else."""
        there = self._there()
        if there is None or len(specs) != 1 or not self._copied_here(there, specs[0]):
            Transport.fetch(self, specs)

    def push(self, revision: str, ref: str, *, expected: str | None) -> Push:
        """Copy the few new objects and move the reference; git does all else."""
        there = self._there()
        if there is None or expected is None or not self._may_push(there):
            return Transport.push(self, revision, ref, expected=expected)
        if not self.repository.contains(revision, expected):
            return Transport.push(self, revision, ref, expected=expected)
        if refs.current(there, ref) != expected:
            return Push(result=Pushed.MOVED, why="stale info")
        with suppress(OSError, GitcfgError, pygit2.GitError, KeyError, ValueError):
            if copied(self.repository, there, revision, known=expected):
                moved = swapped(there, ref, old=expected, new=revision)
                if moved is not None:
                    self._track(ref, revision)
                    result = Pushed.DONE if moved else Pushed.MOVED
                    return Push(result=result, why="" if moved else "stale info")
        return Transport.push(self, revision, ref, expected=expected)

    def _there(self) -> Repository | None:
        place = plain_folder(self.repository, self.upstream)
        if place is None or _is_steered(self.repository, _HERE, (_HOOKS)):
            return None
        try:
            raw = pygit2.Repository(str(place))
        except (pygit2.GitError, KeyError):
            return None
        there = _Bare(raw)
        if not raw.is_bare or there.shallow or self.repository.shallow:
            return None
        return there

    def _may_push(self, there: Repository) -> bool:
        return not (
            _is_steered(there, _THERE, (*_HOOKS_THERE, *_HOOKS))
            or _is_steered(self.repository, _HERE, (*_HOOKS_HERE, *_HOOKS))
        )

    def _copied_here(self, there: Repository, spec: str) -> bool:
        source, _, target = spec.removeprefix("+").partition(":")
        known, tip = refs.current(self.repository, target), refs.current(there, source)
        if refs.NOTHING in (known, tip) or pygit2.Oid(hex=known) not in there.raw:
            return False
        with suppress(OSError, GitcfgError, pygit2.GitError, KeyError, ValueError):
            return copied(there, self.repository, tip, known=known) and refs.compare_and_swap(
                self.repository, target, old=known, new=tip, synced=True
            )
        return False

    def _track(self, ref: str, revision: str) -> None:
        tracking = self.upstream.tracking
        if ref == self.upstream.branch and tracking is not None:
            old = refs.current(self.repository, tracking)
            with suppress(GitcfgError, OSError):
                refs.compare_and_swap(self.repository, tracking, old=old, new=revision)


def transport(
    repository: Repository, upstream: Upstream, cancelled: Callable[[], bool] = lambda: False
) -> Transport:
    """Choose the way to an upstream."""
    kind = Transport if plain_folder(repository, upstream) is None else BesideTransport
    return kind(repository, upstream, cancelled)


def plain_folder(repository: Repository, upstream: Upstream) -> Path | None:
    """Find the folder that a remote is; None where it is none, or where git is told how to go."""
    config, name = repository.raw.config, upstream.remote
    urls = values(config, f"remote.{name}.url")
    told = (f"remote.{name}.{one}" for one in ("pushurl", "uploadpack", "receivepack", "vcs"))
    if len(urls) != 1 or any(one in config for one in told):
        return None
    url = urls[0].removeprefix("file://")
    if not url.startswith(("/", "./", "../")) or "%" in url:
        return None
    return repository.root / url


def _is_steered(repository: Repository, names: tuple[str, ...], hooks: tuple[str, ...]) -> bool:
    """Tell whether configuration or a hook has git do more than move objects and a reference."""
    if any((entry.name or "").lower().startswith(names) for entry in repository.raw.config):
        return True
    folder = repository.common_dir / "hooks"
    return any(os.path.lexists(folder / hook) for hook in hooks)


def copied(source: Repository, target: Repository, tip: str, *, known: str) -> bool:
    """Copy what a commit has beyond a known one, durable, commits last; False where that is much.

    The known one, with all that it refers to, must be in both.
    """
    names = list(islice(objects.beyond(source, tip, known), _FEW + 1))
    if len(names) > _FEW:
        return False
    made = list(_read(source, reversed(names)))
    if isinstance(target, _Bare):
        _write(target, made)
    else:
        objects.write(target, made)
    objects.sync(target, [one.id for one in made])
    return True


def _read(source: Repository, names: Iterator[str]) -> Iterator[Object]:
    database = source.raw.odb
    for name in names:
        kind, data = database.read(name)
        yield Object.of(_KINDS[int(kind)], bytes(data))


def _write(target: Repository, made: Sequence[Object]) -> None:
    folder = target.git_dir / "objects"
    for one in made:
        place = folder / one.id[:2] / one.id[2:]
        if pygit2.Oid(hex=one.id) not in target.raw:
            place.parent.mkdir(exist_ok=True)
            durable.put(place, one.loose, mode=0o444, folder=folder)


def swapped(there: Repository, ref: str, *, old: str, new: str) -> bool | None:
    """Move a reference of another repository under git's own lock; None where that is held."""
    place = there.git_dir / ref
    held = place.with_name(f"{place.name}.lock")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        durable.write(held, f"{new}\n".encode())
    except FileExistsError:
        return None
    try:
        if refs.current(there, ref) != old:
            held.unlink()
            return False
        durable.sync_file(held)
        held.replace(place)
    except BaseException:
        held.unlink(missing_ok=True)
        raise
    durable.sync_folder(place.parent)
    return True
