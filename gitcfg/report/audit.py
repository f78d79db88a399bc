"""Every change and every refused attempt as text, newest first; what failed stands out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gitcfg.report import credit
from gitcfg.report.words import indent, side, step, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.model import Audited
    from gitcfg.report.screen import Screen

_MARKS = {
    "applied": ("green", "applied  "),
    "refused": ("bold red", "✗ REFUSED"),
    "failed": ("bold red", "✗ FAILED "),
}
_ASKED = {"reset": "its default", "rollback": "an older value"}


def records(found: Iterable[Audited], screen: Screen) -> str:
    """Tell records as blocks; keys that one commit changed together share their block."""
    blocks = groupby(found, key=lambda one: (one.revision, _body(one, screen)))
    return "\n\n".join(
        "\n".join([*(_head(one, screen) for one in members), indent(body)])
        for (_, body), members in blocks
    )


def _head(one: Audited, screen: Screen) -> str:
    mark = screen.paint(*_MARKS[one.status])
    version = f"  (version {one.version})" if one.status == "applied" else ""
    change = step(side(one.old, screen), _new(one, screen), screen)
    return f"{mark}  {screen.paint('bold', visible(one.key))}: {change}{version}"


def _new(one: Audited, screen: Screen) -> str:
    if one.value is None and one.status != "applied":  # nobody wrote down what it would have been
        return _ASKED.get(one.action, side(None, screen))
    return side(one.value, screen)


def _body(one: Audited, screen: Screen) -> str:
    made = one.status == "applied"
    error = visible((one.error or "").strip(), lines=True)
    why_not = f"{screen.paint('red', 'error')}: {indent(error, '  ').lstrip()}"
    return "\n".join(
        [
            *credit.lines(one, screen, commit="revision" if made else "attempt"),
            *([why_not] if error else []),
            *credit.reason(one),
        ]
    )
