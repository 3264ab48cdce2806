"""When the mocks of a day are met: so many stand booked for the coming seven days, seen at the deadline.

What was booked at noon and taken out at 23:50 did not stand at the deadline; what was never answered for is still
booked, what the person said they missed is not. A calendar outside that could not be read leaves it unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exitzero.core.contract import Clause
from exitzero.core.day import Day
from exitzero.core.finding import Finding, Trouble
from exitzero.core.words import ClauseState

AHEAD = timedelta(days=7)
"""How far ahead a booked interview counts."""

STALE = timedelta(hours=26)
"""How long a good reading of a calendar outside speaks for the present; some services show changes hours later."""

UNANSWERED = timedelta(days=1)
"""How long after its end an interview without an outcome is written into the journal."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mock interview stood at one instant; ``state`` is booked, complete, incomplete or missed."""

    mock: str
    starts: datetime
    state: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """How a connected calendar was read last. ``trouble`` is set if not the last time it was tried."""

    name: str
    connected_at: datetime
    last_good: datetime | None
    trouble: Trouble | None = None


def judged_at(day: Day, now: datetime) -> datetime:
    """The instant whose calendar counts: now, and once the day has closed its deadline for ever."""
    return min(now, day.closes)


def counts(standing: Standing, day: Day, instant: datetime) -> bool:
    """True if the interview lies in the day or in the seven days after ``instant``, and was not missed."""
    return standing.state != "missed" and day.starts <= standing.starts < instant + AHEAD


def find_mocks(
    clause: Clause, day: Day, standing: Sequence[Standing], feeds: Sequence[Feed], now: datetime, *, due: bool = True
) -> Finding:
    """The state of the clause at ``now``; ``standing`` is what stood at :func:`judged_at`."""
    instant = judged_at(day, now)
    counted = sorted({each.mock for each in standing if counts(each, day, instant)})

    def finding(state: ClauseState, reason: str, words: str, *, at_least: bool = False) -> Finding:
        return Finding(
            kind=clause.kind,
            state=state,
            count=len(counted),
            target=clause.target,
            weight=clause.weight,
            reason=reason,
            words=words,
            due=due,
            at_least=at_least,
            keys=tuple(counted),
        )

    progress = f"{len(counted)} of {clause.target} booked for the coming seven days"
    if len(counted) >= clause.target:
        return finding(ClauseState.MET, "proved", f"{progress}.")
    closed = now >= day.closes
    for feed in feeds:
        # A calendar connected today is no excuse for today: it may never have held anything.
        doubt = _doubt(feed, day, now, closed=closed) if feed.connected_at < day.starts else None
        if doubt is not None:
            return finding(ClauseState.UNKNOWN, *doubt, at_least=True)
    when = " when the day closed" if closed else ""
    return finding(ClauseState.NOT_MET, "missing", f"{progress}{when}.")


def _doubt(feed: Feed, day: Day, now: datetime, *, closed: bool) -> tuple[str, str] | None:
    """Why the calendar may hold more than is known here, as word and sentence."""
    if closed and feed.last_good is not None and feed.last_good >= day.closes:
        return None
    if feed.trouble is not None:
        return feed.trouble.reason, f"{feed.name}: {feed.trouble.title}"
    if closed:
        return "awaiting_proof", f"Waiting for the calendar {feed.name} as it is after the deadline."
    if feed.last_good is None:
        return "not_checked", f"The calendar {feed.name} was not read yet."
    if feed.last_good < now - STALE:
        return "stale", f"The calendar {feed.name} was last read on {feed.last_good:%d %b at %H:%M} UTC."
    return None
