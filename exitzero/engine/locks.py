"""Handing the planned locks to the helper, and taking them back: level, not edge, like everything here (rule 5).

Each look compares what ought to stand with what the helper says stands, and does the difference: a new lock first,
so that no site is free for a moment between two of them. The order is written before the deed (rule 6). Without a
helper nothing is locked and nothing claims to be: the plan is only shown.
"""

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlmodel import Session, col, select

from exitzero.core.blocking import Cause
from exitzero.core.facts import (
    LockEnded,
    LockOrdered,
    LockPlaced,
    LockRefused,
    LockReleased,
    LockWidened,
)
from exitzero.core.today import LockView
from exitzero.core.topics import Topic
from exitzero.engine.lock_events import Events, Helper, let_emergency_lapse
from exitzero.engine.lock_plan import HOUR, OPEN, SHARE, Plan, Wanted, base_of, emergency_until, plan_at
from exitzero.engine.lock_view import Seen, view_of
from exitzero.lockdown.client import HoldNow, StatusNow, Token
from exitzero.lockdown.reasons import Reason, Refused
from exitzero.store import tables
from exitzero.store.database import Database

__all__ = ["Helper", "Locks", "Seen"]

log = logging.getLogger(__name__)

SHORTEST = timedelta(seconds=60)
"""What is left of a lock is not worth placing below this; the helper takes no less."""

RETRY = timedelta(minutes=5)
"""How soon a lock that was refused is tried again."""

LONGEST_PAUSE = timedelta(minutes=30)
"""The most it waits after many refusals."""

MOST = 12
"""So many locks the helper takes at once."""

RECENT = timedelta(days=3)
"""How far back a lock of the same name can lie."""

