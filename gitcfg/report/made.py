"""What `init` made, as text and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitcfg.report.words import indent, short, visible

if TYPE_CHECKING:
    from gitcfg.initial import Made
    from gitcfg.report.screen import Screen

_NEXT = """\
gitcfg list
gitcfg set MAX_UPLOAD_MB 50 --reason "Larger scans"
gitcfg history MAX_UPLOAD_MB"""


def data(one: Made) -> dict[str, Any]:
    """Shape what was made."""
    return {
        "path": str(one.root),
        "revision": one.revision,
        "files": [*one.files],
        "hook": None if one.hook is None else str(one.hook),
        "notes": [*one.notes],
    }


def text(one: Made, screen: Screen) -> str:
    """Tell what was made, what was left alone, and what to do next."""
    root = visible(str(one.root))
    made = [*one.files, *([str(one.hook)] if one.hook else [])]
    parts = [
        f"{screen.paint('bold green', 'made')} settings in {root}, revision {short(one.revision)}:",
        indent("\n".join(visible(name) for name in made), "  "),
        *(f"{screen.paint('yellow', 'note')}: {visible(note)}" for note in one.notes),
        "next, in that folder:",
        indent(_NEXT, "  "),
    ]
    return "\n".join(parts)
