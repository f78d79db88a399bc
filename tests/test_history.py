"""Counting versions along the first-parent line, by content, and telling who made each."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import gitcfg
from gitcfg import Author
from gitcfg.git import steps
from gitcfg.git.repository import Repository
from gitcfg.history import attempts, derived
from gitcfg.history.audit import Query, audit
from gitcfg.history.history import open_history
from gitcfg.history.message import Facts, KeyFacts
from gitcfg.history.tables import place

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

    from gitcfg import Version

A, B = "config/a.yaml", "config/b.yaml"


class Line:
    """A repository whose commits are written in a line each: content by file, then a message."""

    def __init__(self, root: Path, git: Git) -> None:
        self.root, self.git = root, git
        (root / "config").mkdir(parents=True)
        git(root, "init", "--quiet", "--initial-branch=main")

    def commit(self, message: str = "by hand", **files: str | None) -> str:
        """Commit files named a and b; None removes one."""
        for name, text in files.items():
            file = self.root / "config" / f"{name}.yaml"
            file.unlink() if text is None else file.write_text(text)
        return self.git.commit(self.root, message)

    def versions(self, key: str = "K") -> tuple[Version, ...]:
        """Read the versions of a key, newest first."""
        with open_history(Repository.open(self.root)) as history:
            return history.versions(key)

    def told(self, key: str = "K") -> list[tuple[int, object]]:
        """Tell number and value of each version, oldest first."""
        return [(one.version, one.value) for one in reversed(self.versions(key))]


@pytest.fixture
def line(tmp_path: Path, git: Git) -> Line:
    """Begin an empty repository."""
    return Line(tmp_path / "repo", git)


def test_versions_count_each_stored_value(line: Line) -> None:
    """The first stored value is version 1; each change, and each removal, makes one."""
    line.commit(a="K: 1\n")
    line.commit(a="K: 2\nL: 1\n")
    line.commit(a="L: 1\n")
    line.commit(a="K: 2\nL: 1\n")
    assert line.told() == [(1, 1), (2, 2), (3, None), (4, 2)]
    assert line.told("L") == [(1, 1)]
    assert line.told("NEVER") == []
    assert [one.deleted for one in line.versions()] == [False, True, False, False]
    assert [one.active for one in line.versions()] == [True, False, False, False]


def test_equal_values_make_no_version(line: Line) -> None:
    """Quoting, comments and 100 for 100.0 change nothing; true is not 1."""
    line.commit(a="K: 100\nQ: x\n")
    line.commit(a='# said\nK: 100.0\nQ: "x"\n')
    line.commit(a='K: 1\nQ: "x"\n')
    line.commit(a='K: true\nQ: "x"\n')
    assert line.told() == [(1, 100), (2, 1), (3, True)]
    assert line.told("Q") == [(1, "x")]


def test_move_between_files_makes_no_version(line: Line) -> None:
    """A key that moves to another file, or whose file is renamed, keeps its number."""
    line.commit(a="K: 1\n", b="L: 2\n")
    line.commit(a="{}\n", b="L: 2\nK: 1\n")
    line.git(line.root, "mv", B, "config/c.yaml")
    line.git.commit(line.root)
    assert line.told() == [(1, 1)]


def test_unreadable_commit_is_no_deletion(line: Line) -> None:
    """Broken YAML, an empty file, a doubled or a null key keep what was there before."""
    line.commit(a="K: 1\n")
    for broken in ("K: [\n", "", "K: 2\nK: 3\n", "K: null\n", "K: 1\nK: 1\n"):
        line.commit(a=broken)
    line.commit(a="K: 1\n")
    line.commit(a="K: [\n")
    line.commit(a="K: 5\n")
    assert line.told() == [(1, 1), (2, 5)]


def test_key_twice_in_the_tree_counts_nothing(line: Line) -> None:
    """While a key stands in two files, its value is unsure and the old one counts."""
    line.commit(a="K: 1\n")
    line.commit(a="K: 1\n", b="K: 2\n")
    line.commit(a="{}\n", b="K: 2\n")
    assert line.told() == [(1, 1), (2, 2)]


def test_file_removed_is_a_deletion(line: Line) -> None:
    """A removed file removes its keys, even when it was broken just before."""
    line.commit(a="K: 1\n", b="X: 1\n")
    line.commit(a="K: [\n")
    line.commit(a=None)
    assert line.told() == [(1, 1), (2, None)]


def test_merge_is_one_version_credited_to_the_merged_commit(line: Line) -> None:
    """A merge is one version; author and reason are those of the commit it brought in."""
    line.commit(a="K: 1\n")
    git, root = line.git, line.root
    git(root, "checkout", "--quiet", "-b", "side")
    line.commit("first try", a="K: 5\n")
    git(root, "config", "user.name", "Somchai")
    origin = line.commit("second try, because", a="K: 7\n")
    line.commit("elsewhere", b="X: 1\n")
    git(root, "config", "user.name", "Merger")
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "-m", "Merge it", "side")
    newest = line.versions()[0]
    assert line.told() == [(1, 1), (2, 7)]
    assert (newest.origin, newest.author.name, newest.reason, newest.committer.name) == (
        origin,
        "Somchai",
        "second try, because",
        "Merger",
    )
    assert newest.revision == git(root, "rev-parse", "HEAD")


@pytest.mark.parametrize("other", ["X: 1\n", "X: [\n"])
def test_removal_merged_in_is_credited_past_unreadable_commits(line: Line, other: str) -> None:
    """Who makes a file unreadable removes nothing; a file that never had the key hides nothing."""
    line.commit(a="K: 1\n")
    line.git(line.root, "checkout", "--quiet", "-b", "side")
    line.commit("elsewhere", b=other)
    for broken in ("K: [\n", "K: [1\n", "K: null\n"):
        line.commit("breaks it", a=broken)
    remover = line.commit("no longer needed", a="{}\n")
    line.commit("mends the other", b="X: 2\n")
    line.git(line.root, "checkout", "--quiet", "main")
    line.git(line.root, "merge", "--quiet", "--no-ff", "-m", "Merge it", "side")
    newest = line.versions()[0]
    assert (newest.value, newest.origin, newest.reason) == (None, remover, "no longer needed")


def test_value_that_stood_before_an_unreadable_commit_is_its_givers(line: Line) -> None:
    """Who mends a file with the value that it had gave no value."""
    line.commit(a="K: 1\n")
    line.git(line.root, "checkout", "--quiet", "-b", "side")
    giver = line.commit("because", a="K: 2\n")
    line.commit("breaks it", a="K: [\n")
    line.commit("mends it", a="K: 2\n")
    line.git(line.root, "checkout", "--quiet", "main")
    line.git(line.root, "merge", "--quiet", "--no-ff", "-m", "Merge it", "side")
    assert line.versions()[0].origin == giver


@pytest.mark.parametrize("mended", [2, 5])
def test_value_before_an_unreadable_merge_is_its_givers(line: Line, mended: int) -> None:
    """Past a merge that cannot be read, all that it merged is looked at."""
    line.commit(a="K: 1\n")
    git, root = line.git, line.root
    (root / "config" / "notes.txt").write_text("K: 3\n")
    git(root, "checkout", "--quiet", "-b", "side")
    giver = line.commit("because", a="K: 2\n")
    git(root, "branch", "other")
    line.commit("breaks it", a="K: [\n")
    git(root, "checkout", "--quiet", "other")
    line.commit("breaks it too", a="K: [\n")
    git(root, "checkout", "--quiet", "side")
    git(root, "merge", "--quiet", "--no-ff", "-m", "Still broken", "other")
    mender = line.commit("mends it", a=f"K: {mended}\n")
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "-m", "Merge it", "side")
    assert line.versions()[0].origin == (giver if mended == 2 else mender)


def test_key_in_two_files_gives_no_value(line: Line) -> None:
    """Who makes a key stand twice is not credited with what is in force after one went."""
    line.commit(a="K: 1\n")
    line.git(line.root, "checkout", "--quiet", "-b", "side")
    line.commit("twice", b="K: 2\n")
    mover = line.commit("once", a="{}\n")
    line.git(line.root, "checkout", "--quiet", "main")
    line.git(line.root, "merge", "--quiet", "--no-ff", "-m", "Merge it", "side")
    assert (line.versions()[0].value, line.versions()[0].origin) == (2, mover)


def test_value_made_by_the_merge_itself_is_the_mergers(line: Line) -> None:
    """A conflict solved by a new value is credited to the merge."""
    line.commit(a="K: 1\n")
    git, root = line.git, line.root
    git(root, "checkout", "--quiet", "-b", "side")
    line.commit("side", a="K: 5\n")
    git(root, "checkout", "--quiet", "main")
    line.commit("main", a="K: 6\n")
    git.run(root, "merge", "--quiet", "side")
    merge = line.commit("solved", a="K: 7\n")
    newest = line.versions()[0]
    assert (newest.origin, newest.reason, newest.revision) == (None, "solved", merge)


TRAILERS = "Set K\n\n{reason}\n\nConfig-Key: K\nConfig-Action: reset\nConfig-Old: {old}\n"
TRAILERS += "Config-New: {new}\nConfig-Version: 9\nConfig-Via: discord\nConfig-Actor: discord:1\n"


def test_trailers_are_believed_where_they_agree(line: Line) -> None:
    """Action, door and actor come from trailers that tell what the content tells."""
    line.commit(a="K: 1\n")
    line.commit(TRAILERS.format(reason="Because", old=1, new=2), a="K: 2\n")
    newest = line.versions()[0]
    assert (newest.version, newest.action, newest.via, newest.actor, newest.reason) == (
        2,
        "reset",
        "discord",
        "discord:1",
        "Because",
    )


@pytest.mark.parametrize(("old", "new"), [(1, 3), (0, 2), ("1.5", 2), ("true", 2)])
def test_forged_trailers_are_not_believed(line: Line, old: object, new: object) -> None:
    """Trailers that disagree with the content count as any other text of a hand commit."""
    line.commit(a="K: 1\n")
    message = TRAILERS.format(reason="Because", old=old, new=new)
    line.commit(message, a="K: 2\n")
    newest = line.versions()[0]
    assert (newest.action, newest.via, newest.actor) == ("set", "git", None)
    assert newest.reason == message.strip()


def test_rewritten_branch_counts_anew_and_is_told_once(line: Line) -> None:
    """A tip that left the line renumbers; each teller hears of it once."""
    line.commit(a="K: 1\n")
    line.commit(a="K: 2\n")
    assert line.told() == [(1, 1), (2, 2)]
    line.git(line.root, "reset", "--quiet", "--hard", "HEAD~1")
    line.commit("other", a="K: 3\n")
    assert line.told() == [(1, 1), (2, 3)]
    for teller in ("status", "sync"):
        with open_history(Repository.open(line.root)) as history:
            (words,) = history.notices(teller)
            assert "renumbered" in words
            assert history.notices(teller) == ()


def test_other_branch_is_counted_apart(line: Line) -> None:
    """Switching branches renumbers nothing."""
    line.commit(a="K: 1\n")
    line.told()
    line.git(line.root, "checkout", "--quiet", "-b", "side")
    line.commit(a="K: 2\n")
    assert line.told() == [(1, 1), (2, 2)]
    line.git(line.root, "checkout", "--quiet", "main")
    assert line.told() == [(1, 1)]
    with open_history(Repository.open(line.root)) as history:
        assert history.notices("status") == ()


def test_index_grows_as_it_would_be_built_anew(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted commit by commit or all at once, by either reader, the versions are the same."""
    contents = ["K: 1\n", "K: [\n", "K: 2\nL: 1\n", "L: 1\n", "K: 2\n", "", "K: 3\nL: 2\n"]
    for content in contents:
        line.commit(a=content)
        line.told()
    grown = line.versions(), line.versions("L")
    derived.remove(place(line.root / ".git"))
    monkeypatch.setattr(steps, "NEAR", 0)
    assert (line.versions(), line.versions("L")) == grown


