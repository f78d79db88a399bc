"""An HTTP server for push webhooks: small, bounded in time, memory and connections."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from gitcfg.errors import RepositoryError, UsageError
from gitcfg.remote import webhook
from gitcfg.remote.webhook import Seen, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_PORT = 65535
SECONDS = 10.0
"""How long one request may take in all, however slowly it trickles in."""

_AT_ONCE = 16
_log = logging.getLogger(__name__)


class _Server(ThreadingHTTPServer):
    """It refuses what comes while too many requests are under way."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self, address: tuple[str, int], secret: str, wake: Callable[[], None], seconds: float
    ) -> None:
        self.secret = secret
        self.wake = wake
        self.seconds = seconds
        self.seen = Seen()
        self.turn = threading.Lock()
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a request, if there are few."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one request in its thread, its time limited as a whole."""

        def end() -> None:
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            timer.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong, as a client that hung up."""
        del request, client_address
        _log.debug("a webhook request failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: _Server
    server_version = "gitcfg"
    sys_version = ""

    def do_POST(self) -> None:
        """Judge a delivery, and have the upstream asked."""
        verdict = self._verdict()
        if verdict.wake:
            self.server.wake()
        self._answer(verdict)

    def do_GET(self) -> None:
        """Say what this is."""
        words = "this takes push webhooks of GitHub and GitLab by POST"
        self._answer(Verdict(HTTPStatus.METHOD_NOT_ALLOWED, words))

    def _verdict(self) -> Verdict:
        size = webhook.length(self.headers)
        if isinstance(size, Verdict):
            return size
        body = self.rfile.read(size)
        if len(body) < size:
            return Verdict(HTTPStatus.BAD_REQUEST, "the body is cut off")
        with self.server.turn:
            return webhook.judge(self.headers, body, self.server.secret, self.server.seen)

    def _answer(self, verdict: Verdict) -> None:
        self.close_connection = True
        body = f"{verdict.words}\n".encode()
        self.send_response(verdict.status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        """Log a request without what it carried."""
        _log.debug("webhook from %s: %s", self.client_address[0], format % args)


@contextmanager
def listening(
    host: str,
    port: int,
    secret: str,
    wake: Callable[[], None],
    *,
    variable: str,
    seconds: float = SECONDS,
) -> Iterator[str]:
    """Listen for push webhooks and call `wake` for each; yields the address as a URL.

    Raises UsageError without a secret, RepositoryError where nothing can listen there.
    """
    if not secret:
        raise UsageError(
            f"set {variable} to the webhook's secret, as GitHub or GitLab has it: without one "
            "anybody could send requests"
        )
    try:
        server = _Server((host, port), secret, wake, seconds)
    except OSError as error:
        raise RepositoryError(
            f"cannot listen at {host} port {port}: {error.strerror}. Choose another port or --host"
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
