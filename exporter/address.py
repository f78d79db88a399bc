"""Which database holds the queue: a file of SQLite, or a PostgreSQL that several machines share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where the queue is; `file` is None for a server. It is shown without its password."""

    url: URL = field(repr=False)
    file: Path | None

    @property
    def shared(self) -> bool:
        """Whether several machines may work on the queue."""
        return self.file is None

    def __str__(self) -> str:
        if self.file is not None:
            return str(self.file)
        user = f"{self.url.username}@" if self.url.username else ""
        port = f":{self.url.port}" if self.url.port else ""
        # What stands behind a question mark may hold secrets, too; only the socket's folder counts.
        host = self.url.host or self.url.query.get("host") or "localhost"
        shown = host if isinstance(host, str) else ",".join(host)
        return f"postgresql://{user}{shown}{port}/{self.url.database or ''}"

    def secrets(self) -> list[str]:
        """List what must never be shown, should a driver's words hold it."""
        password = self.url.password
        found = [password] if isinstance(password, str) else []
        for name, value in self.url.query.items():
            if "password" in name:
                found += [value] if isinstance(value, str) else value
        return [secret for secret in found if secret]


def of_file(file: Path) -> Address:
    """Address a file of SQLite."""
    return Address(URL.create("sqlite", database=str(file)), file)


def parse(text: str, *, root: Path) -> Address | None:
    """Read an address, a relative file counted from `root`; None for a kind that is not known.

    Raises ValueError for a text that is no address of a database.
    """
    try:
        found = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError("is no address of a database") from error
    if found.drivername == "sqlite" and found.database and found.database != ":memory:":
        return of_file(root / found.database)
    if found.drivername in _POSTGRES and found.database:
        return Address(found.set(drivername="postgresql+psycopg"), None)
    return None
