"""Take secrets out of what git says, before anybody logs or shows it; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GONE = "***"

# Up to the last `@` of the word: a password may hold one, too.
_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s'\"]*@")
_QUERY = re.compile(r"([?&;][^\s=&;'\"]*=)[^\s&;'\"]+")
_HEADER = re.compile(
    r"([\w-]*(?:authorization|token|cookie|secret|password|api-?key)[\w-]*['\"]?\s*[:=])[^\r\n]*",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(basic|bearer|negotiate)(\s+)[A-Za-z0-9+/=._~-]{6,}", re.IGNORECASE)
_TOKEN = re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|glptt-|xox[abpr]-)[A-Za-z0-9_-]{6,}")
_PARTS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<user>[^\s/]*)@")
_SHORTEST = 4
"""A shorter secret cannot be told from ordinary letters where it stands alone."""


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """Blank user names and passwords of URLs, query values, headers, tokens, and known secrets."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        text = text.replace(secret, GONE)
    text = _USER.sub(rf"\1{GONE}@", text)
    text = _QUERY.sub(rf"\1{GONE}", text)
    text = _HEADER.sub(rf"\1 {GONE}", text)
    text = _SCHEME.sub(rf"\1\2{GONE}", text)
    return _TOKEN.sub(GONE, text)


def secrets_of_url(url: str) -> Iterator[str]:
    """Find what is secret in a remote's URL, as written and decoded."""
    found = _PARTS.match(url)
    parts = [found["user"], *found["user"].split(":", 1)[1:]] if found else []
    parts += [match[0].split("=", 1)[1] for match in _QUERY.finditer(url)]
    for part in parts:
        yield from (one for one in (part, unquote(part)) if len(one) >= _SHORTEST)


def secrets_of_header(header: str) -> Iterator[str]:
    """Find what is secret in a line of `http.extraHeader`: its value, and the value's last word."""
    value = header.partition(":")[2].strip()
    yield from (one for one in (value, value.rpartition(" ")[2]) if len(one) >= _SHORTEST)
