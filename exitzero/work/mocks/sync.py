"""What calendars outside hold, taken over into the mocks: brought, moved, merged, taken out.

Worked out from what is known of a calendar by now, whole, each time: nothing depends on having seen a change happen.
A mock that has begun is never taken out by its calendar, since many calendars drop what is over.

Long, because both directions share how a record and its event are tied together.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from exitzero.core.calendars import CalendarEvent, Skipped
from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.core.errors import BadInput
from exitzero.core.spans import Span
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.work.mocks.local import zone_of
from exitzero.work.mocks.merge import Fields, event_of, merged, of_event, of_row, taken_over
from exitzero.work.mocks.record import OWN_UID, newest_terms, stand, to_text
from exitzero.work.mocks.reminders import skip_past
from exitzero.work.mocks.rule import takes

HORIZON = timedelta(days=90)
"""How far ahead events become mocks; beyond it they are shown as what they are, until their time comes nearer."""

LATE = timedelta(days=1)
"""How long after its end an event still becomes a mock, to be answered for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a calendar told. ``whole``: everything in ``span``, so that what is missing is gone.

    Otherwise ``gone`` are hrefs or uids that are no more, and whatever else had the href of an event that is told.
    ``state`` is what the next question needs.
    """

    events: Sequence[CalendarEvent]
    span: Span
    whole: bool
    gone: Sequence[str] = ()
    skipped: Sequence[Skipped] = ()
    warnings: Sequence[str] = ()
    state: dict[str, Any] | None = None


def known_state(session: Session, calendar: str) -> dict[str, Any]:
    """What was kept of a calendar for the next question."""
    row = session.get(tables.CalendarStateRow, calendar)
    found: dict[str, Any] = json.loads(row.body) if row is not None else {}
    return found


def take_in(unit: Unit, calendar: tables.CalendarRow, told: Told) -> None:
    """Remember what a calendar told, and take it over into the mocks."""
    _remember(unit, calendar, told)
    skipped = [each.words for each in told.skipped]
    before = known_state(unit.session, calendar.id)
    body = {**(told.state or {}), "from": to_plain(told.span.start), "to": to_plain(told.span.end)}
    if told.whole:
        body |= {"skipped": skipped, "warnings": list(told.warnings)}
    else:
        kept = [words for words in before.get("skipped", ()) if words not in skipped]
        body |= {"skipped": [*kept, *skipped][-100:], "warnings": before.get("warnings", [])}
    unit.session.merge(tables.CalendarStateRow(calendar=calendar.id, body=canonical(body), read_at=unit.now))
    adopt(unit, calendar)
    unit.touch(Topic.MOCKS)


def _remember(unit: Unit, calendar: tables.CalendarRow, told: Told) -> None:
    session, row = unit.session, tables.CalendarEventRow
    session.flush()
    rule = json.loads(calendar.rule)
    stored = session.exec(select(row.key, row.body, row.starts, row.ends).where(row.calendar == calendar.id)).all()
    known = {key: body for key, body, _starts, _ends in stored}
    # What lies behind the span was not asked about; what lies before it is of no use any more.
    beyond = {key for key, _body, starts, _ends in stored if starts >= told.span.end}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for event in {event.key: event for event in told.events}.values():
        body = to_text(event)
        if known.get(event.key) == body:
            continue
        values = {
            "calendar": calendar.id,
            "key": event.key,
            "starts": event.starts,
            "ends": event.ends,
            "title": event.title,
            "is_mock": takes(rule, event),
            "cancelled": event.cancelled or event.declined,
            "body": body,
        }
        (changed if event.key in known else new).append(values)
    gone = _gone(known, beyond, told)
    for some in (gone[at : at + 500] for at in range(0, len(gone), 500)):
        session.execute(delete(row).where(col(row.calendar) == calendar.id, col(row.key).in_(some)))
    if new:
        session.execute(insert(row), new)
    if changed:
        session.execute(update(row), changed)
    session.expire_all()


def _gone(known: dict[str, str], beyond: set[str], told: Told) -> list[str]:
    """The keys of what is known but is no more. What could not be read this time is not gone for that."""
    kept = {event.key for event in told.events}
    unread = {each.uid for each in told.skipped if each.uid}
    if told.whole:
        kept |= beyond
        return [key for key in known if key not in kept and key.partition("#")[0] not in unread]
    if not told.gone and not told.events:
        return []
    changed = {event.href for event in told.events if event.href} | set(told.gone)
    found = []
    for key, body in known.items():
        href = json.loads(body).get("href", "")
        if key not in kept and (href in changed or key.partition("#")[0] in told.gone):
            found.append(key)
    return found


def choose_anew(unit: Unit, calendar: tables.CalendarRow) -> None:
    """Take over what is known after the rule was changed."""
    session, row = unit.session, tables.CalendarEventRow
    rule = json.loads(calendar.rule)
    known = session.exec(select(row.key, row.body, row.is_mock).where(row.calendar == calendar.id)).all()
    changed = [
        {"calendar": calendar.id, "key": key, "is_mock": not was}
        for key, body, was in known
        if takes(rule, event_of(body)) != was
    ]
    if changed:
        session.execute(update(row), changed)
        session.expire_all()
    adopt(unit, calendar)
    unit.touch(Topic.MOCKS)


def adopt(unit: Unit, calendar: tables.CalendarRow) -> None:
    """Make the mocks of a calendar what is known of it."""
    session, mock, row = unit.session, tables.MockRow, tables.CalendarEventRow
    mine = session.exec(select(mock).where(mock.calendar == calendar.id)).all()
    soon = (row.starts < unit.now + HORIZON, row.ends > unit.now - LATE)
    wanted = session.exec(
        select(row).where(row.calendar == calendar.id, col(row.is_mock).is_(True), *soon).order_by(col(row.starts))
    ).all()
    events = {each.key: (event_of(each.body), True) for each in wanted}
    for each in _chunked(session, calendar.id, [one.uid for one in mine if one.uid not in events]):
        events[each.key] = (event_of(each.body), each.is_mock)
    for one in mine:
        if one.uid not in events:
            _vanished(unit, calendar, one)
    for key, (event, is_mock) in events.items():
        one_row = session.get(mock, key)
        if one_row is None:
            _bring(unit, calendar, event)
            continue
        if _is_left_alone(one_row) and (calendar.two_way or not key.endswith(OWN_UID)):
            one_row.calendar = calendar.id  # its calendar was disconnected and is connected again
        if one_row.calendar == calendar.id:
            is_own = calendar.two_way and key.endswith(OWN_UID)
            if event.cancelled or event.declined:
                word = "cancelled" if event.cancelled else "declined"
                _take_out(unit, one_row, f"{word} in the calendar {calendar.name}", event)
            elif is_mock or is_own:
                _take_over(unit, calendar, one_row, event)
            else:
                _take_out(unit, one_row, f"the rule for {calendar.name} takes it no more", event)


def _is_left_alone(row: tables.MockRow) -> bool:
    return not row.calendar and row.state != "cancelled"


def _chunked(session: Session, calendar: str, keys: Sequence[str]) -> Iterable[tables.CalendarEventRow]:
    row = tables.CalendarEventRow
    for at in range(0, len(keys), 500):
        yield from session.exec(
            select(row).where(row.calendar == calendar, col(row.key).in_(keys[at : at + 500]))
        ).all()


def _bring(unit: Unit, calendar: tables.CalendarRow, event: CalendarEvent) -> None:
    fields = of_event(event)
    row = tables.MockRow(
        uid=event.key,
        starts=fields.times[0],
        ends=fields.times[1],
        zone=_zone(unit.session, event, "UTC"),
        title=fields.title,
        calendar=calendar.id,
        created_at=unit.now,
        changed_at=unit.now,
    )
    _put(row, fields)
    _synced(row, event)
    stand(unit, row, origin=calendar.id, stands_since=_since(calendar, event, unit.now))
    skip_past(unit, row)


def _take_over(unit: Unit, calendar: tables.CalendarRow, row: tables.MockRow, event: CalendarEvent) -> None:
    theirs, mine = of_event(event), of_row(row)
    base = base_of(row)
    was = of_event(base) if base is not None else None
    if row.state == "cancelled" and row.unsynced:
        # It is being taken out there; if it was changed there meanwhile, the person decides.
        if was is not None and theirs != was:
            _clash(unit, row, event)
        row.href, row.etag = event.href, event.etag
        return
    before = (mine, row.state, row.clash, row.base, row.unsynced)
    clashing: tuple[str, ...] = ()
    if row.state == "cancelled":
        row.state, result = "booked", theirs
    else:
        result, clashing = merged(was, mine, theirs)
    if not calendar.two_way:
        # A calendar that can only be read says when; the rest is what the person made of it.
        result, clashing = taken_over(result, theirs, ["times"]), ()
    elif not row.unsynced and not row.clash:
        result, clashing = theirs, ()
    if result.times != mine.times:
        row.zone = _zone(unit.session, event, row.zone)
        if row.state != "booked" and result.times[0] > unit.now:
            row.state = "booked"
    _put(row, result)
    if clashing:
        _clash(unit, row, event)
        row.href, row.etag = event.href, event.etag
    else:
        row.clash = ""
        _synced(row, event)
        row.unsynced = calendar.two_way and of_row(row) != theirs
    if before != (of_row(row), row.state, row.clash, row.base, row.unsynced):
        row.changed_at = unit.now
        stand(unit, row, origin=calendar.id, stands_since=_since(calendar, event, unit.now))
        skip_past(unit, row)


def _vanished(unit: Unit, calendar: tables.CalendarRow, row: tables.MockRow) -> None:
    if not row.base:
        return  # it waits to be written there for the first time
    if row.state == "cancelled" or row.starts <= unit.now:
        _unlink(row)
        return
    if row.unsynced and calendar.two_way:
        _clash(unit, row, None)
        return
    other = _elsewhere(unit.session, row)
    if other is not None:
        row.calendar = other.calendar
        _synced(row, event_of(other.body))
        return
    _unlink(row)
    row.state, row.changed_at = "cancelled", unit.now
    stand(unit, row, how=f"gone from the calendar {calendar.name}")


def _take_out(unit: Unit, row: tables.MockRow, how: str, event: CalendarEvent) -> None:
    if row.state == "cancelled" or row.starts <= unit.now:
        return
    _synced(row, event)
    row.state, row.changed_at, row.unsynced, row.clash = "cancelled", unit.now, False, ""
    stand(unit, row, how=how)


def _elsewhere(session: Session, row: tables.MockRow) -> tables.CalendarEventRow | None:
    """The same event in another connected calendar, which then goes on vouching for it."""
    event = tables.CalendarEventRow
    return session.exec(
        select(event).where(event.key == row.uid, event.calendar != row.calendar, col(event.is_mock).is_(True)).limit(1)
    ).first()


def _clash(unit: Unit, row: tables.MockRow, event: CalendarEvent | None) -> None:
    text = to_text({"event": event})
    if row.clash != text:
        row.clash = text
        unit.touch(Topic.MOCKS)


def _unlink(row: tables.MockRow) -> None:
    row.base = row.href = row.etag = row.clash = ""
    row.unsynced = False


def _synced(row: tables.MockRow, event: CalendarEvent) -> None:
    row.base, row.href, row.etag = to_text(event), event.href, event.etag


def _put(row: tables.MockRow, fields: Fields) -> None:
    row.starts, row.ends = fields.times
    row.title, row.notes, row.link = fields.title, fields.notes, fields.link
    row.reminders = to_text(fields.reminders)


def _since(calendar: tables.CalendarRow, event: CalendarEvent, now: datetime) -> datetime | None:
    """When the calendar says that it came to stand so, if the calendar was connected by then."""
    changed = event.changed
    return changed if changed is not None and calendar.connected_at <= changed <= now else None


def _zone(session: Session, event: CalendarEvent, otherwise: str) -> str:
    """The zone that an event was agreed in; a floating one is in the person's own."""
    with suppress(BadInput):
        if event.zone:
            return zone_of(event.zone).key
    terms = newest_terms(session)
    return (terms.zone if terms is not None else "") or otherwise


