"""Read a live setting: the one thing that a running program does all the time."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import gitcfg
from bench.harness import Candidate, Missing
from bench.long import KEY, wide
from bench.reach import at_most, faster
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.harness import Entry
    from bench.subject import Place

DICT, PEER = "dict[key]", "dynaconf"
HELD = 1000
"""How many settings dynaconf is given: 20,000 take it minutes to load, and change no read."""

TIMES = 20_000


def entries(at: Place) -> list[Entry]:
    """Compare a followed setting of 20,000 with a plain dict of them, and with dynaconf."""
    live = at.ends.enter_context(gitcfg.follow(wide(at.kept, at.folder, at.scaled(2000))))
    plain = dict(live.snapshot)
    ours = Candidate(
        "live[KEY]",
        lambda: ask(live, TIMES),
        times=TIMES,
        reach=(at_most(2, beside=DICT), faster(50, than=PEER)),
    )
    least = Candidate(DICT, lambda: ask(plain, TIMES), times=TIMES)
    return [least, ours, dynaconf(plain)]


def dynaconf(values: Mapping[str, Any]) -> Candidate | Missing:
    """Hold some of the settings in dynaconf, and ask for one as its pages show."""
    if find_spec(PEER) is None:
        return Missing(PEER, "run `make bench` where the network is")
    held = {key: values[key] for key in sorted(values)[:HELD]}
    settings = import_module(PEER).Dynaconf(environments=False, **held)
    times = TIMES // 20
    return Candidate(PEER, lambda: ask_by_name(settings, times), times=times)


def ask_by_name(settings: Any, times: int) -> None:
    """Ask for one key many times, as an attribute."""
    for _ in range(times):
        settings.F042_K7  # noqa: B018 - the read is what is measured


def ask(settings: Any, times: int) -> None:
    """Ask for one key many times."""
    for _ in range(times):
        settings[KEY]


SUBJECTS = (Subject("live", "Read a live setting of 20,000", entries),)
