"""What is asked of the lockdown helper, and what it tells: each thing that it met, once, and not without end.

An emergency exit opens in the helper alone; here it becomes a fact, or costs nothing if there was nothing to leave.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session, col, select

from exitzero.core.facts import EmergencyCancelled, EmergencyOpened, LockdownNoticed
from exitzero.engine.lock_plan import HOUR
from exitzero.lockdown.client import EventNow, HoldNow, StatusNow, Token
from exitzero.lockdown.reasons import Reason
from exitzero.store import tables
from exitzero.store.database import Database, Unit
from exitzero.work.coins import actions as coins

OUR_OWN = frozenset({"armed", "extended", "released", "disarmed"})
"""What the helper tells of what it was asked to do; the journal has that from us already."""

MOST_NOTED = 12
"""So many entries of one kind of event an hour; a program that fights over the hosts file makes twenty a minute."""

GRACE = timedelta(minutes=1)
"""How long the helper may not know yet of an emergency exit that was just asked for."""


class Helper(Protocol):
    """What is asked of the root helper; :class:`exitzero.lockdown.client.Client` is it. Any call may raise Refused."""

    def status(self) -> StatusNow:
        """How things stand."""
        ...

    def lock(self, names: Iterable[str], *, lasts: int, token: Token) -> HoldNow:
        """Lock now, for so many seconds."""
        ...

    def arm(self, names: Iterable[str], *, starts_in: int, lasts: int, token: Token) -> HoldNow:
        """Lock in so many seconds by the helper alone."""
        ...

    def extend(self, hold: str, names: Iterable[str]) -> HoldNow:
        """Add names to a hold."""
        ...

    def release(self, hold: str, token: Token) -> Reason | None:
        """End a hold; the reason why the file does not show it yet, if it does not."""
        ...

    def emergency(self) -> int:
        """Start the emergency exit; gives the seconds still to wait."""
        ...

    def cancel_emergency(self) -> None:
        """Stay locked after all."""
        ...

    def events(self, since: int) -> tuple[EventNow, ...]:
        """What happened after that event."""
        ...


class Events:
    """The helper's own record, read on from where it was read last. For one thread at a time."""

    def __init__(self, database: Database, helper: Helper) -> None:
        self._database = database
        self._helper = helper
        self._looked_at = 0

    def write(self, status: StatusNow) -> None:
        """Write down what the helper met since the last look: each once, and of one kind not more than so many."""
        known, kind = self._database.read(_newest_event).result()
        since = max(known, self._looked_at)
        if status.last_event < since:
            since = 0  # a helper installed anew counts anew
        elif self._looked_at == 0 and known:
            before = [event for event in self._helper.events(known - 1) if event.number == known]
            since = 0 if before and before[0].kind != kind else since
        if status.last_event == since:
            return
        events = [event for event in self._helper.events(since) if event.kind not in OUR_OWN]
        self._looked_at = status.last_event
        is_over = status.emergency_left is None  # while it still counts, what has opened is an older one

        def work(unit: Unit) -> None:
            for event in events:
                if not _is_news(unit.session, event):
                    continue
                unit.record(LockdownNoticed(event.number, event.at, event.kind, event.hold, event.detail))
                asked = _pending(unit.session)
                if event.kind == "emergency-opened" and asked is not None and is_over:
                    unit.record(EmergencyOpened(asked.label))

        if events:
            self._database.write(work).result()


def let_emergency_lapse(database: Database, status: StatusNow, now: datetime) -> None:
    """An exit that does not count any more and has not opened had nothing left to leave, so it costs nothing."""

    def waits(session: Session) -> bool:
        asked = _pending(session)
        return asked is not None and status.emergency_left is None and abs(now - asked.at) > GRACE

    def work(unit: Unit) -> None:
        asked = _pending(unit.session)
        if asked is not None:
            unit.record(EmergencyCancelled(asked.label))
            key = f"emergency:{asked.seq}:back"
            coins.move(unit, key, asked.price, "emergency exit not needed any more", asked.label)

    if database.read(waits).result():
        database.write(work).result()


def _newest_event(session: Session) -> tuple[int, str]:
    row = tables.LockEventRow
    return session.exec(select(row.number, row.kind).order_by(col(row.seq).desc()).limit(1)).first() or (0, "")


def _is_news(session: Session, event: EventNow) -> bool:
    """False for what another process has written down already, and for what happens all the time."""
    row = tables.LockEventRow
    known = session.exec(select(row.seq).where(row.number == event.number, row.at == event.at).limit(1)).first()
    if known is not None or event.kind == "emergency-opened":
        return known is None
    same = select(row.seq).where(row.kind == event.kind, row.at > event.at - HOUR, row.at <= event.at)
    return len(session.exec(same.limit(MOST_NOTED)).all()) < MOST_NOTED


def _pending(session: Session) -> tables.EmergencyRow | None:
    """The emergency exit that was asked for and has neither opened nor been taken back."""
    row = tables.EmergencyRow
    return session.exec(
        select(row).where(col(row.cancelled).is_(False), col(row.opened_at).is_(None)).order_by(col(row.seq).desc())
    ).first()
