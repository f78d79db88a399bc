"""The short way of the command: taken for plain forms, with the very answer of the long way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command import on_terminal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcfg import quick
from gitcfg.cli import main, short
from gitcfg.git import plainfile
from gitcfg.history import derived, tables

if TYPE_CHECKING:
    from gitrun import Git

TIME, SIZE, FLAG = "DAILY_EXPORT_TIME", "MAX_BATCH_SIZE", "REQUIRE_CHANGE_REASON"
PLAIN = [
    ["get", TIME],
    ["get", SIZE.lower()],
    ["--json", "get", FLAG],
    ["get", SIZE, "-q"],
    ["-C", "config", "get", SIZE],
    ["get", "-C", "nowhere", "-C", "schemas", "--quiet", SIZE],
    ["validate"],
    ["validate", "--json"],
    ["validate", "-q"],
    ["history", SIZE],
    ["history", "-n", "1", SIZE, "--json"],
    ["history", SIZE, "-n", "9", "--quiet"],
]
WORDS = st.sampled_from(
    [
        *("get", "history", "validate", "--json", "-q", "--quiet", "-C", ".", "config", "nowhere"),
        *(TIME, SIZE.lower(), "NOPE", "not-a-key", "_X", "", "-n", "1", "0", "--at", "HEAD", "--"),
        *("--plot", "--strict", "--staged", "--format", "text", "--version", "-C.", "--json=1"),
    ]
)


@pytest.fixture
def repo(team_repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a team's repository of some years ago, in which a key has two versions."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-02-02T02:02:02Z")
    monkeypatch.chdir(team_repo)
    (team_repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 7\n")
    git.commit(team_repo, "Fewer\x1b[31m\n\nไทย")
    time.sleep(0.06)  # files that changed a moment ago are read again
    return team_repo


def run(words: list[str]) -> tuple[int, str, str]:
    """Run the command in this process: how it ended and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


def long_way(words: list[str]) -> tuple[int, str, str]:
    """Run the command as if nothing were kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(short, "answered", lambda _: False)
        return run(words)


def answered(words: list[str]) -> bool:
    """Tell whether the short way answers."""
    with redirect_stdout(io.StringIO()):
        return short.answered(words)


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_plain_forms_are_answered_at_once_and_the_same(repo: Path, words: list[str]) -> None:
    """What was answered once is answered the short way, to the letter."""
    assert not answered(words)
    expected = long_way(words)
    assert (answered(words), run(words), expected[0]) == (True, expected, 0)


@pytest.mark.parametrize(
    "words",
    [
        ["get"],
        ["get", TIME, SIZE],
        ["get", "NOPE"],
        ["get", "_X"],
        ["get", "ก"],
        ["get", TIME, "--at", "HEAD"],
        ["-C", "nowhere", "get", TIME],
        ["-C", "README", "get", TIME],
        ["get", TIME, "-C"],
        ["validate", "HEAD"],
        ["validate", "--strict"],
        ["history", SIZE, "-n", "0"],
        ["history", SIZE, "-n", "x"],
        ["history", SIZE, "--plot"],
        ["history", "NOPE"],
        ["list"],
        ["--version"],
        [],
    ],
    ids=" ".join,
)
def test_other_forms_are_left_to_the_long_way(repo: Path, words: list[str]) -> None:
    """Whatever may mean more, or is wrong, is read by the one parser that knows all."""
    for plain in PLAIN:
        long_way(plain)
    assert not answered(words)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=5))
def test_both_ways_agree_on_any_words(repo: Path, words: list[str]) -> None:
    """Whether the short way is taken or not, code and output are those of the long way."""
    expected = long_way(words)
    assert run(words) == run(words) == expected


def test_both_ways_agree_on_a_terminal(repo: Path) -> None:
    """Colours, and what is made harmless there, are the same."""
    for words in (["validate"], ["get", TIME], ["history", SIZE, "-n", "1"]):
        first = on_terminal(repo, *words)
        assert on_terminal(repo, *words) == first
        assert on_terminal(repo, *words, NO_COLOR="1") == on_terminal(repo, *words, NO_COLOR="1")
    assert "\x1b[" in on_terminal(repo, "validate")
    assert "\x1b[" not in on_terminal(repo, "validate", NO_COLOR="1")


def test_key_whose_history_is_its_default(repo: Path, git: Git) -> None:
    """A key that was never stored has no version, which both ways say."""
    schema = '{"properties": {"MORE": {"type": "integer", "default": 1}}}'
    (repo / "schemas" / "more.schema.json").write_text(schema)
    git.commit(repo)
    words = ["history", "MORE"]
    assert long_way(words)[1] == "no version: only its default counts\n"
    assert (answered(words), run(words)) == (True, long_way(words))


def test_history_of_a_key_not_told_before_goes_the_long_way(repo: Path) -> None:
    """What only git can tell is told from git, and from then on from the index."""
    long_way(["history", SIZE])
    assert not answered(["history", TIME])
    long_way(["history", TIME])
    assert answered(["history", TIME])


def spoil(repo: Path, git: Git) -> None:
    """Put rubbish in the index's place."""
    derived.remove(tables.place(repo / ".git"))
    tables.place(repo / ".git").write_bytes(b"rubbish" * 999)


