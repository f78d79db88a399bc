"""Folders wake whoever watches them, also after they were replaced."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest
from follows import PATIENCE, plain_repo, until
from watchdog.observers import Observer

from gitcfg.following import inotify
from gitcfg.following.inotify import Inotify
from gitcfg.following.observed import Observed
from gitcfg.following.targets import links, targets
from gitcfg.following.watchers import watcher
from gitcfg.following.watching import Target, Watcher
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git


class Bell:
    """A watcher, and whether it wakes."""

    def __init__(self, made: Watcher) -> None:
        self.watcher = made

    def hears(self, *targets: Target, new: bool) -> None:
        """Watch these, and say whether any should be watched anew."""
        assert (self.watcher.arm(targets), self.watcher.problem) == (new, None)

    def rings(self, seconds: float) -> bool:
        """Wait for an event."""
        began = time.monotonic()
        self.watcher.wait(seconds)
        return time.monotonic() - began < seconds

    def must_ring(self) -> None:
        """Wait for an event, long, and until no more come."""
        assert self.rings(PATIENCE)
        while self.rings(0.05):
            pass


@pytest.fixture(params=[Inotify, Observed])
def bell(request: pytest.FixtureRequest) -> Iterator[Bell]:
    """Make a bell of each kind that is taken down at the end."""
    made: Watcher = request.param()
    yield Bell(made)
    made.close()


def test_every_kind_of_change_wakes(bell: Bell, tmp_path: Path) -> None:
    """Writing, renaming over, deleting and linking are noticed, at any depth."""
    place = tmp_path / "a.yaml"
    place.touch()
    target = Target(str(tmp_path), deep=True)
    bell.hears(target, new=True)
    place.write_text("A: 1\n")
    bell.must_ring()
    (tmp_path / "new").write_text("A: 2\n")
    (tmp_path / "new").rename(place)
    bell.must_ring()
    place.unlink()
    bell.must_ring()
    place.symlink_to("elsewhere")
    bell.must_ring()
    (tmp_path / "team").mkdir()
    bell.must_ring()
    until(lambda: _written(tmp_path / "team/pay.yaml", bell, target))


def _written(place: Path, bell: Bell, target: Target) -> bool:
    bell.watcher.arm([target])
    place.write_text("P: 1\n")
    return bell.rings(0.1)


def test_looking_does_not_wake(bell: Bell, tmp_path: Path) -> None:
    """Reading what is watched makes no event, else each look would ask for another."""
    place = tmp_path / "a.yaml"
    place.write_text("A: 1\n")
    bell.hears(Target(str(tmp_path), deep=True), new=True)
    for _ in range(100):
        place.read_text()
    assert not bell.rings(0.3)


def test_only_the_names_asked_for_wake(bell: Bell, tmp_path: Path) -> None:
    """In a folder with much else going on only some names count."""
    bell.hears(Target(str(tmp_path), names=frozenset({"config"})), new=True)
    (tmp_path / "log").write_text("noise\n")
    (tmp_path / "temporary").touch()
    assert not bell.rings(0.3)
    (tmp_path / "temporary").rename(tmp_path / "config")
    bell.must_ring()


def test_names_that_are_left_out_do_not_wake(bell: Bell, tmp_path: Path) -> None:
    """What ends with the one that does not count is passed over, until it gets another name."""
    bell.hears(Target(str(tmp_path), deep=True, without=".lock"), new=True)
    (tmp_path / "main.lock").write_text("1\n")
    assert not bell.rings(0.3)
    (tmp_path / "main.lock").rename(tmp_path / "main")
    bell.must_ring()


def test_anybody_may_wake(bell: Bell) -> None:
    """A call from another thread wakes who waits, or who will; afterwards it does nothing."""
    threading.Timer(0.1, bell.watcher.wake).start()
    assert bell.rings(PATIENCE)
    bell.watcher.wake()
    assert bell.rings(PATIENCE)
    assert not bell.rings(0.05)
    bell.watcher.close()
    bell.watcher.wake()


def test_arming_again_changes_nothing(bell: Bell, tmp_path: Path) -> None:
    """What is watched already is left alone."""
    target = Target(str(tmp_path), deep=True)
    bell.hears(target, new=True)
    bell.hears(target, new=False)


def test_folder_that_is_not_there_is_passed_over(bell: Bell, tmp_path: Path) -> None:
    """It is watched from when it is there."""
    target = Target(str(tmp_path / "config"), deep=True)
    bell.hears(target, new=False)
    (tmp_path / "config").mkdir()
    bell.hears(target, new=True)


@pytest.mark.parametrize("how", ["deleted", "renamed"])
def test_folder_replaced_is_watched_anew(bell: Bell, tmp_path: Path, how: str) -> None:
    """A folder of the same name in the place of the old one wakes again."""
    folder = tmp_path / "config"
    folder.mkdir()
    target = Target(str(folder), deep=True)
    bell.hears(target, new=True)
    shutil.rmtree(folder) if how == "deleted" else folder.rename(tmp_path / "old")
    folder.mkdir()
    until(lambda: _armed_anew(bell, target))
    (folder / "a.yaml").write_text("A: 1\n")
    bell.must_ring()


def _armed_anew(bell: Bell, target: Target) -> bool:
    bell.rings(0.05)  # whoever looks has been woken before
    return bell.watcher.arm([target])


def test_folder_no_longer_asked_for_is_let_go(bell: Bell, tmp_path: Path) -> None:
    """Watching other folders ends watching the first ones."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = Target(str(tmp_path / "one")), Target(str(tmp_path / "two"))
    bell.hears(one, new=True)
    bell.hears(two, new=True)
    bell.hears(two, new=False)
    bell.hears(one, two, new=True)


