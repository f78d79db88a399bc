"""The page of a commit on the web, where its host is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitcfg import GitcfgError

if TYPE_CHECKING:
    from gitcfg import Store

_URL = re.compile(
    r"(?:https?://|ssh://(?:[^@/]*@)?|git://|(?:[^@/:]*@))(?P<host>[A-Za-z0-9.-]+)"
    r"(?::[0-9]+)?[:/](?P<path>[A-Za-z0-9._~/-]+?)(?:\.git)?/?"
)
_PAGES = {
    "github.com": "https://github.com/{path}/commit/{revision}",
    "gitlab.com": "https://gitlab.com/{path}/-/commit/{revision}",
    "bitbucket.org": "https://bitbucket.org/{path}/commits/{revision}",
    "codeberg.org": "https://codeberg.org/{path}/commit/{revision}",
}


def page(url: str | None, revision: str) -> str | None:
    """Make the address of a commit's page from the upstream's; None where the host is unknown."""
    found = _URL.fullmatch(url or "")
    form = _PAGES.get(found["host"].lower()) if found else None
    return form.format(path=found["path"].strip("/"), revision=revision) if form and found else None


def of_commit(store: Store, revision: str | None) -> str | None:
    """Link to a commit; None where its host is unknown, or as long as it is not pushed."""
    try:
        link = page(store.upstream_url(), revision or "")
        return link if link and revision and not store.status().ahead else None
    except GitcfgError:
        return None
