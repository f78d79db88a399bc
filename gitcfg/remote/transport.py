"""What is asked of a remote: its tips, its commits, a push.

git is started for it, so that credential helpers, ssh and proxies work as they do for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitcfg.errors import RemoteError
from gitcfg.git.lock import hold, shared_folder
from gitcfg.remote import process, words
from gitcfg.remote.scrub import scrub, secrets_of_header, secrets_of_url
from gitcfg.remote.upstream import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitcfg.git.repository import Repository
    from gitcfg.remote.process import Said
    from gitcfg.remote.upstream import Upstream
    from gitcfg.remote.words import Pushed

ATTEMPTS = "refs/gitcfg/attempts/"
TIMEOUT = 60.0
"""Seconds that one question to a remote may take, unless `gitcfg.timeout` says otherwise."""

_CALM = ("-c", "core.fsync=committed,reference", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
_FETCH = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")


class UnreachableError(RemoteError):
    """The remote gave no answer, or none that can be used; nothing was changed there or here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What came of a push, and why."""

    result: Pushed
    why: str


@dataclass(slots=True)
class Transport:
    """The way to an upstream; `cancelled` is asked now and then whether to give up."""

    repository: Repository
    upstream: Upstream
    cancelled: Callable[[], bool] = field(default=lambda: False)

    def tips(self) -> dict[str, str]:
        """Ask for the tips of the branch and of all attempts; raises UnreachableError."""
        said = self._git("ls-remote", "--quiet", self._remote, self.upstream.branch, f"{ATTEMPTS}*")
        self._good(said)
        pairs = (line.split("\t", 1) for line in said.out.splitlines() if "\t" in line)
        return {name: tip for tip, name in pairs if is_asked(self.upstream, name)}

    def fetch(self, specs: Sequence[str]) -> None:
        """Bring references here by refspecs; raises UnreachableError."""
        with hold(shared_folder(self.repository) / "fetch.lock"):
            self._good(self._git("fetch", *_FETCH, self._remote, *specs))

    def push(self, revision: str, ref: str, *, expected: str | None) -> Push:
        """Push a commit by its id, if the reference there is still what it is expected to be."""
        # With a lease the push is a compare-and-swap; whether it goes forward, the caller knows.
        lease = f"--force-with-lease={ref}:{expected or ''}"
        said = self._git(
            "push",
            "--porcelain",
            "--no-recurse-submodules",
            lease,
            self._remote,
            f"{revision}:{ref}",
        )
        result, why = words.pushed(said.code, said.out, self._clean(said.err))
        return Push(result=result, why=why or self._overdue(said))

    @property
    def timeout(self) -> float:
        """How many seconds one question may take."""
        for text in values(self.repository.raw.config, "gitcfg.timeout")[-1:]:
            if text.isdecimal() and int(text):
                return float(text)
        return TIMEOUT

    @property
    def _remote(self) -> str:
        return self.upstream.remote

    def _git(self, *args: str) -> Said:
        root = self.repository.root
        return process.run(root, [*_CALM, *args], timeout=self.timeout, cancelled=self.cancelled)

    def _good(self, said: Said) -> None:
        if said.code == 0:
            return
        overdue = self.timeout if said.code is None else None
        fault = words.fault(self._clean(said.err), timeout=overdue)
        raise UnreachableError(f"{self._called} {fault.what}. {fault.advice}")

    def _overdue(self, said: Said) -> str:
        return f"no answer within {self.timeout:.0f} s" if said.code is None else "no answer"

    @property
    def _called(self) -> str:
        return scrub(self._remote, self._secrets())

    def _clean(self, text: str) -> str:
        return scrub(text, self._secrets())

    def _secrets(self) -> Iterator[str]:
        config = self.repository.raw.config
        urls = [self._remote]
        for entry in config:
            name = (entry.name or "").lower()
            if name.startswith("http.") and name.endswith(".extraheader"):
                yield from secrets_of_header(entry.value or "")
            if name.startswith("remote.") and name.endswith(("url", "proxy")):
                urls.append(entry.value or "")
        for url in urls:
            yield from secrets_of_url(url)


def is_asked(upstream: Upstream, name: str) -> bool:
    """Tell whether a reference there is one that we deal with."""
    return name == upstream.branch or name.startswith(ATTEMPTS)
