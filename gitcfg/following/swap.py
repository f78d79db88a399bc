"""A mapping whose whole content is replaced in one step and read almost as fast as a dict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from gitcfg.model import Value

if TYPE_CHECKING:
    from collections.abc import ItemsView, KeysView, ValuesView

    from gitcfg.model import Snapshot

Origin = TypeVar("Origin")


class Values(dict[str, Value], Generic[Origin]):
    """The effective values of one snapshot, with their origin; a key is found in any case."""

    __slots__ = ("origin", "snapshot")

    def __init__(self, snapshot: Snapshot, origin: Origin) -> None:
        super().__init__(snapshot.effective)
        self.snapshot = snapshot
        self.origin = origin

    def __missing__(self, key: str) -> Value:
        upper = str(key).upper()
        if upper == key or upper not in self:
            raise KeyError(key)
        return self[upper]


class Swap(Mapping[str, Value], Generic[Origin]):
    """Reads the values set last. To set them is one assignment, so readers need no lock.

    Two reads may be of different values; `items()` and a snapshot are of one.
    """

    # `mapping[key]` looks up `__getitem__` on the type and finds this slot, whose content is the
    # bound method of the values in force: no Python frame runs between a reader and the dict.
    __slots__ = ("__getitem__",)

    if TYPE_CHECKING:

        def __getitem__(self, key: str) -> Value: ...

    @property
    def _in_force(self) -> Values[Origin]:
        """The values that `[]` reads just now, with their snapshot and origin."""
        found: Values[Origin] = self.__getitem__.__self__  # type: ignore[attr-defined]
        return found

    def _swap(self, values: Values[Origin]) -> None:
        """Put other values in force."""
        object.__setattr__(self, "__getitem__", values.__getitem__)

    def __iter__(self) -> Iterator[str]:
        return iter(self._in_force)

    def __len__(self) -> int:
        return len(self._in_force)

    def keys(self) -> KeysView[str]:
        """View the keys of the values in force just now."""
        return self._in_force.keys()

    def values(self) -> ValuesView[Value]:
        """View the values in force just now."""
        return self._in_force.values()

    def items(self) -> ItemsView[str, Value]:
        """View the keys and values in force just now, all of one snapshot."""
        return self._in_force.items()
