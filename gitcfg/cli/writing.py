"""What all verbs that write share: their options, and telling what came of it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gitcfg.errors import RepositoryError, UsageError
from gitcfg.keys import normalise_key
from gitcfg.model import Author
from gitcfg.report import changes, plain
from gitcfg.report.words import short

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence

    from gitcfg.cli.output import Output
    from gitcfg.cli.parser import Parser
    from gitcfg.model import Value, Written
    from gitcfg.store import Store

WAIT = 10.0
"""Seconds that `--wait` alone waits for followers."""

WAIT_TAKES = (
    f"--wait takes a number of seconds, as in --wait 30; alone it waits {WAIT:.0f} s at most"
)

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def add_options(parser: Parser) -> None:
    """Add the options that hold for every verb that writes."""
    parser.group("options of every verb that writes")
    parser.option("--reason", metavar="TEXT", help="why: it goes into the commit")
    parser.option("--author", metavar="'NAME <ADDRESS>'", help="who, when it is not you")
    parser.option(
        "--expect",
        action="append",
        default=[],
        metavar="VERSION",
        help="refuse unless this version, or revision, is in force; KEY=VERSION for several keys",
    )
    parser.flag("--dry-run", help="show what would happen, change nothing")
    parser.option(
        "--wait",
        alone=str(WAIT),
        takes=WAIT_TAKES,
        metavar="[SECONDS]",
        help=f"wait until running programs took it and tell what they say (at most {WAIT:.0f} s)",
    )
    parser.flag("--offline", help="commit here only, although gitcfg.push is true")
    parser.option(
        "--meta",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="keep a fact with the commit; may be given again",
    )


def terms(options: Namespace) -> dict[str, Any]:
    """Read the shared options as the store's keyword arguments; raises UsageError."""
    return {
        "author": _author(options.author),
        "reason": options.reason,
        "expect": _expect(options.expect),
        "dry_run": options.dry_run,
        "wait": _wait(options.wait),
        "offline": options.offline,
        "metadata": _metadata(options.meta),
        "via": "cli",
    }


def _author(text: str | None) -> Author | None:
    if text is None:
        return None
    try:
        return Author.parse(text)
    except ValueError as error:
        raise UsageError(f"--author {text} is not of the form 'NAME <ADDRESS>'") from error


def _wait(text: str | None) -> float | None:
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise UsageError(f"--wait {text} is no number of seconds. {WAIT_TAKES}")
    return float(text)


def _expect(texts: Sequence[str]) -> str | Mapping[str, str] | None:
    if not texts:
        return None
    pairs = [text.rpartition("=") for text in texts]
    if len(pairs) == 1 and not pairs[0][1]:
        return texts[0]
    found: dict[str, str] = {}
    for key, equals, version in pairs:
        if not equals:
            raise UsageError(f"--expect {version} names no key. Give KEY=VERSION for each")
        name = normalise_key(key)
        if name in found:
            raise UsageError(f"--expect names {name} twice")
        found[name] = version
    return found


def _metadata(texts: Sequence[str]) -> dict[str, Value] | None:
    found: dict[str, Value] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"--meta {text} is not of the form NAME=VALUE")
        if name in found:
            raise UsageError(f"--meta names {name} twice")
        found[name] = value
    return found or None


def tell(
    written: Written, store: Store, keys: Sequence[str], options: Namespace, out: Output
) -> int:
    """Print what was written, its warnings, and what the followers say."""
    defaults = {} if out.json else _defaults(written, store)
    names = [normalise_key(key) for key in keys]
    with committed(written.revision):
        out.done(
            lambda: plain.written(written),
            lambda screen: changes.written(written, screen, keys=names, defaults=defaults),
        )
        if out.json:
            return 0
        if options.wait is not None and written.status == "done":
            out.done(lambda: None, lambda screen: changes.followers(written, screen))
    if written.status != "unchanged":
        out.alarm(lambda screen: changes.alarm(written, screen))
    out.note(lambda screen: changes.warnings(written, screen))
    for notice in store.notices:
        out.notice(notice)
    return 0


@contextmanager
def committed(revision: str | None) -> Iterator[None]:
    """Say of an answer that cannot be printed that its commit stands; raises RepositoryError."""
    try:
        yield
    except OSError as error:
        if revision is None:
            raise
        raise RepositoryError(
            f"the change is committed as {short(revision)}, but the answer could not be printed "
            f"({error.strerror}). Do not make it again; see `git show {short(revision)}`"
        ) from error


def _defaults(written: Written, store: Store) -> dict[str, Value]:
    bare = [change.key for change in written.changes if change.old is None or change.new is None]
    if not bare:
        return {}
    schemas = store.validate(written.revision or "HEAD").schemas
    known = ((key, schemas.find(key)) for key in bare)
    return {key: one.default for key, one in known if one is not None and one.has_default}
