"""Where a clone stands: revision, age, drift, upstream, what is refused, what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygit2

from gitcfg.following.observe import observe
from gitcfg.git import staging
from gitcfg.git.commit import is_left_behind
from gitcfg.history.history import open_history
from gitcfg.model import Status

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository
    from gitcfg.model import Follower


def status(repository: Repository, *, followers: tuple[Follower, ...]) -> Status:
    """Tell where a clone stands, as a follower started here and now would find it."""
    found = observe(repository)
    remote, ahead, behind = _upstream(repository, found.head)
    with open_history(repository) as history:
        notices = history.notices("status")
    return Status(
        revision=found.revision,
        head=found.head,
        branch=_short(repository.branch),
        date=repository.commit(found.revision).date,
        drift=found.drift,
        uncommitted=tuple(sorted(found.uncommitted)),
        ahead=ahead,
        behind=behind,
        remote=remote,
        refused=found.refusal,
        notices=(*notices, *_left_behind(repository, found.head), *_advice(repository)),
        followers=followers,
    )


def _short(branch: str | None) -> str | None:
    return branch.removeprefix("refs/heads/") if branch else None


def _upstream(repository: Repository, head: str) -> tuple[str | None, int | None, int | None]:
    name = _short(repository.branch)
    branch = repository.raw.branches.local.get(name) if name else None
    try:
        upstream = branch.upstream if branch else None
    except (KeyError, ValueError, pygit2.GitError):
        upstream = None
    if upstream is None:
        return None, None, None
    ahead, behind = repository.raw.ahead_behind(pygit2.Oid(hex=head), upstream.target)
    return upstream.shorthand, ahead, behind


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
    config = repository.raw.config
    if "gitcfg.push" in config and config.get_bool("gitcfg.push"):
        found.append(
            "gitcfg.push is true, but this version of gitcfg does not push yet. Run `git push`"
        )
    return found
