"""The environment a test lives in: a home of its own, git told nothing by this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GITCONFIG = """\
[user]
\tname = Test Person
\temail = test@example.com
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[maintenance]
\tauto = false
[commit]
\tgpgSign = false
"""

# What a developer's shell, or a git hook that runs the tests, must not lend to them.
_FOREIGN = frozenset(
    {
        "BOT_IDENTITIES",
        "COLUMNS",
        "DATABASE_URL",
        "DRIVE_FOLDER_ID",
        "EDITOR",
        "EMAIL",
        "EXPORT_FOLDER",
        "FORCE_COLOR",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "LANGUAGE",
        "LINES",
        "MAKEFLAGS",
        "MAKELEVEL",
        "MFLAGS",
        "NO_COLOR",
        "PAGER",
        "VISUAL",
    }
)
_FOREIGN_PREFIXES = ("DISCORD_", "GIT_", "PG", "XDG_")

# Nothing answers on the discard port, so a subprocess that asks a proxy fails at once.
_NOWHERE = "http://127.0.0.1:9"


def is_foreign(name: str) -> bool:
    """Whether a variable of the surrounding shell could steer the code under test."""
    return name in _FOREIGN or name.startswith(_FOREIGN_PREFIXES)


def environment(home: Path) -> Mapping[str, str]:
    """Name the variables that move a test's home, for git and for everything else."""
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    return {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_PAGER": "cat",
        "LC_ALL": "C.UTF-8",
        "no_proxy": "localhost,127.0.0.1,::1",
        "NO_PROXY": "localhost,127.0.0.1,::1",
        **dict.fromkeys(proxies, _NOWHERE),
        **dict.fromkeys([name.upper() for name in proxies], _NOWHERE),
    }


def furnish(home: Path) -> Path:
    """Put git's identity into a new home and return it."""
    home.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(GITCONFIG, encoding="utf-8")
    return home
