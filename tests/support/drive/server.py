"""The web server of our Drive: reads requests, checks them, answers, and fails when told to."""

from __future__ import annotations

import email
import json
import re
import secrets
import socket
import struct
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from drive import rules
from drive.state import NoError, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from drive.faults import Fault
    from drive.state import Item

PIECE = 256 * 1024
_CONTENT_RANGE = re.compile(r"bytes (?:\*|(\d+)-(\d+))/(\d+)")


@dataclass(slots=True)
class Session:
    """A resumable upload under way."""

    body: dict[str, Any]
    size: int
    got: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Drive:
    """The Drive: what it holds, what was asked, what was wrong, and what is to go wrong."""

    address: str = ""
    state: State = field(default_factory=State)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    granted: int = 0
    grants: bool = True
    sessions: dict[str, Session] = field(default_factory=dict)

    def account(self, folder: Path, *, kind: str = "service_account") -> Path:
        """Write the credentials of an account into a folder and return the file."""
        service = {
            "type": "service_account",
            "client_email": "exporter@books.iam.gserviceaccount.com",
            "private_key_id": "k1",
            "private_key": _key(),
            "token_uri": f"{self.address}/token",
        }
        user = {
            "type": "authorized_user",
            "client_id": "books.apps.googleusercontent.com",
            "client_secret": "of-the-client",
            "refresh_token": "for-a-token",
            "token_uri": f"{self.address}/token",
        }
        place = folder / f"{kind}.json"
        place.write_text(json.dumps(service if kind == "service_account" else user))
        return place

    def expire(self) -> None:
        """Let every token that was given out be worth nothing."""
        self.tokens.clear()

    def strike(self, method: str) -> Fault | None:
        """Find what goes wrong with this request."""
        return next((one for one in self.faults if one.strikes(method)), None)


