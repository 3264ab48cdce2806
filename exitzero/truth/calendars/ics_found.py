"""A VEVENT as it was found, and how the occurrences of one series are told apart.

Why it exists: a series is a core, exceptions to it, and exceptions that move all that follow; each names the occurrence
that it stands for in a form of its own.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from exitzero.core.calendars import CalendarEvent
from exitzero.truth.calendars.ics_lines import Block, flat
from exitzero.truth.calendars.ics_rules import wall
from exitzero.truth.calendars.ics_values import Moment, recurrence_of, stamp_of
from exitzero.truth.calendars.ics_write import ZONE_PROPERTY
from exitzero.truth.calendars.ics_zones import known_zone

SHORT_TITLE = 60
_OLD = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Found:
    """One VEVENT as it stands in the file."""

    block: Block
    uid: str
    start: Moment
    end: date
    recurrence: Moment | None
    future: bool
    rank: tuple[int, datetime]
    told: CalendarEvent | None = None

    @property
    def length(self) -> timedelta:
        """How long it lasts on the wall."""
        return wall(self.end) - wall(self.start.value)


class Named(NamedTuple):
    """An occurrence by what names it within its series."""

    key: date
    words: str


def zone_name(found: Found) -> str:
    """The IANA name of the zone that it was written in."""
    if found.start.is_day:
        return ""
    told = found.block.text(ZONE_PROPERTY).strip()
    if told and found.start.zone.name == "UTC":
        zone = known_zone(told)
        return zone.name if zone else "UTC"
    return found.start.zone.name


def cores_of(found: list[Found]) -> list[Found]:
    """The newest of those that claim to be the same event.

    Some files give one UID to different events; those that are equally new and start at different times are all kept,
    under names of their own.
    """
    if len(found) < 2:
        return found
    newest = max(one.rank for one in found)
    kept: dict[datetime, Found] = {}
    for one in found:
        if one.rank == newest:
            kept[wall(one.start.value)] = one
    first, *others = kept.values()
    return [first, *(replace(one, uid=f"{one.uid}~{wall(one.start.value):%Y%m%dT%H%M%S}") for one in others)]


def rank_of(block: Block) -> tuple[int, datetime]:
    """How new a block is; the greatest of one UID holds."""
    line = block.first("SEQUENCE")
    text = line.value.strip() if line else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    return number, stamp_of(block.first("LAST-MODIFIED")) or stamp_of(block.first("DTSTAMP")) or _OLD


def repeats(block: Block) -> bool:
    """True if it is more than one, or has days taken out."""
    return any(line.name in {"RRULE", "RDATE", "EXDATE"} and line.value.strip() for line in block.lines)


def named(one: Found, core: Found | None) -> Named:
    """What an exception stands for, in the form of its series."""
    at = one.recurrence or one.start
    value = at.value
    if core is not None and core.start.is_day and isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, datetime):
        return Named(value, recurrence_of(value))
    if core is not None:
        return name_of(like(value, core.start), core)
    return Named(value.astimezone(UTC), recurrence_of(value, floating=at.floating))


def name_of(start: date, core: Found) -> Named:
    """What names the occurrence that starts then."""
    if not isinstance(start, datetime):
        return Named(start, recurrence_of(start))
    return Named(start.astimezone(UTC), recurrence_of(start, floating=core.start.floating))


def day_of(start: date) -> date:
    """The date of a moment on the wall."""
    return start.date() if isinstance(start, datetime) else start


def shifted(start: date, by: Found, recurrence: Moment) -> tuple[date, date]:
    """An occurrence after one that moved all that follow it."""
    moved = start + shift_of(by, recurrence)
    return moved, moved + by.length


def shift_of(by: Found, recurrence: Moment) -> timedelta:
    """How far an exception moved what follows it."""
    return wall(by.start.value) - wall(like(recurrence.value, by.start))


def like(value: date, start: Moment) -> date:
    """A date or time in the form of a series' start."""
    if not isinstance(start.value, datetime):
        return value.date() if isinstance(value, datetime) else value
    if not isinstance(value, datetime):
        return datetime.combine(value, start.value.timetz())
    return value.astimezone(start.value.tzinfo)


def as_exdate(value: date, start: Moment) -> date:
    """A date takes out all of its day, a time that very one."""
    return value if not isinstance(value, datetime) else like(value, start)


def in_zone_of(value: datetime, start: Moment) -> datetime:
    """A time in the zone of a start."""
    return value.astimezone(start.value.tzinfo) if isinstance(start.value, datetime) else value


def in_order(start: date, end: date) -> bool:
    """True unless it ends before it starts."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return start.astimezone(UTC) <= end.astimezone(UTC)
    return wall(start) <= wall(end)


def title_of(block: Block) -> str:
    """What to call it in a sentence."""
    title = " ".join(block.text("SUMMARY").split())
    return (title if len(title) <= SHORT_TITLE else f"{title[:SHORT_TITLE]}…") or "An event without a title"


def made_up(block: Block) -> str:
    """A name for an event that has none: the same as long as it says the same."""
    stable = (text for text in flat(block) if not text.upper().startswith("DTSTAMP"))
    return f"unnamed-{sha256(chr(10).join(stable).encode('utf-8', 'replace')).hexdigest()[:24]}"
