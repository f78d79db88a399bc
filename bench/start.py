"""How long a person waits for an answer: whole processes, from start to end."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from bench.ground import COMMAND, repository, run
from bench.harness import Candidate
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from bench.subject import Place

LEAST = "python -c pass"


def entries(place: Place) -> list[Candidate]:
    """Compare `gitcfg get` with the least that Python can do, and with git alone."""
    go = partial(run, folder=repository(place.folder))
    four, three = (at_most(4, beside=LEAST),), (at_most(3, beside=LEAST),)
    return [
        Candidate(LEAST, partial(go, sys.executable, "-c", "pass")),
        Candidate("git show HEAD:FILE", partial(go, "git", "show", "HEAD:config/performance.yaml")),
        Candidate("gitcfg get KEY", partial(go, COMMAND, "get", "MAX_BATCH_SIZE"), reach=four),
        Candidate("gitcfg validate, seen before", partial(go, COMMAND, "validate"), reach=three),
        Candidate("gitcfg --version", partial(go, COMMAND, "--version")),
    ]


SUBJECTS = (Subject("start", "Process start: read one setting", entries),)
