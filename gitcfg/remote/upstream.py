"""Which branch of which remote the checked-out branch keeps in step with, as git's config says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitcfg.errors import RepositoryError
from gitcfg.git.commit import checked_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pygit2

    from gitcfg.git.repository import Repository

_HEADS = "refs/heads/"
_HERE = "."
_PUSH = "gitcfg.push"
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A branch here, the remote and the branch there; `tracking` is the reference that git keeps.

    `remote` may be a URL instead of a name; `seen` names the tip of it that was last counted on.
    """

    local: str
    remote: str
    branch: str
    tracking: str | None

    @property
    def name(self) -> str:
        """The upstream as git writes it: `origin/main`."""
        remote = self.remote if "/" not in self.remote else "the remote"
        return f"{remote}/{self.short}"

    @property
    def short(self) -> str:
        """The branch there without `refs/heads/`."""
        return self.branch.removeprefix(_HEADS)

    @property
    def fetched(self) -> str:
        """The reference that a fetch writes: git's own where its configuration names one."""
        return self.tracking or self.seen.replace("/upstream/", "/fetched/", 1)

    @property
    def seen(self) -> str:
        """The reference that keeps the last tip of the upstream that this clone took for good."""
        remote = _UNFIT.sub("-", self.remote).strip("-")
        return f"refs/gitcfg/upstream/{remote}/{self.short}"


def find(repository: Repository) -> Upstream | None:
    """Find the upstream of the checked-out branch; None where it has none on a remote."""
    local = repository.branch
    if local is None:
        return None
    config, name = repository.raw.config, local.removeprefix(_HEADS)
    remote, branch = (_value(config, f"branch.{name}.{what}") for what in ("remote", "merge"))
    if remote is None or branch is None or remote == _HERE:
        return None
    specs = values(config, f"remote.{remote}.fetch")
    return Upstream(local=local, remote=remote, branch=branch, tracking=mapped(specs, branch))


def required(repository: Repository) -> Upstream:
    """Find the upstream; raises RepositoryError saying how to give the branch one."""
    branch = checked_out(repository).removeprefix(_HEADS)
    found = find(repository)
    if found is None:
        raise RepositoryError(
            f"the branch {branch} has no upstream to keep in step with. Name one: "
            f"`git push --set-upstream origin {branch}`, or, where it is there already, "
            f"`git branch --set-upstream-to=origin/{branch}`"
        )
    return found


def pushes(repository: Repository) -> bool:
    """Tell whether commits are to be pushed unasked, by `git config gitcfg.push`."""
    config = repository.raw.config
    try:
        return _PUSH in config and config.get_bool(_PUSH)
    except ValueError as error:
        raise RepositoryError(
            f"{_PUSH} is {config[_PUSH]!r} in git's configuration, neither true nor false. Run "
            f"`git config {_PUSH} true`"
        ) from error


def mapped(specs: Iterable[str], branch: str) -> str | None:
    """Find where fetch refspecs put a branch of the remote; None where nowhere."""
    for spec in specs:
        source, colon, target = spec.removeprefix("+").partition(":")
        head, star, tail = source.partition("*")
        if not colon or not target:
            continue
        if not star and source == branch:
            return target
        if star and branch.startswith(head) and branch.endswith(tail):
            return target.replace("*", branch[len(head) : len(branch) - len(tail)], 1)
    return None


def values(config: pygit2.config.Config, name: str) -> list[str]:
    """Read every value of a name that may stand several times in git's configuration."""
    return [*_each(config, name)]


def _each(config: pygit2.config.Config, name: str) -> Iterator[str]:
    try:
        yield from (text or "" for text in config.get_multivar(name))
    except (KeyError, ValueError):
        return


def _value(config: pygit2.config.Config, name: str) -> str | None:
    try:
        return str(config[name]) if name in config else None
    except ValueError:
        return None
