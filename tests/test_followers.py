"""Who follows a work tree, what each runs, and waiting until all run a commit."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from follows import plain_repo, until, write

from gitcfg import Finding, Follower
from gitcfg.following import followers
from gitcfg.following.followers import Report
from gitcfg.following.record import Record, decode, encode
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

WHEN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
WRONG = Finding(severity="error", message="No", rule="r", key="A", file="f", line=3, column=1)


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Repository:
    """Make a repository that is followed."""
    return Repository.open(plain_repo(tmp_path / "repo", git, a="A: 1"))


@pytest.fixture
def own(repository: Repository) -> Iterator[Record]:
    """Keep a record in this process."""
    made = Record.open(repository, "exporter", pid=os.getpid())
    yield made
    made.close()


def report(repository: Repository, **facts: Any) -> Report:
    """Say of oneself that all is well at the head, but for the facts given."""
    head = repository.head()
    made = Report(
        name="exporter",
        pid=os.getpid(),
        host="here",
        started=WHEN,
        head=head,
        revision=head,
        since=WHEN,
    )
    return replace(made, **facts)


def commit(git: Git, repository: Repository, text: str) -> str:
    """Commit a change of the settings."""
    write(repository.root, "a", text)
    return git.commit(repository.root)


def state(repository: Repository) -> str:
    """Tell the state of the only follower."""
    (one,) = followers.read(repository)
    return one.state


def test_report_survives_its_record(repository: Repository) -> None:
    """A report reads back from a record as it was, but for values of findings."""
    made = report(
        repository,
        effect="next export today 19:30",
        uncommitted=("A", "B"),
        refused=(replace(WRONG, value=float("nan")),),
        failed=("f: ValueError: x",),
    )
    facts = decode(encode(made.facts()))
    assert facts
    assert Report.of(facts) == replace(made, refused=(WRONG,))


def test_report_keeps_a_bounded_number_of_findings(repository: Repository) -> None:
    """A file with thousands of errors does not make a record of megabytes."""
    assert len(report(repository, refused=(WRONG,) * 500).facts()["refused"]) == 20


def test_read_without_followers(repository: Repository) -> None:
    """Where nobody follows there is nothing to tell."""
    assert followers.read(repository) == ()


def test_read_a_running_follower(repository: Repository, own: Record) -> None:
    """A record is told with all it says."""
    own.write(report(repository, effect="all is well", uncommitted=("A",)).facts())
    expected = Follower(
        name="exporter",
        pid=os.getpid(),
        state="running",
        revision=repository.head(),
        since=WHEN,
        effect="all is well",
        host="here",
        uncommitted=("A",),
    )
    assert followers.read(repository) == (expected,)


def test_read_a_follower_that_lags(repository: Repository, own: Record, git: Git) -> None:
    """It lags while its revision has other settings than the head."""
    before = report(repository)
    own.write(before.facts())
    commit(git, repository, "A: 2")
    assert state(repository) == "lagging"
    own.write(report(repository).facts())
    assert state(repository) == "running"


def test_read_a_follower_after_a_commit_elsewhere(
    repository: Repository, own: Record, git: Git
) -> None:
    """A commit that touches no settings makes nobody lag."""
    own.write(report(repository).facts())
    (repository.root / "README").write_text("hello\n")
    git.commit(repository.root)
    assert state(repository) == "running"


def test_read_a_follower_after_a_reset(repository: Repository, own: Record, git: Git) -> None:
    """Where the branch went back, who runs the newer settings lags too."""
    commit(git, repository, "A: 2")
    own.write(report(repository).facts())
    git(repository.root, "reset", "--quiet", "--hard", "HEAD~1")
    assert state(repository) == "lagging"


def test_read_a_follower_that_refuses_edits_only(repository: Repository, own: Record) -> None:
    """It runs the head, whatever it says of edits that lie beside it."""
    own.write(report(repository, refused=(WRONG,)).facts())
    (one,) = followers.read(repository)
    assert (one.state, one.refused) == ("running", (WRONG,))


def test_read_a_follower_that_refused(repository: Repository, own: Record, git: Git) -> None:
    """It says what it refused, whatever else is true."""
    held = report(repository, refused=(WRONG,))
    commit(git, repository, "A: [")
    own.write(held.facts())
    (one,) = followers.read(repository)
    assert (one.state, one.refused) == ("refused", (WRONG,))


def test_read_a_follower_of_a_lost_revision(repository: Repository, own: Record) -> None:
    """A revision that is not here is not the head."""
    own.write(report(repository, revision="1" * 40).facts())
    assert state(repository) == "lagging"


def test_read_where_no_commit_is_checked_out(repository: Repository, own: Record, git: Git) -> None:
    """Without a head everybody lags, and nothing fails."""
    own.write(report(repository).facts())
    git(repository.root, "checkout", "--quiet", "--orphan", "empty")
    assert state(repository) == "lagging"


def test_read_a_dead_follower(repository: Repository) -> None:
    """A record without its process is dead, with what it last said."""
    dead = report(repository, effect="all was well").facts()
    place = repository.git_dir / "gitcfg" / "followers" / "exporter.7.json"
    place.parent.mkdir(parents=True)
    place.write_bytes(encode(dead))
    (one,) = followers.read(repository)
    assert (one.state, one.pid, one.effect) == ("dead", 7, "all was well")


@pytest.mark.parametrize("data", [b"rubbish", encode({"name": "x"}), encode({})])
def test_read_a_dead_follower_without_its_words(repository: Repository, data: bytes) -> None:
    """A damaged record, or one of another version, still tells who is gone."""
    place = repository.git_dir / "gitcfg" / "followers" / "exporter.7.json"
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    (one,) = followers.read(repository)
    assert (one.name, one.pid, one.state, one.revision) == ("exporter", 7, "dead", None)


def test_read_passes_over_one_that_just_begins(repository: Repository, own: Record) -> None:
    """A record in which nothing is written yet is not told, nor one that is just being made."""
    empty = own.place.with_name("other.7.json")
    empty.touch()
    own.place.with_name("folder.8.json").mkdir()
    own.place.with_name("link.9.json").symlink_to(own.place)
    assert followers.read(repository) == ()


def test_wait_for_nobody(repository: Repository) -> None:
    """Without followers there is nothing to wait for."""
    assert followers.wait(repository, repository.head(), 60.0) == ()


def test_wait_for_all_to_come_along(repository: Repository, own: Record, git: Git) -> None:
    """It ends when every living follower runs a revision that contains the commit."""
    second = Record.open(repository, "bot", pid=os.getpid())
    before = report(repository)
    for one in (own, second):
        one.write(before.facts())
    head = commit(git, repository, "A: 2")
    found: list[Follower] = []
    waiter = threading.Thread(
        target=lambda: found.extend(followers.wait(Repository.open(repository.root), head, 60.0))
    )
    waiter.start()
    own.write(report(repository, effect="mine").facts())
    commit(git, repository, "A: 3")
    assert waiter.is_alive()
    second.write(report(repository, effect="later").facts())
    waiter.join(60)
    second.close()
    assert [(one.name, one.effect) for one in found] == [("bot", "later"), ("exporter", "mine")]


def test_wait_is_over_with_time(repository: Repository, own: Record, git: Git) -> None:
    """Who does not come along in time is told as lagging."""
    own.write(report(repository).facts())
    head = commit(git, repository, "A: 2")
    began = time.monotonic()
    (one,) = followers.wait(repository, head, 0.2)
    assert (one.state, time.monotonic() - began >= 0.2) == ("lagging", True)


def test_wait_counts_a_refusal_as_an_answer(repository: Repository, own: Record, git: Git) -> None:
    """A follower that dealt with the commit and refused it is not waited for."""
    held = report(repository)
    head = commit(git, repository, "A: [")
    own.write(replace(held, head=head, refused=(WRONG,)).facts())
    (one,) = followers.wait(repository, head, 600.0)
    assert (one.state, one.revision) == ("refused", held.revision)


def test_wait_judges_by_the_revision_first(repository: Repository, own: Record, git: Git) -> None:
    """Who runs the commit, or one on top of it, runs it, whatever else it refuses."""
    head = commit(git, repository, "A: 2")
    own.write(report(repository, refused=(WRONG,)).facts())
    (edited,) = followers.wait(repository, head, 600.0)
    own.write(report(repository, head=commit(git, repository, "A: ["), refused=(WRONG,)).facts())
    (later,) = followers.wait(repository, head, 600.0)
    assert [(one.state, one.refused) for one in (edited, later)] == [("running", (WRONG,))] * 2


def test_wait_for_a_refusal_of_something_else(
    repository: Repository, own: Record, git: Git
) -> None:
    """An older refusal says nothing of this commit."""
    held = report(repository, refused=(WRONG,))
    own.write(held.facts())
    head = commit(git, repository, "A: 2")
    (one,) = followers.wait(repository, head, 0.1)
    assert one.revision != head


def test_wait_does_not_wait_for_the_dead(repository: Repository, git: Git) -> None:
    """A follower that is gone is told, and not waited for."""
    place = repository.git_dir / "gitcfg" / "followers" / "exporter.7.json"
    place.parent.mkdir(parents=True)
    place.write_bytes(encode(report(repository).facts()))
    head = commit(git, repository, "A: 2")
    assert until(lambda: followers.wait(repository, head, 600.0))[0].state == "dead"
