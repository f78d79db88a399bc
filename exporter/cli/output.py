"""The one place that prints: answers to stdout, everything said beside them to stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TextIO

from exporter import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from gitcfg import Finding, Refusal


class Output:
    """Prints as text or as JSON; whole lines, from any thread.

    Whoever read our pipe may go away: then it is silent, and the work goes on.
    """

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        self._lock = Lock()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(line_buffering=True, errors="backslashreplace")

    def answer(self, data: Callable[[], Any], text: Callable[[], str]) -> None:
        """Print what was asked for: one JSON document, or a text."""
        self._write(sys.stdout, _dumps(data(), indent=2) if self.json else text())

    def line(self, data: Callable[[], Any], text: Callable[[], str]) -> None:
        """Print one of many answers: a line of JSON, or a text."""
        if self.json:
            self._write(sys.stdout, _dumps(data(), indent=None))
        elif not self.quiet:
            self._write(sys.stdout, text())

    def note(self, text: str) -> None:
        """Say a sentence beside the answer, unless only answers are wanted."""
        if not (self.quiet or self.json):
            self._write(sys.stderr, texts.printable(text))

    def fail(self, kind: str, message: str, findings: Sequence[dict[str, Any]] = ()) -> None:
        """Report an error: in place of the answer in JSON, else beside it."""
        if self.json:
            found = {"error": {"kind": kind, "message": message, "findings": list(findings)}}
            self._write(sys.stdout, _dumps(found, indent=None))
        else:
            self._write(sys.stderr, texts.printable(f"error: {message}"))

    def _write(self, stream: TextIO | None, text: str) -> None:
        if stream is None:  # started with that stream closed
            return
        with self._lock, suppress(ValueError):
            try:
                stream.write(text + "\n")
                stream.flush()
            except BrokenPipeError:
                # Whatever is still buffered must not fail once more when the program ends.
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def is_terminal() -> bool:
    """Tell whether somebody watches what is said beside the answer."""
    stream: TextIO | None = sys.stderr
    return stream is not None and stream.isatty()


@contextmanager
def progress_bar(text: str, total: int | None) -> Iterator[Callable[..., None]]:
    """Show on stderr how far a long work is, and offer to move it: `completed=`, `advance=`."""
    # They cost time at the start, and only a terminal ever shows them.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield partial(bar.update, task)


def finding_facts(finding: Finding) -> dict[str, Any]:
    """Put a finding of the settings into JSON, every field there."""
    names = ("severity", "key", "file", "line", "column", "value", "message", "rule")
    return {name: getattr(finding, name) for name in names}


def refusal_facts(refusal: Refusal | None) -> dict[str, Any] | None:
    """Put what is refused of the settings into JSON."""
    if refusal is None:
        return None
    return {"findings": [finding_facts(one) for one in refusal.findings], "held": refusal.held}


def place(path: Path | None) -> str | None:
    """Write a path for JSON."""
    return None if path is None else str(path)


def _dumps(data: Any, *, indent: int | None) -> str:
    return json.dumps(data, ensure_ascii=False, indent=indent, default=str)
