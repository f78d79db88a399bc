"""git started as a process that can ask nobody anything, and that ends in time."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitcfg.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_SLICE = 0.2
"""Seconds between two looks at whether the caller gave up."""

_GRACE = 3.0
"""Seconds that git gets to take its lock files away."""

# git must not ask for a password on a terminal or in a window, and speaks as its authors wrote.
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "LC_ALL": "C",
    "LANGUAGE": "",
}
# Within a hook they name another repository than the one that is meant.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a git command ended; `code` is None where it was ended because its time was over."""

    code: int | None
    out: str
    err: str


def run(
    root: Path,
    words: Sequence[str],
    *,
    timeout: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> Said:
    """Run git in a work tree for `timeout` seconds at most, or until `cancelled` says so."""
    try:
        process = subprocess.Popen(
            ["git", *words],
            cwd=root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # no terminal to ask on, and one group to end
        )
    except OSError as error:
        raise RepositoryError(
            f"git could not be started: {error.strerror}. Install git, or put it on PATH"
        ) from error
    with process:
        try:
            return _wait(process, time.monotonic() + timeout, cancelled)
        except BaseException:
            _end(process)
            raise


def _wait(process: subprocess.Popen[bytes], deadline: float, cancelled: Callable[[], bool]) -> Said:
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or cancelled():
            out, err = _end(process)
            return Said(code=None, out=_text(out), err=_text(err))
        with suppress(subprocess.TimeoutExpired):
            out, err = process.communicate(timeout=min(left, _SLICE))
            return Said(code=process.returncode, out=_text(out), err=_text(err))


def _end(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """End git with all that it started: gently, so that its locks go, then at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        return process.communicate(timeout=_GRACE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        return process.communicate(timeout=_GRACE)
    return b"", b""  # something else holds the pipe


def _environment() -> dict[str, str]:
    # Proxies, agents and credential helpers are found through what surrounds us.
    inherited = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**inherited, **_QUIET}


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
