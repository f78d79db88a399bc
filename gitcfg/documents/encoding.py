"""Bytes of a file as text: UTF-8 and nothing else, told with line, column and the cure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.documents.scalars import UNPRINTABLE
from gitcfg.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 16 * 1024 * 1024
"""A file of settings that is larger is a mistake, and would be held in memory many times over."""

_PLAIN = bytes((9, 10, 13, *range(0x20, 0x7F)))
"""ASCII that may stand in a file; to drop it by `translate` costs the least per byte."""

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def decode(data: bytes, file: str) -> tuple[str, tuple[Finding, ...]]:
    """Read bytes as text without byte order mark; with findings, the text is not to be used."""
    if len(data) <= MAX_BYTES and not data.translate(None, _PLAIN):
        return data.decode("ascii"), ()
    text = ""
    findings: tuple[Finding, ...] = ()
    if len(data) > MAX_BYTES:
        findings = (_finding(file, f"is larger than {MAX_BYTES >> 20} MiB. Split it", None),)
    elif data.startswith(_WIDE):
        findings = (_finding(file, "is UTF-16 or UTF-32. Save it as UTF-8", (1, 1)),)
    else:
        data = data.removeprefix(BOM)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            words = f"is not UTF-8: byte 0x{data[error.start]:02x}. Save it as UTF-8"
            findings = (_finding(file, words, place(before, len(before))),)
        else:
            findings = tuple(_unprintable(text, file))
    return text, findings


def place(text: str, index: int) -> tuple[int, int]:
    """Tell line and column, from 1, of a place in a text."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + 1


def _unprintable(text: str, file: str) -> Iterator[Finding]:
    found = UNPRINTABLE.search(text)
    if found is not None:
        code = ord(found[0])
        cure = f'Remove it, or write it as "\\u{code:04x}" in double quotes'
        if code == 0:
            cure = "It looks like a binary file: put the text back"
        yield _finding(
            file, f"holds the character U+{code:04X}. {cure}", place(text, found.start())
        )


def _finding(file: str, words: str, at: tuple[int, int] | None) -> Finding:
    line, column = at or (None, None)
    return Finding(
        severity="error",
        message=f"{file} {words}",
        rule="yaml/encoding",
        file=file,
        line=line,
        column=column,
    )
