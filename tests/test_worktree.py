"""The checked-out files: odd things in their places, line endings, and what git ignores."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from follows import plain_repo, write

import gitcfg
from gitcfg.errors import DirtyError, RepositoryError
from gitcfg.following.observe import observe
from gitcfg.git import worktree
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

A, NEW = "config/a.yaml", "config/new.yaml"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


def loop(place: Path) -> None:
    """Put a link to itself."""
    place.symlink_to(place.name)


def dangle(place: Path) -> None:
    """Put a link to nothing."""
    place.symlink_to("nothing.txt")


def leave(place: Path) -> None:
    """Put a link to a file outside the repository."""
    outside = place.parent.parent.parent / "outside.yaml"
    outside.write_text("A: 1\n")
    place.symlink_to(outside)


def enter_git(place: Path) -> None:
    """Put a link to a file of git's own."""
    place.symlink_to("../.git/description")


def plug(place: Path) -> None:
    """Put a socket, which nobody can open, root neither."""
    os.mknod(place, stat.S_IFSOCK | 0o600)


ODD = [loop, dangle, leave, enter_git, plug, os.mkfifo]
WORDS = {
    loop: "cannot be read",
    dangle: "cannot be read",
    leave: "is reached by a link that leaves",
    enter_git: "is reached by a link that leaves",
    plug: "cannot be read",
    os.mkfifo: "is not a regular file",
}


@pytest.mark.parametrize("put", ODD)
@pytest.mark.parametrize(
    ("path", "cure"), [(NEW, "Put a plain file in its place"), (A, f"git checkout HEAD -- {A}")]
)
def test_validate_what_cannot_be_read(
    repo: Path, put: Callable[[Path], None], path: str, cure: str
) -> None:
    """What follow refuses `validate` refuses, with what is wrong and the cure; nobody waits."""
    (repo / path).unlink(missing_ok=True)
    put(repo / path)
    found = [one for one in gitcfg.open(repo).validate().findings if one.is_error]
    refusal = observe(Repository.open(repo)).refusal
    assert refusal is not None
    assert (tuple(found), [one.file for one in found]) == (refusal.findings, [path])
    assert WORDS[put] in found[0].message
    assert cure in found[0].message


@pytest.mark.parametrize("put", ODD)
def test_other_doors_where_a_file_cannot_be_read(repo: Path, put: Callable[[Path], None]) -> None:
    """`get` answers from the commit, `diff` tells the value gone, `set` refuses; nobody waits."""
    (repo / A).unlink()
    put(repo / A)
    store = gitcfg.open(repo)
    assert (store.get("A"), [one.key for one in store.diff()]) == (1, ["A"])
    with pytest.raises(DirtyError):
        store.set("A", 2, reason="Try")


def test_validate_passes_over_odd_files_that_are_not_ours(repo: Path) -> None:
    """What is neither values nor schemas may be anything."""
    loop(repo / "config/notes.txt")
    os.mkfifo(repo / "config/.a.yaml.swp")
    assert gitcfg.open(repo).validate().findings == gitcfg.open(repo).validate("HEAD").findings


def linked(repo: Path, place: str, git: Git) -> tuple[Path, str]:
    """Put a link in the place of `config`, or of a folder in it, to a folder with equal files."""
    (repo / "config/team").mkdir()
    write(repo, "team/c", "C: 1")
    head = git.commit(repo)
    target = repo.parent / "outside" if place == "outside" else repo / "inside"
    name = "config/team" if place == "nested" else "config"
    (repo / name).rename(target)
    (repo / name).symlink_to(target)
    return target, head


