"""The layout holds: who may import whom, no circles, and no file or function that grew too long."""

from __future__ import annotations

from pathlib import Path

import pytest
from imports import Tree, crossings, cycles, offered, trespasses
from sizes import long_files, long_functions

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("gitcfg", "bot", "exporter")


@pytest.fixture(scope="module")
def house() -> Tree:
    """Parse the three packages once."""
    return Tree.read(ROOT, *PACKAGES)


def test_packages_are_read(house: Tree) -> None:
    """The graph that the other tests judge is not empty."""
    assert {"gitcfg", "gitcfg.errors", "bot", "exporter"} <= house.modules.keys()
    assert "gitcfg.model" in house.edges()["gitcfg.errors"]


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [("gitcfg", ["bot", "exporter"]), ("bot", ["exporter"]), ("exporter", ["bot"])],
)
def test_packages_that_must_not_know_each_other(
    house: Tree, package: str, forbidden: list[str]
) -> None:
    """gitcfg knows neither program, and the programs do not know each other."""
    assert crossings(house, package, forbidden=forbidden) == []


@pytest.mark.parametrize("package", ["bot", "exporter"])
def test_programs_use_only_what_the_library_offers(house: Tree, package: str) -> None:
    """bot and exporter take from gitcfg only names in its `__all__`."""
    assert trespasses(house, package, library="gitcfg") == []


def test_no_import_circle(house: Tree) -> None:
    """Imports run one way, those inside functions and for type checking included."""
    assert cycles(house.edges()) == []


def test_length_of_files() -> None:
    """A file is split before it reaches 300 lines."""
    assert long_files(ROOT, *PACKAGES, "bench", ".ci", limit=300) == []


def test_length_of_functions() -> None:
    """No function is longer than 50 lines."""
    assert long_functions(ROOT, *PACKAGES, "bench", ".ci", "tests", limit=50) == []


def plant(root: Path, files: dict[str, str]) -> Tree:
    """Write a small source tree with packages library, app and other, and read it."""
    empty = {f"{package}/__init__.py": "" for package in ("library", "app", "other")}
    for name, text in {**empty, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Tree.read(root, "library", "app", "other")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("import other", "app.x:1 imports other"),
        ("import other.deep as d", "app.x:1 imports other.deep"),
        ("from other.deep import thing", "app.x:1 imports other.deep.thing"),
        ("from other import *", "app.x:1 imports other.*"),
        ("def f():\n    import other", "app.x:2 imports other"),
        ("if TYPE_CHECKING:\n    from other import T", "app.x:2 imports other.T"),
        ("importlib.import_module('other.deep')", "app.x:1 imports other.deep"),
        ("__import__('other')", "app.x:1 imports other"),
    ],
)
def test_crossing_is_caught(tmp_path: Path, statement: str, told: str) -> None:
    """A forbidden package is found however it is imported."""
    tree = plant(tmp_path, {"app/x.py": statement})
    assert crossings(tree, "app", forbidden=["other"]) == [told]


@pytest.mark.parametrize(
    "statement", ["import others", "from . import other", "other = 1", "'import other'"]
)
def test_similar_name_is_no_crossing(tmp_path: Path, statement: str) -> None:
    """Only the package itself counts, not what merely sounds like it."""
    tree = plant(tmp_path, {"app/x.py": statement})
    assert crossings(tree, "app", forbidden=["other"]) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("from library import hidden", "app.x:1 imports library.hidden"),
        ("from library.inner import value", "app.x:1 imports library.inner.value"),
        ("import library.inner", "app.x:1 imports library.inner"),
        ("from library import *", "app.x:1 imports library.*"),
        ("import library\nlibrary.inner", "app.x:2 uses library.inner"),
    ],
)
def test_trespass_is_caught(tmp_path: Path, statement: str, told: str) -> None:
    """Reaching past the library's `__all__` is found in every form."""
    files = {
        "library/__init__.py": "__all__ = ['value']",
        "library/inner.py": "",
        "app/x.py": statement,
    }
    assert trespasses(plant(tmp_path, files), "app", library="library") == [told]


def test_offered_name_is_no_trespass(tmp_path: Path) -> None:
    """What the library offers may be used by name and through the module."""
    code = "import library\nfrom library import value\nlibrary.value"
    tree = plant(tmp_path, {"library/__init__.py": "__all__ = ('value',)", "app/x.py": code})
    assert trespasses(tree, "app", library="library") == []


def test_offered_names_without_a_list(tmp_path: Path) -> None:
    """A library without `__all__` offers nothing."""
    assert offered(plant(tmp_path, {}), "library") == frozenset()


@pytest.mark.parametrize(
    "back",
    [
        "import app.a",
        "from app import a",
        "from . import a",
        "from .a import thing",
        "def f():\n    from app.a import thing",
        "if TYPE_CHECKING:\n    from app.a import Thing",
    ],
)
def test_circle_is_caught(tmp_path: Path, back: str) -> None:
    """A circle is found through every kind of import, hidden ones too."""
    tree = plant(
        tmp_path, {"app/a.py": "import app.b", "app/b.py": "import app.c", "app/c.py": back}
    )
    assert cycles(tree.edges()) == [["app.a", "app.b", "app.c"]]


def test_two_circles_are_told_apart(tmp_path: Path) -> None:
    """Each circle is named once, with the modules on it and no others."""
    files = {
        "app/a.py": "import app.b",
        "app/b.py": "import app.a\nimport other.y",
        "other/y.py": "import other.z",
        "other/z.py": "import other.y",
    }
    tree = plant(tmp_path, files)
    assert cycles(tree.edges()) == [["app.a", "app.b"], ["other.y", "other.z"]]


def test_diamond_is_no_circle(tmp_path: Path) -> None:
    """Two ways down to the same module are fine."""
    files = {
        "app/a.py": "import app.b, app.c",
        "app/b.py": "from .d import x",
        "app/c.py": "from app import d",
        "app/d.py": "",
    }
    tree = plant(tmp_path, files)
    assert (tree.edges()["app.a"], cycles(tree.edges())) == ({"app.b", "app.c"}, [])


def test_relative_import_of_a_package(tmp_path: Path) -> None:
    """A dot in `__init__.py` means the package itself, in a module the package around it."""
    files = {"app/sub/__init__.py": "from .m import x", "app/sub/m.py": "from ..a import y"}
    edges = plant(tmp_path, {**files, "app/a.py": ""}).edges()
    assert (edges["app.sub"], edges["app.sub.m"]) == ({"app.sub.m"}, {"app.a"})


def test_long_file_is_caught(tmp_path: Path) -> None:
    """A file of exactly the limit is too long, one below is not."""
    plant(tmp_path, {"app/x.py": "\n" * 300, "app/y.py": "\n" * 299})
    assert long_files(tmp_path, "app", limit=300) == ["app/x.py has 300 lines"]


def test_long_function_is_caught(tmp_path: Path) -> None:
    """A function of the limit passes; one line more, also as a method, does not."""
    body = "        x = 1\n" * 50
    plant(tmp_path, {"app/x.py": f"class A:\n    async def f(self):\n{body}\n"})
    plant(tmp_path, {"app/y.py": f"if 1:\n    def g():\n{body[:-14]}\n"})
    assert long_functions(tmp_path, "app", limit=50) == ["app/x.py:2 f has 51 lines"]
