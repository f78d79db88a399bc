"""The one place that prints: answers to stdout, everything said beside them to stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from bot import cutting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Output:
    """Prints as text or as JSON; whoever read our pipe may go away, and the work goes on."""

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(line_buffering=True, errors="backslashreplace")

    def answer(self, data: Callable[[], Any], text: Callable[[], str]) -> None:
        """Print what was asked for: one JSON document, or a text."""
        shown = json.dumps(data(), ensure_ascii=False, indent=2) if self.json else text()
        self._write(sys.stdout, shown)

    def note(self, text: str) -> None:
        """Say a sentence beside the answer, unless only answers are wanted."""
        if not (self.quiet or self.json):
            self._write(sys.stderr, cutting.visible(text, lines=True))

    def fail(self, kind: str, message: str, findings: Sequence[dict[str, Any]] = ()) -> None:
        """Report an error: in place of the answer in JSON, else beside it."""
        if self.json:
            found = {"error": {"kind": kind, "message": message, "findings": list(findings)}}
            self._write(sys.stdout, json.dumps(found, ensure_ascii=False))
        else:
            self._write(sys.stderr, cutting.visible(f"error: {message}", lines=True))

    def _write(self, stream: TextIO | None, text: str) -> None:
        if stream is None:  # started with that stream closed
            return
        with suppress(ValueError):
            try:
                stream.write(text + "\n")
                stream.flush()
            except BrokenPipeError:
                # Whatever is still buffered must not fail once more when the program ends.
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
