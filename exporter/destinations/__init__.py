"""Where files go. What a destination must be able to do, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to be delivered; `reserved` is what the destination set aside for it, if it does.

    `doubtful` says that another process, or an earlier try, may have begun or done it already.
    """

    name: str
    content: bytes
    sha256: str
    reserved: str | None = None
    doubtful: bool = True


class Destination(Protocol):
    """A place that files are delivered to, each under its own name, never twice.

    Whatever fails in a way that may pass raises DestinationError; what contradicts our record
    raises AlarmError. Delivering the same file again is a success and changes nothing.
    """

    @property
    def kind(self) -> str:
        """Name the kind: `folder` or `drive`."""

    @property
    def place(self) -> str:
        """Name the place for people."""

    def sibling(self, place: str) -> Destination | None:
        """Find another place on the same service; None where there is no way to one."""

    def doubts(self) -> tuple[str, ...]:
        """Tell what would keep a delivery from working, and the cure, without delivering."""

    def mark(self) -> tuple[str, str] | None:
        """Read the queue's id and the destination's own id off it; None where it bears none."""

    def claim(self, queue: str) -> str:
        """Put a queue's marker on a fresh destination and return the destination's new id."""

    def prepare(self) -> None:
        """Clear away what an earlier process left half done."""

    def reserve(self, name: str) -> str | None:
        """Set an id aside for a file; None where the name alone is enough."""

    def deliver(self, file: File) -> str | None:
        """Make the whole file appear under its name, durable, or fail; returns its address."""

    def look(self, file: File) -> bytes | None:
        """Read back what was delivered; None where it is gone."""
