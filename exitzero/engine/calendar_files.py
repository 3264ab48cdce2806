"""Mock interviews as calendar files: given out for others to read, and read from what others gave out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from exitzero.core.calendars import CalendarEvent
from exitzero.core.spans import Span
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.undo import undoable
from exitzero.work.mocks.merge import of_event, to_event
from exitzero.work.mocks.record import stand, to_text
from exitzero.work.mocks.reminders import skip_past
from exitzero.work.mocks.undo import SCOPE

FARTHEST = timedelta(days=2 * 366)
MOST = 500
"""How many events of a file are taken at once; a whole calendar is better subscribed to."""


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a calendar file would do: ``new`` are added, ``known`` stand here already and are left alone.

    Events that are over or take whole days are left out, and told in ``skipped``.
    """

    new: tuple[CalendarEvent, ...]
    known: tuple[CalendarEvent, ...]
    skipped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def own_events(session: Session) -> tuple[CalendarEvent, ...]:
    """Every mock that stands or stood, under the name that it has in every calendar."""
    mock = tables.MockRow
    rows = session.exec(select(mock).where(mock.state != "cancelled").order_by(col(mock.starts))).all()
    return tuple(to_event(row, None) for row in rows)


def as_file(events: Iterable[CalendarEvent], name: str, zone: str) -> bytes:
    """A calendar file."""
    from exitzero.truth.calendars import ics

    return ics.write(events, name, zone=zone)


def import_events(session: Session, *, data: bytes, now: datetime, zone: str) -> ImportPreview:
    """What importing a file would do. Raises :class:`exitzero.core.errors.OutsideTrouble` for what is no calendar."""
    from exitzero.truth.calendars import ics

    content = ics.read(data, Span(now - FARTHEST, now + FARTHEST), zone=zone)
    skipped = [each.words for each in content.skipped]
    ahead = [event for event in content.events if event.ends > now and not event.all_day and not event.cancelled]
    if over := len(content.events) - len(ahead):
        skipped.append(f"{over} left out: over already, cancelled, or whole days.")
    if len(ahead) > MOST:
        skipped.append(f"Only the first {MOST} are taken; connect the calendar to have them all.")
    new: list[CalendarEvent] = []
    known: list[CalendarEvent] = []
    for event in ahead[:MOST]:
        (known if session.get(tables.MockRow, event.key) is not None else new).append(event)
    return ImportPreview(tuple(new), tuple(known), tuple(skipped), content.warnings)


def imported(unit: Unit, *, preview: ImportPreview, zone: str) -> int:
    """Take the new events of a file as mocks booked here and now; gives how many they were."""
    count = 0
    with undoable(unit, SCOPE, f"imported {len(preview.new)} from a file"):
        for event in preview.new:
            if unit.session.get(tables.MockRow, event.key) is not None:
                continue
            fields = of_event(event)
            row = tables.MockRow(
                uid=event.key,
                starts=fields.times[0],
                ends=fields.times[1],
                zone=event.zone or zone,
                title=fields.title,
                notes=fields.notes,
                link=fields.link,
                reminders=to_text(fields.reminders),
                created_at=unit.now,
                changed_at=unit.now,
            )
            stand(unit, row)
            skip_past(unit, row)
            count += 1
    return count
