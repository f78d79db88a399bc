"""What stands in a config file's place, and what is huge: a clear error, or faithful storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from follows import plain_repo, write

import gitcfg
from gitcfg.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

A = "config/a.yaml"
AUTHOR = gitcfg.Author("Nok", "nok@example.com")
ESCAPES = "\x1b[2J\x1b]0;owned\x07\u202egnp\x9b31m"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


def put_submodule(repo: Path, git: Git) -> None:
    """Commit a submodule in the file's place."""
    head = git(repo, "rev-parse", "HEAD")
    git(repo, "rm", "--quiet", "--cached", A)
    (repo / A).unlink()
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{head},{A}")
    git(repo, "commit", "--quiet", "-m", "Odd")


def put_link(repo: Path, git: Git, target: str) -> None:
    """Commit a link in the file's place."""
    (repo / A).unlink()
    (repo / A).symlink_to(target)
    git(repo, "add", A)
    git(repo, "commit", "--quiet", "-m", "Odd")


ODD: list[tuple[Callable[[Path, Git], None], str]] = [
    (put_submodule, "is a submodule, in which nothing is read"),
    *(
        (
            lambda repo, git, target=target: put_link(repo, git, target),
            "is a link that leads to no file of this revision",
        )
        for target in ("/etc/passwd", "../../outside", "nothing", "a.yaml", "../config")
    ),
]


@pytest.mark.parametrize(("put", "what"), ODD)
def test_what_is_no_file_is_told_and_not_in_force(
    repo: Path, git: Git, put: Callable[[Path, Git], None], what: str
) -> None:
    """A revision with a link astray, or a submodule, in a file's place is refused by its name."""
    before = git(repo, "rev-parse", "HEAD")
    put(repo, git)
    store = gitcfg.open(repo)
    errors = [one for one in store.validate("HEAD").findings if one.severity == "error"]
    words = f"{A} {what}. Put a plain file in its place, or remove it"
    assert [(one.file, one.message) for one in errors] == [(A, words)]
    assert not store.validate().valid
    with gitcfg.follow(repo) as live:
        assert (live["A"], live.snapshot.revision) == (1, before)
        assert live.started_from is not None
        assert live.started_from.findings[0].message == words


def test_link_to_a_file_of_the_revision_is_read(repo: Path, git: Git) -> None:
    """A link inside the repository is as good as the file."""
    (repo / "shared.yaml").write_text("A: 7\n")
    git(repo, "add", "shared.yaml")
    put_link(repo, git, "../shared.yaml")
    assert gitcfg.open(repo).validate("HEAD").valid
    assert gitcfg.open(repo).get("A") == 7


def test_folder_in_a_file_s_place_is_told(repo: Path) -> None:
    """A folder named as a config file hides no other file, and what was in force stays."""
    (repo / A).unlink()
    (repo / A).mkdir()
    (repo / A / "x.yaml").write_text("X: 1\n")
    found = gitcfg.open(repo).validate()
    assert [one.file for one in found.findings if one.severity == "error"] == [A]
    assert "is not a regular file" in found.findings[0].message
    assert gitcfg.open(repo).get("A") == 1


def test_committed_folder_is_a_folder(repo: Path, git: Git) -> None:
    """Committed, it is a folder of files like any other, and the file is gone."""
    (repo / A).unlink()
    (repo / A).mkdir()
    (repo / A / "x.yaml").write_text("X: 1\n")
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "-m", "Folder")
    with gitcfg.follow(repo) as live:
        assert dict(live.snapshot) == {"B": 1, "X": 1}


def test_value_of_a_megabyte_is_stored_and_told(repo: Path) -> None:
    """A million signs, of any script, come back the same from file, commit and history."""
    store, value = gitcfg.open(repo), "กข \"'\\#:\n" * 125_000
    store.set("A", value, author=AUTHOR, category="a")
    assert store.get("A") == gitcfg.open(repo).get("A", at="HEAD") == value
    (newest, _) = store.history("A")
    assert (newest.value, newest.action) == (value, "set")
    with gitcfg.follow(repo) as live:
        assert live["A"] == value
    store.rollback("A", author=AUTHOR)
    assert store.get("A") == 1


def test_escape_codes_reach_no_terminal(
    repo: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values, authors and reasons are kept to the letter, and shown without what acts."""
    store = gitcfg.open(repo)
    store.set("A", ESCAPES, author=AUTHOR, reason=f"why {ESCAPES}", category="a")
    assert store.get("A") == ESCAPES
    write(repo, "b", "B: 2\n")
    git(repo, "-c", f"user.name=N{ESCAPES}k", "commit", "--quiet", "-a", "-m", f"B {ESCAPES}")
    (newest, _) = store.history("B")
    assert newest.author.name == f"N{ESCAPES}k"
    for words in (
        ["list"],
        ["history", "A"],
        ["history", "B"],
        ["audit"],
        ["blame"],
        ["validate"],
        ["status"],
    ):
        assert main(["-C", str(repo), *words]) == 0
        shown = capsys.readouterr()
        assert not set(shown.out + shown.err) & set("\x1b\x07\x9b\u202e"), words
