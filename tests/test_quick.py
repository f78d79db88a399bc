"""The short way to a value: taken while nothing moved, never with another answer."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import gitcfg
from gitcfg import quick, quickfiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

TIME = "DAILY_EXPORT_TIME"
EXPORT = "config/export.yaml"


@pytest.fixture
def kept(team_repo: Path) -> Path:
    """Make a repository whose values were asked for once the long way."""
    with pytest.raises(quick.Unsure):
        quick.values(team_repo)
    gitcfg.open(team_repo).get(TIME)
    assert quick.values(team_repo)[TIME] == "18:00"
    return team_repo


def edit(repo: Path, git: Git) -> None:
    """Edit a file by hand."""
    (repo / EXPORT).write_text(f'{TIME}: "20:00"\n')


def commit(repo: Path, git: Git) -> None:
    """Commit by hand."""
    edit(repo, git)
    git.commit(repo)


def add(repo: Path, git: Git) -> None:
    """Add a file that git does not know yet."""
    (repo / "config" / "more.yaml").write_text("MORE: 1\n")


def remove(repo: Path, git: Git) -> None:
    """Remove a file."""
    (repo / EXPORT).unlink()


def link(repo: Path, git: Git) -> None:
    """Put a link to the same content in a file's place."""
    (repo / "same").write_bytes((repo / EXPORT).read_bytes())
    (repo / EXPORT).unlink()
    (repo / EXPORT).symlink_to("../same")


def pipe(repo: Path, git: Git) -> None:
    """Put a pipe, which nobody writes to, in a file's place."""
    (repo / EXPORT).unlink()
    os.mkfifo(repo / EXPORT)


def link_folder(repo: Path, git: Git) -> None:
    """Put a link to a folder outside, with the same files, in a folder's place."""
    (repo / "config").rename(repo.parent / "outside")
    (repo / "config").symlink_to("../outside")


def change_schema(repo: Path, git: Git) -> None:
    """Edit a schema by hand."""
    with (repo / "schemas" / "export.schema.json").open("a") as file:
        file.write("\n")


def reset(repo: Path, git: Git) -> None:
    """Move the branch without touching the files."""
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "Empty")


def write(repo: Path, git: Git) -> None:
    """Leave a journal, as a killed writer does."""
    (repo / ".git" / "gitcfg" / "journal").write_text("{}")


def damage(repo: Path, git: Git) -> None:
    """Damage what was kept."""
    (found,) = (repo / ".git" / "gitcfg").glob(f"{quick.NAME}*")
    found.write_text("[1")


def detach(repo: Path, git: Git) -> None:
    """Check out another commit without a branch."""
    reset(repo, git)
    git(repo, "checkout", "--quiet", "--detach")


@pytest.mark.parametrize(
    "act",
    [
        edit,
        commit,
        add,
        remove,
        link,
        pipe,
        link_folder,
        change_schema,
        reset,
        write,
        damage,
        detach,
    ],
)
def test_short_way_is_left_when_anything_moved(
    kept: Path, git: Git, act: Callable[[Path, Git], None]
) -> None:
    """Whatever could change the answer sends the question the long way."""
    act(kept, git)
    with pytest.raises(quick.Unsure):
        quick.values(kept)


