"""All that is measured, in the order of the tables."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bench import chatting, exporting, flat, following, history, live, start, validating, writing

if TYPE_CHECKING:
    from bench.subject import Subject

# The bot first: what the others leave in this process would slow its Discord down.
_ALL = (chatting, start, validating, history, flat, live, following, writing, exporting)
SUBJECTS: dict[str, Subject] = {
    one.name: one for one in chain.from_iterable(module.SUBJECTS for module in _ALL)
}
