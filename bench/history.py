"""What happened to a key in a branch of 100,000 commits: asked, counted, and caught up with."""

from __future__ import annotations

import sys
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import gitcfg
from bench.ground import COMMAND, edit, git, run
from bench.harness import Candidate
from bench.long import FILE, KEY, copy
from bench.reach import at_most, faster
from bench.subject import Subject
from gitcfg.git.repository import Repository
from gitcfg.history import derived, tables
from gitcfg.history.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from bench.subject import Place

COMMITS = 100_000
SEARCH = "git log -G KEY -- FILE, changed paths"
LOG = "git log --raw"
LEAST = "python -c pass"


def asked(at: Place) -> list[Candidate]:
    """Compare the library's history of a key, its index there, with git's search."""
    repo = copy(at.kept, at.scaled(COMMITS, least=100), at.folder)
    store = gitcfg.open(repo)
    return [
        Candidate(SEARCH, partial(git, repo, "log", "--format=%H", "-G", KEY, "--", FILE)),
        Candidate(
            "gitcfg.open(…).history(KEY)",
            lambda: store.history(KEY),
            reach=(faster(100, than=SEARCH),),
        ),
    ]


def counted(at: Place) -> list[Candidate]:
    """Compare counting every version of every key with git's list of what each commit changed."""
    repo = Repository.open(copy(at.kept, at.scaled(COMMITS, least=100), at.folder))
    return [
        Candidate(LOG, partial(git, repo.root, "log", "--raw")),
        Candidate(
            "the index, built",
            partial(catch_up, repo),
            prepare=lambda: derived.remove(tables.place(repo.common_dir)),
            reach=(at_most(1.5, beside=LOG),),
        ),
    ]


def catch_up(repository: Repository) -> None:
    """Count up to the tip."""
    index = Index(repository)
    index.catch_up(repository.head())
    index.close()


def caught_up(at: Place) -> list[Candidate]:
    """Measure how long one new commit takes the index, opened and closed for it."""
    repo = copy(at.kept, at.scaled(COMMITS, least=100), at.folder)
    repository = Repository.open(repo)
    values = count(1_000_000)
    catch_up(repository)
    return [
        Candidate(
            "the index, one new commit",
            partial(catch_up, repository),
            prepare=lambda: commit(repo, next(values)),
            reach=(at_most(0.005),),
        )
    ]


def commit(repo: Path, value: int) -> None:
    """Change the key by hand."""
    edit(repo / FILE, KEY, value)
    git(repo, "commit", "--quiet", "-am", "Change")


def processes(at: Place) -> list[Candidate]:
    """Compare whole processes that ask a long history with the least that Python can do."""
    repo = copy(at.kept, at.scaled(COMMITS, least=100), at.folder)
    go = partial(run, folder=repo)
    return [
        Candidate(LEAST, partial(go, sys.executable, "-c", "pass")),
        Candidate(
            "gitcfg history KEY",
            partial(go, COMMAND, "history", KEY),
            reach=(at_most(8, beside=LEAST),),
        ),
        Candidate(
            "gitcfg get KEY", partial(go, COMMAND, "get", KEY), reach=(at_most(4, beside=LEAST),)
        ),
        Candidate(
            "gitcfg validate, seen before",
            partial(go, COMMAND, "validate"),
            reach=(at_most(3, beside=LEAST),),
        ),
    ]


SUBJECTS = (
    Subject("history", "History of one key over 100,000 commits", asked),
    Subject("count", "Count 100,000 commits", counted, rounds=5, warm_up=1, seconds=45),
    Subject("catch-up", "Catch up with one commit after 100,000", caught_up),
    Subject("history-start", "Process start at 100,000 commits, 1,000 settings", processes),
)
