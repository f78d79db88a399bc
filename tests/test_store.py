"""The store behind every door: each change is one commit, each refusal changes nothing."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

import gitcfg
from gitcfg import (
    Author,
    ConflictError,
    DirtyError,
    InvalidError,
    NoReasonError,
    RepositoryError,
    UnknownKeyError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

    from gitcfg import Store

NOK = Author("Nok", "nok@example.com")
TIME = "DAILY_EXPORT_TIME"
EXPORT = "config/export.yaml"


@pytest.fixture
def store(team_repo: Path) -> Store:
    """Open the store of a team's repository."""
    return gitcfg.open(team_repo)


def unchanged_by(store: Store, git: Git, act: Callable[[], object], kind: type[Exception]) -> str:
    """Check that a refusal leaves branch, index and files alone, and return what it says."""

    def state() -> tuple[str, str, dict[str, bytes]]:
        files = {str(one): one.read_bytes() for one in (store.root / "config").rglob("*.yaml")}
        head = git(store.root, "rev-parse", "HEAD")
        return head, git(store.root, "status", "--porcelain"), files

    before = state()
    with pytest.raises(kind) as caught:
        act()
    assert state() == before
    return str(caught.value)


def test_set_is_one_commit_of_one_line(store: Store, git: Git) -> None:
    """A set changes one line, names author, reason, old and new, and is the newest version."""
    written = store.set(TIME, "19:30", author=NOK, reason="Peak time", metadata={"ticket": 7})
    (change,) = written.changes
    assert (change.key, change.old, change.new, change.version) == (TIME, "18:00", "19:30", 2)
    assert change.revision == written.revision == git(store.root, "rev-parse", "HEAD")
    assert git(store.root, "show", "--format=%an|%s", "--numstat", "HEAD").split("\n") == [
        f'Nok|Set {TIME} to "19:30"',
        "",
        f"1\t1\t{EXPORT}",
    ]
    newest = store.history(TIME)[0]
    assert (newest.version, newest.reason, newest.via, newest.active) == (
        2,
        "Peak time",
        "api",
        True,
    )
    assert newest.metadata == {"ticket": 7}
    assert store.get(TIME.lower()) == store.get(TIME) == "19:30"


def test_trailers_are_for_gits_own_tools(store: Store, git: Git) -> None:
    """`git log` reads our trailers, and `git revert` of our commit is a version of its own."""
    store.set(TIME, "12:00", author=NOK, reason="x")
    assert git(store.root, "log", "-1", "--format=%(trailers:key=Config-Warning,valueonly)") == (
        "Scheduled during business hours. Consider off-peak times (18:00-22:00)\n"
    )
    git(store.root, "revert", "--no-edit", "HEAD")
    assert store.get(TIME) == "18:00"
    newest = store.history(TIME)[0]
    assert (newest.version, newest.via, newest.value) == (3, "git", "18:00")


def test_typed_and_text_values_are_stored_alike(store: Store) -> None:
    """A number may be given typed or as the text a person writes."""
    assert store.set("MAX_BATCH_SIZE", 200, author=NOK).changes[0].new == 200
    assert store.set("max_batch_size", "300", author=NOK).changes[0].new == 300
    assert store.set("AI_CONFIDENCE_THRESHOLD", "0.9", author=NOK).changes[0].new == 0.9


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (TIME, "99:99", "Invalid format. Use HH:MM (e.g., 18:00)"),
        (TIME, "23:00", "Export must be scheduled between 06:00 and 22:00 (business hours)"),
        ("AI_CONFIDENCE_THRESHOLD", "0.3", "Threshold too low (< 0.5)."),
        ("AI_CONFIDENCE_THRESHOLD", "0.9abc", "Must be a number between 0.0 and 1.0"),
        ("MAX_BATCH_SIZE", "5000", "Batch size too large (max: 1000)."),
        ("MAX_BATCH_SIZE", "100.0", "Must be a positive integer"),
        ("IMMEDIATE_EXPORT_BUFFER", "-1", "Must be a non-negative integer (minutes)"),
        ("EXPORT_TIMEZONE", "Asia/Bangok", "zone"),
        ("REQUIRE_CHANGE_REASON", "yes", "true"),
    ],
)
def test_invalid_value_is_refused_in_words(
    store: Store, git: Git, key: str, value: str, words: str
) -> None:
    """An invalid value changes no byte and is told in the schema's words."""
    assert words in unchanged_by(store, git, lambda: store.set(key, value), InvalidError)


