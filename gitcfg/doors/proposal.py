"""What a pull request comes to: every finding, what it changes by key, and what is new by it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pygit2

from gitcfg.doors.commits import made
from gitcfg.doors.loosening import loosened
from gitcfg.errors import UsageError
from gitcfg.following import edited
from gitcfg.git import staging
from gitcfg.history.compare import between
from gitcfg.history.numbers import numbers
from gitcfg.model import Finding
from gitcfg.plan import REASON_KEY
from gitcfg.revisions import check_at
from gitcfg.validation import check
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitcfg.git.repository import Repository
    from gitcfg.model import Files, Value
    from gitcfg.validation import Checked

NO_REASON = "no-reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One key as it would change, with the version it would become on the base.

    `default` marks one that is stored on neither side, and whose default is another: that is no
    version. `version` is None there, and in a shallow clone, which cannot count.
    """

    key: str
    old: Value
    new: Value
    version: int | None
    default: bool
    file: str | None
    line: int | None
    column: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A tree judged against the revision `base`, where it left the branch `onto`.

    `checked` has the findings about the change as a whole, too; `new` are those the base has not.
    """

    checked: Checked
    onto: str
    base: str
    changes: tuple[Proposed, ...]
    new: tuple[Finding, ...]


def propose(
    repository: Repository, *, onto: str, revision: str | None = None, staged: bool = False
) -> Proposal:
    """Judge a revision, or what is staged, or lies here, as a change to where it left a branch.

    Raises UsageError where the two have no commit in common.
    """
    tip = repository.head() if revision is None else repository.resolve(revision)
    target = repository.resolve(onto)
    base = _fork(repository, tip, target, onto)
    files, after = _candidate(repository, revision, staged=staged)
    old = repository.files(base)
    before = check_at(repository, base)
    more = (*loosened(old, files), *_unreasoned(repository, before, after, (target, tip)))
    checked = replace(after, findings=(*after.findings, *more))
    return Proposal(
        checked=checked,
        onto=onto,
        base=base,
        changes=tuple(_changes(repository, before, after, target)),
        new=tuple(_new(before.findings, checked.findings)),
    )


def _fork(repository: Repository, tip: str, target: str, onto: str) -> str:
    try:
        found: Any = repository.raw.merge_base(pygit2.Oid(hex=tip), pygit2.Oid(hex=target))
    except (KeyError, pygit2.GitError):
        found = None
    if found is None:
        cure = (
            "This clone is shallow: fetch the whole history (`git fetch --unshallow`, or in a "
            "workflow `fetch-depth: 0`)"
            if repository.shallow
            else "Name the branch that it is to be merged into"
        )
        raise UsageError(f"{onto} and {tip[:12]} have no commit in common. {cure}")
    return str(found)


def _candidate(
    repository: Repository, revision: str | None, *, staged: bool
) -> tuple[Files, Checked]:
    if revision is not None:
        found = repository.resolve(revision)
        return repository.files(found), check_at(repository, found)
    if staged:
        files: Files = staging.files(repository)
        return files, check(files)
    files, findings = edited.lying(repository)
    return files, edited.judged(files, findings)


def _unreasoned(
    repository: Repository, before: Checked, after: Checked, ends: tuple[str, str]
) -> Iterator[Finding]:
    """Tell the commits without a written reason, where one is asked for before or after."""
    if not any(one.values.get(REASON_KEY) is True for one in (before, after)):
        return
    for one in made(repository, fresh(repository, ends[1], ends[0])):
        for key in one.changes if one.lacks_reason else ():
            yield unreasoned(key, one.commit.revision, after)


def fresh(repository: Repository, tip: str, *known: str) -> Iterator[str]:
    """List the commits of a tip that known ones have not, newest first."""
    walk: Any = repository.raw.walk(pygit2.Oid(hex=tip))
    for one in known:
        walk.hide(pygit2.Oid(hex=one))
    for commit in walk:
        yield str(commit.id)


def unreasoned(key: str, revision: str, checked: Checked) -> Finding:
    """Say that a commit changes a key and not why."""
    stored = checked.stored.get(key)
    return Finding(
        severity="error",
        message=f"The commit {revision[:7]} changes {key} and does not say why, which "
        f"{REASON_KEY} asks for. Write it into the commit's message (`git commit --amend`, for an "
        "older one `git rebase --interactive`)",
        rule=NO_REASON,
        key=key,
        file=stored.file if stored else None,
        line=stored.line if stored else None,
        column=stored.column if stored else None,
    )


def _changes(
    repository: Repository, before: Checked, after: Checked, target: str
) -> Iterator[Proposed]:
    found = between(before, after)
    count = {} if repository.shallow or not found else numbers(repository, target)
    for one in found:
        version = None if repository.shallow else count.get(one.key, 0) + 1
        yield _proposed(one.key, (one.old, one.new), version, before, after)
    keys = after.values.keys() - after.stored.keys() - before.stored.keys()
    for key in sorted(keys):
        old, new = before.values.get(key), after.values.get(key)
        if key in before.values and not same(old, new):
            yield _proposed(key, (old, new), None, before, after, default=True)


def _proposed(
    key: str,
    values: tuple[Value, Value],
    version: int | None,
    before: Checked,
    after: Checked,
    *,
    default: bool = False,
) -> Proposed:
    place = after.stored.get(key) or before.stored.get(key)
    gone = key not in after.stored
    return Proposed(
        key=key,
        old=values[0],
        new=values[1],
        version=version,
        default=default,
        file=place.file if place else None,
        line=place.line if place and not gone else None,
        column=place.column if place and not gone else None,
        warnings=tuple(
            one.message for one in after.findings if one.key == key and not one.is_error
        ),
    )


def _new(old: Iterable[Finding], now: Iterable[Finding]) -> Iterator[Finding]:
    left = Counter(map(_mark, old))
    for one in now:
        left[_mark(one)] -= 1
        if left[_mark(one)] < 0:
            yield one


def _mark(one: Finding) -> tuple[str, str | None, str | None, str]:
    return one.rule, one.key, one.file, one.message
