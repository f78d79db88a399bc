"""What is in force in a work tree: the commit at once, hand edits when they may count."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
from typing import TYPE_CHECKING

import pytest
from follows import plain_repo, write

from gitcfg.following.checkout import Checkout
from gitcfg.following.observe import Standing, observe
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitrun import Git

PLAIN = "config/a.yaml"
SCHEMA = "schemas/performance.schema.json"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


def socket(place: Path) -> None:
    """Put a socket's name, which cannot be opened as a file."""
    os.mknod(place, stat.S_IFSOCK | 0o600)


def seen(place: Path, *, committed_only: bool = False) -> Standing:
    """Look as one who starts now."""
    return observe(Repository.open(place), committed_only=committed_only)


def facts(standing: Standing) -> tuple[Mapping[str, object], set[str], tuple[str, ...]]:
    """Tell values, uncommitted keys and drift."""
    return dict(standing.checked.values), set(standing.uncommitted), standing.drift


def refused(standing: Standing) -> list[tuple[str | None, int | None]]:
    """Tell the places of a refusal's findings."""
    assert standing.refusal is not None
    return [(finding.file, finding.line) for finding in standing.refusal.findings]


def test_observe_a_clean_checkout(repo: Path, git: Git) -> None:
    """Without edits the checked-out commit is in force."""
    head = git(repo, "rev-parse", "HEAD")
    found = seen(repo)
    assert facts(found) == ({"A": 1, "B": 1}, set(), ())
    assert (found.head, found.revision, found.refusal) == (head, head, None)


def test_observe_a_hand_edit(repo: Path, git: Git) -> None:
    """A valid edit is in force on the commit below it, and its keys are uncommitted."""
    write(repo, "a", "A: 2")
    found = seen(repo)
    assert facts(found) == ({"A": 2, "B": 1}, {"A"}, (PLAIN,))
    assert (found.revision, found.refusal) == (git(repo, "rev-parse", "HEAD"), None)


def test_observe_an_edit_of_comments_alone(repo: Path) -> None:
    """A file may differ without any key being uncommitted."""
    write(repo, "a", "# a comment\nA: 1")
    assert facts(seen(repo)) == ({"A": 1, "B": 1}, set(), (PLAIN,))


def test_observe_committed_only(repo: Path) -> None:
    """Who wants commits alone sees the drift, and not the edit."""
    write(repo, "a", "A: 2")
    assert facts(seen(repo, committed_only=True)) == ({"A": 1, "B": 1}, set(), (PLAIN,))


def test_observe_waits_for_an_edit_to_settle(repo: Path) -> None:
    """A file that is still being written does not count; what it becomes does."""
    done = threading.Event()

    def type_on() -> None:
        for number in range(10):
            write(repo, "a", f"A: {number}")
            time.sleep(0.02)
        write(repo, "a", "A: 77")
        done.set()

    writer = threading.Thread(target=type_on)
    writer.start()
    values = seen(repo).checked.values["A"]
    settled = done.is_set()
    writer.join()
    assert values == (77 if settled else 1)


@pytest.mark.parametrize(
    ("text", "line"),
    [("A: [", 2), ("A: 1\nA: 2", 2), ("A:\t1: 2\n\tB", 1), ("- 1", 1), ("\0", 1)],
)
def test_observe_a_broken_edit(repo: Path, text: str, line: int) -> None:
    """What cannot be read is refused with file and line, and the commit stays in force."""
    write(repo, "a", text)
    found = seen(repo)
    assert facts(found) == ({"A": 1, "B": 1}, set(), (PLAIN,))
    assert refused(found)[0] == (PLAIN, line)
    assert found.refusal
    assert (found.refusal.uncommitted, found.refusal.held) == (True, found.revision)


def test_observe_an_empty_file(repo: Path) -> None:
    """A file that was truncated to nothing never counts."""
    (repo / PLAIN).write_bytes(b"")
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)[0][0]) == ({"A": 1, "B": 1}, PLAIN)


@pytest.mark.parametrize("edit_too", [False, True])
def test_observe_a_missing_file(repo: Path, edit_too: bool) -> None:  # noqa: FBT001
    """A file that was deleted never counts, nor do edits of others beside it."""
    (repo / PLAIN).unlink()
    if edit_too:
        write(repo, "b", "B: 2")
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)) == ({"A": 1, "B": 1}, [(PLAIN, None)])
    assert found.refusal
    assert "git checkout HEAD -- config/a.yaml" in found.refusal.findings[0].message


def test_observe_a_removal_that_is_committed(repo: Path, git: Git) -> None:
    """What a commit leaves out is gone."""
    git(repo, "rm", "--quiet", PLAIN)
    git.commit(repo)
    assert facts(seen(repo)) == ({"B": 1}, set(), ())


def test_observe_a_folder_that_is_missing(repo: Path) -> None:
    """Every file of a folder that is gone is named."""
    shutil.rmtree(repo / "config")
    assert refused(seen(repo)) == [(PLAIN, None), ("config/b.yaml", None)]


