"""Google Drive as destination, held against a Drive of our own on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from drive import Drive as Loopback
from drive import Fault, running

from exporter.destinations import File
from exporter.destinations.drive import Drive
from exporter.destinations.drive_client import CHUNK, Client, connect
from exporter.errors import AlarmError, DestinationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = "\ufeffDate,Amount\r\n2026-03-01,10.00\r\n".encode()


@dataclass
class Place:
    """A folder on a Drive, and our destination for it."""

    loopback: Loopback
    folder: str
    drive: Drive
    client: Client
    pauses: list[float] = field(default_factory=list)

    def file(self, content: bytes = CONTENT, name: str = "batch-2026-03-31-001.csv") -> File:
        """Make a file with an id reserved for it."""
        file = File(name=name, content=content, sha256=sha256(content).hexdigest(), doubtful=False)
        return replace(file, reserved=self.drive.reserve(name))

    def fault(self, method: str = "files.create", **facts: Any) -> None:
        """Have requests go wrong."""
        self.loopback.faults.append(Fault(method=method, **facts))

    def delivered(self) -> list[bytes]:
        """Read all files that stand in the folder."""
        items = self.loopback.state.items.values()
        return [one.content for one in items if one.parents == [self.folder]]


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """Serve a Drive."""
    with running() as drive:
        yield drive


@pytest.fixture
def place(loopback: Loopback, tmp_path: Path) -> Iterator[Place]:
    """Make a folder of a shared drive that a service account may write to."""
    with made(loopback, loopback.state.add_folder(), tmp_path) as place:
        yield place


@contextmanager
def made(
    loopback: Loopback, folder: str, tmp_path: Path, kind: str = "service_account"
) -> Iterator[Place]:
    """Make a destination with an account of a kind."""
    client = connect(loopback.account(tmp_path, kind=kind), endpoint=loopback.address)
    pauses: list[float] = []
    yield Place(loopback, folder, Drive(folder, client, pause=pauses.append), client, pauses)
    client.close()


def test_delivery_makes_one_file_and_tells_its_link(place: Place) -> None:
    """The file has our bytes, our name and the id that was reserved."""
    file = place.file()
    link = place.drive.deliver(file)
    made = place.loopback.state.items[str(file.reserved)]
    assert (made.content, made.name, made.mime) == (CONTENT, file.name, "text/csv")
    assert link == f"https://drive.google.com/file/d/{file.reserved}/view"


def test_delivery_again_is_a_success_and_makes_no_second_file(place: Place) -> None:
    """Whoever comes after a kill finds what is there."""
    file = place.file()
    assert place.drive.deliver(file) == place.drive.deliver(file)
    assert place.delivered() == [CONTENT]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("lost", {}),
        ("lost", {"times": 2}),
        ("truncated", {}),
        ("reset", {}),
        ("reset", {"times": 2}),
        ("status", {"code": 503}),
        ("status", {"code": 500, "times": 2}),
        ("status", {"code": 429, "reason": "rateLimitExceeded", "retry_after": "2"}),
        ("status", {"code": 403, "reason": "userRateLimitExceeded"}),
    ],
)
def test_fault_that_passes_ends_in_one_file(place: Place, kind: str, more: dict[str, Any]) -> None:
    """Done without an answer, or not done at all: looked for, then made once."""
    place.fault(kind=kind, **more)
    assert place.drive.deliver(place.file()) is not None
    assert place.delivered() == [CONTENT]


def test_library_that_sends_again_by_itself_makes_no_second_file(place: Place) -> None:
    """The answer of a create is lost twice: the reserved id keeps it one file."""
    place.fault(kind="lost", times=2)
    place.drive.deliver(place.file())
    assert place.loopback.asked.count("files.create") >= 2
    assert place.delivered() == [CONTENT]


def test_doubtful_file_is_asked_for_before_it_is_made(place: Place) -> None:
    """Another process, or an earlier try, may have made it."""
    file = place.file()
    place.drive.deliver(file)
    place.drive.deliver(replace(file, doubtful=True))
    assert place.loopback.asked.count("files.create") == 1


def test_fault_that_stays_leaves_it_to_a_later_run(place: Place) -> None:
    """After three tries the run waits; the next delivery goes on with the same id."""
    file = place.file()
    place.fault(kind="status", code=503, times=3)
    with pytest.raises(DestinationError, match=r"answered 503 backendError.*tried again by itself"):
        place.drive.deliver(file)
    assert (place.pauses, place.delivered()) == ([1.0, 3.0], [])
    place.drive.deliver(file)
    assert place.delivered() == [CONTENT]


def test_long_retry_after_is_handed_on(place: Place) -> None:
    """Nobody sleeps for minutes while holding the lease: the run's next try is put off."""
    place.fault(kind="status", code=429, reason="rateLimitExceeded", retry_after="120")
    with pytest.raises(DestinationError) as caught:
        place.drive.deliver(place.file())
    assert (caught.value.retry_after, place.pauses) == (120, [])


