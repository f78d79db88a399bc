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


def test_bot_runs_beside_where_a_token_is_given(team_repo: Path) -> None:
    """Both begin, and both end at one signal; what lacks to the bot does not stop the exporter."""
    (team_repo / ".env").write_text("DISCORD_TOKEN=nobodys-token\n")
    process = subprocess.Popen(
        [sys.executable, DAEMON],
        cwd=team_repo,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        lines = iter(process.stdout or ())
        said = ""
        while "DISCORD_GUILD_ID" not in said or "delivers to" not in said:
            said += next(lines)
        process.send_signal(signal.SIGTERM)
        said += "".join(lines)
    assert "error: DISCORD_GUILD_ID, DISCORD_ADMIN_ROLE_ID: not set" in said
    assert "nobodys-token" not in said
    assert process.returncode == 0
