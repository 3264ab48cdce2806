"""Taking back the last thing done to a mock interview. The record comes back as it was; the journal keeps both."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from exitzero.core.codec import canonical, to_plain
from exitzero.core.errors import BadInput
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.work.mocks.record import plain_row, restored_row, stand

SCOPE = "mocks"
KEPT = 30
"""How many steps can be taken back."""


@contextmanager
def undoable(unit: Unit, uid: str, words: str) -> Iterator[None]:
    """Remember a mock as it is before the work inside; nothing is remembered if that fails."""
    session = unit.session
    row = session.get(tables.MockRow, uid)
    before = plain_row(row) if row is not None else None
    yield
    after = session.get_one(tables.MockRow, uid)
    body: dict[str, Any] = {"uid": uid, "before": before, "changed_at": to_plain(after.changed_at)}
    session.add(tables.UndoRow(scope=SCOPE, at=unit.now, words=words, body=canonical(body)))
    session.flush()
    old = session.exec(
        select(tables.UndoRow.id)
        .where(tables.UndoRow.scope == SCOPE)
        .order_by(col(tables.UndoRow.id).desc())
        .offset(KEPT)
    ).all()
    if old:
        session.execute(delete(tables.UndoRow).where(col(tables.UndoRow.id).in_(old)))


def peek(session: Session) -> str:
    """What *Undo* would take back, or empty."""
    row = _newest(session)
    return row.words if row is not None and _still_fits(session, json.loads(row.body)) else ""


def undo(unit: Unit) -> str:
    """Take the last step back; gives what it was. Raises :class:`BadInput` on ``undo``."""
    session = unit.session
    row = _newest(session)
    if row is None:
        raise BadInput("undo", "There is nothing to take back.")
    body, words = json.loads(row.body), row.words
    if not _still_fits(session, body):
        raise BadInput("undo", "It was changed since, here or in its calendar.")
    session.delete(row)
    _restore(unit, session.get_one(tables.MockRow, body["uid"]), body["before"])
    return words


def _restore(unit: Unit, mock: tables.MockRow, before: dict[str, Any] | None) -> None:
    if before is None:
        mock.state, mock.unsynced = "cancelled", bool(mock.calendar)
        mock.changed_at = unit.now
        stand(unit, mock, how="the booking was taken back")
        if not mock.calendar:
            unit.session.delete(mock)
        return
    # What the calendar outside knows of it stays: only what was changed here is taken back.
    kept = {"base", "href", "etag", "clash", "calendar", "changed_at", "unsynced"}
    for name, value in restored_row(before).items():
        if name not in kept:
            setattr(mock, name, value)
    mock.changed_at, mock.unsynced = unit.now, bool(mock.calendar)
    stand(unit, mock, how="taken back")


def _newest(session: Session) -> tables.UndoRow | None:
    row = tables.UndoRow
    return session.exec(select(row).where(row.scope == SCOPE).order_by(col(row.id).desc()).limit(1)).first()


def _still_fits(session: Session, body: dict[str, Any]) -> bool:
    mock = session.get(tables.MockRow, body["uid"])
    return mock is not None and mock.changed_at == datetime.fromisoformat(body["changed_at"])
