"""What the contract says about lockdown: which sites, and what locks them.

Everything is off until it is switched on. More sites and more causes hold from today; fewer wait for the horizon.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from exitzero.core.errors import BadInput

MOST_SITES = 300
MOST_WINDOWS = 20


class Cause(StrEnum):
    """What locks. Its word stands in the journal and in scripts."""

    FAILED = "failed"
    DEADLINE = "deadline"
    LADDER = "ladder"
    MOCKS = "mocks"
    SCHEDULE = "schedule"
    FOCUS = "focus"
    HAND = "hand"

    @property
    def words(self) -> str:
        """Why it is locked, for the screen."""
        return {
            Cause.FAILED: "A day failed",
            Cause.DEADLINE: "The deadline passed and the work is not proved",
            Cause.LADDER: "The work of today is missing",
            Cause.MOCKS: "No mock interview is booked for the coming seven days",
            Cause.SCHEDULE: "Locked by your schedule",
            Cause.FOCUS: "A focus session is running",
            Cause.HAND: "Locked by hand",
        }[self]

    @property
    def release_words(self) -> str:
        """What ends it before its time, for the screen."""
        return {
            Cause.FAILED: "The next day's work, verified",
            Cause.DEADLINE: "The work, verified; or the verdict",
            Cause.LADDER: "Today's work, verified",
            Cause.MOCKS: "A mock interview booked",
            Cause.SCHEDULE: "Today's work, verified",
            Cause.FOCUS: "The end of the session",
            Cause.HAND: "Its own time",
        }[self]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of the week in which sites are locked: on ``weekday`` (0 is Monday) from ``starts`` to ``ends``.

    Wall-clock times of the day's zone; an end at or before the start lies on the next day.
    """

    weekday: int
    starts: time
    ends: time

    @property
    def words(self) -> str:
        """The window for the screen: ``Monday 09:00 to 12:00``."""
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        return f"{names[self.weekday]} {self.starts:%H:%M} to {self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class Blocking:
    """The lockdown's part of a contract version.

    ``groups`` are words of the shipped groups, ``sites`` host names of one's own. ``failed`` locks from a failed day's
    deadline until the next day's work is verified, ``no_mocks`` while no mock interview is ahead, ``rung`` from the
    rung of that name on (empty: never). ``windows`` are a schedule.
    """

    groups: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    failed: bool = False
    no_mocks: bool = False
    rung: str = ""
    windows: frozenset[Window] = frozenset()

    @property
    def armed(self) -> bool:
        """True if anything could lock by itself."""
        return bool(self.groups or self.sites) and bool(self.failed or self.no_mocks or self.rung or self.windows)


def check(blocking: Blocking) -> None:
    """Raise :class:`BadInput` at the field that cannot be."""
    if len(blocking.sites) > MOST_SITES:
        raise BadInput("lockdown.sites", f"At most {MOST_SITES} sites of your own.")
    if len(blocking.windows) > MOST_WINDOWS:
        raise BadInput("lockdown.windows", f"At most {MOST_WINDOWS} stretches of the week.")
    for window in blocking.windows:
        if window.starts == window.ends:
            raise BadInput("lockdown.windows", f"{window.words}: it has no length.")
    wants = blocking.failed or blocking.no_mocks or blocking.rung or blocking.windows
    if wants and not (blocking.groups or blocking.sites):
        raise BadInput("lockdown.sites", "Choose the sites first: there is nothing to lock.")