@pytest.mark.parametrize("rubbish", [b"no database at all" * 99, b""])
def test_damaged_index_is_built_anew(line: Line, rubbish: bytes) -> None:
    """An index that is no database is deleted and counted anew."""
    line.commit(a="K: 1\n")
    line.told()
    place(line.root / ".git").write_bytes(rubbish)
    assert line.told() == [(1, 1)]


def test_index_of_another_version_is_built_anew(line: Line) -> None:
    """An index that another gitcfg wrote is deleted and counted anew."""
    line.commit(a="K: 1\n")
    line.told()
    index = place(line.root / ".git")
    derived.remove(index)
    derived.connect(index, "CREATE TABLE x (y)", version=99).close()
    assert line.told() == [(1, 1)]


def test_index_that_cannot_be_kept_is_counted_in_memory(line: Line) -> None:
    """Where the disk takes no index, history is told all the same."""
    line.commit(a="K: 1\n")
    (line.root / ".git" / "gitcfg").write_text("in the way")
    assert line.told() == [(1, 1)]


def test_shallow_clone_counts_from_its_boundary(line: Line, tmp_path: Path) -> None:
    """A shallow clone counts what it has."""
    for number in range(3):
        line.commit(a=f"K: {number}\n")
    line.git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{line.root}", "shallow")
    repository = Repository.open(tmp_path / "shallow")
    assert repository.shallow
    with open_history(repository) as history:
        assert [one.value for one in history.versions("K")] == [2, 1]


