"""A mock and its event outside, held against each other: what was changed on one side wins, on both sides is a clash.

Pure. What is compared are the fields that both sides have; everything else of the event stays as it is there.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from exitzero.core.calendars import CalendarEvent
from exitzero.store import tables
from exitzero.work.mocks.record import UNTITLED, USUAL_REMINDERS, reminders_of

USUAL_LENGTH = timedelta(hours=1)
"""How long an event is taken to be that names no end."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a mock and its event share; ``times`` are start and end, which change together."""

    times: tuple[datetime, datetime]
    title: str
    notes: str
    link: str
    reminders: tuple[int, ...]


NAMES = ("times", "title", "notes", "link", "reminders")


def of_event(event: CalendarEvent) -> Fields:
    """The fields of an event, with what the mock takes instead of what it leaves out."""
    ends = event.ends if event.ends > event.starts else event.starts + USUAL_LENGTH
    reminders = tuple(sorted({each for each in event.reminders if each > 0}, reverse=True))
    return Fields(
        times=(event.starts, ends),
        title=" ".join(event.title.split()) or UNTITLED,
        notes=event.notes,
        link=event.link,
        reminders=reminders or USUAL_REMINDERS,
    )


def event_of(text: str) -> CalendarEvent:
    """A stored event as the value that it is. By hand, since a preview reads thousands: ten times as fast."""
    plain = json.loads(text)
    plain["starts"], plain["ends"] = datetime.fromisoformat(plain["starts"]), datetime.fromisoformat(plain["ends"])
    if plain.get("changed") is not None:
        plain["changed"] = datetime.fromisoformat(plain["changed"])
    for name in ("attendees", "reminders"):
        plain[name] = tuple(plain.get(name, ()))
    return CalendarEvent(**plain)


def of_row(row: tables.MockRow) -> Fields:
    """The fields of a mock."""
    reminders = tuple(sorted(set(reminders_of(row)), reverse=True))
    return Fields((row.starts, row.ends), row.title, row.notes, row.link, reminders)


def merged(base: Fields | None, mine: Fields, theirs: Fields) -> tuple[Fields, tuple[str, ...]]:
    """Both sides in one, and the fields in which they clash, which stay as they are here.

    ``base`` is what both were at the last time; without it whatever differs clashes.
    """
    taken, clashing = [], []
    for name in NAMES:
        was, here, there = (getattr(each, name) if each is not None else None for each in (base, mine, theirs))
        if here == there or (base is not None and there == was):
            continue
        if base is not None and here == was:
            taken.append(name)
        else:
            clashing.append(name)
    return replace(mine, **{name: getattr(theirs, name) for name in taken}), tuple(clashing)


def taken_over(mine: Fields, theirs: Fields, names: Sequence[str]) -> Fields:
    """``mine`` with some fields of ``theirs``."""
    return replace(mine, **{name: getattr(theirs, name) for name in names})


def to_event(row: tables.MockRow, base: CalendarEvent | None) -> CalendarEvent:
    """The event to be written for a mock: what stands there, with only those fields that were changed here."""
    mine = of_row(row)
    if base is None:
        return CalendarEvent(
            uid=row.uid,
            starts=row.starts,
            ends=row.ends,
            title=row.title,
            zone=row.zone,
            notes=row.notes,
            link=row.link,
            cancelled=row.state == "cancelled",
            changed=row.changed_at.replace(microsecond=0),
            reminders=mine.reminders,
        )
    was = of_event(base)
    event = replace(base, href=row.href, etag=row.etag, changed=row.changed_at.replace(microsecond=0))
    for name in NAMES:
        value = getattr(mine, name)
        if value == getattr(was, name):
            continue
        if name == "times":
            event = replace(event, starts=row.starts, ends=row.ends, zone=row.zone if base.zone else base.zone)
        else:
            event = replace(event, **{name: value})
    return event
