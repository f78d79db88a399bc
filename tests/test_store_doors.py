"""What a door like the bot needs of the store beside changes: refusals, followers, upstream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gitcfg
from gitcfg import Author, InvalidError

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

    from gitcfg import Store

NOK = Author("nok", "7@users.discord.invalid")
BOT = Author("the bot", "bot@example.com")
SIZE = "MAX_BATCH_SIZE"


@pytest.fixture
def store(team_repo: Path) -> Store:
    """Open the store as a program that signs its commits itself."""
    return gitcfg.open(team_repo, committer=BOT)


def test_committer_of_a_program(store: Store) -> None:
    """The committer given at the opening signs, the author stays the person."""
    store.set(SIZE, 200, author=NOK)
    (one,) = store.history(SIZE, limit=1)
    assert (one.author, one.committer) == (NOK, BOT)


def test_refuse_puts_an_attempt_on_record(store: Store) -> None:
    """What a door refused by itself is an attempt with who, what and why."""
    store.refuse("set", {"max_batch_size": "7"}, "No permission", author=NOK, actor="discord:7")
    (one,) = store.audit(status="refused")
    assert (one.key, one.value, one.error, one.author, one.actor) == (
        SIZE,
        "7",
        "No permission",
        NOK,
        "discord:7",
    )


def test_refusal_that_repeats_is_one_record(store: Store) -> None:
    """Within `fold` seconds the same actor's refusal for the same reason is one record."""
    for actor, why in [("a", "No"), ("a", "No"), ("b", "No"), ("a", "Never"), ("a", "No")]:
        store.refuse("set", {SIZE: "7"}, why, author=NOK, actor=actor, fold=60.0)
    assert len(store.audit(status="refused")) == 3


def test_refusal_that_repeats_without_fold(store: Store) -> None:
    """Without `fold` every refusal is a record."""
    for _ in range(2):
        store.refuse("set", {SIZE: "7"}, "No", author=NOK)
    assert len(store.audit(status="refused")) == 2


def test_invalid_change_that_repeats_is_one_record(store: Store) -> None:
    """`fold` holds for what validation refuses, too."""
    for value in (5000, 6000):
        with pytest.raises(InvalidError):
            store.set(SIZE, value, author=NOK, fold=60.0)
    assert len(store.audit(status="refused")) == 1


def test_reached_without_followers(store: Store) -> None:
    """Nobody follows, so nobody is told of."""
    written = store.set(SIZE, 200, author=NOK)
    assert store.reached(str(written.revision)) == ()


def test_reached_by_a_follower(store: Store) -> None:
    """A follower that took the commit is told with its own words."""
    with gitcfg.follow(store.root, name="example") as live:
        live.effect("next run today")
        written = store.set(SIZE, 200, author=NOK)
        (one,) = store.reached(str(written.revision), wait=30.0)
    assert (one.name, one.state, one.effect) == ("example", "running", "next run today")


def test_upstream_url_without_a_remote(store: Store) -> None:
    """A clone of nothing has no upstream."""
    assert store.upstream_url() is None


def test_upstream_url_hides_user_and_password(store: Store, git: Git) -> None:
    """What is told of a URL has no user and no password in it."""
    git(store.root, "remote", "add", "origin", "https://nok:secret@example.com/team/settings.git")
    assert store.upstream_url() == "https://example.com/team/settings.git"


def test_upstream_url_of_a_branch(store: Store, git: Git, tmp_path: Path) -> None:
    """The branch's own upstream counts before `origin`."""
    git(tmp_path, "clone", "--quiet", "--bare", str(store.root), "far.git")
    git(store.root, "remote", "add", "origin", "https://example.com/wrong.git")
    git(store.root, "remote", "add", "far", str(tmp_path / "far.git"))
    git(store.root, "fetch", "--quiet", "far")
    git(store.root, "branch", "--quiet", "--set-upstream-to=far/main")
    assert store.upstream_url() == str(tmp_path / "far.git")
