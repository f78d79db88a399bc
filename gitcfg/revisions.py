"""What revisions hold, judged: a file is read once for each content, a tree judged once.

It serves one follower or one question; whoever asks for more opens another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pygit2

from gitcfg.git.repository import FOLDERS, LINK, SUBMODULE, link_target
from gitcfg.git.steps import is_config
from gitcfg.keys import category_of
from gitcfg.model import Finding
from gitcfg.recheck import recheck
from gitcfg.validation import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.git.repository import Blob, Repository
    from gitcfg.model import Files
    from gitcfg.validation import Checked

_KEPT = 2
"""Judged trees that are kept: the one in force, and one that is refused beside it."""

_FEW = 100
"""So many changed files are read one by one; with more, the whole revision is listed."""

Trees = tuple[str | None, ...]
"""The ids of `config/` and `schemas/` in a commit: equal ones mean equal files."""


def trees(repository: Repository, revision: str) -> Trees:
    """Name the folders that gitcfg reads in a revision; raises RepositoryError for no commit."""
    tree: Any = repository.object(revision).peel(pygit2.Tree)
    return tuple(str(tree[name].id) if name in tree else None for name in FOLDERS)


def check_at(repository: Repository, revision: str) -> Checked:
    """Judge a revision by its own schemas and today's rules, and tell of what is no plain file."""
    return _told(check(repository.files(revision)), repository, revision)


def _told(checked: Checked, repository: Repository, revision: str) -> Checked:
    """Say of links and submodules in a config file's place what they are, not how they read."""
    odd = {one.file: one for one in _odd(repository, revision)}
    if not odd:
        return checked
    rest = [one for one in checked.findings if one.file not in odd or one.rule != "yaml/empty"]
    return replace(checked, findings=(*odd.values(), *rest))


def _odd(repository: Repository, revision: str) -> Iterator[Finding]:
    for path, blob in repository.blobs(revision).items():
        if category_of(path) is None:
            continue
        if blob.mode == SUBMODULE:
            yield no_file(path, "is a submodule, in which nothing is read")
        elif blob.mode == LINK and not _leads(repository, revision, path, blob):
            yield no_file(path, "is a link that leads to no file of this revision")


def no_file(path: str, what: str) -> Finding:
    """Tell that something else is in a config file's place."""
    words = f"{path} {what}. Put a plain file in its place, or remove it"
    return Finding(severity="error", message=words, rule="file-kind", file=path)


def _leads(repository: Repository, revision: str, path: str, blob: Blob) -> bool:
    target = link_target(path, repository.read(blob.id).decode("utf-8", "surrogateescape"))
    found = repository.blob(revision, target) if target else None
    return found is not None and not _is_link(found)


def _is_link(blob: Blob | None) -> bool:
    return blob is not None and blob.mode in (LINK, SUBMODULE)


class Revisions:
    """The revisions of one repository; `repository` may be replaced by a fresh one at any time."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._contents: dict[str, bytes] = {}
        self._checked: dict[Trees, Checked] = {}
        self._judged: str | None = None
        self._named: dict[str, Trees] = {}
        self._linked = False
        self._read: tuple[str, Files] | None = None
        self._compared: tuple[str, str, dict[str, Blob | None]] | None = None

    def blobs(self, revision: str) -> dict[str, Blob]:
        """List the files of a revision, by path."""
        return self.repository.blobs(revision)

    def files(self, revision: str) -> Files:
        """Read the files of a revision; raises RepositoryError where an object is missing."""
        found = self._files_by_what_changed(revision)
        if found is None:
            found = self._files(revision)
        self._read = (revision, found)
        return found

    def _files_by_what_changed(self, revision: str) -> Files | None:
        """Read a revision by what it has otherwise than the one read last; None for many files."""
        if self._read is None:
            return None
        last, files = self._read
        if last == revision:
            return files
        old, new = (self._trees(one) for one in (last, revision))
        if old == new:
            return files
        if old[1:] != new[1:] or self._linked:
            return None
        changed = self._changed(last, revision)
        if len(changed) > _FEW or any(_is_link(blob) for blob in changed.values()):
            return None
        gone = [path for path, blob in changed.items() if blob is None]
        read = {path: self.repository.read(blob.id) for path, blob in changed.items() if blob}
        found = {**files, **read}
        for path in gone:
            found.pop(path, None)
        return found

    def _files(self, revision: str) -> Files:
        blobs = self.blobs(revision)
        self._linked = any(map(_is_link, blobs.values()))
        if self._linked:
            return self.repository.files(revision)
        ids = {blob.id for blob in blobs.values()}
        self._contents = {id_: self._contents.get(id_) or self.repository.read(id_) for id_ in ids}
        return {path: self._contents[blob.id] for path, blob in blobs.items()}

    def checked(self, revision: str) -> Checked:
        """Judge a revision by its own schemas and today's rules."""
        key = self._trees(revision)
        found = self._checked.pop(key, None) or self._judge(revision, key)
        self._keep(key, found)
        self._judged = revision
        return found

    def _judge(self, revision: str, key: Trees) -> Checked:
        """Judge a tree anew, by what changed since the one judged last if its schemas are equal."""
        files = self.files(revision)
        if self._judged is not None:
            last = self._trees(self._judged)
            if last in self._checked and last[1:] == key[1:]:
                changed = self._changed(self._judged, revision)
                return recheck(self._checked[last], files, filter(is_config, changed))
        checked = check(files)
        return _told(checked, self.repository, revision) if self._linked else checked

    def _changed(self, old: str, new: str) -> dict[str, Blob | None]:
        """List what changed under `config/`; the last answer is kept, for it is asked for twice."""
        if self._compared is None or self._compared[:2] != (old, new):
            self._compared = old, new, self.repository.changed(old, new, folder="config")
        return self._compared[2]

    def _trees(self, revision: str) -> Trees:
        """Name the folders of a revision; the last ones are kept, for they never change."""
        found = self._named.get(revision)
        if found is None:
            if len(self._named) >= _FEW:
                self._named.clear()
            found = self._named[revision] = trees(self.repository, revision)
        return found

    def remember(self, revision: str, checked: Checked, files: Files) -> None:
        """Take over a revision as it was read and judged before it was committed."""
        self._read = None if self._linked else (revision, files)
        self._keep(self._trees(revision), checked)
        self._judged = revision

    def _keep(self, key: Trees, checked: Checked) -> None:
        self._checked[key] = checked  # the latest asked for stands last
        while len(self._checked) > _KEPT:
            del self._checked[next(iter(self._checked))]

    def newest_valid(self, tip: str) -> str | None:
        """Find the newest revision on the first-parent line that is valid; None if none is."""
        return next(self._valid(tip), None)

    def _valid(self, tip: str) -> Iterator[str]:
        judged: set[Trees] = set()
        for revision in self.repository.first_parents(tip):
            key = self._trees(revision)
            if key not in judged:
                judged.add(key)
                if self.checked(revision).valid:
                    yield revision
