"""A folder as destination: whole files under names of their own, for one queue only."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from typing import TYPE_CHECKING

import exports
import pytest

from exporter.destinations import File
from exporter.destinations.folder import MARKER, Folder
from exporter.destinations.registry import register, registered
from exporter.errors import AlarmError, DestinationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.queue import Queue


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """Open a new queue."""
    with exports.open_queue(tmp_path) as opened:
        yield opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Name a folder that is not there yet."""
    return tmp_path / "deep" / "out"


def file(content: bytes, name: str = "batch-2026-03-31-001.csv") -> File:
    """Make a file to deliver."""
    return File(name=name, content=content, sha256=sha256(content).hexdigest())


def test_folder_is_made_and_marked_at_its_first_use(queue: Queue, place: Path) -> None:
    """The marker is hidden, and the folder keeps its own id from then on."""
    first, again = (register(queue, Folder(place)) for _ in range(2))
    assert first.id == again.id
    assert [entry.name for entry in place.iterdir()] == [MARKER]
    assert Folder(place).mark() is not None


def test_folder_of_another_queue_is_an_alarm(queue: Queue, place: Path, tmp_path: Path) -> None:
    """Two queues would give the same numbers twice."""
    (tmp_path / "other").mkdir()
    with exports.open_queue(tmp_path / "other") as other:
        register(other, Folder(place))
    with pytest.raises(AlarmError, match="belongs to another queue"):
        register(queue, Folder(place))


def test_folder_with_batches_of_nobody_is_an_alarm(queue: Queue, place: Path) -> None:
    """Someone else's files lie there, or the marker was lost: a person must say which."""
    place.mkdir(parents=True)
    (place / "batch-2026-01-01-001.csv").write_text("old")
    with pytest.raises(AlarmError, match=r"holds batches, such as batch-2026-01-01-001\.csv"):
        register(queue, Folder(place))
    assert not (place / MARKER).exists()


def test_folder_with_other_things_in_it_is_taken(queue: Queue, place: Path) -> None:
    """Only batches are in question."""
    place.mkdir(parents=True)
    (place / "notes.txt").write_text("hello")
    assert register(queue, Folder(place)).id == 1


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"queue": "x"}', "\udcff"])
def test_marker_that_cannot_be_understood_is_an_alarm(queue: Queue, place: Path, text: str) -> None:
    """A damaged marker says nothing about whose the folder is."""
    place.mkdir(parents=True)
    (place / MARKER).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(AlarmError, match="no marker of an exporter's queue"):
        register(queue, Folder(place))


def test_folder_that_was_moved_keeps_its_number(queue: Queue, place: Path) -> None:
    """The marker goes along, so numbers go on where they were and nothing is overwritten."""
    first = register(queue, Folder(place))
    moved = place.rename(place.with_name("moved"))
    assert register(queue, Folder(moved)).id == first.id
    assert registered(queue, first.id, now=Folder(moved)).destination.place == str(moved)


def test_folder_of_frozen_batches_that_is_gone_is_an_alarm(queue: Queue, place: Path) -> None:
    """What is frozen for a folder is not delivered to another one."""
    first = register(queue, Folder(place))
    place.rename(place.with_name("gone"))
    with pytest.raises(AlarmError, match="its marker is another one or gone"):
        registered(queue, first.id, now=Folder(place))


def test_file_appears_whole_and_alone(place: Path) -> None:
    """Nothing but the file is left, and the same delivery again is a success."""
    folder = Folder(place)
    folder.claim("queue")
    for _ in range(2):
        folder.deliver(file(b"content"))
    assert exports.names(place) == ["batch-2026-03-31-001.csv"]
    assert (place / "batch-2026-03-31-001.csv").read_bytes() == b"content"


@pytest.mark.parametrize("other", [b"", b"contenX", b"content and more"])
def test_file_of_another_content_is_an_alarm_and_stays(place: Path, other: bytes) -> None:
    """Never is anything overwritten, not even a part of our own file."""
    folder = Folder(place)
    folder.claim("queue")
    (place / "batch-2026-03-31-001.csv").write_bytes(other)
    with pytest.raises(AlarmError, match="exists with other content"):
        folder.deliver(file(b"content"))
    assert (place / "batch-2026-03-31-001.csv").read_bytes() == other
    assert exports.names(place) == ["batch-2026-03-31-001.csv"]


def test_leftovers_of_a_kill_are_cleared_away(place: Path) -> None:
    """A file half written bore a hidden name; whoever brings that file next removes it."""
    folder = Folder(place)
    folder.claim("queue")
    name = "batch-2026-03-31-001.csv"
    left, other = f".delivering-{name}-0123", ".delivering-batch-2026-03-31-002.csv-4567"
    for hidden in (left, other, ".delivering-.exporter-queue-89ab"):
        (place / hidden).write_bytes(b"half")
    folder.prepare()
    folder.deliver(file(b"content"))
    assert exports.names(place) == [other, name]


def test_delivery_whose_hidden_file_another_process_cleared_away_is_compared(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asleep in the middle, it finds the whole file there, brought by who took over."""

    def fall_asleep(name: str) -> None:
        if name == "synced":
            monkeypatch.undo()
            Folder(place).deliver(file(b"content"))

    Folder(place).claim("queue")
    monkeypatch.setattr("exporter.destinations.folder.point", fall_asleep)
    Folder(place).deliver(file(b"content"))
    assert exports.names(place) == ["batch-2026-03-31-001.csv"]


def test_folder_that_is_gone_is_told_with_a_cure(place: Path) -> None:
    """An unmounted disk may be back for the next try."""
    with pytest.raises(DestinationError, match=r"could not write .* Check that it is there"):
        Folder(place).deliver(file(b"content"))


def test_folder_without_hard_links_is_told_as_such(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that cannot link cannot make a file appear whole under a free name."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    folder = Folder(place)
    folder.claim("queue")
    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(DestinationError, match="may lack hard links"):
        folder.deliver(file(b"content"))
    assert exports.names(place) == []


def test_marker_of_two_that_are_first_at_once_is_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one whose marker stands is right, and the other one learns it."""
    folder, other = Folder(place), Folder(place)
    appear = folder._appear

    def slowly(name: str, content: bytes) -> bool:
        other.claim("faster")
        return appear(name, content)

    monkeypatch.setattr(folder, "_appear", slowly)
    mark = folder.claim("slower")
    assert folder.mark() == ("faster", mark)
