"""The person's own day: where it begins, when its deadline falls, and which day an instant belongs to.

A day is cut out of time by a zone, an hour at which it starts and an hour at which its work is due. Once opened it
keeps its instants for good (rule 7): travel, daylight saving and a changed clock move nothing any more. When the zone
or the start hour of the contract changes, one day in between is longer or shorter, never shorter than twelve hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exitzero.core.errors import BadInput
from exitzero.core.spans import Span

ONE_DAY = timedelta(days=1)
DEADLINE_MINUTE = timedelta(minutes=1)
SHORTEST_DAY = timedelta(hours=12)


def zone_named(name: str) -> ZoneInfo:
    """The time zone called ``name`` in the IANA list; raises :class:`BadInput` on ``zone`` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            "zone", f"There is no time zone {name!r}; give a name such as Europe/Berlin, Asia/Kolkata or UTC."
        ) from error


@dataclass(frozen=True, slots=True)
class Hours:
    """The wall-clock hours of a contract's days: ``starts`` opens a day, ``deadline`` is when its work is due."""

    starts: time = time(0, 0)
    deadline: time = time(23, 59)

    @property
    def deadline_minutes(self) -> int:
        """Minutes from midnight of the day's own date to its deadline; 1440 and more means after midnight."""
        starts = self.starts.hour * 60 + self.starts.minute
        due = self.deadline.hour * 60 + self.deadline.minute
        return due if due > starts else due + 24 * 60


@dataclass(frozen=True, slots=True)
class Day:
    """One opened day. All instants are aware and in UTC; ``starts <= t < ends`` belong to it.

    ``deadline`` is when the ladder ends and the countdown stands at zero; ``closes`` is the first instant that no
    longer counts. They differ by the deadline's own minute: "due 23:59" lets 23:59:30 count.
    """

    label: date
    zone: str
    starts: datetime
    deadline: datetime
    closes: datetime
    ends: datetime

    @property
    def window(self) -> Span:
        """The span in which work counts for this day."""
        return Span(self.starts, self.closes)

    def __contains__(self, instant: object) -> bool:
        return isinstance(instant, datetime) and self.starts <= instant < self.ends


def boundary(label: date, hours: Hours, zone: ZoneInfo) -> datetime:
    """The instant at which the day ``label`` starts.

    An hour that daylight saving skips is taken as if the clocks had not moved yet, one that it repeats as the first
    of the two, so that boundaries never run backwards and each instant has one day.
    """
    return datetime.combine(label, hours.starts, tzinfo=zone).astimezone(UTC)


def day_at(instant: datetime, hours: Hours, zone_name: str) -> Day:
    """The day that ``instant`` belongs to by ``hours`` in the zone, where no day was open before."""
    zone = zone_named(zone_name)
    label = instant.astimezone(zone).date() + ONE_DAY
    while boundary(label, hours, zone) > instant:
        label -= ONE_DAY
    return _framed(label, boundary(label, hours, zone), boundary(label + ONE_DAY, hours, zone), hours, zone)


def day_after(previous: Day, hours: Hours, zone_name: str) -> Day:
    """The day that follows ``previous`` without gap or overlap, by the hours and zone that hold from now on.

    If these changed, the new day runs to the first boundary that leaves it at least twelve hours; its label is later
    than the one before.
    """
    zone = zone_named(zone_name)
    starts = previous.ends
    label = max(previous.label + ONE_DAY, starts.astimezone(zone).date() - ONE_DAY)
    ends = boundary(label + ONE_DAY, hours, zone)
    while ends - starts < SHORTEST_DAY:
        label += ONE_DAY
        ends = boundary(label + ONE_DAY, hours, zone)
    return _framed(label, starts, ends, hours, zone)


def _framed(label: date, starts: datetime, ends: datetime, hours: Hours, zone: ZoneInfo) -> Day:
    deadline = _last_deadline(label, starts, ends, hours, zone)
    return Day(
        label=label,
        zone=zone.key,
        starts=starts,
        deadline=deadline,
        closes=min(deadline + DEADLINE_MINUTE, ends),
        ends=ends,
    )


def _last_deadline(label: date, starts: datetime, ends: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    for offset in (1, 0):
        # Of an hour that is repeated the later one counts: the doubt is the person's.
        local = datetime.combine(label + offset * ONE_DAY, hours.deadline, tzinfo=zone).replace(fold=1)
        due = local.astimezone(UTC)
        if due.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            due = local.replace(fold=0).astimezone(UTC)  # an hour that is skipped
        if starts < due <= ends:
            return due
    return ends


def tightened(day: Day, hours: Hours) -> Day:
    """``day`` with the earlier deadline of ``hours``, or ``day`` itself if that would not be earlier."""
    moved = _framed(day.label, day.starts, day.ends, hours, zone_named(day.zone))
    return moved if moved.deadline < day.deadline else day
