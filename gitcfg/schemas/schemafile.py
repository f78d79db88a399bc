"""One schema file as parsed: its content, what is wrong with it, and which files it refers to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin

from gitcfg.documents.encoding import decode
from gitcfg.model import Finding
from gitcfg.schemas import plain
from gitcfg.schemas.jsontext import JsonError, parse
from gitcfg.schemas.metaschema import misshapen
from gitcfg.schemas.subschemas import escaped, place, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.schemas.plain import Source

ROOT = "file:///"
"""The address under which schemas know each other: `file:///schemas/export.schema.json`."""

_KEPT_FILES = 8192


@dataclass(frozen=True, slots=True, eq=False)
class SchemaFile:
    """A parsed file. `schema` is None where it is no JSON map.

    `refs` and `patterns` are those of all its subschemas; the patterns with their pointers, and
    not read yet, for what reads them is slow to import. `named` says that a `$id` is in it;
    `source` is there where all of it is plain.
    """

    path: str
    written: str
    content: dict[str, Any] | None
    findings: tuple[Finding, ...]
    refs: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    named: bool = False
    source: Source | None = None

    @property
    def text(self) -> str:
        """The file as it is written."""
        return self.source.text if self.source is not None else self.written

    @property
    def schema(self) -> dict[str, Any] | None:
        """The content, as JSON has it."""
        return self.source.plain().schema if self.source is not None else self.content

    @property
    def usable(self) -> bool:
        """Whether it has the form of a schema."""
        readable = self.source is not None or self.content is not None
        return readable and not any(one.is_error for one in self.findings)

    @property
    def base(self) -> str:
        """Its address: the `$id` where it has one, else the path."""
        own = (self.content or {}).get("$id")
        return joined(ROOT + self.path, own) or ROOT + self.path

    @property
    def patterned(self) -> bool:
        """Whether it declares keys by pattern."""
        return bool((self.content or {}).get("patternProperties"))

    def neighbours(self) -> Iterator[str]:
        """Name the files that it refers to, as far as they lie in the repository."""
        for ref in self.refs:
            address = joined(self.base, ref)
            if address is not None and address.startswith(ROOT):
                yield unquote(address.removeprefix(ROOT))

    def finding(self, pointer: str, message: str, *, key: str | None = None) -> Finding:
        """Say something of a place in the file."""
        line, column = place(self.text, pointer)
        return Finding(
            severity="error",
            message=message,
            rule="schema",
            key=key,
            file=self.path,
            line=line,
            column=column,
        )


def joined(base: str, ref: Any) -> str | None:
    """Tell the address that a reference means, without its fragment; None if it is no reference."""
    try:
        return urldefrag(urljoin(base, ref)).url if isinstance(ref, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=_KEPT_FILES)
def parsed(path: str, data: bytes) -> SchemaFile:
    """Parse a schema file; whatever is wrong with it becomes findings."""
    text, findings = decode(data, path)
    if findings:
        return SchemaFile(path, "", None, findings)
    found = plain.read(text)
    if found is None:
        return walked(path, text)
    patterns = tuple(patterns_in(list(walk(found.schema)))) if found.patterned else ()
    return SchemaFile(path, "", None, (), patterns=patterns, source=plain.Source(data, found))


def walked(path: str, text: str) -> SchemaFile:
    """Read the text of a schema keyword by keyword, which a plain one can do without."""
    try:
        schema = parse(text)
    except JsonError as error:
        words = f"{path} is not JSON: {error}"
        return _unread(path, text, words, error.line, error.column)
    except ValueError as error:
        return _unread(path, text, f"{path} is not JSON: {error}")
    if not isinstance(schema, dict):
        return _unread(path, text, f"{path} is not a schema. Write a map: {{}}")
    bare = SchemaFile(path, text, schema, ())
    parts = list(walk(schema))
    return SchemaFile(
        path,
        text,
        schema,
        tuple(bare.finding(at, f"{path}: {words}") for at, words in misformed(parts)),
        tuple(_refs(parts)),
        tuple(patterns_in(parts)),
        named=any("$id" in part for _, part in parts if isinstance(part, dict)),
    )


def _unread(path: str, text: str, message: str, line: int = 1, column: int = 1) -> SchemaFile:
    finding = Finding(
        severity="error", message=message, rule="schema", file=path, line=line, column=column
    )
    return SchemaFile(path, text, None, (finding,))


def _refs(parts: list[tuple[str, Any]]) -> Iterator[str]:
    for _, part in parts:
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(part, dict) and isinstance(part.get(keyword), str):
                yield part[keyword]


def misformed(parts: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """Tell what in subschemas has not its form, patterns aside, with the pointer to it."""
    for pointer, part in parts:
        for keyword, words in misshapen(part):
            yield f"{pointer}/{keyword}" if keyword else pointer, words
        if isinstance(part, dict):
            for at, words in (*_annotations(part), *_addresses(part)):
                yield f"{pointer}/{at}", words


def patterns_in(parts: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """List the patterns in subschemas, with their pointers."""
    for pointer, part in parts:
        if isinstance(part, dict):
            if isinstance(part.get("pattern"), str):
                yield f"{pointer}/pattern", part["pattern"]
            names = part.get("patternProperties")
            for name in names if isinstance(names, dict) else ():
                yield f"{pointer}/patternProperties/{escaped(name)}", name


def _addresses(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for keyword in ("$id", "$ref", "$dynamicRef"):
        value = part.get(keyword)
        if isinstance(value, str) and joined(ROOT, value) is None:
            yield keyword, f"`{keyword}` is no URI: {value}"


def _annotations(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    messages = part.get("x-messages", {})
    if not isinstance(messages, dict) or not all(isinstance(one, str) for one in messages.values()):
        yield "x-messages", "`x-messages` must be a map from keywords to text"
    warnings = part.get("x-warnings", [])
    if not isinstance(warnings, list) or not all(map(_is_warning, warnings)):
        yield "x-warnings", '`x-warnings` must be a list of {"when": schema, "message": text}'


def _is_warning(warning: Any) -> bool:
    return (
        isinstance(warning, dict) and "when" in warning and isinstance(warning.get("message"), str)
    )
