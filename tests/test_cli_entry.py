"""The entry point: every way to end has its words and its exit code."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcfg.cli import main
from gitcfg.cli.bug import DEBUG
from gitcfg.cli.verbs import load
from gitcfg.errors import ConflictError, GitcfgError, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from gitcfg.cli.output import Output

DISK = "Check the disk and the permissions, then try again"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Keep logs of bugs in the test's folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv(DEBUG, raising=False)
    return monkeypatch


def fail_with(patch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the verb `status` end by an error, as no honest call of it would."""

    def run(options: Namespace, out: Output) -> int:
        raise error

    patch.setattr(load("status"), "run", run)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (GitcfgError("plain"), 1, "error: plain\n"),
        (UsageError("wrong"), 2, "error: wrong\n"),
        (ConflictError("moved"), 4, "error: moved\n"),
        (KeyboardInterrupt(), 130, ""),
        (
            PermissionError(13, "Permission denied", "config/a.yaml"),
            1,
            f"error: config/a.yaml: Permission denied. {DISK}\n",
        ),
        (OSError("odd"), 1, f"error: odd. {DISK}\n"),
    ],
)
def test_errors_have_exit_codes(
    failing: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    """What was foreseen is told in one sentence without a traceback."""
    fail_with(failing, error)
    assert main(["status"]) == code
    assert capsys.readouterr() == ("", said)


def test_bug_says_where_its_traceback_is(
    failing: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug of ours ends with 3; its traceback is kept in a file that is named."""
    fail_with(failing, ZeroDivisionError("oh\x1b"))
    assert main(["status"]) == 3
    said = capsys.readouterr().err
    assert said.startswith(
        "error: this is a bug in gitcfg, not your mistake: ZeroDivisionError: oh\\x1b. "
    )
    assert "Traceback (most" not in said
    log = re.search(r"The traceback is in (\S+\.log); with GITCFG_DEBUG=1 it is shown", said)
    assert log
    assert "ZeroDivisionError" in Path(log[1]).read_text(encoding="utf-8")


def test_bug_is_a_document(failing: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json a bug is a document of kind bug."""
    fail_with(failing, ZeroDivisionError("oh"))
    assert main(["status", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)["error"]
    assert (found.keys(), found["kind"]) == ({"kind", "message", "findings"}, "bug")


def test_bug_where_no_file_can_be_kept(
    failing: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Without a place for the log, a bug says how to see the traceback."""
    failing.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    fail_with(failing, ZeroDivisionError("oh"))
    assert main(["status"]) == 3
    said = capsys.readouterr().err
    assert "Run it again with GITCFG_DEBUG=1 to see the traceback." in said


@pytest.mark.parametrize("error", [ZeroDivisionError("oh"), OSError("oh")])
def test_traceback_for_who_asks(
    failing: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    """GITCFG_DEBUG shows the traceback at once."""
    failing.setenv(DEBUG, "1")
    fail_with(failing, error)
    main(["status"])
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["get", "--help"], ["--version"]])
def test_help_and_version_are_no_errors(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """Asking for help ends with 0 and prints to stdout."""
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "gitcfg" in out
    assert err == ""


@pytest.mark.parametrize("words", [["--json", "get"], ["get", "--json"], ["--json"]])
def test_usage_error_is_a_document(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """A wrong command line honours --json wherever it stands."""
    assert main(words) == 2
    found = json.loads(capsys.readouterr().out)["error"]
    assert (found["kind"], found["findings"]) == ("usage", [])


def test_json_as_a_value_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    """Behind `--` even `--json` is text."""
    assert main(["get", "--", "KEY", "--json"]) == 2
    assert capsys.readouterr().out == ""


def test_words_of_the_process_are_the_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an argument the command line of the process is read."""
    monkeypatch.setattr("sys.argv", ["gitcfg", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("gitcfg ")
