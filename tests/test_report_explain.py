"""Differences and blame as tables."""

from __future__ import annotations

from told import COLOUR, SCREEN, version

from gitcfg.model import Difference
from gitcfg.report.explain import blame, differences


def test_differences_are_aligned() -> None:
    """Each key has its line; what is not stored on one side says so."""
    found = [
        Difference(key="A", old=None, new="x"),
        Difference(key="LONGER", old=[1, 2], new=None),
    ]
    assert differences(found, SCREEN).splitlines() == [
        "A:       not set  → x",
        "LONGER:  [1, 2]   → not set",
    ]
    assert differences([], SCREEN) == ""


def test_differences_fold_on_a_terminal() -> None:
    """A wide value is folded below itself, and one that would flood the screen is cut."""
    found = [Difference(key="A", old="x" * 500, new="y" * 60)]
    lines = differences(found, COLOUR).splitlines()
    assert len(lines) < 10
    assert "(500 characters)" in "".join(lines).replace("x", "")


def test_blame_is_a_table() -> None:
    """Each key's newest version has one line, of its reason the first only."""
    found = [version(2, 5, reason="why\nnot"), version(1, "x y", key="B")]
    assert blame(found, SCREEN).splitlines() == [
        "KEY  VALUE  VERSION  CHANGED                            BY   REASON",
        "A    5      2        2 h ago (2026-03-01 10:00 +00:00)  Nok  why …".replace(
            ")   N", ")  N"
        ),
        "B    x y    1        2 h ago (2026-03-01 10:00 +00:00)  Nok".replace(")   N", ")  N"),
    ]
    assert blame([], SCREEN) == ""
