"""Several clones of one upstream, with writers in each, people, faults and kills among them."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import remotes
from remotes import Faults, Place

import gitcfg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

WRITER = """
import sys, gitcfg
place, key, low, turns = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
store = gitcfg.open(place)
done = 0
for turn in range(400):
    if done == turns:
        break
    try:
        made = store.set(key, low + done, reason=f"{key} {done}")
    except (gitcfg.ConflictError, gitcfg.RemoteError, gitcfg.UnknownOutcomeError) as error:
        print("refused", error.message, file=sys.stderr)
        try:
            store.sync()
        except gitcfg.GitcfgError:
            pass
        continue
    done += 1
    print(made.revision, flush=True)
"""


@pytest.fixture
def place(tmp_path: Path, team_repo: Path, git: Git) -> Iterator[Place]:
    """Make an upstream that is reached by HTTP."""
    made = remotes.place(tmp_path, team_repo, git)
    with remotes.served(tmp_path, Faults()) as address:
        made.url = f"{address}/upstream.git"
        yield made


def start(root: Path, key: str, low: int, turns: int) -> subprocess.Popen[str]:
    """Start a process that sets a key to ever higher numbers in a clone."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), key, str(low), str(turns)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_writers_in_three_clones_beside_a_person_lose_nothing(place: Place, git: Git) -> None:
    """Each accepted change is at the upstream once, and all clones end on one revision."""
    stores = [place.clone(name) for name in ("nok", "fai", "lek")]
    person = place.clone("person", push=False).root
    turns = 6
    keys = ("IMMEDIATE_EXPORT_BUFFER", "MAX_BATCH_SIZE", "MAX_BATCH_SIZE")
    writers = [
        start(store.root, key, 20 * number + 20, turns)
        for number, (store, key) in enumerate(zip(stores, keys, strict=True))
    ]
    merged = 0
    while any(writer.poll() is None for writer in writers):
        merged += merges(git, person, merged)
        time.sleep(0.1)
    made = [line for writer in writers for line in writer.communicate()[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    git(person, "fetch", "--quiet", "origin")
    git(person, "reset", "--quiet", "--hard", "origin/main")  # a push of theirs may have come late
    settle(place)
    line = git(place.bare, "log", "--format=%H", "main").splitlines()
    assert len(made) == 3 * turns
    assert [line.count(one) for one in made] == [1] * len(made)
    assert place.subjects().count("Merge a note") == merged > 0
    assert git(place.bare, "fsck", "--strict", "--no-dangling") == ""


def merges(git: Git, person: Path, number: int) -> int:
    """Merge a branch by hand and push it; 0 where someone else was quicker."""
    git(person, "fetch", "--quiet", "origin")
    git(person, "reset", "--quiet", "--hard", "origin/main")
    git(person, "switch", "--quiet", "-C", "topic")
    (person / "notes.txt").write_text(f"{number}\n")
    git.commit(person, "A note")
    git(person, "switch", "--quiet", "main")
    git(person, "merge", "--quiet", "--no-ff", "-m", "Merge a note", "topic")
    return int(git.run(person, "push", "--quiet", "origin", "main").returncode == 0)


def settle(place: Place) -> None:
    """Sync all clones until they agree."""
    for _ in range(2):
        for root in place.clones:
            gitcfg.open(root).sync()
    assert len(place.heads()) == 1
    for root in place.clones:
        assert place.git(root, "status", "--porcelain") == ""
        assert place.git(root, "fsck", "--strict", "--no-dangling") == ""


def test_writer_killed_in_the_middle_of_a_push_loses_and_doubles_nothing(place: Place) -> None:
    """Whenever it dies, what it told is there once; what it did not tell, at most once."""
    nok, fai = place.clone("nok"), place.clone("fai")
    dice, told, kills = random.Random(5), [], 0  # noqa: S311 - no secret
    for number in range(12):
        writer = start(nok.root, "MAX_BATCH_SIZE", 200 + 40 * number, 40)
        assert writer.stdout
        told.append(writer.stdout.readline().strip())
        time.sleep(dice.uniform(0, 0.15))
        writer.send_signal(signal.SIGKILL)
        told += writer.communicate()[0].split()
        kills += writer.returncode == -signal.SIGKILL
    settle(place)
    line = place.git(place.bare, "log", "--format=%H", "main").splitlines()
    assert [line.count(one) for one in told if len(one) == 40] == [1] * len(told)
    values = [one.value for one in fai.history("MAX_BATCH_SIZE")]
    assert len(values) == len(set(values))
    assert kills == 12
