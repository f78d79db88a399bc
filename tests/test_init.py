"""`init`: what it makes is whole, and nothing that exists is touched."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

import gitcfg
from gitcfg.errors import RepositoryError
from gitcfg.initial import SETTINGS, create, starter

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

FILES = (*SETTINGS, ".gitattributes", ".github/workflows/config.yml")


def tracked(git: Git, repo: Path) -> set[str]:
    """List what the last commit holds."""
    return set(git(repo, "ls-tree", "-r", "--name-only", "HEAD").splitlines())


def test_new_folder_becomes_a_repository(tmp_path: Path, git: Git) -> None:
    """One clean commit holds all, by git's own identity."""
    made = create(tmp_path / "new" / "settings")
    assert made.root == tmp_path / "new" / "settings"
    assert (made.files, made.notes) == (FILES, ())
    assert tracked(git, made.root) == set(FILES)
    assert git(made.root, "status", "--porcelain") == ""
    assert git(made.root, "log", "--format=%H %s %an %ae").split(" ", 1) == [
        made.revision,
        "Begin with the starter settings Test Person test@example.com",
    ]


def test_library_returns_the_root(tmp_path: Path) -> None:
    """`gitcfg.init` is a function, however often it is used."""
    assert gitcfg.init(tmp_path / "a") == tmp_path / "a"
    assert gitcfg.init(str(tmp_path / "b")) == tmp_path / "b"


def test_starter_has_no_findings(tmp_path: Path) -> None:
    """What a person begins with is valid, and no warning is said of it."""
    checked = gitcfg.open(gitcfg.init(tmp_path)).validate()
    assert (checked.valid, checked.findings) == (True, ())
    assert checked.values == {
        "LOG_LEVEL": "info",
        "MAX_UPLOAD_MB": 20,
        "REQUIRE_CHANGE_REASON": False,
    }


@pytest.mark.parametrize("name", [name for name in SETTINGS if name.startswith("schemas/")])
def test_starter_schema_describes_each_property(name: str) -> None:
    """Each property of the example has what DESIGN asks of one."""
    for one in json.loads(starter(name))["properties"].values():
        assert {"title", "description", "type", "default", "examples"} <= one.keys()


def test_starter_workflow_is_careful() -> None:
    """The workflow has no rights it does not need, pins its actions and installs this version."""
    text = starter("workflow.yml")
    assert "permissions: {}\n" in text
    uses = re.findall(r"uses: (\S+)", text)
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in uses)
    assert f"gitcfg=={gitcfg.__version__.rpartition('.')[0]}.*" in text
    assert "run: gitcfg validate HEAD " in text


def test_existing_repository_keeps_what_is_staged(tmp_path: Path, git: Git) -> None:
    """In a repository with work under way only our files are committed."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "README").write_text("one\n")
    git.commit(tmp_path, "Begin")
    (tmp_path / "README").write_text("two\n")
    git(tmp_path, "add", "README")
    create(tmp_path)
    assert tracked(git, tmp_path) == {*FILES, "README"}
    assert git(tmp_path, "status", "--porcelain") == "M  README"


def test_existing_files_stay(tmp_path: Path, git: Git) -> None:
    """Attributes, workflow and hook of one's own are left alone, and told."""
    git(tmp_path, "init", "--quiet")
    own = [".gitattributes", ".github/workflows/config.yml", ".git/hooks/pre-commit"]
    for name in own:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# mine\n")
    made = create(tmp_path)
    assert [(tmp_path / name).read_text() for name in own] == ["# mine\n"] * 3
    assert tracked(git, tmp_path) == {
        *SETTINGS,
        "config/.gitattributes",
        "schemas/.gitattributes",
    }
    assert made.hook is None
    assert made.notes == (
        ".github/workflows/config.yml is there already: let it run `gitcfg validate`",
        f"{tmp_path}/.git/hooks/pre-commit is there already: let it run `gitcfg validate --staged`",
    )
    assert gitcfg.open(tmp_path).validate().findings == ()


@pytest.mark.parametrize("attributes", [None, "* text=auto eol=crlf filter=lfs\n"])
def test_git_converts_nothing(tmp_path: Path, git: Git, attributes: str | None) -> None:
    """Whatever else the attributes say, the bytes of settings are the committed ones."""
    git(tmp_path, "init", "--quiet")
    if attributes:
        (tmp_path / ".gitattributes").write_text(attributes)
    create(tmp_path)
    told = git(tmp_path, "check-attr", "text", "filter", "--", "config/app.yaml", "schemas/a/b")
    assert [line.rpartition(": ")[2] for line in told.splitlines()] == ["unset"] * 4


