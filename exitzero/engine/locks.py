"""Handing the planned locks to the helper, and taking them back: level, not edge, like everything here (rule 5).

Each look compares what ought to stand with what the helper says stands, and does the difference: a new lock first,
so that no site is free for a moment between two of them. The order is written before the deed (rule 6). Without a
helper nothing is locked and nothing claims to be: the plan is only shown.
"""

import json
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Protocol

from sqlmodel import Session, col, select

from exitzero.core.blocking import Cause
from exitzero.core.facts import (
    EmergencyOpened,
    LockdownNoticed,
    LockEnded,
    LockOrdered,
    LockPlaced,
    LockRefused,
    LockReleased,
    LockWidened,
)
from exitzero.core.today import LockView
from exitzero.core.topics import Topic
from exitzero.engine.lock_plan import OPEN, Wanted, emergency_until, wanted_locks
from exitzero.engine.reading import contract_series, row_at, version_on
from exitzero.lockdown.client import EventNow, HoldNow, StatusNow, Token
from exitzero.lockdown.client import Standing as HelperStanding
from exitzero.lockdown.reasons import Reason, Refused
from exitzero.store import tables
from exitzero.store.database import Database, Unit

log = logging.getLogger(__name__)

SHORTEST = timedelta(seconds=60)
"""What is left of a lock is not worth placing below this; the helper takes no less."""

RETRY = timedelta(minutes=5)
"""How soon a lock that was refused is tried again."""

OUR_OWN = frozenset({"armed", "extended", "released", "disarmed"})
"""What the helper tells of what it was asked to do; the journal has that from us already."""

MOST = 10
"""So many locks are handed over at once, those of now first; the helper takes twelve."""

NEAR = timedelta(seconds=10)
"""By how much two accounts of the same end may differ."""


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


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look at the helper showed. ``refused`` says why there was no status."""

    at: datetime
    status: StatusNow | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the database has to say: the locks that ought to stand, those that are open, and the words of release."""

    wanted: tuple[Wanted, ...]
    rows: tuple[tables.LockRow, ...]
    refused: Mapping[str, datetime]
    emergency: bool
    seed: str


