"""A follower's view of a checkout, look by look on a clock of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from follows import plain_repo, write

from gitcfg import InvalidError, RepositoryError
from gitcfg.following.following import Following

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

A, B = "config/a.yaml", "config/b.yaml"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


class Watch:
    """A follower whose time passes only when told."""

    def __init__(self, place: Path, *, committed_only: bool = False) -> None:
        self.following = Following(place, committed_only=committed_only)
        self.now = 0.0
        self.look()

    def look(self, after: float = 0.0) -> Watch:
        """Let time pass, then look as often as the follower asks for at that time."""
        self.now += after
        for _ in range(10):
            due = self.following.step(self.now)
            if due is None or due > self.now:
                return self
        raise AssertionError("it never comes to rest")

    def settle(self) -> Watch:
        """Look, and look again after the quiet that a hand edit needs."""
        return self.look().look(0.11)

    @property
    def values(self) -> dict[str, Any]:
        """What is in force."""
        return dict(self.following.standing.checked.values)

    @property
    def edited(self) -> set[str]:
        """The uncommitted keys in force."""
        return set(self.following.standing.uncommitted)

    @property
    def refused(self) -> list[str | None]:
        """The files of what is refused."""
        refusal = self.following.standing.refusal
        return [finding.file for finding in refusal.findings] if refusal else []


def commit(git: Git, repo: Path, message: str = "Change", **files: str) -> str:
    """Write config files and commit all that lies there."""
    for name, text in files.items():
        write(repo, name, text)
    return git.commit(repo, message)


def test_commit_counts_at_the_next_look(repo: Path, git: Git) -> None:
    """A commit is in force at once, without any quiet."""
    watch = Watch(repo)
    head = commit(git, repo, a="A: 2")
    assert watch.look().values == {"A": 2, "B": 1}
    assert watch.following.standing.revision == head


def test_commit_counts_though_its_file_is_not_there_yet(repo: Path, git: Git) -> None:
    """It is read from its objects: what still lies there of the old commit means nothing."""
    watch = Watch(repo)
    commit(git, repo, a="A: 2")
    write(repo, "a", "A: 1")
    (repo / ".git/index.lock").touch()
    assert (watch.look().values, watch.look(5.0).values) == ({"A": 2, "B": 1}, {"A": 2, "B": 1})


def test_commit_of_other_files_moves_the_revision(repo: Path, git: Git) -> None:
    """The revision in force is the head also where no setting changed."""
    watch = Watch(repo)
    (repo / "README").write_text("hello\n")
    head = git.commit(repo)
    assert (watch.look().following.standing.revision, watch.values) == (head, {"A": 1, "B": 1})


def test_edit_counts_when_unchanged_for_100_ms(repo: Path) -> None:
    """Not before, and the time starts anew with every change."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    assert (watch.look().values["A"], watch.look(0.09).values["A"]) == (1, 1)
    write(repo, "a", "A: 3")
    assert (watch.look(0.09).values["A"], watch.look(0.09).values["A"]) == (1, 1)
    assert (watch.look(0.02).values["A"], watch.edited) == (3, {"A"})


