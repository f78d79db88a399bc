"""Who wants to be told of something that happened: called in turn, in the teller's thread."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Subscription(Generic[T]):
    call: Callable[[T], object]
    keys: frozenset[str]
    wanted: bool = True


class Subscribers(Generic[T]):
    """The subscribers of one kind of event, for some keys or, without any, for all.

    They may come and go at any time, from any thread and from within a call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: tuple[_Subscription[T], ...] = ()

    def __bool__(self) -> bool:
        return bool(self._subscriptions)

    def add(self, call: Callable[[T], object], *keys: str) -> Callable[[], None]:
        """Subscribe; what is returned ends it. It is called from the next event on."""
        new = _Subscription(call, frozenset(key.upper() for key in keys))
        with self._lock:
            self._subscriptions = (*self._subscriptions, new)

        def remove() -> None:
            new.wanted = False
            with self._lock:
                self._subscriptions = tuple(one for one in self._subscriptions if one is not new)

        return remove

    def clear(self) -> None:
        """End all subscriptions, those of the event just being told included."""
        with self._lock:
            for one in self._subscriptions:
                one.wanted = False
            self._subscriptions = ()

    def want(self, key: str) -> bool:
        """Tell whether anybody listens for a key."""
        return any(not one.keys or key in one.keys for one in self._subscriptions)

    def tell(self, event: T, *, key: str | None = None) -> list[str]:
        """Call each subscriber once; one that raises is logged and told in what is returned."""
        failed = []
        for one in self._subscriptions:
            if one.wanted and (not one.keys or key in one.keys):
                try:
                    one.call(event)
                except BaseException as error:  # noqa: BLE001 - not even an exit may stop the others
                    name = getattr(one.call, "__qualname__", None) or repr(one.call)
                    _log.exception("the subscriber %s raised", name)
                    failed.append(f"{name}: {type(error).__name__}: {error}")
        return failed
