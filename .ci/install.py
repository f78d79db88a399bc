"""Make .venv hold one of the locks and the project itself; .ci/setup starts this when it does not.

A set-up that was interrupted leaves its mark, and the next one begins anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UNFINISHED = VENV / "set-up-unfinished"
# Each lock with those it covers: dev holds everything that the others do.
COVERS = {"run": ("run",), "full": ("full", "run"), "dev": ("dev", "full", "run")}
# A source package would be built with tools that no lock knows, so only wheels will do.
INSTALL = ("install", "--require-hashes", "--only-binary=:all:", "--no-deps")
PROJECT = ("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))


def main(lock: str, key: str) -> int:
    """Set up for `lock` ("run", "full" or "dev") and stamp the environment with `key`."""
    with alone():
        if stamp(lock) == key and usable():
            return 0
        began = time.monotonic()
        say(f"Setting up .venv with requirements/{lock}.txt …")
        if not usable():
            create()
        UNFINISHED.touch()
        for each in COVERS[lock]:
            (VENV / f"ready-{each}").unlink(missing_ok=True)
        pip(*INSTALL, "-r", "requirements/build.txt", "-r", f"requirements/{lock}.txt")
        pip(*PROJECT)
        for each in COVERS[lock]:
            (VENV / f"ready-{each}").write_text(key, encoding="utf-8")
        UNFINISHED.unlink()
        say(f"Ready after {time.monotonic() - began:.0f} s.")
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Let one set-up of this folder run at a time; the kernel frees the lock of a dead one."""
    with Path(__file__).open("rb") as mine:
        # Inherited by pip: should only this process be killed, the lock stands until pip is done.
        os.set_inheritable(mine.fileno(), True)  # noqa: FBT003
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of .venv …")
            fcntl.flock(mine, fcntl.LOCK_EX)
        yield


def stamp(lock: str) -> str | None:
    """Read the key of the last finished set-up for `lock`."""
    try:
        return (VENV / f"ready-{lock}").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def usable() -> bool:
    """Whether .venv is whole, was made at this place, and has pip and a Python that will do."""
    try:
        made_here = str(VENV) in (VENV / "bin/activate").read_text(encoding="utf-8")
    except OSError:
        return False
    return made_here and not UNFINISHED.exists() and runs()


def runs() -> bool:
    """Whether the interpreter of .venv starts, is new enough, and has pip."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run([python(), "-c", check], env=bare(), check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def create() -> None:
    """Make an empty .venv, in place of whatever is there."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    UNFINISHED.touch()
    subprocess.run(
        [sys.executable, "-m", "venv", "--prompt", "gitcfg", str(VENV)], env=bare(), check=True
    )


def pip(*args: str) -> None:
    """Run pip, showing on a terminal where it is; its own words only if it fails."""
    process = subprocess.Popen(
        [python(), "-m", "pip", "--no-input", "--disable-pip-version-check", *args],
        cwd=ROOT,
        env=bare(),
        close_fds=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        words = list(progress(process.stdout or ()))
    if process.returncode != 0:
        raise SystemExit(
            "".join(words[-30:]) + "Setting up .venv failed: pip could not install. "
            "Mend what it says above, often the network, and run the same again."
        )


def progress(lines: Iterable[str]) -> Iterator[str]:
    """Pass pip's lines on, and keep one line on a terminal that says which package it is at."""
    shown = sys.stderr.isatty()
    count = 0
    for line in lines:
        count += line.startswith("Collecting ")
        if shown and line.startswith(("Collecting ", "Installing ")):
            text = f"{count:4} {line.partition('(')[0].strip()}"
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K{text[:width]}", end="", file=sys.stderr, flush=True)
        yield line
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def python() -> str:
    """Name the interpreter of .venv."""
    return str(VENV / "bin/python")


def bare() -> dict[str, str]:
    """Take from the environment what would send packages elsewhere or shadow them."""
    foreign = {"PIP_PREFIX", "PIP_TARGET", "PIP_USER", "PYTHONHOME", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in foreign}


def say(text: str) -> None:
    """Tell the person what is going on; standard output belongs to the command that follows."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    except KeyboardInterrupt:
        sys.exit(130)
