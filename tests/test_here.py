"""What lies here is judged by one reading, and settled only where it is a calm head, untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from follows import commit, plain_repo, write

from gitcfg import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


def test_untouched_head_is_settled(repo: Path, git: Git) -> None:
    """Its revision, the ids of its files and its values are what an answer is kept on."""
    found = here.judge(repo / "config")
    assert found.settled is not None
    assert found.settled.head == git(repo, "rev-parse", "HEAD")
    assert found.settled.blobs["config/a.yaml"] == git(repo, "rev-parse", "HEAD:config/a.yaml")
    assert (found.settled.values, found.notices) == ({"A": 1, "B": 1}, ())
    assert found.root.samefile(repo)


def edit(repo: Path) -> None:
    """Change a value by hand."""
    write(repo, "a", "A: 2\n")


def add(repo: Path) -> None:
    """Put a file that no commit has."""
    write(repo, "c", "C: 1\n")


def drop(repo: Path) -> None:
    """Remove a file."""
    (repo / "config/a.yaml").unlink()


def hold(repo: Path) -> None:
    """Hold git's index, as a commit under way does."""
    (repo / ".git/index.lock").touch()


def begin_merge(repo: Path) -> None:
    """Leave a merge unfinished."""
    (repo / ".git/MERGE_HEAD").write_text((repo / ".git/refs/heads/main").read_text())


def spoil(repo: Path) -> None:
    """Commit what is not valid."""
    commit(repo, a="A: [\n")


def link(repo: Path) -> None:
    """Commit a link."""
    (repo / "config/c.yaml").symlink_to("b.yaml")
    commit(repo, a="A: 1\n")


@pytest.mark.parametrize("act", [edit, add, drop, hold, begin_merge, spoil, link])
def test_anything_else_is_judged_and_not_settled(repo: Path, act: Callable[[Path], None]) -> None:
    """No answer is kept on what may be another the next moment, or is not the head's."""
    act(repo)
    found = here.judge(repo)
    assert found.settled is None
    assert found.checked.valid == (act is not spoil and act is not link)


def test_clone_without_a_commit_is_judged(tmp_path: Path, git: Git) -> None:
    """Before the first commit the files are judged all the same."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "config").mkdir()
    write(tmp_path, "a", "A: 1\n")
    found = here.judge(tmp_path)
    assert (dict(found.checked.values), found.settled) == ({"A": 1}, None)
