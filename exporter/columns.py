"""Which column of an input feeds which field of an entry: what `--map` says, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporter.entries import FIELDS, NEEDED_FIELDS, SOURCE_FIELDS
from exporter.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def parse_map(items: Iterable[str]) -> dict[str, str]:
    """Read `field=Column` items; raises CallError for an unknown or repeated field."""
    found: dict[str, str] = {}
    for item in items:
        field, equals, column = item.partition("=")
        field = field.strip().lower()
        if not equals or not column:
            raise CallError(f'--map {item!r} is not of the form field="Column"')
        if field not in FIELDS:
            raise CallError(f"--map {item!r}: the fields are {', '.join(FIELDS)}")
        if field in found:
            raise CallError(f"--map names {field} twice: {found[field]!r} and {column!r}")
        found[field] = column
    return found


def wanted(mapping: Mapping[str, str]) -> dict[str, str]:
    """Name the column of each field; those that are not mapped bear the field's own name.

    As soon as anything is mapped, an optional field counts only if it is mapped too: a stray `ID`
    column of a book must not become the identity of its rows.
    """
    fields = SOURCE_FIELDS if mapping else FIELDS
    return {**{field: field for field in fields}, **mapping}


def needed(mapping: Mapping[str, str]) -> frozenset[str]:
    """Name the source fields that each row must have: what cannot be empty, and what is mapped."""
    return frozenset(NEEDED_FIELDS) | (mapping.keys() & set(SOURCE_FIELDS))


def locate(mapping: Mapping[str, str], header: Sequence[str]) -> tuple[int | None, ...]:
    """Find each field's place in a header, in the order of FIELDS, None where it has no column.

    A mapped name is taken to the letter, a field's own name in any case. Raises CallError for
    columns that stand twice, or are missing though mapped or needed.
    """
    return tuple(
        _place(field, column, header, exact=field in mapping)
        for field, column in ((field, wanted(mapping).get(field)) for field in FIELDS)
    )


def _place(field: str, column: str | None, header: Sequence[str], *, exact: bool) -> int | None:
    if column is None:
        return None
    places = [
        place
        for place, name in enumerate(header)
        if name == column or (not exact and name.strip().lower() == column)
    ]
    if len(places) > 1:
        raise CallError(f"the column {column!r} stands {len(places)} times in the header")
    if places:
        return places[0]
    if field not in NEEDED_FIELDS and not exact:
        return None
    known = ", ".join(repr(name) for name in header)
    raise CallError(
        f'there is no column {column!r} for {field}; say --map {field}="…" with one of {known}'
    )
