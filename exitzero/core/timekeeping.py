"""What time it really is, by a wall clock that may be set wrongly and a monotonic one that may not.

Between two looks the wall clock has to move as far as the monotonic one. Where it does not, something moved it:
that is written in the journal, and the reckoning goes on from the monotonic clock until a truth source's own
``Date`` says what is right. So a turned clock neither wins a day nor loses one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)
"""Differences up to this, all together, are drift and believed silently."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at both clocks. ``monotonic`` is in seconds and counts through sleep."""

    wall: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock moved by ``by`` against the time that really passed."""

    by: timedelta
    wall: datetime
    reckoned: datetime


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """The reckoning so far: add ``offset`` to the wall clock to get the time that the judge goes by.

    ``confirmed`` is False after a jump until a source has told the time; the judge waits meanwhile. ``drift`` is how
    far the wall clock was believed against the monotonic one since then: many small steps are one jump.
    """

    last: Reading
    offset: timedelta = timedelta(0)
    confirmed: bool = True
    drift: timedelta = timedelta(0)

    @property
    def now(self) -> datetime:
        """The reckoned time at the last look."""
        return self.last.wall + self.offset


def look(before: Timekeeping, reading: Reading) -> tuple[Timekeeping, Jump | None]:
    """Take a new reading; a jump is reported once and taken out of the reckoning."""
    passed = timedelta(seconds=reading.monotonic - before.last.monotonic)
    expected = before.now - before.drift + passed
    difference = reading.wall + before.offset - expected
    if abs(difference) <= TOLERANCE:
        return Timekeeping(reading, before.offset, before.confirmed, difference), None
    after = Timekeeping(reading, expected - reading.wall, confirmed=False)
    return after, Jump(difference, reading.wall, expected)


def told(before: Timekeeping, server_at: datetime, asked: Reading) -> tuple[Timekeeping, timedelta]:
    """A source told its time in answer to a question asked at ``asked``; returns by how much the wall clock is wrong.

    Within the tolerance the wall clock is believed again; beyond it the source's time is gone by. The wall clock may
    have been moved while the answer was under way, so the last look is set right, over the monotonic clock.
    """
    true = server_at + timedelta(seconds=before.last.monotonic - asked.monotonic)
    wrong = before.last.wall - true
    if abs(wrong) <= TOLERANCE:
        return Timekeeping(before.last, drift=wrong), wrong
    return Timekeeping(before.last, -wrong), wrong
