"""What holds the house up agrees with itself: locks, versions, Makefile, README, workflow."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import gitcfg

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("build", "run", "dev", "bench")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(name: str) -> str:
    """Read a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Map each distribution of a lock, by its normal name, to its version."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", read(f"requirements/{lock}.txt"), re.MULTILINE))


def normal(requirement: str) -> str:
    """Take the distribution's normal name out of a requirement."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


def commands(page: str) -> set[str]:
    """Find the `make` commands that a page tells people to use."""
    return set(re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"`+[^`]+`+", read(page)))))


def targets() -> set[str]:
    """List what the Makefile can make."""
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_place(lock: str) -> None:
    """A lock holds no address, index or path: only names, versions, markers and hashes."""
    line = r"[a-z0-9-]+==\S+( ; [^/:]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    strange = [
        each
        for each in read(f"requirements/{lock}.txt").splitlines()
        if not re.fullmatch(line, each)
    ]
    assert strange == []


def test_run_lock_has_every_dependency() -> None:
    """A plain install finds all that pyproject.toml asks for in the light lock."""
    assert {normal(each) for each in PROJECT["dependencies"]} <= pins("run").keys()


def test_dev_lock_covers_every_extra() -> None:
    """The dev lock holds the extras too, so one environment serves all."""
    extras = PROJECT["optional-dependencies"]
    wanted = {normal(each) for extra in extras.values() for each in extra} - {"gitcfg"}
    assert wanted <= pins("dev").keys()


def test_dev_lock_covers_the_run_lock() -> None:
    """Going from `make test` to `make run` changes no version."""
    assert pins("run").items() <= pins("dev").items()


def test_build_lock_agrees_with_the_dev_lock() -> None:
    """What both hold, the build tools and the tests use in the same version."""
    build, dev = pins("build"), pins("dev")
    both = build.keys() & dev.keys()
    assert {name: build[name] for name in both} == {name: dev[name] for name in both}


def test_versions_agree() -> None:
    """pyproject.toml, the library and the installed distribution name one version."""
    assert (PROJECT["version"], version("gitcfg")) == (gitcfg.__version__, gitcfg.__version__)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_commands_on_a_page_exist(page: str) -> None:
    """A `make` command that a page names is in the Makefile."""
    named = commands(page)
    assert (bool(named), named - targets()) == (True, set())


def test_help_tells_every_target() -> None:
    """Each target has the words by which `make help` presents it."""
    told = set(re.findall(r"^([a-z]+):.* ## ", read("Makefile"), re.MULTILINE))
    assert told == targets()


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md"]
)
def test_links_on_a_page_lead_somewhere(page: str) -> None:
    """A relative link names a file of the project."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
    folder = (ROOT / page).parent
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_frugal(path: Path) -> None:
    """A workflow begins without permissions, and each job asks for its own."""
    flow = yaml.safe_load(path.read_text(encoding="utf-8"))
    asked = [job["permissions"] for job in flow["jobs"].values()]
    assert (flow["permissions"], asked) == ({}, [{"contents": "read"}] * len(asked))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(path: Path) -> None:
    """An action is named by a whole commit id, with its version, or lies in a checkout of such."""
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    loose = [
        each
        for each in used
        if not re.fullmatch(r"\./trusted|[\w./-]+@[0-9a-f]{40} # v\d\S*", each)
    ]
    assert (bool(used), loose) == (True, [])


def test_workflow_covers_the_supported_versions() -> None:
    """GitHub runs the checks on each Python that the classifiers promise."""
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    flow = yaml.safe_load(read(".github/workflows/ci.yml"))
    assert flow["jobs"]["checks"]["strategy"]["matrix"]["python"] == promised


def test_settings_keep_their_bytes() -> None:
    """git converts neither line ends nor content of values and schemas."""
    lines = read(".gitattributes").splitlines()
    assert {"config/** -text -filter", "schemas/** -text -filter"} <= set(lines)
