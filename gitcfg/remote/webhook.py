"""Push webhooks of GitHub and GitLab: whether a request is genuine, new, and about a push; pure."""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

MAX_BODY = 2 << 20
"""Bytes of a body that are read at most; a longer one is refused, the next look does its work."""

_REMEMBERED = 10_000
_GITHUB, _GITLAB = "X-Hub-Signature-256", "X-Gitlab-Token"
_EVENTS = ("X-GitHub-Event", "X-Gitlab-Event")
_PUSHES = ("push", "Push Hook")
_DELIVERIES = ("X-GitHub-Delivery", "Idempotency-Key", "X-Gitlab-Event-UUID")


class Headers(Protocol):
    """Headers of a request, found by name in any case."""

    def get(self, name: str) -> str | None:
        """Find a header; None where it is not there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a request is answered, and whether the upstream is asked for it."""

    status: HTTPStatus
    words: str
    wake: bool = False


@dataclass(slots=True)
class Seen:
    """The deliveries seen last, a bounded number of them."""

    most: int = _REMEMBERED
    _marks: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    def is_new(self, marks: set[bytes]) -> bool:
        """Take a delivery in; tells whether none of its marks was seen before."""
        fresh = not any(mark in self._marks for mark in marks)
        for mark in marks:
            self._marks[mark] = None
            self._marks.move_to_end(mark)
        while len(self._marks) > self.most:
            self._marks.popitem(last=False)
        return fresh


def length(headers: Headers) -> int | Verdict:
    """Read how long a body is; a verdict where it is not told, or too long to be read."""
    text = headers.get("Content-Length")
    if headers.get("Transfer-Encoding") is not None or text is None:
        return Verdict(HTTPStatus.LENGTH_REQUIRED, "send the body with a Content-Length")
    if not (text.isascii() and text.isdecimal()):
        return Verdict(HTTPStatus.BAD_REQUEST, "the Content-Length is no number")
    if len(text) > len(str(MAX_BODY)) or int(text) > MAX_BODY:
        words = f"the body is longer than {MAX_BODY} bytes"
        return Verdict(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
    return int(text)


def judge(headers: Headers, body: bytes, secret: str, seen: Seen) -> Verdict:
    """Judge a request by its headers and its raw body; what is genuine is remembered."""
    if not is_genuine(headers, body, secret):
        return Verdict(HTTPStatus.UNAUTHORIZED, "neither signature nor token is right")
    # GitHub signs the body but not the delivery's name, so both mark a replay.
    names = (headers.get(name) for name in _DELIVERIES)
    marks = {hashlib.sha256(body).digest()}
    marks |= {hashlib.sha256(name.encode("utf-8", "replace")).digest() for name in names if name}
    if not seen.is_new(marks):
        return Verdict(HTTPStatus.CONFLICT, "this delivery came before")
    if not any(headers.get(name) in _PUSHES for name in _EVENTS):
        return Verdict(HTTPStatus.OK, "not about a push: nothing to do")
    return Verdict(HTTPStatus.ACCEPTED, "asking the upstream", wake=True)


def is_genuine(headers: Headers, body: bytes, secret: str) -> bool:
    """Tell, in the same time whatever differs, whether who sent a request knows the secret."""
    key = secret.encode("utf-8", "surrogateescape")
    signature, token = headers.get(_GITHUB), headers.get(_GITLAB)
    if not key:
        return False
    if signature is not None:
        right = f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}".encode()
        return hmac.compare_digest(signature.encode("utf-8", "replace"), right)
    if token is not None:
        # Headers are read as Latin-1, whatever bytes were sent.
        return hmac.compare_digest(token.encode("latin-1", "replace"), key)
    return False
