"""One durable set, one writer: the value in a commit that survives a power cut."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import gitcfg
from bench.ground import COMMAND, git, repository, run
from bench.harness import Candidate
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.subject import Place

PEER = "git commit -am, core.fsync=all"
FILE = "config/performance.yaml"
AUTHOR = gitcfg.Author("Bench", "bench@example.com")


def entries(at: Place) -> list[Candidate]:
    """Compare git with everything synced, the library, and the command, each in its own clone."""
    place = at.folder
    place.mkdir()
    by_git, by_library, by_command = (
        repository(place / name) for name in ("git", "library", "command")
    )
    store = gitcfg.open(by_library)
    values = fresh()
    return [
        Candidate(
            PEER,
            partial(git, by_git, "-c", "core.fsync=all", "commit", "--quiet", "-am", "Change"),
            prepare=lambda: edit(by_git, next(values)),
        ),
        Candidate(
            "gitcfg.open(…).set(…)",
            lambda: store.set("MAX_BATCH_SIZE", next(values), author=AUTHOR, reason="Bench"),
            reach=(at_most(0.4, beside=PEER),),
        ),
        Candidate(
            "gitcfg set KEY VALUE",
            lambda: run(COMMAND, "set", "MAX_BATCH_SIZE", str(next(values)), folder=by_command),
        ),
    ]


def fresh() -> Iterator[int]:
    """Yield values that the schema takes, never the same twice in a row, the first a change."""
    return (101 + number % 800 for number in count())


def edit(repo: Path, value: int) -> None:
    """Change the file as a person's editor would."""
    path = repo / FILE
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if "SIZE" not in line]
    path.write_text("\n".join([*kept, f"MAX_BATCH_SIZE: {value}", ""]), encoding="utf-8")


SUBJECTS = (Subject("writing", "One durable set", entries),)