def test_observe_a_new_file(repo: Path) -> None:
    """A file that no commit has yet counts as an edit."""
    write(repo, "c", "C: 3")
    assert facts(seen(repo)) == ({"A": 1, "B": 1, "C": 3}, {"C"}, ("config/c.yaml",))


@pytest.mark.parametrize("name", ["config/.a.yaml.swp", "config/.x.yaml", "config/ignored.yaml"])
def test_observe_what_is_no_edit(repo: Path, git: Git, name: str) -> None:
    """Hidden files and those that git ignores are neither read nor drift."""
    (repo / ".gitignore").write_text("ignored.yaml\n")
    git.commit(repo)
    (repo / name).write_text("A: 9\n")
    assert facts(seen(repo)) == ({"A": 1, "B": 1}, set(), ())


@pytest.mark.parametrize("name", ["config/a.yaml~", "config/README.md", "schemas/notes.txt"])
def test_observe_drift_that_is_no_setting(repo: Path, name: str) -> None:
    """Other files show as drift and change nothing, whatever is in them."""
    (repo / "schemas").mkdir()
    (repo / name).write_text("A: [\n")
    found = seen(repo)
    assert (facts(found), found.refusal) == (({"A": 1, "B": 1}, set(), (name,)), None)


def test_observe_a_schema_edited_by_hand(team_repo: Path) -> None:
    """Config and schemas count together, as they lie: a new default is in force."""
    path = team_repo / SCHEMA
    path.write_text(path.read_text().replace('"default": 100', '"default": 50'))
    (team_repo / "config/performance.yaml").write_text("{}\n")
    found = seen(team_repo)
    assert (found.checked.values["MAX_BATCH_SIZE"], found.refusal) == (50, None)
    assert found.uncommitted == {"MAX_BATCH_SIZE"}
    assert found.drift == ("config/performance.yaml", SCHEMA)


def test_observe_a_schema_that_forbids_what_stands(team_repo: Path) -> None:
    """An edited schema is refused where the values beside it break it."""
    path = team_repo / SCHEMA
    path.write_text(path.read_text().replace('"maximum": 1000', '"maximum": 5'))
    found = seen(team_repo)
    assert (found.checked.values["MAX_BATCH_SIZE"], set(found.drift)) == (100, {SCHEMA})
    assert ("config/performance.yaml", 2) in refused(found)


def test_observe_a_work_tree_with_crlf(repo: Path, git: Git) -> None:
    """What git itself turned into CRLF is no edit; a real edit beside it is."""
    git(repo, "config", "core.autocrlf", "true")
    (repo / PLAIN).unlink()
    git(repo, "checkout", PLAIN)
    assert (repo / PLAIN).read_bytes() == b"A: 1\r\n"
    assert facts(seen(repo)) == ({"A": 1, "B": 1}, set(), ())
    (repo / PLAIN).write_bytes(b"A: 2\r\n")
    assert facts(seen(repo)) == ({"A": 2, "B": 1}, {"A"}, (PLAIN,))


def test_observe_a_file_under_a_filter(repo: Path, git: Git) -> None:
    """An edit of a file whose bytes git changes is refused with the cure."""
    (repo / ".gitattributes").write_text("config/a.yaml filter=secret\n")
    git.commit(repo)
    write(repo, "a", "A: 2")
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)) == ({"A": 1, "B": 1}, [(PLAIN, None)])
    assert found.refusal
    assert "-text -filter" in found.refusal.findings[0].message


@pytest.mark.parametrize("target", ["../kept/a.yaml", "../config/../kept/a.yaml"])
def test_observe_a_link_to_a_file_inside(repo: Path, target: str) -> None:
    """A file replaced by a link within the work tree counts with what it leads to."""
    (repo / "kept").mkdir()
    (repo / "kept/a.yaml").write_text("A: 5\n")
    (repo / PLAIN).unlink()
    (repo / PLAIN).symlink_to(target)
    assert facts(seen(repo)) == ({"A": 5, "B": 1}, {"A"}, (PLAIN,))


@pytest.mark.parametrize("target", ["{outside}/a.yaml", "../.git/a.yaml", "nowhere.yaml", "a.yaml"])
def test_observe_a_link_that_must_not_count(repo: Path, tmp_path: Path, target: str) -> None:
    """A link out of the repository, into git's own folder, to nothing or to itself is refused."""
    for place in (tmp_path, repo / ".git"):
        (place / "a.yaml").write_text("A: 5\n")
    (repo / PLAIN).unlink()
    (repo / PLAIN).symlink_to(target.format(outside=tmp_path))
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)) == ({"A": 1, "B": 1}, [(PLAIN, None)])


def test_observe_a_folder_linked_to_the_outside(repo: Path, tmp_path: Path) -> None:
    """Edits that are reached by a folder outside the repository do not count."""
    (repo / "config").rename(tmp_path / "elsewhere")
    (repo / "config").symlink_to(tmp_path / "elsewhere")
    assert facts(seen(repo))[0] == {"A": 1, "B": 1}
    (tmp_path / "elsewhere/a.yaml").write_text("A: 5\n")
    found = seen(repo)
    both = [(PLAIN, None), ("config/b.yaml", None)]
    assert (dict(found.checked.values), refused(found)) == ({"A": 1, "B": 1}, both)


