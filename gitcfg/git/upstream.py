"""Where the upstream of a clone lies, fit to be shown to anyone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pygit2

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository

_LOGIN = re.compile(r"(?<=://)[^/@]*@")


def url(repository: Repository) -> str | None:
    """Give the URL of the branch's upstream, or else of `origin`, without user and password."""
    known = {one.name: one.url for one in repository.raw.remotes}
    found = known.get(_remote(repository) or "origin")
    return None if found is None else _LOGIN.sub("", found)


def _remote(repository: Repository) -> str | None:
    name = (repository.branch or "").removeprefix("refs/heads/")
    try:
        upstream = repository.raw.branches.local[name].upstream
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return getattr(upstream, "remote_name", None)  # None where the branch has no upstream
