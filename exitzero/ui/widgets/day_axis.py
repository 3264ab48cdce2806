"""Where an instant stands in a column of hours, on days of 23, 24 and 25 hours too.

The hours of a week share one axis, so that 16:00 is at one height on all days. An hour that the clocks run through
twice gets a second row, which is empty on the other days; an hour that they leave out is a gap on its own day only.
Seen so, no interview is drawn over another that it does not meet, and none is drawn at an hour that does not exist.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from exitzero.ui.format import zone as zone_named

MINUTES = 24 * 60
_PROBE = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of the clocks in a day. ``before`` and ``after`` are wall minutes of the day at that instant."""

    at: datetime
    before: int
    after: int

    @property
    def skipped(self) -> int:
        """Minutes that do not exist; negative where minutes come twice."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A date in a zone: its first instant, that of the next date, and the change of the clocks in it, if any."""

    label: date
    starts: datetime
    ends: datetime
    turn: Turn | None

    @property
    def hours(self) -> float:
        """How long the day is."""
        return (self.ends - self.starts) / timedelta(hours=1)


def day_span(label: date, zone: str) -> DaySpan:
    """A date as it passes in the zone."""
    place = zone_named(zone)
    starts = _midnight(label, place)
    ends = max(_midnight(label + timedelta(days=1), place), starts)
    return DaySpan(label, starts, ends, _turn(label, starts, ends, place))


def _midnight(label: date, place: tzinfo) -> datetime:
    return datetime.combine(label, time(0), tzinfo=place).astimezone(UTC)


def _turn(label: date, starts: datetime, ends: datetime, place: tzinfo) -> Turn | None:
    # The offset just before the end: a change at midnight belongs to the day whose minutes it doubles.
    if starts.astimezone(place).utcoffset() == (ends - _MINUTE).astimezone(place).utcoffset():
        first = starts.astimezone(place)
        if first.date() == label and (first.hour or first.minute):
            return Turn(starts, 0, first.hour * 60 + first.minute)
        return None
    low, high = starts, ends - _MINUTE
    offset = low.astimezone(place).utcoffset()
    while high - low > _MINUTE:
        middle = low + (high - low) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if middle <= low:
            break
        if middle.astimezone(place).utcoffset() == offset:
            low = middle
        else:
            high = middle
    last = (high - _MINUTE).astimezone(place)
    return Turn(high, _minutes(last, label) + 1, _minutes(high.astimezone(place), label))


def _minutes(wall: datetime, label: date) -> int:
    return (wall.date() - label).days * MINUTES + wall.hour * 60 + wall.minute


class Axis:
    """The common axis of some days; positions are minutes from its top, :attr:`length` of them."""

    def __init__(self, days: list[DaySpan], zone: str) -> None:
        self.days = days
        self.zone = zone
        self._place = zone_named(zone)
        self._extra: tuple[int, int] | None = None
        for day in days:
            if day.turn is not None and day.turn.skipped < 0:
                # Two such days in one week happen nowhere.
                self._extra = (day.turn.before, -day.turn.skipped)

    @property
    def length(self) -> int:
        """How many minutes the axis has."""
        return MINUTES + (self._extra[1] if self._extra else 0)

    @property
    def extra(self) -> tuple[int, int] | None:
        """Where the row of the repeated minutes begins and how long it is, in positions."""
        return self._extra

    def labels(self) -> list[tuple[int, int, bool]]:
        """Each full hour on the axis: position, wall minute, and whether it comes for the second time there."""
        found = [(self._shift(hour * 60), hour * 60, False) for hour in range(24)]
        if self._extra:
            begins, length = self._extra
            first = begins - length
            found.append((begins, first, True))
            found += [(begins + at - first, at, True) for at in range((first // 60 + 1) * 60, begins, 60)]
        return sorted(found)

    def gap(self, day: DaySpan) -> tuple[int, int] | None:
        """The part of the axis that this day does not have: first and last position."""
        if day.turn is not None and day.turn.skipped > 0:
            return self._shift(day.turn.before), self._shift(day.turn.after)
        if self._extra and (day.turn is None or day.turn.skipped >= 0):
            return self._extra[0], self._extra[0] + self._extra[1]
        return None

    def position(self, day: DaySpan, instant: datetime) -> float:
        """Where an instant stands in the column of a day, kept within it."""
        if instant <= day.starts:
            return float(self._shift(day.turn.after) if day.turn and day.turn.at == day.starts else 0)
        if instant >= day.ends:
            return float(self.length)
        turn = day.turn
        if turn is not None and turn.skipped < 0 and instant >= turn.at:
            # From the change on, the axis runs as the instants do: through the second row and on.
            return turn.before + (instant - turn.at) / _MINUTE
        wall = instant.astimezone(self._place)
        minute = wall.hour * 60 + wall.minute + wall.second / 60
        if turn is not None and turn.skipped < 0:
            return minute
        return minute if self._extra is None or minute < self._extra[0] else minute + self._extra[1]

    def instant(self, day: DaySpan, position: float) -> datetime:
        """The instant at a position in the column of a day; one in a gap is where the gap ends."""
        turn = day.turn
        if turn is not None and turn.skipped < 0:
            if position >= turn.before:
                return turn.at + timedelta(minutes=position - turn.before)
            return day.starts + timedelta(minutes=position)
        minute = position
        if self._extra and minute >= self._extra[0]:
            minute = max(float(self._extra[0]), minute - self._extra[1])
        if turn is not None and minute >= turn.before:
            return turn.at + timedelta(minutes=max(0.0, minute - turn.after))
        return day.starts + timedelta(minutes=minute)

    def _shift(self, minute: int) -> int:
        return minute if self._extra is None or minute < self._extra[0] else minute + self._extra[1]
