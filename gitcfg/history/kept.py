"""The versions of a key from the index as it is, without git: nothing is counted nor written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.history import facts, tables
from gitcfg.history.cut import boundary
from gitcfg.history.lineids import counted
from gitcfg.history.rows import Rows
from gitcfg.quick import Unsure

if TYPE_CHECKING:
    from gitcfg.model import Version
    from gitcfg.quickfiles import Place
