"""The checked-out files: read them, tell whether they differ from the commit, replace one whole."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pygit2

from gitcfg.errors import RepositoryError
from gitcfg.git import durable, plainfile
from gitcfg.git.lock import folder
from gitcfg.git.repository import FOLDERS, SUBMODULE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gitcfg.git.repository import Blob, Repository


def paths(repository: Repository, blobs: Mapping[str, Blob]) -> list[str]:
    """List the files that count: a commit's, lying there or not, and new ones git does not ignore.

    Links are among them and not followed, but for `config` and `schemas` themselves.
    """
    root = os.path.realpath(repository.root)
    tracked = {path for path, blob in blobs.items() if blob.mode != SUBMODULE}
    present = {path for top in FOLDERS for path in _walk(root, top)}
    return sorted(tracked | {path for path in present - tracked if not _ignored(repository, path)})


def _walk(root: str, folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(f"{root}/{folder}"))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, f"{folder}/{entry.name}")
        else:
            yield f"{folder}/{entry.name}"


def _ignored(repository: Repository, path: str) -> bool:
    try:
        return "/." in path or bool(repository.raw.path_is_ignored(path))
    except UnicodeEncodeError:  # a name of raw bytes is no name of ours
        return True


def read(root: Path, path: str) -> bytes | None:
    """Read a checked-out file; None where none lies there that can be read inside the tree."""
    _, content, _ = plainfile.read(os.path.realpath(root), path)
    return content


def lying(
    repository: Repository, blobs: Mapping[str, Blob]
) -> Iterator[tuple[str, bytes | None, str | None]]:
    """Read every file that counts and is not missing: its content, or what is wrong with it."""
    yield from plainfile.read_all(os.path.realpath(repository.root), paths(repository, blobs))


def committed(repository: Repository) -> dict[str, Blob]:
    """List the files of the checked-out commit; none where there is no commit yet."""
    return {} if repository.raw.head_is_unborn else repository.blobs(repository.head())


def files(repository: Repository) -> dict[str, bytes]:
    """Read every checked-out file that counts and can be read."""
    found = lying(repository, committed(repository))
    return {path: content for path, content, _ in found if content is not None}


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


def holds(repository: Repository, path: str, content: bytes | None, blob: Blob | None) -> bool:
    """Tell whether a checked-out content is what a blob, or its absence, would be there."""
    if content is None or blob is None:
        return content is None and blob is None
    return blob_id(content) == blob.id or same(content, blob, converted=converts(repository, path))


def check_out(
    repository: Repository, path: str, present: bytes | None, old: Blob | None, new: Blob | None
) -> None:
    """Put a blob's content in the place of an older one's, with its line endings, not synced."""
    content = None if new is None else repository.read(new.id)
    if content is not None:
        content = as_checked_out(present, content, old)
    replace(repository, path, content)


def as_checked_out(old: bytes | None, new: bytes, blob: Blob | None) -> bytes:
    """Give a new content the line endings that git gave the old one when it checked it out."""
    if old is None or blob is None or blob_id(old) == blob.id:
        return new
    return new.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def refuse_filters(repository: Repository, path: str) -> None:
    """Raise RepositoryError where git takes other bytes than those that lie there.

    That is so under a filter, and behind a link in a folder's place.
    """
    refuse_links(repository, path)
    for name in ("filter", "ident", "working-tree-encoding"):
        if repository.raw.get_attr(path, name) not in (None, False):
            raise RepositoryError(
                f"{path} is under git's attribute `{name}`: its bytes are not the committed ones. "
                "Add `config/** -text -filter -ident` to .gitattributes"
            )


def refuse_links(repository: Repository, path: str) -> None:
    """Raise RepositoryError where a folder on the way to a file is a link: git follows none."""
    at = ""
    for name in path.split("/")[:-1]:
        at = f"{at}/{name}".lstrip("/")
        if (repository.root / at).is_symlink():
            raise RepositoryError(
                f"{at} is a link, and git commits nothing that lies behind one: {path} cannot be "
                f"used there. Put a real folder in its place: remove the link, then run "
                f"`git checkout HEAD -- {at}`"
            )


def replace(repository: Repository, path: str, content: bytes | None) -> None:
    """Put a whole new file in place by rename, its mode kept, not synced; None removes it.

    Raises RepositoryError where a link leads to another place than that very path.
    """
    refuse_links(repository, path)
    place = repository.root / path
    if content is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else None
    durable.put(place, content, mode=mode, folder=folder(repository))
