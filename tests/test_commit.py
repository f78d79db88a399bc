"""One change: objects, journal, branch, file, index, in that order, against real git."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from gitcfg import Author, DirtyError, LockedError, RepositoryError
from gitcfg.git import durable, journal, lock, objects, refs, staging, wal, worktree
from gitcfg.git.commit import commit
from gitcfg.git.objects import Draft
from gitcfg.git.record import decode
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

NOK = Author("Nok ณก", "nok@example.com")
BOT = Author("Program", "program@example.com")
A = "config/a.yaml"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository with one config file and one other."""
    place = tmp_path / "repo"
    (place / "config").mkdir(parents=True)
    (place / A).write_text("A: 1\n")
    (place / "other.txt").write_text("other\n")
    git(place, "init", "--quiet", "--initial-branch=main")
    git.commit(place)
    return place


def draft(files: dict[str, bytes | None], message: str = "Set A to 2\n") -> Draft:
    """Make a commit to be."""
    when = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    return Draft(files=files, message=message, author=NOK, committer=BOT, date=when)


def change(place: Path, files: dict[str, bytes | None]) -> str | None:
    """Carry out one change as a writer does."""
    repository = Repository.open(place)
    with lock.lock(repository):
        journal.repair(repository)
        return commit(repository, head=repository.head(), draft=draft(files))


def settled(git: Git, place: Path) -> tuple[str, str, str]:
    """Tell what git finds wrong, what differs, and what of ours is left."""
    left = [one.name for one in (place / ".git").rglob("*.lock")]
    ours = (place / ".git" / "gitcfg").iterdir()
    left += [one.name for one in ours if one.name not in ("lock", "log")]
    return (
        git(place, "fsck", "--strict", "--no-dangling"),
        git(place, "status", "--porcelain"),
        " ".join(left),
    )


def test_commit_leaves_git_content(repo: Path, git: Git) -> None:
    """The branch, the file and the index hold the change, and git finds nothing to say."""
    revision = change(repo, {A: b"A: 2\n"})
    assert git(repo, "rev-parse", "HEAD") == revision
    assert (repo / A).read_bytes() == b"A: 2\n"
    assert settled(git, repo) == ("", "", "")
    assert git(repo, "log", "-1", "--format=%an <%ae>|%cn|%ct|%s") == (
        f"{NOK}|Program|1795599000|Set A to 2"
    )
    assert git(repo, "log", "-g", "-1", "--format=%gs") == "gitcfg: Set A to 2"


def test_commit_makes_and_removes_files_in_folders(repo: Path, git: Git) -> None:
    """A change may add a file in new folders, and take the last one of a folder away."""
    change(repo, {"config/team/pay.yaml": b"P: 1\n", A: b"A: 3\n"})
    assert git(repo, "ls-files") == f"{A}\nconfig/team/pay.yaml\nother.txt"
    change(repo, {"config/team/pay.yaml": None})
    assert git(repo, "ls-tree", "-r", "--name-only", "HEAD") == f"{A}\nother.txt"
    assert settled(git, repo) == ("", "", "")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda place: place.symlink_to("x")])
def test_commit_leaves_whatever_stands_where_a_new_file_goes(
    repo: Path, git: Git, make: Callable[[Path], None]
) -> None:
    """What git does not know is never replaced: a pipe, a folder, a link."""
    make(repo / "config" / "new.yaml")
    with pytest.raises((DirtyError, RepositoryError)):
        change(repo, {"config/new.yaml": b"N: 1\n"})
    assert not (repo / "config" / "new.yaml").is_file()
    assert git(repo, "rev-list", "--count", "HEAD") == "1"


def test_commit_keeps_what_a_human_staged_elsewhere(repo: Path, git: Git) -> None:
    """What is staged of other files stays staged."""
    (repo / "other.txt").write_text("staged\n")
    git(repo, "add", "other.txt")
    change(repo, {A: b"A: 2\n"})
    assert git(repo, "status", "--porcelain") == "M  other.txt"


