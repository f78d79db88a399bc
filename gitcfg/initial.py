"""A new repository of settings: example schemas and values, workflow, hook, first commit.

Nothing that exists is overwritten; what could not be put in its place is told.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from gitcfg.errors import RepositoryError

SETTINGS = (
    "config/app.yaml",
    "config/security.yaml",
    "schemas/app.schema.json",
    "schemas/security.schema.json",
)
ATTRIBUTES = ".gitattributes"
WORKFLOW = ".github/workflows/config.yml"
CHECK = "gitcfg validate --staged"
_SUBJECT = "Begin with the starter settings"
_FOLDER_ATTRIBUTES = "* -text -filter\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What `init` made: files by path below `root`, the first commit, and what it left alone."""

    root: Path
    revision: str
    files: tuple[str, ...]
    hook: Path | None
    notes: tuple[str, ...]


def init(path: Path | str = ".") -> Path:
    """Make a repository of settings, or add them to one without; returns its root."""
    return create(path).root


def create(path: Path | str = ".") -> Made:
    """Make what `init` makes and tell it all; raises RepositoryError with nothing changed."""
    root = Path(path).absolute()
    present = _present(root)
    top = _toplevel(present)
    _refuse(root, top)
    _know_identity(present)
    if top is None:
        root.mkdir(parents=True, exist_ok=True)
        _git(root, "init", "--quiet", "--object-format=sha1")
    contents, notes = _contents(root)
    for name, text in contents.items():
        _write(root / name, text)
    _commit(root, list(contents))
    hook, hook_note = _install_hook(root)
    return Made(
        root=root,
        revision=_git(root, "rev-parse", "HEAD"),
        files=tuple(contents),
        hook=hook,
        notes=(*notes, *hook_note),
    )


def _present(root: Path) -> Path:
    """Find the folder itself, or the nearest one above it that exists."""
    return next(place for place in (root, *root.parents) if place.is_dir())


def _refuse(root: Path, top: Path | None) -> None:
    if root.exists() and not root.is_dir():
        raise RepositoryError(f"{root} is a file. Name a folder: `gitcfg init DIR`")
    if top is not None and top.resolve() != root.resolve():
        raise RepositoryError(
            f"{root} lies inside the repository {top}. Run `gitcfg init {shlex.quote(str(top))}` "
            "for that one, or `git init` here first to make one of its own"
        )
    for name in ("config", "schemas"):
        if os.path.lexists(root / name):
            raise RepositoryError(
                f"{root / name} is there already; nothing was changed. If it holds settings, see "
                "`gitcfg status`; else choose another folder: `gitcfg init DIR`"
            )


def _toplevel(place: Path) -> Path | None:
    done = _run(place, "rev-parse", "--show-toplevel")
    if done.returncode == 0:
        return Path(_text(done.stdout))
    if "work tree" in _text(done.stderr):
        raise RepositoryError(
            f"{place} is in a repository without a work tree (a bare one, or inside .git), where "
            "settings cannot be checked out. Choose another folder: `gitcfg init DIR`"
        )
    if "not a git repository (or any" in _text(done.stderr):
        return None
    raise RepositoryError(f"git cannot read {place}: {_text(done.stderr)}")


def _know_identity(place: Path) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        if _run(place, "var", f"GIT_{role}_IDENT").returncode:
            raise RepositoryError(
                "git does not know who you are, so the first commit cannot be made. Run "
                "`git config --global user.name NAME` and "
                "`git config --global user.email ADDRESS`, then try again"
            )


def _contents(root: Path) -> tuple[dict[str, str], list[str]]:
    """List the files to write, and say of which kind some are there already."""
    contents = {name: starter(name) for name in SETTINGS}
    notes = []
    if (root / ATTRIBUTES).exists():
        contents |= {f"{name}/{ATTRIBUTES}": _FOLDER_ATTRIBUTES for name in ("config", "schemas")}
    else:
        contents[ATTRIBUTES] = starter("gitattributes")
    if (root / WORKFLOW).exists():
        notes.append(f"{WORKFLOW} is there already: let it run `gitcfg validate`")
    else:
        contents[WORKFLOW] = starter("workflow.yml")
    return contents, notes


def starter(name: str) -> str:
    """Read one of the files that a new repository begins with."""
    return files("gitcfg").joinpath("starter", *name.split("/")).read_text(encoding="utf-8")


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _commit(root: Path, names: list[str]) -> None:
    try:
        _git(root, "add", "--force", "--", *names)
        _git(root, "commit", "--quiet", f"--message={_SUBJECT}", "--", *names)
    except RepositoryError as error:
        raise RepositoryError(
            f"the files are made, but not committed: {error.message}. Commit them yourself: "
            f"`git add {' '.join(names)}` and `git commit`"
        ) from error


def _install_hook(root: Path) -> tuple[Path | None, list[str]]:
    """Put the check before each commit, in this clone only and never over another hook."""
    scope = _text(_run(root, "config", "--show-scope", "--get", "core.hooksPath").stdout)
    place = root / _git(root, "rev-parse", "--git-path", "hooks") / "pre-commit"
    if scope.startswith(("global", "system")):
        return None, [f"{place.parent} is for all your repositories: no hook. Run `{CHECK}` there"]
    if os.path.lexists(place):
        return None, [f"{place} is there already: let it run `{CHECK}`"]
    _write(place, starter("pre-commit").replace("@PYTHON@", shlex.quote(sys.executable)))
    place.chmod(0o755)
    return place, []


def _git(root: Path, *words: str) -> str:
    done = _run(root, *words)
    if done.returncode:
        raise RepositoryError(f"git {words[0]} failed in {root}: {_text(done.stderr)}")
    return _text(done.stdout)


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    # The words of git's errors are compared above; a reftable is nothing that we could open.
    env = {**os.environ, "LC_ALL": "C", "GIT_DEFAULT_REF_FORMAT": "files"}
    try:
        return subprocess.run(
            ["git", "-C", str(root), *words],
            env=env,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise RepositoryError("git is not installed, or not on PATH. Install it first") from error


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()
