"""Followers as processes: what their records tell others, whatever happens to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from follows import Heard, commit, plain_repo, until, write

import gitcfg
from gitcfg import Follower
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

PROGRAM = """
import gitcfg, sys
with gitcfg.follow(sys.argv[1], name="exporter") as live:
    live.effect(f"next export today {live['A']}")
    live.on_change(lambda change: live.effect(f"next export today {change.new}"), "A")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


@contextmanager
def running(repo: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program that follows under the name `exporter`, until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, repo],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def only(repo: Path) -> Follower:
    """Tell the only follower."""
    (one,) = gitcfg.open(repo).followers()
    return one


def test_follower_tells_what_it_runs(repo: Path, git: Git) -> None:
    """Name, process, revision, since when, and the effect in its own words; gone when it ends."""
    with running(repo) as process:
        one = only(repo)
        assert (one.name, one.pid, one.state) == ("exporter", process.pid, "running")
        assert (one.revision, one.effect) == (git(repo, "rev-parse", "HEAD"), "next export today 1")
        assert one.since
        assert one.since.tzinfo
        process.communicate("")
        assert (process.returncode, gitcfg.open(repo).followers()) == (0, ())


def test_set_waits_for_the_words_about_its_change(repo: Path) -> None:
    """`wait` returns what each follower made of this very commit, every time."""
    store = gitcfg.open(repo)
    with running(repo):
        for number in range(2, 12):
            written = store.set("A", number, wait=60.0)
            (one,) = written.followers
            assert (one.state, one.revision) == ("running", written.revision)
            assert one.effect == f"next export today {number}"


def test_follower_that_is_killed_shows_as_dead(repo: Path) -> None:
    """Its last words stay, nobody waits for it, and its successor clears it away."""
    store = gitcfg.open(repo)
    with running(repo) as process:
        process.kill()
        process.wait()
        (one,) = store.set("A", 2, wait=60.0).followers
        assert (one.state, one.pid, one.effect) == ("dead", process.pid, "next export today 1")
    with running(repo) as successor:
        assert (only(repo).pid, only(repo).state) == (successor.pid, "running")


def test_follower_that_hangs_shows_as_lagging(repo: Path) -> None:
    """One that does not come along in time is told so; once it does, it runs the commit."""
    store = gitcfg.open(repo)
    with running(repo) as process:
        store.set("A", 2, wait=60.0)  # it has counted the versions, and holds nothing
        process.send_signal(signal.SIGSTOP)
        (one,) = store.set("A", 3, wait=0.2).followers
        assert (one.state, one.effect) == ("lagging", "next export today 2")
        process.send_signal(signal.SIGCONT)
        until(lambda: only(repo).effect == "next export today 3")
        assert only(repo).state == "running"


def test_follower_that_refuses_answers_too(repo: Path) -> None:
    """A commit that is not valid is answered by the refusal, with what stays in force."""
    with running(repo):
        before = only(repo).revision
        head = commit(repo, a="A: [")
        found = gitcfg.following.followers.wait(Repository.open(repo), head, 60.0)
        assert [(one.state, one.revision) for one in found] == [("refused", before)]
        assert found[0].refused[0].file == "config/a.yaml"
        commit(repo, a="A: 3")
        until(lambda: only(repo).state == "running")
        assert (only(repo).refused, only(repo).effect) == ((), "next export today 3")


def test_follower_tells_its_hand_edits(repo: Path) -> None:
    """Uncommitted keys stand in the record beside the revision below them."""
    with running(repo):
        revision = only(repo).revision
        write(repo, "a", "A: 5")
        until(lambda: only(repo).uncommitted == ("A",))
        assert (only(repo).revision, only(repo).effect) == (revision, "next export today 5")


def test_follower_moves_with_commits_of_other_files(repo: Path, git: Git) -> None:
    """Its record has the new revision, though no setting changed."""
    with running(repo):
        (repo / "README").write_text("hello\n")
        head = git.commit(repo)
        (one,) = gitcfg.following.followers.wait(Repository.open(repo), head, 60.0)
        assert (one.revision, one.state) == (head, "running")


def test_followers_of_one_name_are_told_apart(repo: Path) -> None:
    """Two processes, and two followers in one, have a record each."""
    with running(repo) as process, gitcfg.follow(repo, name="exporter"):
        with gitcfg.follow(repo, name="exporter"):
            pids = sorted(one.pid for one in gitcfg.open(repo).followers())
            assert pids == sorted([process.pid, os.getpid(), os.getpid()])
        assert len(gitcfg.open(repo).followers()) == 2


def test_effect_is_told_at_once_from_any_thread(repo: Path) -> None:
    """Outside a call the words are in the record when `effect` returns; without a name nowhere."""
    with gitcfg.follow(repo, name="exporter") as live, gitcfg.follow(repo) as unnamed:
        live.effect("paused by hand ก")
        unnamed.effect("nobody hears")
        assert only(repo).effect == "paused by hand ก"


@pytest.mark.parametrize("name", ["gitcfg", "gitcfg/followers"])
def test_repository_that_takes_no_record_is_followed(repo: Path, name: str) -> None:
    """Where none can be written it follows all the same, and says that nobody will see it."""
    place = repo / ".git" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text("in the way\n")
    notices: list[str] = []
    with gitcfg.follow(repo, name="exporter") as live:
        live.on_notice(notices.append)
        heard = Heard(live)
        write(repo, "a", "A: 2")
        heard.wait(("A", 1, 2, "uncommitted"))
        until(lambda: notices)
    (words,) = notices
    assert words.startswith(f"no record of exporter can be kept in {repo}/.git (")


def test_followers_killed_at_any_time_harm_nobody(repo: Path, git: Git) -> None:
    """Followers die amid commits; the settings, the records and git stay in order."""
    store, branch = gitcfg.open(repo), repo / ".git/refs/heads/main"
    for number in range(2, 6):
        before = branch.read_text()
        with running(repo) as process:
            write_soon = subprocess.Popen(
                [sys.executable, "-m", "gitcfg", "-C", repo, "set", "A", str(number)],
                stdout=subprocess.DEVNULL,
            )
            until(lambda before=before: branch.read_text() != before)  # type: ignore[misc]
            process.kill()
            assert write_soon.wait(60) == 0
    assert git(repo, "fsck", "--strict") == ""
    assert git(repo, "status", "--porcelain") == ""
    assert [version.version for version in store.history("A")] == [5, 4, 3, 2, 1]
    with running(repo):
        assert (only(repo).state, only(repo).effect) == ("running", "next export today 5")
