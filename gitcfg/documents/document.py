"""YAML bytes and settings: what the other parts use of the file layer.

Reading is in `entries` (over `encoding`, `reader` and `scalars`), editing in `edits`.
"""

from gitcfg.documents.edits import remove, replace
from gitcfg.documents.entries import Document, Entry, load
from gitcfg.documents.scalars import scalar

__all__ = ["Document", "Entry", "load", "remove", "replace", "scalar"]
