"""Where a clone stands: revision, age, drift, upstream, what is refused, what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.following.observe import observe
from gitcfg.git import staging
from gitcfg.git.commit import is_left_behind
from gitcfg.history.history import open_history
from gitcfg.model import Status
from gitcfg.remote.standing import standing
from gitcfg.remote.upstream import find, pushes

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository
    from gitcfg.model import Follower


def status(repository: Repository, *, followers: tuple[Follower, ...]) -> Status:
    """Tell where a clone stands, as a follower started here and now would find it."""
    found = observe(repository)
    remote = standing(repository, found.head)
    with open_history(repository) as history:
        notices = history.notices("status")
    return Status(
        revision=found.revision,
        head=found.head,
        branch=_short(repository.branch),
        date=repository.commit(found.revision).date,
        drift=found.drift,
        uncommitted=tuple(sorted(found.uncommitted)),
        ahead=remote.ahead if remote else None,
        behind=remote.behind if remote else None,
        remote=remote,
        refused=found.refusal,
        notices=(*notices, *_left_behind(repository, found.head), *_advice(repository)),
        followers=followers,
    )


def _short(branch: str | None) -> str | None:
    return branch.removeprefix("refs/heads/") if branch else None


def _left_behind(repository: Repository, head: str) -> list[str]:
    blobs = repository.blobs(head)
    staged = staging.entries(repository, list(blobs))
    return [
        f"the index has {path} as it was before the last commits, as when a `git commit` met a "
        f"change of ours. Run `git reset -- {path}`, or the next `git commit` undoes that change"
        for path, blob in blobs.items()
        if staged[path] != blob.id and is_left_behind(repository, head, path, staged[path])
    ]


def _advice(repository: Repository) -> list[str]:
    found = []
    if repository.branch is None:
        found.append("HEAD is detached: settings can be read here, but not changed")
    if repository.shallow:
        found.append(
            "this clone is shallow: versions are counted from its oldest commit. "
            "`git fetch --unshallow` brings the rest"
        )
    busy = repository.busy()
    if busy:
        found.append(busy)
    if repository.branch is not None and pushes(repository) and find(repository) is None:
        found.append(
            "gitcfg.push is true, but the branch has no upstream to push to. Run "
            f"`git push --set-upstream REMOTE {_short(repository.branch)}`"
        )
    return found