def test_unchanged_value_makes_no_commit(store: Store, git: Git) -> None:
    """Storing the stored value makes no commit and says so; storing a default is a change."""
    assert store.set(TIME, "18:00", author=NOK).status == "unchanged"
    assert git(store.root, "rev-list", "--count", "HEAD") == "1"
    store.unset(TIME, author=NOK)
    assert store.get(TIME) == "18:00"
    written = store.set(TIME, "18:00", author=NOK)
    assert (written.status, written.changes[0].old, written.changes[0].version) == ("done", None, 3)


def test_unknown_key_is_refused_with_a_guess(store: Store, git: Git) -> None:
    """A key that no schema knows is refused with what was meant, or stored with a category."""
    said = unchanged_by(store, git, lambda: store.set("DAILY_EXPORT_TIMES", "x"), UnknownKeyError)
    assert "Unknown config key: DAILY_EXPORT_TIMES. No validation rules defined" in said
    assert TIME in said
    written = store.set("TEAM_NAME", "Accounts", category="team/names", author=NOK)
    assert store.get("TEAM_NAME") == "Accounts"
    assert [one.key for one in written.warnings] == ["TEAM_NAME"]
    assert store.set("TEAM_NAME", "5", author=NOK).changes[0].new == "5"


def test_missing_key_is_told(store: Store, git: Git) -> None:
    """What is not there cannot be read, unset or rolled back."""
    for act in (
        lambda: store.get("NOPE"),
        lambda: store.unset("NOPE"),
        lambda: store.rollback("NOPE"),
        lambda: store.history("NOPE"),
        lambda: store.setting("NOPE"),
    ):
        said = unchanged_by(store, git, act, UnknownKeyError)
        assert said.startswith("Config key not found: NOPE")


def test_rollback_is_a_fresh_version(store: Store) -> None:
    """A rollback is a new version with the older value; a set after it counts on."""
    store.set(TIME, "19:00", author=NOK)
    store.set(TIME, "20:00", author=NOK)
    assert store.rollback(TIME, to=1, author=NOK).changes[0].version == 4
    assert store.set(TIME, "21:00", author=NOK).changes[0].version == 5
    assert store.rollback(TIME, author=NOK).changes[0].new == "18:00"
    actions = [(one.version, one.value, one.action, one.active) for one in store.history(TIME)]
    assert actions == [
        (6, "18:00", "rollback", True),
        (5, "21:00", "set", False),
        (4, "18:00", "rollback", False),
        (3, "20:00", "set", False),
        (2, "19:00", "set", False),
        (1, "18:00", "set", False),
    ]


def test_rollback_to_what_never_was_is_refused(store: Store, git: Git) -> None:
    """A version that is not there is named word for word."""
    said = unchanged_by(store, git, lambda: store.rollback(TIME, to=7), UnknownKeyError)
    assert said.startswith(f"Version 7 not found for key {TIME}")
    unchanged_by(store, git, lambda: store.rollback(TIME), UnknownKeyError)


def test_rollback_takes_a_revision(store: Store) -> None:
    """Where a version is taken, a revision is too; one that removed the value unsets it."""
    first = store.setting(TIME).revision
    gone = store.unset(TIME, author=NOK).revision
    store.set(TIME, "20:00", author=NOK)
    assert first is not None
    assert gone is not None
    assert store.rollback(TIME, to=first[:10], author=NOK).changes[0].new == "18:00"
    assert store.rollback(TIME, to=gone, author=NOK).changes[0].new is None
    assert store.setting(TIME).default


def test_rollback_is_judged_by_todays_rules(store: Store, git: Git) -> None:
    """An old value that the schema no longer allows is refused."""
    store.set("MAX_BATCH_SIZE", 900, author=NOK)
    store.set("MAX_BATCH_SIZE", 50, author=NOK)
    schema = store.root / "schemas" / "performance.schema.json"
    schema.write_text(schema.read_text().replace("1000", "500"))
    git.commit(store.root)
    unchanged_by(store, git, lambda: store.rollback("MAX_BATCH_SIZE"), InvalidError)


