"""`gitcfg.follow`: settings in force as a mapping, and calls when they change."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from follows import PATIENCE, Gate, Heard, commit, plain_repo, until, write

import gitcfg
from gitcfg import Author, Change, InvalidError, Live, RepositoryError, UnknownKeyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

TIME = "DAILY_EXPORT_TIME"
NOK = Author("Nok", "nok@example.com")


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


@pytest.fixture
def live(repo: Path) -> Iterator[Live]:
    """Follow it."""
    with gitcfg.follow(repo) as found:
        yield found


def threads() -> set[str]:
    """Tell which threads of a follower there are."""
    return {one.name for one in threading.enumerate() if one.name == "gitcfg-follow"}


def test_live_is_a_mapping(live: Live) -> None:
    """It reads like a dict of the effective values, in any case of the key."""
    assert (dict(live), len(live), "A" in live, live["a"]) == ({"A": 1, "B": 1}, 2, True, 1)
    assert live.get("X") is None
    with pytest.raises(KeyError, match="X"):
        live["X"]


def test_live_has_a_snapshot(live: Live, repo: Path, git: Git) -> None:
    """A snapshot stays as it is while other values come into force."""
    before = live.snapshot
    assert (dict(before), before.revision) == ({"A": 1, "B": 1}, git(repo, "rev-parse", "HEAD"))
    commit(repo, a="A: 2")
    until(lambda: live["A"] == 2)
    assert (before["A"], live.snapshot.revision) == (1, git(repo, "rev-parse", "HEAD"))


def test_live_can_be_referred_to_weakly(repo: Path) -> None:
    """It is an object like any other."""
    with gitcfg.follow(repo) as live:
        assert weakref.ref(live)() is live


def test_set_is_told_with_all_facts(team_repo: Path) -> None:
    """Old, new, version, revision, who, why, when and through which door."""
    with gitcfg.follow(team_repo) as live:
        heard = Heard(live)
        written = gitcfg.open(team_repo).set(TIME, "19:30", author=NOK, reason="Peak", via="cli")
        heard.wait((TIME, "18:00", "19:30"))
        (change,) = heard.changes
    assert change == Change(
        key=TIME,
        old="18:00",
        new="19:30",
        version=2,
        revision=str(written.revision),
        author=NOK,
        reason="Peak",
        date=change.date,
        via="cli",
    )
    assert change.date
    assert change.date.tzinfo


def test_edit_is_told_and_then_its_commit(live: Live, repo: Path, git: Git) -> None:
    """A hand edit is told as uncommitted; who and why come with the commit, as one event."""
    heard = Heard(live)
    write(repo, "a", "A: 2")
    heard.wait(("A", 1, 2, "uncommitted"))
    head = git.commit(repo, "Because")
    heard.wait(("A", 2, "committed"))
    edit, commit = heard.changes
    assert (edit.author, edit.reason, edit.version) == (None, None, 1)
    assert (commit.revision, commit.reason, commit.version) == (head, "Because", 2)
    assert (commit.old, commit.new, commit.uncommitted) == (2, 2, False)


def test_changes_of_one_commit_are_told_by_key(live: Live, repo: Path, git: Git) -> None:
    """Each key is one change, in the order of their names."""
    heard = Heard(live)
    commit(repo, a="{}", b="B: 2\nC: 3")
    heard.wait(("A", 1, None), ("B", 1, 2), ("C", None, 3))


def test_values_are_in_force_when_told(live: Live, repo: Path, git: Git) -> None:
    """A subscriber finds the whole new snapshot in force, not only its key."""
    found: list[Any] = []
    live.on_change(lambda change: found.append((change.key, dict(live))))
    commit(repo, a="A: 2", b="B: 2")
    until(lambda: len(found) == 2)
    assert found == [("A", {"A": 2, "B": 2}), ("B", {"A": 2, "B": 2})]


def test_refusal_and_repair_are_told(live: Live, repo: Path) -> None:
    """A bad edit is told once, with file and line; a good one ends it before its changes."""
    heard = Heard(live)
    write(repo, "a", "A: [")
    heard.wait(("refused", "config/a.yaml"))
    assert live.refusal == heard.refusals[0]
    assert heard.refusals[0].findings[0].line == 2
    write(repo, "a", "A: 2")
    heard.wait(("repaired",), ("A", 1, 2, "uncommitted"))
    assert (live.snapshot["A"], live._worker.following.standing.refusal) == (2, None)


def test_refusal_is_told_once_however_often_it_is_met(live: Live, repo: Path, git: Git) -> None:
    """Commits that leave the broken file as it is do not tell it again."""
    heard = Heard(live)
    commit(repo, a="A: [")
    heard.wait(("refused", "config/a.yaml"))
    for number in range(3):
        (repo / "README").write_text(f"{number}\n")
        head = git.commit(repo)
        until(lambda head=head: live.refusal and live.refusal.revision == head)  # type: ignore[misc]
    commit(repo, a="A: 5")
    heard.wait(("repaired",), ("A", 1, 5))


def test_refusal_of_another_kind_is_told_too(live: Live, repo: Path) -> None:
    """What is wrong in another way is another refusal, until all is mended."""
    heard = Heard(live)
    write(repo, "a", "A: [")
    heard.wait(("refused", "config/a.yaml"))
    (repo / "config/a.yaml").unlink()
    heard.wait(("refused", "config/a.yaml"))
    assert "is missing" in heard.refusals[1].findings[0].message


def test_start_on_a_broken_head_is_said(repo: Path, git: Git) -> None:
    """The newest valid revision is in force, and why is there to ask; nothing is told twice."""
    good = git(repo, "rev-parse", "HEAD")
    bad = commit(repo, a="A: [")
    with gitcfg.follow(repo) as live:
        heard = Heard(live)
        assert live.started_from
        assert (live.started_from.revision, live.started_from.held) == (bad, good)
        assert (live["A"], live.snapshot.revision, live.refusal) == (1, good, live.started_from)
        commit(repo, a="A: 2")
        heard.wait(("repaired",), ("A", 1, 2))
        assert live.refusal is None


def test_start_fails_where_nothing_is_valid(tmp_path: Path, git: Git) -> None:
    """Without a valid revision, or a repository, there is an error and no thread."""
    broken = plain_repo(tmp_path / "broken", git, a="A: [")
    with pytest.raises(InvalidError):
        gitcfg.follow(broken)
    with pytest.raises(RepositoryError):
        gitcfg.follow(tmp_path)
    with pytest.raises(UsageError):
        gitcfg.follow(broken, name="a/b")
    assert threads() == set()


def test_subscriber_for_some_keys(live: Live, repo: Path, git: Git) -> None:
    """It hears of its keys alone, written in any case; a malformed key is wrong usage."""
    found: list[str] = []
    live.on_change(lambda change: found.append(change.key), "b")
    commit(repo, a="A: 2")
    commit(repo, b="B: 2")
    until(lambda: found)
    assert found == ["B"]
    with pytest.raises(UsageError):
        live.on_change(print, "no key")


def test_subscriber_that_raises_harms_no_other(
    repo: Path, git: Git, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with its traceback and noted in the record; the others go on."""

    def faulty(_: Change) -> None:
        raise ValueError("no such time")

    with gitcfg.follow(repo, name="exporter") as live, caplog.at_level(logging.ERROR):
        live.on_change(faulty)
        heard = Heard(live)
        head = commit(repo, a="A: 2")
        heard.wait(("A", 1, 2))
        (one,) = until(lambda: _at(repo, head))
        commit(repo, a="A: 3")
        heard.wait(("A", 2, 3))
    name = "test_subscriber_that_raises_harms_no_other.<locals>.faulty"
    assert one.failed == (f"{name}: ValueError: no such time",)
    assert caplog.records[0].exc_info