@pytest.mark.parametrize("staged", [False, True])
def test_commit_refuses_an_edited_file(repo: Path, git: Git, staged: bool) -> None:  # noqa: FBT001
    """A file that a human left edited or staged is refused with advice, and keeps its bytes."""
    (repo / A).write_text("A: 9\n")
    if staged:
        git(repo, "add", A)
        (repo / A).write_text("A: 1\n")
    head, edited = git(repo, "rev-parse", "HEAD"), (repo / A).read_bytes()
    with pytest.raises(DirtyError, match=r"git diff (--cached )?HEAD -- config/a\.yaml"):
        change(repo, {A: b"A: 2\n"})
    assert (git(repo, "rev-parse", "HEAD"), (repo / A).read_bytes()) == (head, edited)
    assert not journal.pending(Repository.open(repo))


def test_commit_on_a_moved_branch_changes_nothing(repo: Path, git: Git) -> None:
    """Whoever built on an old head is told so by None, and the newer commit stays."""
    repository = Repository.open(repo)
    old = repository.head()
    (repo / "other.txt").write_text("newer\n")
    newer = git.commit(repo)
    assert commit(repository, head=old, draft=draft({A: b"A: 2\n"})) is None
    assert git(repo, "rev-parse", "HEAD") == newer
    assert settled(git, repo)[1:] == ("", "")