def remove(repo: Path, git: Git) -> None:
    """Remove the index."""
    derived.remove(tables.place(repo / ".git"))


def replace(repo: Path, git: Git) -> None:
    """Put an index of another gitcfg in its place."""
    derived.remove(tables.place(repo / ".git"))
    derived.connect(tables.place(repo / ".git"), "CREATE TABLE x (y)", version=99).close()


def cut(repo: Path, git: Git) -> None:
    """Cut off the history, as in a shallow clone."""
    (repo / ".git" / "shallow").write_text(git(repo, "rev-parse", "HEAD") + "\n")


def detach(repo: Path, git: Git) -> None:
    """Leave the branch, on the same commit."""
    git(repo, "checkout", "--quiet", "--detach")


@pytest.mark.parametrize("act", [spoil, remove, replace, cut, detach])
def test_history_goes_the_long_way_without_its_index(repo: Path, git: Git, act: object) -> None:
    """Whatever happened to the index or to what it counts, both ways agree."""
    words = ["history", SIZE, "--json"]
    long_way(words)
    assert answered(words)
    assert callable(act)
    act(repo, git)
    assert not answered(words)
    assert run(words) == long_way(words)


def test_invalid_files_are_judged_each_time(repo: Path, git: Git) -> None:
    """A verdict that is not good is not kept, nor one on files that are not the commit's."""
    (repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 8\n")
    long_way(["validate"])
    assert not answered(["validate"])
    (repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 0\n")
    assert [long_way(["validate"])[0], run(["validate"])[0]] == [1, 1]
    git.commit(repo)
    assert [run(["validate"])[0], run(["validate"])[0]] == [1, 1]


def test_verdict_with_warnings_is_kept_with_them(repo: Path, git: Git) -> None:
    """Warnings are said each time, also when only answers are wanted."""
    (repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 5\n")
    git.commit(repo)
    first = long_way(["validate", "-q"])
    assert "May cause frequent exports" in first[1]
    assert (answered(["validate", "-q"]), run(["validate", "-q"])) == (True, first)


def test_programs_keep_answers_apart(repo: Path) -> None:
    """`gitcfg` and `python -m gitcfg` look for code in other places, so each has its own."""
    folder = repo / ".git" / "gitcfg"
    command = Path(sys.executable).with_name("gitcfg")
    for _ in range(2):
        for words in ([str(command)], [sys.executable, "-m", "gitcfg"]):
            subprocess.run([*words, "get", TIME], cwd=repo, check=True, capture_output=True)
        assert len(list(folder.glob(f"{quick.NAME}*"))) == 2


def test_answers_of_many_programs_are_bounded(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those kept the longest ago are dropped."""
    for number in range(quick._MOST + 3):
        monkeypatch.setattr(sys, "path", [*sys.path, str(number)])
        long_way(["get", TIME])
    assert len(list((repo / ".git" / "gitcfg").glob(f"{quick.NAME}*"))) == quick._MOST
    assert answered(["get", TIME])


def test_file_touched_since_is_read_once(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that changed send for the content; if that is the same, they are kept anew."""
    long_way(["get", TIME])
    os.utime(repo / "config" / "export.yaml", (1, 1))
    time.sleep(0.06)
    assert answered(["get", TIME])
    monkeypatch.setattr(plainfile, "read", lambda *_, **__: pytest.fail("read a file"))
    assert answered(["get", TIME])


def test_full_disk_for_an_answer_at_once(repo: Path) -> None:
    """An answer that cannot be printed is told as an error by the short way, too."""
    long_way(["get", TIME])
    program = "import sys; from gitcfg.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "get", TIME]
    subprocess.run(command, check=True, capture_output=True)
    for extra in ([], ["--json"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*command, *extra], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (done.returncode, done.stderr) == (
            1,
            "error: No space left on device. Check the disk and the permissions, then try again\n",
        )
