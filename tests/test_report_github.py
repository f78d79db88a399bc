"""What the runner of GitHub makes of our lines, whatever strangers wrote into files and names."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from gitcfg.model import Finding
from gitcfg.report import github
from gitcfg.report.summary import _table, code, prose, summary
from gitcfg.validation import check

HOSTILE = st.text(
    st.one_of(st.sampled_from("%:,\r\n#[]|`<>@&*_\\\x1b\u2028\u202e กา"), st.characters()),
    max_size=60,
)
FINDINGS = st.builds(
    Finding,
    severity=st.sampled_from(["error", "warning"]),
    message=HOSTILE,
    rule=st.just("rule"),
    key=st.none() | HOSTILE,
    file=st.none() | HOSTILE,
    line=st.none() | st.integers(1, 10**6),
    column=st.none() | st.integers(1, 10**6),
)


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does: its name, its properties, its message."""
    found = re.fullmatch(r"::([a-z]+)(?: (.*?))?::(.*)", line, re.DOTALL)
    assert found
    pairs = (one.split("=", 1) for one in (found[2] or "").split(",") if one)
    properties = {name: plain(text, ":", ",") for name, text in pairs}
    return found[1], properties, plain(found[3])


def plain(text: str, *more: str) -> str:
    """Undo the runner's escapes."""
    for sign in ("\r", "\n", *more):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")


@given(st.lists(FINDINGS, max_size=30))
def test_each_finding_is_one_command_on_one_line(found: list[Finding]) -> None:
    """Nothing in it ends the line, the properties or the message."""
    for line in github.commands(found):
        assert "\n" not in line
        assert "\r" not in line
        name, properties, message = read(line)
        assert name in ("error", "warning")
        assert properties.keys() <= {"file", "line", "col", "title"}
        assert 0 < len(message) <= github.LONGEST + 10


@given(st.lists(FINDINGS, max_size=40))
def test_annotations_stay_within_what_github_shows(found: list[Finding]) -> None:
    """Ten of a kind; of more, the last one counts the rest."""
    lines = [read(line) for line in github.commands(found)]
    for kind in ("error", "warning"):
        told = [line for line in lines if line[0] == kind]
        there = sum(one.severity == kind for one in found)
        assert len(told) == min(there, github.SHOWN)
        if there > github.SHOWN:
            assert told[-1][2].startswith(f"{there - github.SHOWN + 1} more {kind}s")


def test_place_and_words_come_through() -> None:
    """File, line, column and key are where the runner looks for them."""
    found = Finding(
        severity="error", message="50 %: a,b\nc", rule="r", key="A", file="config/a,b:%.yaml",
        line=3, column=7,
    )  # fmt: skip
    (line,) = github.commands([found])
    properties = {"file": "config/a,b:%.yaml", "line": "3", "col": "7", "title": "A"}
    assert read(line) == ("error", properties, "50 %: a,b\nc")


@given(HOSTILE)
def test_other_lines_are_no_commands(text: str) -> None:
    """Neither of the new form nor of the old."""
    for line in github.inert(text).split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@given(HOSTILE)
def test_cells_hold_no_markup(text: str) -> None:
    """No row, tag, link, mention or code ends or begins in a cell."""
    for cell in (code(text), prose(text)):
        bare = re.sub(r"</?code>|<br>|&#\d+;", "", cell)
        assert not set(bare) & set("|<>`@[]*_\n\r")


def test_summary_keeps_whole_rows_within_its_limit() -> None:
    """What has no room is counted, and no row is cut."""
    found = [
        Finding(severity="error", message=f"Bad {number}", rule="r", key="A", file="config/a.yaml")
        for number in range(500)
    ]
    checked = check({"config/a.yaml": b"A: 1\n"})
    object.__setattr__(checked, "findings", tuple(found))
    text = summary(checked, None, strict=False, limit=5000)
    assert len(text.encode()) <= 5000
    rows = [line for line in text.splitlines() if line.startswith("| ❌")]
    assert all(row.endswith("|") for row in rows)
    assert f"{500 - len(rows):,} more rows left out" in text


@given(st.integers(0, 4000), st.lists(st.tuples(HOSTILE, HOSTILE), max_size=20))
def test_table_never_outgrows_its_room_by_a_row(left: int, rows: list[tuple[str, str]]) -> None:
    """However little room there is, what comes out is a table, or the count of its rows."""
    cells = [(code(one), prose(other)) for one, other in rows]
    text = _table(("One", "Other"), cells, left)
    assert len([line for line in text.splitlines() if line.startswith("| ")]) in (
        *range(len(rows) + 3),
    )
