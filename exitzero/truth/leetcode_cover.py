"""What an answer of LeetCode proves about time, and when it contradicts itself.

Why it exists: a penalty may rest only on "nothing was done", and that follows from two things alone. The list of
accepted submissions is complete back to its oldest row (all the way if it was not cut at its cap), and a UTC day with
no submission of any verdict holds no accepted one. Everything else is a gap, and a gap is *unknown*.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from exitzero.core.spans import Span, merge
from exitzero.truth.leetcode_parse import (
    DAY,
    Attempt,
    Calendar,
    Row,
    Totals,
    inconsistent,
    instant,
    seconds,
)

#: No figure is recorded for how late a submission appears; this is far beyond anything seen.
LAG = timedelta(minutes=10)
#: A row may be this much ahead of the answer's own Date, since they come from different machines.
AHEAD = timedelta(minutes=5)
#: Without a Date only our own clock is left, and that may be wrong by a day.
AHEAD_OF_US = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Picture:
    """All parts of one answer that bear on truth; ``None`` where a part was not told."""

    rows: tuple[Row, ...]
    attempts: tuple[Attempt, ...] | None
    calendar: Calendar | None
    totals: Totals | None
    cap: int

    def is_whole(self) -> bool:
        """True if the list holds every accepted submission there ever was.

        A list shorter than its cap was not cut by the cap; but one that shows fewer problems than were ever solved was
        cut by something else (a smaller limit of whoever answered).
        """
        solved = self.totals.all_solved if self.totals else None
        shown = len({row.slug for row in self.rows})
        return len(self.rows) < self.cap and (solved is None or solved <= shown)


def check(picture: Picture, *, server_at: datetime | None, asked_at: datetime) -> None:
    """Raise *inconsistent* if parts of the answer cannot all be right. An absent part is not held against it."""
    rows = picture.rows
    if any(newer.at < older.at for newer, older in pairwise(rows)):
        raise inconsistent("the list is not in order of time")
    if len({row.key for row in rows}) != len(rows):
        raise inconsistent("two submissions have the same id")
    latest = server_at + AHEAD if server_at else asked_at + AHEAD_OF_US
    if rows and rows[0].at > seconds(latest):
        raise inconsistent("a submission lies in the future")
    _check_empty(picture, server_at)
    if picture.calendar is not None and server_at is not None:
        _check_calendar(picture.calendar, rows, server_at)


def _check_empty(picture: Picture, server_at: datetime | None) -> None:
    """An empty list is believed only if nothing else says that there should be rows: profiles can be hidden."""
    if picture.rows:
        return
    solved = picture.totals.all_solved if picture.totals else None
    if solved or (picture.totals and picture.totals.all_accepted):
        raise inconsistent("problems were solved, but the list of accepted submissions is empty")
    if any(attempt.accepted for attempt in picture.attempts or ()):
        raise inconsistent("a submission was accepted, but the list of accepted submissions is empty")
    if picture.calendar is None or server_at is None:
        return
    today = seconds(server_at) // DAY * DAY
    if today not in picture.calendar.days:
        return
    # Somebody new who only failed so far: the other list shows those attempts, and no problem counts as solved.
    explained = solved == 0 and any(attempt.at >= today for attempt in picture.attempts or ())
    if not explained:
        raise inconsistent("something was submitted today, but no submission is shown")


def _check_calendar(calendar: Calendar, rows: tuple[Row, ...], server_at: datetime) -> None:
    """No day that is over may have more accepted submissions than submissions."""
    for day in _window(calendar, server_at):
        if instant(day + DAY) > server_at - LAG:
            continue
        if sum(day <= row.at < day + DAY for row in rows) > calendar.days.get(day, 0):
            raise inconsistent("a day shows more accepted submissions than submissions")


def _window(calendar: Calendar, server_at: datetime) -> range:
    """The first seconds of the past UTC days the calendar tells about, without its oldest, which may be cut.

    Today is left out as well: how quickly its count appears is not known, and the list says more about today anyway.
    """
    today = seconds(server_at) // DAY * DAY
    return range(today - (calendar.window - 2) * DAY, today, DAY)


def cover(picture: Picture, *, since: datetime, server_at: datetime | None, asked_at: datetime) -> tuple[Span, ...]:
    """The spans from ``since`` on for which the rows are complete.

    Nothing without the server's own Date. Never later than ``LAG`` before that, nor before we asked: a wrong clock on
    either side can only shorten what is vouched for. After a cut, completeness starts one second *after* the oldest
    row, because others of the same second may have been cut off. A UTC day without submissions vouches for itself.
    """
    if server_at is None:
        return ()
    end = min(server_at, asked_at) - LAG
    spans = []
    if picture.is_whole():
        spans.append(Span(since, end))
    elif picture.rows:
        spans.append(Span(instant(picture.rows[-1].at + 1), end))
    if picture.calendar is not None:
        seen = {row.at // DAY * DAY for row in picture.rows}
        seen |= {attempt.at // DAY * DAY for attempt in picture.attempts or ()}
        spans += [
            Span(instant(day), instant(day + DAY))
            for day in _window(picture.calendar, server_at)
            if day not in picture.calendar.days and day not in seen
        ]
    return merge(Span(max(span.start, since), min(span.end, end)) for span in spans)