def _at(repo: Path, head: str) -> tuple[gitcfg.Follower, ...]:
    found = gitcfg.open(repo).followers()
    return found if all(one.revision == head for one in found) else ()


def test_subscriber_may_subscribe_and_leave_from_within(live: Live, repo: Path, git: Git) -> None:
    """Both are possible in the call itself, and count from the next change on."""
    found: list[tuple[str, int]] = []

    def first(change: Change) -> None:
        found.append(("first", change.new))
        leave()
        live.on_change(lambda later: found.append(("second", later.new)))

    leave = live.on_change(first)
    for number in (2, 3):
        commit(repo, a=f"A: {number}")
        until(lambda number=number: found and found[-1][1] == number)  # type: ignore[misc]
    assert found == [("first", 2), ("second", 3)]


def test_subscriber_may_ask_for_settings(live: Live, repo: Path, git: Git) -> None:
    """Within the call the follower answers about versions as from anywhere."""
    found: list[gitcfg.Setting] = []
    live.on_change(lambda change: found.append(live.setting(change.key)))
    commit(repo, a="A: 2")
    until(lambda: found)
    assert (found[0].value, found[0].version) == (2, 2)


def test_close_from_within_a_call(repo: Path, git: Git) -> None:
    """A subscriber may close the follower: no deadlock, and nobody is called after it."""
    live = gitcfg.follow(repo, name="exporter")
    found: list[str] = []

    def last(_: Change) -> None:
        found.append("first")
        live.close()

    live.on_change(last)
    live.on_change(lambda _: found.append("second"))
    commit(repo, a="A: 2")
    until(lambda: not threads())
    live.close()
    assert (found, gitcfg.open(repo).followers()) == (["first"], ())


