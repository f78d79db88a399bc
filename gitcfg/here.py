"""What lies here, judged: read once, and compared with the head by what was read.

It takes part in nothing else that a clone can be asked, so that a check starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitcfg import quick, rules
from gitcfg.errors import GitcfgError
from gitcfg.following import edited
from gitcfg.git import journal, worktree
from gitcfg.git.repository import LINK, SUBMODULE, Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitcfg.model import Files, Value
    from gitcfg.validation import Checked


class Settled(NamedTuple):
    """A head that is in force, the ids of its files, which lie there, and its values."""

    head: str
    blobs: Mapping[str, str]
    values: Mapping[str, Value]


class Here(NamedTuple):
    """The files of a clone as they lie, and what an answer about them may be kept on."""

    root: Path
    notices: tuple[str, ...]
    checked: Checked
    settled: Settled | None


def judge(path: Path | str) -> Here:
    """Judge the files as they lie in the clone at or above a folder; takes no lock."""
    repository = Repository.open(path)
    notices = journal.recover(repository)
    head = _calm_head(repository)
    files, findings = edited.lying(repository)
    checked = edited.judged(files, findings)
    untouched = head is not None and _calm_head(repository) == head and not findings
    settled = None
    if head is not None and untouched and checked.valid and _is_of(repository, head, files):
        settled = of_head(repository, head, checked)
    return Here(repository.root, notices, checked, settled)


def _calm_head(repository: Repository) -> str | None:
    """Tell the head while git is not at work; None else, or where there is none."""
    try:
        held = (repository.git_dir / "index.lock").exists() or journal.pending(repository)
        return None if held or repository.busy() else repository.head()
    except GitcfgError:
        return None


def _is_of(repository: Repository, head: str, files: Files) -> bool:
    blobs = repository.blobs(head)
    return files.keys() == blobs.keys() and all(
        worktree.blob_id(content) == blobs[path].id for path, content in files.items()
    )


def of_head(repository: Repository, head: str, checked: Checked) -> Settled | None:
    """Take a valid head whose files lie there; None where there are links or submodules."""
    blobs = repository.blobs(head)
    if any(blob.mode in (LINK, SUBMODULE) for blob in blobs.values()):
        return None
    return Settled(head, {path: blob.id for path, blob in blobs.items()}, dict(checked.values))


def keep(root: Path, settled: Settled | None, answers: Mapping[str, Value]) -> None:
    """Keep answers for `gitcfg.quick` that were given since, if nothing moved meanwhile."""
    if settled is not None:
        quick.keep(
            root,
            head=settled.head,
            blobs=settled.blobs,
            code=rules.code(),
            answers={quick.VALUES: settled.values, **answers},
        )
