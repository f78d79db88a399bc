"""Where a clone stands and what `init` made, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from told import ERROR, REVISION, SCREEN, follower, standing

from gitcfg.initial import Made
from gitcfg.model import Refusal, Remote, Synced
from gitcfg.report import made, status, upstream

LONG_AGO = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_status_where_all_is_well() -> None:
    """A clone in order needs two lines."""
    assert status.status(standing(), SCREEN).splitlines() == [
        "in force    0123456 on main, 2 h ago (2026-03-01 10:00:00 +00:00)",
        "",
        "no program with a name follows these settings here",
    ]


def test_status_where_nothing_is_well() -> None:
    """Each thing that differs has its line, and what to do about it."""
    refused = Refusal(findings=(ERROR,), revision="fedcba98", held=REVISION, uncommitted=False)
    found = standing(
        head="fedcba98",
        branch=None,
        drift=("config/a.yaml",),
        uncommitted=("B", "C"),
        remote=remote(
            "diverged", ahead=1, behind=2, unreachable=LONG_AGO, error="No route", advice="Sync it"
        ),
        refused=refused,
        notices=("versions were\nrenumbered",),
        followers=(
            follower("running", effect="next", uncommitted=("B",)),
            follower("refused", refused=(ERROR,), since=None),
        ),
    )
    assert status.status(found, SCREEN).splitlines() == [
        "in force    0123456 (no branch), 2 h ago (2026-03-01 10:00:00 +00:00)",
        "head        fedcba9 is not in force",
        "upstream    origin/main: 1 commit not pushed, 2 commits not pulled, as last fetched",
        "unreachable since 3 h ago (2026-03-01 09:00:00 +00:00): No route",
        "            Sync it",
        "drift       config/a.yaml differs from the commit: git diff HEAD -- config/a.yaml",
        "uncommitted B, C in force by a hand edit, until it is committed or undone",
        "notice      versions were",
        "            renumbered",
        "",
        "refused: revision fedcba9; 0123456 stays in force",
        "  config/a.yaml:3:1: error: A: Bad",
        "  Mend config/a.yaml and commit, or undo the commit: git revert fedcba9",
        "",
        "NAME      PROCESS  STATE    REVISION     SINCE                                  EFFECT",
        "exporter  7        running  0123456 + B  just now (2026-03-01 11:59:59 +00:00)  next",
        "exporter  7        refused  0123456",
        "  config/a.yaml:3:1: error: A: Bad",
    ]


def test_status_in_step_with_its_upstream() -> None:
    """An upstream without a difference is told as such."""
    found = status.status(standing(remote=remote("in step", asked=LONG_AGO)), SCREEN)
    assert "upstream    origin/main: in step, asked 3 h ago (2026-03-01 09:00:00 +00:00)" in found


def test_status_of_an_upstream_that_is_not_as_it_was() -> None:
    """What no number tells has words of its own."""
    found = status.status(standing(remote=remote("rewritten", advice="Say which side")), SCREEN)
    assert "upstream    origin/main: rewritten by a force-push, as last fetched\n" in found
    assert "            Say which side\n" in found


def remote(state: str, **facts: Any) -> Remote:
    """Stand to an upstream."""
    nothing = dict.fromkeys(("ahead", "behind", "asked", "unreachable", "error", "advice"))
    return Remote(**{**nothing, "name": "origin/main", "state": state, "push": False, **facts})


def test_sync_tells_what_moved() -> None:
    """Numbers, what was made anew or left out, what is kept and what stays here only."""
    found = Synced(
        upstream="origin/main",
        revision=REVISION,
        pulled=2,
        pushed=1,
        reapplied=(("a" * 40, "b" * 40), ("c" * 40, None)),
        kept="refs/gitcfg/offline/main/aaa",
        unpushed=1,
    )
    assert upstream.synced(found, SCREEN).splitlines() == [
        "in step with origin/main at 0123456: pulled 2 commits, pushed 1 commit",
        "aaaaaaa was committed anew as bbbbbbb",
        "ccccccc was left out: the upstream has that already, or its value counts",
        "what left the branch is kept: git log refs/gitcfg/offline/main/aaa",
        "1 commit not pushed: gitcfg sync",
    ]


def test_made_tells_files_notes_and_next_steps() -> None:
    """`init` lists what it made, what it left alone, and how to go on."""
    found = Made(
        root=Path("/srv/a"),
        revision=REVISION,
        files=("config/app.yaml",),
        hook=Path("/srv/a/.git/hooks/pre-commit"),
        notes=("X is there already",),
    )
    assert made.text(found, SCREEN).splitlines() == [
        "made settings in /srv/a, revision 0123456:",
        "  config/app.yaml",
        "  /srv/a/.git/hooks/pre-commit",
        "note: X is there already",
        "next, in that folder:",
        "  gitcfg list",
        '  gitcfg set MAX_UPLOAD_MB 50 --reason "Larger scans"',
        "  gitcfg history MAX_UPLOAD_MB",
    ]
    assert made.data(found) == {
        "path": "/srv/a",
        "revision": REVISION,
        "files": ["config/app.yaml"],
        "hook": "/srv/a/.git/hooks/pre-commit",
        "notes": ["X is there already"],
    }
