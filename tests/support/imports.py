"""Reads which module imports which, without importing any, and says where that breaks the house.

Every import counts: at the top, inside a function, for the type checker only, or by a literal name
given to `import_module`. That importing `a.b` also runs `a/__init__.py` does not count.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement's one name: `target` is a module, `name` what is taken from it."""

    importer: str
    target: str
    name: str | None
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}" + (
            f".{self.name}" if self.name else ""
        )


@dataclass(frozen=True, slots=True)
class Tree:
    """The parsed modules of some packages, by dotted name."""

    modules: Mapping[str, ast.Module]
    packages: frozenset[str]

    @classmethod
    def read(cls, root: Path, *tops: str) -> Tree:
        """Parse every module of the packages `tops` under `root`."""
        modules, packages = {}, set()
        for top in tops:
            for path in sorted((root / top).rglob("*.py")):
                parts = path.relative_to(root).with_suffix("").parts
                name = ".".join(parts).removesuffix(".__init__")
                if parts[-1] == "__init__":
                    packages.add(name)
                modules[name] = ast.parse(path.read_bytes(), str(path))
        return cls(modules, frozenset(packages))

    def imports(self) -> Iterator[Import]:
        """List every import, of our own modules and of others."""
        for name, module in self.modules.items():
            for node in ast.walk(module):
                for target, taken in self._targets(name, node):
                    yield Import(name, target, taken, getattr(node, "lineno", 0))

    def edges(self) -> dict[str, set[str]]:
        """Map each module to those of ours that it imports."""
        found: dict[str, set[str]] = {name: set() for name in self.modules}
        for each in self.imports():
            whole = f"{each.target}.{each.name}"
            target = whole if whole in self.modules else each.target
            if target in self.modules and target != each.importer:
                found[each.importer].add(target)
        return found

    def _targets(self, importer: str, node: ast.AST) -> Iterator[tuple[str, str | None]]:
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, None) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = self._base(importer, module, level)
                yield from ((base, alias.name) for alias in names)
            case ast.Call(
                func=ast.Name("import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(str(target)), *_],
            ):
                yield target, None

    def _base(self, importer: str, module: str | None, level: int) -> str:
        if level == 0:
            return module or ""
        parts = importer.split(".")
        keep = len(parts) - level + (importer in self.packages)
        return ".".join([*parts[:keep], *([module] if module else [])])


def offered(tree: Tree, package: str) -> frozenset[str]:
    """Read the names in the `__all__` of a package."""
    for node in tree.modules[package].body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return frozenset(ast.literal_eval(node.value))  # type: ignore[attr-defined]
    return frozenset()


def crossings(tree: Tree, package: str, *, forbidden: Iterable[str]) -> list[str]:
    """Find imports from `package` into packages that it must not know."""
    closed = frozenset(forbidden)
    return [
        str(each)
        for each in tree.imports()
        if _top(each.importer) == package and _top(each.target) in closed
    ]


def trespasses(tree: Tree, package: str, *, library: str) -> list[str]:
    """Find what `package` takes from `library` that the library's `__all__` does not offer."""
    names = offered(tree, library)
    found = [
        str(each)
        for each in tree.imports()
        if _top(each.importer) == package
        and _top(each.target) == library
        and (each.target != library or (each.name is not None and each.name not in names))
    ]
    for module, node in _nodes(tree, package):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr, lineno=line) if name == library:
                if attr not in names:
                    found.append(f"{module}:{line} uses {library}.{attr}")
    return found


def cycles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Find one circle of imports through each module that is on one, each circle once."""
    found: dict[frozenset[str], list[str]] = {}
    for start in sorted(edges):
        path = _way_back(edges, start)
        if path:
            found.setdefault(frozenset(path), path)
    return list(found.values())


def _way_back(edges: Mapping[str, Iterable[str]], start: str) -> list[str]:
    """Find the shortest circle from `start` to itself; empty where there is none."""
    came: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for target in sorted(edges.get(node, ())):
            if target == start:
                path = [node]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return path[::-1]
            if target not in came:
                came[target] = node
                queue.append(target)
    return []


def _nodes(tree: Tree, package: str) -> Iterator[tuple[str, ast.AST]]:
    for name, module in tree.modules.items():
        if _top(name) == package:
            yield from ((name, node) for node in ast.walk(module))


def _top(module: str) -> str:
    return module.partition(".")[0]
