"""Run the command as `python -m gitcfg`."""

from __future__ import annotations

import sys

from gitcfg.cli import main

if __name__ == "__main__":
    sys.exit(main())
