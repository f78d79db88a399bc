"""argparse as we want it: free text may begin with `-`, every mistake is a UsageError."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from difflib import get_close_matches
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NoReturn

from gitcfg.errors import UsageError

if TYPE_CHECKING:
    from argparse import _ActionsContainer
    from collections.abc import Sequence

# No argument can hold a NUL, so in front of a text it hides the text's own dash from argparse.
_GUARD = "\0"
_DASHES = " A text that looks like an option goes behind `--`, or after `=`."
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_COUNT = re.compile(r"[0-9]{1,9}")
_LONG = re.compile(r"--[A-Za-z][A-Za-z0-9-]*(?:=.*)?", re.DOTALL)


def plain(text: str) -> str:
    """Read an argument as the text it is."""
    return text.removeprefix(_GUARD)


class Parser(ArgumentParser):
    """A parser that takes free text as it comes and raises instead of leaving the program."""

    def __init__(self, *, prog: str, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.takes_text: dict[str, bool] = {"-h": False, "--help": False}
        self.may_stand_alone: dict[str, str] = {}
        self.takes: dict[str, str] = {}
        self.stray: dict[str, str] = {}
        self.place: _ActionsContainer = self

    def group(self, title: str) -> None:
        """Put the options that follow under a heading of the help."""
        self.place = self.add_argument_group(title)

    def option(
        self, *names: str, alone: str | None = None, takes: str = "", **settings: Any
    ) -> None:
        """Add an option that takes a text; `alone` is meant where no number follows it.

        `takes` is said where a word follows that can be neither its text nor anything else.
        """
        self.takes_text |= dict.fromkeys(names, True)
        if alone is not None:
            self.may_stand_alone |= dict.fromkeys(names, alone)
            self.takes |= dict.fromkeys(names, takes)
        self.place.add_argument(*names, **{"type": plain, **settings})

    def flag(self, *names: str, **settings: Any) -> None:
        """Add an option that is there or not."""
        self.takes_text |= dict.fromkeys(names, False)
        self.place.add_argument(*names, action="store_true", **settings)

    def text(self, name: str, **settings: Any) -> None:
        """Add a positional argument."""
        self.add_argument(name, **{"type": plain, **settings})

    def describe(self, description: str, *examples: str) -> None:
        """Say in the help what this does, and show how."""
        self.description = description
        if examples:
            self.epilog = "examples:\n" + "\n".join(f"  {example}" for example in examples)

    def read(self, words: Sequence[str], options: Namespace) -> Namespace:
        """Parse words; raises UsageError."""
        return self.parse_intermixed_args(self._guarded(words), options)

    def _guarded(self, words: Sequence[str]) -> list[str]:
        found = list(words)
        end = found.index("--") if "--" in found else len(found)
        before = [word if self._is_option(word) else self._guard(word) for word in found[:end]]
        whole = [self._completed(*pair) for pair in zip_longest(before, before[1:], fillvalue="")]
        return whole + [self._guard(word) for word in found[end + 1 :]]

    def _completed(self, word: str, following: str) -> str:
        alone = self.may_stand_alone.get(word)
        if alone is None or _NUMBER.fullmatch(following):
            return word
        self.stray[following] = self.takes[word]
        return f"{word}={alone}"

    def _is_option(self, word: str) -> bool:
        if not word.startswith("--"):
            return word in self.takes_text or self.takes_text.get(word[:2], False)
        if _LONG.fullmatch(word) is None:
            return False
        name = word.partition("=")[0]
        if name not in self.takes_text:
            self.error(f"there is no option {name}{self._guess(name)}{_DASHES}")
        return True

    def _guess(self, name: str) -> str:
        found = get_close_matches(name, self.takes_text, 1)
        return f". Did you mean {found[0]}?" if found else "."

    def _guard(self, word: str) -> str:
        return _GUARD + word if word.startswith("-") else word

    def error(self, message: str) -> NoReturn:
        """Raise what argparse complains of."""
        start, _, last = message.rpartition(" ")
        if start.endswith("unrecognized arguments:") and self.stray.get(last):
            message = f"{message}. {self.stray[last]}"
        end = "" if message.endswith((".", "?")) else "."
        raise UsageError(f"{message.replace(_GUARD, '')}{end} See `{self.prog} --help`")


def at_least_one(name: str, text: str | None) -> int | None:
    """Read an option's number; None where it is not given, UsageError where it is none."""
    if text is None:
        return None
    if not _COUNT.fullmatch(text) or not int(text):
        raise UsageError(f"{name} {text} is no number to count to: give 1 or more")
    return int(text)
