"""The repositories we meet: what is read of them, and what is said of those we cannot use."""

from __future__ import annotations

import os
import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from gitcfg import Author, RepositoryError, UsageError
from gitcfg.git import steps
from gitcfg.git.repository import Repository, link_target

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

A = "config/a.yaml"


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository with config, a schema and other files."""
    place = tmp_path / "repo"
    for path in (A, "config/team/pay.yaml", "schemas/a.schema.json", "README"):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(f"{path}\n")
    git(tmp_path, "init", "--quiet", "--initial-branch=main", place)
    git.commit(place, "First\n\nWhy\n")
    return place


def refused(place: Path) -> str:
    """Open a repository that cannot be used and return what is said."""
    with pytest.raises(RepositoryError) as caught:
        Repository.open(place).head()
    return caught.value.message


def test_repository_is_found_upwards(repo: Path) -> None:
    """Any folder below the work tree finds it."""
    repository = Repository.open(repo / "config" / "team")
    assert (repository.root, repository.branch) == (repo, "refs/heads/main")


def test_files_are_those_of_config_and_schemas(repo: Path, git: Git) -> None:
    """Only config/ and schemas/ are read, at any revision."""
    repository = Repository.open(repo)
    first = repository.head()
    (repo / A).write_text("new\n")
    git.commit(repo)
    assert repository.files(first) == {
        A: b"config/a.yaml\n",
        "config/team/pay.yaml": b"config/team/pay.yaml\n",
        "schemas/a.schema.json": b"schemas/a.schema.json\n",
    }
    assert repository.files(repository.head())[A] == b"new\n"


def test_links_are_followed_within_the_tree_only(repo: Path, git: Git) -> None:
    """A link in the tree has its target's content, one that leaves it has none."""
    (repo / "config" / "in.yaml").symlink_to("team/pay.yaml")
    (repo / "config" / "out.yaml").symlink_to("../../secret")
    (repo / "config" / "aside.yaml").symlink_to("../README")
    git.commit(repo)
    repository = Repository.open(repo)
    files = repository.files(repository.head())
    assert files["config/in.yaml"] == b"config/team/pay.yaml\n"
    assert files["config/aside.yaml"] == b"README\n"
    assert files["config/out.yaml"] == b""


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("b.yaml", "config/b.yaml"),
        ("./team/../b.yaml", "config/b.yaml"),
        ("../x", "x"),
        ("../../x", None),
        ("/etc/passwd", None),
    ],
)
def test_link_target_stays_inside(target: str, found: str | None) -> None:
    """Where a link points is worked out without touching the disk."""
    assert link_target(A, target) == found


def test_commit_facts_are_gits(repo: Path, git: Git) -> None:
    """Names, the committer's date in its own zone, parents and message are as git has them."""
    env = {"GIT_COMMITTER_DATE": "2026-11-25T09:30:00+07:00", "GIT_AUTHOR_NAME": "ณก"}
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "Second", env=env)
    repository = Repository.open(repo)
    commit = repository.commit(repository.head())
    assert commit.parents == (git(repo, "rev-parse", "HEAD~1"),)
    assert commit.date.isoformat() == "2026-11-25T09:30:00+07:00"
    assert commit.date.utcoffset() == timedelta(hours=7)
    assert (commit.author.name, commit.message) == ("ณก", "Second\n")


