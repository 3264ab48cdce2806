"""Which reminders are due and have not come yet, worked out from state, so that sleep and restarts need no code.

A reminder is named by its mock, its minutes before the start and that start; a mock that is moved has new ones. Beside
those of the mock itself there are three: at the start, after the end, and the journal's own a day later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from exitzero.core.facts import MockUnanswered
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.journal import of_kinds
from exitzero.work.mocks.record import reminders_of
from exitzero.work.mocks.rules import UNANSWERED
from exitzero.work.mocks.views import DueReminder

AT_START, AFTERWARDS, TOLD = 0, -1, -2
"""Minutes that stand for: it begins, how was it, the journal was told that nobody said."""

NAG = timedelta(days=1)
OLDEST = timedelta(days=30)
"""For how long an interview without an outcome is asked about."""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that should come now. ``begun`` says that it is late: the interview runs already."""

    uid: str
    minutes: int
    starts: datetime
    ends: datetime
    title: str
    link: str
    begun: bool = False


def due(session: Session, now: datetime) -> tuple[Due, ...]:
    """What should come now, the nearest start first; of several reminders of one mock only the last."""
    mock = tables.MockRow
    rows = session.exec(
        select(mock)
        .where(mock.state == "booked", mock.ends > now - OLDEST, mock.starts < now + timedelta(days=15))
        .order_by(col(mock.starts))
    ).all()
    return tuple(each for row in rows if (each := _due_of(session, row, now)) is not None)


def shown(reminder: Due) -> DueReminder:
    """A reminder as pages see it."""
    return DueReminder(reminder.uid, reminder.minutes, reminder.starts, reminder.title, reminder.link)


def fire(unit: Unit) -> tuple[Due, ...]:
    """Take what is due now as told; each comes once."""
    found = due(unit.session, unit.now)
    for each in found:
        row = unit.session.get_one(tables.MockRow, each.uid)
        wanted = reminders_of(row) if each.minutes > 0 else (each.minutes,)
        for minutes in wanted:
            if minutes <= 0 or minutes >= each.minutes:
                _mark(unit, row, minutes)
    if found:
        unit.touch(Topic.MOCKS)
    return found


def tell_unanswered(unit: Unit) -> int:
    """Write into the journal which mocks ended a day ago without an outcome; gives how many."""
    mock, told = tables.MockRow, 0
    over = (mock.ends <= unit.now - UNANSWERED, mock.ends > unit.now - OLDEST)
    rows = unit.session.exec(select(mock).where(mock.state == "booked", *over)).all()
    for row in rows:
        if _come(unit.session, row, TOLD) is not None:
            continue
        if not _in_journal(unit.session, row):
            unit.record(MockUnanswered(row.uid, row.starts))
            told += 1
        _mark(unit, row, TOLD)
        unit.touch(Topic.MOCKS)
    return told


def unanswered_wait(session: Session, now: datetime) -> bool:
    """True if :func:`tell_unanswered` has something to do."""
    mock = tables.MockRow
    over = (mock.ends <= now - UNANSWERED, mock.ends > now - OLDEST)
    rows = session.exec(select(mock).where(mock.state == "booked", *over)).all()
    return any(_come(session, row, TOLD) is None for row in rows)


def skip_past(unit: Unit, row: tables.MockRow) -> None:
    """Let the reminders whose time was over when a mock was booked or moved not come any more."""
    for minutes in reminders_of(row):
        if row.starts - timedelta(minutes=minutes) <= unit.now and _come(unit.session, row, minutes) is None:
            _mark(unit, row, minutes)


def last_fired(session: Session, mock: tables.MockRow) -> int:
    """The minutes of the reminder that came last for a mock; those at its start if none did."""
    row = tables.ReminderRow
    found = session.exec(
        select(row.minutes)
        .where(
            row.subject == mock.uid, row.for_start == mock.starts, row.minutes > TOLD, col(row.fired_at).is_not(None)
        )
        .order_by(col(row.fired_at).desc(), col(row.minutes))
        .limit(1)
    ).first()
    return found if found is not None else AT_START


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next reminder of the coming hours falls due, to wake up in time for it."""
    mock = tables.MockRow
    rows = session.exec(select(mock).where(mock.state == "booked", mock.ends > now, mock.starts < now + timedelta(15)))
    instants = [
        instant
        for row in rows
        for instant in (
            *(row.starts - timedelta(minutes=minutes) for minutes in reminders_of(row)),
            row.starts,
            row.ends,
        )
        if instant > now
    ]
    return min(instants, default=None)


def _due_of(session: Session, row: tables.MockRow, now: datetime) -> Due | None:
    def made(minutes: int, *, begun: bool = False) -> Due:
        return Due(row.uid, minutes, row.starts, row.ends, row.title, row.link, begun)

    if now >= row.ends:
        return made(AFTERWARDS) if _is_due_after(session, row, now) else None
    if now >= row.starts:
        waits = _waits(session, row, AT_START, now)
        return made(AT_START, begun=now - row.starts > timedelta(minutes=1)) if waits else None
    ripe = [minutes for minutes in reminders_of(row) if row.starts - timedelta(minutes=minutes) <= now]
    nearest = min((minutes for minutes in ripe if _waits(session, row, minutes, now)), default=None)
    return made(nearest) if nearest is not None else None


def _is_due_after(session: Session, row: tables.MockRow, now: datetime) -> bool:
    come = _come(session, row, AFTERWARDS)
    if come is None or come.fired_at is None:
        return True
    if come.again_at is not None:
        return come.again_at <= now
    return come.fired_at + NAG <= now


def _waits(session: Session, row: tables.MockRow, minutes: int, now: datetime) -> bool:
    come = _come(session, row, minutes)
    return come is None or (come.again_at is not None and come.again_at <= now)


def _come(session: Session, row: tables.MockRow, minutes: int) -> tables.ReminderRow | None:
    return session.get(tables.ReminderRow, (row.uid, minutes, row.starts))


def _mark(unit: Unit, row: tables.MockRow, minutes: int) -> None:
    come = _come(unit.session, row, minutes)
    if come is None:
        come = tables.ReminderRow(subject=row.uid, minutes=minutes, for_start=row.starts)
    come.fired_at, come.again_at = unit.now, None
    unit.session.add(come)


def _in_journal(session: Session, row: tables.MockRow) -> bool:
    """What came is forgotten with a restored backup; the journal is not told twice for that."""
    facts = (each.fact for each in of_kinds(session, [MockUnanswered]))
    return any(isinstance(fact, MockUnanswered) and (fact.mock, fact.starts) == (row.uid, row.starts) for fact in facts)
