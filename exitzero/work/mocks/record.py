"""A mock interview as it is stored, and the facts that keep what stood at a deadline true to it.

Whatever is done to a mock ends in :func:`stand`: it compares the record with what stands in the journal and writes
what is missing, so that no way of changing a mock can forget to say so.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.core.contract import Terms
from exitzero.core.facts import MockBooked, MockCancelled, MockMoved
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store.database import Unit

BY_HAND = "by_hand"
OWN_UID = "@exitzero"
"""How the uid of a mock ends that was booked here."""

USUAL_REMINDERS = (1440, 60, 10)
UNTITLED = "Mock interview"


def open_standing(session: Session, uid: str) -> tables.MockStandingRow | None:
    """How a mock stands now; ``None`` if it does not."""
    row = tables.MockStandingRow
    return session.exec(select(row).where(row.mock == uid, col(row.until).is_(None)).limit(1)).first()


def ever_stood(session: Session, uid: str) -> bool:
    """True if a mock was ever booked ahead of its time; one that was only written down later never counts."""
    row = tables.MockStandingRow
    return session.exec(select(row.seq).where(row.mock == uid).limit(1)).first() is not None


def stand(
    unit: Unit,
    row: tables.MockRow,
    *,
    how: str = "by hand",
    origin: str = BY_HAND,
    stands_since: datetime | None = None,
) -> None:
    """Write the facts that make what stands the same as the record.

    ``stands_since`` is when an outside calendar says that it came to stand so. A record of something that was over
    before it was written down makes no fact: it cannot count.
    """
    session = unit.session
    session.add(row)
    session.flush()
    unit.touch(Topic.MOCKS)
    now_open = open_standing(session, row.uid)
    if row.state == "cancelled":
        if now_open is not None:
            unit.record(MockCancelled(row.uid, now_open.starts, how))
        return
    booked = MockBooked(row.uid, row.starts, row.ends, row.title, origin, stands_since)
    if now_open is None:
        in_time = row.starts > unit.now or (stands_since is not None and stands_since <= row.starts)
        if row.state == "booked" and (in_time or ever_stood(session, row.uid)):
            unit.record(booked)
    elif row.state != "booked":
        return
    elif (now_open.starts, now_open.ends) != (row.starts, row.ends):
        unit.record(MockMoved(row.uid, row.starts, row.ends, now_open.starts))
        if stands_since is not None and stands_since < unit.now:
            unit.record(booked)  # it stood so before we saw it
    elif now_open.state != "booked":
        unit.record(booked)  # an answer was taken back


def checklist_of(row: tables.MockRow) -> tuple[tuple[str, bool], ...]:
    """The preparation."""
    return tuple((str(words), bool(done)) for words, done in json.loads(row.checklist))


def reminders_of(row: tables.MockRow) -> tuple[int, ...]:
    """Minutes before the start, longest first."""
    return tuple(int(each) for each in json.loads(row.reminders))


def scores_of(row: tables.MockRow) -> Mapping[str, int]:
    """The score sheet."""
    return {str(name): int(score) for name, score in json.loads(row.scores).items()}


def plain_row(row: tables.MockRow) -> dict[str, Any]:
    """The whole record as plain data."""
    return {name: to_plain(getattr(row, name)) for name in tables.MockRow.model_fields}


def restored_row(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The values of :func:`plain_row`, as the table takes them."""
    instants = {"starts", "ends", "answered_at", "created_at", "changed_at"}
    return {
        name: from_plain(datetime, value) if name in instants and value is not None else value
        for name, value in plain.items()
    }


def to_text(value: object) -> str:
    """A value as the text of a column."""
    return canonical(to_plain(value))


def newest_terms(session: Session) -> Terms | None:
    """The contract's newest terms, for the zone and the first day of the week."""
    row = session.exec(select(tables.ContractRow).order_by(col(tables.ContractRow.number).desc()).limit(1)).first()
    if row is None:
        return None
    found: Terms = from_plain(Terms, json.loads(row.terms))
    return found


def zone_of_days(session: Session, machine: str) -> str:
    """The zone that the person's days are cut in: the contract's, else this machine's."""
    terms = newest_terms(session)
    return (terms.zone if terms is not None else "") or machine
