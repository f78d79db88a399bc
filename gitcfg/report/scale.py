"""What of a setting can be plotted: numbers as they are, times of day as minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitcfg.errors import UsageError
from gitcfg.report.words import cut, shown, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitcfg.model import Value, Version
    from gitcfg.report.screen import Screen

_TIME = re.compile(r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])")
_HOUR = 60
_LARGEST = 1e300
_ROOM = 10
_LONG = 40
_ENOUGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One kind of values: `number` is None for a value of another kind, `label` writes one."""

    kind: str
    unit: str
    number: Callable[[Value], float | None]
    label: Callable[[float], str]


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        return None
    return float(value)


def _label(number: float) -> str:
    exact = str(int(number)) if number.is_integer() else str(number)
    return exact if len(exact) <= _ROOM else f"{number:.3g}"


def _minutes(value: Value) -> float | None:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    return float(int(found["hour"]) * _HOUR + int(found["minute"])) if found else None


def _clock(number: float) -> str:
    return f"{int(number) // _HOUR:02}:{int(number) % _HOUR:02}"


SCALES = (
    Scale(kind="a number", unit="value", number=_number, label=_label),
    Scale(kind="a time (HH:MM)", unit="HH:MM", number=_minutes, label=_clock),
)


def scale(found: Sequence[Version], screen: Screen) -> Scale:
    """Find the scale that all stored values of a history, newest first, share.

    Raises UsageError where there is none, and where there is nothing to compare.
    """
    stored = [one for one in found if not one.deleted]
    if len(stored) < _ENOUGH:
        what = (
            f"{visible(stored[0].key)} has only one value here" if stored else "nothing is stored"
        )
        raise UsageError(f"{what}: a plot needs two versions or more. See it without --plot")
    newest = stored[0]
    for one in SCALES:
        if one.number(newest.value) is not None:
            odd = next((each for each in stored if one.number(each.value) is None), None)
            if odd is None:
                return one
            raise UsageError(
                f"{visible(odd.key)} cannot be plotted: its version {odd.version} is "
                f"{_short(odd.value, screen)}, not {one.kind} as version {newest.version}. "
                "Plot only newer ones with -n N"
            )
    kinds = " nor ".join(one.kind for one in SCALES)
    raise UsageError(
        f"{visible(newest.key)} cannot be plotted: {_short(newest.value, screen)} is neither "
        f"{kinds}. See it without --plot"
    )


def _short(value: Value, screen: Screen) -> str:
    return cut(shown(value), screen, limit=_LONG)
