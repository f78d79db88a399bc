"""Patterns of a schema: ECMAScript's regular expressions, matched within a time limit.

JSON Schema asks for ECMA-262 syntax, and check-jsonschema holds to it (its unicode mode): a
digit class means 0 to 9 alone, `$` is the very end, and an unknown escape is an error. Each
pattern is written anew in the dialect of the `regex` package, which can stop after a while; `re`
and the engine of check-jsonschema cannot.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from gitcfg.schemas.ecma import translate
from gitcfg.schemas.ecma_signs import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 0.5
"""Seconds of processor time that all patterns together may take over one file."""


class SlowPatternError(Exception):
    """A pattern did not come to an end in time over a text."""

    def __init__(self, pattern: str, text: str) -> None:
        super().__init__(pattern)
        self.pattern = pattern
        self.text = text


@dataclass(slots=True)
class _Budget:
    left: float = LIMIT


_budget: ContextVar[_Budget] = ContextVar("_budget")


@contextmanager
def budget() -> Iterator[None]:
    """Let all matches within share the one time limit."""
    token = _budget.set(_Budget())
    try:
        yield
    finally:
        _budget.reset(token)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Compile an ECMAScript pattern; raises PatternError saying what is wrong with it."""
    try:
        return regex.compile(translate(pattern))
    except regex.error as error:
        words, _, _ = str(error).partition(" at position")
        raise PatternError(f"cannot be read: {words}") from error


def problems(patterns: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Tell what is wrong with patterns, each given with its place in a schema."""
    for place, pattern in patterns:
        try:
            compiled(pattern)
        except PatternError as error:
            yield place, f"the pattern {pattern} {error}"


def found(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches anywhere in a text; raises SlowPatternError, PatternError."""
    shared = _budget.get(None) or _Budget()
    if shared.left <= 0:
        raise SlowPatternError(pattern, text)
    begun = time.thread_time()
    try:
        return compiled(pattern).search(text, timeout=shared.left) is not None
    except (TimeoutError, MemoryError) as error:
        shared.left = 0
        raise SlowPatternError(pattern, text) from error
    finally:
        shared.left -= time.thread_time() - begun
