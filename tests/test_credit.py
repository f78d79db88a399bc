"""Who gave a value that comes into force, when, why and as which version."""

from __future__ import annotations

import logging
import shutil
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest
from follows import plain_repo, write

import gitcfg
from gitcfg import Author
from gitcfg.following.ledger import Ledger
from gitcfg.following.observe import Standing, observe
from gitcfg.git.repository import Repository
from gitcfg.history.credit import Credits
from gitcfg.history.history import open_history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

TEST = {"name": "Test Person", "email": "test@example.com"}


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


def standing(place: Path) -> Standing:
    """Look as one who starts now."""
    return observe(Repository.open(place))


@contextmanager
def credits_of(place: Path, old: Standing, new: Standing) -> Iterator[Credits]:
    """Open the history for one question."""
    with closing(Ledger()) as ledger:
        yield Credits(ledger, Repository.open(place), old, new)


def credit(old: Standing, place: Path, *keys: str) -> list[dict[str, Any]]:
    """Tell the changes since then, without dates."""
    with credits_of(place, old, standing(place)) as found:
        changes = found.changes(keys)
    return [{name: fact for name, fact in asdict(one).items() if name != "date"} for one in changes]


def change(**facts: Any) -> dict[str, Any]:
    """Tell what a commit by hand makes of A, but for the facts given."""
    usual = {"key": "A", "old": 1, "new": 2, "version": 2, "author": TEST, "reason": "Change"}
    return {**usual, "via": "git", "uncommitted": False, **facts}


def commit(git: Git, repo: Path, message: str = "Change", **files: str) -> str:
    """Write config files and commit all that lies there."""
    for name, text in files.items():
        write(repo, name, text)
    return git.commit(repo, message)


def test_credit_of_a_commit_by_hand(repo: Path, git: Git) -> None:
    """Author and message of the commit that gave the value, and the version it made."""
    old = standing(repo)
    head = commit(git, repo, a="A: 2")
    assert credit(old, repo, "A") == [change(revision=head)]


def test_credit_of_a_set(repo: Path) -> None:
    """A change made through gitcfg has its reason and its door."""
    old = standing(repo)
    nok = Author("Nok", "nok@example.com")
    written = gitcfg.open(repo).set("A", 2, author=nok, reason="Peak", via="cli")
    assert credit(old, repo, "A") == [
        change(author=asdict(nok), reason="Peak", via="cli", revision=written.revision)
    ]


def test_credit_of_commits_that_arrive_together(repo: Path, git: Git) -> None:
    """Several commits are one change per key, credited to the last that gave it."""
    old = standing(repo)
    commit(git, repo, a="A: 5")
    second = commit(git, repo, a="A: 2")
    commit(git, repo, "Other", b="B: 2")
    assert credit(old, repo, "A") == [change(version=3, revision=second)]


def test_credit_of_a_merge(repo: Path, git: Git) -> None:
    """What a merge brings is credited to the commit that gave it, not to the merger."""
    old = standing(repo)
    git(repo, "checkout", "--quiet", "-b", "side")
    write(repo, "a", "A: 2")
    author = "--author=Nok <nok@example.com>"
    git(repo, "commit", "--quiet", "--all", "--message=Why", author)
    git(repo, "checkout", "--quiet", "main")
    git(repo, "merge", "--quiet", "--no-ff", "--message=Merge", "side")
    nok = {"name": "Nok", "email": "nok@example.com"}
    head = git(repo, "rev-parse", "HEAD")
    assert credit(old, repo, "A") == [change(author=nok, reason="Why", revision=head)]


def test_credit_of_another_branch(repo: Path, git: Git) -> None:
    """After a checkout the one who gave the value on that branch is credited."""
    git(repo, "checkout", "--quiet", "-b", "side")
    gave = commit(git, repo, a="A: 2")
    commit(git, repo, "Other", b="B: 2")
    git(repo, "checkout", "--quiet", "main")
    old = standing(repo)
    git(repo, "checkout", "--quiet", "side")
    assert credit(old, repo, "A") == [change(revision=gave)]


def test_credit_of_a_hand_edit(repo: Path, git: Git) -> None:
    """Nobody is credited; the version is the one that the edit stands on."""
    old = standing(repo)
    write(repo, "a", "A: 2")
    nobody = {"author": None, "reason": None, "via": None}
    head = git(repo, "rev-parse", "HEAD")
    assert credit(old, repo, "A") == [change(version=1, uncommitted=True, revision=head, **nobody)]


def test_credit_of_an_edit_undone(repo: Path, git: Git) -> None:
    """The value that is back is credited to the commit that once gave it."""
    write(repo, "a", "A: 2")
    old = standing(repo)
    git(repo, "checkout", "--", "config/a.yaml")
    head = git(repo, "rev-parse", "HEAD")
    assert credit(old, repo, "A") == [
        change(old=2, new=1, version=1, reason="Begin", revision=head)
    ]


def test_credit_of_a_removal(repo: Path, git: Git) -> None:
    """A key that is gone makes a version too."""
    old = standing(repo)
    head = commit(git, repo, a="{}")
    assert credit(old, repo, "A") == [change(new=None, revision=head)]


def test_credit_of_a_default(team_repo: Path, git: Git) -> None:
    """A value that changed with its schema is credited to the head; it made no version."""
    (team_repo / "config/performance.yaml").write_text("{}\n")
    git.commit(team_repo, "Unset")
    old = standing(team_repo)
    path = team_repo / "schemas/performance.schema.json"
    path.write_text(path.read_text().replace('"default": 100', '"default": 50'))
    head = git.commit(team_repo, "New default")
    facts = {"key": "MAX_BATCH_SIZE", "old": 100, "new": 50, "reason": "New default"}
    assert credit(old, team_repo, "MAX_BATCH_SIZE") == [change(revision=head, **facts)]