def test_looking_that_fails_is_not_taken_for_absence(place: Place) -> None:
    """An upload of unknown outcome is not sent again before Drive says that it is not there."""
    place.fault(kind="lost", times=1)
    place.fault(method="files.get", kind="status", code=503)
    place.fault(kind="status", code=503, skip=0, times=5)
    with pytest.raises(DestinationError, match="answered 503"):
        place.drive.deliver(place.file())
    assert place.delivered() == [CONTENT]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"trashed": True}, "is in the trash"),
        ({"parents": ["elsewhere"]}, "was moved to another folder"),
        ({"content": b"other"}, "has other content"),
    ],
)
def test_file_that_is_not_ours_any_more_is_an_alarm(
    place: Place, changed: dict[str, object], told: str
) -> None:
    """Never a silent second upload."""
    file = place.file()
    place.drive.deliver(file)
    for name, value in changed.items():
        setattr(place.loopback.state.items[str(file.reserved)], name, value)
    with pytest.raises(AlarmError, match=told):
        place.drive.deliver(file)
    assert place.loopback.asked.count("files.create") == 2


def test_file_that_is_gone_after_a_conflict_is_an_alarm(place: Place) -> None:
    """Drive says that the id is used and that nothing is there: a person must look."""
    place.fault(kind="status", code=409, reason="fileIdInUse")
    with pytest.raises(AlarmError, match=r"is gone now\. Nothing was written again"):
        place.drive.deliver(place.file())
    assert place.delivered() == []


@pytest.mark.parametrize(
    ("code", "reason", "told", "later"),
    [
        (403, "storageQuotaExceeded", "share a folder of a shared drive with it", None),
        (403, "insufficientFilePermissions", "Share folder .* with exporter@books", None),
        (403, "dailyLimitExceeded", "dailyLimitExceeded", 3600),
        (403, "teamDriveFileLimitExceeded", "move old ones to another", 3600),
        (404, "notFound", "Share folder .* with exporter@books", None),
        (403, "accessNotConfigured", "Switch the Drive API on", None),
        (400, "invalid", "Please report it", None),
    ],
)
def test_refusal_says_what_a_person_is_to_do(
    place: Place, code: int, reason: str, told: str, later: float | None
) -> None:
    """It is not tried again at once, and the words name folder and account."""
    place.fault(kind="status", code=code, reason=reason)
    with pytest.raises(DestinationError, match=told) as caught:
        place.drive.deliver(place.file())
    assert (caught.value.retry_after, place.delivered()) == (later, [])
    assert place.loopback.asked.count("files.create") == 1


def test_token_that_expired_is_renewed_once(place: Place) -> None:
    """A 401 costs one new token, and nobody notices."""
    file = place.file()
    place.loopback.expire()
    place.drive.deliver(file)
    assert (place.loopback.granted, place.delivered()) == (2, [CONTENT])


