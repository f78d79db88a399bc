"""Shared fixtures: the fence and the sandbox around every test, real git, a team's repository."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import guard
import postgres as servers
import pytest
import sandbox
import teams
from gitrun import Git
from hypothesis import settings
from loopback import Discord
from loopback.description import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exporter.address import Address

ROOT = Path(__file__).resolve().parent.parent
SUPPORT = Path(__file__).resolve().parent / "support"
_SHARED = Path(os.environ.get("GITCFG_SHARED") or ROOT.parent / "shared")
KILLS = "kills"
_REQUIRED = os.environ.get("GITCFG_SHARED_REQUIRED", "0") == "1"

_fence = guard.install(
    guard.Fence(
        home=os.environ.get(guard.HOME_VARIABLE) or str(Path.home()),
        open_folders=guard.open_folders(ROOT, _SHARED, Path(tempfile.gettempdir())),
    )
)


# On a busy machine a deadline fails what is only slow. CI=true brings hypothesis' own profile.
settings.register_profile("house", deadline=None)
if not os.environ.get("CI"):
    settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Move the whole run out of the real home before any module of ours is imported."""
    home = sandbox.furnish(Path(tempfile.mkdtemp(prefix="gitcfg-home-")))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    for name in [name for name in os.environ if sandbox.is_foreign(name)]:
        del os.environ[name]
    os.environ.update(sandbox.environment(home))
    os.environ[guard.HOME_VARIABLE] = _fence.home
    os.environ[guard.OPEN_VARIABLE] = os.pathsep.join(_fence.open_folders)
    os.environ["PYTHONPATH"] = str(SUPPORT)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Run a test that is a coroutine, within those of its fixtures that are themselves contexts."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    names = inspect.signature(pyfuncitem.function).parameters
    given = {name: pyfuncitem.funcargs[name] for name in names}

    async def test() -> None:
        async with contextlib.AsyncExitStack() as stack:
            for one in given.values():
                if isinstance(one, contextlib.AbstractAsyncContextManager):
                    await stack.enter_async_context(one)
            await pyfuncitem.function(**given)

    asyncio.run(test())
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many daemons were killed, for whoever asks what the promises were tried against."""
    passed = terminalreporter.getreports("passed")
    found = [count for report in passed for name, count in report.user_properties if name == KILLS]
    if found:
        terminalreporter.write_line(f"{sum(found)} daemons killed, nothing lost, nothing doubled")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home directory of its own, with git's identity `Test Person` in it."""
    place = sandbox.furnish(tmp_path_factory.mktemp("home"))
    for name, value in sandbox.environment(place).items():
        monkeypatch.setenv(name, value)
    _tell_libgit2(place)
    return place


@pytest.fixture(autouse=True)
def fence() -> Iterator[guard.Fence]:
    """Fail the test that reached the network or the real home, even where code swallowed it."""
    _fence.violations.clear()
    yield _fence
    found, _fence.violations[:] = list(_fence.violations), []
    if found:
        pytest.fail("the test reached " + "; ".join(found))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Find the shared test data: GITCFG_SHARED, else `../shared` beside the project."""
    if not (_SHARED / "data").is_dir():
        advice = f"no shared test data in {_SHARED}: set GITCFG_SHARED to the folder that has data/"
        if _REQUIRED:
            pytest.fail(advice)
        pytest.skip(advice)
    return _SHARED


@pytest.fixture
def discord(shared: Path) -> Iterator[Discord]:
    """Give a Discord on loopback; whatever was said against its rules fails the test."""
    place = Discord(load(shared / "data" / "discord-openapi.json"))
    # A busy machine stalls for seconds. What is about the three seconds sets them itself.
    place.deadline = 30.0
    yield place
    if place.violations:
        pytest.fail("against Discord's rules: " + "; ".join(map(str, place.violations)))


@pytest.fixture(scope="session")
def git() -> Git:
    """Run the real git: `git(repo, "log", "-1")` returns its output."""
    return Git()


@pytest.fixture
def team_repo(tmp_path: Path, git: Git) -> Path:
    """Make a fresh repository on branch main whose one commit has this project's settings."""
    return teams.team(tmp_path / "team", git)


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """Run one PostgreSQL for all tests of this process, started by the first that asks."""
    try:
        servers.programs()
    except LookupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with servers.Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """Name a place for a new queue, in each database there is."""
    if request.param == "sqlite":
        yield servers.in_file(tmp_path / "queue.sqlite3")
        return
    server: servers.Postgres = request.getfixturevalue("postgres")
    url = server.new()
    yield servers.on_server(url)
    server.drop(url)


def _tell_libgit2(home: Path) -> None:
    """libgit2 reads HOME once, when loaded; later tests have other homes."""
    if (pygit2 := sys.modules.get("pygit2")) is None:
        return
    levels = pygit2.enums.ConfigLevel
    pygit2.settings.search_path[levels.GLOBAL] = str(home)
    for level in (levels.SYSTEM, levels.XDG):
        pygit2.settings.search_path[level] = str(home / "nothing")
