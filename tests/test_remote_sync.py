"""A clone and its upstream in step: by path and by HTTP, with real git on both sides."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import remotes
from remotes import Faults, Place

import gitcfg
from gitcfg import (
    ConflictError,
    DirtyError,
    GitcfgError,
    RemoteError,
    UnknownOutcomeError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

TIME, SIZE, BUFFER = "DAILY_EXPORT_TIME", "MAX_BATCH_SIZE", "IMMEDIATE_EXPORT_BUFFER"


@pytest.fixture
def faults() -> Faults:
    """Choose what goes wrong at the server."""
    return Faults()


@pytest.fixture(params=["path", "http"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, team_repo: Path, git: Git, faults: Faults
) -> Iterator[Place]:
    """Make an upstream, reached by its path or by HTTP."""
    made = remotes.place(tmp_path, team_repo, git)
    if request.param == "path":
        yield made
        return
    with remotes.served(tmp_path, faults) as address:
        made.url = f"{address}/upstream.git"
        yield made


@pytest.fixture
def http(tmp_path: Path, team_repo: Path, git: Git, faults: Faults) -> Iterator[Place]:
    """Make an upstream that is reached by HTTP."""
    made = remotes.place(tmp_path, team_repo, git)
    with remotes.served(tmp_path, faults) as address:
        made.url = f"{address}/upstream.git"
        yield made


def test_change_is_at_the_upstream_before_it_is_told(place: Place) -> None:
    """With gitcfg.push true a set is pushed, and both are at one commit."""
    nok = place.clone("nok")
    made = nok.set(TIME, "19:30")
    assert {made.revision} == place.heads()
    assert nok.status().remote.state == "in step"  # type: ignore[union-attr]


def test_change_without_the_option_stays_here_and_shows(place: Place) -> None:
    """Nothing is pushed unasked; status says that it waits, and sync sends it."""
    nok = place.clone("nok", push=False)
    before = place.tip
    nok.set(TIME, "19:30")
    found = nok.status()
    assert (place.tip, found.ahead, found.behind) == (before, 1, 0)
    done = nok.sync()
    assert (done.pushed, place.heads()) == (1, {done.revision})


def test_upstream_that_moved_elsewhere_is_taken_in_first(place: Place) -> None:
    """Unrelated keys never conflict; both changes stand, one after the other."""
    nok, fai = place.clone("nok"), place.clone("fai")
    nok.set(TIME, "19:30")
    made = fai.set(SIZE, 50)
    assert fai.get(TIME) == "19:30"
    assert place.tip == made.revision
    assert place.subjects()[:2] == [f"Set {SIZE} to 50", f'Set {TIME} to "19:30"']


def test_same_key_changed_there_is_a_conflict_that_shows_both(place: Place) -> None:
    """Nothing of ours is made; what is there is here now, and the attempt is on record."""
    nok, fai = place.clone("nok"), place.clone("fai")
    nok.set(TIME, "19:30")
    with pytest.raises(ConflictError, match=r'from "18:00" to "19:30" at .*, to "20:00" here'):
        fai.set(TIME, "20:00")
    refused = [one for one in fai.audit() if one.status == "refused"]
    assert (fai.get(TIME), [one.value for one in refused]) == ("19:30", ["20:00"])
    assert place.subjects()[0] == f'Set {TIME} to "19:30"'


def test_same_value_set_on_both_sides_is_unchanged(place: Place) -> None:
    """Who wanted what is there already needs no commit."""
    nok, fai = place.clone("nok"), place.clone("fai")
    nok.set(TIME, "19:30")
    assert fai.set(TIME, "19:30").status == "unchanged"


def test_unreachable_upstream_changes_nothing(place: Place) -> None:
    """The change is refused, on record as failed; status tells since when."""
    nok = place.clone("nok")
    before = place.git(nok.root, "rev-parse", "HEAD")
    place.go_away()
    with pytest.raises(RemoteError, match=r"Nothing was changed.*--offline"):
        nok.set(TIME, "19:30")
    assert place.git(nok.root, "rev-parse", "HEAD") == before
    assert [one.status for one in nok.audit() if one.status != "applied"] == ["failed"]
    assert nok.status().remote.unreachable is not None  # type: ignore[union-attr]


def test_offline_change_goes_out_with_the_next_sync(place: Place) -> None:
    """It is committed here, and pushed when the upstream is there again."""
    nok = place.clone("nok")
    place.go_away()
    made = nok.set(TIME, "19:30", offline=True)
    with pytest.raises(RemoteError):
        nok.sync()
    place.come_back()
    assert (nok.sync().pushed, place.heads()) == (1, {made.revision})


def test_offline_change_that_meets_another_is_made_anew(place: Place, git: Git) -> None:
    """Author, reason and meaning are the same; the old commit is kept; no merge is made."""
    nok, fai = place.clone("nok"), place.clone("fai")
    old = nok.set(TIME, "19:30", reason="Peak", offline=True).revision
    fai.set(SIZE, 50)
    done = nok.sync()
    fai.sync()
    assert (done.pulled, done.pushed, place.heads()) == (1, 1, {done.revision})
    assert done.reapplied == ((old, done.revision),)
    assert git(nok.root, "rev-parse", str(done.kept)) == old
    newest = nok.history(TIME)[0]
    assert (newest.author.name, newest.reason, newest.version) == ("nok", "Peak", 2)
    assert git(nok.root, "log", "--merges", "--oneline") == ""


@pytest.mark.parametrize(("side", "value"), [("local", "19:30"), ("upstream", "20:00")])
def test_offline_change_of_a_key_changed_there_waits_for_a_person(
    place: Place, side: str, value: str
) -> None:
    """The conflict shows both values; whoever says whose counts ends it."""
    nok, fai = place.clone("nok"), place.clone("fai")
    nok.set(TIME, "19:30", offline=True)
    fai.set(TIME, "20:00")
    with pytest.raises(ConflictError, match="Say whose value counts"):
        nok.sync()
    assert nok.get(TIME) == "19:30"
    nok.sync(take=side)
    fai.sync()
    assert (nok.get(TIME), fai.get(TIME)) == (value, value)
    assert len(place.heads()) == 1


def test_hand_made_commit_that_meets_another_is_left_to_its_author(place: Place, git: Git) -> None:
    """Only what our trailers say is made anew; the advice is a rebase."""
    nok, fai = place.clone("nok"), place.clone("fai")
    (nok.root / "notes.txt").write_text("mine\n")
    mine = git.commit(nok.root)
    fai.set(SIZE, 50)
    with pytest.raises(RemoteError, match=r"made by hand.*git pull --rebase"):
        nok.sync()
    assert git(nok.root, "rev-parse", "HEAD") == mine
    git(nok.root, "pull", "--quiet", "--rebase")
    nok.sync()
    assert git(nok.root, "rev-parse", "HEAD") == place.tip


def test_edited_file_is_never_overwritten(place: Place) -> None:
    """A fast-forward that would touch it moves nothing and names it."""
    nok, fai = place.clone("nok"), place.clone("fai")
    fai.set(TIME, "19:30")
    file = nok.root / "config" / "export.yaml"
    edited = file.read_text() + "# mine\n"
    file.write_text(edited)
    before = place.git(nok.root, "rev-parse", "HEAD")
    with pytest.raises(DirtyError, match=r"config/export\.yaml"):
        nok.sync()
    assert (file.read_text(), place.git(nok.root, "rev-parse", "HEAD")) == (edited, before)


def test_edited_file_that_nobody_changed_does_not_hold_up(place: Place) -> None:
    """The edit stays as it is, on the new commit."""
    nok, fai = place.clone("nok"), place.clone("fai")
    fai.set(TIME, "19:30")
    file = nok.root / "config" / "ai.yaml"
    edited = file.read_text() + "# mine\n"
    file.write_text(edited)
    nok.sync()
    assert (file.read_text(), nok.get(TIME)) == (edited, "19:30")


def force(place: Place, git: Git) -> None:
    """Rewrite the upstream: another commit in the place of the last one."""
    other = place.folder / "other"
    git(place.folder, "clone", "--quiet", str(place.bare), "other")
    git(other, "reset", "--quiet", "--hard", "HEAD~1")
    git.commit(other, "Another line")
    git(other, "push", "--quiet", "--force", "origin", "HEAD:main")


@pytest.mark.parametrize("side", ["local", "upstream"])
def test_rewritten_upstream_waits_for_a_person(place: Place, git: Git, side: str) -> None:
    """Neither pushed nor pulled, by sync or by set, before someone says which side counts."""
    nok = place.clone("nok")
    kept = nok.set(TIME, "19:30").revision
    force(place, git)
    rewritten = place.tip
    for attempt in (nok.sync, lambda: nok.set(SIZE, 50)):
        with pytest.raises(RemoteError, match=r"was rewritten, as by a force-push.*--take"):
            attempt()
    assert (place.tip, git(nok.root, "rev-parse", "HEAD")) == (rewritten, kept)
    assert nok.status().remote.state == "rewritten"  # type: ignore[union-attr]
    done = nok.sync(take=side)
    assert place.heads() == {kept if side == "local" else rewritten}
    assert git(nok.root, "rev-parse", str(done.kept)) == (rewritten if side == "local" else kept)


def test_branch_that_is_gone_is_not_put_back_unasked(place: Place, git: Git) -> None:
    """Somebody deleted it: that is a decision."""
    nok = place.clone("nok")
    nok.sync()
    git(place.bare, "branch", "-m", "main", "elsewhere")
    with pytest.raises(RemoteError, match=r"is gone.*--take local"):
        nok.sync()
    nok.sync(take="local")
    assert len(place.heads()) == 1


def test_clone_without_an_upstream_says_so(team_repo: Path) -> None:
    """There is nothing to be in step with, and the cure is named."""
    with pytest.raises(GitcfgError, match="upstream"):
        gitcfg.open(team_repo).sync()


def test_refused_push_changes_nothing_and_says_why(place: Place) -> None:
    """The other side's hook speaks to whoever made the change."""
    nok = place.clone("nok")
    place.hook("pre-receive", "echo 'not on a Friday' >&2; exit 1")
    with pytest.raises(RemoteError, match=r"refused the change: .*not on a Friday.*Nothing was"):
        nok.set(TIME, "19:30")
    assert nok.get(TIME) == "18:00"


