"""One event changed within what a server holds, with everything else there kept to the letter.

Why it exists: other programs put guests, alarms, colours and properties of their own into the same event, and a series
holds more occurrences than the one that was moved. A write that came from our own picture of it would lose them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from exitzero.core.calendars import CalendarEvent
from exitzero.truth.calendars.ics_lines import Block, Line, escape, flat, folded, parse, parse_line
from exitzero.truth.calendars.ics_read import Standing, standing
from exitzero.truth.calendars.ics_values import before_start
from exitzero.truth.calendars.ics_write import (
    ZONE_PROPERTY,
    alarm_lines,
    event_lines,
    is_link,
    link_lines,
    own_zone,
    recurrence_line,
    stamp,
    time_lines,
    vtimezone,
    write_event,
)
from exitzero.truth.calendars.ics_zones import Zone

_TIMES = frozenset({"DTSTART", "DTEND", "DURATION", ZONE_PROPERTY})
#: What belongs to a series and not to one of its occurrences.
_OF_THE_SERIES = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", *_TIMES})
_LINKS = frozenset({"URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"})


def merge_event(old: bytes, event: CalendarEvent, *, zone: str) -> bytes:
    """``old``, which a server holds, with ``event`` in it; ``old`` itself if that changes nothing.

    Time, title, notes, place, link, reminders and whether it is cancelled are ours, and of them only what differs is
    written. One occurrence of a series becomes an exception of its own. Guests are never touched. ``zone`` is the
    person's (IANA). What cannot be read is replaced whole.
    """
    root = parse(old)
    calendar = next(iter(root.blocks("VCALENDAR")), None)
    if calendar is None:
        return write_event(event, zone=zone)
    own = own_zone(zone)
    found = standing(calendar, event.uid, zone=zone)
    target = next((one for one in found if one.event.recurrence == event.recurrence), None)
    series = next((one for one in found if not one.event.recurrence), None)
    if target is None and series is not None and event.recurrence:
        target = _exception(series, event.recurrence, own=own)
        calendar.parts.append(target.block)
    if target is None:
        unread = [block for block in calendar.blocks("VEVENT") if block.text("UID").strip() == event.uid]
        if unread and not found:
            return write_event(event, zone=zone)
        calendar.parts.append(_block(event_lines(event, own=own)))
    elif not _change(target, event, own=own) and target in found:
        return old
    _describe_zone(calendar, event)
    return folded(flat(root))


def _change(target: Standing, event: CalendarEvent, *, own: Zone) -> bool:
    """Write what differs into the block; False if nothing does."""
    block, before = target.block, target.event
    was = list(flat(block))
    moved = (before.starts, before.ends, before.all_day) != (event.starts, event.ends, event.all_day)
    if moved or before.zone != event.zone:
        tzid = target.tzid if before.zone == event.zone else ""
        _put(block, _TIMES, time_lines(event, own=own, tzid=tzid))
    for name, had, has in (
        ("SUMMARY", before.title, event.title),
        ("DESCRIPTION", before.notes, event.notes),
        ("LOCATION", before.place, event.place),
    ):
        if had != has:
            _put(block, {name}, [f"{name}:{escape(has)}"] if has else [])
    if before.link != event.link:
        _link(block, before.link, event.link)
    if before.cancelled != event.cancelled:
        _put(block, {"STATUS"}, [f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"])
    if set(before.reminders) != set(event.reminders):
        _remind(block, before, event)
    if list(flat(block)) == was:
        return False
    if event.changed is not None:
        _put(block, {"LAST-MODIFIED"}, [f"LAST-MODIFIED:{stamp(event.changed)}"])
        _put(block, {"DTSTAMP"}, [f"DTSTAMP:{stamp(event.changed)}"])
    if moved or before.place != event.place or before.cancelled != event.cancelled:
        number = block.text("SEQUENCE").strip()
        after = int(number) + 1 if number.isascii() and number.isdigit() and len(number) < 10 else 1
        _put(block, {"SEQUENCE"}, [f"SEQUENCE:{after}"])
    return True


def _put(block: Block, names: Iterable[str], lines: Iterable[str]) -> None:
    """Replace the properties of these names, where the first of them stands, or else after the other properties."""
    gone = set(names)
    properties = [at for at, part in enumerate(block.parts) if isinstance(part, Line)]
    at = next((at for at in properties if _name(block.parts[at]) in gone), properties[-1] + 1 if properties else 0)
    new = [line for text in lines if (line := parse_line(text)) is not None]
    before = [part for part in block.parts[:at] if _name(part) not in gone]
    after = [part for part in block.parts[at:] if _name(part) not in gone]
    block.parts[:] = [*before, *new, *after]


def _link(block: Block, had: str, has: str) -> None:
    """Change where to join, and leave addresses that were not it."""
    _drop(block, lambda line: line.name in _LINKS and bool(had) and had in line.text)
    if not is_link(has):
        return
    new = [line for text in link_lines(has) if (line := parse_line(text)) is not None]
    if block.first("URL") is not None:
        # The event has an address of its own that is something else.
        new = [line for line in new if line.name != "URL"]
    at = next((at for at, part in enumerate(block.parts) if _name(part) in _LINKS), None)
    if at is None:
        at = next((at for at, part in enumerate(block.parts) if isinstance(part, Block)), len(block.parts))
    block.parts[at:at] = new


def _remind(block: Block, before: CalendarEvent, event: CalendarEvent) -> None:
    """Take out the alarms on the screen that are no longer wanted and add those that are missing."""
    kept: set[int] = set()
    parts: list[Line | Block] = []
    for part in block.parts:
        if isinstance(part, Block) and part.name == "VALARM":
            minutes = before_start(part, before.starts, before.ends)
            ours = part.text("ACTION").strip().upper() in {"DISPLAY", "AUDIO"}
            if minutes is not None and minutes not in event.reminders and ours:
                continue
            if minutes is not None:
                kept.add(minutes)
        parts.append(part)
    for minutes in dict.fromkeys(event.reminders):
        if minutes not in kept:
            parts.append(_block(alarm_lines(event.title, minutes)))
    block.parts[:] = parts


def _exception(series: Standing, recurrence: str, *, own: Zone) -> Standing:
    """One occurrence of a series as an event of its own, the same as the series in all but its time."""
    line = series.block.first("DTSTART")
    starts = _instant(recurrence, own)
    first = series.event
    ends = _instant_after(starts, first, own)
    event = CalendarEvent(
        uid=first.uid,
        starts=starts,
        ends=ends,
        title=first.title,
        zone=first.zone,
        recurrence=recurrence,
        notes=first.notes,
        place=first.place,
        link=first.link,
        all_day=first.all_day,
        cancelled=first.cancelled,
        reminders=first.reminders,
    )
    named = recurrence_line(recurrence)
    tz = series.tz
    if line is not None and series.tzid and tz is not None and "T" in recurrence:
        quoted = f'"{series.tzid}"' if any(sign in series.tzid for sign in ":;,") else series.tzid
        named = f"RECURRENCE-ID;TZID={quoted}:{datetime.fromisoformat(recurrence).astimezone(tz):%Y%m%dT%H%M%S}"
    kept = [part for part in series.block.parts if _name(part) not in _OF_THE_SERIES]
    new = [parse_line(text) for text in (named, *time_lines(event, own=own, tzid=series.tzid))]
    block = Block("VEVENT", [*(one for one in new if one is not None), *kept], ended=True)
    return Standing(block, event, series.tzid, series.tz)


def _instant(recurrence: str, own: Zone) -> datetime:
    at = datetime.fromisoformat(recurrence)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=own.tz).astimezone(UTC)


def _instant_after(starts: datetime, first: CalendarEvent, own: Zone) -> datetime:
    if not first.all_day:
        return starts + (first.ends - first.starts)
    days = first.ends.astimezone(own.tz).date() - first.starts.astimezone(own.tz).date()
    last: date = starts.astimezone(own.tz).date() + max(days, timedelta(days=1))
    return datetime.combine(last, datetime.min.time(), own.tz).astimezone(UTC)


def _describe_zone(calendar: Block, event: CalendarEvent) -> None:
    """Add the rules of the event's zone unless they are there."""
    used = {line.param("TZID") for block in calendar.blocks("VEVENT") for line in block.lines}
    if event.all_day or event.zone not in used:
        return
    if any(block.text("TZID").strip() == event.zone for block in calendar.blocks("VTIMEZONE")):
        return
    lines = vtimezone(event.zone, event.starts.year, event.ends.year)
    if lines:
        at = next((at for at, part in enumerate(calendar.parts) if isinstance(part, Block)), len(calendar.parts))
        calendar.parts.insert(at, _block(lines))


def _block(lines: Iterable[str]) -> Block:
    part = parse(folded(lines)).parts[0]
    assert isinstance(part, Block)  # noqa: S101 - it was just written
    return part


def _drop(block: Block, unwanted: Callable[[Line], bool]) -> None:
    block.parts[:] = [part for part in block.parts if not (isinstance(part, Line) and unwanted(part))]


def _name(part: Line | Block) -> str:
    return part.name if isinstance(part, Line) else ""