def test_account_that_is_gone_stops_and_says_so(place: Place) -> None:
    """No token is to be had any more."""
    file = place.file()
    place.loopback.expire()
    place.loopback.grants = False
    with pytest.raises(DestinationError, match=r"invalid_grant.*GOOGLE_APPLICATION_CREDENTIALS"):
        place.drive.deliver(file)


def test_large_file_goes_in_pieces(place: Place) -> None:
    """Over 5 MiB the upload is resumable, and the bytes are the same."""
    content = bytes(range(256)) * (CHUNK // 256 + 100)
    place.drive.deliver(place.file(content))
    assert place.delivered() == [content]
    assert place.loopback.asked.count("upload.chunk") == 2


@pytest.mark.parametrize("kind", ["lost", "reset", "status"])
def test_large_file_survives_a_fault_in_the_middle(place: Place, kind: str) -> None:
    """A piece or its answer is lost: a new upload under the same id, one file."""
    content = bytes(range(256)) * (CHUNK // 256 + 100)
    place.fault(method="upload.chunk", kind=kind, skip=1)
    place.drive.deliver(place.file(content))
    assert place.delivered() == [content]


def test_upload_session_that_was_forgotten_begins_anew(place: Place) -> None:
    """404 on a session is not 404 on the folder."""
    content = bytes(range(256)) * (CHUNK // 256 + 100)
    place.fault(method="upload.chunk", kind="status", code=404, reason="notFound", skip=1)
    place.drive.deliver(place.file(content))
    assert place.delivered() == [content]


def test_folder_is_marked_as_the_queues_at_its_first_use(place: Place) -> None:
    """Its own id never changes; the queue stands in its properties."""
    assert place.drive.mark() is None
    assert place.drive.claim("queue-1") == place.folder
    assert place.drive.mark() == ("queue-1", place.folder)


def test_folder_with_batches_and_no_mark_is_not_claimed(place: Place) -> None:
    """They are somebody's."""
    place.drive.deliver(place.file())
    with pytest.raises(AlarmError, match=r"holds batches, such as batch-2026-03-31-001\.csv"):
        place.drive.claim("queue-1")


@pytest.mark.parametrize(
    ("changed", "kind", "told"),
    [
        ({"trashed": True}, AlarmError, "is in the trash"),
        ({"mime": "text/plain"}, DestinationError, "is no folder"),
        ({"writable": False}, DestinationError, "exporter@books.* may not add files"),
    ],
)
def test_folder_that_cannot_take_files_is_said_before_the_run(
    place: Place, changed: dict[str, object], kind: type[DestinationError], told: str
) -> None:
    """The folder is read before each run."""
    for name, value in changed.items():
        setattr(place.loopback.state.items[place.folder], name, value)
    with pytest.raises(kind, match=told):
        place.drive.mark()


def test_service_account_has_no_storage_of_its_own(loopback: Loopback, tmp_path: Path) -> None:
    """A folder of a person's own Drive takes no files of a service account."""
    folder = loopback.state.add_folder(shared=False)
    with (
        made(loopback, folder, tmp_path) as place,
        pytest.raises(DestinationError, match="no storage to own files with"),
    ):
        place.drive.deliver(place.file())


def test_user_delivers_to_a_folder_of_their_own(loopback: Loopback, tmp_path: Path) -> None:
    """An OAuth user owns what they make."""
    loopback.state.owns = True
    folder = loopback.state.add_folder(shared=False)
    with made(loopback, folder, tmp_path, kind="authorized_user") as place:
        place.drive.deliver(place.file())
        assert place.delivered() == [CONTENT]


def test_delivered_file_is_read_back(place: Place) -> None:
    """What is gone or in the trash is not there."""
    file = place.file()
    assert place.drive.look(file) is None
    place.drive.deliver(file)
    assert place.drive.look(file) == CONTENT
    place.loopback.state.items[str(file.reserved)].trashed = True
    assert place.drive.look(file) is None
