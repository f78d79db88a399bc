"""Who an entry is: the same row of a source, read again, must be known for the one it was."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from exporter.entries import Entry

_BYTES = 16


def source_key(values: Sequence[str | None]) -> str:
    """Digest the five source fields exactly as they were read.

    Equal rows of one input have equal keys; the id of each is the key and its occurrence number.
    """
    return _digest(value or "" for value in values[:5])


def content_key(entry: Entry) -> str:
    """Digest what an entry says, so that a known id with other content shows."""
    return _digest(
        (
            entry.date,
            entry.description,
            str(entry.amount),
            entry.category,
            entry.reference,
            entry.confidence or "",
            entry.path,
        )
    )


def _digest(texts: Iterable[str]) -> str:
    # Each text goes with its length: no text can pose as a border between two others.
    whole = "".join([f"{len(text)}:{text}" for text in texts])
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()
