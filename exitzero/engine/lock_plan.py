"""Which locks ought to stand or be armed now, worked out from state alone: contract, evidence, verdicts, wishes.

A lock that rests on "the work is missing" is never planned further than an hour beyond the moment at which that was
known, so that with the cockpit closed or the source silent it ends by itself. One that rests on a verdict, a schedule
or the person's own wish stands until its end. Whatever is verified is planned no more, and that is its release.

Long, because it is one list of causes, each a few lines, over one picture of the day.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from platform import node
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import Blocking, Cause, Window
from exitzero.core.contract import ContractVersion
from exitzero.core.finding import Finding
from exitzero.core.survival import survey
from exitzero.core.verdict import Outcome, is_spared
from exitzero.core.words import ClauseKind, ClauseState, Standing
from exitzero.engine.reading import contract_began, contract_series, day_of, findings_of, row_at, version_on
from exitzero.store import tables
from exitzero.work.mocks.evidence import FEED

HOUR = timedelta(hours=1)
"""How far beyond its last proof a missing piece of work may lock."""

STEP = HOUR / 2
"""Such a lock is made of stretches of this length, the running one and the next, so that proof can renew it."""

OVERLAP = timedelta(minutes=1)
"""By how much a lock reaches into the one that follows it, so that no moment lies between them."""

LONGEST = timedelta(hours=24)
"""No lock is longer; the helper would refuse it."""

AHEAD = timedelta(hours=30)
"""How far ahead a lock is armed; the helper takes 36 hours."""

OPEN = ("ordered", "placed")
"""The states of locks that the helper holds, or may hold."""

SHARE = {Cause.HAND: 3, Cause.FOCUS: 1, Cause.SCHEDULE: 3}
"""How many locks wishes may take of those that the helper holds: the rest is kept for what the day itself locks by."""

MOST_AGREED = 560
"""So many host names a contract may come to; what is left of the helper's 600 is for locks by hand."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lock that ought to stand from ``starts`` to ``ends``; ``key`` names it for ever."""

    key: str
    cause: Cause
    label: date
    names: tuple[str, ...]
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What ought to stand at one instant, running ones first, and why the rest need not.

    ``why`` says it by cause, for the journal. ``proved`` names causes and days that are settled by evidence, which no
    clock can pretend: these may be released even while the time is in doubt.
    """

    locks: tuple[Wanted, ...]
    why: Mapping[Cause, str]
    proved: frozenset[tuple[Cause, date]]


@dataclass(frozen=True, slots=True)
class _Scene:
    """The running day as the plan sees it. ``unheard``: for an hour nobody could say whether the work is done."""

    row: tables.DayRow
    version: ContractVersion
    findings: tuple[Finding, ...]
    standing: Standing
    unheard: bool
    open_keys: frozenset[str]
    now: datetime

    @property
    def verified(self) -> bool:
        """True if nothing is owed any more today."""
        return self.standing in {Standing.SAFE, Standing.REST}

    @property
    def unasked(self) -> bool:
        """True if it is not known only because nobody asked: the program slept, as good as off."""
        unknown = [each.reason for each in self.findings if each.state is ClauseState.UNKNOWN]
        return self.standing is Standing.UNKNOWN and {*unknown} <= {"stale", "not_checked"}

    @property
    def mocks(self) -> Finding | None:
        """What the evidence says about the mocks clause, if there is one today."""
        return next((each for each in self.findings if each.kind is ClauseKind.MOCKS), None)


def names_of(session: Session, blocking: Blocking) -> tuple[str, ...]:
    """Every host name that the contract's groups and sites stand for, without those that may not be blocked.

    Where the contract sends the person's own shame posts stays within reach, or a failed day could not be told there.
    """
    return _names(blocking.groups, blocking.sites, frozenset(_channel_hosts(session)))


def _channel_hosts(session: Session) -> Iterable[str]:
    """The hosts of the channels that a contract has armed: merely to connect one must free no site."""
    armed = {name for version in contract_series(session) for name in version.terms.stakes.channels}
    row = tables.ChannelRow
    for name, service, shown in session.exec(select(row.id, row.service, row.shown)):
        if name in armed:
            yield from _SERVICE_HOSTS.get(service, ())
            yield from _HOST.findall(shown.casefold())


_SERVICE_HOSTS: Mapping[str, tuple[str, ...]] = {
    "x": ("x.com", "twitter.com"),
    "discord": ("discord.com",),
    "telegram": ("telegram.org",),
    "slack": ("slack.com",),
    "bluesky": ("bsky.social", "bsky.app"),
}
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@lru_cache(maxsize=8)
def _names(groups: frozenset[str], sites: frozenset[str], channels: frozenset[str]) -> tuple[str, ...]:
    shipped = lockdown_sites.groups()
    chosen = {host for name in groups if name in shipped for host in shipped[name].hosts}
    names = sorted({*chosen, *lockdown_sites.expanded(sorted(sites))})
    refused = lockdown_sites.refused(names, hostname=node(), extra=channels)
    return tuple(name for name in names if name not in refused)


def wanted_locks(session: Session, now: datetime) -> tuple[Wanted, ...]:
    """The locks that ought to stand or be armed at ``now``, running ones first."""
    return plan_at(session, now).locks


def plan_at(session: Session, now: datetime) -> Plan:
    """What ought to be locked at ``now``, and why the rest is not."""
    found = list(_asked(session, now))
    why: dict[Cause, str] = {}
    proved: frozenset[tuple[Cause, date]] = frozenset()
    series = contract_series(session)
    row = row_at(session, now) if series else None
    if row is not None:
        scene = _scene(session, row, series, now)
        found += _by_failed_day(session, scene, series)
        found += _by_closed_day(session, scene, series)
        found += _by_running_day(session, scene)
        found += _by_schedule(session, scene, series)
        why = {cause: _why_not(scene, cause) for cause in Cause}
        proved = _proved(session, scene)
    left_until = emergency_until(session, now)
    if left_until is not None:
        # Whoever took the emergency exit is out until the day is over; only a new wish locks again.
        by_wish = {Cause.HAND, Cause.FOCUS}
        found = [each for each in found if each.cause in by_wish or each.starts >= left_until]
        why = dict.fromkeys(Cause, "left by the emergency exit")
    return Plan(tuple(sorted(found, key=lambda each: (max(each.starts, now), each.ends, each.key))), why, proved)


def _why_not(scene: _Scene, cause: Cause) -> str:
    """Why a lock of that cause would not be wanted any more, in words for the journal."""
    if cause is Cause.MOCKS and scene.mocks is not None and scene.mocks.state is ClauseState.MET:
        return "a mock interview is booked"
    if scene.row.excused:
        return "the day is excused"
    if scene.standing is Standing.REST:
        return "nothing is owed today"
    if scene.verified:
        return "the day's work is verified"
    if scene.unheard:
        return "for an hour nobody could tell whether the work is done"
    if scene.standing is Standing.UNKNOWN:
        return "it is not known whether the work is missing"
    return "the verdict or another lock takes its place"


def _proved(session: Session, scene: _Scene) -> frozenset[tuple[Cause, date]]:
    label = scene.row.label
    found: set[tuple[Cause, date]] = set()
    if scene.verified:
        found |= {(cause, label) for cause in (Cause.LADDER, Cause.DEADLINE, Cause.MOCKS, Cause.SCHEDULE)}
        last = _day_before(session, scene.row)
        found |= {(Cause.FAILED, last.label)} if last is not None else set()
    if scene.mocks is not None and scene.mocks.state is ClauseState.MET:
        found.add((Cause.MOCKS, label))
    return frozenset(found)


def _day_before(session: Session, row: tables.DayRow) -> tables.DayRow | None:
    day = tables.DayRow
    return session.exec(select(day).where(day.label < row.label).order_by(col(day.label).desc()).limit(1)).first()


def _scene(session: Session, row: tables.DayRow, series: Sequence[ContractVersion], now: datetime) -> _Scene:
    findings = findings_of(session, row, series, now)
    standing = survey(findings, closed=False).standing
    if row.excused or row.outcome in {Outcome.SUCCESS, Outcome.REST, Outcome.EXCUSED}:
        standing = Standing.SAFE
    keys = session.exec(select(tables.LockRow.key).where(col(tables.LockRow.state).in_(OPEN)))
    return _Scene(
        row=row,
        version=version_on(series, row.label),
        findings=findings,
        standing=standing,
        unheard=standing is Standing.UNKNOWN and _unheard(session, row, findings, series, now),
        open_keys=frozenset(keys),
        now=now,
    )


def _unheard(
    session: Session,
    row: tables.DayRow,
    findings: Iterable[Finding],
    series: Sequence[ContractVersion],
    now: datetime,
) -> bool:
    """True if what is unknown has been so for an hour: then nobody is kept locked by it."""
    terms = version_on(series, row.label).terms
    since: list[datetime] = []
    for finding in findings:
        clause = terms.clause(finding.kind)
        if finding.state is not ClauseState.UNKNOWN or clause is None:
            continue
        if clause.account is not None:
            known = _unknown_since(session, row, clause.account, finding.reason)
            since += [] if known is None else [known]
        else:
            for calendar in session.exec(select(tables.CalendarRow)):
                status = session.get(tables.SourceRow, (FEED, calendar.id))
                since += [] if status is None or status.failing_since is None else [status.failing_since]
    return any(each <= now - HOUR for each in since)


def _unknown_since(session: Session, row: tables.DayRow, account: tuple[str, str], reason: str) -> datetime | None:
    """Since when the account's source is silent, or has said nothing that would decide; ``None``: it is asked soon."""
    status = session.get(tables.SourceRow, account)
    if status is not None and status.failing_since is not None:
        return status.failing_since
    if reason not in {"gap", "undecided"}:
        return None
    seen = tables.ObservationRow
    newest = session.exec(
        select(seen.seen_at)
        .where(seen.source == account[0], seen.subject == account[1], seen.at >= row.starts)
        .order_by(col(seen.seen_at).desc())
        .limit(1)
    ).first()
    return max(row.starts, newest) if newest is not None else row.starts