def test_commit_waits_for_a_human_and_then_names_the_lock(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index lock that is not freed in time is named, and nothing is changed."""
    monkeypatch.setattr(staging.hold.__wrapped__, "__kwdefaults__", {"wait": 0.05})  # type: ignore[attr-defined]
    (repo / ".git" / "index.lock").touch()
    with pytest.raises(LockedError, match=r"index\.lock"):
        change(repo, {A: b"A: 2\n"})
    assert (repo / ".git" / "index.lock").exists()
    assert git(repo, "log", "--format=%s") == "Change by hand"


def test_commit_goes_on_when_a_human_ends(repo: Path, git: Git) -> None:
    """A human's lock that is freed in time is only waited for."""
    held = repo / ".git" / "index.lock"
    held.touch()
    threading.Timer(0.2, held.unlink).start()
    assert change(repo, {A: b"A: 2\n"}) == git(repo, "rev-parse", "HEAD")


def test_index_moves_before_the_branch(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A human's `git commit` reads HEAD, then the index: no new HEAD meets the old index."""
    real, seen = refs.compare_and_swap, []

    def watched(*args: Any, **kwargs: Any) -> bool:
        seen.append(git(repo, "show", f":{A}"))
        return real(*args, **kwargs)

    monkeypatch.setattr(refs, "compare_and_swap", watched)
    change(repo, {A: b"A: 2\n"})
    assert seen == ["A: 2"]


def test_index_moves_back_when_the_branch_did_not(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch that moved in the last instant leaves the index as it was."""
    monkeypatch.setattr(refs, "compare_and_swap", lambda *_, **__: False)
    assert change(repo, {A: b"A: 2\n"}) is None
    assert settled(git, repo) == ("", "", "")


def test_commit_on_a_detached_head_is_refused(repo: Path, git: Git) -> None:
    """Without a branch there is nothing to commit to, and the cure is named."""
    git(repo, "checkout", "--quiet", "--detach")
    with pytest.raises(RepositoryError, match="git switch BRANCH"):
        change(repo, {A: b"A: 2\n"})


def test_commit_under_a_filter_is_refused(repo: Path, git: Git) -> None:
    """A file whose bytes git would change is refused, naming the attribute and the cure."""
    (repo / ".gitattributes").write_text("config/** ident\n")
    git.commit(repo)
    with pytest.raises(RepositoryError, match="attribute `ident`"):
        change(repo, {A: b"A: 2\n"})


def test_commit_keeps_crlf_that_git_made(repo: Path, git: Git) -> None:
    """Under autocrlf the file stays CRLF on disk and LF in the commit."""
    git(repo, "config", "core.autocrlf", "true")
    (repo / A).unlink()
    git(repo, "checkout", A)
    assert (repo / A).read_bytes() == b"A: 1\r\n"
    change(repo, {A: b"A: 2\n"})
    assert (repo / A).read_bytes() == b"A: 2\r\n"
    assert git(repo, "cat-file", "blob", f"HEAD:{A}") == "A: 2"
    assert settled(git, repo) == ("", "", "")


def test_commit_keeps_the_mode_of_the_file(repo: Path) -> None:
    """The permissions that the owner gave a file stay."""
    (repo / A).chmod(0o640)
    change(repo, {A: b"A: 2\n"})
    assert (repo / A).stat().st_mode & 0o777 == 0o640


def test_commit_in_a_linked_work_tree(repo: Path, git: Git) -> None:
    """A linked work tree has its own lock and journal, and moves its own branch."""
    linked = repo.parent / "linked"
    git(repo, "worktree", "add", "--quiet", "-b", "side", linked)
    revision = change(linked, {A: b"A: 2\n"})
    assert git(repo, "rev-parse", "side") == revision
    assert git(linked, "status", "--porcelain") == ""
    assert (repo / A).read_bytes() == b"A: 1\n"


CRASH = """
import os, signal, sys
from datetime import datetime, UTC
from gitcfg import Author
from gitcfg.git import commit, journal, lock, objects, refs, staging, wal, worktree
from gitcfg.git.repository import Repository
place, step = sys.argv[1:]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def after(module, name):
    real = getattr(module, name)
    def wrapped(*args, **kwargs):
        real(*args, **kwargs)
        die()
    setattr(module, name, wrapped)
module, name, when = step.split(".")
module = {"journal": journal, "refs": refs, "staging": staging, "objects": objects,
          "wal": wal, "worktree": worktree}[module]
after(module, name) if when == "after" else setattr(module, name, die)
repository = Repository.open(place)
who = Author("P", "p@example.com")
with lock.lock(repository):
    draft = objects.Draft(files={"config/a.yaml": b"A: 2\\n"}, message="Set A\\n", author=who,
                          committer=who, date=datetime.now(UTC))
    commit.commit(repository, head=repository.head(), draft=draft)
"""
STEPS = {
    "objects.compose.after": "before",
    "journal.begin.before": "before",
    "wal.append.before": "before",
    "wal.append.after": "before",
    "journal.begin.after": "before",
    "objects.write.before": "before",
    "objects.write.after": "before",
    "staging.update.before": "before",
    "staging.update.after": "before",
    "refs.compare_and_swap.before": "before",
    "refs.compare_and_swap.after": "after",
    "worktree.replace.before": "after",
    "worktree.replace.after": "after",
    "refs.log.before": "after",
    "refs.log.after": "after",
    "objects.keep.before": "after",
    "journal.end.before": "after",
}


@pytest.mark.parametrize(("step", "expected"), STEPS.items())
def test_commit_killed_at_a_step_is_whole_after_the_next_open(
    repo: Path, git: Git, step: str, expected: str
) -> None:
    """Killed anywhere, the next open finds the state before or after, whole and clean."""
    done = subprocess.run([sys.executable, "-c", CRASH, repo, step], check=False)
    assert done.returncode == -9
    assert journal.recover(Repository.open(repo)) == ()
    value = {"before": b"A: 1\n", "after": b"A: 2\n"}[expected]
    assert (repo / A).read_bytes() == value
    assert git(repo, "cat-file", "blob", f"HEAD:{A}").encode() + b"\n" == value
    assert settled(git, repo) == ("", "", "")
    change(repo, {A: b"A: 3\n"})
    assert git(repo, "status", "--porcelain") == ""


def kill(repo: Path, step: str) -> None:
    """Kill a writer at a step."""
    subprocess.run([sys.executable, "-c", CRASH, repo, step], check=False)


def test_repair_leaves_an_edit_made_after_the_kill(repo: Path, git: Git) -> None:
    """A file that is neither old nor new is a human's: it stays, and shows as drift."""
    kill(repo, "worktree.replace.before")
    (repo / A).write_text("A: 7\n")
    journal.recover(Repository.open(repo))
    assert (repo / A).read_bytes() == b"A: 7\n"
    assert git(repo, "show", f"HEAD:{A}") == "A: 2"


def test_repair_tells_of_a_commit_that_undid_the_change(repo: Path, git: Git) -> None:
    """A human's `git commit -a` that put the old file back unknowingly is told, with both ids."""
    kill(repo, "worktree.replace.before")
    (repo / ".git" / "index.lock").unlink()
    killed = git(repo, "rev-parse", "HEAD")
    git(repo, "commit", "--quiet", "--all", "--message", "Something else")
    (told,) = journal.recover(Repository.open(repo))
    assert killed[:12] in told
    assert git(repo, "rev-parse", "HEAD")[:12] in told
    assert (repo / A).read_bytes() == b"A: 1\n"


@pytest.mark.parametrize("damage", [b"", b"rubbish", None])
def test_repair_replaces_objects_that_a_power_cut_damaged(
    repo: Path, git: Git, damage: bytes | None
) -> None:
    """Objects that were not synced are written again from the journal, empty files too."""
    kill(repo, "objects.keep.before")
    (payload,) = wal.read(repo / ".git" / "gitcfg" / wal.NAME)
    for one in decode(payload).objects:
        place = repo / ".git" / "objects" / one.id[:2] / one.id[2:]
        place.chmod(0o644)
        place.unlink() if damage is None else place.write_bytes(damage)
    journal.recover(Repository.open(repo))
    assert settled(git, repo) == ("", "", "")


def test_recover_leaves_a_living_writer_alone(repo: Path) -> None:
    """A record whose writer holds the lock is nobody else's to repair."""
    repository = Repository.open(repo)
    with lock.lock(repository):
        (repo / ".git" / "gitcfg" / "journal").write_text("{}")
        assert journal.recover(Repository.open(repo)) == ()
        assert journal.pending(repository)


def test_lock_of_a_living_writer_is_named_in_time(repo: Path) -> None:
    """A writer that waits too long is told which process holds the lock."""
    with (
        lock.lock(Repository.open(repo)),
        pytest.raises(LockedError, match=f"process {os.getpid()}"),
        lock.lock(Repository.open(repo), wait=0.05),
    ):
        pass


def test_refs_lock_left_by_git_is_named(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch lock that git left is named with the cure."""
    monkeypatch.setattr(refs, "_WAIT", 0.05)
    (repo / ".git" / "refs" / "heads" / "main.lock").touch()
    with pytest.raises(LockedError, match=r"main\.lock"):
        change(repo, {A: b"A: 2\n"})


def test_writers_together_lose_nothing(repo: Path, git: Git) -> None:
    """Eight threads that each write in turn leave one commit for each change."""

    def write(number: int) -> None:
        for turn in range(5):
            assert change(repo, {A: f"A: {number}{turn}\n".encode()})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    for thread in threads:
        thread.join(deadline - time.monotonic())
    assert git(repo, "rev-list", "--count", "HEAD") == "41"
    assert settled(git, repo) == ("", "", "")


def test_objects_in_a_pack_count_as_durable(repo: Path, git: Git) -> None:
    """A change made of objects that are packed already is no different."""
    git(repo, "gc", "--quiet")
    change(repo, {A: b"A: 2\n"})
    git(repo, "gc", "--quiet")
    change(repo, {A: b"A: 1\n"})
    assert settled(git, repo) == ("", "", "")


@pytest.mark.parametrize(("step", "expected"), STEPS.items())
def test_commit_interrupted_at_a_step_is_whole_after_the_next_open(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, step: str, expected: str
) -> None:
    """Ctrl-C at any step is no other than a kill: the next open finds before or after, whole."""
    name, function, when = step.split(".")
    module = {
        "journal": journal,
        "refs": refs,
        "staging": staging,
        "objects": objects,
        "wal": wal,
        "worktree": worktree,
    }[name]
    real = getattr(module, function)

    def interrupted(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            real(*args, **kwargs)
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(module, function, interrupted)
    with pytest.raises(KeyboardInterrupt):
        change(repo, {A: b"A: 2\n"})
    assert journal.recover(Repository.open(repo)) == ()
    assert (repo / A).read_bytes() == {"before": b"A: 1\n", "after": b"A: 2\n"}[expected]
    assert settled(git, repo) == ("", "", "")


@pytest.mark.parametrize("place", ["index.lock", "main.lock"])
def test_lock_taken_at_the_instant_of_an_interrupt_is_freed(
    repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A lock that appeared just as Ctrl-C struck is removed by whoever comes next."""
    real = durable.link_new

    def linked(path: Path, content: bytes, *, folder: Path) -> bool:
        made = real(path, content, folder=folder)
        if path.name == place:
            monkeypatch.undo()
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(durable, "link_new", linked)
    with pytest.raises(KeyboardInterrupt):
        change(repo, {A: b"A: 2\n"})
    journal.recover(Repository.open(repo))
    assert settled(git, repo) == ("", "", "")


def test_edit_in_the_second_of_a_commit_stays_seen(repo: Path, git: Git) -> None:
    """A file edited as git wrote the index, at the same size, stays an edit to git."""
    other, second = repo / "other.txt", 0.0
    while second != int(time.time()):  # git tells times of files by the second
        time.sleep(1 - time.time() % 1)
        second = int(time.time())
        other.write_text(f"{second}\n")
        git.commit(repo, "again")
        other.write_text(f"{second + 1}\n")
    time.sleep(1.1)
    change(repo, {A: b"A: 2\n"})
    assert git(repo, "status", "--porcelain") == " M other.txt"


def test_repair_follows_a_renamed_branch(repo: Path, git: Git) -> None:
    """A branch renamed after the kill has the commit: the file is brought up to it."""
    kill(repo, "worktree.replace.before")
    git(repo, "branch", "--move", "trunk")
    assert journal.recover(Repository.open(repo)) == ()
    assert (repo / A).read_bytes() == b"A: 2\n"
    assert settled(git, repo) == ("", "", "")


def test_repair_of_a_deleted_branch_leaves_all_alone(repo: Path, git: Git) -> None:
    """Where the branch is gone and another checked out, there is nothing to finish."""
    kill(repo, "journal.end.before")
    git(repo, "checkout", "--quiet", "--detach", "HEAD~1")
    git(repo, "branch", "--quiet", "-D", "main")
    assert journal.recover(Repository.open(repo)) == ()
    assert settled(git, repo)[1:] == ("", "")


def test_recover_neither_waits_nor_raises(repo: Path) -> None:
    """A reader that meets a record and a human's index lock goes on at once, and tells."""
    kill(repo, "refs.compare_and_swap.before")
    (repo / ".git" / "index.lock").write_text("a human's")
    begun = time.monotonic()
    (told,) = journal.recover(Repository.open(repo))
    assert "could not be finished yet" in told
    assert time.monotonic() - begun < 5
    assert journal.pending(Repository.open(repo))


def test_repair_leaves_what_living_writers_have_in_the_shared_folder(repo: Path) -> None:
    """Only what was abandoned long ago is tidied away where other work trees write."""
    shared = repo / ".git" / "gitcfg"
    kill(repo, "refs.compare_and_swap.before")
    young, old = shared / ".gitcfg-young", shared / ".gitcfg-old"
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    journal.recover(Repository.open(repo))
    assert (young.exists(), old.exists()) == (True, False)
