"""A power cut at any moment: what was acknowledged is there, and the repository is sound."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from disk import Disk
from follows import PERSON, plain_repo

from gitcfg.git import journal, lock, objects, refs, staging, wal, worktree
from gitcfg.git.commit import commit
from gitcfg.git.objects import Draft
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType
    from typing import Any

    from gitrun import Git

A, B = "config/a.yaml", "config/b.yaml"
ROUNDS = 12


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


@pytest.fixture
def disk(repo: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Put the repository on a disk that can lose power."""
    return Disk(repo, monkeypatch)


def change(place: Path, value: int, path: str = A) -> str:
    """Change a file as a writer does, acknowledged when it returns."""
    repository = Repository.open(place)
    with lock.lock(repository):
        journal.repair(repository)
        draft = Draft(
            files={path: f"{path[7].upper()}: {value}\n".encode()},
            message=f"Set {value}\n",
            author=PERSON,
            committer=PERSON,
            date=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
        )
        revision = commit(repository, head=repository.head(), draft=draft)
    assert revision is not None
    return revision


def sound(git: Git, place: Path) -> None:
    """Check that git finds nothing wrong and nothing changed, and that no lock is left."""
    assert git(place, "fsck", "--strict", "--no-dangling", "--no-reflogs") == ""
    assert git(place, "status", "--porcelain") == ""
    assert not list((place / ".git").rglob("*.lock"))
    assert not (place / ".git" / "gitcfg" / "journal").exists()


def test_power_cut_leaves_what_was_acknowledged(
    repo: Path, disk: Disk, git: Git, tmp_path: Path
) -> None:
    """Whatever of the unsynced files is lost, every acknowledged change is there after it."""
    revisions = [change(repo, turn, path) for turn in (2, 3, 4) for path in (A, B)]
    for seed in range(ROUNDS):
        disk.restart()
        place = disk.cut(tmp_path / f"cut{seed}", seed)
        told = journal.recover(Repository.open(place))
        assert all("after a power cut" in words for words in told), told
        assert git(place, "log", "--format=%H", "-6").split() == revisions[::-1]
        assert (place / A).read_text() + (place / B).read_text() == "A: 4\nB: 4\n"
        sound(git, place)
        change(place, 9)
        sound(git, place)


STEPS: tuple[tuple[ModuleType, str], ...] = (
    (wal, "append"),
    (objects, "write"),
    (staging, "update"),
    (refs, "compare_and_swap"),
    (worktree, "replace"),
    (refs, "log"),
    (journal, "end"),
)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
def test_power_cut_on_the_way_leaves_before_or_after(  # noqa: PLR0917 - fixtures
    repo: Path,
    disk: Disk,
    git: Git,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    when: str,
) -> None:
    """A change that was not acknowledged is there whole or not at all; those before it stay."""
    first = change(repo, 2)
    real = getattr(module, name)

    def cut(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            real(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, name, cut)
        with pytest.raises(KeyboardInterrupt):
            change(repo, 3)
    for seed in range(3):
        disk.restart()
        place = disk.cut(tmp_path / f"cut{seed}", seed)
        told = journal.recover(Repository.open(place))
        assert all("after a power cut" in words for words in told), told
        value = git(place, "show", f"HEAD:{A}")
        assert value in ("A: 2", "A: 3")
        assert git(place, "merge-base", "HEAD", first) == first
        assert (place / A).read_text() == f"{value}\n"
        sound(git, place)
        change(place, 9)


def test_power_cut_loses_no_commit_of_a_person_under_ours(
    repo: Path, disk: Disk, git: Git, tmp_path: Path
) -> None:
    """What a person committed just before stands under our change, so it is made durable, too."""
    change(repo, 2)
    (repo / "notes.txt").write_text("a note\n")
    by_hand = git.commit(repo)
    revision = change(repo, 3)
    for seed in range(ROUNDS // 2):
        disk.restart()
        place = disk.cut(tmp_path / f"cut{seed}", seed)
        journal.recover(Repository.open(place))
        assert git(place, "rev-parse", "HEAD", "HEAD~1") == f"{revision}\n{by_hand}"
        assert git(place, "fsck", "--strict", "--no-dangling", "--no-reflogs") == ""
        assert (place / A).read_text() == "A: 3\n"


def test_restart_leaves_a_branch_that_a_person_moved(repo: Path, disk: Disk, git: Git) -> None:
    """A branch that was set back by hand after our change is not brought forward again."""
    change(repo, 2)
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    disk.restart()
    assert journal.recover(Repository.open(repo)) == ()
    assert (repo / A).read_text() == "A: 1\n"
    sound(git, repo)


def test_restart_leaves_a_branch_that_was_renamed(repo: Path, disk: Disk, git: Git) -> None:
    """A branch that goes by another name, or was deleted, is not made again."""
    change(repo, 2)
    git(repo, "branch", "--move", "trunk")
    disk.restart()
    journal.recover(Repository.open(repo))
    assert git(repo, "branch", "--format=%(refname)") == "refs/heads/trunk"
    sound(git, repo)


def test_refused_change_is_not_carried_out_by_a_restart(
    repo: Path, disk: Disk, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was on record but found its branch moved never happens, after a power cut neither."""
    change(repo, 2)
    with monkeypatch.context() as patch:
        patch.setattr(refs, "compare_and_swap", lambda *_, **__: False)
        with pytest.raises(AssertionError):
            change(repo, 3)
    disk.restart()
    journal.recover(Repository.open(repo))
    assert (repo / A).read_text() == "A: 2\n"
    sound(git, repo)


def test_log_that_is_full_is_emptied(
    repo: Path, disk: Disk, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full log is emptied when everything is durable elsewhere, and nothing is lost by it."""
    monkeypatch.setattr(wal, "_FULL", 4096)
    revisions = [change(repo, turn) for turn in range(2, 14)]
    assert len(wal.read(repo / ".git" / "gitcfg" / wal.NAME)) < len(revisions)
    for seed in range(4):
        disk.restart()
        place = disk.cut(tmp_path / f"cut{seed}", seed)
        journal.recover(Repository.open(place))
        assert git(place, "log", "--format=%H", "-12").split() == revisions[::-1]
        sound(git, place)
