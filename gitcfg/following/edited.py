"""Hand edits judged: the files of a commit with what lies in the work tree in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gitcfg.errors import RepositoryError
from gitcfg.git import worktree
from gitcfg.git.repository import LINK, SUBMODULE, link_target
from gitcfg.keys import SCHEMAS, category_of
from gitcfg.model import Finding
from gitcfg.recheck import recheck
from gitcfg.revisions import no_file
from gitcfg.validation import check
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitcfg.following.checkout import Lying
    from gitcfg.git.repository import Repository
    from gitcfg.model import Files
    from gitcfg.revisions import Revisions
    from gitcfg.validation import Checked


def counted(revisions: Revisions, head: str, drift: Mapping[str, Lying]) -> dict[str, Lying]:
    """Take from what differs the files that can change what is in force.

    These are values, schemas, what schemas refer to, and what a committed link leads to.
    """
    linked = {target for _, target in _links(revisions, head)} if drift else set()
    return {path: lying for path, lying in drift.items() if _counts(path) or path in linked}


def _counts(path: str) -> bool:
    return category_of(path) is not None or (path.startswith(SCHEMAS) and path.endswith(".json"))


def judge(
    revisions: Revisions, head: str, edits: Mapping[str, Lying]
) -> tuple[Checked, tuple[Finding, ...]]:
    """Judge the files of a head with hand edits; what cannot be taken comes as findings beside.

    A file that is missing or cannot be read counts as the head has it, but its finding refuses.
    """
    base = revisions.files(head)
    files = dict(base)
    findings = []
    for path, lying in edits.items():
        problem = _problem(revisions, head, path, lying)
        if problem is not None:
            findings.append(problem)
        elif lying.content is not None:
            files[path] = lying.content
    for path, target in _links(revisions, head):
        if path not in edits and target in files:
            files[path] = files[target]
    changed = [path for path, content in files.items() if content is not base.get(path)]
    return recheck(revisions.checked(head), files, changed), tuple(findings)


def as_they_lie(repository: Repository) -> Checked:
    """Judge the files in the work tree as a commit of them would be; what git cannot take is told.

    What git ignores does not count, and a missing file counts as removed.
    """
    return judged(*lying(repository))


def judged(files: Files, findings: Sequence[Finding]) -> Checked:
    """Judge files that were read, with what was told of them then."""
    checked = check(files)
    return replace(checked, findings=(*findings, *checked.findings))


def lying(repository: Repository) -> tuple[Files, list[Finding]]:
    """Read the files in the work tree; what a commit could not hold of them is told."""
    files, findings = {}, []
    blobs = worktree.committed(repository)
    linked: dict[str, bool] = {}
    for path, content, problem in worktree.lying(repository, blobs):
        if content is not None:
            files[path] = content
        folder = path.rpartition("/")[0]
        if folder not in linked:
            linked[folder] = _behind_a_link(repository, path)
        if (linked[folder] or problem is not None) and _counts(path):
            found = _unfit(repository, path, problem, committed=path in blobs)
            findings += [found] if found is not None else []
    findings += [
        no_file(path, "is a submodule, in which nothing is read")
        for path, blob in blobs.items()
        if blob.mode == SUBMODULE and _counts(path)
    ]
    return files, findings


def _behind_a_link(repository: Repository, path: str) -> bool:
    try:
        worktree.refuse_links(repository, path)
    except RepositoryError:
        return True
    return False


def uncommitted(committed: Checked, edited: Checked) -> frozenset[str]:
    """Find the keys that hand edits change: their stored or their effective value is another."""
    keys = edited.may_differ(committed)
    return frozenset(key for key in keys if _changed(committed, edited, key))


def _changed(one: Checked, other: Checked, key: str) -> bool:
    if (key in one.stored) != (key in other.stored):
        return True
    if key in one.stored and not same(one.stored[key].value, other.stored[key].value):
        return True
    return not same(one.values.get(key), other.values.get(key))


def _links(revisions: Revisions, head: str) -> Iterator[tuple[str, str]]:
    """List the links that a commit has, with the path that each leads to."""
    for path, blob in revisions.blobs(head).items():
        if blob.mode == LINK:
            text = revisions.repository.read(blob.id).decode("utf-8", "surrogateescape")
            target = link_target(path, text)
            if target is not None:
                yield path, target


def _problem(revisions: Revisions, head: str, path: str, lying: Lying) -> Finding | None:
    committed = path in revisions.blobs(head)
    found = _unfit(revisions.repository, path, lying.problem, committed=committed)
    if found is not None:
        return found
    try:
        worktree.refuse_filters(revisions.repository, path)
    except RepositoryError as error:
        return _finding(path, error.message)
    return None


def _unfit(
    repository: Repository, path: str, problem: str | None, *, committed: bool
) -> Finding | None:
    """Tell of a file that cannot be taken as it lies, `problem` being what a read of it told."""
    try:
        worktree.refuse_links(repository, path)
    except RepositoryError as error:
        return _finding(path, error.message)
    if problem is None:
        return None
    cure = "Put a plain file in its place, or remove it"
    if committed:
        cure = f"Bring it back with `git checkout HEAD -- {path}`, or commit its removal"
    return _finding(path, f"{path} {problem}. {cure}")


def _finding(path: str, message: str) -> Finding:
    return Finding(severity="error", message=message, rule="checkout", file=path)