@pytest.mark.parametrize("name", ["config", "schemas"])
def test_settings_that_exist_are_refused(tmp_path: Path, name: str) -> None:
    """Where settings are already, nothing at all is made."""
    (tmp_path / name).mkdir()
    with pytest.raises(RepositoryError, match=f"{name} is there already; nothing was changed"):
        create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    """A dangling link named config is something, too."""
    (tmp_path / "config").symlink_to("elsewhere")
    with pytest.raises(RepositoryError, match="is there already"):
        create(tmp_path)


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file is not taken for a folder."""
    (tmp_path / "a").write_text("")
    with pytest.raises(RepositoryError, match="is a file"):
        create(tmp_path / "a")


def test_folder_inside_a_repository_is_refused(tmp_path: Path, git: Git) -> None:
    """A repository inside another is made only by who says so."""
    git(tmp_path, "init", "--quiet")
    with pytest.raises(RepositoryError, match="lies inside the repository") as caught:
        create(tmp_path / "sub")
    assert f"gitcfg init {tmp_path}" in caught.value.message
    (tmp_path / "sub").mkdir()
    git(tmp_path / "sub", "init", "--quiet")
    assert create(tmp_path / "sub").root == tmp_path / "sub"


def test_bare_repository_is_refused(tmp_path: Path, git: Git) -> None:
    """Without a work tree there is nowhere to put settings."""
    git(tmp_path, "init", "--quiet", "--bare")
    with pytest.raises(RepositoryError, match="without a work tree"):
        create(tmp_path)


def test_broken_repository_is_refused(tmp_path: Path) -> None:
    """What git cannot read is told in git's words."""
    (tmp_path / ".git").write_text("gitdir: missing\n")
    with pytest.raises(RepositoryError, match=r"git cannot read .*: fatal: not a git repository"):
        create(tmp_path)


def test_empty_git_folder_is_no_repository(tmp_path: Path, git: Git) -> None:
    """A folder named .git with nothing in it becomes a repository as any other."""
    (tmp_path / ".git").mkdir()
    assert tracked(git, create(tmp_path).root) == set(FILES)


def test_no_identity_is_refused(tmp_path: Path, home: Path) -> None:
    """Without a name for the commit nothing is made, and the cure is told."""
    (home / ".gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    with pytest.raises(RepositoryError, match="git does not know who you are") as caught:
        create(tmp_path / "new")
    assert "git config --global user.name" in caught.value.message
    assert not (tmp_path / "new").exists()


def test_commit_that_a_hook_refuses_is_told(tmp_path: Path, git: Git) -> None:
    """Where git does not commit, the files are there and git's words are told."""
    git(tmp_path, "init", "--quiet")
    hook = tmp_path / ".git/hooks/commit-msg"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RepositoryError, match=r"made, but not committed: .*not today") as caught:
        create(tmp_path)
    assert "`git add config/app.yaml" in caught.value.message


def test_git_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on PATH that is what is said."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="git is not installed"):
        create(tmp_path / "new")


def test_hook_follows_the_clones_own_path(tmp_path: Path, git: Git) -> None:
    """core.hooksPath of the clone says where the hook goes."""
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "core.hooksPath", "tools/hooks")
    made = create(tmp_path)
    assert made.hook == tmp_path / "tools/hooks/pre-commit"
    assert made.hook.stat().st_mode & 0o777 == 0o755


def test_hooks_of_all_repositories_stay(tmp_path: Path, git: Git, home: Path) -> None:
    """A folder of hooks for everything a person has is not ours to fill."""
    hooks = home / "hooks"
    with (home / ".gitconfig").open("a") as config:
        config.write(f"[core]\n\thooksPath = {hooks}\n")
    made = create(tmp_path)
    assert (made.hook, hooks.exists()) == (None, False)
    assert made.notes == (
        f"{hooks} is for all your repositories: no hook. Run `gitcfg validate --staged` there",
    )


@pytest.mark.parametrize("words", [[], ["--all"], ["config/app.yaml"]])
def test_hook_stops_a_bad_commit(tmp_path: Path, git: Git, words: list[str]) -> None:
    """The hook judges what is to be committed, staged before or by the commit itself."""
    create(tmp_path)
    (tmp_path / "config/app.yaml").write_text("MAX_UPLOAD_MB: 0\n")
    if not words:
        git(tmp_path, "add", "config")
    done = git.run(tmp_path, "commit", "--message=Bad", *words)
    assert done.returncode == 1
    assert "error: MAX_UPLOAD_MB: Must be at least 1 MB" in done.stdout + done.stderr
    assert git(tmp_path, "rev-list", "--count", "HEAD") == "1"


def test_hook_lets_a_good_commit_pass(tmp_path: Path, git: Git) -> None:
    """A valid change is committed without a word, whatever lies unstaged."""
    create(tmp_path)
    (tmp_path / "config/app.yaml").write_text("MAX_UPLOAD_MB: 30\n")
    git(tmp_path, "add", "config")
    (tmp_path / "config/app.yaml").write_text("MAX_UPLOAD_MB: 0\n")
    assert git(tmp_path, "commit", "--message=Allow more").endswith(
        "1 insertion(+), 4 deletions(-)"
    )
    assert git(tmp_path, "show", "HEAD:config/app.yaml") == "MAX_UPLOAD_MB: 30"


def test_hook_without_gitcfg_says_so(tmp_path: Path) -> None:
    """Where gitcfg is nowhere, the hook stops with the two ways out."""
    hook = tmp_path / "pre-commit"
    hook.write_text(starter("pre-commit").replace("@PYTHON@", str(tmp_path / "missing")))
    done = subprocess.run(
        ["/bin/sh", str(hook)],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "gitcfg is not installed here" in done.stderr
    assert "git commit --no-verify" in done.stderr
