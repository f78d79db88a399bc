"""One-key edits of a config file: only that key's bytes change, and every edit is read back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitcfg.documents.encoding import BOM, decode
from gitcfg.documents.entries import load
from gitcfg.documents.reader import Reader
from gitcfg.documents.scalars import quoted, scalar
from gitcfg.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitcfg.documents.entries import Document
    from gitcfg.documents.nodes import Node, Pair, Root
    from gitcfg.model import Value

_SPACE = re.compile(r"[ \t\r\n]*(?:#[^\r\n]*[\r\n]+[ \t\r\n]*)*")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*(?:\r\n|\n|\r))+")
_BREAK = re.compile(r"\r\n|\n|\r")


def replace(data: bytes, key: str, value: Value, file: str) -> bytes:
    """Give a key another value, or append it where it is absent.

    Comments, order, line endings and every other byte stay. Raises InvalidError where the file
    cannot be read, or where the key cannot be changed without changing another.
    """
    text, before = _readable(data, file)
    root = _root(text, file)
    pair = _pair(root, key, file)
    if pair is not None:
        _unshared(root, pair, file)
    try:
        made = _added(text, root, key, value) if pair is None else _replaced(text, pair, value)
        edits = list(made)
    except ValueError as error:
        raise InvalidError(f"{key} cannot be stored: {error}") from error
    expected = {**_values(before), key: scalar(value)}
    return _verified(data, edits, expected, before, (key, file))


def remove(data: bytes, key: str, file: str) -> bytes:
    """Drop a key with its line, or lines; `{}` stays where it was the last. Absent: no change.

    Comments on lines of their own stay. Raises InvalidError as `replace` does.
    """
    text, before = _readable(data, file)
    root = _root(text, file)
    pair = _pair(root, key, file)
    if pair is None:
        return data
    _unshared(root, pair, file)
    edits = [_cut_flow(text, root, pair)] if root.flow else _cut_block(text, root, pair)
    expected = {name: held for name, held in _values(before).items() if name != key}
    return _verified(data, edits, expected, before, (key, file))


def _readable(data: bytes, file: str) -> tuple[str, Document]:
    document = load(data, file)
    if not document.readable:
        raise InvalidError(document.findings[0].message, document.findings)
    return decode(data, file)[0], document


def _root(text: str, file: str) -> Root:
    root = Reader(text, file).run().root
    if root is None:
        raise AssertionError(file)  # _readable has seen to it
    return root


def _pair(root: Root, key: str, file: str) -> Pair | None:
    pairs = [pair for pair in root.pairs if pair.key.value == key]
    if len(pairs) > 1:
        lines = " and ".join(str(pair.key.line) for pair in pairs)
        raise InvalidError(f"{key} stands twice in {file}, in lines {lines}. Remove one by hand")
    return pairs[0] if pairs else None


def _unshared(root: Root, pair: Pair, file: str) -> None:
    for other in root.pairs:
        if other is not pair and other.aliases & pair.anchors:
            raise InvalidError(
                f"{file}:{other.key.line}: {other.key.value} takes its value from "
                f"{pair.key.value} (*alias), so changing one would change the other. "
                f"Write the value of {other.key.value} out first"
            )


def _values(document: Document) -> dict[str, str]:
    """Give the values as we would write them, so that 1, 1.0 and true are not the same."""
    return {key: scalar(entry.value) for key, entry in document.entries.items()}


def _verified(
    data: bytes,
    edits: Iterable[str],
    expected: dict[str, str],
    before: Document,
    at: tuple[str, str],
) -> bytes:
    """Take the first edit that reads back as expected, so that no trap of YAML goes unseen."""
    key, file = at
    bom = BOM if data.startswith(BOM) else b""
    for text in edits:
        after = bom + text.encode("utf-8")
        document = load(after, file)
        same = document.readable and document.unsure - {key} == before.unsure - {key}
        if same and _values(document) == expected:
            return after
    raise InvalidError(
        f"{key} in {file} cannot be changed without touching what stands around it. "
        "Edit the file by hand"
    )


def _replaced(text: str, pair: Pair, value: Value) -> Iterator[str]:
    node = pair.value
    written = scalar(value, quote=node.style if node.style in ("'", '"') else "")
    if node.style in ("|", ">"):
        yield _unfolded(text, node, written)
    elif node.style is None and node.line > pair.key.line:
        yield _pulled_up(text, pair, written)
    space = " " if node.start == node.end else ""  # `KEY:` holds null
    yield text[: node.start] + space + written + text[node.end :]


def _pulled_up(text: str, pair: Pair, written: str) -> str:
    """Put the value behind the key's colon, in place of a list or map on the lines below."""
    colon = text.index(":", pair.key.end)
    between = text[colon + 1 : _line_start(text, pair.value.start)]
    kept = between.removesuffix("\n").removesuffix("\r")
    return f"{text[: colon + 1]} {written}{kept}{text[pair.value.end :]}"


