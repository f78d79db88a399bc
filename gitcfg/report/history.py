"""The history of one key as text, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report import credit
from gitcfg.report.words import cut, indent, shown, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.model import Version
    from gitcfg.report.screen import Screen


def versions(found: Iterable[Version], screen: Screen) -> str:
    """Tell versions as blocks: value, who and when, through which door, why."""
    return "\n\n".join(_block(one, screen) for one in found)


def _block(one: Version, screen: Screen) -> str:
    value = "(removed)" if one.deleted else cut(shown(one.value), screen)
    mark = f"  {screen.paint('bold green', '✓ ACTIVE')}" if one.active else ""
    head = f"{screen.paint('bold', f'version {one.version}')}  {visible(one.key)}: {value}{mark}"
    body = [*credit.lines(one, screen), *credit.reason(one)]
    return f"{head}\n{indent(chr(10).join(body))}"
