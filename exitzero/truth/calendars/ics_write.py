"""Events as a calendar file: an export, a feed that other calendars subscribe to, one event for a server.

Why it exists: what is written has to come back the same, in every zone and in the hour that a clock runs through twice,
and the same events always give the same bytes, so that a feed changes only when something did.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from exitzero import __version__
from exitzero.core.calendars import CalendarEvent
from exitzero.core.errors import OutsideTrouble
from exitzero.truth.calendars.ics_lines import escape, folded
from exitzero.truth.calendars.ics_zones import Zone, known_zone

PRODID = f"-//ExitZero//ExitZero {__version__}//EN"
#: Names the zone of an event whose times have to be told in UTC, because its clock shows them twice.
ZONE_PROPERTY = "X-EXITZERO-ZONE"

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def write(events: Iterable[CalendarEvent], name: str, *, zone: str, method: str = "PUBLISH") -> bytes:
    """A calendar file called ``name``, to be exported or subscribed to; the same events give the same bytes.

    ``zone`` is the person's (IANA): whole days and floating times are told in it. Whether the person declined an event,
    ``href`` and ``etag`` are not in it.
    """
    chosen = sorted(events, key=lambda event: (event.starts, event.key))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "CALSCALE:GREGORIAN",
        *([f"METHOD:{method}"] if method else []),
        *([f"X-WR-CALNAME:{escape(name)}", f"NAME:{escape(name)}"] if name else []),
    ]
    for tzid, years in _zones_used(chosen).items():
        lines += vtimezone(tzid, *years)
    for event in chosen:
        lines += event_lines(event, own=own_zone(zone))
    return folded([*lines, "END:VCALENDAR"])


def write_event(event: CalendarEvent, *, zone: str) -> bytes:
    """A file that holds one event, as a CalDAV server wants it; ``zone`` is the person's, see :func:`write`."""
    return write([event], "", zone=zone, method="")


def write_feed(path: Path, events: Iterable[CalendarEvent], name: str, *, zone: str) -> bool:
    """Put a calendar file at ``path`` for others to read, whole or not at all; False if it already said the same.

    Raises :class:`OutsideTrouble` (reason ``disk``), and then what was there still is.
    """
    data = write(events, name, zone=zone)
    try:
        with suppress(FileNotFoundError):
            if path.read_bytes() == data:
                return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # Other programs and users subscribe to it; unlike the database it is meant to be read.
            Path(made).chmod(0o644)
            Path(made).replace(path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutsideTrouble(
            "The calendar feed could not be written.",
            f"{error.strerror or 'The disk refused'}: choose another place or make room; nothing else is affected.",
            reason="disk",
            retry_after=timedelta(minutes=5),
        ) from None
    return True


def own_zone(zone: str) -> Zone:
    """The person's zone; UTC if there is no such zone."""
    return known_zone(zone) or Zone(UTC, "UTC")


def event_lines(event: CalendarEvent, *, own: Zone) -> Iterator[str]:
    """One VEVENT, unfolded."""
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(event.uid)}"
    yield f"DTSTAMP:{stamp(event.changed or _EPOCH)}"
    yield from time_lines(event, own=own)
    if event.recurrence:
        yield recurrence_line(event.recurrence)
    yield f"SUMMARY:{escape(event.title)}"
    if event.notes:
        yield f"DESCRIPTION:{escape(event.notes)}"
    if event.place:
        yield f"LOCATION:{escape(event.place)}"
    yield from link_lines(event.link)
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'TRANSPARENT' if event.all_day else 'OPAQUE'}"
    if event.changed is not None:
        yield f"LAST-MODIFIED:{stamp(event.changed)}"
    yield f"SEQUENCE:{sequence(event)}"
    for mail in event.attendees:
        if not any(sign.isspace() for sign in mail):
            # A server must not take this for an order to send invitations.
            yield f"ATTENDEE;SCHEDULE-AGENT=NONE:mailto:{escape(mail)}"
    for minutes in event.reminders:
        yield from alarm_lines(event.title, minutes)
    yield "END:VEVENT"