class Locks:
    """The locks of one engine. Any thread but Qt's; one look at a time. ``on_change`` hears how it stands now."""

    def __init__(
        self,
        database: Database,
        helper: Helper,
        now: Callable[[], datetime],
        *,
        on_change: Callable[[LockView, LockView], object] = lambda _before, _now: None,
    ) -> None:
        self._database = database
        self._helper = helper
        self._now = now
        self._on_change = on_change
        self._turn = threading.Lock()
        self._view = LockView()
        self._looked_at = 0
        self._seen: Seen | None = None

    @property
    def view(self) -> LockView:
        """How the lockdown stood at the last look; cheap, for any thread."""
        return self._view

    @property
    def seen(self) -> Seen | None:
        """The last look at the helper; ``None`` before the first."""
        return self._seen

    @property
    def helper(self) -> Helper:
        """The helper itself, for the errands that only look."""
        return self._helper

    def reconcile(self, *, may_lock: bool, time_confirmed: bool) -> LockView:
        """Do what makes the helper hold what ought to stand; gives how it stands then. Blocks on the socket.

        ``may_lock`` False (another process watches): nothing new is placed. While the time is not confirmed only what
        the person asks for is, which needs no date. Whatever is verified is released all the same.
        """
        with self._turn:
            try:
                status = self._helper.status()
                # What the helper met comes first: an emergency exit that has opened changes what ought to stand.
                self._write_events(status)
                scene = self._database.read(partial(_scene, now=self._now())).result()
                allowed = {Cause.HAND, Cause.FOCUS} if may_lock else set()
                status = self._bring_about(scene, status, set(Cause) if may_lock and time_confirmed else allowed)
                seen = Seen(self._now(), status)
            except Refused as refused:
                seen = Seen(self._now(), refused=refused)
            return self._show(seen)

    def look(self) -> LockView:
        """Ask the helper how it stands, and change nothing. Blocks on the socket."""
        with self._turn:
            try:
                return self._show(Seen(self._now(), self._helper.status()))
            except Refused as refused:
                return self._show(Seen(self._now(), refused=refused))

    # What is done

    def _bring_about(self, scene: _Scene, status: StatusNow, allowed: Collection[Cause]) -> StatusNow:
        held = {hold.id: hold for hold in status.holds}
        rows = [row for row in scene.rows if self._still_stands(row, held, scene)]
        by_key = {row.key: row for row in rows}
        wanted = {each.key: each for each in scene.wanted}
        changed = False
        for each in scene.wanted:
            row = by_key.get(each.key)
            if each.cause not in allowed:
                continue
            if row is None:
                changed |= self._place(each, scene)
            elif row.state == "placed":
                changed |= self._widen(row, each)
        for row in rows:
            if row.key not in wanted and row.state == "placed":
                changed |= self._release(row, scene)
        return self._helper.status() if changed else status

    def _still_stands(self, row: tables.LockRow, held: Mapping[str, HoldNow], scene: _Scene) -> bool:
        """Follow what became of a lock: gone by itself, or begun while this program was cut off."""
        now = self._now()
        if row.state == "ordered":
            twin = _twin(row, held.values(), scene)
            if twin is None:
                self._record(LockRefused(row.key, "not_begun", "the program ended before the helper had it"))
                return False
            self._record(LockPlaced(row.key, twin.id, armed=not twin.begun))
            row.state, row.hold = "placed", twin.id
            return True
        if row.hold in held:
            return True
        if now >= row.ends - NEAR:
            how = "its time was over"
        elif scene.emergency:
            how = "left by the emergency exit"
        else:
            how = "gone before its time: the helper does not know it any more"
        self._record(LockEnded(row.key, how))
        return False

    def _place(self, wanted: Wanted, scene: _Scene) -> bool:
        now = self._now()
        tried_at = scene.refused.get(wanted.key)
        starts = max(wanted.starts, now)
        if wanted.ends - starts < SHORTEST or (tried_at is not None and now - tried_at < RETRY):
            return False
        order = LockOrdered(wanted.key, wanted.cause, wanted.label, wanted.names, starts, wanted.ends)
        self._record(order)
        token = _token(scene.seed, wanted.key)
        lasts = round((wanted.ends - starts).total_seconds())
        starts_in = round((starts - now).total_seconds())
        try:
            if starts_in > 0:
                hold = self._helper.arm(wanted.names, starts_in=starts_in, lasts=lasts, token=token)
            else:
                hold = self._helper.lock(wanted.names, lasts=lasts, token=token)
        except Refused as refused:
            self._record(LockRefused(wanted.key, str(refused.reason), f"{refused.title} {refused.advice}".strip()))
            return False
        self._record(LockPlaced(wanted.key, hold.id, armed=starts_in > 0))
        return True

    def _widen(self, row: tables.LockRow, wanted: Wanted) -> bool:
        missing = tuple(sorted({*wanted.names} - {*json.loads(row.names)}))
        if not missing:
            return False
        self._helper.extend(row.hold, missing)
        self._record(LockWidened(row.key, missing))
        return True

    def _release(self, row: tables.LockRow, scene: _Scene) -> bool:
        try:
            late = self._helper.release(row.hold, _token(scene.seed, row.key))
        except Refused as refused:
            if refused.reason is not Reason.UNKNOWN_HOLD:
                raise
            self._record(LockEnded(row.key, "its time was over"))
            return True
        why = RELEASED_BY[Cause(row.cause)]
        self._record(LockReleased(row.key, f"{why}; the hosts file waits: {late}" if late else why))
        return True

    def _write_events(self, status: StatusNow) -> None:
        known = max(self._database.read(_newest_event).result(), self._looked_at)
        since = known if status.last_event >= known else 0  # a helper installed anew counts anew
        if status.last_event == since:
            return
        events = [event for event in self._helper.events(since) if event.kind not in OUR_OWN]
        self._looked_at = status.last_event

        def work(unit: Unit) -> None:
            for event in events:
                unit.record(LockdownNoticed(event.number, event.at, event.kind, event.hold, event.detail))
                row = tables.EmergencyRow
                asked = unit.session.exec(
                    select(row).where(col(row.cancelled).is_(False), col(row.opened_at).is_(None))
                ).first()
                if event.kind == "emergency-opened" and asked is not None:
                    unit.record(EmergencyOpened(asked.label))

        self._database.write(work).result()

    def _record(self, fact: LockOrdered | LockPlaced | LockRefused | LockReleased | LockEnded | LockWidened) -> None:
        self._database.write(lambda unit: unit.record(fact)).result()

    # What is shown

    def _show(self, seen: Seen) -> LockView:
        view = self._database.read(partial(_view, seen=seen)).result()
        before, self._view, self._seen = self._view, view, seen
        if view != before:
            self._database.announce(frozenset({Topic.LOCKDOWN, Topic.DAY}))
            self._on_change(before, view)
        return view