def _asked(session: Session, now: datetime) -> Iterable[Wanted]:
    row = tables.LockRow
    states = ("asked", *OPEN)
    by_hand = session.exec(
        select(row).where(
            col(row.cause).in_([Cause.HAND, Cause.FOCUS]), col(row.state).in_(states), col(row.ends) > now
        )
    )
    for each in by_hand:
        names = tuple(_plain_names(each.names))
        yield Wanted(each.key, Cause(each.cause), each.label or now.date(), names, each.starts, each.ends)


def _plain_names(text: str) -> list[str]:
    return [str(name) for name in json.loads(text)]


def _by_failed_day(session: Session, scene: _Scene, series: Sequence[ContractVersion]) -> Iterable[Wanted]:
    """The verdict over the last day: locked until the next day's work is verified, at most until its deadline.

    Where a day's deadline lies well before its end, its own verdict locks the rest of it too.
    """
    own = scene.row.outcome == Outcome.FAILED
    last = scene.row if own else _day_before(session, scene.row)
    if last is None or last.outcome != Outcome.FAILED or last.spared or scene.verified or scene.unheard:
        return
    blocking = version_on(series, last.label).terms.blocking
    # While it is locked, what is added today is locked too, and what was taken away stays until the lock ends.
    names = tuple(sorted({*names_of(session, blocking), *names_of(session, scene.version.terms.blocking)}))
    judged = last.judged_at or last.closes
    # A day can be longer than any one lock: where daylight saving ends, or after a flight.
    number = max((scene.now - judged) // LONGEST, 0)
    starts = judged + number * LONGEST
    ends = min(last.closes + LONGEST if own else scene.row.closes + OVERLAP, starts + LONGEST)
    if blocking.failed and names_of(session, blocking) and scene.now < ends:
        key = f"failed:{last.label}" + (f":{number}" if number else "")
        yield Wanted(key, Cause.FAILED, last.label, names, min(starts, scene.now), ends)


def _by_closed_day(session: Session, scene: _Scene, series: Sequence[ContractVersion]) -> Iterable[Wanted]:
    """A lock that the deadline began keeps standing within its hour while the verdict waits for its proof."""
    day = tables.DayRow
    waiting = session.exec(
        select(day).where(
            col(day.outcome).is_(None), day.excused == "", day.closes <= scene.now, day.closes > scene.now - HOUR
        )
    )
    for row in waiting:
        wanted = _deadline_lock(session, row, version_on(series, row.label).terms.blocking)
        if wanted is None or not _is_open(wanted.key, scene.open_keys):
            continue
        findings = findings_of(session, row, series, scene.now)
        if any(each.due and each.state is not ClauseState.MET for each in findings):
            yield wanted


def _deadline_lock(session: Session, row: tables.DayRow, blocking: Blocking) -> Wanted | None:
    names = names_of(session, blocking)
    if not blocking.failed or not names:
        return None
    # The instant is part of the name: a deadline that is moved nearer needs another lock.
    key = f"deadline:{row.label}:{row.closes:%H%M}"
    return Wanted(key, Cause.DEADLINE, row.label, names, row.closes, row.closes + HOUR)


def _by_running_day(session: Session, scene: _Scene) -> Iterable[Wanted]:
    """What is proved to be missing today: armed for the deadline, and locked from the chosen rung on."""
    row, blocking, now = scene.row, scene.version.terms.blocking, scene.now
    names = names_of(session, blocking)
    if not names or now >= row.closes or row.outcome is not None or row.excused:
        return
    if is_spared(day_of(row), contract_began(session) or now):
        return  # the contract is too young for this day to cost anything
    wanted = _deadline_lock(session, row, blocking)
    if wanted is not None:
        # What was armed by proof stays armed while nobody asks, as it does with the program off.
        is_kept = scene.unasked and _is_open(wanted.key, scene.open_keys)
        if scene.standing is Standing.AT_RISK or is_kept:
            yield wanted
    rung = next((each for each in scene.version.terms.rungs if each.name == blocking.rung), None)
    is_unknown = scene.standing is Standing.UNKNOWN
    if rung is not None:
        # One that would come before the day counts from the day's beginning, or an earlier rung would lock less.
        first = max(row.deadline - timedelta(minutes=rung.minutes_before), row.starts)
        is_missing = scene.standing is Standing.AT_RISK
        yield from _stretches(scene, Cause.LADDER, first, names, is_missing=is_missing, is_unknown=is_unknown)
    mocks = scene.mocks
    if blocking.no_mocks and mocks is not None and mocks.state is not ClauseState.MET:
        is_missing = mocks.state is ClauseState.NOT_MET
        yield from _stretches(scene, Cause.MOCKS, row.starts, names, is_missing=is_missing, is_unknown=not is_missing)


def _stretches(
    scene: _Scene, cause: Cause, first: datetime, names: tuple[str, ...], *, is_missing: bool, is_unknown: bool
) -> Iterable[Wanted]:
    """The stretch of now (or the first one ahead) and the next, cut at the deadline.

    While it is not known whether the work is missing, only those go on that stand already.
    """
    label, closes = scene.row.label, scene.row.closes
    number = max((scene.now - first) // STEP, 0)
    for each in (number, number + 1):
        starts = first + each * STEP
        # Named by its beginning: a rung or a deadline that is moved nearer makes other stretches.
        key = f"{cause}:{label}:{starts:%H%M}"
        goes_on = is_unknown and starts <= scene.now and _is_open(key, scene.open_keys)
        if starts < closes and (is_missing or goes_on):
            yield Wanted(key, cause, label, names, starts, min(starts + STEP, closes) + OVERLAP)


def _is_open(key: str, open_keys: Iterable[str]) -> bool:
    """True if a lock of that name stands, under whatever number."""
    return any(base_of(each) == key for each in open_keys)


def base_of(key: str) -> str:
    """A lock's name without the number that it has from the second time on."""
    return key.partition("#")[0]


def _by_schedule(session: Session, scene: _Scene, series: Sequence[ContractVersion]) -> Iterable[Wanted]:
    """The stretches of the week, today's unless the work is verified, and tomorrow's ahead of time."""
    zone = ZoneInfo(scene.row.zone)
    for label in (scene.row.label - timedelta(days=1), scene.row.label, scene.row.label + timedelta(days=1)):
        blocking = version_on(series, label).terms.blocking
        names = names_of(session, blocking)
        for window in sorted(blocking.windows):
            if not names or window.weekday != label.weekday():
                continue
            starts, ends = _instants(window, label, zone)
            if ends > scene.now and starts - scene.now < AHEAD and not _is_freed(session, scene, starts):
                key = f"schedule:{label}:{window.starts:%H%M}-{window.ends:%H%M}"
                yield Wanted(key, Cause.SCHEDULE, label, names, starts, min(ends, starts + LONGEST))


def _is_freed(session: Session, scene: _Scene, starts: datetime) -> bool:
    """True if the work of today, or of the day in which the stretch begins, is verified."""
    if scene.verified and scene.row.starts <= max(starts, scene.now) < scene.row.ends:
        return True
    began_in = row_at(session, starts) if starts < scene.row.starts else None
    done = {Outcome.SUCCESS, Outcome.REST, Outcome.EXCUSED}
    return began_in is not None and (bool(began_in.excused) or began_in.outcome in done)


def _instants(window: Window, label: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Beginning and end in UTC, because hours of the wall clock do not add up where daylight saving changes."""
    last = label + timedelta(days=1) if window.ends <= window.starts else label
    local = (datetime.combine(label, window.starts, zone), datetime.combine(last, window.ends, zone))
    return local[0].astimezone(UTC), local[1].astimezone(UTC)


def emergency_until(session: Session, now: datetime) -> datetime | None:
    """When the effect of an emergency exit ends that has opened; ``None`` if none is in effect.

    It holds for the rest of the day in which the helper opened it, however late this program heard of that.
    """
    row, event = tables.EmergencyRow, tables.LockEventRow
    newest = session.exec(
        select(row).where(col(row.opened_at).is_not(None)).order_by(col(row.seq).desc()).limit(1)
    ).first()
    if newest is None or newest.opened_at is None:
        return None
    told = session.exec(
        select(event.at).where(event.kind == "emergency-opened").order_by(col(event.seq).desc()).limit(1)
    ).first()
    opened = min(max(told or newest.opened_at, newest.at), newest.opened_at)
    day = row_at(session, opened) or session.get(tables.DayRow, newest.label)
    return day.ends if day is not None and day.ends > now else None
