"""What people ask of the past, end to end: audit, diff, blame, revert, and dates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from command import Command, on_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

TIME = "DAILY_EXPORT_TIME"
SIZE = "MAX_BATCH_SIZE"
PERSON = {"name": "Test Person", "email": "test@example.com"}


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


@pytest.fixture
def bangkok(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """View history from Bangkok."""
    monkeypatch.setenv("TZ", "Asia/Bangkok")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def by_hand(run: Command, git: Git, old: str, new: str, date: str) -> str:
    """Change the batch size with an editor and commit it at a moment; returns the revision."""
    path = run.repo / "config/performance.yaml"
    path.write_text(path.read_text().replace(f"{SIZE}: {old}", f"{SIZE}: {new}"))
    env = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
    git(run.repo, "commit", "--quiet", "--all", "--message", f"To {new}", env=env)
    return git(run.repo, "rev-parse", "HEAD")


def test_audit_tells_changes_and_attempts(run: Command, git: Git) -> None:
    """Every record has history's fields, what became of it, the value before and the error."""
    run("set", SIZE, "5000", "--reason", "More!")
    run.good("set", SIZE, "200", "--meta", "ticket=7")
    (refused,) = run("audit", SIZE, "--json", "--status", "refused").document
    applied, first = run("audit", SIZE, "--json", "--status", "applied").document
    assert (first["via"], first["old"], first["value"]) == ("git", None, 100)
    for one in (applied, refused):
        assert one.pop("date")
        assert one.pop("actor").startswith("os:")
    same = {"key": SIZE, "deleted": False, "author": PERSON, "committer": PERSON, "origin": None}
    same |= {"action": "set", "via": "cli", "client": "gitcfg/0.1", "old": 100}
    assert applied == same | {
        "version": 2,
        "value": 200,
        "active": True,
        "revision": git(run.repo, "rev-parse", "HEAD"),
        "reason": "",
        "metadata": {"ticket": "7"},
        "status": "applied",
        "error": None,
    }
    assert refused == same | {
        "version": 0,
        "value": "5000",
        "active": False,
        "revision": git(run.repo, "for-each-ref", "--format=%(objectname)", "refs/gitcfg/attempts"),
        "reason": "More!",
        "metadata": None,
        "status": "refused",
        "error": f"{SIZE}: Batch size too large (max: 1000). May cause memory issues",
    }


def test_audit_takes_each_question(run: Command, git: Git) -> None:
    """Period, person, status and action each narrow the list; no answer says so."""
    first = by_hand(run, git, "100", "150", "2026-01-20T10:00:00Z")
    run("set", SIZE, "5000", "--author", "Nok <nok@example.com>")
    run.good("rollback", SIZE)

    def heads(*words: str) -> list[str]:
        lines = run.good("audit", SIZE, *words).splitlines()
        return [line for line in lines if not line.startswith(" ") and line]

    refused = f"✗ REFUSED  {SIZE}: 150 → 5000"
    back = f"applied    {SIZE}: 150 → 100  (version 3)"
    assert heads("--since", first) == [back, refused]
    assert heads("--by", "NOK@") == heads("--status", "refused") == [refused]
    assert heads("--action", "rollback") == [back]
    assert heads("--since", "2026-01-20", "--until", "2026-01-21") == [
        f"applied    {SIZE}: 100 → 150  (version 2)"
    ]
    assert heads("--until", "1999-12-31") == ["no change and no attempt fits"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["audit", "MAX_BATCH_SIZ"], 1, f"Did you mean {SIZE}?"),
        (["audit", "--since", "monday"], 2, "monday is no revision in "),
        (["audit", "--until", "HEAD"], 2, "HEAD is no date. Write it as 2026-01-31 or "),
        (["audit", "--status", "lost"], 2, "argument --status: invalid choice: 'lost'"),
        (["audit", "-n", "0"], 2, "give 1 or more"),
        (["diff", "2000-01-01"], 2, "no commit at or before 2000-01-01 23:59:59"),
        (["history", "EXPORT_TIMEZONE", "--plot"], 2, "has only one value here"),
        (["diff", "HEAD", ""], 2, "the empty text is no revision in "),
    ],
)
def test_questions_that_are_refused(run: Command, words: list[str], code: int, said: str) -> None:
    """Each says what is wrong and what would be right."""
    done = run(*words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_diff_goes_by_key(run: Command, git: Git) -> None:
    """Two revisions, one and the files, or HEAD and the files; text is aligned, JSON exact."""
    assert run.good("diff") == "no setting differs"
    run.good("set", SIZE, "200", TIME, "19:30")
    run.good("unset", SIZE)
    assert run.good("diff", "HEAD~2", "HEAD~1").splitlines() == [
        f"{TIME}:  18:00  → 19:30",
        f"{SIZE}:     100    → 200",
    ]
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("19:30", "20:00"))
    assert run("diff", "--json").document == [{"key": TIME, "old": "19:30", "new": "20:00"}]
    assert run("diff", "HEAD~2", "--json").document == [
        {"key": TIME, "old": "18:00", "new": "20:00"},
        {"key": SIZE, "old": 100, "new": None},
    ]