def test_short_way_is_left_after_a_restart(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut may have taken back what was acknowledged: the long way carries it out again."""
    monkeypatch.setattr(quick, "_boot", lambda: "another")
    with pytest.raises(quick.Unsure):
        quick.values(kept)


def test_short_way_is_left_when_rules_moved(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that was edited or installed since may judge otherwise."""
    moved = quickfiles.stamps

    def later(names: list[str]) -> quickfiles.Stamps:
        return [[name, int(when) + 1, size] for name, when, size in moved(names)]

    monkeypatch.setattr(quick, "stamps", later)
    with pytest.raises(quick.Unsure):
        quick.values(kept)


def test_short_way_is_left_on_another_path(
    kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where Python looks for code elsewhere, nothing that was kept is believed."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    with pytest.raises(quick.Unsure):
        quick.values(kept)


def test_short_way_is_left_where_other_code_is_found(kept: Path, tmp_path: Path) -> None:
    """A rule that only this process finds judges, whatever another process kept."""
    packages = tmp_path / "packages"
    (packages / "strict-1.dist-info").mkdir(parents=True)
    (packages / "strict-1.dist-info/METADATA").write_text("Name: strict\nVersion: 1\n")
    (packages / "strict-1.dist-info/entry_points.txt").write_text(
        "[gitcfg.rules]\nstrict = strict\n"
    )
    (packages / "strict.py").write_text(
        "from gitcfg import Problem, rule\n"
        f"never = rule('never')(lambda values: [Problem('{TIME}', 'Never')])\n"
    )
    assert [get(kept).returncode for _ in range(2)] == [0, 0]
    strict = get(kept, packages)
    assert (strict.returncode, strict.stdout, "Never" in strict.stderr) == (1, "", True)
    assert get(kept).stdout == "18:00\n"


def get(repo: Path, *packages: Path) -> subprocess.CompletedProcess[str]:
    """Ask for the value in a process of its own, with more packages to be found."""
    path = os.pathsep.join([os.environ["PYTHONPATH"], *map(str, packages)])
    return subprocess.run(
        [sys.executable, "-m", "gitcfg", "get", TIME],
        cwd=repo,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_short_way_is_found_again(kept: Path, git: Git) -> None:
    """After a change the long way keeps what is in force now."""
    commit(kept, git)
    assert gitcfg.open(kept).get(TIME) == "20:00"
    assert quick.values(kept / "config")[TIME] == "20:00"


def test_short_way_passes_over_what_does_not_count(kept: Path, git: Git) -> None:
    """Hidden files, other files and packed references change nothing."""
    (kept / "config" / ".export.yaml.swp").write_text("x")
    (kept / "config" / ".hidden").mkdir()
    (kept / "config" / ".hidden" / "a.yaml").write_text("A: 1\n")
    (kept / "notes.txt").write_text("x")
    git(kept, "pack-refs", "--all")
    assert quick.values(kept)[TIME] == "18:00"


def test_short_way_in_a_linked_work_tree(kept: Path, git: Git) -> None:
    """A linked work tree keeps its own."""
    linked = kept.parent / "linked"
    git(kept, "worktree", "add", "--quiet", "-b", "side", linked)
    with pytest.raises(quick.Unsure):
        quick.values(linked)
    gitcfg.open(linked).get(TIME)
    assert quick.values(linked)[TIME] == "18:00"


def test_hand_edit_in_force_is_not_kept(kept: Path, git: Git) -> None:
    """What is only edited is never kept, so that it is told only while it lies there."""
    edit(kept, git)
    assert gitcfg.open(kept).get(TIME) == "20:00"
    git(kept, "checkout", EXPORT)
    assert quick.values(kept)[TIME] == "18:00"


def test_links_and_submodules_are_not_kept(team_repo: Path, git: Git) -> None:
    """A tree with more than plain files is always read the long way."""
    (team_repo / "config" / "a.yaml").symlink_to("../config/.data")
    (team_repo / "config" / ".data").write_text("A: 1\n")
    git.commit(team_repo)
    gitcfg.open(team_repo).get(TIME)
    with pytest.raises(quick.Unsure):
        quick.values(team_repo)


def test_no_repository_is_unsure(tmp_path: Path) -> None:
    """Outside a repository the long way says what to do."""
    with pytest.raises(quick.Unsure):
        quick.values(tmp_path)
    (tmp_path / ".git").write_text("rubbish")
    with pytest.raises(quick.Unsure):
        quick.values(tmp_path)


def test_repository_of_another_user_is_unsure(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether another user's repository may be read is git's to say."""
    monkeypatch.setattr(os, "geteuid", lambda: kept.stat().st_uid + 1)
    with pytest.raises(quick.Unsure):
        quick.values(kept)


def test_command_needs_no_parser_nor_git_library(kept: Path) -> None:
    """A `get` while nothing moved imports only what a read needs."""
    program = (
        "import sys; from gitcfg.cli import main; code = main(['get', 'daily_export_time']); "
        "heavy = {'pygit2', 'yaml', 'jsonschema', 'regex', 'sqlite3', 'subprocess'}; "
        "print(code, sorted(heavy & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", program]
    subprocess.run(command, cwd=kept, capture_output=True, check=True)  # it keeps what it found
    done = subprocess.run(command, cwd=kept, capture_output=True, text=True, check=True)
    assert done.stdout == "18:00\n0 []\n"
