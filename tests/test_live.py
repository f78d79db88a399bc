"""`gitcfg.follow`: settings in force as a mapping, and calls when they change."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from follows import Heard, at, commit, plain_repo, threads, until, write

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


def test_live_is_a_mapping(live: Live) -> None:
    """It reads like a dict of the effective values, in any case of the key."""
    assert (dict(live), len(live), "A" in live, live["a"]) == ({"A": 1, "B": 1}, 2, True, 1)
    assert live.get("X") is None
    with pytest.raises(KeyError, match="X"):
        live["X"]


def test_live_has_a_snapshot(live: Live, repo: Path, git: Git) -> None:
    """A snapshot stays as it is while other values come into force."""
    before = live.snapshot
    assert dict(live.checked.values) == dict(before)
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


GOOD = """\
# when to run
DAILY_EXPORT_TIME: "18:00"
IMMEDIATE_EXPORT_BUFFER: 30
EXPORT_TIMEZONE: Asia/Bangkok
"""
BROKEN = {
    "out of bounds": (GOOD.replace("18:00", "23:00").encode(), 2),
    "wrong type": (GOOD.replace("30", "half an hour").encode(), 3),
    "duplicate key": (f"{GOOD}EXPORT_TIMEZONE: UTC\n".encode(), 5),
    "tab": (GOOD.replace(": 30", ":\n\t30").encode(), 4),
    "binary": (b"\x00\xff\xfe\x80rubbish", 1),
    "deleted": (None, None),
}


@pytest.mark.parametrize(("content", "line"), BROKEN.values(), ids=BROKEN)
def test_file_broken_by_hand_changes_nothing_until_mended(
    team_repo: Path, content: bytes | None, line: int | None
) -> None:
    """It keeps its values, says why with file and line, and takes the repaired file."""
    path = team_repo / "config/export.yaml"
    with gitcfg.follow(team_repo) as live:
        heard, before = Heard(live), dict(live)
        path.unlink() if content is None else path.write_bytes(content)
        until(lambda: heard.refusals)
        finding = heard.refusals[0].findings[0]
        assert (finding.file, finding.line, dict(live)) == ("config/export.yaml", line, before)
        path.write_text(GOOD.replace("18:00", "19:30"))
        until(lambda: live[TIME] == "19:30")
        heard.wait(
            ("refused", *(one.file for one in heard.refusals[0].findings)),
            ("repaired",),
            (TIME, "18:00", "19:30", "uncommitted"),
        )


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

    monkeypatch.setattr("gitcfg.following.inotify.inotify_add_watch", full)
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
        until(lambda: at(repo, head))
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
