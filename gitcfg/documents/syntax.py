"""Words for YAML that cannot be read, or that other readers read otherwise, with the cure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitcfg.documents.scalars import quoted, scalar

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

    from gitcfg.model import Value

MAX_SHOWN = 40

_CURES = (
    ("cannot start any token", 'put the text in quotes ("…"), and indent by spaces, not tabs'),
    ("mapping values are not allowed", 'write `KEY: value`; text with ": " needs quotes ("…")'),
    ("could not find expected ':'", "write `KEY: value`, with a space after the colon"),
    ("did not find expected key", "start each key in the same column, one on a line"),
    ("unexpected end of stream", "close the quote"),
    ("unknown escape character", "write \\\\ for a backslash in double quotes, or single quotes"),
    ("did not find expected ',' or", "close the bracket, and separate by commas"),
    ("did not find expected node content", "complete the list or map"),
)


_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place as the parser's marks tell one, from 0."""

    line: int
    column: int = 0


def cure(error: MarkedYAMLError, text: str) -> tuple[Any, str]:
    """Tell where a syntax error is, as a mark of the parser, and what to do about it."""
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        line = text.count("\n", 0, conflict.start())
        return _Mark(line), (
            f"conflict markers of a merge stand there ({conflict[1]}). Finish the merge: keep the "
            "lines that are meant, remove those with <<<<<<<, =======, >>>>>>>, then commit"
        )
    problem = str(error.problem)
    mark: Any = error.problem_mark
    words = next((words for part, words in _CURES if part in problem), "compare `KEY: value`")
    if text[mark.index : mark.index + 1] == "\t":
        problem, words = "a tab stands where only spaces may", "indent by spaces"
    elif "end of stream" in problem and error.context_mark is not None:
        problem, mark = "a quote is not closed", error.context_mark
    return mark, f"{problem}. Cure: {words}"


def misread(text: str, value: Value, meaning: str) -> str:
    """Say that YAML 1.1 readers take a plain scalar for something else."""
    if isinstance(value, str):
        shown = text if text.isprintable() else repr(text)
        return f"{shown} is text, but {meaning} to YAML 1.1 readers. Quote it: {quoted(text)}"
    return (
        f"{text} is the number {value}, but {meaning} to YAML 1.1 readers. "
        f"Write {scalar(value)}, or quote it if it is text: {quoted(text)}"
    )


def short(text: str) -> str:
    """Write a text for a sentence: cut where it is long, in quotes where it is not printable."""
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    return cut if cut.isprintable() else repr(cut)
