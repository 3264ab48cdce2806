"""What the store knows of mock interviews, as the values that the judge takes."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from exitzero.core.finding import Trouble
from exitzero.store import tables
from exitzero.work.mocks.rules import Feed, Standing

FEED = "calendar"
"""The source word under which connected calendars are asked; the subject is the calendar's id."""


def standing_at(session: Session, instant: datetime) -> tuple[Standing, ...]:
    """What stood in the calendar at an instant, as far as it is known today."""
    row = tables.MockStandingRow
    rows = session.exec(
        select(row)
        .where(row.since <= instant, or_(col(row.until).is_(None), col(row.until) > instant))
        .order_by(col(row.starts))
    )
    return tuple(Standing(each.mock, each.starts, each.state, each.title) for each in rows)


def feeds(session: Session) -> tuple[Feed, ...]:
    """The connected calendars with how they were read last."""
    found = []
    for row in session.exec(select(tables.CalendarRow).order_by(col(tables.CalendarRow.id))):
        status = session.get(tables.SourceRow, (FEED, row.id))
        trouble = None
        if status is not None and status.failing_since is not None:
            trouble = Trouble(status.reason, status.title, status.failing_since)
        found.append(Feed(row.name, row.connected_at, status.last_good if status is not None else None, trouble))
    return tuple(found)
