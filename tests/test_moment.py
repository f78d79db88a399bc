"""Points of history as a person names them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gitcfg import UsageError
from gitcfg.git.repository import Repository
from gitcfg.history.moment import parse, revision

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git


@pytest.fixture
def bangkok(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """View history from Bangkok."""
    monkeypatch.setenv("TZ", "Asia/Bangkok")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2026-11-25", True, datetime(2026, 11, 25, 16, 59, 59, 999999, tzinfo=UTC)),
        ("2026-11-25", False, datetime(2026, 11, 24, 17, 0, tzinfo=UTC)),
        ("2026-11-25T09:30", True, datetime(2026, 11, 25, 2, 30, tzinfo=UTC)),
        ("2026-11-25 09:30:00+00:00", True, datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
        ("20261125", True, None),
        ("main", True, None),
        ("2026-13-01", True, None),
        ("v-1-release", True, None),
    ],
)
def test_date_is_the_viewers(
    bangkok: None,
    text: str,
    end: bool,  # noqa: FBT001 - a case of the table
    expected: datetime | None,
) -> None:
    """A date alone is its end, or beginning, in the viewer's zone; digits are no date."""
    assert parse(text, end=end) == expected


def test_revision_of_a_date_is_the_last_before(tmp_path: Path, git: Git) -> None:
    """A date names the last commit on the branch at that moment; before the first, none."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    found = []
    for day in (10, 20):
        env = {"GIT_COMMITTER_DATE": f"2026-01-{day}T12:00:00Z"}
        git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "x", env=env)
        found.append(git(tmp_path, "rev-parse", "HEAD"))
    repository = Repository.open(tmp_path)
    assert revision(repository, "2026-01-15") == found[0]
    assert revision(repository, "2026-01-20T12:00:00+00:00") == found[1]
    assert revision(repository, "HEAD~1") == found[0]
    with pytest.raises(UsageError, match="no commit at or before"):
        revision(repository, "2026-01-01")
    with pytest.raises(UsageError, match=r"no revision in .*, and no date. Write a date as 2026-"):
        revision(repository, "yesterday")
