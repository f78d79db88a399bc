"""Upstreams for tests: a bare repository, by path or through git's own HTTP backend, and clones."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

import gitcfg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

    from gitcfg import Store


@dataclass(slots=True)
class Place:
    """A bare repository and how clones reach it."""

    git: Git
    folder: Path
    bare: Path
    url: str
    clones: list[Path] = field(default_factory=list)

    def clone(self, name: str, *, push: bool = True) -> Store:
        """Clone it, under a name that is also the author's."""
        place = self.folder / name
        self.git(self.folder, "clone", "--quiet", self.url, name)
        self.git(place, "config", "user.name", name)
        self.git(place, "config", "user.email", f"{name}@example.com")
        self.git(place, "config", "gitcfg.push", "true" if push else "false")
        self.clones.append(place)
        return gitcfg.open(place)

    @property
    def tip(self) -> str:
        """Tell what the branch is at."""
        return self.git(self.bare, "rev-parse", "main")

    def heads(self) -> set[str]:
        """Tell where all clones and the bare repository are."""
        return {self.tip, *(self.git(one, "rev-parse", "HEAD") for one in self.clones)}

    def subjects(self) -> list[str]:
        """List the subjects of all commits, the newest first."""
        return self.git(self.bare, "log", "--format=%s", "main").splitlines()

    def hook(self, name: str, text: str) -> None:
        """Have the other side run something."""
        place = self.bare / "hooks" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\n{text}\n")
        place.chmod(0o755)

    def go_away(self) -> None:
        """Let it be out of reach."""
        self.bare.rename(self.bare.with_suffix(".away"))

    def come_back(self) -> None:
        """Let it be there again."""
        self.bare.with_suffix(".away").rename(self.bare)


def place(folder: Path, team: Path, git: Git) -> Place:
    """Make a bare repository of a team's."""
    bare = folder / "upstream.git"
    git(folder, "clone", "--quiet", "--bare", str(team), str(bare))
    return Place(git, folder, bare, str(bare))


@dataclass(slots=True)
class Faults:
    """What goes wrong at the server: answers to pushes get lost, or nothing is answered at all."""

    lose: int = 0
    hang: Event | None = None


@contextmanager
def served(folder: Path, faults: Faults) -> Iterator[str]:
    """Serve the repositories of a folder by HTTP; pushing needs no password."""
    facts = {"root": folder, "faults": faults}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), facts))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    root: ClassVar[Path]
    faults: ClassVar[Faults]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer by git's backend."""
        self._serve(b"")

    def do_POST(self) -> None:
        """Answer by git's backend."""
        self._serve(self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        return body

    def _serve(self, body: bytes) -> None:
        if self.faults.hang is not None:
            self.faults.hang.wait(60)
        url = urlsplit(self.path)
        done = subprocess.run(
            ["git", "-c", "http.receivepack=true", "http-backend"],
            input=body,
            env={
                **os.environ,
                "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": url.path,
                "QUERY_STRING": url.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
                "REMOTE_ADDR": "127.0.0.1",
            },
            capture_output=True,
            check=False,
        )
        if url.path.endswith("git-receive-pack") and body and self.faults.lose:
            self.faults.lose -= 1
            self.close_connection = True
            return
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        with suppress(OSError):
            self.send_response(int(lines.pop("Status", "200").split()[0]))
            for name, text in lines.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)