@pytest.mark.parametrize("place", ["outside", "inside", "nested"])
@pytest.mark.parametrize("category", [None, "team/new"])
def test_set_behind_a_linked_folder(repo: Path, git: Git, place: str, category: str | None) -> None:
    """Nothing is written or committed through a link in a folder's place; the cure works."""
    target, head = linked(repo, place, git)
    before = {one: one.read_bytes() for one in target.rglob("*.yaml")}
    store = gitcfg.open(repo)
    key = "NEW" if category else "C"
    with pytest.raises(RepositoryError, match="is a link, and git commits nothing") as caught:
        store.set(key, "2", category=category, reason="Try")
    assert {one: one.read_bytes() for one in target.rglob("*.yaml")} == before
    assert (git(repo, "rev-parse", "HEAD"), (repo / ".git/gitcfg/journal").exists()) == (
        head,
        False,
    )
    name = caught.value.message.partition(" ")[0]
    (repo / name).unlink()
    git(repo, "checkout", "HEAD", "--", name)
    assert store.set(key, "2", category=category, reason="Again").status == "done"


@pytest.mark.parametrize("content", [b"C: 2\n", None])
def test_replace_behind_a_linked_folder(repo: Path, git: Git, content: bytes | None) -> None:
    """A file is neither written nor removed where a link leads, whoever asks."""
    target, _ = linked(repo, "outside", git)
    with pytest.raises(RepositoryError, match="config is a link"):
        worktree.replace(Repository.open(repo), "config/team/c.yaml", content)
    assert (target / "team/c.yaml").read_text() == "C: 1\n"


def test_edit_behind_a_linked_folder(repo: Path, git: Git) -> None:
    """An edit that git could not commit is refused, by who follows as by `validate`."""
    target, _ = linked(repo, "nested", git)
    (target / "c.yaml").write_text("C: 2\n")
    found = observe(Repository.open(repo))
    assert found.refusal is not None
    assert (found.checked.values["C"], found.refusal.findings[0].file) == (1, "config/team/c.yaml")
    assert "config/team is a link" in found.refusal.findings[0].message


@pytest.mark.parametrize(
    ("attributes", "clean"),
    [
        ("eol=crlf", True),
        ("eol=lf", True),
        ("text eol=crlf", True),
        ("text=auto", True),
        ("text=auto eol=crlf", True),
        ("-text eol=crlf", False),
        ("-text", False),
        ("-diff", False),
    ],
)
def test_line_endings_by_attributes(repo: Path, git: Git, attributes: str, clean: bool) -> None:  # noqa: FBT001
    """A file with CRLF is an edit where git says so, and only there."""
    (repo / ".gitattributes").write_text(f"*.yaml {attributes}\n")
    git.commit(repo)
    (repo / A).write_bytes(b"A: 1\r\n")
    git(repo, "add", A)
    assert (git(repo, "status", "--porcelain") == "") is clean
    assert observe(Repository.open(repo)).drift == (() if clean else (A,))


def test_set_where_git_checks_out_crlf(repo: Path, git: Git) -> None:
    """A change keeps the line endings that git gave the file, and git sees nothing else."""
    (repo / ".gitattributes").write_text("*.yaml eol=crlf\n")
    git.commit(repo)
    (repo / A).unlink()
    git(repo, "checkout", "--", A)
    gitcfg.open(repo).set("A", 2, reason="Try")
    assert (repo / A).read_bytes() == b"A: 2\r\n"
    assert (git(repo, "show", f"HEAD:{A}"), git(repo, "status", "--porcelain")) == ("A: 2", "")


def test_ignored_files_count_nowhere(repo: Path, git: Git) -> None:
    """A file that git ignores, which no commit would hold, is nothing to `validate` and `diff`."""
    (repo / ".gitignore").write_text("local.yaml\n")
    git.commit(repo)
    write(repo, "local", "A: 2")
    store = gitcfg.open(repo)
    assert (store.get("A"), store.validate().valid, store.diff()) == (1, True, ())


def test_ignored_files_that_are_committed_count(repo: Path, git: Git) -> None:
    """What a commit holds counts, whatever git would ignore now."""
    (repo / ".gitignore").write_text("*.yaml\n")
    git.commit(repo)
    write(repo, "a", "A: [")
    store = gitcfg.open(repo)
    assert (store.get("A"), store.validate().valid) == (1, False)


def test_validate_before_the_first_commit(tmp_path: Path, git: Git) -> None:
    """Files can be judged before there is a commit."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "config").mkdir()
    write(tmp_path, "a", "A: [")
    assert not gitcfg.open(tmp_path).validate().valid
