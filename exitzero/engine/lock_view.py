"""How the lockdown stands in one value for every screen: the helper's own words, never a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from exitzero.core.blocking import Cause
from exitzero.core.today import LockView
from exitzero.engine.lock_plan import OPEN
from exitzero.engine.reading import contract_series, row_at, version_on
from exitzero.lockdown.client import HoldNow, StatusNow
from exitzero.lockdown.client import Standing as HelperStanding
from exitzero.lockdown.reasons import Refused
from exitzero.store import tables


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look at the helper showed. ``refused`` says why there was no status."""

    at: datetime
    status: StatusNow | None = None
    refused: Refused | None = None


def _is_armed(session: Session, now: datetime) -> bool:
    series = contract_series(session)
    row = row_at(session, now) if series else None
    return row is not None and version_on(series, row.label).terms.blocking.armed


def view_of(session: Session, *, seen: Seen) -> LockView:
    """What the last look at the helper means."""
    armed = _is_armed(session, seen.at)
    if seen.status is None:
        words = f"{seen.refused.title} {seen.refused.advice}".strip() if seen.refused is not None else ""
        return LockView("missing" if armed else "off", words=words)
    status = seen.status
    rows = {row.hold: row for row in session.exec(select(tables.LockRow).where(col(tables.LockRow.state).in_(OPEN)))}
    begun = [hold for hold in status.holds if hold.begun]
    coming = [hold for hold in status.holds if not hold.begun]
    shown = max(begun, key=lambda hold: hold.until, default=None) or min(
        coming, key=lambda hold: hold.starts_in, default=None
    )
    row = rows.get(shown.id) if shown is not None else None
    cause = Cause(row.cause) if row is not None else None
    standing = {
        HelperStanding.IDLE: "idle" if armed else "off",
        HelperStanding.ARMED: "armed",
        HelperStanding.LOCKED: "locked",
        HelperStanding.DEGRADED: "degraded",
    }[status.standing]
    left = status.emergency_left
    return LockView(
        standing=standing,
        starts=row.starts if row is not None and not begun else None,
        until=_until(begun, rows) if begun else (row.ends if row is not None else None),
        cause=cause.words if cause is not None else "",
        release=cause.release_words if cause is not None else "",
        sites=len(status.names) or (len(shown.names) if shown is not None else 0),
        opens=_opens(session) if left is not None else None,
        words=", ".join(status.flags),
    )


def _until(begun: Sequence[HoldNow], rows: Mapping[str, tables.LockRow]) -> datetime:
    """The end of the last running lock, by our own account of it where there is one: it does not waver by seconds."""
    return max(rows[hold.id].ends if hold.id in rows else hold.until for hold in begun)


def _opens(session: Session) -> datetime | None:
    row = tables.EmergencyRow
    return session.exec(select(row.opens).where(col(row.cancelled).is_(False), col(row.opened_at).is_(None))).first()
