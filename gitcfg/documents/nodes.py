"""A config file as a tree of nodes: values, and where each stands in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitcfg.model import Value


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands: indexes into the text, line and column from 1.

    `style` is the quote or `|` or `>` of a scalar, empty if plain, None for what is no scalar;
    `written` is a scalar's text.
    """

    value: Value
    start: int
    end: int
    line: int
    column: int
    style: str | None = None
    written: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A top-level key with its value; `sound` says that the value can be used.

    `anchors` stand in the value, `aliases` are what it takes from elsewhere; each has a number.
    """

    key: Node
    value: Node
    sound: bool
    anchors: frozenset[int]
    aliases: frozenset[int]


@dataclass(frozen=True, slots=True)
class Root:
    """The mapping that a file is; `flow` means `{…}`, and `end` is then behind the brace."""

    pairs: tuple[Pair, ...]
    flow: bool
    start: int
    end: int
    column: int