NEAR = timedelta(seconds=10)
"""By how much two accounts of the same end may differ."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the database has to say: the locks that ought to stand, those that are open, and the words of release."""

    plan: Plan
    wanted: tuple[Wanted, ...]
    rows: tuple[tables.LockRow, ...]
    known: frozenset[str]
    stale: tuple[str, ...]
    refused: Mapping[str, datetime]
    paused: Mapping[str, datetime]
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
        self._events = Events(database, helper)
        self._seen: Seen | None = None
        self._doubtful_since: datetime | None = None
        self._tries: Counter[str] = Counter()
        self._never: set[str] = set()
        self._widened: dict[str, datetime] = {}

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
        the person asks for is, which needs no date, and only what evidence has settled is taken back: a clock that
        was set must not do it.
        """
        with self._turn:
            now = self._now()
            self._doubtful_since = None if time_confirmed else self._doubtful_since or now
            is_dated = self._doubtful_since is None or now - self._doubtful_since > HOUR
            try:
                status = self._helper.status()
                # What the helper met comes first: an emergency exit that has opened changes what ought to stand.
                self._events.write(status)
                let_emergency_lapse(self._database, status, self._now())
                scene = self._database.read(partial(_scene, now=self._now())).result()
                allowed = {Cause.HAND, Cause.FOCUS} if may_lock else set()
                allowed = set(Cause) if may_lock and time_confirmed else allowed
                status = self._bring_about(scene, status, allowed, is_dated=is_dated)
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

    def _bring_about(
        self, scene: _Scene, status: StatusNow, allowed: Collection[Cause], *, is_dated: bool
    ) -> StatusNow:
        held = {hold.id: hold for hold in status.holds}
        rows, left = [], set()
        for row in scene.rows:
            if row.state == "ordered" and not allowed:
                continue  # the other program is placing it just now
            if self._still_stands(row, held, scene):
                rows.append(row)
            elif scene.emergency:
                left.add(row.key)  # also one by hand: whoever paid for the exit is out
        by_key = {row.key: row for row in rows}
        taken = Counter(Cause(row.cause) for row in rows)
        room = MOST - len(held)
        changed = False
        for each in scene.wanted:
            stands = by_key.get(each.key)
            if each.cause not in allowed or each.key in left:
                continue
            if stands is not None:
                changed |= stands.state == "placed" and self._widen(stands, each)
                continue
            has_room = room > 0 and taken[each.cause] < SHARE.get(each.cause, MOST)
            if has_room and self._place(each, scene, status.holds):
                room, changed = room - 1, True
                taken[each.cause] += 1
        wanted = {each.key for each in scene.wanted}
        for row in rows:
            cause = Cause(row.cause)
            is_settled = is_dated or cause is Cause.FOCUS or (cause, row.label) in scene.plan.proved
            # One by hand ends by the helper's own count alone: no clock and no other lock takes it back.
            if row.key not in wanted and row.state == "placed" and cause is not Cause.HAND and is_settled:
                changed |= self._release(row, scene)
        if allowed and is_dated:
            for key in scene.stale:
                self._record(LockEnded(key, "its time was over before it could begin"))
        return self._helper.status() if changed else status

    def _still_stands(self, row: tables.LockRow, held: Mapping[str, HoldNow], scene: _Scene) -> bool:
        """Follow what became of a lock: gone by itself, or begun while this program was cut off."""
        now = self._now()
        if row.state == "ordered":
            twin = _same(json.loads(row.names), row.ends, held.values(), scene.known, now)
            if twin is None:
                self._refuse(row.key, "not_begun", "The helper has no such lock; it is tried again.")
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
        elif row.key not in {each.key for each in scene.wanted}:
            how = "taken back"
        else:
            how = "gone before its time: the helper does not know it any more"
        self._record(LockEnded(row.key, how))
        return False

    def _place(self, wanted: Wanted, scene: _Scene, held: Iterable[HoldNow]) -> bool:
        """Hand a lock over; True if the helper may hold it now."""
        now = self._now()
        starts = max(wanted.starts, now)
        tried_at = scene.refused.get(wanted.key)
        is_early = tried_at is not None and now - tried_at < _pause(self._tries[wanted.key])
        is_early |= starts - now > RETRY and scene.paused.get(wanted.key, now) > now
        names = tuple(name for name in wanted.names if name not in self._never)
        if wanted.ends - starts < SHORTEST or is_early or not names:
            return False
        self._record(LockOrdered(wanted.key, wanted.cause, wanted.label, names, starts, wanted.ends))
        twin = _same(names, wanted.ends, held, scene.known, now)
        if twin is not None:  # from before a backup was restored
            self._record(LockPlaced(wanted.key, twin.id, armed=not twin.begun))
            return True
        lasts = round((wanted.ends - starts).total_seconds())
        starts_in = round((starts - now).total_seconds())
        token = _token(scene.seed, wanted.key)
        try:
            if starts_in > 0:
                hold = self._helper.arm(names, starts_in=starts_in, lasts=lasts, token=token)
            else:
                hold = self._helper.lock(names, lasts=lasts, token=token)
        except Refused as refused:
            if refused.reason is Reason.NO_ANSWER:
                return True  # it may have it: the next look finds out
            fresh = refused.names.keys() - self._never
            self._never |= fresh
            if fresh:
                # The helper's list is longer than ours: what is left is locked all the same.
                return self._place(wanted, scene, held)
            self._refuse(wanted.key, str(refused.reason), f"{refused.title} {refused.advice}".strip())
            return False
        self._tries.pop(wanted.key, None)
        self._record(LockPlaced(wanted.key, hold.id, armed=starts_in > 0))
        return True

    def _refuse(self, key: str, reason: str, words: str) -> None:
        self._tries[key] += 1
        self._record(LockRefused(key, reason, words))

    def _widen(self, row: tables.LockRow, wanted: Wanted) -> bool:
        """Add what is missing. What the helper refuses must not keep the other locks from being looked after."""
        missing = tuple(sorted({*wanted.names} - {*json.loads(row.names)} - self._never))
        now = self._now()
        if not missing or now < self._widened.get(row.hold, now):
            return False
        try:
            self._helper.extend(row.hold, missing)
        except Refused as refused:
            log.info("%s could not be widened: %s", row.key, refused)
            fresh = refused.names.keys() - self._never
            self._never |= fresh
            if not fresh:
                self._widened[row.hold] = now + RETRY
            return True
        self._record(LockWidened(row.key, missing))
        return True

    def _release(self, row: tables.LockRow, scene: _Scene) -> bool:
        is_over = self._now() >= row.ends - NEAR
        why = "its time was over" if is_over else scene.plan.why.get(Cause(row.cause), "nothing asks for it any more")
        if row.cause == Cause.FOCUS:
            why = "the session is over"
        try:
            late = self._helper.release(row.hold, _token(scene.seed, row.key))
        except Refused as refused:
            log.info("%s could not be taken back: %s", row.key, refused)
            if refused.reason is Reason.UNKNOWN_HOLD:
                self._record(LockEnded(row.key, "its time was over" if is_over else "taken back"))
            elif refused.reason is Reason.BAD_PROOF:
                self._record(LockEnded(row.key, "made by another profile: it ends by its own time"))
            return True
        self._record(LockReleased(row.key, f"{why}; the hosts file waits: {late}" if late else why))
        return True

    def _record(self, fact: LockOrdered | LockPlaced | LockRefused | LockReleased | LockEnded | LockWidened) -> None:
        self._database.write(lambda unit: unit.record(fact)).result()

    # What is shown

    def _show(self, seen: Seen) -> LockView:
        view = self._database.read(partial(view_of, seen=seen)).result()
        before, self._view, self._seen = self._view, view, seen
        if view != before:
            # Written, not only announced: the first screen and ``status`` read the record of today.
            self._database.write(lambda unit: unit.touch(Topic.LOCKDOWN, Topic.DAY)).result()
            self._on_change(before, view)
        return view


def _token(seed: str, key: str) -> Token:
    """What opens a lock. Worked out, not kept: it stops slips and other programs, not the owner of the machine."""
    return Token(sha256(f"exitzero lock {seed} {key}".encode()).hexdigest())


def _same(
    names: Iterable[str], ends: datetime, holds: Iterable[HoldNow], known: Collection[str], now: datetime
) -> HoldNow | None:
    """A hold that nobody knows with these names and this end, by its own count or by the wall clock."""
    sought = tuple(sorted(names))
    for hold in holds:
        counted = now + timedelta(seconds=hold.remaining)
        is_near = abs(hold.until - ends) < NEAR or abs(counted - ends) < NEAR
        if is_near and hold.id not in known and tuple(sorted(hold.names)) == sought:
            return hold
    return None


def _scene(session: Session, now: datetime) -> _Scene:
    row = tables.LockRow
    rows = session.exec(select(row).where(col(row.state).in_(OPEN)).order_by(col(row.starts))).all()
    stale = session.exec(select(row.key).where(row.state == "asked", row.ends <= now)).all()
    recent = select(row.key, row.changed_at).where(row.ends > now - RECENT)
    refused = session.exec(recent.where(row.state == "refused")).all()
    over = dict(session.exec(recent.where(col(row.state).in_(["released", "ended"]))).all())
    first = session.get(tables.JournalRow, 1)
    plan = plan_at(session, now)
    wanted = tuple(_anew(each, over) for each in plan.locks)
    return _Scene(
        plan=plan,
        wanted=wanted,
        rows=tuple(rows),
        known=frozenset(each.hold for each in rows if each.hold),
        stale=tuple(stale),
        refused=dict(refused),
        paused={each.key: until for each in wanted if (until := _paused_until(each.key, over)) is not None},
        emergency=emergency_until(session, now) is not None,
        seed=first.hash if first is not None else "",
    )


def _pause(tries: int) -> timedelta:
    """How long to wait after so many refusals, so that a broken hosts file does not fill the journal."""
    return min(RETRY * (1 << min(max(tries - 1, 0), 5)), LONGEST_PAUSE)


def _anew(wanted: Wanted, over: Collection[str]) -> Wanted:
    """The lock under a new name if one of that name has ended: the work was verified, and is missing again."""
    key, number = wanted.key, 2
    while key in over:
        key, number = f"{wanted.key}#{number}", number + 1
    return wanted if key == wanted.key else replace(wanted, key=key)


def _paused_until(key: str, over: Mapping[str, datetime]) -> datetime | None:
    """Until when a lock waits that was armed and taken back again and again: a source is known, unknown, known."""
    number = int(key.partition("#")[2] or 1)
    if number < 3:
        return None
    return over[f"{base_of(key)}#{number - 1}"] + _pause(number - 1)
