"""All settings as a table."""

from __future__ import annotations

from told import COLOUR, SCREEN, setting

from gitcfg.report import settings


def test_settings_in_a_table() -> None:
    """Settings stand below their category, aligned, with marks for what is not simply stored."""
    found = [
        setting("LONG_KEY", "ค่า"),
        setting("B", 0.5, default=True, updated=None, by=None),
        setting("Z", 1, "zoo", uncommitted=True),
        setting("LOST", [1], None),
    ]
    assert settings.settings(found, SCREEN).splitlines() == [
        "KEY          VALUE  VERSION          UPDATED                            BY",
        "no category",
        "  LOST       [1]    2                2 h ago (2026-03-01 10:00 +00:00)  Nok",
        "app",
        "  B          0.5    default",
        "  LONG_KEY   ค่า     2                2 h ago (2026-03-01 10:00 +00:00)  Nok",
        "zoo",
        "  Z          1      2 + uncommitted  2 h ago (2026-03-01 10:00 +00:00)  Nok",
    ]


def test_settings_down_a_pipe_are_whole() -> None:
    """A pipe gets a value of any length in one line."""
    assert "x" * 3000 in settings.settings([setting("A", "x" * 3000)], SCREEN)


def test_settings_on_a_terminal_fit_its_width() -> None:
    """A terminal gets long values folded, the longest cut with their length."""
    lines = settings.settings([setting("A", "x" * 300)], COLOUR).splitlines()
    bare = [line.replace("\x1b[1m", "").replace("\x1b[2m", "") for line in lines]
    assert max(len(line.replace("\x1b[0m", "").replace("\x1b[36m", "")) for line in bare) <= 80
    assert "".join(bare).count("x") == 200


def test_no_settings() -> None:
    """An empty repository says so."""
    assert settings.settings([], SCREEN) == "no settings"