def test_reset_stores_the_default(store: Store, git: Git) -> None:
    """A reset stores the schema's default; without one it says so."""
    store.set("MAX_BATCH_SIZE", 50, author=NOK)
    change = store.reset("MAX_BATCH_SIZE", author=NOK).changes[0]
    assert (change.old, change.new, store.history("MAX_BATCH_SIZE")[0].action) == (50, 100, "reset")
    store.set("X", "1", category="export", author=NOK)
    said = unchanged_by(store, git, lambda: store.reset("X"), UnknownKeyError)
    assert said == "No default value defined for X"


def test_several_keys_are_one_commit(store: Store, git: Git) -> None:
    """Several keys, in several files, are one commit, or none when one is invalid."""
    changes = {TIME: "19:00", "MAX_BATCH_SIZE": 50}
    assert len(store.set_many(changes, author=NOK).changes) == 2
    assert git(store.root, "log", "-1", "--format=%s") == "Set 2 settings"
    bad = {TIME: "20:00", "MAX_BATCH_SIZE": 0}
    unchanged_by(store, git, lambda: store.set_many(bad), InvalidError)
    with pytest.raises(UsageError, match="twice"):
        store.set_many({"a": 1, "A": 2})


def test_reason_is_required_where_the_setting_says_so(store: Store, git: Git) -> None:
    """REQUIRE_CHANGE_REASON refuses a change without one, before or after the change."""
    key = "REQUIRE_CHANGE_REASON"
    unchanged_by(store, git, lambda: store.set(key, "true"), NoReasonError)
    store.set(key, "true", author=NOK, reason="From now on")
    unchanged_by(store, git, lambda: store.set(TIME, "19:00", reason=" \n"), NoReasonError)
    unchanged_by(store, git, lambda: store.set(key, "false"), NoReasonError)
    assert store.set(TIME, "19:00", author=NOK, reason="Because").status == "done"


def test_expect_refuses_when_the_key_moved(store: Store, git: Git) -> None:
    """An expected version or revision must still be in force; other keys do not matter."""
    first = git(store.root, "rev-parse", "HEAD")
    store.set("MAX_BATCH_SIZE", 50, author=NOK)
    store.set(TIME, "19:00", author=NOK, expect=1)
    wrong: tuple[int | str | dict[str, int | str], ...] = (1, "1", "v1", first, {TIME.lower(): 1})
    for expect in wrong:
        act = partial(store.set, TIME, "20:00", expect=expect)
        assert "version 2" in unchanged_by(store, git, act, ConflictError)
    store.set(TIME, "20:00", author=NOK, expect=git(store.root, "rev-parse", "HEAD"))
    unchanged_by(store, git, lambda: store.set(TIME, "21:00", expect={"X": 1}), UsageError)


def test_dry_run_tells_all_and_changes_nothing(store: Store, git: Git) -> None:
    """A dry run tells change, warning, message and diff, and leaves no trace."""
    written = store.set(TIME, "12:00", author=NOK, reason="Try", dry_run=True)
    assert (written.status, written.revision, written.changes[0].new) == ("dry-run", None, "12:00")
    assert len(written.warnings) == 1
    assert written.message is not None
    assert "\n\nTry\n\nConfig-Key:" in written.message
    assert written.diff is not None
    assert '+DAILY_EXPORT_TIME: "12:00"' in written.diff.split("\n")
    assert git(store.root, "status", "--porcelain") == ""
    assert git(store.root, "rev-list", "--count", "HEAD") == "1"


def test_edited_file_is_refused_with_advice(store: Store, git: Git) -> None:
    """A file that a human left edited is never overwritten."""
    with (store.root / EXPORT).open("a") as file:
        file.write("# note to self\n")
    said = unchanged_by(store, git, lambda: store.set(TIME, "19:00"), DirtyError)
    assert f"git diff HEAD -- {EXPORT}" in said
    assert store.set("MAX_BATCH_SIZE", 50, author=NOK).status == "done"


