"""No report lets an escape code through, whoever wrote it."""

from __future__ import annotations

import pytest
from told import SCREEN, change, follower, setting, standing, version, written

from gitcfg.errors import InvalidError
from gitcfg.model import Author, Finding, Refusal, Remote
from gitcfg.report import changes, findings, history, settings, status

ESCAPE = "\x1b[2J"
EVIL = Author(f"E{ESCAPE}", "e@example.com")
EVIL_FINDING = Finding(severity="error", message=ESCAPE, rule="r", key=ESCAPE, file=ESCAPE, line=1)


@pytest.mark.parametrize(
    "text",
    [
        changes.written(
            written(change(ESCAPE, ESCAPE, ESCAPE), state="dry-run", message=ESCAPE, diff=ESCAPE),
            SCREEN,
            keys=[ESCAPE],
            defaults={},
        ),
        changes.followers(
            written(followers=(follower("running", name=ESCAPE, effect=ESCAPE),)), SCREEN
        ),
        changes.effective(change(ESCAPE, ESCAPE, ESCAPE, author=EVIL, reason=ESCAPE), SCREEN),
        changes.committed(change(ESCAPE, ESCAPE, ESCAPE, author=EVIL, reason=ESCAPE), SCREEN),
        findings.line(EVIL_FINDING, SCREEN),
        findings.error(InvalidError(ESCAPE, [EVIL_FINDING]), SCREEN),
        history.versions(
            [
                version(
                    1,
                    ESCAPE,
                    key=ESCAPE,
                    author=EVIL,
                    committer=EVIL,
                    origin="f",
                    reason=ESCAPE,
                    action=ESCAPE,
                    via=ESCAPE,
                    actor=ESCAPE,
                    metadata={ESCAPE: ESCAPE},
                )
            ],
            SCREEN,
        ),
        settings.settings([setting(ESCAPE, ESCAPE, ESCAPE, by=EVIL)], SCREEN),
        status.status(
            standing(
                branch=ESCAPE,
                remote=Remote(
                    name=ESCAPE,
                    state="ahead",
                    ahead=1,
                    behind=0,
                    push=True,
                    asked=None,
                    unreachable=SCREEN.now,
                    error=ESCAPE,
                    advice=ESCAPE,
                ),
                drift=(ESCAPE,),
                uncommitted=(ESCAPE,),
                notices=(ESCAPE,),
                refused=Refusal(findings=(EVIL_FINDING,), revision="f", held="e", uncommitted=True),
                followers=(follower(ESCAPE, name=ESCAPE, effect=ESCAPE, uncommitted=(ESCAPE,)),),
            ),
            SCREEN,
        ),
    ],
)
def test_no_report_lets_an_escape_through(text: str) -> None:
    """Whoever wrote a key, value, name, reason or path cannot command the reader's terminal."""
    assert "\x1b" not in text
    assert "\\x1b[2J" in text or "\\u001b[2J" in text
