"""What a schema says of the values of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitcfg.model import Value


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said of a file's values; `key` is None where it is about them all."""

    key: str | None
    keyword: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a schema says of a file's values: at most one error for each key; and the values.

    `values` have whole numbers where the type is integer; warnings are told of valid keys only.
    """

    errors: tuple[Told, ...]
    warnings: tuple[Told, ...]
    values: Mapping[str, Value]