def test_change_on_a_head_that_a_person_broke(store: Store, git: Git) -> None:
    """What the head has already, and the change does not touch, is said but does not refuse."""
    (store.root / "config" / "ai.yaml").write_text("AI_CONFIDENCE_THRESHOLD: 7\n")
    git.commit(store.root, "Break it")
    written = store.set(TIME, "19:00", author=NOK)
    assert [one.key for one in written.warnings if one.is_error] == ["AI_CONFIDENCE_THRESHOLD"]
    assert store.rollback("AI_CONFIDENCE_THRESHOLD", author=NOK).status == "done"
    assert store.validate().valid


def test_merge_in_progress_refuses(store: Store, git: Git) -> None:
    """A merge that a human has begun is named, with both ways out."""
    git(store.root, "checkout", "--quiet", "-b", "side")
    store.set(TIME, "19:00", author=NOK)
    git(store.root, "checkout", "--quiet", "main")
    store.set(TIME, "20:00", author=NOK)
    git.run(store.root, "merge", "side")
    said = unchanged_by(store, git, lambda: store.set("MAX_BATCH_SIZE", 5), RepositoryError)
    assert "git merge --abort" in said


def test_revert_undoes_a_commit_by_key(store: Store, git: Git) -> None:
    """A revert restores what a commit changed; a key changed since is refused and named."""
    both = store.set_many({TIME: "19:00", "MAX_BATCH_SIZE": 50}, author=NOK).revision
    assert both is not None
    reverted = store.revert(both[:12], author=NOK, reason="Undo")
    assert {one.key: one.new for one in reverted.changes} == {TIME: "18:00", "MAX_BATCH_SIZE": 100}
    said = unchanged_by(store, git, lambda: store.revert(both), ConflictError)
    assert "MAX_BATCH_SIZE" in said
    unchanged_by(store, git, lambda: store.revert("nothing"), UsageError)


def test_attempts_are_on_record_beside_the_branch(store: Store, git: Git) -> None:
    """A refused change is told by audit with who, what and why, and is never on the branch."""
    with pytest.raises(InvalidError):
        store.set(TIME, "99:99", author=NOK, reason="Try", via="discord", actor="discord:1")
    with pytest.raises(UnknownKeyError):
        store.rollback(TIME, to=7, author=NOK)
    store.set(TIME, "19:00", author=NOK, reason="Now")
    applied = store.audit(TIME, status="applied")
    rolled, tried = store.audit(TIME, status="refused")
    assert [(one.value, one.version) for one in applied] == [("19:00", 2), ("18:00", 1)]
    assert (tried.status, tried.value, tried.old, tried.reason, tried.actor, tried.version) == (
        "refused",
        "99:99",
        "18:00",
        "Try",
        "discord:1",
        0,
    )
    assert "Invalid format" in (tried.error or "")
    assert rolled.action == "rollback"
    assert git(store.root, "log", "--format=%s", "main", "--", ".").count("\n") == 1
    assert git(store.root, "fsck", "--strict", "--no-dangling") == ""


def test_audit_takes_each_question(store: Store, git: Git) -> None:
    """Audit is asked by person, status, action, date and revision."""
    first = git(store.root, "rev-parse", "HEAD")
    store.set(TIME, "19:00", author=NOK)
    store.reset(TIME, author=Author("Somchai", "s@example.com"))
    with pytest.raises(InvalidError):
        store.set(TIME, "1", author=NOK)
    assert len(store.audit(TIME, since=first)) == 3
    assert [one.action for one in store.audit(TIME, by="somchai")] == ["reset"]
    assert [one.status for one in store.audit(status="refused")] == ["refused"]
    assert [one.version for one in store.audit(action="reset")] == [3]
    assert store.audit(since="2999-01-01") == store.audit(until="1999-01-01") == ()
    assert len(store.audit(limit=2)) == 2
    with pytest.raises(UsageError, match="is no date"):
        store.audit(until="soon")