def test_diff_of_what_cannot_be_read(run: Command) -> None:
    """A broken file is not taken for an empty one: it is named, its keys are left out."""
    (run.repo / "config/export.yaml").write_text("A: [\n")
    done = run("diff", "HEAD")
    assert (done.code, done.out) == (0, "no setting differs\n")
    assert done.err == (
        "config/export.yaml has keys that cannot be read; they are left out. "
        "See `gitcfg validate`\n"
    )


def test_blame_names_the_last_of_each_key(run: Command) -> None:
    """Each stored key has one line, or history's fields in JSON."""
    run.good("set", TIME, "19:30", "--reason", "Peak", "--author", "Nok <nok@example.com>")
    run.good("unset", SIZE)
    found = run("blame", "--json").document
    newest = run("history", TIME, "--json", "-n", "1").document[0]
    assert [one for one in found if one["key"] == TIME] == [newest]
    assert SIZE not in [one["key"] for one in found]
    lines = run.good("blame").splitlines()
    assert lines[0].split() == ["KEY", "VALUE", "VERSION", "CHANGED", "BY", "REASON"]
    (line,) = [line for line in lines if line.startswith(TIME)]
    assert line.endswith("  Nok          Peak")


def test_revert_undoes_a_commit(run: Command, git: Git) -> None:
    """Every key that a commit changed goes back in one new commit, with its reason."""
    run.good("set", SIZE, "200", TIME, "19:30")
    lines = run.good("revert", "HEAD", "--reason", "Too slow").splitlines()
    assert lines[:2] == [f"{TIME}: 19:30 → 18:00  (version 3)", f"{SIZE}: 200 → 100  (version 3)"]
    assert git(run.repo, "log", "-1", "--format=%s%n%n%b").splitlines()[:3] == [
        "Revert 2 settings",
        "",
        "Too slow",
    ]
    done = run("revert", "HEAD~1")
    assert (done.code, done.out) == (4, "")
    assert f"{TIME}, {SIZE} changed since " in done.err


def test_revert_takes_the_options_of_writing(run: Command, git: Git) -> None:
    """A rehearsal changes nothing; what no commit of settings is, is refused."""
    run.good("set", SIZE, "200")
    head = git(run.repo, "rev-parse", "HEAD")
    found = run("revert", head, "--dry-run", "--json", "--expect", "2", "--wait", "1").document
    assert (found["status"], found["revision"]) == ("dry-run", None)
    assert found["changes"] == [{"key": SIZE, "old": 200, "new": 100, "version": 3}]
    assert git(run.repo, "rev-parse", "HEAD") == head
    git.commit(run.repo, "Nothing of ours")
    said = run("revert", "HEAD", "--json").document["error"]["message"]
    short = git(run.repo, "rev-parse", "--short=12", "HEAD")
    assert said == f"revision {short} changed no setting. See `gitcfg audit`"


def test_date_is_settled_aloud(run: Command, git: Git, bangkok: None) -> None:
    """What a date came to is said beside the answer, in the viewer's zone; else nothing is."""
    env = {"GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    git(run.repo, "commit", "--quiet", "--amend", "--no-edit", env=env)
    revision = by_hand(run, git, "100", "150", "2026-01-20T10:00:00Z")
    by_hand(run, git, "150", "160", "2026-01-20T17:00:00Z")  # the 21st in Bangkok
    note = f"2026-01-20 means revision {revision[:7]} of 2026-01-20 17:00:00 +07:00\n"
    done = run("get", SIZE, "--at", "2026-01-20")
    assert (done.code, done.out, done.err) == (0, "150\n", note)
    done = run("list", "--at", "2026-01-20", "--category", "performance", "--json")
    assert ([one["value"] for one in done.document], done.err) == ([150], note)
    assert run.good("get", SIZE, "--at", "2026-01-20", "--quiet") == "150"
    assert run.good("get", SIZE, "--at", revision) == "150"
    done = run("diff", "2026-01-20", "2026-01-21")
    assert done.out == f"{SIZE}:  150  → 160\n"
    assert done.err.startswith(f"{note}2026-01-21 means revision ")


def test_plot_of_a_history(run: Command) -> None:
    """A number's history is drawn, with stars for who sees no dots; a document has no drawing."""
    run.good("set", SIZE, "200")
    lines = run.good("history", SIZE, "--plot").splitlines()
    assert lines[0].startswith(f"{SIZE}: versions 1 to 2, from ")
    assert [line[:12].rstrip() for line in (lines[3], lines[14])] == [
        "       200 |",
        "       100 |",
    ]
    assert "\x1b" not in (drawn := on_terminal(run.repo, "history", SIZE, "--plot", TERM="dumb"))
    assert drawn.isascii()
    assert run("history", SIZE, "--plot", "--json").document["error"]["kind"] == "usage"


def test_several_findings_of_an_attempt_are_told_apart(run: Command) -> None:
    """What is wrong with each key of one attempt stands by itself in the record."""
    run("set", SIZE, "0", TIME, "23:00")
    (first, _) = run("audit", "--status", "refused", "--json").document
    assert "; " in first["error"]
