"""What `make run` starts, as a person in front of it meets it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

DAEMON = Path(__file__).resolve().parent.parent / ".ci/daemon.py"


def test_ctrl_c_is_no_error(team_repo: Path) -> None:
    """Ctrl-C ends the daemon with 0, so that make adds no words of its own."""
    process = subprocess.Popen(
        [sys.executable, DAEMON], cwd=team_repo, stdout=subprocess.PIPE, text=True
    )
    with process:
        lines = iter(process.stdout or ())
        begun = next(line for line in lines if "delivers to" in line)
        process.send_signal(signal.SIGINT)
        rest = list(lines)
    assert (bool(begun), process.returncode, rest[-1][-17:]) == (True, 0, "exporter stopped\n")


def test_options_reach_the_exporter(team_repo: Path) -> None:
    """What stands in ARGS is handed on, and a wrong option is the exporter's to refuse."""
    done = subprocess.run(
        [sys.executable, DAEMON, "--nonsense"],
        cwd=team_repo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "--nonsense" in done.stderr) == (2, True)
