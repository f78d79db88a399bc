"""One durable set, one writer: the value in a commit that survives a power cut."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import gitcfg
from bench.ground import COMMAND, edit, git, repository, run
from bench.harness import Candidate
from bench.long import FILE as WIDE_FILE
from bench.long import KEY as WIDE_KEY
from bench.long import wide
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.subject import Place

PEER = "git commit -am, core.fsync=all"
KEY, FILE = "MAX_BATCH_SIZE", "config/performance.yaml"
AUTHOR = gitcfg.Author("Bench", "bench@example.com")
WAYS = ("git", "library", "command")


def few(at: Place) -> list[Candidate]:
    """Compare in repositories of this project's few files."""
    at.folder.mkdir()
    repos = [repository(at.folder / name) for name in WAYS]
    return [*durable(repos[0], repos[1], KEY, FILE), by_command(repos[2])]


def many(at: Place) -> list[Candidate]:
    """Compare in repositories of 2,000 files."""
    at.folder.mkdir()
    by_git, by_library, _ = (wide(at.kept, at.folder / one, at.scaled(2000)) for one in WAYS)
    return durable(by_git, by_library, WIDE_KEY, WIDE_FILE)


def durable(by_git: Path, by_library: Path, key: str, file: str) -> list[Candidate]:
    """Compare git with everything synced and the library, each in its own clone."""
    store = gitcfg.open(by_library)
    values = fresh()
    return [
        Candidate(
            PEER,
            partial(git, by_git, "-c", "core.fsync=all", "commit", "--quiet", "-am", "Change"),
            prepare=lambda: edit(by_git / file, key, next(values)),
        ),
        Candidate(
            "gitcfg.open(…).set(…)",
            lambda: store.set(key, next(values), author=AUTHOR, reason="Bench"),
            reach=(at_most(0.4, beside=PEER),),
        ),
    ]


def by_command(repo: Path) -> Candidate:
    """Set by the command, which pays for its start as well."""
    values = fresh()
    return Candidate(
        "gitcfg set KEY VALUE", lambda: run(COMMAND, "set", KEY, str(next(values)), folder=repo)
    )


def fresh() -> Iterator[int]:
    """Yield values that the schema takes, never the same twice in a row, the first a change."""
    return (101 + number % 800 for number in count())


SUBJECTS = (
    Subject("writing", "One durable set, a few files", few),
    Subject("writing-many", "One durable set, 2,000 files", many),
)
