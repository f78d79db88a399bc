"""Starts the exporter for `make run`: ending it by Ctrl-C is no error that make should report.

It runs in this very process, so that a signal to the one is a signal to the other.
"""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> int:
    """Run the daemon with the sample entries; return its exit code, 0 for Ctrl-C."""
    try:
        # Ctrl-C may come before everything is imported.
        from exporter.__main__ import main as exporter  # noqa: PLC0415

        code = exporter(["run", "--samples", *sys.argv[1:]])
    except KeyboardInterrupt:
        return 0
    return 0 if code == INTERRUPTED else code


if __name__ == "__main__":
    sys.exit(main())
