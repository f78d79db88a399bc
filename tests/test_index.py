"""The index of versions as a file: shared, bounded, never a reason to wait, and the same as git."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import gitcfg
from gitcfg.git import steps
from gitcfg.git.repository import Repository
from gitcfg.history import derived, index, tables
from gitcfg.history.history import open_history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

    from gitcfg import Version


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository in which K has two versions, counted already."""
    place = tmp_path / "repo"
    (place / "config").mkdir(parents=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    commit(place, git, "K: 1\n")
    commit(place, git, "K: 2\n")
    assert told(place) == [2, 1]
    return place


def commit(place: Path, git: Git, text: str) -> str:
    """Commit a content of the one file."""
    (place / "config" / "a.yaml").write_text(text)
    return git.commit(place)


def told(place: Path, key: str = "K") -> list[object]:
    """Tell the values of a key, newest first."""
    return [one.value for one in versions(place, key)]


def versions(place: Path, key: str = "K") -> tuple[Version, ...]:
    """Tell the versions of a key, newest first."""
    with open_history(Repository.open(place)) as history:
        return history.versions(key)


@pytest.fixture
def frozen(repo: Path) -> Iterator[None]:
    """Let another process hold the index in a transaction, frozen."""
    code = (
        "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('BEGIN IMMEDIATE')\n"
        "database.execute('DELETE FROM versions')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(tables.place(repo / ".git"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        os.kill(process.pid, signal.SIGSTOP)
        yield
        os.kill(process.pid, signal.SIGKILL)


def test_frozen_writer_delays_nobody_for_long(
    repo: Path, git: Git, frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a process that is frozen while it counts, history is told from a copy in memory."""
    monkeypatch.setattr(derived, "_TIMEOUT", 0.05)
    commit(repo, git, "K: 3\n")
    began = time.monotonic()
    assert told(repo) == [3, 2, 1]
    assert time.monotonic() - began < 20


def test_copy_in_memory_is_not_counted_from_the_first_commit(
    repo: Path, git: Git, frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file has is taken over, so that only what is new is counted."""
    monkeypatch.setattr(derived, "_TIMEOUT", 0.05)
    commit(repo, git, "K: 3\n")
    asked: list[str | None] = []
    real = steps.steps

    def noted(repository: Repository, tip: str, known: str | None) -> object:
        asked.append(known)
        return real(repository, tip, known)

    monkeypatch.setattr(index, "steps", noted)
    told(repo)
    assert asked == [git(repo, "rev-parse", "HEAD~1")]


def test_notice_that_cannot_be_noted_is_told_again(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a frozen writer a notice is told, and once more later, rather than never."""
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    told(repo)
    monkeypatch.setattr(derived, "_TIMEOUT", 0.05)
    with (
        closing(sqlite3.connect(tables.place(repo / ".git"), isolation_level=None)) as other,
        open_history(Repository.open(repo)) as history,
    ):
        other.execute("BEGIN IMMEDIATE")
        assert len(history.notices("status")) == 1
        other.execute("ROLLBACK")
        assert len(history.notices("status")) == 1
        assert history.notices("status") == ()


def test_versions_told_once_are_told_the_same_from_what_was_kept(repo: Path, git: Git) -> None:
    """The facts that the index keeps are those that git has, those of our own commits too."""
    store = gitcfg.open(repo)
    store.set("K", 7, reason="Why\n\nnot ก", metadata={"ticket": [1, None]})
    store.unset("K")
    first = versions(repo)
    with closing(sqlite3.connect(tables.place(repo / ".git"))) as database:
        assert database.execute("SELECT count(*) FROM facts").fetchone() == (4,)
    assert versions(repo) == first
    derived.remove(tables.place(repo / ".git"))
    assert versions(repo) == first
    assert first[1].metadata == {"ticket": [1, None]}


@pytest.mark.parametrize("near", [64, 0])
def test_links_are_counted_by_what_they_lead_to(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    """A committed link is read as at every other door, also when only its target changes."""
    monkeypatch.setattr(steps, "NEAR", near)
    (repo / "shared.yaml").write_text("L: 1\n")
    (repo / "config" / "b.yaml").symlink_to("../shared.yaml")
    git.commit(repo)
    assert told(repo, "L") == [1]
    (repo / "shared.yaml").write_text("L: 2\n")
    git.commit(repo)
    assert told(repo, "L") == [2, 1]
    (repo / "config" / "b.yaml").unlink()
    (repo / "config" / "b.yaml").write_text("L: 3\n")
    git.commit(repo)
    (repo / "shared.yaml").write_text("L: 4\n")
    git.commit(repo)
    assert told(repo, "L") == [3, 2, 1]
    assert gitcfg.open(repo).get("L") == 3


def test_link_that_leads_nowhere_removes_nothing(repo: Path, git: Git) -> None:
    """A dangling link is a file that cannot be read, and is no deletion."""
    (repo / "config" / "a.yaml").unlink()
    (repo / "config" / "a.yaml").symlink_to("gone.yaml")
    git.commit(repo)
    assert told(repo) == [2, 1]


def test_submodule_holds_no_settings(repo: Path, git: Git) -> None:
    """A submodule in a file's place takes the file away, as everywhere else."""
    git(repo, "rm", "--quiet", "config/a.yaml")
    head = git(repo, "rev-parse", "HEAD")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{head},config/a.yaml")
    git(repo, "commit", "--quiet", "--message", "A submodule")
    assert told(repo) == [None, 2, 1]


def test_value_merged_in_behind_a_link_is_its_givers(repo: Path, git: Git) -> None:
    """Who is credited for a merge is found behind a link, too."""
    (repo / "shared.yaml").write_text("L: 1\n")
    (repo / "config" / "b.yaml").symlink_to("../shared.yaml")
    git.commit(repo)
    git(repo, "checkout", "--quiet", "-b", "side")
    (repo / "shared.yaml").write_text("L: 2\n")
    giver = git.commit(repo, "because")
    (repo / "x.txt").write_text("x")
    git.commit(repo, "elsewhere")
    git(repo, "checkout", "--quiet", "main")
    git(repo, "merge", "--quiet", "--no-ff", "-m", "Merge it", "side")
    assert [(one.value, one.origin) for one in versions(repo, "L")] == [(2, giver), (1, None)]


def test_detached_work_trees_are_bounded(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many work trees without a branch are kept counted; those begun first are dropped."""
    monkeypatch.setattr(index, "_MOST_DETACHED", 2)
    for name in ("one", "two", "three"):
        git(repo, "worktree", "add", "--quiet", "--detach", repo.parent / name)
        assert told(repo.parent / name) == [2, 1]
    with closing(sqlite3.connect(tables.place(repo / ".git"))) as database:
        names = {str(name) for (name,) in database.execute("SELECT name FROM lines")}
    folder = f"HEAD {repo}/.git/worktrees"
    assert names == {"refs/heads/main", f"{folder}/two", f"{folder}/three"}
    assert told(repo.parent / "one") == [2, 1]


def test_linked_work_tree_of_a_shallow_clone_says_so(repo: Path, git: Git) -> None:
    """Older history is missing there as it is in the clone itself, and status tells."""
    git(repo.parent, "clone", "--quiet", "--depth=1", f"file://{repo}", "clone")
    linked = repo.parent / "linked"
    git(repo.parent / "clone", "worktree", "add", "--quiet", "-b", "side", linked)
    assert "this clone is shallow" in " ".join(gitcfg.open(linked).status().notices)
    assert not Repository.open(repo).shallow
