"""How long a person waits for an answer: whole processes, from start to end."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from bench.ground import COMMAND, repository, run
from bench.harness import Candidate

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Process start: read one setting"


def candidates(place: Path) -> list[Candidate]:
    """Compare `gitcfg get` with the least that Python can do, and with git alone."""
    repo = repository(place)
    go = partial(run, folder=repo)
    return [
        Candidate("python -c pass", partial(go, sys.executable, "-c", "pass")),
        Candidate("git show HEAD:FILE", partial(go, "git", "show", "HEAD:config/performance.yaml")),
        Candidate("gitcfg get KEY", partial(go, COMMAND, "get", "MAX_BATCH_SIZE")),
        Candidate("gitcfg --version", partial(go, COMMAND, "--version")),
    ]
