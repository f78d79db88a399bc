"""`gitcfg sync` as a command: once, again and again, and woken by a webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import remotes

import gitcfg
from gitcfg.cli.entry import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git
    from remotes import Place

SECRET, TIME = "agreed-on", "DAILY_EXPORT_TIME"


@pytest.fixture
def place(tmp_path: Path, team_repo: Path, git: Git) -> Place:
    """Make an upstream in a folder."""
    return remotes.place(tmp_path, team_repo, git)


@contextmanager
def syncing(root: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `gitcfg sync` until the end of the block; yields it and its first line."""
    with subprocess.Popen(
        [sys.executable, "-m", "gitcfg", "sync", *words],
        cwd=root,
        env={**os.environ, "GITCFG_WEBHOOK_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            yield process, process.stderr.readline() if "--listen" in words else ""
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> Any:
    """Read the next line of JSON that tells of a round."""
    assert process.stdout
    while (found := json.loads(process.stdout.readline()))["event"] != "synced":
        pass
    return found


def test_sync_tells_what_it_did(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, and as one document."""
    nok, fai = place.clone("nok"), place.clone("fai")
    nok.set(TIME, "19:30")
    assert main(["-C", str(fai.root), "sync"]) == 0
    assert ": pulled 1 commit" in capsys.readouterr().out
    assert main(["-C", str(fai.root), "sync", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["revision"]) == ("unchanged", place.tip)


def test_sync_without_a_remote_fails_with_words(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, kind remote."""
    nok = place.clone("nok")
    place.go_away()
    assert main(["-C", str(nok.root), "sync", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "remote"


@pytest.mark.parametrize(
    "words",
    [
        ("--every", "0"),
        ("--every", "x"),
        ("--listen", "65536"),
        ("--take", "mine"),
        ("--every", "9", "--take", "local"),
    ],
)
def test_sync_called_wrongly_is_a_usage_error(place: Place, words: tuple[str, ...]) -> None:
    """Exit 2."""
    assert main(["-C", str(place.clone("nok").root), "sync", *words]) == 2


def test_sync_without_a_secret_does_not_listen(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anybody could wake it."""
    assert main(["-C", str(place.clone("nok").root), "sync", "--listen", "0"]) == 2
    assert "GITCFG_WEBHOOK_SECRET" in capsys.readouterr().err


def test_sync_that_stays_takes_changes_in_and_ends_by_a_signal(place: Place) -> None:
    """It asks every second, tells each round that moved something, and ends clean."""
    nok, fai = place.clone("nok"), place.clone("fai", push=False)
    with syncing(fai.root, "--every", "1", "--json") as (process, _):
        made = nok.set(TIME, "19:30")
        assert (told(process)["revision"], fai.get(TIME)) == (made.revision, "19:30")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_sync_that_stays_pushes_only_when_git_says_so(place: Place) -> None:
    """Without gitcfg.push nothing leaves the clone."""
    nok, fai = place.clone("nok"), place.clone("fai", push=False)
    fai.set(TIME, "20:00")
    with syncing(fai.root, "--every", "1", "--json") as (process, _):
        nok.set("MAX_BATCH_SIZE", 50)
        assert told(process)["unpushed"] == 1
        assert place.subjects()[0] == "Set MAX_BATCH_SIZE to 50"


def post(address: str, body: bytes, secret: str) -> int:
    """Send a push webhook as GitHub does, and return the status."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Event": "push"}
    request = Request(address, body, headers)  # noqa: S310 - our own address
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def test_webhook_has_the_upstream_asked_at_once(place: Place) -> None:
    """Long before the next look; a wrong signature and a replay do nothing."""
    nok, fai = place.clone("nok"), place.clone("fai")
    with syncing(fai.root, "--listen", "0", "--every", "3600", "--json") as (process, line):
        address = line.split()[-1]
        made = nok.set(TIME, "19:30")
        assert post(address, b"{}", "guessed") == 401
        assert post(address, b"{}", SECRET) == 202
        assert told(process)["revision"] == made.revision
        assert post(address, b"{}", SECRET) == 409
    assert gitcfg.open(fai.root).get(TIME) == "19:30"
