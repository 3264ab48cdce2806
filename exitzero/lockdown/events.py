"""What the helper did, in order, so that a bypass is an entry in the journal and not a war.

A file of JSON lines that only root can read; the app asks for what is newer than it knows. It is trimmed to the last
two hundred, but the numbers go on.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum

from exitzero.lockdown import redo

KEPT = 200
_LONGEST_DETAIL = 200


class Kind(StrEnum):
    """What happened; the value is what crosses the socket.

    ``STARTED`` with the detail ``away 12 s while locked``: the helper had been stopped; ``REPAIRED``: the file had been
    changed while locked; ``SWEPT``: somebody had brought our lines back while nothing was locked.
    """

    STARTED = "started"
    ARMED = "armed"
    BEGAN = "began"
    EXTENDED = "extended"
    RELEASED = "released"
    DISARMED = "disarmed"
    EXPIRED = "expired"
    EMERGENCY = "emergency"
    EMERGENCY_CANCELLED = "emergency-cancelled"
    EMERGENCY_OPENED = "emergency-opened"
    REFUSED = "refused"
    BAD_PROOF = "bad-proof"
    NOT_ALLOWED = "not-allowed"
    REPAIRED = "repaired"
    SWEPT = "swept"
    HEALED = "healed"
    TROUBLE = "trouble"
    CLOCK_MOVED = "clock-moved"
    STATE_LOST = "state-lost"
    POLICIES_PUT = "policies-put"
    POLICIES_TAKEN = "policies-taken"
    POLICIES_FOREIGN = "policies-foreign"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``at`` is the wall clock's seconds since 1970."""

    number: int
    at: float
    kind: Kind
    hold: str = ""
    detail: str = ""


class Record:
    """The events on disk. For one thread; a full disk loses events, never the lock."""

    def __init__(self, path: str, wall: Callable[[], float]) -> None:
        self._path = path
        self._wall = wall
        self._events = self._read()[-KEPT:]
        self._lines = len(self._events)

    def add(self, kind: Kind, hold: str = "", detail: str = "") -> Event:
        """Write down what happened now."""
        event = Event(self.last + 1, round(self._wall(), 3), kind, hold, detail[:_LONGEST_DETAIL])
        self._events = [*self._events, event][-KEPT:]
        line = _line(event)
        with suppress(OSError):
            if self._lines >= 2 * KEPT:
                redo.put(self._path, b"".join(map(_line, self._events)))
                self._lines = len(self._events)
                return event
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | redo.NO_LINK | redo.PLAIN, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
            self._lines += 1
        return event

    @property
    def last(self) -> int:
        """The number of the newest event; 0 if there is none."""
        return self._events[-1].number if self._events else 0

    def since(self, number: int) -> tuple[Event, ...]:
        """The events after this number, oldest first, as far as they are kept."""
        return tuple(event for event in self._events if event.number > number)

    def _read(self) -> list[Event]:
        try:
            with open(self._path, "rb") as file:
                raw = file.read()
        except OSError:
            return []
        if raw and not raw.endswith(b"\n"):  # Cut by a crash; the next line must not be glued to it.
            with suppress(OSError), open(self._path, "ab") as file:
                file.write(b"\n")
        return [event for line in raw.split(b"\n") if (event := _event(line)) is not None]


def _line(event: Event) -> bytes:
    return json.dumps(asdict(event), separators=(",", ":")).encode() + b"\n"


def _event(line: bytes) -> Event | None:
    """None for a line that a crash has cut."""
    try:
        found = json.loads(line)
        return Event(
            int(found["number"]), float(found["at"]), Kind(found["kind"]), str(found["hold"]), str(found["detail"])
        )
    except (ValueError, KeyError, TypeError):
        return None