def test_watching_that_is_impossible_is_told(
    bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system's watches are used up it says so, and takes the next chance."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    target = Target(str(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(Observer, "schedule", full)
        patch.setattr(inotify, "inotify_add_watch", full)
        assert not bell.watcher.arm([target])
        assert bell.watcher.problem == "inotify watch limit reached"
    bell.hears(target, new=True)


def test_system_that_refuses_says_which_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system comes in words that name what is used up."""

    def refused(*_: object) -> int:
        ctypes.set_errno(errno.ENOSPC)
        return -1

    monkeypatch.setattr(inotify, "inotify_add_watch", refused)
    made = Inotify()
    assert not made.arm([Target("/")])
    assert made.problem == "inotify watch limit reached"
    made.close()


def test_folder_that_goes_while_it_is_listed_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is gone when it is to be watched stops nothing; the next look tries again."""
    (tmp_path / "team").mkdir()
    walk = os.walk

    def gone(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
        for found in list(walk(top)):
            shutil.rmtree(tmp_path / "team", ignore_errors=True)
            yield found

    made = Inotify()
    monkeypatch.setattr(os, "walk", gone)
    target = Target(str(tmp_path), deep=True)
    assert made.arm([target])
    monkeypatch.setattr(os, "walk", walk)
    (tmp_path / "team").mkdir()
    assert made.arm([target])
    made.close()


def test_other_systems_have_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without inotify, or where it is denied, watchdog watches by what the system has."""

    def denied() -> int:
        ctypes.set_errno(errno.EMFILE)
        return -1

    made = watcher()
    assert isinstance(made, Inotify)
    made.close()
    monkeypatch.setattr(inotify, "inotify_init", denied)
    assert isinstance(watcher(), Observed)


@pytest.mark.parametrize("kind", [Inotify, Observed])
def test_closing_a_watcher_that_never_watched(
    tmp_path: Path, kind: type[Inotify | Observed]
) -> None:
    """It may be closed at any time, and twice."""
    made = kind()
    made.close()
    made.arm([Target(str(tmp_path))])
    made.close()
    made.close()


def test_targets_of_a_checkout(tmp_path: Path, git: Git) -> None:
    """Settings, references and what git keeps while it works are watched; objects never."""
    repo = plain_repo(tmp_path / "repo", git, a="A: 1")
    found = targets(repo, Repository.open(repo))
    assert {(target.path.removeprefix(f"{tmp_path}"), target.deep) for target in found} == {
        ("", False),
        ("/repo", False),
        ("/repo/.git", False),
        ("/repo/config", True),
        ("/repo/schemas", True),
        ("/repo/.git/refs/heads", True),
    }
    names = {target.path: target.names for target in found}
    assert names[f"{repo}/.git"] >= {"HEAD", "index", "index.lock", "packed-refs"}


def test_targets_of_a_linked_work_tree(tmp_path: Path, git: Git) -> None:
    """Its own head and index are watched, and the references that it shares."""
    repo = plain_repo(tmp_path / "repo", git, a="A: 1")
    git(repo, "worktree", "add", "--quiet", tmp_path / "side")
    found = {
        target.path for target in targets(tmp_path / "side", Repository.open(tmp_path / "side"))
    }
    assert {f"{repo}/.git/worktrees/side", f"{repo}/.git", f"{repo}/.git/refs/heads"} <= found


def test_targets_by_way_of_links(tmp_path: Path, git: Git) -> None:
    """The folder of every link on the way is watched for that link."""
    repo = plain_repo(tmp_path / "repo", git, a="A: 1")
    (tmp_path / "current").symlink_to("repo")
    found = targets(tmp_path / "current", Repository.open(tmp_path / "current"))
    (above,) = [target for target in found if target.path == str(tmp_path)]
    assert (set(above.names), above.deep) == ({"repo", "current"}, False)
    assert f"{repo}/config" in {target.path for target in found}


def test_links_along_a_path(tmp_path: Path) -> None:
    """Links that lead to links are all told, absolute and relative ones, up and down."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/up").symlink_to("../../c")
    (tmp_path / "c").symlink_to(tmp_path / "a")
    found = list(links(tmp_path / "a/b/up/b"))
    assert found == [(f"{tmp_path}/a/b", "up"), (str(tmp_path), "c")]


def test_links_in_a_circle(tmp_path: Path) -> None:
    """A circle comes to an end."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert set(links(tmp_path / "a")) == {(str(tmp_path), "a"), (str(tmp_path), "b")}