def test_lost_answer_is_asked_for(http: Place, faults: Faults) -> None:
    """The push was done and its answer lost: the remote is asked, and the change stands."""
    nok = http.clone("nok")
    faults.lose = 1
    made = nok.set(TIME, "19:30")
    assert http.heads() == {made.revision}


def test_lost_answer_and_silence_is_an_unknown_outcome(
    http: Place, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was changed here, and the next sync takes in what arrived."""
    nok = http.clone("nok")
    http.git(nok.root, "config", "gitcfg.timeout", "1")
    faults.lose = 1
    monkeypatch.setattr("gitcfg.remote.publishing._ASK_AFTER", (0.0,))
    http.hook("post-receive", f"mv {http.bare} {http.bare.with_suffix('.away')}")
    with pytest.raises(UnknownOutcomeError, match=r"may be there.*gitcfg sync"):
        nok.set(TIME, "19:30")
    assert nok.get(TIME) == "18:00"
    http.come_back()
    (http.bare / "hooks" / "post-receive").unlink()
    assert (nok.sync().pulled, nok.get(TIME)) == (1, "19:30")


def test_slow_upstream_is_given_up_in_time(http: Place, faults: Faults) -> None:
    """What was sent may arrive yet, so the outcome is unknown; asking alone is unreachable."""
    nok = http.clone("nok")
    http.git(nok.root, "config", "gitcfg.timeout", "1")
    faults.hang = threading.Event()
    try:
        with pytest.raises(UnknownOutcomeError, match=r"no answer within 1 s.*gitcfg sync"):
            nok.set(TIME, "19:30")
        with pytest.raises(RemoteError, match=r"did not answer within 1 s"):
            nok.sync()
    finally:
        faults.hang.set()
    assert nok.get(TIME) == "18:00"


def test_refused_attempts_travel(place: Place) -> None:
    """Each clone sends its own record and reads those of others."""
    nok, fai = place.clone("nok"), place.clone("fai")
    with pytest.raises(GitcfgError):
        nok.set(SIZE, -1)
    nok.sync()
    fai.sync()
    found = next(one for one in fai.audit() if one.status == "refused")
    assert (found.key, found.author.name) == (SIZE, "nok")


def test_merge_of_a_person_is_taken_in(place: Place, git: Git) -> None:
    """A branch that was merged by hand at another clone arrives as it is."""
    nok, fai = place.clone("nok"), place.clone("fai")
    git(fai.root, "switch", "--quiet", "-c", "topic")
    file = fai.root / "config" / "performance.yaml"
    file.write_text(file.read_text().replace("100", "250"))
    git.commit(fai.root, "Larger batches")
    git(fai.root, "switch", "--quiet", "main")
    git(fai.root, "merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic")
    git(fai.root, "push", "--quiet")
    nok.sync()
    found = nok.history(SIZE)[0]
    assert (nok.get(SIZE), found.author.name, found.reason) == (250, "fai", "Larger batches")
