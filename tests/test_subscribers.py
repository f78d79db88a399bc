"""Subscribers are called once each, in order, and none harms another."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from gitcfg.following.subscribers import Subscribers

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def subscribers() -> Subscribers[int]:
    """Make a circle without anybody in it."""
    return Subscribers[int]()


def test_tell_calls_each_once_in_order(subscribers: Subscribers[int]) -> None:
    """Whoever came first is called first."""
    heard: list[tuple[str, int]] = []
    for name in "abc":
        subscribers.add(lambda event, name=name: heard.append((name, event)))  # type: ignore[misc]
    assert subscribers.tell(7) == []
    assert heard == [("a", 7), ("b", 7), ("c", 7)]


def test_tell_only_who_wants_the_key(subscribers: Subscribers[int]) -> None:
    """A subscriber for some keys hears of no other; one without keys hears all."""
    heard: list[str] = []
    subscribers.add(lambda _: heard.append("all"))
    subscribers.add(lambda _: heard.append("some"), "A", "b")
    for key in ("A", "B", "C"):
        subscribers.tell(1, key=key)
    assert heard == ["all", "some", "all", "some", "all"]


def test_want_tells_whether_anybody_listens(subscribers: Subscribers[int]) -> None:
    """Nothing needs to be found out for keys that nobody asks for."""
    assert (bool(subscribers), subscribers.want("A")) == (False, False)
    end = subscribers.add(print, "A")
    assert (bool(subscribers), subscribers.want("A"), subscribers.want("B")) == (True, True, False)
    end()
    assert not subscribers.want("A")


def raise_(error: BaseException) -> Callable[[int], None]:
    """Make a subscriber that raises."""

    def faulty(_: int) -> None:
        raise error

    return faulty


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_tell_goes_on_past_one_that_raises(
    subscribers: Subscribers[int], caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    """It is logged with its traceback and told; the others are called all the same."""
    heard: list[int] = []
    subscribers.add(raise_(error))
    subscribers.add(heard.append)
    with caplog.at_level(logging.ERROR):
        assert subscribers.tell(7) == [f"raise_.<locals>.faulty: {type(error).__name__}: {error}"]
    assert heard == [7]
    (record,) = caplog.records
    assert record.exc_info
    assert record.exc_info[1] is error


def test_subscriber_may_leave_from_within(subscribers: Subscribers[int]) -> None:
    """One that ends its own or another's subscription is obeyed at once."""
    heard: list[str] = []

    def first(_: int) -> None:
        heard.append("first")
        end_first()
        end_second()

    end_first = subscribers.add(first)
    end_second = subscribers.add(lambda _: heard.append("second"))
    subscribers.tell(1)
    subscribers.tell(2)
    assert heard == ["first"]


def test_subscriber_added_from_within_hears_the_next(subscribers: Subscribers[int]) -> None:
    """Who comes during an event does not hear that one."""
    heard: list[int] = []

    def host(event: int) -> None:
        if event == 1:
            subscribers.add(heard.append)

    subscribers.add(host)
    subscribers.tell(1)
    subscribers.tell(2)
    assert heard == [2]


def test_clear_ends_the_event_being_told(subscribers: Subscribers[int]) -> None:
    """After it nobody is called, not even those next in line."""
    heard: list[int] = []
    subscribers.add(lambda _: subscribers.clear())
    subscribers.add(heard.append)
    subscribers.tell(1)
    assert heard == []


def test_leaving_twice_is_harmless(subscribers: Subscribers[int]) -> None:
    """An ended subscription may be ended again."""
    end = subscribers.add(print)
    end()
    end()
    assert not subscribers


def test_threads_may_come_and_go_meanwhile(subscribers: Subscribers[int]) -> None:
    """Subscribing from many threads loses none of them."""

    def come() -> None:
        for _ in range(200):
            subscribers.add(int)

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(subscribers._subscriptions) == 800