@pytest.fixture
def clone(line: Line, tmp_path: Path, git: Git) -> Line:
    """Clone the last commit only of a line of four, and count it."""
    for number in range(1, 5):
        line.commit(a=f"K: {number}\n")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{line.root}", "clone/repo")
    clone = Line.__new__(Line)
    clone.root, clone.git = tmp_path / "clone" / "repo", git
    assert clone.told() == [(1, 4)]
    return clone


@pytest.mark.parametrize("near", [64, 0])
def test_deepened_clone_counts_anew_and_says_so(
    clone: Line, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """History that is fetched later renumbers, as deleting the index would, and back again."""
    monkeypatch.setattr(steps, "NEAR", near)
    for argument, values in (("--unshallow", [1, 2, 3, 4]), ("--depth=2", [3, 4])):
        clone.git(clone.root, "fetch", "--quiet", argument)
        assert clone.told() == list(enumerate(values, start=1))
        with open_history(Repository.open(clone.root)) as history:
            (words,) = history.notices("status")
            assert "renumbered" in words
            assert "shallow" in words


def test_repository_held_open_counts_a_deepened_clone_in_full(clone: Line) -> None:
    """A follower that read the clone while it was shallow does not go by that."""
    held = Repository.open(clone.root)
    assert len(list(held.first_parents(held.head()))) == 1
    clone.git(clone.root, "fetch", "--quiet", "--unshallow")
    with open_history(held) as history:
        assert [one.value for one in history.rows("K")] == [4, 3, 2, 1]
    assert [value for _, value in clone.told()] == [1, 2, 3, 4]


def test_boundary_of_another_branch_renumbers_nothing(clone: Line, line: Line) -> None:
    """A clone that cuts another branch too says nothing of this one."""
    line.git(line.root, "checkout", "--quiet", "--orphan", "other")
    line.commit(a="K: 1\n")
    line.commit(a="K: 2\n")
    clone.git(clone.root, "fetch", "--quiet", "--depth=1", "origin", "other")
    assert clone.told() == [(1, 4)]
    with open_history(Repository.open(clone.root)) as history:
        assert history.notices("status") == ()


def test_name_that_is_not_utf8_holds_no_settings(line: Line) -> None:
    """A key is counted, read and set beside a file that no commit of ours could hold."""
    line.commit(a="K: 1\n", **{os.fsdecode(b"caf\xe9"): "K: 5\nL: 1\n"})
    store = gitcfg.open(line.root)
    store.set("K", 2, reason="Because")
    assert line.told() == [(1, 1), (2, 2)]
    assert line.told("L") == []
    assert [one.key for one in store.list()] == ["K"]
    assert "name is not UTF-8" in store.validate().findings[0].message
    assert line.git(line.root, "status", "--porcelain") == ""


def test_detached_line_in_a_folder_that_is_not_utf8_is_counted(tmp_path: Path, git: Git) -> None:
    """Any folder that a file system can name will do."""
    line = Line(tmp_path / os.fsdecode(b"caf\xe9"), git)
    line.commit(a="K: 1\n")
    git(line.root, "checkout", "--quiet", "--detach")
    assert line.told() == line.told() == [(1, 1)]


def test_lines_of_branches_that_went_are_dropped(line: Line) -> None:
    """When a new branch is counted, those deleted and work trees removed are forgotten."""
    line.commit(a="K: 1\n")
    git, root, linked = line.git, line.root, line.root.parent / "linked"
    git(root, "worktree", "add", "--quiet", "--detach", linked)
    git(root, "checkout", "--quiet", "-b", "side")
    for place_ in (root, linked):
        with open_history(Repository.open(place_)) as history:
            assert history.number("K") == 1
    assert len(lines(root)) == 2
    git(root, "checkout", "--quiet", "main")
    git(root, "worktree", "remove", linked)
    git(root, "branch", "--quiet", "--delete", "side")
    line.told()
    assert lines(root) == {"refs/heads/main"}


def lines(root: Path) -> set[str]:
    """List the lines that the index has rows of."""
    tables = ("commits", "versions", "held")
    with closing(sqlite3.connect(place(root / ".git"))) as database:
        names = dict(database.execute("SELECT id, name FROM lines"))
        found = [set(database.execute(f"SELECT line FROM {one}")) for one in tables]  # noqa: S608
    assert all(one == {(line,) for line in names} for one in found)
    return set(names.values())


REFUSED = Facts(keys=(KeyFacts(key="K", action="set", old=1, new=0, version=0),), status="refused")


@pytest.mark.parametrize(
    "dates",
    [
        ("2020-01-01", "2020-01-02", "2090-01-01", "2090-01-02", "1970-01-02", "2090-01-04"),
        ("2020-01-01", "2090-01-09", "2090-01-01", "2090-01-02", "2090-01-03", "2090-01-04"),
        ("2090-01-01", "2020-01-02", "2090-01-01", "2090-01-02", "2090-01-03", "2090-01-04"),
        ("2020-01-01", "2020-01-02", "2090-01-02", "2090-01-01", "2090-01-03", "2090-01-04"),
    ],
)
def test_audit_keeps_its_order_in_spite_of_a_wrong_clock(
    line: Line, monkeypatch: pytest.MonkeyPatch, dates: tuple[str, ...]
) -> None:
    """A change dated wildly keeps its place on the line, and an attempt its place beside it."""
    for number, date in enumerate(dates, start=1):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{date}T12:00:00Z")
        line.commit(a=f"K: {number}\n")
    repository = Repository.open(line.root)
    someone = Author("A", "a@example.com")
    attempts.record(repository, REFUSED, author=someone, committer=someone)
    with open_history(repository) as history:
        found = audit(repository, history, Query())
        newest = audit(repository, history, Query(limit=5, status="refused"))
    before = 1 if dates[1] > "2089" else 2
    expected = [*range(6, before, -1), 0, *range(before, 0, -1)]
    assert [one.version for one in found] == expected
    assert [one.version for one in newest] == [0]


def test_history_up_to_an_older_revision(line: Line) -> None:
    """History up to a revision ends there; of all history, what is in force is marked active."""
    first = line.commit(a="K: 1\n")
    line.commit(a="K: 2\n")
    repository = Repository.open(line.root)
    with open_history(repository, revision=first) as history:
        assert history.number("K") == 1
        assert [one.value for one in history.versions("K")] == [1]
    with open_history(repository) as history:
        assert [one.active for one in history.versions("K", active=history.position(first))] == [
            False,
            True,
        ]
