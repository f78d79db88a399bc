"""What lies in the work tree beside a commit: which files differ, what is in them, is git at work.

A look costs one `stat` for each file; a file is read again only when its facts changed.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.git import journal, plainfile
from gitcfg.git.plainfile import stamp
from gitcfg.git.repository import LINK
from gitcfg.git.worktree import blob_id, converts, paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitcfg.git.plainfile import Stamp
    from gitcfg.git.repository import Blob, Repository

_RACY = 50_000_000
"""A file changed less than these ns before it was read may change again and keep its stamp."""


_KEPT = 1000
"""How many files may be known beyond those that there are, before all are forgotten."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A checked-out file that is not the commit's: its content, or what is wrong with it."""

    stamp: Stamp
    content: bytes | None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The work tree at one look: what differs from `head`; `calm` says that git is not at work.

    Two equal sights that are calm, some time apart, mean that nothing was written between them.
    """

    head: str
    drift: Mapping[str, Lying]
    calm: bool
    index: Stamp

    @property
    def changed(self) -> int:
        """When the newest of what differs, or the index, was last changed, in Unix ns."""
        stamps = [self.index, *(lying.stamp for lying in self.drift.values())]
        return max((stamp[-1] for stamp in stamps if stamp), default=0)


@dataclass(frozen=True, slots=True)
class _Known:
    stamp: Stamp
    id: str
    id_of_lf: str | None


class Checkout:
    """The work tree of one repository, looked at again and again."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._root = os.path.realpath(repository.root)
        self._known: dict[str, _Known] = {}

    def look(
        self, head: str, blobs: Mapping[str, Blob], *, only: Iterable[str] | None = None
    ) -> Sight:
        """Compare the work tree, or `only` some files of it, with the files of a commit."""
        calm, index = self._calm(), self._index()
        looked = paths(self.repository, blobs) if only is None else only
        found = ((path, self._compare(path, blobs.get(path))) for path in looked)
        drift = {path: lying for path, lying in found if lying is not None}
        if len(self._known) > 2 * len(blobs) + _KEPT:
            self._known.clear()
        calm = calm and self._calm() and index == self._index()
        return Sight(head=head, drift=drift, calm=calm, index=index)

    def _calm(self) -> bool:
        """Say that no git command, no change of ours and no merge or the like is under way."""
        held = os.path.lexists(self.repository.git_dir / "index.lock")
        return not (held or journal.pending(self.repository) or self.repository.busy())

    def _index(self) -> Stamp:
        try:
            return stamp((self.repository.git_dir / "index").stat())
        except OSError:
            return ()

    def _compare(self, path: str, blob: Blob | None) -> Lying | None:
        """Read a file where it is not what the blob has; None where it is."""
        place = f"{self._root}/{path}"
        try:
            facts = os.lstat(place)
        except OSError:
            return None if blob is None else Lying((), None, "is missing")
        if stat.S_ISLNK(facts.st_mode):
            return None if _is_link_of(place, blob) else self._read(path, stamp(facts))
        known = self._known.get(path)
        if known is not None and known.stamp == stamp(facts) and self._same(path, known, blob):
            return None
        lying = self._read(path, ())
        if lying.content is None:
            return lying
        known = _Known(lying.stamp, blob_id(lying.content), _id_of_lf(lying.content))
        if time.time_ns() - lying.stamp[-1] > _RACY:
            self._known[path] = known
        return None if self._same(path, known, blob) else lying

    def _same(self, path: str, known: _Known, blob: Blob | None) -> bool:
        if blob is None or blob.mode == LINK:
            return False
        if known.id == blob.id:
            return True
        return known.id_of_lf == blob.id and converts(self.repository, path)

    def _read(self, path: str, link: Stamp) -> Lying:
        found, content, problem = plainfile.read(self._root, path)
        return Lying(link + found, content, problem)


def _is_link_of(place: str, blob: Blob | None) -> bool:
    if blob is None or blob.mode != LINK:
        return False
    return blob_id(os.fsencode(Path(place).readlink())) == blob.id


def _id_of_lf(content: bytes) -> str | None:
    """Name what git stores of a file with CRLF where it turns these into LF."""
    return blob_id(content.replace(b"\r\n", b"\n")) if b"\r\n" in content else None
