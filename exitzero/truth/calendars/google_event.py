"""A Google Calendar event as ours, and ours as Google's.

Why it exists: what Google calls things is known here only, and each field is read on its own, so that one odd event is
told as skipped and hides no other.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from exitzero.core.calendars import CalendarEvent
from exitzero.truth.calendars.ics_lines import Block, Line
from exitzero.truth.calendars.ics_values import link_of, recurrence_of

#: Under this name an event that was made here keeps its own UID; Google gives every new event one of Google's.
UID_PROPERTY = "exitzero_uid"
#: The title under which an event's own link stands beside it.
_SOURCE = "ExitZero"
_MOST_REMINDERS = 5
_LONGEST_REMINDER = 40320


class UnreadableItemError(Exception):
    """An item of a list cannot be understood; the words are for the person."""


def event_id(uid: str) -> str:
    """The id that a new event is made with: made twice, it is still one. Hex digits lie within Google's base32hex."""
    return "e0" + hashlib.sha256(uid.encode()).hexdigest()[:40]


def zone_of(name: str) -> tzinfo | None:
    """The zone of an IANA name; ``None`` if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def read(item: Mapping[str, object], *, zone: str, calendar_zone: str, reminders: Sequence[int]) -> CalendarEvent:
    """One item of a list. ``zone`` is the person's own, in which whole days are taken; ``calendar_zone`` stands for
    times that name none; ``reminders`` are the calendar's own, in minutes. Raises :class:`UnreadableItemError`.
    """
    identifier = text(item.get("id"))
    if not identifier:
        raise UnreadableItemError("It has no id.")
    start, end = _table(item.get("start")), _table(item.get("end"))
    starts, ends = _instant(start, "start", zone), _instant(end, "end", zone)
    private = _table(_table(item.get("extendedProperties")).get("private"))
    uid = text(private.get(UID_PROPERTY)) or text(item.get("iCalUID")) or identifier
    original = _table(item.get("originalStartTime"))
    return CalendarEvent(
        uid=uid,
        starts=starts,
        ends=max(starts, ends),
        title=text(item.get("summary")),
        zone="" if "date" in start else text(start.get("timeZone")) or calendar_zone,
        recurrence=_recurrence(original, zone) if original and item.get("recurringEventId") else "",
        notes=text(item.get("description")),
        place=text(item.get("location")),
        link=_link(item),
        all_day="date" in start,
        cancelled=item.get("status") == "cancelled",
        declined=any(
            person.get("self") is True and person.get("responseStatus") == "declined"
            for person in tables(item.get("attendees"))
        ),
        changed=_stamp(item.get("updated")),
        attendees=tuple(mail for person in tables(item.get("attendees")) if (mail := text(person.get("email")))),
        reminders=_reminders(_table(item.get("reminders")), reminders),
        href=identifier,
        etag=text(item.get("etag")),
    )


def write(event: CalendarEvent, *, zone: str) -> dict[str, object]:
    """The fields of ours; a PATCH with them leaves all others as they are. ``zone`` as for :func:`read`."""
    document: dict[str, object] = {
        "summary": event.title,
        "description": event.notes,
        "location": event.place,
        "start": _moment(event.starts, event, zone),
        "end": _moment(event.ends, event, zone),
    }
    if event.cancelled:
        document["status"] = "cancelled"
    if event.link.startswith(("https://", "http://")):
        document["source"] = {"title": _SOURCE, "url": event.link}
    if event.reminders:
        minutes = sorted(minute for minute in event.reminders if 0 <= minute <= _LONGEST_REMINDER)[:_MOST_REMINDERS]
        document["reminders"] = {
            "useDefault": False,
            "overrides": [{"method": "popup", "minutes": minute} for minute in minutes],
        }
    return document


def write_new(event: CalendarEvent, *, zone: str) -> dict[str, object]:
    """A new event, with its id and our own UID."""
    own: dict[str, object] = {UID_PROPERTY: event.uid}
    return {**write(event, zone=zone), "id": event_id(event.uid), "extendedProperties": {"private": own}}


def text(value: object) -> str:
    """A text, or an empty one for anything else."""
    return value.strip() if isinstance(value, str) else ""


def tables(value: object) -> list[Mapping[str, object]]:
    """The objects of a list; nothing for anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def minutes_of(value: object) -> tuple[int, ...]:
    """The minutes of a list of reminders, the least first."""
    told = (entry.get("minutes") for entry in tables(value))
    return tuple(sorted({minute for minute in told if isinstance(minute, int) and not isinstance(minute, bool)}))


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _instant(moment: Mapping[str, object], what: str, zone: str) -> datetime:
    try:
        if "date" in moment:
            return datetime.combine(date.fromisoformat(text(moment["date"])), time(), zone_of(zone) or UTC).astimezone(
                UTC
            )
        told = datetime.fromisoformat(text(moment.get("dateTime")))
        if told.tzinfo is None:
            told = told.replace(tzinfo=zone_of(text(moment.get("timeZone"))) or zone_of(zone) or UTC)
        return told.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnreadableItemError(f"Its {what} cannot be read.") from None


def _recurrence(original: Mapping[str, object], zone: str) -> str:
    if "date" in original:
        return text(original["date"])
    return recurrence_of(_instant(original, "place in the series", zone))


def _link(item: Mapping[str, object]) -> str:
    """Where to join, by the rule that holds for calendar files; a link of our own comes first."""
    source = _table(item.get("source"))
    if source.get("title") == _SOURCE and text(source.get("url")):
        return text(source.get("url"))
    videos = [
        text(entry.get("uri"))
        for entry in tables(_table(item.get("conferenceData")).get("entryPoints"))
        if entry.get("entryPointType") == "video"
    ]
    named = [("CONFERENCE", link) for link in (text(item.get("hangoutLink")), *videos) if link]
    rest = [("LOCATION", text(item.get("location"))), ("DESCRIPTION", text(item.get("description")))]
    return link_of(Block("VEVENT", [Line(name, (), value, "") for name, value in (*named, *rest)], ended=True))


def _reminders(told: Mapping[str, object], usual: Sequence[int]) -> tuple[int, ...]:
    return tuple(usual) if told.get("useDefault") is True else minutes_of(told.get("overrides"))


def _stamp(value: object) -> datetime | None:
    try:
        told = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return told.astimezone(UTC) if told.tzinfo else None


def _moment(at: datetime, event: CalendarEvent, own: str) -> dict[str, object]:
    """A start or end; the other form is taken away, for an event that was a whole day before, or is now."""
    if event.all_day:
        day = at.astimezone(zone_of(own) or UTC).date()
        return {"date": day.isoformat(), "dateTime": None, "timeZone": None}
    zone = zone_of(event.zone) if event.zone else None
    if zone is None:
        return {"dateTime": at.astimezone(UTC).isoformat(), "timeZone": "UTC", "date": None}
    return {"dateTime": at.astimezone(zone).isoformat(), "timeZone": event.zone, "date": None}
