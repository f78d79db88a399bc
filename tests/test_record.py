"""A follower's record: alive while its process is, never read half, never another's."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from follows import plain_repo

from gitcfg import UsageError
from gitcfg.following import record
from gitcfg.following.record import Peek, Record, check_name, decode, encode, peek, places
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

FACTS = {"name": "exporter", "effect": "รอบถัดไป 19:30", "list": [1, None, True]}


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Repository:
    """Make a repository that is followed."""
    return Repository.open(plain_repo(tmp_path / "repo", git, a="A: 1"))


def names(repository: Repository) -> list[tuple[str, str, int]]:
    """Tell the records there are."""
    return [(place.name, name, pid) for place, name, pid in places(repository)]


def test_facts_survive_writing(repository: Repository) -> None:
    """What is encoded reads back the same."""
    assert decode(encode(FACTS)) == FACTS


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"3", b"null", b"\xff", encode(FACTS)[:-3]])
def test_facts_that_are_not_whole(data: bytes) -> None:
    """Anything but a whole record reads as nothing."""
    assert decode(data) is None


def test_facts_mixed_of_two_writes() -> None:
    """A text that is JSON, but not what its checksum says, reads as nothing."""
    assert decode(encode(FACTS).replace(b"19:30", b"20:00")) is None


@pytest.mark.parametrize("name", ["exporter", "a", "A.b_c-9", "x" * 64])
def test_name_that_is_good(name: str) -> None:
    """Letters, digits, dots, underscores and hyphens make a name."""
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", ".a", "-a", "a/b", "a b", "a\n", "ก", "x" * 65, ".."])
def test_name_that_cannot_be_a_file(name: str) -> None:
    """Any other is wrong usage, which says what a name may have."""
    with pytest.raises(UsageError, match="no name for a follower"):
        check_name(name)


def test_record_is_alive_until_closed(repository: Repository) -> None:
    """It can be read while its process runs, and is gone with it."""
    mine = Record.open(repository, "exporter", pid=7)
    mine.write(FACTS)
    assert names(repository) == [("exporter.7.json", "exporter", 7)]
    assert peek(mine.place) == Peek(alive=True, begun=True, facts=FACTS)
    mine.close()
    assert names(repository) == []


def test_record_shrinks_and_grows_in_place(repository: Repository) -> None:
    """Each writing leaves exactly its own facts, in the same file."""
    mine = Record.open(repository, "exporter", pid=7)
    inode = mine.place.stat().st_ino
    for size in (1000, 3, 5000, 0):
        mine.write({"text": "x" * size})
        assert mine.place.read_bytes() == encode({"text": "x" * size})
    assert mine.place.stat().st_ino == inode
    mine.close()


def test_record_begun_but_not_written(repository: Repository) -> None:
    """A record that has nothing in it yet is alive and says nothing."""
    mine = Record.open(repository, "exporter", pid=7)
    assert peek(mine.place) == Peek(alive=True, begun=False, facts=None)
    mine.close()


def test_record_of_a_second_follower_of_the_name(repository: Repository) -> None:
    """Another process, or another container with the same id, gets a record of its own."""
    first = Record.open(repository, "exporter", pid=7)
    second = Record.open(repository, "exporter", pid=7)
    third = Record.open(repository, "exporter", pid=8)
    assert names(repository) == [
        ("exporter.7-2.json", "exporter", 7),
        ("exporter.7.json", "exporter", 7),
        ("exporter.8.json", "exporter", 8),
    ]
    for one in (first, second, third):
        one.close()


def die_with_a_record(repository: Repository, name: str) -> int:
    """Kill a process that keeps a record."""
    code = (
        "import os, sys; from gitcfg.following.record import Record; "
        "from gitcfg.git.repository import Repository; "
        "one = Record.open(Repository.open(sys.argv[1]), sys.argv[2], pid=os.getpid()); "
        "one.write({'a': 1}); os.kill(os.getpid(), 9)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, repository.root, name])
    assert process.wait() == -9
    return process.pid


def test_record_of_a_killed_process_is_dead(repository: Repository) -> None:
    """The kernel frees the lock; the facts stay to be read."""
    pid = die_with_a_record(repository, "exporter")
    assert names(repository) == [(f"exporter.{pid}.json", "exporter", pid)]
    ((place, _, _),) = places(repository)
    assert peek(place) == Peek(alive=False, begun=True, facts={"a": 1})


def test_record_of_a_killed_process_is_cleared_by_the_next(repository: Repository) -> None:
    """The next follower of the same name clears the dead away, and no other."""
    die_with_a_record(repository, "exporter")
    other = die_with_a_record(repository, "bot")
    mine = Record.open(repository, "exporter", pid=1)
    assert [(name, pid) for _, name, pid in names(repository)] == [("bot", other), ("exporter", 1)]
    mine.close()


def test_record_takes_over_a_dead_one_of_the_same_id(repository: Repository) -> None:
    """In a container a program often has the same process id as before its restart."""
    pid = die_with_a_record(repository, "exporter")
    mine = Record.open(repository, "exporter", pid=pid)
    assert names(repository) == [(f"exporter.{pid}.json", "exporter", pid)]
    assert peek(mine.place) == Peek(alive=True, begun=False, facts=None)
    mine.close()


def test_record_waits_for_a_reader(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that holds a shared lock for a moment is no owner."""
    place = record.folder(repository) / "exporter.7.json"
    place.parent.mkdir(parents=True)
    place.touch()
    with place.open("rb") as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        monkeypatch.setattr("time.sleep", lambda _: fcntl.flock(reader, fcntl.LOCK_UN))
        mine = Record.open(repository, "exporter", pid=7)
    assert mine.place == place
    mine.close()


def test_record_deleted_by_somebody(repository: Repository) -> None:
    """It notices that it cannot be found any more, and does not delete another's at its end."""
    mine = Record.open(repository, "exporter", pid=7)
    assert mine.is_there()
    mine.place.unlink()
    assert not mine.is_there()
    mine.place.write_text("another's")
    assert not mine.is_there()
    mine.close()
    assert places(repository) != []


def test_places_of_what_is_no_record(repository: Repository) -> None:
    """Other files in the folder, or no folder at all, are passed over."""
    assert names(repository) == []
    folder = record.folder(repository)
    folder.mkdir(parents=True)
    for name in ("x.json", "x.7", "x.7.json.tmp", ".7.json", "a.b.8.json"):
        (folder / name).touch()
    assert names(repository) == [("a.b.8.json", "a.b", 8)]


def test_record_is_never_read_half(repository: Repository) -> None:
    """A reader beside a writer that writes all the time always gets one whole record."""
    mine = Record.open(repository, "exporter", pid=os.getpid())
    mine.write({"text": ""})
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            mine.write({"text": str(number) * (number * 37 % 3000)})

    writer = threading.Thread(target=write)
    writer.start()
    found = [peek(mine.place) for _ in range(500)]
    stop.set()
    writer.join()
    mine.close()
    assert all(one.alive and one.facts is not None for one in found)
    assert all(len(set(one.facts["text"])) < 11 for one in found if one.facts)
