"""The first-parent line as steps: two readers that agree, and a tip that left the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitcfg import RepositoryError
from gitcfg.git import steps
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

    from gitcfg.git.steps import Step

A, B = "config/a.yaml", "config/team/b ก\n:.yaml"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository with a merge, a removal, odd names and commits elsewhere."""
    place = tmp_path / "repo"
    (place / "config" / "team").mkdir(parents=True)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", place)
    for turn, path in enumerate([A, B, "config/notes.txt", "config/.hidden.yaml", A, "x.txt"]):
        (place / path).write_text(f"A: {turn}\n")
        git.commit(place, f"{turn}")
    git(place, "checkout", "--quiet", "-b", "side", "HEAD~2")
    (place / B).write_text("B: 9\n")
    git.commit(place, "on the side")
    git(place, "checkout", "--quiet", "main")
    git(place, "merge", "--quiet", "--no-ff", "-m", "merge", "side")
    (place / A).unlink()
    git.commit(place, "gone")
    return place


def read(place: Path, known: str | None = None) -> tuple[bool, list[Step]]:
    """Read the steps of a repository after a tip."""
    repository = Repository.open(place)
    on_line, found = steps.steps(repository, repository.head(), known)
    return on_line, list(found)


def test_steps_tell_what_each_commit_changed(repo: Path) -> None:
    """Each commit of the line stands once, oldest first, a merge with what it brought in."""
    on_line, found = read(repo)
    assert not on_line
    assert [sorted(one.changed) for one in found] == [[A], [B], [], [], [A], [], [B], [A]]
    assert found[-1].changed == {A: None}


def test_steps_of_both_readers_agree(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pygit2 and `git log` tell of a line is the same, also after a known tip."""
    near = read(repo)
    known = near[1][3].revision
    near_known = read(repo, known)
    monkeypatch.setattr(steps, "NEAR", 0)
    assert read(repo) == near
    assert read(repo, known) == near_known == (True, near[1][4:])


@pytest.mark.parametrize("limit", [64, 0])
def test_steps_begin_anew_when_the_tip_left_the_line(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """A tip that is only merged in from the side, or rewritten, is not on the line."""
    monkeypatch.setattr(steps, "NEAR", limit)
    side = git(repo, "rev-parse", "side")
    on_line, found = read(repo, side)
    assert not on_line
    assert len(found) == 8


def test_steps_of_a_known_tip_are_none(repo: Path, git: Git) -> None:
    """Nothing new is no step."""
    assert read(repo, git(repo, "rev-parse", "HEAD")) == (True, [])


def test_steps_of_a_damaged_repository_say_so(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When git itself fails, the error has its words and names the check to run."""
    monkeypatch.setattr(steps, "NEAR", 0)
    repository = Repository.open(repo)
    _, found = steps.steps(repository, repository.head(), None)
    (repo / ".git" / "HEAD").unlink()
    with pytest.raises(RepositoryError, match=r"(?s)fatal: .*git fsck"):
        list(found)


@pytest.mark.parametrize(("written", "read_as"), [("9" * 20, 253402128000), ("", 0)])
def test_steps_with_a_date_that_is_none_are_read(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, written: str, read_as: int
) -> None:
    """Where git itself can tell no date, or one past all years, a long line is counted still."""
    monkeypatch.setattr(steps, "NEAR", 0)
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    person = f"A <a@b> {written} +0000".replace("  +0000", "")
    content = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nx\n"
    made = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=content)
    git(repo, "update-ref", "HEAD", made)
    found = list(steps._log(Repository.open(repo), made, None))
    assert [one.committed for one in found] == [read_as]
