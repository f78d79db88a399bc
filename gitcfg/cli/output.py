"""The one place that prints: answers to stdout, everything said beside them to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from gitcfg.cli import streams
from gitcfg.report import findings, plain
from gitcfg.report.screen import Screen
from gitcfg.report.words import visible

if TYPE_CHECKING:
    from gitcfg.errors import GitcfgError

Text = Callable[[Screen], str]
Data = Callable[[], Any]


class Output:
    """Prints one command's answer as text or as JSON; only the form asked for is made.

    `closed` tells that whoever read our pipe is gone, which is no error.
    """

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        self.closed = False
        self._told: set[str] = set()
        streams.prepare()

    def answer(self, data: Data, text: Text) -> None:
        """Print what was asked for: one document, or a text."""
        if self.json:
            self._write(plain.dumps(data(), ascii_only=streams.needs_ascii(sys.stdout)))
        else:
            self._write(text(screen(sys.stdout)))

    def page(self, data: Data, text: Text, *, folder: Path | str) -> None:
        """Print an answer that may be long: on a terminal through git's pager for that folder."""
        here = screen(sys.stdout)
        if self.json or not here.terminal or self.closed:
            self.answer(data, text)
            return
        words = text(here)
        if words.count("\n") < (_height(sys.stdout) or sys.maxsize):
            self._write(words)
            return
        pager = import_module("gitcfg.cli.pager")  # what it takes, a pipe need not load
        if not pager.show(words, Path(folder), encoding=sys.stdout.encoding):
            self._write(words)

    def done(self, data: Data, text: Text) -> None:
        """Print what a writing verb did; nothing when that is not wanted."""
        if self.json or not self.quiet:
            self.answer(data, text)

    def line(self, data: Data, text: Text) -> None:
        """Print one of many answers: a line of JSON, or of text."""
        if self.json:
            self._write(
                plain.dumps(data(), indent=None, ascii_only=streams.needs_ascii(sys.stdout))
            )
        else:
            self._write(text(screen(sys.stdout)))

    def note(self, text: Text) -> None:
        """Say something beside the answer, unless only answers are wanted."""
        if not self.quiet:
            self._say(text(screen(sys.stderr)))

    def alarm(self, text: Text) -> None:
        """Say beside the answer what nobody must miss, even if only answers are wanted."""
        self._say(text(screen(sys.stderr)))

    def notice(self, text: str) -> None:
        """Say a sentence beside the answer, once."""
        if text not in self._told:
            self._told.add(text)
            self.note(lambda _: visible(text, lines=True))

    def fail(self, problem: GitcfgError) -> None:
        """Report an error: in place of the answer in JSON, else beside it."""
        if self.json:
            self._write(
                plain.dumps(plain.error(problem), ascii_only=streams.needs_ascii(sys.stdout))
            )
        else:
            self._say(findings.error(problem, screen(sys.stderr)))

    def trace(self, text: str) -> None:
        """Show a traceback to who asked for it."""
        self._say(text)

    def _write(self, text: str) -> None:
        if self.closed:
            return
        try:
            self.closed = not streams.write(text)
        except OSError:
            self.json = False  # stdout takes no document any more: stderr is told
            raise

    def _say(self, text: str) -> None:
        # Nobody can be told that stderr is gone.
        with suppress(OSError):
            if text:
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()


def screen(stream: TextIO) -> Screen:
    """Look at what a stream leads to, at this moment."""
    terminal = stream.isatty()
    return Screen(
        now=datetime.now(UTC),
        terminal=terminal,
        colour=streams.has_colour(stream),
        ascii=streams.needs_ascii(stream) or (terminal and streams.is_dumb()),
        width=_width(stream) if terminal else None,
    )


def _width(stream: TextIO) -> int | None:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or None
    return None


def _height(stream: TextIO) -> int | None:
    lines = os.environ.get("LINES", "")
    if lines.isdecimal() and int(lines):
        return int(lines)
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).lines or None
    return None
