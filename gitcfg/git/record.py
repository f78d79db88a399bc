"""What a change is about to do, as one record: the move of a reference, its objects, the files."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gitcfg.git.objects import Object
from gitcfg.git.repository import Blob

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One change; `token` is in its locks, `time` in Unix ns, `trees` are its folders' ids by path.

    With no objects and no files it only says that everything up to `new` is durable.
    """

    ref: str
    old: str
    new: str
    token: str
    time: int
    objects: tuple[Object, ...] = ()
    before: Mapping[str, Blob | None] = field(default_factory=dict)
    after: Mapping[str, Blob | None] = field(default_factory=dict)
    trees: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def encode(record: Record) -> bytes:
    """Write a record as bytes: facts as JSON, then the files of the objects as they are."""
    facts = {
        "ref": record.ref,
        "old": record.old,
        "new": record.new,
        "token": record.token,
        "time": record.time,
        "objects": [(one.id, len(one.loose)) for one in record.objects],
        "before": _of_blobs(record.before),
        "after": _of_blobs(record.after),
        "trees": dict(record.trees),
    }
    head = json.dumps(facts).encode()
    return b"".join([_LENGTH.pack(len(head)), head, *(one.loose for one in record.objects)])


def decode(payload: bytes) -> Record:
    """Read a record; raises ValueError, KeyError or TypeError for what is none."""
    facts = _facts(payload)
    at = _LENGTH.size + _LENGTH.unpack_from(payload)[0]
    found = []
    for name, size in facts["objects"]:
        found.append(Object(name, payload[at : at + size]))
        at += size
    return Record(
        ref=facts["ref"],
        old=facts["old"],
        new=facts["new"],
        token=facts["token"],
        time=facts["time"],
        objects=tuple(found),
        before=_blobs(facts["before"]),
        after=_blobs(facts["after"]),
        trees={path: (old, new) for path, (old, new) in facts["trees"].items()},
    )


def _facts(payload: bytes) -> dict[str, Any]:
    (length,) = _LENGTH.unpack_from(payload)
    facts: dict[str, Any] = json.loads(payload[_LENGTH.size : _LENGTH.size + length])
    return facts


def tip(payload: bytes) -> str:
    """Tell which commit a record leads to."""
    return str(_facts(payload)["new"])


def _of_blobs(blobs: Mapping[str, Blob | None]) -> dict[str, list[int | str] | None]:
    return {path: [one.mode, one.id] if one else None for path, one in blobs.items()}


def _blobs(facts: Mapping[str, list[Any] | None]) -> dict[str, Blob | None]:
    return {path: Blob(*one) if one else None for path, one in facts.items()}
