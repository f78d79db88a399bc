"""A team's repository: this project's settings in a fresh one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitrun import Git

ROOT = Path(__file__).resolve().parent.parent.parent


def team(repo: Path, git: Git) -> Path:
    """Make it on branch main, with one commit."""
    for folder in ("config", "schemas"):
        shutil.copytree(ROOT / folder, repo / folder)
    shutil.copy(ROOT / ".gitattributes", repo)
    git(repo, "init", "--quiet", "--initial-branch=main")
    git.commit(repo, "Begin with the project's settings")
    return repo
