"""All that is measured, in the order of the tables."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bench import start, writing

if TYPE_CHECKING:
    from bench.subject import Subject

SUBJECTS: dict[str, Subject] = {one.name: one for one in chain(start.SUBJECTS, writing.SUBJECTS)}
