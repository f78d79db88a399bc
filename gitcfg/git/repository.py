"""The git repository as we read it: where it is, what it holds at a revision, who we are in it.

pygit2 does the reading; whatever it cannot open is told apart here, with what to do about it.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pygit2
from pygit2.enums import DeltaStatus, ObjectType, RepositoryState

from gitcfg.errors import RepositoryError, UsageError
from gitcfg.git import timestamp, unfit
from gitcfg.git.shallow import boundary
from gitcfg.model import Author

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gitcfg.model import Files

FOLDERS = ("config", "schemas")
"""What gitcfg reads of a repository."""

LINK = 0o120000
SUBMODULE = 0o160000


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a tree: its mode as git has it and its object id in hex."""

    mode: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The facts of one commit; `date` is the committer's, in the committer's own zone."""

    revision: str
    parents: tuple[str, ...]
    author: Author
    committer: Author
    date: datetime
    message: str


class Repository:
    """One work tree and its git directory, open for reading; not shared between threads."""

    def __init__(self, raw: pygit2.Repository) -> None:
        self.raw = raw
        self.root = Path(raw.workdir)
        self.git_dir = Path(raw.path)
        self._trees: dict[str, dict[str, Blob]] = {}
        self._trees_before: dict[str, dict[str, Blob]] = {}

    @classmethod
    def open(cls, path: Path | str = ".") -> Repository:
        """Find the repository at or above a folder; raises RepositoryError saying what to do."""
        start = Path(path)
        try:
            found = pygit2.discover_repository(str(start))
        except (pygit2.GitError, KeyError) as error:
            raise RepositoryError(unfit.cannot_open(start, error)) from error
        if found is None:
            raise RepositoryError(
                f"{start.resolve()} is not in a git repository. Run `gitcfg init` to make one, "
                "or name another folder with -C DIR"
            )
        try:
            raw = pygit2.Repository(found)
        except pygit2.GitError as error:
            raise RepositoryError(unfit.cannot_open(Path(found), error)) from error
        if raw.is_bare:
            raise RepositoryError(
                f"{raw.path} is a bare repository, with no checked-out files to follow or change. "
                "Use a clone of it: `git clone URL DIR`"
            )
        return cls(raw)

    @cached_property
    def common_dir(self) -> Path:
        """The git directory that linked work trees share."""
        pointer = self.git_dir / "commondir"
        shared = pointer.read_text().strip() if pointer.is_file() else ""
        return (self.git_dir / shared).resolve() if shared else self.git_dir

    @property
    def branch(self) -> str | None:
        """The full name of the checked-out branch, as `refs/heads/main`; None when detached."""
        name, target = None, cast("Any", self.raw.references["HEAD"].target)
        while isinstance(target, str):  # a branch may stand for another, as an alias
            name = target
            target = self.raw.references[name].target if name in self.raw.references else None
        return name

    @property
    def line(self) -> str:
        """The name under which versions are counted: the branch, or HEAD when detached."""
        return self.branch or "HEAD"

    @property
    def shallow(self) -> bool:
        """Whether older history is missing from this clone."""
        return bool(boundary(self.common_dir))  # libgit2 cannot tell it in a linked work tree

    def head(self) -> str:
        """Tell the revision that is checked out, in hex; raises RepositoryError if none is yet."""
        try:
            return str(self.raw.head.target)
        except (pygit2.GitError, KeyError) as error:
            raise RepositoryError(
                f"{self.root} has no commit yet on {self.branch or 'HEAD'}. Commit the config/ and "
                "schemas/ folders first, or run `gitcfg init`"
            ) from error

    def busy(self) -> str | None:
        """Tell what a human has begun and not ended (a merge, a rebase …), with the way out."""
        return unfit.busy(RepositoryState(self.raw.state()))

    def blobs(self, revision: str) -> dict[str, Blob]:
        """List every file under `config/` and `schemas/` at a revision, by path."""
        tree: Any = self.object(revision).peel(pygit2.Tree)
        found: dict[str, Blob] = {}
        # What neither this call nor the one before used is forgotten.
        self._trees, self._trees_before = {}, self._trees
        for folder in FOLDERS:
            if folder in tree:
                found |= self._below(tree[folder], folder)
        return found

    def blob(self, revision: str, path: str) -> Blob | None:
        """Find one file of a revision; None where it has none."""
        tree: Any = self.object(revision).peel(pygit2.Tree)
        try:
            entry = tree[path]
        except KeyError:
            return None
        return None if entry.type == ObjectType.TREE else Blob(int(entry.filemode), str(entry.id))

    def changed(self, old: str | None, new: str, *, folder: str) -> dict[str, Blob | None]:
        """List the files of a folder that a revision has otherwise than an older one, or than none.

        Equal subtrees are passed over, so that the cost goes by what changed. None where one went.
        """
        before, after = (self._folder(one, folder) for one in (old, new))
        if before == after:
            return {}
        found: Any = self._difference(before, after)
        return {f"{folder}/{path}": blob for delta in found.deltas for path, blob in _sides(delta)}

    def _folder(self, revision: str | None, folder: str) -> Any:
        tree: Any = self.object(revision).peel(pygit2.Tree) if revision else ()
        if folder not in tree or tree[folder].type != ObjectType.TREE:
            return None
        return tree[folder]

    def _difference(self, before: Any, after: Any) -> Any:
        if before is None:
            return after.diff_to_tree(swap=True)
        return before.diff_to_tree(after) if after is not None else before.diff_to_tree()

    def _below(self, entry: Any, path: str) -> dict[str, Blob]:
        if entry.type != ObjectType.TREE:
            return {path: Blob(int(entry.filemode), str(entry.id))}
        name = f"{path}:{entry.id}"
        known = self._trees.get(name) or self._trees_before.get(name)
        if known is None:
            known = {}
            for child in entry:
                known |= self._below(child, f"{path}/{child.name}")
        self._trees[name] = known
        return known

    def read(self, blob: str) -> bytes:
        """Read a blob by its id in hex; raises RepositoryError where it is missing."""
        return bytes(self.object(blob).data)

    def object(self, name: str) -> Any:
        """Read any object by its id in hex; raises RepositoryError where it is gone or broken."""
        try:
            return self.raw[name]
        except KeyError as error:
            raise RepositoryError(
                f"object {name} is missing from {self.git_dir}. Run `git fsck`, then fetch it again"
            ) from error
        except (ValueError, pygit2.GitError) as error:
            raise RepositoryError(
                f"object {name} in {self.git_dir} cannot be read: {error}. Run `git fsck`"
            ) from error

    def files(self, revision: str) -> Files:
        """Read what a revision holds under `config/` and `schemas/`; links inside are followed."""
        return {
            path: content
            for path, blob in self.blobs(revision).items()
            if (content := self.content(revision, path, blob)) is not None
        }

    def content(self, revision: str, path: str, blob: Blob) -> bytes | None:
        """Read a file of a revision; a link is followed inside, a submodule is None."""
        if blob.mode != LINK:
            return None if blob.mode == SUBMODULE else self.read(blob.id)
        target = link_target(path, self.read(blob.id).decode("utf-8", "surrogateescape"))
        found = self.blob(revision, target) if target else None
        return self.read(found.id) if found and found.mode not in (LINK, SUBMODULE) else b""

    def commit(self, revision: str) -> Commit:
        """Read the facts of a commit."""
        raw = self.object(revision)
        return Commit(
            revision=str(raw.id),
            parents=tuple(str(parent) for parent in raw.parent_ids),
            author=Author(_text(raw.author.raw_name), _text(raw.author.raw_email)),
            committer=Author(_text(raw.committer.raw_name), _text(raw.committer.raw_email)),
            date=timestamp.date(raw.commit_time, offset=raw.commit_time_offset),
            message=_text(raw.raw_message),
        )

    def resolve(self, text: str) -> str:
        """Find the commit that a revision's name means; raises UsageError where it means none."""
        try:
            return str(self.raw.revparse_single(text).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise UsageError(f"{text} is no revision in {self.root}. See `git log`") from error

    def first_parents(self, tip: str) -> Iterator[str]:
        """Walk the revisions from a tip backwards along first parents."""
        at: str | None = tip
        while at is not None:
            yield at
            parents = self.object(at).parent_ids
            at = str(parents[0]) if parents and parents[0] in self.raw else None

    def contains(self, revision: str, ancestor: str) -> bool:
        """Say whether a revision has another in its history, or is the same."""
        if revision == ancestor:
            return True
        try:
            return bool(self.raw.descendant_of(revision, ancestor))
        except (pygit2.GitError, KeyError, ValueError):
            return False

    def identity(self, role: str) -> Author:
        """Ask git who we are: `role` is `AUTHOR` or `COMMITTER`; raises RepositoryError."""
        command = ["git", "-C", str(self.root), "var", f"GIT_{role}_IDENT"]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError as error:
            raise RepositoryError(
                f"git could not be started: {error.strerror}. Install git, or put it on PATH"
            ) from error
        if done.returncode:
            raise RepositoryError(
                f"git does not know who you are as {role.lower()}. Run `git config user.name NAME` "
                "and `git config user.email ADDRESS`"
            )
        ident, _, _ = _text(done.stdout).strip().rpartition("> ")
        return Author.parse(ident + ">")


def _sides(delta: Any) -> Iterator[tuple[str, Blob | None]]:
    old, new = delta.old_file, delta.new_file
    if delta.status == DeltaStatus.DELETED:
        yield _path(old), None
    else:
        yield _path(new), Blob(int(new.mode), str(new.id))


def _path(file: Any) -> str:
    return str(file.raw_path.decode("utf-8", "surrogateescape"))


def link_target(path: str, target: str) -> str | None:
    """Where a link at a path points within the repository; None where it leaves it."""
    parts = path.split("/")[:-1]
    if target.startswith("/"):
        return None
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
