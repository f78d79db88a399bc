"""Runs the tests on every supported Python: `uvx nox`, or `nox -s tests-3.12` for one of them."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "uv|virtualenv"
PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Install the dev lock and run pytest with the arguments after `--`."""
    for lock in ("build", "dev"):
        session.install("--require-hashes", "--no-deps", "-r", f"requirements/{lock}.txt")
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    session.run("pytest", *session.posargs)
