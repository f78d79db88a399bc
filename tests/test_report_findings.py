"""Findings, refusals and errors in words."""

from __future__ import annotations

from dataclasses import replace

from told import ERROR, REVISION, SCREEN, WARNING

from gitcfg.errors import InvalidError
from gitcfg.model import Finding, Refusal
from gitcfg.report import findings


def test_findings_by_place() -> None:
    """Findings stand by file and line, with as much of their place as is known."""
    bare = Finding(severity="warning", message="All", rule="r")
    assert findings.lines([ERROR, WARNING, bare], SCREEN).splitlines() == [
        "warning: All",
        "config/a.yaml:2: warning: Hm",
        "config/a.yaml:3:1: error: A: Bad",
    ]


def test_finding_names_its_key_once() -> None:
    """Words that begin with the key are not headed by it."""
    words = "A stands twice: in line 1 too. Remove one of them"
    twice = replace(ERROR, message=words)
    assert findings.line(twice, SCREEN) == f"config/a.yaml:3:1: error: {words}"
    assert findings.error(InvalidError(words, [twice]), SCREEN) == f"error: {words}"
    other = replace(ERROR, message="AB is not A")
    assert findings.line(other, SCREEN) == "config/a.yaml:3:1: error: A: AB is not A"


def test_refused_hand_edit_and_refused_commit() -> None:
    """A refusal says what is refused, what stays, why, and the way out of either."""
    edit = Refusal(findings=(ERROR,), revision=None, held=REVISION, uncommitted=True)
    assert findings.refusal(edit, SCREEN).splitlines() == [
        "refused: hand edits; 0123456 stays in force",
        "  config/a.yaml:3:1: error: A: Bad",
        "  Mend config/a.yaml, or take the committed content: git checkout HEAD -- config/a.yaml",
    ]
    commit = Refusal(findings=(), revision="fedcba987", held=REVISION, uncommitted=False)
    assert findings.refusal(commit, SCREEN).splitlines() == [
        "refused: revision fedcba9; 0123456 stays in force",
        "  Mend the file and commit, or undo the commit: git revert fedcba9",
    ]


def test_error_tells_findings_once() -> None:
    """A finding that the error's own words tell is not told again."""
    more = Finding(severity="error", message="Worse", rule="r", key="B")
    problem = InvalidError("A: Bad", [ERROR, more])
    assert findings.error(problem, SCREEN) == "error: A: Bad\n  error: B: Worse"
    assert findings.error(InvalidError("A: Bad", [ERROR]), SCREEN) == "error: A: Bad"


def test_error_names_its_key() -> None:
    """The bare words of a schema are told with the key they are about."""
    assert findings.error(InvalidError("Bad", [ERROR]), SCREEN) == "error: A: Bad"
