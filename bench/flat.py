"""Whether what is asked every day costs the same however long the history is."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import gitcfg
from bench.harness import Candidate
from bench.long import KEY, copy
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.subject import Place
    from gitcfg import Store

LENGTHS = (100, 10_000, 100_000)
AUTHOR = gitcfg.Author("Bench", "bench@example.com")


def entries(act: Callable[[Store], object], at: Place) -> list[Candidate]:
    """Compare histories of several lengths, each in a repository of its own."""
    at.folder.mkdir()
    names = [f"{length:,} commits" for length in LENGTHS]
    found = []
    for name, length in zip(names, LENGTHS, strict=True):
        commits = at.scaled(length, least=20 + length // 10_000)
        store = gitcfg.open(copy(at.kept, commits, at.folder / str(length)))
        reach = () if name == names[0] else (at_most(1.5, beside=names[0]),)
        found.append(Candidate(name, partial(act, store), reach=reach))
    return found


def setting() -> Callable[[Store], object]:
    """Make a way to store a value that is another each time."""
    values = count(1_000_000)
    return lambda store: store.set(KEY, next(values), author=AUTHOR, reason="Bench")


SUBJECTS = (
    Subject("flat-set", "Set, by length of history", partial(entries, setting())),
    Subject(
        "flat-get", "Get, by length of history", partial(entries, lambda store: store.get(KEY))
    ),
    Subject(
        "flat-history",
        "The newest 5 versions of a key, by length of history",
        partial(entries, lambda store: store.history(KEY, limit=5)),
    ),
)
