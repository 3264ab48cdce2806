"""The engine's watch: the pure reckoning of :mod:`exitzero.core.timekeeping` over a real clock, for all threads."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from exitzero.core.timekeeping import TOLERANCE, Jump, Reading, Timekeeping, look, told


class Clock(Protocol):
    """This machine's clocks."""

    def now(self) -> datetime:
        """The wall clock, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that count through sleep and are never set."""
        ...

    def zone(self) -> str:
        """The IANA name of this machine's time zone."""
        ...


class Timekeeper:
    """Tells the reckoned time; any thread may ask. ``on_jump`` hears of each jump once, in the thread that found it."""

    def __init__(self, clock: Clock) -> None:
        self.on_jump: Callable[[Jump], None] = lambda _jump: None
        self._clock = clock
        self._lock = threading.Lock()
        self._kept = Timekeeping(self._read(), confirmed=False)
        self._doubt = ""

    def _read(self) -> Reading:
        return Reading(self._clock.now(), self._clock.monotonic())

    def now(self) -> datetime:
        """The reckoned time."""
        with self._lock:
            self._kept, jump = look(self._kept, self._read())
            now = self._kept.now
            if jump is not None:
                self._doubt = f"The clock was moved by {_words(jump.by)}."
        if jump is not None:
            self.on_jump(jump)
        return now

    def reading(self) -> Reading:
        """Both clocks as they stand, to date a question that is about to be asked."""
        return self._read()

    def told(self, server_at: datetime, asked: Reading) -> timedelta:
        """A source told its time; gives by how much the wall clock is wrong, zero if it is right enough."""
        self.now()
        with self._lock:
            self._kept, wrong = told(self._kept, server_at, asked)
            is_wrong = abs(wrong) > TOLERANCE
            self._doubt = f"This machine's clock is wrong by {_words(wrong)}." if is_wrong else ""
        return wrong if is_wrong else timedelta(0)

    @property
    def confirmed(self) -> bool:
        """True if a source told the time since the start and since the last jump."""
        with self._lock:
            return self._kept.confirmed

    def trust(self) -> None:
        """Go by this machine's clock, where no source could be asked that would tell the time."""
        with self._lock:
            last = self._kept
            self._kept = Timekeeping(last.last, last.offset, confirmed=True, drift=last.drift)

    @property
    def doubt(self) -> str:
        """What is wrong with the clock, in words; empty if nothing is known to be."""
        with self._lock:
            return self._doubt

    def zone(self) -> str:
        """This machine's time zone."""
        return self._clock.zone()


def _words(by: timedelta) -> str:
    seconds = round(by.total_seconds())
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours} h {rest // 60} min" if hours else f"{sign}{rest // 60} min {rest % 60} s"
