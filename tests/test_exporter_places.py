"""Where things lie, by the repository and the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter import places
from exporter.destinations.folder import Folder
from exporter.errors import PlacesError

ROOT = Path("/srv/team")


def test_places_by_default_lie_in_var() -> None:
    """Everything that programs write is in one folder that git ignores."""
    found = places.find(ROOT, {"EXPORT_FOLDER": "", "PATH": "/bin"})
    assert (found.queue.file, found.folder, found.log, found.lock) == (
        ROOT / "var/exporter.sqlite3",
        ROOT / "var/export",
        ROOT / "var/exporter.log",
        ROOT / "var/exporter.sqlite3.lock",
    )
    assert (found.own, found.drive, found.silent) == (True, None, ())
    found.check()


@pytest.mark.parametrize(
    ("variable", "text"),
    [("DATABASE_URL", "sqlite:////no/such/dir/q.db"), ("EXPORT_FOLDER", "/no/such/dir/q.db")],
)
def test_chosen_place_in_no_folder_is_refused(tmp_path: Path, variable: str, text: str) -> None:
    """A slip makes no second queue; the folder var/ is ours and need not be there."""
    with pytest.raises(PlacesError) as caught:
        places.find(tmp_path, {variable: text}).check()
    assert caught.value.message == (
        f"{variable}: names /no/such/dir/q.db, but there is no folder /no/such/dir. "
        "Mend the variable, or make the folder (mount it), then try again"
    )
    for good in ("var/mine", "mine"):
        url = f"sqlite:///{good}" if variable == "DATABASE_URL" else good
        places.find(tmp_path, {variable: url}).check()


@pytest.mark.parametrize(
    ("variable", "text", "place"),
    [
        ("EXPORT_FOLDER", "/mnt/books", Path("/mnt/books")),
        ("EXPORT_FOLDER", "books", ROOT / "books"),
    ],
)
def test_folder_is_named_by_the_environment(variable: str, text: str, place: Path) -> None:
    """A relative one counts from the repository, wherever the command is called."""
    found = places.find(ROOT, {variable: text})
    assert (found.folder, found.own) == (place, False)
    destination = found.destination()
    assert isinstance(destination, Folder)
    assert destination.place == found.delivers_to == str(place)


@pytest.mark.parametrize(
    ("url", "place"),
    [("sqlite:///queue.db", ROOT / "queue.db"), ("sqlite:////var/lib/q.db", Path("/var/lib/q.db"))],
)
def test_queue_in_another_file_is_named_by_the_environment(url: str, place: Path) -> None:
    """A file may lie elsewhere."""
    found = places.find(ROOT, {"DATABASE_URL": url})
    assert (found.queue.file, found.own) == (place, False)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://user:secret@db/exports", "names no database that a queue can be in"),
        ("postgresql://user:secret@db", "names no database that a queue can be in"),
        ("postgresql://user:secret@db:port/x", "is no address of a database"),
        ("sqlite://", "names no database that a queue can be in"),
        ("sqlite:///:memory:", "names no database that a queue can be in"),
        ("nonsense", "is no address of a database"),
    ],
)
def test_database_that_cannot_be_used_is_named_without_its_secret(url: str, reason: str) -> None:
    """Never is another queue used silently."""
    with pytest.raises(PlacesError, match=f"^DATABASE_URL: .*{reason}") as caught:
        places.find(ROOT, {"DATABASE_URL": url})
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://nok:geheim@db:5433/exports", "postgresql://nok@db:5433/exports"),
        ("postgres://nok@db/exports?password=geheim", "postgresql://nok@db/exports"),
        ("postgresql+psycopg://db/exports?sslpassword=geheim", "postgresql://db/exports"),
        ("postgresql:///exports?host=/run/pg", "postgresql:///run/pg/exports"),
        ("postgresql:///exports?host=one&host=two", "postgresql://one,two/exports"),
    ],
)
def test_queue_on_a_server_is_shown_without_its_password(url: str, shown: str) -> None:
    """Neither in words nor in what a debugger shows; several daemons need no lock file."""
    found = places.find(ROOT, {"DATABASE_URL": url})
    assert (str(found.queue), found.queue.shared, found.lock) == (shown, True, None)
    assert "geheim" not in f"{found!r}{found.queue!r}"
    assert ("geheim" in url) == (found.queue.secrets() == ["geheim"])
    found.check()


def test_drive_without_credentials_is_not_delivered_elsewhere(tmp_path: Path) -> None:
    """Whoever asks for Drive must not find the files in a folder."""
    found = places.find(ROOT, {"DRIVE_FOLDER_ID": "abc"})
    assert (found.drive, found.own, found.delivers_to) == (
        *("abc", False, "Google Drive folder abc"),
    )
    with pytest.raises(
        PlacesError, match=r"^GOOGLE_APPLICATION_CREDENTIALS: is not set, and DRIVE"
    ):
        found.destination()
    key = tmp_path / "key.json"
    given = {"DRIVE_FOLDER_ID": "abc", "GOOGLE_APPLICATION_CREDENTIALS": str(key)}
    for text, told in (
        (None, "cannot be read: No such file"),
        ("{}", "holds no credentials"),
        ('{"type": "service_account", "private_key": "geheim"}', "holds no credentials"),
        ('{"type": "external_account"}', "is of type 'external_account'"),
    ):
        if text is not None:
            key.write_text(text)
        with pytest.raises(PlacesError, match=told) as caught:
            places.find(ROOT, given).destination()
        assert "geheim" not in str(caught.value)


def test_webhooks_that_nothing_is_sent_to_are_known() -> None:
    """They are told at the start, so that nobody waits for notices in vain."""
    found = places.find(ROOT, {"DISCORD_ALERT_WEBHOOK": "https://…"})
    assert (found.silent, found.own) == (("DISCORD_ALERT_WEBHOOK",), True)
