"""What a follower tells of itself while it runs, in its record, so that others learn of it."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitcfg.followers import Report
from gitcfg.record import Record, check_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitcfg.observe import Standing
    from gitcfg.repository import Repository


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Presence:
    """The record of one follower; without a name it keeps none. It serves several threads."""

    def __init__(self, name: str | None, *, now: Callable[[], datetime] = utc_now) -> None:
        self._name = None if name is None else check_name(name)
        self._now = now
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._record: Record | None = None
        self._report: Report | None = None

    def begin(self, repository: Repository, standing: Standing) -> str | None:
        """Keep the record beside a checkout, or move it there; says why where it cannot."""
        if self._name is None or self._folder == repository.git_dir:
            return None
        with self._lock:
            self._folder = repository.git_dir
            self._drop()
            started = self._report.started if self._report else self._now()
            self._report = self._of(standing, started)
            try:
                self._record = Record.open(repository, self._name, pid=os.getpid())
            except OSError as error:
                return (
                    f"no record of {self._name} can be kept in {repository.git_dir} "
                    f"({error.strerror}): `gitcfg status` will not show it"
                )
            return self._write()

    def _of(self, standing: Standing, started: datetime) -> Report:
        return Report(
            name=self._name or "",
            pid=os.getpid(),
            host=socket.gethostname(),
            started=started,
            head=standing.head,
            revision=standing.revision,
            since=self._now(),
            effect=self._report.effect if self._report else None,
            uncommitted=tuple(sorted(standing.uncommitted)),
            refused=standing.refusal.findings if standing.refusal else (),
        )

    def tell(self, standing: Standing, *, anew: bool, failed: tuple[str, ...]) -> str | None:
        """Tell a new standing; `anew`: a snapshot has just come into force."""
        with self._lock:
            if self._report is None:
                return None
            report = replace(self._of(standing, self._report.started), failed=failed)
            self._report = report if anew else replace(report, since=self._report.since)
            return self._write()

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
            return f"the record {self._record.place} cannot be written ({error.strerror})"
        return None
