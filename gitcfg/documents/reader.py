"""One YAML document as a tree: strict YAML 1.2, each top-level pair with its place in the text.

Reading and editing share this one parser, libyaml through PyYAML's events: the pure one differs
from it on tabs. It is fed text, since its marks are off by one after a byte order mark.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from gitcfg.documents.nodes import Node, Pair, Root
from gitcfg.documents.scalars import MAX_DEPTH, NumberError, old_meaning, quoted, read
from gitcfg.documents.syntax import cure, misread, short
from gitcfg.keys import KEY
from gitcfg.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.model import Value

MAX_ALIASED = 1_000_000
"""How much text aliases may repeat before the file counts as a bomb."""


@dataclass(slots=True)
class _Anchor:
    number: int
    weight: int = 0
    height: int = 0
    value: Value = None
    complete: bool = False


class _RefusedError(Exception):
    """Reading ends here: what follows cannot be told."""


@dataclass(slots=True)
class Reader:
    """Reads one text; then `findings` tell all that was seen, `root` is None if unreadable."""

    text: str
    file: str
    findings: list[Finding] = field(default_factory=list)
    root: Root | None = None
    _events: Iterator[Any] = field(default_factory=lambda: iter(()))
    _anchors: dict[str, _Anchor] = field(default_factory=dict)
    _numbers: int = 0
    _used: set[int] = field(default_factory=set)
    _aliased: int = 0
    _weight: int = 0
    _deepest: int = 0
    _key: str | None = None

    def run(self) -> Reader:
        """Read the text."""
        self._events = yaml.parse(self.text, Loader=yaml.CSafeLoader)
        try:
            root = self._document()
            self._ends()
        except _RefusedError:
            return self
        except yaml.MarkedYAMLError as error:
            self._key = None
            mark, words = cure(error, self.text)
            self.tell(mark, "syntax", f"{self.file} is not YAML: {words}")
            return self
        self.root = root
        return self

    def tell(self, mark: Any, rule: str, message: str, severity: Severity = "error") -> None:
        """Add a finding at a mark of the parser."""
        self.findings.append(
            Finding(
                severity=severity,
                message=message,
                rule=f"yaml/{rule}",
                key=self._key,
                file=self.file,
                line=mark.line + 1,
                column=mark.column + 1,
            )
        )

    def _refuse(self, mark: Any, rule: str, message: str) -> _RefusedError:
        self.tell(mark, rule, f"{self.file} {message}")
        return _RefusedError()

    def _document(self) -> Root:
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            raise self._refuse(start.start_mark, "empty", "is empty. Write {} if nothing is set")
        if start.version not in (None, (1, 2)) or start.tags:
            words = "has a directive. Remove the line that begins with %"
            raise self._refuse(start.start_mark, "directive", words)
        event = next(self._events)
        if isinstance(event, yaml.MappingStartEvent):
            return self._root(event)
        if isinstance(event, yaml.ScalarEvent) and _is_empty(event):
            raise self._refuse(event.start_mark, "empty", "is empty. Write {} if nothing is set")
        what = "a list" if isinstance(event, yaml.SequenceStartEvent) else "a single value"
        words = f"is {what}, not a map of settings. Write `KEY: value`, a space behind the colon"
        raise self._refuse(event.start_mark, "no-map", words)

    def _ends(self) -> None:
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            words = "holds more than one document. Remove the `---` line and what does not belong"
            raise self._refuse(event.start_mark, "documents", words)

    def _root(self, start: Any) -> Root:
        pairs: list[Pair] = []
        self._shape(start)
        event: Any = next(self._events)
        while not isinstance(event, yaml.MappingEndEvent):
            pairs.append(self._pair(event))
            self._key = None
            event = next(self._events)
        mark: Any = start.start_mark
        end: Any = event.end_mark
        return Root(tuple(pairs), bool(start.flow_style), mark.index, end.index, mark.column)

    def _pair(self, event: Any) -> Pair:
        before = len(self.findings)
        name = getattr(event, "value", "")
        self._key = name if KEY.fullmatch(name) else None
        key = self._node(event, 1, key=True)
        self._key = key.value if isinstance(key.value, str) else None
        first, self._used = self._numbers, set()
        value = self._node(next(self._events), 1)
        errors = any(finding.is_error for finding in self.findings[before:])
        anchors = frozenset(range(first, self._numbers))
        return Pair(key, value, not errors, anchors, frozenset(self._used) - anchors)

    def _node(self, event: Any, depth: int, *, key: bool = False) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        self._bound(event, depth)
        self._shape(event)
        anchor = None
        if event.anchor is not None:
            anchor = self._anchors[event.anchor] = _Anchor(self._numbers)
            self._numbers += 1
        weight, deepest, self._deepest = self._weight, self._deepest, depth
        node = self._content(event, depth, key=key)
        self._weight += 1 + len(node.written)
        if anchor is not None:
            anchor.value, anchor.complete = node.value, True
            anchor.weight, anchor.height = self._weight - weight, self._deepest - depth
        self._deepest = max(deepest, self._deepest)
        return node

    def _content(self, event: Any, depth: int, *, key: bool) -> Node:
        mark: Any = event.end_mark
        if isinstance(event, yaml.ScalarEvent):
            return _placed(event, self._scalar(event, key=key), mark.index, event.value)
        items: list[Value] | dict[str, Value]
        if isinstance(event, yaml.SequenceStartEvent):
            items, last, end = self._list(depth)
        else:
            items, last, end = self._map(depth)
        if key:
            self.tell(event.start_mark, "key", "A key is text: write `KEY: value`")
        return _placed(event, items, end.end_mark.index if event.flow_style else last)

    def _list(self, depth: int) -> tuple[list[Value], int, Any]:
        items, last = [], 0
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            node = self._node(event, depth + 1)
            items.append(node.value)
            last = node.end
        return items, last, event

    def _map(self, depth: int) -> tuple[dict[str, Value], int, Any]:
        items: dict[str, Value] = {}
        lines: dict[str, int] = {}
        last = 0
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1, key=True)
            node = self._node(next(self._events), depth + 1)
            last = node.end
            name = str(key.value)
            if name in items:
                words = (
                    f"{short(name)} stands twice in one map (line {lines[name]} too). Remove one"
                )
                self.tell(event.start_mark, "duplicate", words)
            items[name] = node.value
            lines[name] = key.line
        return items, last, event

    def _bound(self, event: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            words = f"nests lists and maps more than {MAX_DEPTH} deep. Flatten them"
            raise self._refuse(event.start_mark, "depth", words)
        self._deepest = max(self._deepest, depth)

    def _alias(self, event: Any, depth: int) -> Node:
        stop = event.end_mark.index
        anchor = self._anchors.get(event.anchor)
        if anchor is None or not anchor.complete:
            words = (
                f"*{short(event.anchor)} names nothing that stands before it. Write the value here"
            )
            self.tell(event.start_mark, "alias", words)
            return _placed(event, None, stop)
        self._bound(event, depth + anchor.height)
        self._used.add(anchor.number)
        self._aliased += anchor.weight
        self._weight += anchor.weight
        if self._aliased > MAX_ALIASED:
            words = "repeats too much by aliases (*name). Write the values out"
            raise self._refuse(event.start_mark, "alias", words)
        return _placed(event, anchor.value, stop)

    def _shape(self, event: Any) -> None:
        if event.tag is not None:
            words = f"A tag ({short(event.tag)}) is not read. Remove it; text goes in quotes"
            self.tell(event.start_mark, "tag", words)

    def _scalar(self, event: Any, *, key: bool) -> Value:
        text = event.value
        if event.style or event.tag is not None:
            return text
        if key and text == "<<":
            words = "Merge keys (<<) are not read. Write the keys out"
            self.tell(event.start_mark, "merge", words)
            return text
        try:
            value = read(text)
        except NumberError as error:
            self.tell(event.start_mark, "number", f"{short(text)} is {error}")
            return text
        if key and not isinstance(value, str):
            words = f"The key {text or 'null'} is no text. Write it in quotes: {quoted(text)}"
            self.tell(event.start_mark, "key", words)
            return text
        meaning = old_meaning(text)
        if meaning is not None:
            self.tell(event.start_mark, "quote", misread(text, value, meaning), "warning")
        return value


def _is_empty(event: yaml.ScalarEvent) -> bool:
    return not event.style and event.value in ("", "~", "null")


def _placed(event: Any, value: Value, end: int, written: str = "") -> Node:
    mark = event.start_mark
    style = getattr(event, "style", None)
    return Node(value, mark.index, end, mark.line + 1, mark.column + 1, style, written)
