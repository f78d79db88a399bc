"""The `bot` command, which is not built yet and must say so honestly."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bot.__main__ import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_command_that_is_not_built(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command ends with 1, names itself and prints nothing on standard output."""
    code = main([command])
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith(f"error: `bot {command}` is not built yet")


@pytest.mark.parametrize("words", [["--json", "run"], ["run", "--json"]])
def test_command_that_is_not_built_in_json(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json the error is one document on standard output, wherever the option stands."""
    code = main(words)
    out, err = capsys.readouterr()
    document = json.loads(out)["error"]
    assert (code, err, document["kind"], document["findings"]) == (1, "", "not-built", [])


@pytest.mark.parametrize("words", [[], ["dance"], ["run", "extra"], ["--nonsense"]])
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command line that makes no sense ends with 2 and points to the help."""
    code = main(words)
    assert (code, capsys.readouterr().err.endswith("See `bot --help`\n")) == (2, True)


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists the commands and says that the bot is not built."""
    code = main(["--help"])
    text = capsys.readouterr().out
    assert (code, [word for word in ("Not built yet", *COMMANDS) if word not in text]) == (0, [])


def test_module_as_a_program() -> None:
    """`python -m bot` is the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "not built yet" in done.stderr) == (1, True)
