"""Which folders tell that the settings of a checkout may have changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.following.watching import Target
from gitcfg.git.repository import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.git.repository import Repository

_IN_GIT_DIR = (
    "HEAD",
    "index",
    "index.lock",
    "MERGE_HEAD",
    "REVERT_HEAD",
    "CHERRY_PICK_HEAD",
    "BISECT_LOG",
    "rebase-merge",
    "rebase-apply",
)
_MOST_LINKS = 40


def targets(path: Path, repository: Repository) -> list[Target]:
    """List what to watch of a checkout, and of the links by which a path leads to it.

    Never the objects: they come in great numbers and mean nothing until a reference moves.
    """
    root = os.path.realpath(repository.root)
    named: dict[str, set[str]] = {}
    parent, name = os.path.split(root)
    for place, names in (
        (root, (*FOLDERS, ".git")),
        (os.path.realpath(repository.git_dir), _IN_GIT_DIR),
        (os.path.realpath(repository.common_dir), ("packed-refs",)),
        (parent, (name,)),
        *((place, (link,)) for place, link in links(path)),
    ):
        named.setdefault(place, set()).update(names)
    heads = os.path.realpath(repository.common_dir / "refs/heads")
    return [
        *(Target(place, names=frozenset(names)) for place, names in named.items()),
        *(Target(os.path.realpath(f"{root}/{folder}"), deep=True) for folder in FOLDERS),
        # A lock is no move yet; a look at it would be under way when the move comes.
        Target(heads, deep=True, without=".lock"),
    ]


def links(path: Path) -> Iterator[tuple[str, str]]:
    """List the symbolic links on the way along a path: the folder of each, and its name."""
    at, left, found = Path("/"), [*reversed(path.absolute().parts[1:])], 0
    while left and found < _MOST_LINKS:
        part = left.pop()
        if part == "..":
            at = at.parent
        elif (at / part).is_symlink():
            found += 1
            yield str(at), part
            target = (at / part).readlink()
            at = Path("/") if target.is_absolute() else at
            left += [one for one in reversed(target.parts) if one != "/"]
        else:
            at /= part