def test_edit_touched_without_change_waits_on(repo: Path) -> None:
    """The same content written again is a change too: somebody is at work."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.look()
    os.utime(repo / A, ns=(1, 1))
    assert watch.look(0.09).look(0.09).values["A"] == 1
    assert watch.look(0.11).values["A"] == 2


@pytest.mark.parametrize("empty", ["", "A: 1\n"[:0], None])
def test_edit_seen_half_never_counts(repo: Path, empty: str | None) -> None:
    """A file that is empty or missing for however long leaves the last good one in force."""
    watch = Watch(repo)
    (repo / A).unlink() if empty is None else (repo / A).write_text(empty)
    assert (watch.settle().look(10.0).values, watch.refused) == ({"A": 1, "B": 1}, [A])
    write(repo, "a", "A: 2")
    assert (watch.settle().values, watch.refused) == ({"A": 2, "B": 1}, [])


@pytest.mark.parametrize(
    "busy", ["index.lock", "MERGE_HEAD", "REVERT_HEAD", "CHERRY_PICK_HEAD", "BISECT_LOG"]
)
def test_edit_waits_while_git_is_at_work(repo: Path, git: Git, busy: str) -> None:
    """Under a lock, a merge, a revert, a pick or a bisect nothing counts; after it, it does."""
    watch = Watch(repo)
    (repo / ".git" / busy).write_text(git(repo, "rev-parse", "HEAD") + "\n")
    write(repo, "a", "A: 2")
    assert watch.settle().look(60.0).values["A"] == 1
    (repo / ".git" / busy).unlink()
    assert (watch.look().values["A"], watch.look(0.11).values["A"]) == (1, 2)


def test_edit_that_waits_for_long_is_told(repo: Path, git: Git) -> None:
    """After ten seconds of waiting for git it says why an edit is not in force, once."""
    watch = Watch(repo)
    lock = repo / ".git/index.lock"
    lock.touch()
    watch.look(60.0)
    assert watch.following.notices == []
    write(repo, "a", "A: 2")
    watch.look().look(9.0)
    assert watch.following.notices == []
    watch.look(2.0).look(60.0)
    (told,) = watch.following.notices
    assert told == (
        f"{A}: edits are not in force yet, for a git command holds {lock}. If none is running, "
        "remove that file"
    )
    lock.unlink()
    assert watch.settle().values["A"] == 2
    (repo / ".git/MERGE_HEAD").write_text(git(repo, "rev-parse", "HEAD") + "\n")
    watch.settle().look(60.0)
    write(repo, "a", "A: 3")
    watch.look().look(11.0)
    (told,) = watch.following.notices[1:]
    assert told == (
        f"{A}: edits are not in force yet, for a merge is in progress: finish it (`git commit`) "
        "or leave it (`git merge --abort`)"
    )


@pytest.mark.parametrize("kind", ["rebase-merge", "rebase-apply"])
def test_edit_waits_during_a_rebase(repo: Path, kind: str) -> None:
    """A rebase shows files of one commit under the head of another."""
    watch = Watch(repo)
    (repo / ".git" / kind).mkdir()
    write(repo, "a", "A: 2")
    assert watch.settle().look(60.0).values["A"] == 1
    (repo / ".git" / kind).rmdir()
    assert watch.settle().values["A"] == 2


def test_edits_are_looked_for_less_often_while_git_waits(repo: Path) -> None:
    """An editor that holds the lock for hours costs a look every two seconds, no more."""
    watch = Watch(repo)
    (repo / ".git/index.lock").touch()
    write(repo, "a", "A: 2")
    dues = []
    for _ in range(8):
        due = watch.following.step(watch.now)
        assert due is not None
        dues.append(round(due - watch.now, 1))
        watch.now = due
    assert dues == [0.1, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_edit_undone_goes_back_to_the_commit(repo: Path, git: Git) -> None:
    """`git checkout -- file` takes a hand edit out of force again."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    assert watch.settle().edited == {"A"}
    git(repo, "checkout", "--", A)
    assert (watch.settle().values["A"], watch.edited) == (1, set())


