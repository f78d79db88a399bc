"""Two states compared by key."""

from __future__ import annotations

from gitcfg.history.compare import differences, unread
from gitcfg.model import Difference
from gitcfg.validation import check

OLD = {"config/a.yaml": b"A: 1\nB: 2\nC: 3\n", "config/b.yaml": b"D: 4\n"}


def test_differences_by_key() -> None:
    """Only keys whose stored value is another are told, in order, wherever they stand."""
    new = {"config/a.yaml": b"C: 3.0\nE: 5\nA: 7\n", "config/c.yaml": b"D: 4\n"}
    assert differences(OLD, new) == (
        Difference(key="A", old=1, new=7),
        Difference(key="B", old=2, new=None),
        Difference(key="E", old=None, new=5),
    )


def test_what_cannot_be_read_is_left_out() -> None:
    """A bad file tells nothing of its keys, a bad value nothing of its own, on either side."""
    new = {"config/a.yaml": b"A: null\nB: 3\n", "config/b.yaml": b"D: [\n"}
    told = {one.key: (one.old, one.new) for one in differences(OLD, new)}
    assert told == {"B": (2, 3), "C": (3, None)}
    assert {one.key for one in differences(new, OLD)} == {"B", "C"}
    assert unread(check(new)) == ("config/a.yaml", "config/b.yaml")
    assert unread(check(OLD)) == ()
