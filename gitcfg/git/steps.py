"""The first-parent line of a branch as steps: which config files each commit changed, oldest first.

A few new commits are read through pygit2; a long line by one `git log`, many times faster.
"""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING

from gitcfg.errors import RepositoryError
from gitcfg.git import timestamp
from gitcfg.keys import CONFIG, category_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitcfg.git.repository import Repository

NEAR = 64
"""How many new commits are read one by one; with more, starting `git log` pays."""

_ABSENT = "0" * 40


@dataclass(frozen=True, slots=True)
class Step:
    """One commit of the line: `changed` has a blob's id by path, None where the file went."""

    revision: str
    committed: int
    changed: Mapping[str, str | None]


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


def boundary(repository: Repository) -> str:
    """Name where the history of a shallow clone is cut off; empty for a whole one."""
    try:
        cuts = (repository.common_dir / "shallow").read_bytes().split()
    except FileNotFoundError:
        return ""
    return hashlib.sha256(b" ".join(sorted(cuts))).hexdigest() if cuts else ""


def _one_by_one(repository: Repository, old: str | None, newer: list[str]) -> Iterator[Step]:
    for revision in reversed(newer):
        changed = {
            path: blob.id if blob else None
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
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as process,
    ):
        for text in _split(process.stdout, f"{mark} ".encode()):
            yield _step(text)
        process.wait()
        said.seek(0)
        words = said.read().decode(errors="replace").strip()
    if process.returncode:
        raise RepositoryError(f"`git log` failed in {repository.root}: {words}. Run `git fsck`")


def _split(stream: IO[bytes] | None, mark: bytes) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(1 << 20) if stream else b"":
        *whole, rest = (rest + block).split(mark)
        yield from (one for one in whole if one)
    if rest:
        yield rest


def _step(text: bytes) -> Step:
    head, _, rest = text.partition(b"\0")
    revision, _, committed = head.partition(b" ")
    fields = [field for field in rest.lstrip(b"\n").split(b"\0") if field]
    changed: dict[str, str | None] = {}
    for facts, path in zip(fields[::2], fields[1::2], strict=True):
        name = path.decode("utf-8", "surrogateescape")
        if is_config(name):
            blob = facts.split(b" ")[3].decode()
            changed[name] = None if blob == _ABSENT else blob
    # Git tells no date where it finds none in the commit.
    return Step(revision.decode(), timestamp.clamp(int(committed or 0)), changed)