def base_of(row: tables.MockRow) -> CalendarEvent | None:
    """The event as it was when both sides were the same."""
    return event_of(row.base) if row.base else None


# What is to be written there


def waiting(session: Session, calendar: str) -> tuple[tables.MockRow, ...]:
    """The mocks that were changed here and are to be written to their calendar."""
    mock = tables.MockRow
    rows = session.exec(
        select(mock).where(mock.calendar == calendar, col(mock.unsynced).is_(True), mock.clash == "")
    ).all()
    return tuple(rows)


def written(unit: Unit, row: tables.MockRow, event: CalendarEvent | None) -> None:
    """Note that a mock was written (or, ``None``, taken out) at its calendar in the state that ``row`` had then."""
    session, known = unit.session, tables.CalendarEventRow
    now_row = session.get(tables.MockRow, row.uid)
    if now_row is None:
        return
    is_same = now_row.changed_at == row.changed_at
    if event is None:
        session.execute(delete(known).where(col(known.calendar) == row.calendar, col(known.key) == row.uid))
        now_row.base = now_row.href = now_row.etag = ""
        now_row.unsynced = not is_same
    else:
        _synced(now_row, event)
        now_row.unsynced = not is_same
        values: dict[str, Any] = {"starts": event.starts, "ends": event.ends, "title": event.title}
        values |= {"is_mock": True, "body": to_text(event)}
        old = session.get(known, (row.calendar, row.uid))
        if old is None:
            session.add(known(calendar=row.calendar, key=row.uid, **values))
        else:
            for name, value in values.items():
                setattr(old, name, value)
    unit.touch(Topic.MOCKS)


