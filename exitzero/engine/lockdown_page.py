"""The lockdown as its page sees it."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from exitzero.core import facts
from exitzero.core.blocking import Blocking, Cause
from exitzero.core.today import LockView
from exitzero.engine import views
from exitzero.engine.actions import (
    EMERGENCIES_A_MONTH,
    EMERGENCY_PRICE,
    EMERGENCY_SENTENCE,
    EMERGENCY_WAIT,
    emergencies_this_month,
    why_no_emergency,
)
from exitzero.engine.lock_plan import OPEN, Wanted, base_of, names_of, wanted_locks
from exitzero.engine.log_lines import line_of
from exitzero.engine.reading import contract_series, row_at, version_on
from exitzero.store import journal, tables

RECENT = timedelta(days=30)


def lockdown_page(
    session: Session,
    now: datetime,
    *,
    helper: views.HelperView,
    view: LockView,
    names: Sequence[str],
    held: Collection[str],
) -> views.LockdownPage:
    """Everything that the page shows; ``names`` and ``held`` are what the helper says is locked, and by which holds."""
    series = contract_series(session)
    day = row_at(session, now) if series else None
    label = day.label if day is not None else now.date()
    blocking = version_on(series, label).terms.blocking if series else Blocking()
    row = tables.LockRow
    open_rows = session.exec(select(row).where(col(row.state).in_(("asked", *OPEN))).order_by(col(row.starts))).all()
    past = session.exec(
        select(row)
        .where(col(row.state).in_(["released", "ended", "refused"]), row.changed_at > now - RECENT)
        .order_by(col(row.changed_at).desc())
        .limit(100)
    ).all()
    known = {base_of(each.key) for each in open_rows}
    used = emergencies_this_month(session, label)
    return views.LockdownPage(
        helper=helper,
        view=view,
        names=tuple(names),
        locks=tuple(_line(each, now, held) for each in open_rows),
        planned=tuple(_planned(each) for each in wanted_locks(session, now) if each.key not in known),
        past=tuple(_line(each, now, held) for each in past),
        noticed=_noticed(session),
        blocking=blocking,
        sites=names_of(session, blocking),
        emergency_price=EMERGENCY_PRICE,
        emergency_sentence=EMERGENCY_SENTENCE,
        emergency_left=max(EMERGENCIES_A_MONTH - used, 0),
        emergency_refusal=why_no_emergency(session, now),
        emergency_used=used,
        emergency_minutes=round(EMERGENCY_WAIT.total_seconds() / 60),
    )


def _line(row: tables.LockRow, now: datetime, held: Collection[str]) -> views.LockLine:
    cause = Cause(row.cause)
    state = row.state
    if state == "placed":
        # Only what the helper itself still holds is called locked.
        state = "ended" if row.hold not in held else "armed" if now < row.starts else "locked"
    return views.LockLine(
        key=row.key,
        cause=cause.value,
        cause_words=cause.words,
        release_words=cause.release_words,
        state=state,
        starts=row.starts,
        ends=row.ends,
        sites=len(json.loads(row.names)),
        words=row.words,
    )


def _planned(wanted: Wanted) -> views.LockLine:
    return views.LockLine(
        key=wanted.key,
        cause=wanted.cause.value,
        cause_words=wanted.cause.words,
        release_words=wanted.cause.release_words,
        state="planned",
        starts=wanted.starts,
        ends=wanted.ends,
        sites=len(wanted.names),
    )


def _noticed(session: Session, most: int = 100) -> tuple[views.LogLine, ...]:
    """The newest entries that the helper's own record and the emergency exit gave, newest first."""
    row = tables.JournalRow
    kinds = [facts.LockdownNoticed, facts.EmergencyAsked, facts.EmergencyOpened, facts.EmergencyCancelled]
    rows = session.exec(
        select(row)
        .where(col(row.kind).in_([kind.__name__ for kind in kinds]))
        .order_by(col(row.seq).desc())
        .limit(most)
    )
    return tuple(line_of(journal.recorded(each)) for each in rows)
