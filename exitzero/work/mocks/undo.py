"""Taking back the last thing done to a mock interview. The record comes back as it was; the journal keeps both.

The records are taken back as :mod:`exitzero.store.undo` does it. What stood in the journal meanwhile cannot be: a fact
more says that it was taken back, and a calendar outside is told.
"""

import json

from sqlmodel import Session, col, select

from exitzero.core.errors import BadInput
from exitzero.core.facts import MockCancelled
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store import undo as steps
from exitzero.store.database import Unit
from exitzero.work.mocks.record import open_standing, plain_row, restored_row, stand

SCOPE = "mocks"
TAKEN_BACK = "it was taken back"


def peek(session: Session) -> str:
    """What *Undo* would take back, or empty."""
    return steps.peek(session, SCOPE)


def undo(unit: Unit) -> str:
    """Take the last step back; gives what it was. Raises :class:`BadInput` on ``undo``."""
    session, step = unit.session, tables.UndoRow
    newest = session.exec(select(step).where(step.scope == SCOPE).order_by(col(step.id).desc()).limit(1)).first()
    if newest is None:
        raise BadInput("undo", "There is nothing to take back.")
    body = json.loads(newest.body)
    made = [str(key[0]) for key in body["made"].get("mock", ())]
    changed = [str(key[0]) for table, key, _columns in body["changed"] if table == "mock"]
    outside = [plain_row(row) for uid in made if (row := session.get(tables.MockRow, uid)) is not None and row.calendar]
    words = steps.undo(unit, SCOPE) or ""
    for plain in outside:
        # The calendar outside may have it already; what is left of it here says that it has to go there too.
        session.add(tables.MockRow(**restored_row(plain | {"state": "cancelled", "unsynced": True})))
    session.flush()
    for uid in (*made, *changed):
        _stand(unit, uid)
    unit.touch(Topic.MOCKS, Topic.OUTREACH)
    return words


def _stand(unit: Unit, uid: str) -> None:
    row = unit.session.get(tables.MockRow, uid)
    if row is None:
        stood = open_standing(unit.session, uid)
        if stood is not None:
            unit.record(MockCancelled(uid, stood.starts, TAKEN_BACK))
        return
    calendar = unit.session.get(tables.CalendarRow, row.calendar) if row.calendar else None
    row.changed_at, row.unsynced = unit.now, calendar is not None and calendar.two_way
    stand(unit, row, how=TAKEN_BACK)
