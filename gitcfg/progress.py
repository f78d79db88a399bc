"""What takes long says how far it is to whoever listens; nobody does unless a person watches."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Listener(Protocol):
    """Shows to a person what is going on."""

    def heard(self, what: str, done: int) -> None:
        """Hear that so many of something are done: `commits counted`, 5000."""

    def ended(self) -> None:
        """Hear that this came to its end, well or not."""


_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let somebody hear what takes long meanwhile, in this thread."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def told(what: str) -> Iterator[Callable[[int], None]]:
    """Give a function that tells from time to time how many are done."""
    listener = _listener.get()
    if listener is None:
        yield lambda _: None
        return
    try:
        yield lambda done: listener.heard(what, done)
    finally:
        listener.ended()
