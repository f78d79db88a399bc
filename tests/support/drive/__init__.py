"""A Google Drive of our own on loopback, with the real one's rules, and faults on demand.

`running()` gives a Drive to put folders into and to look at; `Drive.account(folder)` writes a
credentials file for it. Whatever the client asks is checked against the static discovery document,
and so is what is answered; `Drive.violations` holds what was wrong.
"""

from drive.faults import Fault
from drive.server import Drive, running

__all__ = ["Drive", "Fault", "running"]
