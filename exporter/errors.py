"""Every error that the exporter raises on purpose, and the one word each is known by outside.

ExporterError           failed
├── CallError           usage        the call itself is wrong
├── PlacesError         environment  the environment asks for something that is not there
├── SettingsError       invalid      the repository's settings do not steer an exporter
├── InputError          input        the input cannot be read at all
├── RefusedError        refused      what was asked would break a promise
├── QueueError          queue        the queue cannot be read or written
├── HeldError           locked       another process is at work on the queue
├── LeaseLostError      locked       another process took over from this one
└── DestinationError    destination  a file could not be delivered; a later try may do it
    └── AlarmError      alarm        what lies there contradicts our record: a person must look
"""

from __future__ import annotations

from typing import ClassVar

_LOOK = "Check the disk and its permissions, then try again; nothing is half done"


class ExporterError(Exception):
    """The root: `kind` is its word in JSON, `exit_code` what the command ends with."""

    kind: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CallError(ExporterError):
    """The call is wrong, whatever the queue holds."""

    kind = "usage"
    exit_code = 2


class PlacesError(ExporterError):
    """A variable of the environment is missing, or names what cannot be used."""

    kind = "environment"

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"{name}: {problem}")


class SettingsError(ExporterError):
    """A setting that the exporter needs is missing or no value it can run on."""

    kind = "invalid"

    def __init__(
        self, key: str, problem: str, mend: str = "Look with `gitcfg validate` and mend it"
    ) -> None:
        self.key = key
        super().__init__(f"{key}: {problem}. {mend}")


class InputError(ExporterError):
    """The input as a whole cannot be read; nothing of it was queued."""

    kind = "input"

    def __init__(self, source: str, problem: str) -> None:
        self.source = source
        super().__init__(f"{source}: {problem}. Nothing was queued")


class RefusedError(ExporterError):
    """Doing what was asked would break a promise, so nothing was done."""

    kind = "refused"


class QueueError(ExporterError):
    """The database of the queue said no."""

    kind = "queue"

    def __init__(self, place: str, problem: str, advice: str = _LOOK) -> None:
        self.place = place
        super().__init__(f"the queue {place} cannot be used: {problem}. {advice}")


class HeldError(ExporterError):
    """Another process is at work on the queue; the message says which."""

    kind = "locked"


class LeaseLostError(ExporterError):
    """Our lease ran out and another process works on: whatever we still hold is void."""

    kind = "locked"

    def __init__(self) -> None:
        super().__init__(
            "this process was held up so long that another one took over the export; "
            "it goes on there"
        )


class DestinationError(ExporterError):
    """A delivery failed in a way that may pass; the frozen batch is kept and tried again.

    `retry_after` are the seconds before which another try is known to be in vain.
    """

    kind = "destination"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class AlarmError(DestinationError):
    """What the destination holds is not what we delivered or may deliver: nothing was touched."""

    kind = "alarm"
