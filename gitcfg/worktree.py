"""The checked-out files: read them, tell whether they differ from the commit, replace one whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pygit2

from gitcfg import durable
from gitcfg.errors import RepositoryError
from gitcfg.lock import folder
from gitcfg.repository import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitcfg.repository import Blob, Repository


def paths(root: Path) -> Iterator[str]:
    """List the files that lie under `config/` and `schemas/`, links to files among them."""
    for top in FOLDERS:
        for directory, folders, names in os.walk(root / top):
            folders.sort()
            for name in sorted(names):
                yield (Path(directory) / name).relative_to(root).as_posix()


def read(root: Path, path: str) -> bytes | None:
    """Read a checked-out file; None where it is missing, a folder, or a link out of the tree."""
    place = root / path
    try:
        if place.is_symlink() and not place.resolve().is_relative_to(root.resolve()):
            return None
        return place.read_bytes()
    except OSError:
        return None


def files(root: Path) -> dict[str, bytes]:
    """Read every checked-out file under `config/` and `schemas/`."""
    found = ((path, read(root, path)) for path in paths(root))
    return {path: content for path, content in found if content is not None}


def blob_id(content: bytes) -> str:
    """Name a content as git does: the id of its blob, in hex."""
    return str(pygit2.hash(content))


def same(content: bytes, blob: Blob, *, converted: bool) -> bool:
    """Tell whether a checked-out content is a blob's; `converted`: git turns CRLF into LF here."""
    if blob_id(content) == blob.id:
        return True
    return converted and blob_id(content.replace(b"\r\n", b"\n")) == blob.id


def converts(repository: Repository, path: str) -> bool:
    """Tell whether git turns the file's CRLF into LF when it is committed."""
    text, eol = (repository.raw.get_attr(path, name) for name in ("text", "eol"))
    if text is not None or eol in ("lf", "crlf"):
        return text is not False  # `eol` alone means text
    config = repository.raw.config
    return "core.autocrlf" in config and str(config["core.autocrlf"]).lower() in ("true", "input")


def as_checked_out(old: bytes | None, new: bytes, blob: Blob | None) -> bytes:
    """Give a new content the line endings that git gave the old one when it checked it out."""
    if old is None or blob is None or blob_id(old) == blob.id:
        return new
    return new.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def refuse_filters(repository: Repository, path: str) -> None:
    """Raise RepositoryError where a filter of git changes the bytes."""
    for name in ("filter", "ident", "working-tree-encoding"):
        if repository.raw.get_attr(path, name) not in (None, False):
            raise RepositoryError(
                f"{path} is under git's attribute `{name}`: its bytes are not the committed ones. "
                "Add `config/** -text -filter -ident` to .gitattributes"
            )


def replace(repository: Repository, path: str, content: bytes | None) -> None:
    """Put a whole new file in place by rename, its mode kept, synced; None removes it."""
    place = repository.root / path
    if content is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else None
    durable.replace(place, content, mode=mode, folder=folder(repository))