def refused(unit: Unit, row: tables.MockRow) -> None:
    """Its calendar takes a mock in no state, as when it was deleted there for good: the person decides."""
    now_row = unit.session.get(tables.MockRow, row.uid)
    if now_row is not None and now_row.unsynced and not now_row.clash:
        _clash(unit, now_row, None)


def release(unit: Unit, calendar: str) -> None:
    """Let the mocks of a calendar that is disconnected be the person's own, and forget the rest of it."""
    session = unit.session
    for row in session.exec(select(tables.MockRow).where(tables.MockRow.calendar == calendar)).all():
        _unlink(row)
        row.calendar = ""
    for table in (tables.CalendarEventRow, tables.CalendarStateRow):
        session.execute(delete(table).where(col(table.calendar) == calendar))
    session.flush()
    session.expire_all()
    unit.touch(Topic.MOCKS)


def settle(unit: Unit, row: tables.MockRow, *, keep: str) -> None:
    """Settle a clash: what was changed here (``mine``) is written over there, or ``theirs`` is taken."""
    plain = json.loads(row.clash)["event"]
    event = from_plain(CalendarEvent, plain) if plain is not None else None
    row.clash, row.changed_at = "", unit.now
    if keep == "mine":
        row.unsynced = True
        if event is None:
            _unlink(row)
            calendar = unit.session.get(tables.CalendarRow, row.calendar)
            if calendar is not None and calendar.kind == "google":
                row.calendar = ""  # Google makes no event again under a name that was deleted
            row.unsynced = bool(row.calendar) and row.state != "cancelled"
        else:
            _synced(row, event)
    elif event is None:
        _unlink(row)
        row.state = "cancelled"
    else:
        _synced(row, event)
        row.unsynced, row.state = False, "booked" if row.state == "cancelled" else row.state
        if of_event(event).times != (row.starts, row.ends):
            row.zone = _zone(unit.session, event, row.zone)
        _put(row, of_event(event))
    stand(unit, row, how="settled with its calendar", origin=row.calendar)
    skip_past(unit, row)
