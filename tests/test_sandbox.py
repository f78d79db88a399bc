"""The fence and the sandbox that conftest puts around every test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import guard
import pytest
import sandbox
from gitrun import Git, GitFailedError

ROOT = Path(__file__).resolve().parent.parent
FENCE = guard.Fence(home="/people/nok", open_folders=("/people/nok/project", "/scratch"))


@pytest.mark.parametrize("host", [None, "", "localhost", "127.0.0.1", b"127.9.9.9", "::1", "::"])
def test_host_on_this_machine(host: object) -> None:
    """Loopback in any spelling stays on the machine."""
    assert guard.is_local(host)


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", "2001:db8::1", "fe80::1%eth0"])
def test_host_elsewhere(host: str) -> None:
    """Any other name or address leaves it."""
    assert not guard.is_local(host)


def test_connection_to_another_machine() -> None:
    """A socket connect beyond loopback is refused and remembered."""
    fence = guard.Fence(home="/people/nok", open_folders=())
    with pytest.raises(guard.FenceError, match="the network"):
        fence("socket.connect", (None, ("192.0.2.1", 443)))
    assert fence.violations == ["the network: socket.connect ('192.0.2.1', 443)"]


def test_name_lookup() -> None:
    """Asking for the address of a foreign name is reaching the network."""
    with pytest.raises(guard.FenceError, match=r"example\.com"):
        FENCE("socket.getaddrinfo", ("example.com", 443, 0, 0, 0))


def test_local_connections() -> None:
    """Loopback and sockets in the file system are free."""
    fence = guard.Fence(home="/people/nok", open_folders=())
    fence("socket.connect", (None, ("127.0.0.1", 5432)))
    fence("socket.connect", (None, "/run/some.socket"))
    fence("socket.getaddrinfo", ("localhost", 80, 0, 0, 0))
    assert fence.violations == []


@pytest.mark.parametrize(
    ("path", "enclosed"),
    [
        ("/people/nok/.gitconfig", True),
        (b"/people/nok/x/../.netrc", True),
        ("/people/nok", True),
        ("/people/nok/project/config/export.yaml", False),
        ("/people/nok/projects", True),
        ("/people/noknok/file", False),
        ("/scratch/file", False),
        ("relative", False),
    ],
)
def test_path_in_the_real_home(path: str | bytes, *, enclosed: bool) -> None:
    """The home is closed but for the folders left open, compared by whole names."""
    assert FENCE.encloses(path) is enclosed


def test_second_path_of_a_rename() -> None:
    """A rename into the home counts as writing there."""
    with pytest.raises(guard.FenceError, match=r"os\.rename"):
        FENCE("os.rename", ("/scratch/a", "/people/nok/b", -1, -1))


def test_fence_stands_in_this_process(fence: guard.Fence) -> None:
    """The hook is really installed: a connect to a documentation address fails here."""
    with socket.socket() as sock, pytest.raises(guard.FenceError):
        sock.connect(("192.0.2.1", 9))
    fence.violations.clear()


def test_fence_stands_in_subprocesses() -> None:
    """A Python process started by a test is fenced too."""
    code = "import socket; socket.socket().connect(('192.0.2.1', 9))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, "FenceError" in done.stderr) == (1, True)


def test_swallowed_violation_fails_the_test(tmp_path: Path) -> None:
    """Code that catches everything cannot hide that it reached the network."""
    case = tmp_path / "test_sly.py"
    case.write_text(
        "import contextlib, socket\n"
        "def test_sly():\n"
        "    with contextlib.suppress(Exception), socket.socket() as sock:\n"
        "        sock.connect(('192.0.2.1', 9))\n"
    )
    done = run_pytest(case)
    assert (done.returncode, "the test reached the network" in done.stdout) == (1, True)


def run_pytest(case: Path) -> subprocess.CompletedProcess[str]:
    """Run one file of tests under this project's conftest, in a process of its own."""
    settings = str(ROOT / "pyproject.toml")
    command = [sys.executable, "-m", "pytest", "-c", settings, "-p", "conftest", str(case)]
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "tests/support")])
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_home_is_the_tests_own(home: Path) -> None:
    """HOME, and git's idea of it, point into the sandbox."""
    assert (Path.home(), os.environ["GIT_CONFIG_GLOBAL"]) == (home, str(home / ".gitconfig"))


def test_git_knows_the_identity(git: Git, tmp_path: Path) -> None:
    """git's author comes from the sandbox's own configuration."""
    git(tmp_path, "init", "--quiet")
    ident = git(tmp_path, "var", "GIT_AUTHOR_IDENT")
    assert ident.startswith("Test Person <test@example.com>")


def test_git_failure_in_a_test(git: Git, tmp_path: Path) -> None:
    """A git command that fails unexpectedly fails the test with git's own words."""
    with pytest.raises(GitFailedError, match="not a git repository"):
        git(tmp_path, "log")


@pytest.mark.parametrize("name", ["GIT_DIR", "XDG_CONFIG_HOME", "DISCORD_TOKEN", "DATABASE_URL"])
def test_foreign_variable(name: str) -> None:
    """What steers git or our programs is not taken over from the shell."""
    assert sandbox.is_foreign(name)


def test_team_repo_begins_clean(git: Git, team_repo: Path) -> None:
    """A team's repository is on main with one commit and nothing left to add."""
    facts = [
        git(team_repo, "branch", "--show-current"),
        git(team_repo, "status", "--porcelain"),
        git(team_repo, "rev-list", "--count", "HEAD"),
    ]
    assert facts == ["main", "", "1"]
