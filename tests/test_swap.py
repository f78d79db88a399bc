"""A mapping that is swapped whole reads like a dict, and in any case of the key."""

from __future__ import annotations

import pytest

from gitcfg import Snapshot
from gitcfg.following.swap import Swap, Values


@pytest.fixture
def swap() -> Swap[str]:
    """Make a mapping with values in force."""
    made = Swap[str]()
    made._swap(Values(Snapshot({"A": 1, "B": None}, "r1"), "first"))
    return made


def test_swap_is_a_mapping(swap: Swap[str]) -> None:
    """It has all that a mapping has, over the values set last."""
    assert (dict(swap), len(swap), list(swap), "A" in swap) == (
        {"A": 1, "B": None},
        2,
        ["A", "B"],
        True,
    )
    assert (list(swap.items()), list(swap.keys())) == ([("A", 1), ("B", None)], ["A", "B"])
    assert list(swap.values()) == [1, None]
    assert (swap.get("X", 7), swap == {"A": 1, "B": None}) == (7, True)


def test_swap_changes_everything_at_once(swap: Swap[str]) -> None:
    """Values, snapshot and origin belong together, before and after."""
    before = swap._in_force
    swap._swap(Values(Snapshot({"A": 2}, "r2"), "second"))
    assert (before["A"], before.snapshot.revision, before.origin) == (1, "r1", "first")
    after = swap._in_force
    assert (swap["A"], after.snapshot.revision, after.origin) == (2, "r2", "second")


def test_swap_shows_items_of_one_moment(swap: Swap[str]) -> None:
    """A view taken before a swap stays whole."""
    items = swap.items()
    swap._swap(Values(Snapshot({"A": 2}, "r2"), "second"))
    assert dict(items) == {"A": 1, "B": None}


def test_swap_finds_a_key_in_any_case(swap: Swap[str]) -> None:
    """A key is normalised here as at every door."""
    assert (swap["a"], "b" in swap) == (1, True)


@pytest.mark.parametrize("key", ["C", "c", "", 3, None])
def test_swap_without_the_key(swap: Swap[str], key: str) -> None:
    """A key that is not there is a KeyError that names it as it was asked for."""
    with pytest.raises(KeyError) as caught:
        swap[key]
    assert caught.value.args == (key,)
