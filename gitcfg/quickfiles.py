"""A clone as the operating system shows it: where it is, its head, and the facts of its files."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from gitcfg.git.plainfile import stamp

if TYPE_CHECKING:
    from gitcfg.git.plainfile import Stamp

FOLDERS = ("config", "schemas")

Stamps = list[list[str | int]]


class Place:
    """A clone: its work tree, its git directory, the one it shares, its branch and its head.

    `branch` is None where none is checked out.
    """

    __slots__ = ("branch", "common", "git_dir", "head", "root")

    def __init__(
        self, root: str, git_dir: str, common: str, *, branch: str | None, head: str
    ) -> None:
        self.root = root
        self.git_dir = git_dir
        self.common = common
        self.branch = branch
        self.head = head

    @property
    def watched(self) -> tuple[str, ...]:
        """Name files of git that change what a history is, besides the head."""
        return (f"{self.common}/shallow",)


def place(start: str) -> Place:
    """Find the clone at or above a folder; raises OSError and LookupError where it is unusual."""
    root = _root(os.path.realpath(start, strict=True))
    git_dir = _git_dir(root)
    common = git_dir
    with suppress(FileNotFoundError):
        common = os.path.normpath(f"{git_dir}/{_text(f'{git_dir}/commondir')}")
    kind, _, branch = _text(f"{git_dir}/HEAD").partition(": ")
    if kind != "ref":
        return Place(root, git_dir, common, branch=None, head=kind)
    try:
        head = _text(f"{common}/{branch}")
    except FileNotFoundError:
        head = _packed(common, branch)
    return Place(root, git_dir, common, branch=branch, head=head)


def _root(start: str) -> str:
    if not os.path.isdir(start):
        raise LookupError(start)
    device = os.stat(start).st_dev
    folder = start
    while not os.path.lexists(f"{folder}/.git"):
        above = os.path.dirname(folder)
        if above == folder or os.stat(above).st_dev != device:
            raise LookupError(start)
        folder = above
    if os.stat(folder).st_uid != os.geteuid():
        raise LookupError(folder)
    return folder


def _git_dir(root: str) -> str:
    found = f"{root}/.git"
    if os.path.isdir(found):
        return found
    kind, _, target = _text(found).partition(": ")
    if kind != "gitdir":
        raise LookupError(found)
    return os.path.normpath(os.path.join(root, target))


def _packed(common: str, name: str) -> str:
    for line in _text(f"{common}/packed-refs").splitlines():
        revision, _, ref = line.partition(" ")
        if ref == name:
            return revision
    raise LookupError(name)


def _text(name: str) -> str:
    with open(name, encoding="utf-8") as file:
        return file.read().strip()


def stamps(names: list[str]) -> Stamps:
    """Take the time of the last change, in ns, and the size of files and folders."""
    found: Stamps = []
    for name in dict.fromkeys(names):
        try:
            facts = os.stat(name)
        except OSError:
            found.append([name, 0, 0])
        else:
            found.append([name, facts.st_mtime_ns, facts.st_size])
    return found


def lying(root: str) -> dict[str, Stamp]:
    """List what lies in the folders that count, nothing hidden, with the facts of each.

    A link is listed as it is and not followed; raises LookupError for one in a folder's place.
    """
    found: dict[str, Stamp] = {}
    for top in FOLDERS:
        if os.path.islink(f"{root}/{top}"):
            raise LookupError(top)
        _below(f"{root}/{top}", top, found)
    return found


def _below(folder: str, name: str, found: dict[str, Stamp]) -> None:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{name}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                _below(entry.path, path, found)
            else:
                found[path] = stamp(entry.stat(follow_symlinks=False))
