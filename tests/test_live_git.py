"""Whatever changes the files, git or a hand, a follower sees it by the events alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from follows import Heard, commit, plain_repo, until, write

import gitcfg
from gitcfg import Live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

A = "config/a.yaml"

NEVER = 3600.0
"""An interval so long that only events, and what follows from them, make it look."""


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each, and a branch `side` with other values."""
    place = plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")
    git(place, "checkout", "--quiet", "-b", "side")
    commit(place, "Side", a="A: 10", b="B: 10")
    git(place, "checkout", "--quiet", "main")
    return place


@pytest.fixture
def live(repo: Path) -> Iterator[Live]:
    """Follow it."""
    with gitcfg.follow(repo, interval=NEVER) as found:
        yield found


@pytest.fixture
def heard(live: Live) -> Heard:
    """Listen to the follower."""
    return Heard(live)


def test_set_is_seen(repo: Path, heard: Heard) -> None:
    """A change through gitcfg."""
    gitcfg.open(repo).set("A", 2)
    heard.wait(("A", 1, 2))


def test_editor_that_writes_in_place_is_seen(repo: Path, heard: Heard) -> None:
    """The file truncated and written again, as most editors do."""
    write(repo, "a", "A: 2")
    heard.wait(("A", 1, 2, "uncommitted"))


def test_editor_that_renames_is_seen(repo: Path, heard: Heard) -> None:
    """A new file moved over the old one, as careful editors do."""
    (repo / "config/.a.swp").write_text("A: 2\n")
    (repo / "config/.a.swp").rename(repo / A)
    heard.wait(("A", 1, 2, "uncommitted"))


def test_editor_that_moves_the_old_file_away_is_seen(repo: Path, heard: Heard) -> None:
    """The old file becomes a backup and a new one is written."""
    (repo / A).rename(repo / f"{A}~")
    write(repo, "a", "A: 2")
    heard.wait(("A", 1, 2, "uncommitted"))


def test_file_replaced_by_a_link_is_seen(repo: Path, heard: Heard) -> None:
    """A link flipped within the work tree."""
    for number in (2, 3):
        (repo / f"a{number}").write_text(f"A: {number}\n")
        (repo / "new").symlink_to(f"../a{number}")
        (repo / "new").rename(repo / A)
        heard.wait(("A", number - 1, number, "uncommitted"))


def test_commit_all_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """`git commit -a` after an edit."""
    write(repo, "a", "A: 2")
    git(repo, "commit", "--quiet", "--all", "--message=Mine")
    heard.wait_for_git(("A", 1, 2))
    assert heard.changes[-1].reason == "Mine"


def test_checkout_of_a_branch_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """Another branch, and back."""
    git(repo, "checkout", "--quiet", "side")
    heard.wait_for_git(("A", 1, 10), ("B", 1, 10))
    git(repo, "checkout", "--quiet", "main")
    heard.wait_for_git(("A", 10, 1), ("B", 10, 1))


def test_checkout_of_a_file_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """One file of another branch, and the committed one again."""
    git(repo, "checkout", "--quiet", "side", "--", A)
    heard.wait(("A", 1, 10, "uncommitted"))
    git(repo, "checkout", "--quiet", "HEAD", "--", A)
    heard.wait(("A", 10, 1))


def test_revert_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """The change undone by a commit of git's own."""
    commit(repo, a="A: 2")
    heard.wait(("A", 1, 2))
    git(repo, "revert", "--no-edit", "HEAD")
    heard.wait_for_git(("A", 2, 1))
    assert (heard.changes[-1].reason or "").startswith('Revert "Change"')


def test_stash_and_pop_are_seen(repo: Path, git: Git, heard: Heard) -> None:
    """An edit put away, and taken out again."""
    write(repo, "a", "A: 2")
    heard.wait(("A", 1, 2, "uncommitted"))
    git(repo, "stash", "--quiet")
    heard.wait(("A", 2, 1))
    git(repo, "stash", "pop", "--quiet")
    heard.wait(("A", 1, 2, "uncommitted"))


def test_reset_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """The branch put back by force."""
    commit(repo, a="A: 2")
    heard.wait(("A", 1, 2))
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    heard.wait_for_git(("A", 2, 1))


def test_merge_is_seen_when_it_is_done(repo: Path, git: Git, heard: Heard) -> None:
    """A conflict in the files is nothing to refuse; the merge commit counts."""
    commit(repo, a="A: 2")
    heard.wait(("A", 1, 2))
    assert git.run(repo, "merge", "side").returncode == 1
    assert "<<<<" in (repo / A).read_text()
    write(repo, "a", "A: 3")
    git(repo, "commit", "--quiet", "--all", "--no-edit")
    heard.wait(("A", 2, 3), ("B", 1, 10))


def test_rebase_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """The branch rebased onto another has that one's values too."""
    commit(repo, c="C: 1")
    heard.wait(("C", None, 1))
    git(repo, "rebase", "--quiet", "side")
    values = {"A": 10, "B": 10, "C": 1}
    until(lambda: dict(heard.live.snapshot) == values and not heard.live.snapshot.uncommitted)
    assert heard.live.snapshot.revision == git(repo, "rev-parse", "HEAD")


