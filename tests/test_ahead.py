"""What is told one commit ahead of the index is what the index counts afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from follows import commit, plain_repo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcfg.following.ahead import Ahead
from gitcfg.following.ledger import Ledger
from gitcfg.following.observe import Observer, Standing
from gitcfg.git.repository import Repository
from gitcfg.history.credit import Credits
from gitcfg.history.history import open_history

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

LINES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["1", "1.0", "2", "true", "[1]"])),
    unique_by=lambda pair: pair[0],
    max_size=3,
)


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of a file with a key."""
    return plain_repo(tmp_path / "repo", git, a="A: 1")


def stand(repo: Path) -> Standing:
    """Tell what a follower that starts now has in force."""
    return Observer(Repository.open(repo)).now()


@given(st.lists(LINES, min_size=1, max_size=3))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_ahead_tells_what_the_index_counts(repo: Path, files: list[list[tuple[str, str]]]) -> None:
    """Numbers, values and facts of every key are the same, with new, changed and removed keys."""
    repository, ledger = Repository.open(repo), Ledger()
    old = stand(repo)
    ledger.at(repository, old.revision)
    for number, lines in enumerate(files):
        text = "\n".join(f"{key}: {value}" for key, value in lines) or "{}"
        commit(repo, a=f"# {number} {old.head}\n{text}\n")
        new = stand(repo)
        ahead = ledger.ahead(repository, old, new)
        assert isinstance(ahead, Ahead)
        with open_history(repository) as history:
            for key in "ABC":
                assert ahead.last(key) == history.last(key)
        keys = sorted(new.checked.may_differ(old.checked))
        told = Credits(ledger, repository, old, new).changes(keys)
        ledger.catch_up(repository)
        fresh = Ledger()
        counted = Credits(fresh, repository, old, new).changes(keys)
        fresh.close()
        assert told == counted
        old = new
    ledger.close()


def test_nothing_is_told_ahead_of_a_merge(repo: Path, git: Git) -> None:
    """Whose value a merge brought has to be looked for in what was merged."""
    repository, ledger, old = Repository.open(repo), Ledger(), stand(repo)
    ledger.at(repository, old.revision)
    git(repo, "checkout", "-q", "-b", "side")
    commit(repo, a="A: 2\n")
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "side")
    assert ledger.ahead(repository, old, stand(repo)) is None
    ledger.close()


def test_nothing_is_told_ahead_over_two_commits(repo: Path) -> None:
    """A value may have come and gone between."""
    repository, ledger, old = Repository.open(repo), Ledger(), stand(repo)
    ledger.at(repository, old.revision)
    commit(repo, a="A: 2\n")
    commit(repo, a="A: 3\n")
    assert ledger.ahead(repository, old, stand(repo)) is None
    ledger.close()


def test_nothing_is_told_ahead_without_an_index(repo: Path) -> None:
    """The first look at the history counts it."""
    ledger, old = Ledger(), stand(repo)
    commit(repo, a="A: 2\n")
    assert ledger.ahead(Repository.open(repo), old, stand(repo)) is None
    assert ledger.catch_up(Repository.open(repo)) is None