def time_lines(event: CalendarEvent, *, own: Zone, tzid: str = "") -> Iterator[str]:
    """DTSTART and DTEND in the event's own zone, called ``tzid`` if that is given."""
    if event.all_day:
        first = event.starts.astimezone(own.tz).date()
        last = max(event.ends.astimezone(own.tz).date(), first + timedelta(days=1))
        yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{last:%Y%m%d}"
        return
    zone = known_zone(event.zone) if event.zone else None
    if not event.zone:
        floating = [_wall_of(instant, own.tz) for instant in (event.starts, event.ends)]
        if None not in floating:
            yield f"DTSTART:{floating[0]}"
            yield f"DTEND:{floating[1]}"
            return
    named = zone is not None and zone.name != "UTC"
    start = _wall_of(event.starts, zone.tz) if zone is not None and named else None
    for name, instant in (("DTSTART", event.starts), ("DTEND", event.ends)):
        wall = _wall_of(instant, zone.tz) if zone is not None and start is not None else None
        yield f"{name}:{stamp(instant)}" if wall is None else f"{name};TZID={_quoted(tzid or event.zone)}:{wall}"
    if named and start is None:
        yield f"{ZONE_PROPERTY}:{event.zone}"


def recurrence_line(recurrence: str) -> str:
    """RECURRENCE-ID of an occurrence's own words."""
    if "T" not in recurrence:
        return f"RECURRENCE-ID;VALUE=DATE:{date.fromisoformat(recurrence):%Y%m%d}"
    at = datetime.fromisoformat(recurrence)
    return f"RECURRENCE-ID:{stamp(at)}" if at.tzinfo else f"RECURRENCE-ID:{at:%Y%m%dT%H%M%S}"


def link_lines(link: str) -> Iterator[str]:
    """Where to join, for calendars that know conferences and for those that only know addresses."""
    if is_link(link):
        yield f"URL:{link}"
        yield f"CONFERENCE;VALUE=URI;FEATURE=VIDEO:{link}"


def is_link(link: str) -> bool:
    """True for a web address that can stand in a file."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and link.isprintable() and " " not in link


def alarm_lines(title: str, minutes: int) -> Iterator[str]:
    """A reminder so many minutes before the start."""
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{escape(title or 'Reminder')}"
    yield f"TRIGGER:{'-' if minutes else ''}PT{minutes}M"
    yield "END:VALARM"


def sequence(event: CalendarEvent) -> int:
    """A number that grows with every change."""
    return max(int(((event.changed or _EPOCH) - _EPOCH) / timedelta(minutes=1)), 0)


def stamp(instant: datetime) -> str:
    """An instant in UTC as the format writes it; years are four digits."""
    at = instant.astimezone(UTC)
    return f"{at.year:04}{at:%m%dT%H%M%S}Z"


@lru_cache(maxsize=64)
def vtimezone(tzid: str, first_year: int, last_year: int) -> tuple[str, ...]:
    """The rules of a zone for some years, unfolded; nothing for UTC and names of no zone."""
    zone = known_zone(tzid)
    if zone is None or zone.name == "UTC":
        return ()
    from icalendar import Timezone

    made = Timezone.from_tzinfo(
        zone.tz, tzid, date(max(first_year - 1, 1971), 1, 1), date(min(max(last_year, 1971) + 2, 2100), 1, 1)
    )
    return tuple(made.to_ical().decode().replace("\r\n ", "").split("\r\n")[:-1])


def _zones_used(events: Iterable[CalendarEvent]) -> dict[str, tuple[int, int]]:
    used: dict[str, tuple[int, int]] = {}
    for event in events:
        if event.zone and not event.all_day:
            first, last = used.get(event.zone, (event.starts.year, event.ends.year))
            used[event.zone] = (min(first, event.starts.year), max(last, event.ends.year))
    return dict(sorted(used.items()))


def _wall_of(instant: datetime, tz: tzinfo) -> str | None:
    """The time on the wall, ``None`` if that would be read as another instant."""
    wall = instant.astimezone(tz)
    if wall.replace(fold=0).astimezone(UTC) != instant:
        return None
    return f"{wall.year:04}{wall:%m%dT%H%M%S}"


def _quoted(value: str) -> str:
    return f'"{value}"' if any(sign in value for sign in ":;,") else value