def test_credit_without_history(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the history cannot be read, the head is credited and the log says why."""
    old = standing(repo)
    head = commit(git, repo, a="A: 2")
    (repo / ".git/gitcfg").mkdir(exist_ok=True)
    index = repo / ".git/gitcfg/index.sqlite3"
    index.unlink(missing_ok=True)
    index.mkdir()
    (index / "in the way").touch()
    monkeypatch.setattr("sqlite3.connect", _no_database)
    with caplog.at_level(logging.ERROR):
        assert credit(old, repo, "A") == [change(version=0, revision=head)]
    assert "the history of" in caplog.text


def _no_database(*_: object, **__: object) -> None:
    raise OSError("no database today")


def test_credit_of_a_revision_off_the_line(repo: Path, git: Git) -> None:
    """When the branch was left meanwhile, its own commit is credited, not the other branch's."""
    old = standing(repo)
    head = commit(git, repo, a="A: 2")
    new = standing(repo)
    git(repo, "checkout", "--quiet", "-b", "side", "HEAD~1")
    commit(git, repo, "Other", a="A: 2")
    with credits_of(repo, old, new) as found:
        (told,) = found.changes(["A"])
    assert (told.revision, told.reason, told.version) == (head, "Change", 0)


def test_credit_that_fails_still_tells_the_change(repo: Path) -> None:
    """A commit that is gone leaves the values, without who and why."""
    old = standing(repo)
    lost = replace(old, revision="1" * 40)
    with credits_of(repo, old, lost) as found:
        (told,) = found.changes(["A"])
    assert (told.old, told.new, told.author, told.uncommitted) == (1, 1, None, False)


def test_renumbering_is_told_once_to_each(repo: Path, git: Git) -> None:
    """A rewritten branch is told to every teller, and to each only once."""
    old = standing(repo)
    commit(git, repo, a="A: 2")
    with credits_of(repo, old, standing(repo)) as found:
        assert found.notices("one") == ()
    git(repo, "commit", "--quiet", "--amend", "--message=Other")
    with credits_of(repo, old, standing(repo)) as found:
        (words,) = found.notices("one")
        assert (found.notices("one"), found.notices("two")) == ((), (words,))
    assert "renumbered" in words


def test_history_is_not_renumbered_by_who_is_behind(repo: Path, git: Git) -> None:
    """One who looked a moment ago, or at another branch, does not make the count begin anew."""
    first = git(repo, "rev-parse", "HEAD")
    commit(git, repo, a="A: 2")
    git(repo, "branch", "side", first)
    repository = Repository.open(repo)
    with open_history(repository) as history:
        assert history.number("A") == 2
    git(repo, "checkout", "--quiet", "side")
    side = commit(git, repo, a="A: 3")
    git(repo, "checkout", "--quiet", "main")
    for asked in (first, side):
        with open_history(repository, tip=asked) as history:
            assert history.notices("anybody") == ()
    with open_history(repository, revision=first, tip=first) as history:
        assert history.number("A") == 1


def at(ledger: Ledger, repository: Repository) -> int:
    """Count the versions of A."""
    return ledger.at(repository, repository.head()).number("A")


def test_ledger_goes_along_with_commits_and_branches(repo: Path, git: Git) -> None:
    """It stays open over commits, and opens anew where branch or repository is another."""
    repository = Repository.open(repo)
    with closing(Ledger()) as ledger:
        assert at(ledger, repository) == 1
        first = ledger._index
        commit(git, repo, a="A: 2")
        assert (at(ledger, repository), ledger._index is first) == (2, True)
        git(repo, "checkout", "--quiet", "-b", "side", "HEAD~1")
        assert (at(ledger, repository), ledger._index is first) == (1, False)
        assert at(ledger, Repository.open(repo)) == 1


@pytest.mark.parametrize("damage", ["deleted", "rubbish", "tables"])
def test_ledger_goes_on_when_the_index_is_lost(repo: Path, git: Git, damage: str) -> None:
    """The file may be deleted or spoilt at any time; it is counted anew."""
    repository, index = Repository.open(repo), repo / ".git/gitcfg/index.sqlite3"
    with closing(Ledger()) as ledger:
        assert at(ledger, repository) == 1
        if damage == "deleted":
            shutil.rmtree(index.parent)
        elif damage == "tables":
            assert ledger._index
            ledger._index._database.execute("DROP TABLE held")
        else:
            for suffix in ("-wal", "-shm"):
                index.with_name(index.name + suffix).unlink(missing_ok=True)
            index.write_bytes(b"rubbish" * 1000)
        commit(git, repo, a="A: 2")
        assert at(ledger, repository) == 2


def test_ledger_in_memory_is_kept(repo: Path, git: Git) -> None:
    """Where no file can be, what was counted in memory is not counted again."""
    (repo / ".git/gitcfg").write_text("in the way\n")
    repository = Repository.open(repo)
    with closing(Ledger()) as ledger:
        assert at(ledger, repository) == 1
        first = ledger._index
        commit(git, repo, a="A: 2")
        assert (at(ledger, repository), ledger._index is first) == (2, True)


def test_notices_that_cannot_be_read(repo: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged index costs the notice, not the change that it comes with."""
    now = standing(repo)
    with closing(Ledger()) as ledger:
        found = Credits(ledger, Repository.open(repo), now, now)
        assert ledger._index
        ledger._index._database.execute("DROP TABLE notices")
        assert found.notices("anybody") == ()
    assert "cannot be kept" in caplog.text
