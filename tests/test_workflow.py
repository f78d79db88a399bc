"""The workflow and the action: what GitHub asks of their form, and their steps, run by a shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from gitrun import Git

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
STARTER = ROOT / "gitcfg" / "starter" / "workflow.yml"
ACTION = ROOT / "action.yml"
SIZES = "config/performance.yaml"


def steps(place: Path) -> list[dict[str, Any]]:
    """List the steps of a workflow's jobs, or of an action."""
    found = yaml.safe_load(place.read_text())
    if "runs" in found:
        return list(found["runs"]["steps"])
    return [step for job in found["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("place", [*WORKFLOWS, STARTER], ids=lambda place: place.name)
def test_workflow_has_the_form_that_github_asks_for(place: Path) -> None:
    """As its own schema says."""
    judge("vendor.github-workflows", place)


def test_action_has_the_form_that_github_asks_for() -> None:
    """As its own schema says."""
    judge("vendor.github-actions", ACTION)


def judge(schema: str, place: Path) -> None:
    """Have check-jsonschema judge a file by a schema that it brings along."""
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(place)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("place", [STARTER, ACTION], ids=lambda place: place.name)
def test_every_action_is_pinned_by_its_commit(place: Path) -> None:
    """A tag can be moved."""
    used = [step["uses"] for step in steps(place) if "uses" in step]
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one)] == []


@pytest.mark.parametrize("place", [*WORKFLOWS, STARTER, ACTION], ids=lambda place: place.name)
def test_nothing_a_stranger_writes_becomes_a_line_of_a_shell(place: Path) -> None:
    """Expressions reach a script through its environment only."""
    assert [one["run"] for one in steps(place) if "${{" in one.get("run", "")] == []


def test_checker_is_that_of_the_base() -> None:
    """The pull request's own action.yml, rules and code are never used."""
    first, second, third = steps(ROOT / ".github/workflows/config.yml")
    assert first["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert (first["with"]["path"], third["uses"]) == ("trusted", "./trusted")
    assert (second["with"]["path"], third["with"]) == ("proposed", {"path": "proposed"})
    assert second["with"]["fetch-depth"] == 0


class Runner:
    """Runs the step that validates as GitHub's runner does, with gitcfg as it is installed here."""

    def __init__(self, repo: Path) -> None:
        self.repo = repo
        self.summary = repo.parent / "summary.md"
        self._temp = repo.parent / "runner"
        self._temp.mkdir()
        (self._temp / "gitcfg").symlink_to(sys.prefix)

    def __call__(self, base: str, *, strict: str = "false") -> subprocess.CompletedProcess[str]:
        """Run it."""
        (step,) = (one for one in steps(ACTION) if one.get("name") == "Validate")
        given = {"CHECKED": str(self.repo), "BASE": base, "STRICT": strict}
        assert step["env"].keys() == given.keys()
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env={
                **os.environ,
                **given,
                "RUNNER_TEMP": str(self._temp),
                "GITHUB_STEP_SUMMARY": str(self.summary),
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def runner(team_repo: Path, git: Git) -> Runner:
    """Be on the branch of a pull request."""
    git(team_repo, "switch", "--quiet", "-c", "pull")
    return Runner(team_repo)


def change(runner: Runner, git: Git, text: str) -> str:
    """Commit another content of a file; returns the base."""
    base = git(runner.repo, "rev-parse", "main")
    (runner.repo / SIZES).write_text(text)
    git.commit(runner.repo, "Change")
    return base


def test_good_pull_request_passes(runner: Runner, git: Git) -> None:
    """It tells what changes."""
    done = runner(change(runner, git, "MAX_BATCH_SIZE: 50\n"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "MAX_BATCH_SIZE: 100 → 50  (will be version 2)" in done.stdout
    assert "✅ valid" in runner.summary.read_text()


def test_bad_pull_request_fails_on_its_line(runner: Runner, git: Git) -> None:
    """The annotation stands where the value stands."""
    done = runner(change(runner, git, "\n\nMAX_BATCH_SIZE: 0\n"))
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file={SIZES},line=3,col=1,title=MAX_BATCH_SIZE::")


def test_warning_fails_only_where_it_is_asked_for(runner: Runner, git: Git) -> None:
    """By the action's input."""
    base = change(runner, git, "MAX_BATCH_SIZE: 5\n")
    assert [runner(base).returncode, runner(base, strict="true").returncode] == [0, 1]


def test_hostile_pull_request_is_only_read(runner: Runner, git: Git) -> None:
    """Its values and names are no commands, its code is not run, its patterns hang nobody."""
    repo, ran = runner.repo, runner.repo.parent / "ran"
    evil = f"__import__('pathlib').Path({str(ran)!r}).touch()\n"
    for name in ("gitcfg.py", "sitecustomize.py", "exporter/rules.py", "conftest.py"):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).write_text(evil)
    (repo / "schemas" / "evil.schema.json").write_text(
        '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",'
        ' "properties": {"EVIL": {"type": "string", "pattern": "^(a+)+$(?!\\\\n)"},'
        ' "FAR": {"$ref": "file:///etc/passwd"}}}'
    )
    (repo / "config" / "evil.yaml").write_text(
        f'EVIL: "{"a" * 40}!"\nFAR: "::set-output name=x::y"\n"A::error::B": 1\n'
    )
    (repo / "config" / "x,line=9::y.yaml").write_text("a: [\n")
    done = runner(change(runner, git, "MAX_BATCH_SIZE: 50\n"))
    assert done.returncode == 1
    assert not ran.exists()
    lines = [line for line in done.stdout.split("\n") if line.startswith("::")]
    assert lines
    assert all(re.match(r"::(error|warning) [^:]*::", line) for line in lines)