@pytest.mark.parametrize("how", ["--ff-only", "--rebase", "--no-rebase"])
def test_pull_is_seen(repo: Path, tmp_path: Path, git: Git, how: str) -> None:
    """Commits of others come in by each kind of pull."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", repo, clone)
    with gitcfg.follow(clone, interval=NEVER) as live:
        heard = Heard(live)
        if how != "--ff-only":
            commit(clone, c="C: 1")
            heard.wait(("C", None, 1))
        commit(repo, "Theirs", a="A: 2")
        git(clone, "pull", "--quiet", how, "--no-edit")
        until(lambda: "Theirs" in [one.reason for one in heard.changes])
        values = {"A": 2, "B": 1} | ({"C": 1} if how != "--ff-only" else {})
        until(lambda: dict(live.snapshot) == values and not live.snapshot.uncommitted)


def test_folder_gone_and_back_is_seen(repo: Path, git: Git, heard: Heard) -> None:
    """A branch without settings, then one with: the new folder is watched like the old."""
    nothing = git(repo, "mktree", stdin="")
    git(repo, "branch", "bare", git(repo, "commit-tree", "-m", "None", nothing))
    git(repo, "checkout", "--quiet", "bare")
    heard.wait_for_git(("A", 1, None), ("B", 1, None))
    assert not (repo / "config").exists()
    git(repo, "checkout", "--quiet", "main")
    heard.wait_for_git(("A", None, 1), ("B", None, 1))
    write(repo, "a", "A: 2")
    heard.wait(("A", 1, 2, "uncommitted"))


def test_folder_deleted_by_hand_is_refused_and_watched_again(
    repo: Path, git: Git, heard: Heard
) -> None:
    """Nothing counts while it is gone; when it is back, edits in it do."""
    shutil.rmtree(repo / "config")
    heard.wait(("refused", A, "config/b.yaml"))
    git(repo, "checkout", "--quiet", "HEAD", "--", "config")
    heard.wait(("repaired",))
    write(repo, "a", "A: 2")
    heard.wait(("A", 1, 2, "uncommitted"))


def test_file_in_a_new_folder_is_seen(repo: Path, heard: Heard) -> None:
    """Folders made while following are watched too."""
    (repo / "config/team").mkdir()
    write(repo, "team/pay", "P: 1")
    heard.wait(("P", None, 1, "uncommitted"))
    write(repo, "team/pay", "P: 2")
    heard.wait(("P", 1, 2, "uncommitted"))


def test_packed_references_are_seen(repo: Path, git: Git, heard: Heard) -> None:
    """Where git packs its references and objects, nothing is missed and nothing changes."""
    git(repo, "gc", "--quiet")
    commit(repo, a="A: 2")
    heard.wait(("A", 1, 2))
    git(repo, "pack-refs", "--all", "--prune")
    git(repo, "checkout", "--quiet", "side")
    heard.wait_for_git(("A", 2, 10), ("B", 1, 10))


def test_linked_work_tree_is_followed_for_itself(repo: Path, tmp_path: Path, git: Git) -> None:
    """It has its own head, edits and record, and shares the branches."""
    side = tmp_path / "linked"
    git(repo, "worktree", "add", "--quiet", side, "side")
    with gitcfg.follow(side, name="linked", interval=NEVER) as live:
        heard = Heard(live)
        commit(repo, a="A: 2")
        commit(side, a="A: 11")
        heard.wait(("A", 10, 11))
        write(side, "b", "B: 11")
        heard.wait(("B", 10, 11, "uncommitted"))
        assert [one.name for one in gitcfg.open(side).followers()] == ["linked"]
        assert gitcfg.open(repo).followers() == ()


def test_branch_moved_from_elsewhere_is_seen(repo: Path, tmp_path: Path, git: Git) -> None:
    """A push into the checked-out branch counts at once, whatever the files say."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", repo, clone)
    git(repo, "config", "receive.denyCurrentBranch", "updateInstead")
    with gitcfg.follow(repo, interval=NEVER) as live:
        heard = Heard(live)
        commit(clone, "Pushed", a="A: 2")
        git(clone, "push", "--quiet")
        heard.wait_for_git(("A", 1, 2))


def test_link_to_a_checkout_is_followed_when_flipped(repo: Path, tmp_path: Path, git: Git) -> None:
    """As tools do that sync a checkout beside and then flip: values, watch and record move."""
    link = tmp_path / "current"
    for name, branch in (("one", "main"), ("two", "side")):
        git(repo, "worktree", "add", "--quiet", "--detach", tmp_path / name, branch)
    link.symlink_to("one")
    with gitcfg.follow(link, name="exporter", interval=NEVER) as live:
        heard = Heard(live)
        until(lambda: gitcfg.open(tmp_path / "one").followers())
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").rename(link)
        heard.wait(("A", 1, 10), ("B", 1, 10))
        until(lambda: gitcfg.open(tmp_path / "two").followers())
        assert gitcfg.open(tmp_path / "one").followers() == ()
        git(repo, "worktree", "remove", "--force", tmp_path / "one")
        write(tmp_path / "two", "a", "A: 11")
        heard.wait(("A", 10, 11, "uncommitted"))


def test_record_is_written_again_when_somebody_cleared_it(repo: Path) -> None:
    """All that gitcfg keeps under .git may be deleted; a running follower is back at once."""
    with gitcfg.follow(repo, name="exporter", interval=0.05):
        (one,) = until(gitcfg.open(repo).followers)
        # In one step: a follower that writes meanwhile would fill the folder again under rmtree.
        (repo / ".git/gitcfg").rename(repo / ".git/cleared")
        shutil.rmtree(repo / ".git/cleared")
        assert until(gitcfg.open(repo).followers) == (one,)
