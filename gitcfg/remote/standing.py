"""How a clone stands to its upstream, without a network: from the last fetch and its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygit2

from gitcfg.git import refs
from gitcfg.model import Remote
from gitcfg.remote import contact, seen, upstream
from gitcfg.remote.clone import Stance, gone, stance

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository
    from gitcfg.remote.contact import Contact
    from gitcfg.remote.upstream import Upstream


def standing(repository: Repository, head: str) -> Remote | None:
    """Tell how a head stands to its upstream; None where the branch has none."""
    found = upstream.find(repository)
    if found is None:
        return None
    known, pushes = contact.read(repository, found), upstream.pushes(repository)
    tip = None if _is_gone(known) else seen.tracked(repository, found)
    last = seen.last(repository, found)
    never = tip is None and known.asked is None
    state = None if never else stance(repository, head, tip, last)
    ahead, behind = _distance(repository, head, tip)
    return Remote(
        name=found.name,
        state="unknown" if state is None else str(state),
        ahead=ahead,
        behind=behind,
        push=pushes,
        asked=known.asked,
        unreachable=known.since,
        error=known.error,
        advice=_advice(found, state, known, pushes=pushes),
    )


def _is_gone(known: Contact) -> bool:
    return known.asked is not None and known.tip is None


def _distance(repository: Repository, head: str, tip: str | None) -> tuple[int | None, int | None]:
    if tip is None or tip == refs.NOTHING:
        return None, None
    try:
        ahead, behind = repository.raw.ahead_behind(pygit2.Oid(hex=head), pygit2.Oid(hex=tip))
    except (KeyError, ValueError, pygit2.GitError):
        return None, None
    return ahead, behind


def _advice(found: Upstream, state: Stance | None, known: Contact, *, pushes: bool) -> str | None:
    if state is Stance.GONE:
        return gone(found)
    if state is Stance.REWRITTEN:
        return known.trouble or (
            f"{found.name} was rewritten, as by a force-push. Run `gitcfg sync`, which tells both "
            "ways out and changes nothing before one is named"
        )
    if known.trouble and state is not Stance.SAME:
        return known.trouble
    later = "it goes out when the upstream is asked next, or at once with `gitcfg sync`"
    return {
        None: "Run `gitcfg sync`",
        Stance.AHEAD: later if pushes else "`gitcfg sync` pushes it",
        Stance.NEW: "`gitcfg sync` pushes the branch for the first time",
        Stance.BEHIND: "`gitcfg sync` takes it in",
        Stance.DIVERGED: "`gitcfg sync` commits what gitcfg made here anew on top of it",
    }.get(state)
