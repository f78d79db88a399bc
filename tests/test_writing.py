"""A change that is published before the branch here moves: told, refused, or begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from follows import PERSON

from gitcfg import DirtyError, RemoteError
from gitcfg.git import journal
from gitcfg.git.commit import Moved
from gitcfg.git.repository import Repository
from gitcfg.intent import storing
from gitcfg.plan import Terms
from gitcfg.revisions import Revisions
from gitcfg.writing import change

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

    from gitcfg.git.commit import Prepared


def store(place: Path, value: int, publish: Callable[[Prepared], None]) -> str | None:
    """Set a key through the one way of every change, published on the way."""
    written, _ = change(
        Revisions(Repository.open(place)),
        storing({"MAX_BATCH_SIZE": value}),
        Terms(author=PERSON),
        committer=PERSON,
        publish=publish,
    )
    return written.revision


def test_publish_has_the_commit_before_the_branch_moves(team_repo: Path, git: Git) -> None:
    """What is published is whole as objects; branch, files and index still are the old ones."""
    seen: list[str] = []

    def publish(prepared: Prepared) -> None:
        tree = git(team_repo, "rev-parse", f"{prepared.revision}^{{tree}}")
        seen.append(git(team_repo, "cat-file", "blob", f"{tree}:config/performance.yaml"))
        seen.append(git(team_repo, "rev-parse", "HEAD"))
        seen.append(git(team_repo, "status", "--porcelain"))
        assert not (team_repo / ".git" / "index.lock").exists()
        assert not journal.pending(Repository.open(team_repo))

    head = git(team_repo, "rev-parse", "HEAD")
    revision = store(team_repo, 50, publish)
    assert "MAX_BATCH_SIZE: 50" in seen[0]
    assert seen[1:] == [head, ""]
    assert git(team_repo, "rev-parse", "HEAD", "HEAD~1") == f"{revision}\n{head}"


def test_change_that_cannot_be_published_changes_nothing(team_repo: Path, git: Git) -> None:
    """What the publisher raises comes through, and the clone is as before."""
    head = git(team_repo, "rev-parse", "HEAD")

    def publish(_: Prepared) -> None:
        raise RemoteError("the upstream says no")

    with pytest.raises(RemoteError, match="says no"):
        store(team_repo, 50, publish)
    assert git(team_repo, "rev-parse", "HEAD") == head
    assert git(team_repo, "status", "--porcelain") == ""


def test_change_on_a_remote_that_moved_begins_again(team_repo: Path, git: Git) -> None:
    """After Moved, the intent is applied to the head that the publisher brought in."""
    heads: list[str] = []

    def publish(prepared: Prepared) -> None:
        heads.append(prepared.head)
        if len(heads) == 1:
            git(team_repo, "commit", "--quiet", "--allow-empty", "--message", "From elsewhere")
            raise Moved

    revision = store(team_repo, 50, publish)
    assert heads[1] == git(team_repo, "rev-parse", f"{revision}~1")
    assert git(team_repo, "log", "-2", "--format=%s") == "Set MAX_BATCH_SIZE to 50\nFrom elsewhere"
    assert git(team_repo, "status", "--porcelain") == ""


def test_edited_file_is_refused_before_anything_is_published(team_repo: Path) -> None:
    """A change that cannot be carried out here is not shown to others."""
    (team_repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 7\n")
    published: list[Prepared] = []
    with pytest.raises(DirtyError):
        store(team_repo, 50, published.append)
    assert published == []
