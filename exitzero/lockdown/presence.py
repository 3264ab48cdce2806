"""How long the helper was away while something was locked: stopping it is a way round, so it becomes an entry.

At each beat it notes that it is there and when its locks begin and end, by the boot clock, without waiting for the
disk. A restart of the machine is no way round and is not counted.
"""

import json
import os
from contextlib import suppress

from exitzero.lockdown import redo
from exitzero.lockdown.holds import Instant, State


class Presence:
    """The note of one helper. No method raises; a lost note means that nothing is told."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "seen.json")

    def note(self, state: State) -> None:
        """It is there, and this is what is locked when; without holds there is no note."""
        with suppress(OSError):
            if not state.holds:
                if os.path.exists(self._path):
                    os.unlink(self._path)
                return
            spans = [
                [state.at.boot + max(0.0, hold.left - hold.lasts), state.at.boot + hold.left] for hold in state.holds
            ]
            line = json.dumps({"boot_id": state.at.boot_id, "boot": state.at.boot, "spans": spans}).encode() + b"\n"
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | redo.PLAIN | redo.NO_LINK, 0o600)
            try:
                os.write(descriptor, line)  # In one call and over the old one: a kill leaves this line or that one.
            finally:
                os.close(descriptor)

    def missed(self, now: Instant) -> float:
        """Seconds within a lock since the last note, up to a beat too many; 0 if there is none of this start."""
        try:
            with open(self._path, "rb") as file:
                found = json.loads(file.readline(65536))
            if found["boot_id"] != now.boot_id:
                return 0.0
            since = float(found["boot"])
            return max(
                (min(now.boot, float(end)) - max(since, float(begin)) for begin, end in found["spans"]), default=0.0
            )
        except (OSError, ValueError, KeyError, TypeError):
            return 0.0
