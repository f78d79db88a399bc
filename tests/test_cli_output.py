"""Printing: answers to stdout, what is said beside them to stderr, pipes that close, no colour."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcfg.cli import output
from gitcfg.cli.output import Output
from gitcfg.errors import ConflictError

if TYPE_CHECKING:
    from gitcfg.report.screen import Screen

DATA = {"a": "ไทย\x1b"}


def words(screen: Screen) -> str:
    """Render something that shows whether colour is on."""
    return screen.paint("bold", "text")


def test_answer_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """An answer is made in the form asked for, on stdout."""
    Output().answer(lambda: DATA, words)
    Output(json=True).answer(lambda: DATA, words)
    Output(json=True).line(lambda: DATA, words)
    Output().line(lambda: DATA, words)
    out, err = capsys.readouterr()
    text, _, document = out.partition("\n")
    assert (text, err) == ("text", "")
    assert document == '{\n  "a": "ไทย\\u001b"\n}\n{"a": "ไทย\\u001b"}\ntext\n'


def test_only_the_form_asked_for_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody pays for a table that is not shown."""
    Output(json=True).answer(lambda: 1, lambda _: pytest.fail("made the text"))
    Output().answer(lambda: pytest.fail("made the document"), lambda _: "text")
    assert capsys.readouterr().out == "1\ntext\n"


def test_quiet_keeps_answers_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet leaves out what was done and what is said beside."""
    out = Output(quiet=True)
    out.done(lambda: DATA, words)
    out.notice("beside")
    out.answer(lambda: DATA, words)
    out.fail(ConflictError("moved"))
    assert capsys.readouterr() == ("text\n", "error: moved\n")


def test_quiet_document_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for JSON gets it, also of what was done."""
    Output(json=True, quiet=True).done(lambda: DATA, words)
    assert json.loads(capsys.readouterr().out) == DATA


def test_notice_is_harmless_and_beside(capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence goes to stderr once, its escape codes made visible; nothing is no line."""
    out = Output()
    out.notice("a\nb\x1b")
    out.notice("a\nb\x1b")
    out.note(lambda _: "")
    assert capsys.readouterr() == ("", "a\nb\\x1b\n")


def test_error_takes_the_place_of_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json an error is the one document on stdout."""
    Output(json=True).fail(ConflictError("moved"))
    out, err = capsys.readouterr()
    assert json.loads(out) == {"error": {"kind": "conflict", "message": "moved", "findings": []}}
    assert err == ""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


@pytest.mark.parametrize(
    ("variables", "colour", "width"),
    [
        ({}, True, None),
        ({"COLUMNS": "72"}, True, 72),
        ({"COLUMNS": "wide"}, True, None),
        ({"NO_COLOR": "1"}, False, None),
        ({"NO_COLOR": ""}, False, None),
        ({"TERM": "dumb"}, False, None),
    ],
)
def test_screen_of_a_terminal(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], width: int | None, *, colour: bool
) -> None:
    """Colour needs a terminal that can, and nobody who minds; its width may be told."""
    monkeypatch.delenv("TERM", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = output.screen(Terminal())
    assert (found.terminal, found.colour, found.width) == (True, colour, width)


def test_screen_of_a_pipe() -> None:
    """A pipe has neither colour nor width."""
    found = output.screen(io.StringIO())
    assert (found.terminal, found.colour, found.width) == (False, False, None)


class Failing(io.TextIOWrapper):
    """A stdout that fails as `error` says when it is flushed; `file` is its descriptor."""

    def __init__(self, error: OSError, file: int) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.error = error
        self.file = file

    def flush(self) -> None:
        """Fail, once it is set up."""
        if hasattr(self, "error"):
            raise self.error

    def close(self) -> None:
        """End in peace: the interpreter flushes once more as it drops the stream."""
        vars(self).pop("error", None)
        super().close()

    def fileno(self) -> int:
        """Give the descriptor of a file."""
        return self.file


def failing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: OSError
) -> tuple[Output, Failing]:
    """Make an output whose stdout fails."""
    file = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    stream = Failing(error, file)
    out = Output()
    monkeypatch.setattr(sys, "stdout", stream)
    return out, stream


def test_closed_pipe_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When the reader of our pipe leaves, the rest goes nowhere, quietly."""
    out, stream = failing(monkeypatch, tmp_path, BrokenPipeError())
    out.answer(lambda: 1, words)
    out.answer(lambda: 1, words)
    assert out.closed
    assert Path(f"/proc/self/fd/{stream.file}").readlink() == Path(os.devnull)


def test_full_disk_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Any other failure to write the answer is told, and does not fail again at the end."""
    out, stream = failing(monkeypatch, tmp_path, OSError(errno.ENOSPC, "No space left"))
    with pytest.raises(OSError, match="No space left"):
        out.answer(lambda: 1, words)
    assert not out.closed
    assert Path(f"/proc/self/fd/{stream.file}").readlink() == Path(os.devnull)


def test_any_stream_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that has no encoding to set, as a test's own, is written to as it is."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    Output().answer(lambda: 1, words)
    assert stream.getvalue() == "text\n"


def test_unspeakable_text_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that cannot take a character gets its code instead of an error."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    Output().answer(lambda: DATA, lambda _: "ท →")
    Output(json=True).line(lambda: DATA, words)
    stream.seek(0)
    assert stream.read() == '\\u0e17 \\u2192\n{"a": "\\u0e44\\u0e17\\u0e22\\u001b"}\n'
