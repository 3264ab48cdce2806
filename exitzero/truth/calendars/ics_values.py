"""What the properties of one event mean: moments, lengths, links, reminders, who takes part.

Why it exists: each is read on its own, so that one that does not matter cannot hide the event, and one that does says
what is wrong with it.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from exitzero.truth.calendars.ics_lines import Block, Line, unescape
from exitzero.truth.calendars.ics_rules import UnreadableEventError
from exitzero.truth.calendars.ics_zones import Zone, Zones

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.IGNORECASE)
_LENGTH = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\)\]}]+", re.IGNORECASE)
#: Where people meet; the first that fits is what "join now" opens.
_MEETING_HOSTS = (
    "zoom.us",
    "zoom.com",
    "zoomgov.com",
    "meet.google.com",
    "teams.microsoft.com",
    "teams.live.com",
    "webex.com",
    "whereby.com",
    "meet.jit.si",
    "chime.aws",
    "gotomeeting.com",
    "gotomeet.me",
    "bluejeans.com",
    "around.co",
    "discord.gg",
    "discord.com",
    "facetime.apple.com",
    "pramp.com",
    "interviewing.io",
    "tryexponent.com",
    "meetapro.com",
    "igotanoffer.com",
    "coderpad.io",
    "hackerrank.com",
    "codesignal.com",
    "codility.com",
    "coderbyte.com",
)
_MOST_REMINDERS = 10


class Moment(NamedTuple):
    """A date, or an aware time, with the zone it was written in and whether it was floating."""

    value: date
    zone: Zone
    floating: bool = False

    @property
    def is_day(self) -> bool:
        """True for a date without a time."""
        return not isinstance(self.value, datetime)


def moment(line: Line, zones: Zones, what: str) -> Moment:
    """The moment that a property names; :class:`UnreadableEventError` with ``what`` if it is not readable."""
    return _moment(line.value, line, zones, what)


def moments(lines: Collection[Line], zones: Zones, what: str) -> Iterator[tuple[Moment, date | None]]:
    """Each moment of properties that hold several, with its end where a period is told."""
    for line in lines:
        for text in line.value.split(","):
            begins, slash, ends = text.partition("/")
            start = _moment(begins, line, zones, what)
            if not slash:
                yield start, None
            elif ends.strip().upper().startswith(("P", "+P")):
                yield start, start.value + length(ends, what)
            else:
                yield start, _moment(ends, line, zones, what).value


def _moment(text: str, line: Line, zones: Zones, what: str) -> Moment:
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise UnreadableEventError(f"{what} is not readable")
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return Moment(day, zones.own, floating=True)
        # A leap second is the second before.
        at = time(int(found[4]), int(found[5]), min(int(found[6]), 59))
    except ValueError:
        raise UnreadableEventError(f"{what} is no date of the calendar") from None
    if found[7]:
        return Moment(datetime.combine(day, at, UTC), Zone(UTC, "UTC"))
    tzid = line.param("TZID")
    zone = zones.get(tzid) if tzid else zones.default
    return Moment(datetime.combine(day, at, zone.tz), zone, floating=not zone.name)


def length(text: str, what: str) -> timedelta:
    """A DURATION; :class:`UnreadableEventError` with ``what`` if it is not readable."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None or text.strip()[-1:].upper() in {"P", "T"}:
        raise UnreadableEventError(f"{what} is not readable")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    told = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if told > timedelta(days=3660):
        raise UnreadableEventError(f"{what} is longer than ten years")
    return -told if found[1] == "-" else told


def instant(value: date, own: Zone) -> datetime:
    """A moment in UTC; a date is midnight in the person's own zone."""
    try:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(), own.tz)
        return value.astimezone(UTC)
    except OverflowError:
        raise UnreadableEventError("its time lies beyond all calendars") from None


def recurrence_of(value: date, *, floating: bool = False) -> str:
    """The words that name an occurrence for ever: ISO in UTC; a date, or a floating time, as it was written."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return (value.replace(tzinfo=None) if floating else value.astimezone(UTC)).isoformat()


def link_of(event: Block) -> str:
    """Where to join: what is named as the meeting, else any address that looks like one, else the event's own."""
    named: list[str] = []
    for name in ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"):
        named += [address for line in event.all(name) for address in _addresses(line.value)]
    if named:
        return named[0]
    own = _addresses(event.text("URL"))
    place = _addresses(event.text("LOCATION"))
    notes = _addresses(event.text("DESCRIPTION"))
    meeting = next((address for address in (*own, *place, *notes) if _is_meeting(address)), "")
    return meeting or next(iter((*own, *place)), "")


def _addresses(text: str) -> list[str]:
    found = (one.rstrip(".,;:!?*_") for one in _ADDRESS.findall(text[:20_000]))
    return [address for address in found if _host(address)]


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _is_meeting(address: str) -> bool:
    host = _host(address)
    return any(host == known or host.endswith(f".{known}") for known in _MEETING_HOSTS)


def attendees_of(event: Block) -> tuple[str, ...]:
    """The mail addresses of who takes part, in the order of the file."""
    found = (mail_of(line.value) for line in event.all("ATTENDEE"))
    return tuple(dict.fromkeys(mail for mail in found if mail))


def mail_of(value: str) -> str:
    """The address of an attendee or organizer."""
    value = unescape(value).strip()
    return value[7:].strip() if value[:7].lower() == "mailto:" else value


def is_declined(event: Block, own: Collection[str]) -> bool:
    """True if one of the person's own addresses said no."""
    mine = {mail.casefold() for mail in own}
    return any(
        line.param("PARTSTAT").upper() == "DECLINED"
        and (mail_of(line.value).casefold() in mine or mail_of(line.param("EMAIL")).casefold() in mine)
        for line in event.all("ATTENDEE")
    )


def reminders_of(event: Block, start: datetime, end: datetime) -> tuple[int, ...]:
    """Whole minutes before the start, the least first; alarms that cannot be read, or come after it, are left out."""
    found: set[int] = set()
    for alarm in event.blocks("VALARM"):
        before = before_start(alarm, start, end)
        if before is not None:
            found.add(before)
    return tuple(sorted(found)[:_MOST_REMINDERS])


def before_start(alarm: Block, start: datetime, end: datetime) -> int | None:
    """How many minutes before the start an alarm goes off; ``None`` if it does not, or it cannot be read."""
    line = alarm.first("TRIGGER")
    if line is None:
        return None
    try:
        if _MOMENT.fullmatch(line.value.strip()):
            at = datetime.strptime(line.value.strip().upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            before = start - at
        else:
            before = -length(line.value, "a reminder")
            if line.param("RELATED").upper() == "END":
                before -= end - start
    except (UnreadableEventError, ValueError, OverflowError):
        return None
    minutes = before // timedelta(minutes=1)
    return minutes if 0 <= minutes <= 60 * 24 * 60 else None


def stamp_of(line: Line | None) -> datetime | None:
    """An instant such as LAST-MODIFIED, read as UTC; ``None`` if there is none or it is not readable."""
    if line is None:
        return None
    try:
        return datetime.strptime(line.value.strip().upper().rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
