"""The command as a process: pipes, terminals, colour, signals, and what a short call imports."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from command import Command, on_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git


TIME = "DAILY_EXPORT_TIME"
HEAVY = ("plotille", "rich", "watchdog", "schedule", "sqlalchemy", "discord")


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


def test_get_imports_only_what_it_needs(run: Command) -> None:
    """A read pays for no table, no watcher and no database."""
    code = (
        "import sys, json; from gitcfg.cli import main; main(['get', sys.argv[1]]); "
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, TIME], cwd=run.repo, capture_output=True, text=True, check=True
    )
    value, modules = done.stdout.splitlines()
    assert value == "18:00"
    assert not set(json.loads(modules)) & set(HEAVY)


def test_module_runs_as_the_command(run: Command) -> None:
    """`python -m gitcfg` from any folder of the repository is the command."""
    done = run.process("-C", "config", "get", TIME)
    assert (done.code, done.out, done.err) == (0, "18:00\n", "")


def test_reader_of_the_pipe_leaves(run: Command) -> None:
    """A closed pipe is neither an error nor a traceback."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "gitcfg", "list"],
        cwd=run.repo,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed(run: Command, closed: str) -> None:
    """A process that was started without stdout or stderr works all the same."""
    line = f'exec "{sys.executable}" -m gitcfg get {TIME} {closed}'
    done = subprocess.run(["/bin/sh", "-c", line], cwd=run.repo, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_full_disk_for_the_answer(run: Command, words: list[str]) -> None:
    """An answer that cannot be written is an error, told once and where it can be."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [sys.executable, "-m", "gitcfg", "get", TIME, *words],
            cwd=run.repo,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "error: No space left on device. Check the disk and the permissions, then try again\n"
    )


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_full_disk_for_the_answer_of_a_change(run: Command, git: Git, words: list[str]) -> None:
    """A change whose answer cannot be written is said to stand, so that nobody repeats it."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [sys.executable, "-m", "gitcfg", "set", TIME, "19:30", *words],
            cwd=run.repo,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    revision = git(run.repo, "rev-parse", "--short=7", "HEAD")
    assert done.returncode == 1
    assert done.stderr == (
        f"error: the change is committed as {revision}, but the answer could not be printed "
        f"(No space left on device). Do not make it again; see `git show {revision}`\n"
    )
    assert run.good("get", TIME) == "19:30"


def test_rehearsal_that_cannot_be_printed(run: Command) -> None:
    """A dry run made no commit, so none is told of."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [sys.executable, "-m", "gitcfg", "set", TIME, "19:30", "--dry-run"],
            cwd=run.repo,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, "committed" in done.stderr) == (1, False)


def test_terminal_gets_colour_and_no_escapes_of_others(run: Command) -> None:
    """On a terminal our colours are there, and an escape code in a value is only shown."""
    run("set", "NOTE", "\x1b[2Jx\ny", "--category", "app")
    assert on_terminal(run.repo, "get", "NOTE") == "\\x1b[2Jx\r\ny\r\n"
    assert "\x1b[1;32m✓ ACTIVE\x1b[0m" in on_terminal(run.repo, "history", "NOTE")
    assert "\x1b[" not in on_terminal(run.repo, "history", "NOTE", NO_COLOR="1")
    assert run.good("get", "NOTE") == "\x1b[2Jx\ny"


def test_table_fits_the_terminal(run: Command) -> None:
    """A wide value is folded into the width of the terminal."""
    run("set", "NOTE", "x" * 300, "--category", "app")
    shown = on_terminal(run.repo, "list", COLUMNS="100", NO_COLOR="1")
    assert max(len(line) for line in shown.splitlines()) <= 100
    assert "x… (300" in shown


def kill_a_set(repo: Path, *words: str) -> None:
    """Kill a `gitcfg set` after its commit and before its file, and clear git's lock away."""
    code = (
        "import os, sys, gitcfg.git.commit as commit; from gitcfg.cli import main; "
        "commit._check_out = lambda *_: os._exit(9); main(['set', *sys.argv[1:]])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code, *words], cwd=repo, check=False).returncode == 9
    )
    (repo / ".git/index.lock").unlink(missing_ok=True)


@pytest.mark.parametrize("words", [["get", TIME], ["set", TIME, "20:00"]])
def test_what_a_repair_found_is_told(run: Command, git: Git, words: list[str]) -> None:
    """Who comes after a killed writer is told, beside the answer, whom a commit undid since."""
    kill_a_set(run.repo, TIME, "19:30")
    git(run.repo, "commit", "--quiet", "--all", "--message=Mine")
    done = run(*words)
    assert done.code == 0
    assert done.err.count("put back the config/export.yaml from before") == 1


@contextmanager
def watching(repo: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run `gitcfg watch` beside the test, from when it is ready until the test is through."""
    with subprocess.Popen(
        [sys.executable, "-m", "gitcfg", "watch", *words],
        cwd=repo,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            assert re.match(r"watching (6 settings|1 setting) from revision ", line)
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> Any:
    """Read the next line of JSON from a running command."""
    assert process.stdout
    return json.loads(process.stdout.readline())


def test_watch_tells_changes_refusals_and_repairs(run: Command) -> None:
    """Each event is a line of JSON as it happens; Ctrl-C ends with 130."""
    path = run.repo / "config/export.yaml"
    with watching(run.repo, "--json") as process:
        run.good("set", TIME, "19:30", "--reason", "Peak")
        change = told(process)
        assert (change["event"], change["key"], change["reason"]) == ("change", TIME, "Peak")
        assert (change["old"], change["new"], change["version"]) == ("18:00", "19:30", 2)
        good = path.read_text()
        path.write_text(good.replace("19:30", "23:00"))
        refused = told(process)
        assert (refused["event"], refused["findings"][0]["key"]) == ("refused", TIME)
        path.write_text(good)
        assert told(process) == {"event": "repaired", "revision": change["revision"]}
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def test_watch_ends_by_itself(run: Command) -> None:
    """With -n it ends after so many lines, and tells only the keys asked for."""
    with watching(run.repo, TIME.lower(), "-n", "1") as process:
        run.good("set", "MAX_BATCH_SIZE", "200")
        run.good("set", TIME, "19:30", "--reason", "Peak")
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert f"{TIME}: 18:00 → 19:30  (version 2, " in out
    assert out.endswith(") by Test Person <test@example.com>: Peak\n")
    assert len(out.splitlines()) == 1


def test_wait_tells_what_a_follower_says(run: Command) -> None:
    """`set --wait` prints each program's own words about this change."""
    code = (
        "import gitcfg, sys\n"
        "with gitcfg.follow('.', name='exporter') as live:\n"
        "    live.on_change(lambda change: live.effect(f'next export today {change.new}'))\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=run.repo,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        lines = run.good("set", TIME, "19:30", "--wait").splitlines()
        assert re.fullmatch(
            r"exporter runs it since \d\.\d s: next export today 19:30", lines[1]
        ), lines
        (told_in_json,) = run("set", TIME, "20:00", "--wait", "--json").document["followers"]
        assert told_in_json.keys() == {"name", "pid", "state", "revision", "since", "effect"}
        assert (told_in_json["pid"], told_in_json["state"]) == (process.pid, "running")
        assert "next export today 20:00" in run.good("status")
        process.communicate("")
