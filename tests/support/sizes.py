"""Measures files and functions against the house style's upper limits."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def long_files(root: Path, *tops: str, limit: int) -> list[str]:
    """Name the files of `limit` lines or more."""
    found = []
    for path in _files(root, tops):
        lines = path.read_bytes().count(b"\n")
        if lines >= limit:
            found.append(f"{path.relative_to(root)} has {lines} lines")
    return found


def long_functions(root: Path, *tops: str, limit: int) -> list[str]:
    """Name the functions of more than `limit` lines, from `def` to their last."""
    found = []
    for path in _files(root, tops):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > limit:
                    place = f"{path.relative_to(root)}:{node.lineno}"
                    found.append(f"{place} {node.name} has {lines} lines")
    return found


def _files(root: Path, tops: tuple[str, ...]) -> Iterator[Path]:
    for top in tops:
        yield from sorted((root / top).rglob("*.py"))