def _unfolded(text: str, node: Node, written: str) -> str:
    """Put the value in place of a block scalar's `|`, keep the comment there, drop the lines."""
    header = _BREAK.search(text, node.start)
    if header is None:
        return text[: node.start] + written
    head = text[node.start : header.start()]
    comment = re.search(r"[ \t]+#.*", head)
    body = text[header.start() : node.end]
    rest = text[header.start() + len(body.rstrip()) :]
    return text[: node.start] + written + (comment[0] if comment else "") + rest


def _added(text: str, root: Root, key: str, value: Value) -> Iterator[str]:
    line = f"{key}: {scalar(value)}"
    if root.flow and not root.pairs:
        yield text[: root.start] + line + text[root.end :]
    if root.flow:
        last = root.pairs[-1] if root.pairs else None
        name = quoted(key) if last is not None and last.key.style == '"' else key
        at = last.value.end if last is not None else root.start + 1
        comma = ", " if last is not None else ""
        yield f"{text[:at]}{comma}{name}: {scalar(value)}{text[at:]}"
        return
    end = _newline(text)
    line = " " * root.column + line
    at = _close(text, root)
    before = text[:at]
    if before.endswith(("\n", "\r")):
        yield before + line + end + text[at:]
    else:
        yield before + end + line + text[at:]
    # The last value may end with the file, as `|` without a line break does: stand before it.
    first = _line_start(text, root.pairs[-1].key.start)
    yield text[:first] + line + end + text[first:]


def _close(text: str, root: Root) -> int:
    """Find where the mapping's document ends: at `...`, else at the end of the text."""
    marker = re.compile(r"^\.\.\.(?=[ \t\r\n]|$)", re.MULTILINE).search(
        text, root.pairs[-1].value.end
    )
    return len(text) if marker is None else marker.start()


def _newline(text: str) -> str:
    found = _BREAK.search(text)
    return found[0] if found else "\n"


def _line_start(text: str, index: int) -> int:
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def _cut_block(text: str, root: Root, pair: Pair) -> Iterator[str]:
    start = _line_start(text, pair.key.start)
    end = pair.value.end
    if pair.value.style in ("|", ">"):
        end = pair.value.start + len(text[pair.value.start : end].rstrip())
    found = _BREAK.search(text, end)
    stop = len(text) if found is None else found.end()
    if len(root.pairs) == 1:
        ending = found[0] if found else ""
        yield text[:start] + " " * root.column + "{}" + ending + text[stop:]
    else:
        yield text[:start] + text[stop:]
        # Blank lines behind it would be taken in by a `|+` that stands before it.
        yield text[:start] + _BLANK_LINES.sub("", text[stop:], count=1)


def _cut_flow(text: str, root: Root, pair: Pair) -> str:
    at = root.pairs.index(pair)
    start, stop = pair.key.start, pair.value.end
    comma = _skip(text, stop)
    if text[comma] == ",":
        rest = text[stop:comma] + text[comma + 1 :]
        return _without_blank(text[:start], rest)
    if at:
        comma = _skip(text, root.pairs[at - 1].value.end)
        return _without_blank(text[:comma] + text[comma + 1 : start], text[stop:])
    return text[:start] + text[stop:]


def _without_blank(before: str, after: str) -> str:
    """Join what is left around a cut, without the blank line or the doubled space it leaves."""
    line = before[_line_start(before, len(before)) :]
    found = re.match(r"[ \t]*(?:\r\n|\n|\r)", after)
    if found and line != before and not line.strip():
        return before[: len(before) - len(line)] + after[found.end() :]
    if after[:1] in (",", "}"):
        return before.rstrip(" ") + after
    spaces = re.match(r" *(?=[^# \r\n])", after)
    return before + after[spaces.end() if spaces else 0 :]


def _skip(text: str, index: int) -> int:
    found = _SPACE.match(text, index)
    return index if found is None else found.end()