def test_blame_and_diff_go_by_key(store: Store, git: Git) -> None:
    """Blame tells each key's last change; diff compares revisions, or the files as they lie."""
    first = git(store.root, "rev-parse", "HEAD")
    store.set(TIME, "19:00", author=NOK, reason="Later")
    blamed = {one.key: one for one in store.blame()}
    assert (blamed[TIME].author, blamed[TIME].reason) == (NOK, "Later")
    assert len(blamed) == 6
    (one,) = store.diff(first, "HEAD")
    assert (one.key, one.old, one.new) == (TIME, "18:00", "19:00")
    assert store.diff() == ()
    (store.root / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 7\n")
    assert [(one.key, one.new) for one in store.diff()] == [("MAX_BATCH_SIZE", 7)]


def test_value_at_a_revision_or_date(store: Store, git: Git) -> None:
    """An old revision, or a date, is read as it was."""
    first = git(store.root, "rev-parse", "HEAD")
    store.set(TIME, "19:00", author=NOK)
    assert store.get(TIME, at=first) == "18:00"
    assert store.setting(TIME, at=first).version == 1
    assert store.get(TIME, at=datetime.now(UTC).date().isoformat()) == "19:00"
    tip = store.revision("2999-01-01")
    assert (tip.revision, tip.author) == (git(store.root, "rev-parse", "HEAD"), NOK)
    assert store.revision(first[:12]).revision == first
    with pytest.raises(UsageError):
        store.get(TIME, at="1999-01-01")


def test_list_tells_every_setting(store: Store) -> None:
    """All settings are listed with value, version, title and type, also by category."""
    found = {one.key: one for one in store.list()}
    assert len(found) == 6
    one = found[TIME]
    assert (one.value, one.version, one.default, one.category, one.title, one.type) == (
        "18:00",
        1,
        False,
        "export",
        "Daily Export Time",
        "string",
    )
    assert {one.key for one in store.list(category="ai")} == {"AI_CONFIDENCE_THRESHOLD"}
    with pytest.raises(UsageError, match="there is no category nope"):
        store.list(category="nope")


def test_file_that_is_missing_is_made_with_its_schema_line(store: Store, git: Git) -> None:
    """A key whose file does not exist yet gets one that editors know the schema of."""
    git(store.root, "rm", "--quiet", "config/performance.yaml")
    git.commit(store.root)
    store.set("MAX_BATCH_SIZE", 50, author=NOK)
    assert (store.root / "config" / "performance.yaml").read_text() == (
        "# yaml-language-server: $schema=../schemas/performance.schema.json\nMAX_BATCH_SIZE: 50\n"
    )


def test_threads_share_one_store(store: Store) -> None:
    """Many threads set through one store, and nothing is lost."""

    def work(start: int) -> None:
        for value in range(start, start + 5):
            store.set("MAX_BATCH_SIZE", value, author=NOK)

    threads = [threading.Thread(target=work, args=(100 + 10 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    made = [one.value for one in store.history("MAX_BATCH_SIZE")]
    assert len(made) >= 20
    assert {value for value in made if value != 100} >= {101, 114, 123, 134}


def test_status_tells_drift_and_upstream(store: Store, git: Git, tmp_path: Path) -> None:
    """Status tells revision, branch, drift, and how far the upstream is."""
    git(tmp_path, "clone", "--quiet", "--bare", store.root, "remote.git")
    git(store.root, "remote", "add", "origin", tmp_path / "remote.git")
    git(store.root, "fetch", "--quiet", "origin")
    git(store.root, "branch", "--quiet", "--set-upstream-to=origin/main")
    store.set(TIME, "19:00", author=NOK)
    (store.root / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 7\n")
    found = store.status()
    assert (found.branch, found.ahead, found.behind) == ("main", 1, 0)
    assert found.remote is not None
    assert (found.remote.name, found.remote.state) == ("origin/main", "ahead")
    assert found.drift == ("config/performance.yaml",)
    assert found.revision == git(store.root, "rev-parse", "HEAD")
    git(store.root, "checkout", "--quiet", "--detach")
    assert any("detached" in one for one in store.status().notices)


@pytest.mark.parametrize(
    "author",
    [
        Author("a\nb", "x@example.com"),
        Author("a<b>", "x@example.com"),
        Author("a", "x@example.com\nparent 0"),
        Author("\ud800", "x@example.com"),
        Author("a\0b", "x@example.com"),
        Author("\x1b[31ma", "x@example.com"),
        Author("", "x@example.com"),
        Author(" ,; ", "x@example.com"),
        Author("a", ""),
    ],
)
def test_author_that_git_cannot_hold_is_refused(store: Store, git: Git, author: Author) -> None:
    """A name or address that would break a commit, or vanish in it, is refused in words."""
    said = unchanged_by(store, git, lambda: store.set(TIME, "19:00", author=author), UsageError)
    assert "author's" in said


@pytest.mark.parametrize(
    "value",
    [None, object(), b"x", (1, 2), {1: 2}, float("nan"), float("inf"), 10**5000, "\ud800"],
    ids=["none", "object", "bytes", "tuple", "int-key", "nan", "inf", "huge", "surrogate"],
)
def test_value_that_is_no_json_is_refused(store: Store, git: Git, value: object) -> None:
    """Whatever a program hands over that is no JSON value is refused, on record, in words."""
    act = partial(store.set, "X", value, category="export", author=NOK)
    unchanged_by(store, git, act, InvalidError)
    (attempt,) = store.audit("X")
    assert attempt.status == "refused"


def test_facts_that_no_commit_could_hold_are_refused(store: Store, git: Git) -> None:
    """Metadata is JSON, the door one of three, and an actor one line."""
    for options in ({"metadata": {"x": object()}}, {"via": "cli\nConfig-Key: Y"}):
        act = partial(store.set, TIME, "19:00", author=NOK, **options)
        unchanged_by(store, git, act, UsageError)
    store.set(TIME, "19:00", author=NOK, actor="x\nConfig-Key: Y")
    assert store.history(TIME)[0].actor == "x Config-Key: Y"


def test_whole_float_is_stored_as_an_integer(store: Store) -> None:
    """Where the type is integer, 50.0 is stored as 50."""
    assert repr(store.set("MAX_BATCH_SIZE", 50.0, author=NOK).changes[0].new) == "50"


def test_broken_commit_in_the_way_is_told(store: Store, git: Git) -> None:
    """A commit that cannot be read is named, with the check to run."""
    tree = git(store.root, "rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nauthor broken\ncommitter broken\n\nx\n"
    made = git(
        store.root, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text
    )
    (store.root / ".git" / "refs" / "heads" / "main").write_text(f"{made}\n")
    with pytest.raises(RepositoryError, match="git fsck"):
        store.get(TIME)


@pytest.mark.parametrize("name", ["'nok'", "nok,", "nok;", ":)", '"nok"', "nok\\", "nok.", " nok "])
def test_author_is_held_as_git_holds_it(store: Store, name: str) -> None:
    """What git cuts off a name is cut before, so that names as people have them are taken."""
    store.set(TIME, "19:00", author=Author(name, "x@example.com"))
    assert store.history(TIME)[0].author.name in name


def test_committer_that_git_cannot_hold_is_refused(
    store: Store, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty committer address is named, not stumbled over."""
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "")
    said = unchanged_by(store, git, lambda: store.set(TIME, "19:00", author=NOK), UsageError)
    assert "the committer's address '' is empty" in said


def test_user_without_a_name_is_a_number(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's user that no passwd file knows is told by number."""

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    store.set(TIME, "19:00", author=NOK)
    assert (store.history(TIME)[0].actor or "").startswith(f"os:{os.getuid()}@")


def test_reason_is_required_though_its_file_is_broken(store: Store, git: Git) -> None:
    """A hand commit that breaks the file does not lift the demand for a reason."""
    store.set("REQUIRE_CHANGE_REASON", "true", author=NOK, reason="x")
    (store.root / "config" / "security.yaml").write_text("[\n")
    git.commit(store.root)
    unchanged_by(store, git, lambda: store.set(TIME, "19:00"), NoReasonError)
    assert store.set(TIME, "19:00", author=NOK, reason="Because").status == "done"


@pytest.mark.parametrize("reason", ["\u200b", "\u00a0\t", "\u2060\n"])
def test_reason_of_nothing_to_read_is_none(store: Store, git: Git, reason: str) -> None:
    """A reason has something to read in it."""
    store.set("REQUIRE_CHANGE_REASON", "true", author=NOK, reason="x")
    unchanged_by(store, git, lambda: store.set(TIME, "19:00", reason=reason), NoReasonError)


def test_removed_unknown_key_comes_back_where_it_stood(store: Store, git: Git) -> None:
    """A key that no schema knows is rolled back, or its removal reverted, into its old file."""
    store.set("FOO", "x", category="export", author=NOK)
    gone = store.unset("FOO", author=NOK).revision
    assert gone is not None
    store.revert(gone, author=NOK)
    assert store.setting("FOO").category == "export"
    store.unset("FOO", author=NOK)
    store.rollback("FOO", author=NOK)
    assert store.get("FOO") == "x"


def test_attempt_is_recorded_past_a_lock_that_a_kill_left(store: Store, git: Git) -> None:
    """A lock on the record that a killed writer left long ago does not stop the next."""
    with pytest.raises(InvalidError):
        store.set(TIME, "1", author=NOK)
    (ref,) = (store.root / ".git" / "refs" / "gitcfg" / "attempts").iterdir()
    held = ref.with_name(f"{ref.name}.lock")
    held.touch()
    os.utime(held, (0, 0))
    with pytest.raises(InvalidError):
        store.set(TIME, "2", author=NOK)
    assert len(store.audit(status="refused")) == 2


def test_dry_run_on_a_detached_head_says_so(store: Store, git: Git) -> None:
    """A dry run refuses what the real change would."""
    git(store.root, "checkout", "--quiet", "--detach")
    act = partial(store.set, TIME, "19:00", author=NOK, dry_run=True)
    assert "git switch" in unchanged_by(store, git, act, RepositoryError)


def test_invalid_value_with_an_impossible_reason_is_invalid(store: Store, git: Git) -> None:
    """That the attempt cannot be put on record does not hide why it was refused."""
    act = partial(store.set, TIME, "99:99", author=NOK, reason="a\0")
    unchanged_by(store, git, act, InvalidError)


def test_reader_goes_on_beside_a_record_it_cannot_repair(store: Store) -> None:
    """A journal that cannot be repaired just now is told, and does not stop a read."""
    (store.root / ".git" / "gitcfg").mkdir(exist_ok=True)
    (store.root / ".git" / "gitcfg" / "journal").write_text("rubbish")
    again = gitcfg.open(store.root)
    assert again.get(TIME) == "18:00"
    assert "could not be finished yet" in again.notices[0]


def test_index_left_behind_by_gits_own_race_is_told_and_mended(store: Store, git: Git) -> None:
    """An older index that a failed `git commit` put back is told by status and heals by a set."""
    old = git(store.root, "rev-parse", f"HEAD:{EXPORT}")
    store.set(TIME, "19:00", author=NOK)
    git(store.root, "update-index", "--cacheinfo", f"100644,{old},{EXPORT}")
    (notice,) = store.status().notices
    assert f"git reset -- {EXPORT}" in notice
    assert store.set(TIME, "20:00", author=NOK).status == "done"
    assert git(store.root, "status", "--porcelain") == ""
    assert store.status().notices == ()


def test_what_a_human_staged_is_no_index_left_behind(store: Store, git: Git) -> None:
    """Staged content that no recent commit had is a human's, and refused."""
    (store.root / EXPORT).write_text(f'{TIME}: "21:00"\n')
    git(store.root, "add", EXPORT)
    git(store.root, "restore", "--worktree", "--source=HEAD", EXPORT)
    said = unchanged_by(store, git, lambda: store.set(TIME, "19:00", author=NOK), DirtyError)
    assert "staged" in said


def test_unset_of_what_is_not_stored_is_unchanged(store: Store, git: Git) -> None:
    """Removing what is not there changes nothing, where the key is known."""
    store.unset(TIME, author=NOK)
    head = git(store.root, "rev-parse", "HEAD")
    assert store.unset(TIME, author=NOK).status == "unchanged"
    assert git(store.root, "rev-parse", "HEAD") == head
    assert store.audit(status="refused") == ()


def test_category_of_a_known_key_is_its_own(store: Store, git: Git) -> None:
    """A category that is not the key's is refused, not passed over."""
    act = partial(store.set, "MAX_BATCH_SIZE", 5, category="ai", author=NOK)
    said = unchanged_by(store, git, act, UsageError)
    assert said == "MAX_BATCH_SIZE belongs in config/performance.yaml, not in ai"
    assert store.set("MAX_BATCH_SIZE", 5, category="performance", author=NOK).status == "done"