RELEASED_BY = {
    Cause.FAILED: "the day's work is verified",
    Cause.DEADLINE: "the work is proved, or the verdict is there",
    Cause.LADDER: "the day's work is verified",
    Cause.MOCKS: "a mock interview is booked",
    Cause.SCHEDULE: "the day's work is verified",
    Cause.FOCUS: "the session is over",
    Cause.HAND: "its time is over",
}
"""Why a lock that is not wanted any more was taken back, by its cause."""


def _token(seed: str, key: str) -> Token:
    """What opens a lock. Worked out, not kept: it stops slips and other programs, not the owner of the machine."""
    return Token(sha256(f"exitzero lock {seed} {key}".encode()).hexdigest())


def _twin(row: tables.LockRow, holds: Iterable[HoldNow], scene: _Scene) -> HoldNow | None:
    """The helper's hold of a lock whose placing was not written down any more."""
    known = {each.hold for each in scene.rows if each.hold}
    names = tuple(sorted(json.loads(row.names)))
    for hold in holds:
        if hold.id not in known and tuple(sorted(hold.names)) == names and abs(hold.until - row.ends) < NEAR:
            return hold
    return None


def _scene(session: Session, now: datetime) -> _Scene:
    row = tables.LockRow
    rows = session.exec(select(row).where(col(row.state).in_(OPEN)).order_by(col(row.starts))).all()
    refused = session.exec(select(row.key, row.changed_at).where(row.state == "refused")).all()
    over = set(session.exec(select(row.key).where(col(row.state).in_(["released", "ended"]))).all())
    first = session.get(tables.JournalRow, 1)
    wanted = tuple(_anew(each, over) for each in wanted_locks(session, now)[:MOST])
    return _Scene(
        wanted=wanted,
        rows=tuple(rows),
        refused=dict(refused),
        emergency=emergency_until(session, now) is not None,
        seed=first.hash if first is not None else "",
    )


def _newest_event(session: Session) -> int:
    row = tables.LockEventRow
    return session.exec(select(row.number).order_by(col(row.seq).desc()).limit(1)).first() or 0


def _anew(wanted: Wanted, over: set[str]) -> Wanted:
    """The lock under a new name if one of that name has ended: the work was verified, and is missing again."""
    key, number = wanted.key, 2
    while key in over:
        key, number = f"{wanted.key}#{number}", number + 1
    return wanted if key == wanted.key else replace(wanted, key=key)


def _is_armed(session: Session, now: datetime) -> bool:
    series = contract_series(session)
    row = row_at(session, now) if series else None
    return row is not None and version_on(series, row.label).terms.blocking.armed


def _view(session: Session, *, seen: Seen) -> LockView:
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
