"""Folders of examples, each a small tree: `findings.txt` has what is said of it, line by line.

check-jsonschema, started as anyone starts it, must find the same files valid.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcfg.keys import config_file
from gitcfg.validation import check

if TYPE_CHECKING:
    from gitcfg.model import Finding
    from gitcfg.validation import Checked

EXAMPLES = Path(__file__).resolve().parent / "examples"
CASES = sorted(
    place.relative_to(EXAMPLES).as_posix()
    for kind in ("invalid", "valid")
    for place in EXAMPLES.glob(f"{kind}/*")
)


def checked(case: str) -> Checked:
    """Check the files of an example, without rules."""
    place = EXAMPLES / case
    return check(
        {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in place.rglob("*")
            if path.is_file()
        },
        rules=(),
    )


def line(finding: Finding) -> str:
    """Write a finding as `findings.txt` has it."""
    key = finding.key or "-"
    return f"{finding.place}: {finding.severity}: {key}: {finding.message} [{finding.rule}]\n"


def test_examples_are_found() -> None:
    """There are examples of both kinds."""
    assert {case.partition("/")[0] for case in CASES} == {"invalid", "valid"}


@pytest.mark.parametrize("case", CASES)
def test_example_is_judged_as_written(case: str) -> None:
    """Everything that is said of an example stands in its findings, and the folder says the end."""
    found = checked(case)
    expected = (EXAMPLES / case / "findings.txt").read_text(encoding="utf-8")
    assert "".join(map(line, found.findings)) == expected
    assert found.valid == case.startswith("valid/")


def judged_by_schema(found: Checked, category: str) -> bool | None:
    """Tell whether a file satisfies its schema; None where it is not for the schema to say."""
    path, unit = config_file(category), found.schemas.unit(category)
    document = found.documents.get(path)
    if unit is None or document is None or any(one.is_error for one in document.findings):
        return None
    of_schema = [one for one in unit.findings if one.is_error and "default of" not in one.message]
    of_values = [
        one
        for one in found.findings
        if one.file == path and one.is_error and one.rule.startswith("schema/")
    ]
    return not of_schema and not of_values


# The schema is JSON Schema all the same here: `x-` words, defaults and a key that stands twice
# are nothing to check-jsonschema, and it takes a file of another dialect by that dialect.
OURS = {f"invalid/schema-{name}" for name in ("annotations", "draft-7", "nan", "twice")}
# It reads what lies outside `schemas/`, and would ask the network.
REACHING = {"invalid/schema-reference-out-of-schemas", "invalid/schema-reference-to-the-network"}
ALIKE = [case for case in CASES if case not in OURS | REACHING]


@pytest.mark.parametrize("case", ALIKE)
def test_example_is_judged_alike_by_check_jsonschema(case: str) -> None:
    """Whatever a schema can say, check-jsonschema says the same of the file."""
    found = checked(case)
    for category in found.schemas.categories:
        ours = judged_by_schema(found, category)
        if ours is not None:
            done = run(case, f"schemas/{category}.schema.json", config_file(category))
            assert (done.returncode == 0) == ours, done.stdout + done.stderr


def run(case: str, schema: str, file: str) -> subprocess.CompletedProcess[str]:
    """Run check-jsonschema on a file of an example."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, file]
    return subprocess.run(command, cwd=EXAMPLES / case, capture_output=True, text=True, check=False)
