"""The examples of docs/library.md run, in order, as one program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "library.md"


def test_examples_of_the_page_run(team_repo: Path) -> None:
    """Whoever copies the page's examples gets what the page says."""
    program = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL))
    assert program.count("assert") >= 9
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=team_repo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
