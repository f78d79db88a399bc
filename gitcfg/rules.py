"""Rules: what a schema cannot say, as functions over the effective values; from installed code.

A distribution offers them under the entry point group `gitcfg.rules`. An entry names a rule, or a
module, of which every rule is taken.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.metadata import EntryPoint

    from gitcfg.model import Severity, Value

GROUP = "gitcfg.rules"

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule says of a key: an `error` forbids the snapshot, a `warning` is told."""

    key: str
    message: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Rule:
    """A named function from effective values to problems.

    It must cope with missing keys: those that break their schema are not handed to it.
    """

    name: str
    check: Callable[[Mapping[str, Value]], Iterable[Problem]]


def rule(name: str) -> Callable[[Callable[[Mapping[str, Value]], Iterable[Problem]]], Rule]:
    """Make a rule of a function: `@rule("known-zone")`. The name is lower case with hyphens."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a rule: use a-z, 0-9 and hyphens")

    def made(check: Callable[[Mapping[str, Value]], Iterable[Problem]]) -> Rule:
        return Rule(name, check)

    return made


@cache
def installed() -> tuple[Rule, ...]:
    """List the rules of the installed distributions; read once, on first use."""
    entry_points = import_module("importlib.metadata").entry_points  # slow to import: 40 ms
    found = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    return tuple(one for entry in found for one in loaded(entry))


def loaded(entry: EntryPoint) -> tuple[Rule, ...]:
    """List the rules of one entry point; one that cannot be loaded becomes a rule that fails."""
    try:
        offered = entry.load()
    except Exception as error:  # noqa: BLE001 - importing runs code of others: it can fail anyhow
        return (_broken(entry, f"{type(error).__name__}: {error}"),)
    if isinstance(offered, Rule):
        return (offered,)
    if isinstance(offered, ModuleType):
        rules = tuple(one for one in vars(offered).values() if isinstance(one, Rule))
        return rules or (_broken(entry, "the module has no rule"),)
    return (_broken(entry, "it is neither a rule nor a module"),)


def _broken(entry: EntryPoint, words: str) -> Rule:
    """Stand in for rules that are installed but cannot run, so that nothing passes unjudged."""

    def check(_: Mapping[str, Value]) -> NoReturn:
        raise ImportError(f"cannot be loaded from {entry.value}: {words}")

    return Rule(entry.name, check)


def code() -> tuple[str, ...]:
    """Name the files that the installed rules come from."""
    modules = (sys.modules.get(one.check.__module__) for one in installed())
    return tuple(sorted({one.__file__ for one in modules if one is not None and one.__file__}))