def test_observe_a_committed_link(repo: Path, git: Git) -> None:
    """A link that is committed follows an edit of the file that it leads to."""
    (repo / "config/b.yaml").rename(repo / "config/b.txt")
    (repo / "config/c.yaml").symlink_to("b.txt")
    git.commit(repo)
    assert facts(seen(repo)) == ({"A": 1, "B": 1}, set(), ())
    write(repo, "a", "A: 2")
    (repo / "config/b.txt").write_text("B: 2\n")
    assert facts(seen(repo)) == ({"A": 2, "B": 2}, {"A", "B"}, (PLAIN, "config/b.txt"))


def test_observe_a_new_link_that_must_not_count(repo: Path, tmp_path: Path) -> None:
    """A new file that cannot count is refused with another cure than one the commit has."""
    (tmp_path / "c.yaml").write_text("C: 1\n")
    (repo / "config/c.yaml").symlink_to(tmp_path / "c.yaml")
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)) == (
        {"A": 1, "B": 1},
        [("config/c.yaml", None)],
    )
    assert found.refusal
    assert "Put a plain file in its place" in found.refusal.findings[0].message


def test_observe_a_committed_link_to_the_outside(repo: Path, git: Git) -> None:
    """A link that leaves the repository is nothing that a commit can hold."""
    (repo / "config/c.yaml").symlink_to("/etc/hostname")
    git.commit(repo)
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)) == (
        {"A": 1, "B": 1},
        [("config/c.yaml", refused(found)[0][1])],
    )
    write(repo, "a", "A: 2")
    assert dict(seen(repo).checked.values) == {"A": 1, "B": 1}


def test_observe_without_an_index(repo: Path) -> None:
    """Where git's index is gone the files are compared with the commit all the same."""
    (repo / ".git/index").unlink()
    write(repo, "a", "A: 2")
    assert facts(seen(repo)) == ({"A": 2, "B": 1}, {"A"}, (PLAIN,))


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "closed"])
def test_observe_what_is_no_readable_file(repo: Path, kind: str) -> None:
    """Whatever may not be read, or is no file, is refused in its place and hangs nobody."""
    place = repo / PLAIN
    if kind == "closed" and os.geteuid() != 0:
        write(repo, "a", "A: 2")
        place.chmod(0)
    else:
        place.unlink()
        # Root may read every file; a socket is opened by nobody, and told in the same way.
        put = {"folder": os.mkdir, "pipe": os.mkfifo}.get(kind, socket)
        put(place)
    found = seen(repo)
    assert (dict(found.checked.values), refused(found)) == ({"A": 1, "B": 1}, [(PLAIN, None)])


def test_observe_a_name_that_is_not_utf_8(repo: Path) -> None:
    """A stray file with a name of raw bytes disturbs nobody."""
    (repo / os.fsdecode(b"config/\xff.yaml")).write_text("X: 1\n")
    assert dict(seen(repo).checked.values) == {"A": 1, "B": 1}


def test_observe_from_what_is_held(repo: Path, git: Git) -> None:
    """Who runs something already keeps it over a bad edit, a bad commit and git at work."""
    write(repo, "a", "A: 2")
    held = seen(repo)
    repository = Repository.open(repo)
    write(repo, "a", "A: [")
    assert facts(observe(repository, held=held))[:2] == ({"A": 2, "B": 1}, {"A"})
    (repo / ".git/index.lock").touch()
    write(repo, "a", "A: 3")
    busy = observe(repository, held=held)
    assert (facts(busy)[:2], busy.refusal) == (({"A": 2, "B": 1}, {"A"}), None)
    (repo / ".git/index.lock").unlink()
    write(repo, "b", "B: [")
    git.commit(repo)
    bad = observe(repository, held=held)
    assert (facts(bad)[0], refused(bad)[0][0]) == ({"A": 2, "B": 1}, "config/b.yaml")


def test_observe_while_git_is_at_work(repo: Path) -> None:
    """Who starts while git holds its lock finds the commit in force."""
    write(repo, "a", "A: 2")
    (repo / ".git/index.lock").touch()
    assert facts(seen(repo)) == ({"A": 1, "B": 1}, set(), (PLAIN,))


def test_observe_gives_up_on_files_that_never_rest(repo: Path) -> None:
    """One question waits for a second at most, then tells the commit."""
    stop = threading.Event()

    def scribble() -> None:
        while not stop.wait(0.01):
            write(repo, "a", f"A: {time.monotonic_ns()}")

    writer = threading.Thread(target=scribble)
    writer.start()
    found = seen(repo)
    stop.set()
    writer.join()
    assert found.revision == found.head


def test_observe_many_files_that_come_and_go(repo: Path) -> None:
    """What was known of files that are gone is forgotten in time."""
    checkout = Checkout(Repository.open(repo))
    for name in [f"n{number}" for number in range(1100)]:
        checkout._known[f"config/{name}.yaml"] = checkout._known.get(name)  # type: ignore[assignment]
    checkout.look("head", {})
    assert len(checkout._known) < 10
