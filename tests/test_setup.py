"""How `make` finds a Python and decides whether .venv is ready; nothing here installs anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("sh", "dirname", "basename", "cat", "cksum", "head")

TOO_OLD = "exit 1"
TOKEN = {"DISCORD_TOKEN": "x"}
NO_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
FITS = 'case "$1" in -c) exit 0;; esac; echo "$0" "$@" > called'


class Machine:
    """A copy of the set-up files, and a PATH on which only what a test puts there is found."""

    def __init__(self, place: Path) -> None:
        self.project = place / "project"
        self.bin = place / "bin"
        shutil.copytree(ROOT / ".ci", self.project / ".ci")
        shutil.copytree(ROOT / "requirements", self.project / "requirements")
        shutil.copy(ROOT / "pyproject.toml", self.project)
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)

    def script(self, path: Path, body: str) -> None:
        """Write an executable shell script."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def python(self, name: str, body: str) -> None:
        """Put a program on the PATH that answers like some Python."""
        self.script(self.bin / name, body)

    def setup(self, lock: str = "run", **env: str) -> subprocess.CompletedProcess[str]:
        """Run .ci/setup as make does."""
        return subprocess.run(
            [self.project / ".ci/setup", lock],
            env={"PATH": str(self.bin), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        """Tell with which words a Python was started to install; empty if none was."""
        record = self.project / "called"
        words = record.read_text().split() if record.exists() else []
        record.unlink(missing_ok=True)
        return words

    def stamp(self, lock: str) -> None:
        """Leave .venv as a finished set-up would, with the key that .ci/setup asks for."""
        self.python("python3", FITS)
        self.setup(lock)
        key = " ".join(self.called()[3:])
        self.script(self.project / ".venv/bin/python", "exit 0")
        (self.project / f".venv/ready-{lock}").write_text(key)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Make a machine with the tools of a plain system and no Python."""
    return Machine(tmp_path)


def test_setup_takes_the_first_python_that_fits(machine: Machine) -> None:
    """An old python3 is passed over for a newer one under its full name."""
    machine.python("python3", TOO_OLD)
    machine.python("python3.12", FITS)
    machine.python("python3.11", FITS)
    machine.setup()
    assert machine.called()[:3] == [str(machine.bin / "python3.12"), ".ci/install.py", "run"]


def test_setup_takes_the_python_it_is_told(machine: Machine) -> None:
    """PYTHON names the interpreter to use."""
    machine.python("python3", FITS)
    machine.python("mine", FITS)
    machine.setup(PYTHON="mine")
    assert machine.called()[0] == str(machine.bin / "mine")


def test_setup_without_a_python_that_fits(machine: Machine) -> None:
    """Where every Python is too old, the message says so and what to do."""
    machine.python("python3", f"echo Python 3.9.1; {TOO_OLD}")
    done = machine.setup()
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [
            "No Python 3.11 or newer found; python3 here is: Python 3.9.1",
            "Install one, or name it: make run PYTHON=/path/to/python3.11",
        ],
    )


def test_setup_with_a_python_that_lacks_venv(machine: Machine) -> None:
    """A Python without the modules for a virtual environment is named, with the package to add."""
    machine.python("python3.11", NO_VENV)
    done = machine.setup()
    assert (done.returncode, "apt install python3.11-venv" in done.stderr) == (1, True)


def test_setup_that_is_ready(machine: Machine) -> None:
    """A stamped .venv is left alone, and needs no Python to be found."""
    machine.stamp("run")
    machine.python("python3", TOO_OLD)
    done = machine.setup()
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("given", ["environment", "file"])
def test_setup_with_a_token_for_the_bot(machine: Machine, given: str) -> None:
    """Who gives a token needs the bot's libraries to run; who gives none does without."""
    machine.python("python3", FITS)
    if given == "file":
        (machine.project / ".env").write_text("# ours\nDISCORD_TOKEN=x")
        machine.setup()
    else:
        machine.setup(**TOKEN)
    assert machine.called()[1:3] == [".ci/install.py", "full"]


def test_setup_after_a_lock_changed(machine: Machine) -> None:
    """A changed lock makes the stamp void."""
    machine.stamp("run")
    with (machine.project / "requirements/run.txt").open("a") as lock:
        lock.write("more==1.0\n")
    machine.setup()
    assert machine.called()[2] == "run"


def test_setup_after_the_folder_moved(machine: Machine) -> None:
    """A .venv that was made elsewhere is not taken for ready: its scripts point nowhere."""
    machine.stamp("run")
    machine.project = machine.project.rename(machine.project.with_name("elsewhere"))
    machine.setup()
    assert machine.called()[2] == "run"


def test_setup_after_the_interpreter_went(machine: Machine) -> None:
    """A .venv whose interpreter is gone is not taken for ready."""
    machine.stamp("run")
    (machine.project / ".venv/bin/python").unlink()
    machine.setup()
    assert machine.called()[2] == "run"


def install_script(project: Path) -> ModuleType:
    """Load a project's .ci/install.py."""
    spec = spec_from_file_location("install_script", project / ".ci/install.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made(machine: Machine) -> Path:
    """Make a real .venv in a copied project, with something that passes for pip."""
    place = machine.project / ".venv"
    venv.create(place, with_pip=False, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (place / "lib" / version / "site-packages/pip.py").touch()
    return place


def test_environment_that_is_whole(made: Path) -> None:
    """A finished .venv at its own place is used as it is."""
    assert install_script(made.parent).usable() is True


def test_environment_left_unfinished(made: Path) -> None:
    """The mark of an interrupted set-up makes the next begin anew."""
    (made / "set-up-unfinished").touch()
    assert install_script(made.parent).usable() is False


def test_environment_that_was_moved(made: Path) -> None:
    """A .venv made under another path cannot be used."""
    moved = made.parent.rename(made.parent.with_name("elsewhere"))
    assert install_script(moved).usable() is False


def test_environment_without_pip(made: Path) -> None:
    """A .venv that holds no pip cannot be used."""
    next(made.glob("lib/*/site-packages/pip.py")).unlink()
    assert install_script(made.parent).usable() is False


def test_no_environment(machine: Machine) -> None:
    """A folder without .venv needs one."""
    assert install_script(machine.project).usable() is False


def test_pip_that_fails(made: Path) -> None:
    """A failed install tells pip's own last words and leaves no stamp."""
    pip = next(made.glob("lib/*/site-packages/pip.py"))
    pip.write_text("if __name__ == '__main__': raise SystemExit('no such wheel')")
    script = install_script(made.parent)
    with pytest.raises(SystemExit, match=r"^no such wheel\nSetting up .venv failed"):
        script.main("run", "key")
    assert sorted(path.name for path in made.glob("*e*d*")) == ["set-up-unfinished"]


def test_environment_of_the_person(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that would send packages elsewhere do not reach pip."""
    monkeypatch.setenv("PIP_TARGET", "somewhere")
    assert "PIP_TARGET" not in install_script(machine.project).bare()
    assert os.environ["PIP_TARGET"] == "somewhere"


def peers(machine: Machine, body: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/peers with some Python in .venv."""
    machine.script(machine.project / ".venv/bin/python", body)
    return subprocess.run(
        [machine.project / ".ci/peers"],
        env={"PATH": str(machine.bin)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_peers_are_installed_once(machine: Machine) -> None:
    """What the benchmarks compare with is installed once for each lock."""
    assert "Installing the peers" in peers(machine, "exit 0").stderr
    assert peers(machine, "exit 1").stderr == ""
    with (machine.project / "requirements/bench.txt").open("a") as lock:
        lock.write("# moved\n")
    assert "Installing the peers" in peers(machine, "exit 0").stderr


def test_peers_that_cannot_be_installed_stop_no_benchmark(machine: Machine) -> None:
    """Without the network the benchmarks run all the same, and are tried again next time."""
    done = peers(machine, "echo no network; exit 1")
    assert (done.returncode, "no network" in done.stderr) == (0, True)
    assert "the tables will say which are missing" in done.stderr
    assert "Installing the peers" in peers(machine, "exit 0").stderr