def test_edit_committed_stays_in_force(repo: Path, git: Git) -> None:
    """Once committed, the value is the same and no longer uncommitted."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    head = git.commit(repo)
    assert (watch.look().values["A"], watch.edited) == (2, set())
    assert watch.following.standing.revision == head


def test_edit_turned_bad_leaves_the_good_one(repo: Path) -> None:
    """An edit that becomes invalid is refused, and the edit before it stays in force."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    write(repo, "a", "A: [")
    assert (watch.settle().values["A"], watch.edited, watch.refused) == (2, {"A"}, [A])
    write(repo, "a", "A: 4")
    assert (watch.settle().values["A"], watch.edited, watch.refused) == (4, {"A"}, [])


def test_edit_stays_when_another_file_is_committed(repo: Path, git: Git) -> None:
    """A commit elsewhere does not take an edit out of force, not even for a moment."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    write(repo, "b", "B: 2")
    git(repo, "commit", "--quiet", "--message=b", B)
    assert (watch.look().values, watch.edited) == ({"A": 2, "B": 2}, {"A"})


def test_edit_refused_stays_refused_over_a_commit(repo: Path, git: Git) -> None:
    """A commit elsewhere counts, and a bad edit is neither mended nor new by it."""
    watch = Watch(repo)
    write(repo, "a", "A: [")
    watch.settle()
    write(repo, "b", "B: 2")
    git(repo, "commit", "--quiet", "--message=b", B)
    assert (watch.look().values, watch.refused) == ({"A": 1, "B": 2}, [A])
    assert (watch.settle().values, watch.refused) == ({"A": 1, "B": 2}, [A])


def test_edit_held_in_force_ends_with_the_next_commit(repo: Path, git: Git) -> None:
    """A good edit that a bad one has replaced on disk is dropped when a commit comes."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    write(repo, "a", "A: [")
    watch.settle()
    write(repo, "b", "B: 2")
    git(repo, "commit", "--quiet", "--message=b", B)
    assert (watch.look().values, watch.edited, watch.refused) == ({"A": 1, "B": 2}, set(), [A])


def test_edit_that_clashes_with_a_commit(repo: Path, git: Git) -> None:
    """A commit that an edit in force does not go with counts, and the edit is refused."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    write(repo, "b", "B: 2\nA: 9")
    git(repo, "commit", "--quiet", "--no-verify", "--message=b", B)
    assert (watch.look().values, watch.refused != []) == ({"A": 2, "B": 1}, True)
    commit(git, repo, a="{}")
    assert (watch.look().values, watch.refused) == ({"A": 9, "B": 2}, [])


def test_edits_of_two_files_are_dropped_together(repo: Path, git: Git) -> None:
    """When a commit comes and one of two edits was touched, not half of them stays."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    write(repo, "b", "B: 2")
    assert watch.settle().edited == {"A", "B"}
    write(repo, "b", "B: 3")
    git(repo, "commit", "--quiet", "--allow-empty", "--message=x")
    assert (watch.look().values, watch.edited) == ({"A": 1, "B": 1}, set())
    assert watch.settle().values == {"A": 2, "B": 3}


def test_commit_that_is_broken_is_refused(repo: Path, git: Git) -> None:
    """The last good revision stays in force until a commit mends it."""
    watch = Watch(repo)
    good = watch.following.standing.revision
    bad = commit(git, repo, a="A: [")
    assert (watch.look().values, watch.refused) == ({"A": 1, "B": 1}, [A, A][:1])
    refusal = watch.following.standing.refusal
    assert refusal
    assert (refusal.revision, refusal.held, refusal.uncommitted) == (bad, good, False)
    commit(git, repo, a="A: 3")
    assert (watch.look().values["A"], watch.refused) == (3, [])


def test_commit_that_is_broken_keeps_an_edit_in_force(repo: Path, git: Git) -> None:
    """What was in force before a bad commit stays, hand edits included."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    write(repo, "b", "B: [")
    git(repo, "commit", "--quiet", "--message=b", B)
    assert (watch.look().values, watch.edited, watch.refused) == ({"A": 2, "B": 1}, {"A"}, [B])


def test_commit_that_is_broken_can_be_mended_by_hand(repo: Path, git: Git) -> None:
    """A valid edit over a bad commit counts: the files as they lie are good."""
    watch = Watch(repo)
    bad = commit(git, repo, a="A: [")
    watch.look()
    write(repo, "a", "A: 5")
    assert (watch.settle().values["A"], watch.edited, watch.refused) == (5, {"A"}, [])
    assert watch.following.standing.revision == bad


def test_committed_only_takes_no_edit(repo: Path, git: Git) -> None:
    """With commits alone an edit is neither in force nor refused, until it is committed."""
    watch = Watch(repo, committed_only=True)
    write(repo, "a", "A: 2")
    assert (watch.settle().values["A"], watch.refused) == (1, [])
    write(repo, "a", "A: [")
    assert (watch.settle().values["A"], watch.refused) == (1, [])
    commit(git, repo, a="A: 3")
    assert watch.look().values["A"] == 3


def test_start_on_a_broken_head(repo: Path, git: Git) -> None:
    """It starts from the newest valid revision, past those that are as broken, and says so."""
    good = commit(git, repo, a="A: 2")
    commit(git, repo, a="A: [")
    (repo / "README").write_text("hello\n")
    bad = git.commit(repo)
    watch = Watch(repo)
    assert (watch.values["A"], watch.following.standing.revision) == (2, good)
    started = watch.following.started_from
    assert started
    assert (started.revision, started.held, started.uncommitted) == (bad, good, False)
    assert [finding.file for finding in started.findings] == [A]


def test_start_on_a_broken_head_and_a_broken_edit(repo: Path, git: Git) -> None:
    """What is refused then is the work tree; where it starts from is told beside."""
    commit(git, repo, a="A: [")
    write(repo, "b", "B: [")
    watch = Watch(repo)
    started, refusal = watch.following.started_from, watch.following.standing.refusal
    assert started
    assert refusal
    assert (watch.values, started.uncommitted, refusal.uncommitted) == (
        {"A": 1, "B": 1},
        False,
        True,
    )
    assert {finding.file for finding in refusal.findings} == {A, B}


def test_start_on_a_broken_head_mended_by_hand(repo: Path, git: Git) -> None:
    """An edit that mends the head is in force from the start."""
    head = commit(git, repo, a="A: [")
    write(repo, "a", "A: 7")
    watch = Watch(repo)
    assert (watch.values["A"], watch.edited, watch.following.started_from) == (7, {"A"}, None)
    assert watch.following.standing.revision == head


def test_start_where_nothing_was_ever_valid(tmp_path: Path, git: Git) -> None:
    """Without any valid revision there is nothing to run: the error says what to mend."""
    repo = plain_repo(tmp_path / "repo", git, a="A: [")
    commit(git, repo, a="A: {")
    with pytest.raises(InvalidError, match=r"config/a\.yaml:2.*`gitcfg validate`") as caught:
        Following(repo)
    assert [finding.file for finding in caught.value.findings] == [A]


def test_start_outside_a_repository(tmp_path: Path) -> None:
    """A path that leads to no repository is an error with advice."""
    with pytest.raises(RepositoryError, match="gitcfg init"):
        Following(tmp_path)


KILLED = (
    "import os, sys, gitcfg, gitcfg.git.commit as commit; "
    "commit._check_out = lambda *_: os._exit(9); gitcfg.open(sys.argv[1]).set('A', 2)"
)


def kill_a_set(repo: Path) -> None:
    """Kill a writer after its commit and before its file."""
    done = subprocess.run([sys.executable, "-c", KILLED, repo], check=False)
    assert done.returncode == 9


def test_killed_writer_is_repaired(repo: Path, git: Git) -> None:
    """A follower brings the files of a killed writer's commit in order, whose value is in force."""
    watch = Watch(repo)
    kill_a_set(repo)
    assert watch.settle().settle().values["A"] == 2
    assert ((repo / A).read_text(), git(repo, "status", "--porcelain")) == ("A: 2\n", "")


def test_killed_writer_is_repaired_at_the_start(repo: Path, git: Git) -> None:
    """Who starts after a killed writer repairs before it looks, and tells what it found."""
    kill_a_set(repo)
    (repo / ".git/index.lock").unlink()
    git(repo, "commit", "--quiet", "--all", "--message=Mine")
    watch = Watch(repo)
    assert (watch.values["A"], git(repo, "status", "--porcelain")) == (1, "")
    (told,) = watch.following.notices
    assert "put back the config/a.yaml from before" in told


def test_journal_that_cannot_be_read_is_told_once(repo: Path, git: Git) -> None:
    """What cannot be repaired is told and stops nothing but hand edits."""
    watch = Watch(repo)
    (repo / ".git/gitcfg").mkdir()
    (repo / ".git/gitcfg/journal").write_text("rubbish")
    write(repo, "a", "A: 2")
    assert watch.settle().settle().values["A"] == 1
    commit(git, repo, b="B: 2")
    assert watch.settle().settle().values == {"A": 2, "B": 2}
    (told,) = watch.following.notices
    assert "gitcfg/journal cannot be read" in told


def test_path_that_leads_elsewhere_is_followed(tmp_path: Path, git: Git) -> None:
    """A link flipped to another checkout: its commit counts at once, and no edit of the old."""
    one = plain_repo(tmp_path / "one", git, a="A: 1")
    two = plain_repo(tmp_path / "two", git, a="A: 2")
    link = tmp_path / "link"
    link.symlink_to(one)
    watch = Watch(link)
    write(one, "a", "A: 9")
    assert (watch.settle().values, watch.edited) == ({"A": 9}, {"A"})
    (tmp_path / "new").symlink_to(two)
    (tmp_path / "new").rename(link)
    assert (watch.look().values, watch.edited) == ({"A": 2}, set())
    assert watch.following.repository.root == two
    commit(git, two, a="A: 3")
    assert watch.look().values == {"A": 3}


def test_path_flipped_to_the_same_commit(tmp_path: Path, git: Git) -> None:
    """Another checkout of the same commit has no hand edits of the first."""
    one = plain_repo(tmp_path / "one", git, a="A: 1")
    git(one, "worktree", "add", "--quiet", tmp_path / "two")
    link = tmp_path / "link"
    link.symlink_to(one)
    watch = Watch(link)
    write(one, "a", "A: 9")
    watch.settle()
    link.unlink()
    link.symlink_to(tmp_path / "two")
    assert (watch.look().values, watch.edited) == ({"A": 1}, set())


def test_path_flipped_to_a_broken_checkout(tmp_path: Path, git: Git) -> None:
    """What the other checkout has is refused, and what was in force stays."""
    one = plain_repo(tmp_path / "one", git, a="A: 1")
    two = plain_repo(tmp_path / "two", git, a="A: [")
    link = tmp_path / "link"
    link.symlink_to(one)
    watch = Watch(link)
    link.unlink()
    link.symlink_to(two)
    assert (watch.look().values, watch.refused) == ({"A": 1}, [A])


def test_repository_gone_for_a_moment(repo: Path, tmp_path: Path) -> None:
    """A flip that is not atomic tells nothing; the values stay."""
    watch = Watch(repo)
    repo.rename(tmp_path / "away")
    assert (watch.look().look(0.5).values, watch.refused) == ({"A": 1, "B": 1}, [])
    (tmp_path / "away").rename(repo)
    assert (watch.look(0.1).values, watch.refused) == ({"A": 1, "B": 1}, [])


def test_repository_gone_for_good(repo: Path, tmp_path: Path) -> None:
    """After a second it is refused, saying why; when it is back, that ends and all counts."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    watch.settle()
    repo.rename(tmp_path / "away")
    assert (watch.look().look(1.1).values["A"], watch.refused) == (2, [None])
    refusal = watch.following.standing.refusal
    assert refusal
    assert "not in a git repository" in refusal.findings[0].message
    assert (watch.look(5.0).refused, refusal.revision) == ([None], None)
    (tmp_path / "away").rename(repo)
    assert (watch.look(3.0).values["A"], watch.refused, watch.edited) == (2, [], {"A"})


def test_repository_cloned_anew_in_its_place(repo: Path, tmp_path: Path, git: Git) -> None:
    """Another repository under the same path is opened afresh."""
    watch = Watch(repo)
    other = plain_repo(tmp_path / "other", git, a="A: 8")
    shutil.rmtree(repo)
    other.rename(repo)
    assert watch.look().look(0.1).values == {"A": 8}


def test_branch_that_vanished_is_an_error_in_time(repo: Path, git: Git) -> None:
    """A head without a commit holds what is in force, and is told after a second."""
    watch = Watch(repo)
    git(repo, "checkout", "--quiet", "--orphan", "empty")
    assert watch.look().look(1.1).values == {"A": 1, "B": 1}
    assert watch.refused == [None]
    git(repo, "checkout", "--quiet", "-f", "main")
    assert (watch.look(2.0).values, watch.refused) == ({"A": 1, "B": 1}, [])


def test_missing_object_holds_the_commit_back(repo: Path, git: Git) -> None:
    """A commit takes effect only when all of its files can be read."""
    watch = Watch(repo)
    commit(git, repo, a="A: 2")
    blob = git(repo, "rev-parse", f"HEAD:{A}")
    place = repo / ".git/objects" / blob[:2] / blob[2:]
    place.rename(repo / "kept")
    assert watch.look().look(1.1).values["A"] == 1
    assert "is missing" in watch.following.standing.refusal.findings[0].message  # type: ignore[union-attr]
    (repo / "kept").rename(place)
    assert (watch.look(3.0).values["A"], watch.refused) == (2, [])


def test_many_commits_open_the_repository_afresh(repo: Path, git: Git) -> None:
    """Now and then what libgit2 keeps in memory is let go; nothing else is to be noticed."""
    watch = Watch(repo)
    before = watch.following.repository
    for number in range(70):
        head = git(repo, "commit-tree", "-m", str(number), "-p", "HEAD", "HEAD^{tree}")
        git(repo, "update-ref", "HEAD", head)
        watch.look()
    assert watch.following.repository is not before
    assert watch.following.standing.revision == head
    write(repo, "a", "A: 2")
    assert watch.settle().values["A"] == 2


def test_resting_looks_at_the_head_alone(repo: Path, git: Git) -> None:
    """Between two full looks commits are still seen at once, edits later."""
    watch = Watch(repo)
    write(repo, "a", "A: 2")
    assert watch.following.step(9.0, resting=True) is None
    commit(git, repo, b="B: 2")
    watch.following.step(9.0, resting=True)
    assert watch.values == {"A": 2, "B": 2}