@cache
def _key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@contextmanager
def running() -> Iterator[Drive]:
    """Serve a Drive on loopback; raises AssertionError at the end for any violation."""
    drive = Drive()
    handler = type("Handler", (_Handler,), {"drive": drive})
    server = _Server(("127.0.0.1", 0), handler)
    drive.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield drive
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    if drive.violations:
        raise AssertionError("\n".join(drive.violations))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about a client that was killed."""


class _Handler(BaseHTTPRequestHandler):
    drive: ClassVar[Drive]
    protocol_version = "HTTP/1.1"
    timeout = 3

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer."""
        self._answer("POST")

    def do_PUT(self) -> None:
        """Answer."""
        self._answer("PUT")

    def do_PATCH(self) -> None:
        """Answer."""
        self._answer("PATCH")

    def _answer(self, verb: str) -> None:
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        if url.path == "/token":
            self._token(content)
            return
        found = rules.find(verb, url.path)
        if found is None and verb == "PUT" and "upload_id" in query:
            self._guarded("upload.chunk", lambda: self._chunk(query["upload_id"], content))
            return
        if found is None:
            self.drive.violations.append(f"no method of Drive: {verb} {url.path}")
            self._refuse(NoError(404, "notFound"))
            return
        name, path = found
        path = {key: unquote(text) for key, text in path.items()}
        self.drive.violations += rules.wrong_query(name, query, path)
        self._guarded(name, lambda: self._do(name, path, query, content))

    def _guarded(self, name: str, work: Any) -> None:
        drive = self.drive
        drive.asked.append(name)
        fault = drive.strike(name)
        if fault is not None and fault.kind == "reset":
            self._drop(hard=True)
            return
        if fault is not None and fault.kind == "status":
            self._refuse(NoError(fault.code, fault.reason), retry_after=fault.retry_after)
            return
        try:
            self._admit()
            status, headers, answer = work()
        except NoError as error:
            self._refuse(error)
            return
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
        if fault is not None and fault.kind == "lost":
            self._drop(hard=False)
        else:
            cut = fault is not None and fault.kind == "truncated"
            self._send(status, answer, headers, cut=cut)

    def _admit(self) -> None:
        token = str(self.headers.get("authorization", "")).removeprefix("Bearer ")
        if token not in self.drive.tokens:
            raise NoError(401, "authError", "Invalid Credentials")

    def _do(  # noqa: PLR0911 - one for each method
        self, name: str, path: dict[str, str], query: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        state, all_drives = self.drive.state, query.get("supportsAllDrives") == "true"
        if name == "files.generateIds":
            ids = state.new_ids(int(query.get("count", "10")))
            return self._json({"kind": "drive#generatedIds", "space": "drive", "ids": ids})
        if name == "files.get" and query.get("alt") == "media":
            return 200, {}, state.find(path["fileId"], all_drives=all_drives).content
        if name == "files.get":
            return self._item(state.find(path["fileId"], all_drives=all_drives), query)
        if name == "files.list":
            shared = all_drives and query.get("includeItemsFromAllDrives") == "true"
            found = state.listing(query["q"], all_drives=shared)
            return self._json({"files": [one.facts() for one in found]})
        if name == "files.update":
            body = json.loads(content)
            self.drive.violations += rules.wrong_body(name, body)
            return self._item(state.update(path["fileId"], body, all_drives=all_drives), query)
        if name == "files.create" and query.get("uploadType") == "resumable":
            return self._session(json.loads(content), all_drives=all_drives)
        if name == "files.create" and query.get("uploadType") == "multipart":
            body, media = self._parts(content)
            self.drive.violations += rules.wrong_body(name, body)
            return self._item(state.create(body, media, all_drives=all_drives), query)
        raise NoError(400, "badRequest", f"{name} is not done so")

    def _parts(self, content: bytes) -> tuple[dict[str, Any], bytes]:
        kind = str(self.headers["content-type"])
        message = email.message_from_bytes(
            b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content
        )
        first = message.get_payload(0)
        # The parser of mail would touch line ends; the media is what stands between the marks.
        mark = b"--" + str(message.get_boundary()).encode()
        media = content.split(mark)[2].split(b"\n\n", 1)[1].removesuffix(b"\n")
        return json.loads(first.get_payload()), media  # type: ignore[union-attr,arg-type]

    def _session(
        self, body: dict[str, Any], *, all_drives: bool
    ) -> tuple[int, dict[str, str], bytes]:
        self.drive.violations += rules.wrong_body("files.create", body)
        self.drive.state.check_create(body, all_drives=all_drives)
        key = secrets.token_hex(16)
        size = int(self.headers["x-upload-content-length"])
        self.drive.sessions[key] = Session(body, size)
        where = f"{self.drive.address}/upload/drive/v3/files?uploadType=resumable&upload_id={key}"
        return 200, {"Location": where}, b""

    def _chunk(self, key: str, content: bytes) -> tuple[int, dict[str, str], bytes]:
        session = self.drive.sessions.get(key)
        found = _CONTENT_RANGE.fullmatch(str(self.headers.get("content-range", "")))
        if session is None:
            raise NoError(404, "notFound", "No such upload")
        if found is None:
            raise NoError(400, "badRequest", "A chunk needs its range")
        if found[1] is not None and int(found[1]) == len(session.got):
            if len(content) % PIECE and int(found[2]) + 1 != session.size:
                self.drive.violations.append("a chunk is no multiple of 256 KiB")
            session.got += content
        if len(session.got) < session.size:
            done = {"Range": f"bytes=0-{len(session.got) - 1}"} if session.got else {}
            return 308, done, b""
        made = self.drive.state.create(session.body, bytes(session.got), all_drives=True)
        del self.drive.sessions[key]
        return self._item(made, {})

    def _item(self, item: Item, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        facts = item.facts()
        self.drive.violations += rules.wrong_body("our own answer", facts)
        fields = query.get("fields", "*")
        wanted = set(re.sub(r"\([^)]*\)", "", fields).split(","))
        return self._json({k: v for k, v in facts.items() if "*" in wanted or k in wanted})

    def _token(self, content: bytes) -> None:
        if not self.drive.grants:
            no = {"error": "invalid_grant", "error_description": "Account has been deleted"}
            self._send(400, json.dumps(no).encode(), {})
            return
        form = dict(parse_qsl(content.decode()))
        if not (form.get("assertion") or form.get("refresh_token") == "for-a-token"):
            self.drive.violations.append("a token was asked for with nothing to show")
        token = f"token-{secrets.token_hex(8)}"
        self.drive.tokens.add(token)
        self.drive.granted += 1
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        answer["expires_in"] = 3600
        self._send(200, json.dumps(answer).encode(), {})

    @staticmethod
    def _json(facts: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, json.dumps(facts).encode()

    def _refuse(self, error: NoError, *, retry_after: str | None = None) -> None:
        told = {
            "error": {
                "code": error.code,
                "message": error.message,
                "errors": [{"domain": "global", "reason": error.reason, "message": error.message}],
            }
        }
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self._send(error.code, json.dumps(told).encode(), headers)

    def _send(
        self, status: int, content: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.wfile.flush()
        if cut:
            self._drop(hard=False)

    def _drop(self, *, hard: bool) -> None:
        self.close_connection = True
        with suppress(OSError):
            if hard:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
            self.connection.close()