@pytest.mark.parametrize("seconds", [253402300800, 99999999999999, 2**63 - 1])
def test_date_beyond_the_last_year_is_held_back(
    repo: Path, git: Git, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A date that only git can hold becomes the last one we can, in any zone, to both readers."""
    head = git(repo, "cat-file", "commit", "HEAD")
    far = re.sub(r"(?m)^(author|committer) .*$", rf"\1 A <a@b> {seconds} +1400", head)
    revision = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{far}\n")
    repository = Repository.open(repo)
    date = repository.commit(revision).date
    assert date.astimezone(UTC).isoformat() == "9999-12-30T00:00:00+00:00"
    assert date.utcoffset() == timedelta(hours=14)
    for near in (64, 0):
        monkeypatch.setattr(steps, "NEAR", near)
        _, found = steps.steps(repository, revision, None)
        assert [one.committed for one in found] == [int(date.timestamp())]


def test_resolve_takes_whatever_git_names(repo: Path) -> None:
    """A branch, HEAD and a short id name the commit; anything else is a wrong call."""
    repository = Repository.open(repo)
    head = repository.head()
    assert {repository.resolve(text) for text in ("main", "HEAD", head[:8], head)} == {head}
    for text in ("nothing", "HEAD:README", "a b", ""):
        with pytest.raises(UsageError, match="is no revision"):
            repository.resolve(text)


def test_contains_tells_ancestry(repo: Path, git: Git) -> None:
    """A revision contains itself and what came before, not what comes after."""
    repository = Repository.open(repo)
    first = repository.head()
    second = git.commit(repo)
    assert repository.contains(second, first)
    assert repository.contains(first, first)
    assert not repository.contains(first, second)
    assert not repository.contains(first, "1" * 40)


def test_identity_is_what_git_says(repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment comes first, then the repository's configuration."""
    git(repo, "config", "user.name", "Configured")
    git(repo, "config", "user.email", "c@example.com")
    repository = Repository.open(repo)
    assert repository.identity("AUTHOR") == Author("Configured", "c@example.com")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Environment")
    assert repository.identity("COMMITTER") == Author("Environment", "c@example.com")


def test_identity_that_is_missing_has_a_cure(
    repo: Path, git: Git, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an identity, the two commands that set one are named."""
    (home / ".gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMM"))]:
        monkeypatch.delenv(name)
    with pytest.raises(RepositoryError, match=r"git config user\.name NAME"):
        Repository.open(repo).identity("AUTHOR")


def test_no_repository_has_a_cure(tmp_path: Path) -> None:
    """A folder outside any repository is told how to become one."""
    assert "gitcfg init" in refused(tmp_path)


def test_bare_repository_has_a_cure(tmp_path: Path, git: Git) -> None:
    """A bare repository has no files: use a clone."""
    git(tmp_path, "init", "--quiet", "--bare")
    assert "git clone" in refused(tmp_path)


def test_unborn_branch_has_a_cure(tmp_path: Path, git: Git) -> None:
    """A repository without a commit is told so."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    assert "no commit yet on refs/heads/main" in refused(tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "cure"),
    [
        ("extensions.objectFormat", "sha256", "--object-format=sha1"),
        ("extensions.refStorage", "reftable", "git refs migrate"),
        ("extensions.partialClone", "origin", "without --filter"),
    ],
)
def test_unreadable_format_has_a_cure(
    tmp_path: Path, git: Git, key: str, value: str, cure: str
) -> None:
    """A repository of a kind that cannot be read says which, and what to do."""
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "core.repositoryFormatVersion", "1")
    with (tmp_path / ".git" / "config").open("a") as config:
        section, name = key.split(".")
        config.write(f"[{section}]\n\t{name} = {value}\n")
    assert cure in refused(tmp_path)


def test_damaged_repository_says_fsck(tmp_path: Path, git: Git) -> None:
    """Whatever else cannot be opened comes with git's own words and the check to run."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".git" / "config").write_text("[broken\n")
    assert "git fsck" in refused(tmp_path)


def test_missing_object_is_named(repo: Path, git: Git) -> None:
    """An object that is gone is named, with the check to run."""
    blob = git(repo, "rev-parse", f"HEAD:{A}")
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    repository = Repository.open(repo)
    with pytest.raises(RepositoryError, match=f"object {blob} is missing"):
        repository.files(repository.head())


def test_detached_head_has_no_branch(repo: Path, git: Git) -> None:
    """A detached HEAD can be read, on a line of its own."""
    git(repo, "checkout", "--quiet", "--detach")
    repository = Repository.open(repo)
    assert (repository.branch, repository.line) == (None, "HEAD")
    assert repository.head() == git(repo, "rev-parse", "main")


def test_busy_names_what_was_begun_and_the_way_out(repo: Path, git: Git) -> None:
    """A merge, revert or rebase under way is named with how to end it."""
    assert Repository.open(repo).busy() is None
    git(repo, "checkout", "--quiet", "-b", "side")
    (repo / A).write_text("side\n")
    git.commit(repo)
    git(repo, "checkout", "--quiet", "main")
    (repo / A).write_text("main\n")
    git.commit(repo)
    for command, what in (("merge", "a merge"), ("cherry-pick", "a cherry-pick"), ("rebase", "")):
        git.run(repo, command, "side")
        said = Repository.open(repo).busy()
        assert said is not None
        assert what in said
        assert "--abort" in said
        git(repo, command, "--abort")


def test_submodule_in_config_is_passed_over(repo: Path, git: Git) -> None:
    """A submodule below config/ holds none of our settings."""
    head = git(repo, "rev-parse", "HEAD")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{head},config/sub")
    git(repo, "commit", "--quiet", "-m", "sub")
    repository = Repository.open(repo)
    assert "config/sub" not in repository.files(repository.head())


def test_linked_work_tree_shares_the_common_folder(repo: Path, git: Git) -> None:
    """A linked work tree has a git directory of its own and shares the common one."""
    git(repo, "worktree", "add", "--quiet", repo.parent / "linked")
    repository = Repository.open(repo.parent / "linked")
    assert repository.common_dir == (repo / ".git").resolve()
    assert repository.git_dir != repository.common_dir


def test_branch_that_stands_for_another_is_that_one(repo: Path, git: Git) -> None:
    """A symbolic branch is followed to the one that commits go to."""
    git(repo, "symbolic-ref", "refs/heads/alias", "refs/heads/main")
    git(repo, "symbolic-ref", "HEAD", "refs/heads/alias")
    assert Repository.open(repo).branch == "refs/heads/main"


def test_missing_git_has_a_cure(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on PATH the error says what to install."""
    monkeypatch.setenv("PATH", str(repo))
    with pytest.raises(RepositoryError, match="Install git"):
        Repository.open(repo).identity("AUTHOR")