def test_close_waits_for_the_call_that_runs(repo: Path, git: Git) -> None:
    """When it returns, the thread is gone; the call under way was let finish."""
    live = gitcfg.follow(repo)
    gate, found = Gate(), list[str]()
    live.on_change(gate)
    live.on_change(lambda _: found.append("later"))
    commit(repo, a="A: 2")
    assert gate.entered.wait(PATIENCE)
    closer = threading.Thread(target=live.close)
    closer.start()
    until(lambda: not live._worker.telling.changes)
    gate.open.set()
    closer.join(PATIENCE)
    assert (threads(), found, live["A"]) == (set(), [], 2)


def test_close_by_many_at_once(repo: Path) -> None:
    """It may be closed from several threads, and again."""
    live = gitcfg.follow(repo)
    closers = [threading.Thread(target=live.close) for _ in range(4)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(PATIENCE)
    live.close()
    assert threads() == set()


def test_reading_goes_on_while_a_subscriber_is_slow(live: Live, repo: Path, git: Git) -> None:
    """Values are in force before anybody is told; what comes meanwhile is told after."""
    gate = Gate()
    live.on_change(gate)
    heard = Heard(live)
    commit(repo, a="A: 2")
    assert gate.entered.wait(PATIENCE)
    assert live["A"] == 2
    for number in (3, 4):
        commit(repo, a=f"A: {number}")
    gate.open.set()
    heard.wait(("A", 1, 2), ("A", 2, 4))


def test_settings_have_versions(team_repo: Path) -> None:
    """All settings in force with version and author, as `list` tells them."""
    store = gitcfg.open(team_repo)
    store.set(TIME, "19:30", author=NOK)
    with gitcfg.follow(team_repo) as live:
        assert live.settings() == store.list()
        assert (live.setting(TIME.lower()).version, live.setting(TIME).by) == (2, NOK)
        with pytest.raises(UnknownKeyError):
            live.setting("NO_SUCH_KEY")


def test_settings_of_a_hand_edit(live: Live, repo: Path) -> None:
    """An uncommitted value keeps the version that it stands on."""
    write(repo, "a", "A: 2")
    until(lambda: live["A"] == 2)
    one = live.setting("A")
    assert (one.value, one.version, one.uncommitted, one.revision) == (
        2,
        1,
        True,
        live.snapshot.revision,
    )
    assert live.snapshot.uncommitted == {"A"}


def test_committed_only_holds_to_commits(repo: Path, git: Git) -> None:
    """A hand edit is not in force, and is no change, until it is committed."""
    with gitcfg.follow(repo, committed_only=True) as live:
        heard = Heard(live)
        write(repo, "a", "A: 2")
        until(lambda: live._worker.following.standing.drift)
        assert live["A"] == 1
        git.commit(repo)
        heard.wait(("A", 1, 2))


def test_notice_of_renumbering(repo: Path, git: Git) -> None:
    """A branch rewritten under the follower is told, and what changed with it."""
    commit(repo, a="A: 2")
    with gitcfg.follow(repo) as live:
        heard, notices = Heard(live), list[str]()
        live.on_notice(notices.append)
        live.settings()
        git(repo, "reset", "--quiet", "--hard", "HEAD~1")
        heard.wait_for_git(("A", 2, 1))
        commit(repo, a="A: 3")
        heard.wait(("A", 1, 3))
        until(lambda: notices)
        assert "renumbered" in notices[0]


def test_notice_from_before_waits_for_a_listener(repo: Path, git: Git) -> None:
    """Under a name, what happened to the numbering while it was down is told once it listens."""
    with gitcfg.follow(repo, name="exporter") as live:
        until(lambda: _indexed(live))
    git(repo, "commit", "--quiet", "--amend", "--message=Other")
    notices: list[str] = []
    with gitcfg.follow(repo, name="exporter") as live:
        live.on_notice(notices.append)
        until(lambda: notices)
    with gitcfg.follow(repo) as unnamed:
        unnamed.on_notice(notices.append)
        until(lambda: _indexed(unnamed))
    assert ["renumbered" in words for words in notices] == [True]


def _indexed(live: Live) -> bool:
    return live.setting("A").version > 0


def test_folders_that_cannot_be_watched_are_looked_at(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without watches it looks by itself, and says so once."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.schedule", full)
    notices: list[str] = []
    with gitcfg.follow(repo) as live:
        live.on_notice(notices.append)
        heard = Heard(live)
        commit(repo, a="A: 2")
        heard.wait(("A", 1, 2))
        write(repo, "a", "A: 3")
        heard.wait(("A", 2, 3, "uncommitted"))
    (words,) = notices
    assert words == (
        f"{repo} cannot be watched for changes (inotify watch limit reached): it is looked at "
        "every 0.5 s instead"
    )


def test_record_that_cannot_be_written_is_told_once(repo: Path) -> None:
    """On a disk that is full the follower goes on, and says that its record is behind."""
    notices: list[str] = []
    with gitcfg.follow(repo, name="exporter") as live:
        live.on_notice(notices.append)
        heard = Heard(live)
        record = live._worker.presence._record
        assert record
        handle, record._handle = record._handle, os.open("/dev/full", os.O_RDWR)
        record.is_there = lambda: True  # type: ignore[method-assign]
        for number in (2, 3):
            commit(repo, a=f"A: {number}")
            heard.wait(("A", number - 1, number))
        until(lambda: notices)
        os.close(record._handle)
        record._handle = handle
        commit(repo, a="A: 4")
        head = commit(repo, a="A: 5")
        until(lambda: _at(repo, head))
    (words,) = notices
    assert words.startswith(f"the record {record.place} cannot be written (")


def test_follower_survives_what_should_not_happen(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure of its own is logged, and the next look goes on."""
    with gitcfg.follow(repo) as live, caplog.at_level(logging.ERROR):
        heard = Heard(live)
        with monkeypatch.context() as patch:
            patch.setattr(live._worker.telling, "tell", None)
            commit(repo, a="A: 2")
            until(lambda: "failed for once" in caplog.text)
        commit(repo, a="A: 3")
        heard.wait(("A", 2, 3))


def test_program_that_forgets_to_close_ends(repo: Path) -> None:
    """A follower does not keep its program from ending, and leaves no record then."""
    code = "import gitcfg, sys; live = gitcfg.follow(sys.argv[1], name='x'); print(live['A'])"
    done = subprocess.run(
        [sys.executable, "-c", code, repo], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    assert gitcfg.open(repo).followers() == ()
