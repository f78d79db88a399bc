"""What a follower tells of itself while it runs, in its record, so that others learn of it."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitcfg.following.followers import Report
from gitcfg.following.record import Record, check_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitcfg.following.observe import Standing
    from gitcfg.git.repository import Repository


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Presence:
    """The record of one follower; without a name it keeps none. It serves several threads."""

    def __init__(self, name: str | None, *, now: Callable[[], datetime] = utc_now) -> None:
        self.name = None if name is None else check_name(name)
        self._now = now
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._record: Record | None = None
        self._report: Report | None = None
        self._troubled = False

    def keep(self, repository: Repository) -> str | None:
        """See that the record is beside a checkout; says why, once, where it cannot be."""
        if self.name is None:
            return None
        with self._lock:
            if self._folder == repository.git_dir and self._record and self._record.is_there():
                return None
            self._drop()
            self._folder = repository.git_dir
            try:
                self._record = Record.open(repository, self.name, pid=os.getpid())
            except OSError as error:
                return self._problem(
                    f"no record of {self.name} can be kept in {repository.git_dir} "
                    f"({error.strerror}): `gitcfg status` will not show it"
                )
            return self._write()

    def tell(
        self, standing: Standing, *, anew: bool = True, failed: tuple[str, ...] = ()
    ) -> str | None:
        """Tell a standing; `anew`: its snapshot has just come into force.

        `failed` are subscribers that raised, and stay until the next snapshot.
        """
        if self.name is None:
            return None
        with self._lock:
            before, now = self._report, self._now()
            self._report = Report(
                name=self.name,
                pid=os.getpid(),
                host=socket.gethostname(),
                started=before.started if before else now,
                head=standing.head,
                revision=standing.revision,
                since=before.since if before and not anew else now,
                effect=before.effect if before else None,
                uncommitted=tuple(sorted(standing.uncommitted)),
                refused=standing.refusal.findings if standing.refusal else (),
                failed=failed if before is None or anew else (*before.failed, *failed),
            )
            return None if self._report == before else self._write()

    def effect(self, words: str, *, at_once: bool) -> None:
        """Tell what the settings in force come to, in the program's own words."""
        with self._lock:
            if self._report is not None:
                self._report = replace(self._report, effect=words)
                if at_once:
                    self._write()

    def close(self) -> None:
        """Remove the record."""
        with self._lock:
            self._report = None
            self._drop()

    def _drop(self) -> None:
        if self._record is not None:
            self._record.close()
            self._record = None

    def _write(self) -> str | None:
        if self._record is None or self._report is None:
            return None
        try:
            self._record.write(self._report.facts())
        except OSError as error:
            place = self._record.place
            return self._problem(f"the record {place} cannot be written ({error.strerror})")
        self._troubled = False
        return None

    def _problem(self, words: str) -> str | None:
        told, self._troubled = self._troubled, True
        return None if told else words
