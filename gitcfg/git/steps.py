"""The first-parent line of a branch as steps: which config files each commit changed, oldest first.

A few new commits are read through pygit2; a long line by one `git log`, many times faster.
"""

from __future__ import annotations

import secrets
import subprocess
import tempfile
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from gitcfg.errors import RepositoryError
from gitcfg.git import timestamp
from gitcfg.git.repository import Blob
from gitcfg.keys import CONFIG, category_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BufferedReader

    from gitcfg.git.repository import Repository

NEAR = 64
"""How many new commits are read one by one; with more, starting `git log` pays."""

_ABSENT = b"0" * 40
_BLOCK = 1 << 16
_AHEAD = 1 << 20
"""How many bytes `git log` may be ahead of us, so that both work at the same time."""


class Step(NamedTuple):
    """One commit of the line: `changed` has a blob by path, None where the file went."""

    revision: str
    committed: int
    changed: Mapping[str, Blob | None]


def is_config(path: str) -> bool:
    """Tell whether a path holds settings: `config/**.yaml`, nothing hidden."""
    return path.startswith(CONFIG) and category_of(path) is not None


def steps(repository: Repository, tip: str, known: str | None) -> tuple[bool, Iterator[Step]]:
    """List the steps after a known tip; whether that tip is still on the line comes with them.

    Where it is not, or none is known, the steps begin with the first commit of the line.
    """
    near = list(islice(repository.first_parents(tip), NEAR + 1))
    if known in near:
        return True, _one_by_one(repository, near[near.index(known)], near[: near.index(known)])
    if len(near) <= NEAR:
        return False, _one_by_one(repository, None, near)
    on_line = known is not None and known in repository.first_parents(tip)
    return on_line, _log(repository, tip, known if on_line else None)


def _one_by_one(repository: Repository, old: str | None, newer: list[str]) -> Iterator[Step]:
    for revision in reversed(newer):
        changed = {
            path: blob
            for path, blob in repository.changed(old, revision, folder="config").items()
            if is_config(path)
        }
        yield Step(revision, int(repository.commit(revision).date.timestamp()), changed)
        old = revision


def _log(repository: Repository, tip: str, known: str | None) -> Iterator[Step]:
    mark = secrets.token_hex(8)
    command = ["git", "--no-replace-objects", "-C", str(repository.root), "log", "--first-parent"]
    command += ["-m", "--reverse", "-z", "--raw", "--no-abbrev", "--no-renames", "--root"]
    command += [f"--format={mark} %H %ct", tip, *([f"^{known}"] if known else []), "--"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, pipesize=_AHEAD) as process,
    ):
        for text in _split(cast("BufferedReader", process.stdout), f"{mark} ".encode()):
            yield _step(text)
        process.wait()
        said.seek(0)
        words = said.read().decode(errors="replace").strip()
    if process.returncode:
        raise RepositoryError(f"`git log` failed in {repository.root}: {words}. Run `git fsck`")


def _split(stream: BufferedReader, mark: bytes) -> Iterator[bytes]:
    rest = b""
    while block := stream.read1(_BLOCK):
        *whole, rest = (rest + block).split(mark)
        yield from (one for one in whole if one)
    if rest:
        yield rest


def _step(text: bytes) -> Step:
    head, _, rest = text.partition(b"\0")
    changed: dict[str, Blob | None] = {}
    if rest:
        fields = rest.strip(b"\n\0").split(b"\0")
        # `:100644 100644 <old id> <new id> M`, then the path.
        for facts, path in zip(fields[::2], fields[1::2], strict=True):
            name = _config(path)
            if name is not None:
                changed[name] = _blob(facts[8:14], facts[56:96])
    # Git tells no date where it finds none in the commit.
    return Step(head[:40].decode(), timestamp.clamp(int(head[41:] or 0)), changed)


def _blob(mode: bytes, blob: bytes) -> Blob | None:
    return None if blob == _ABSENT else Blob(int(mode, 8), blob.decode())


@lru_cache(maxsize=8192)
def _config(path: bytes) -> str | None:
    name = path.decode("utf-8", "surrogateescape")
    return name if is_config(name) else None
