"""Which locks ought to stand or be armed now, worked out from state alone: contract, evidence, verdicts, wishes.

A lock that rests on "the work is missing" is never planned further than an hour beyond the moment at which that was
known, so that with the cockpit closed or the source silent it ends by itself. One that rests on a verdict, a schedule
or the person's own wish stands until its end. Whatever is verified is planned no more, and that is its release.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from platform import node
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import Blocking, Cause, Window
from exitzero.core.contract import ContractVersion
from exitzero.core.finding import Finding
from exitzero.core.ladder import rungs_of
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

LONGEST = timedelta(hours=24)
"""No lock is longer; the helper would refuse it."""

AHEAD = timedelta(hours=30)
"""How far ahead a lock is armed; the helper takes 36 hours."""

OPEN = ("ordered", "placed")
"""The states of locks that the helper holds, or may hold."""


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


def names_of(session: Session, blocking: Blocking) -> tuple[str, ...]:
    """Every host name that the contract's groups and sites stand for, without those that may not be blocked.

    Where the person's own shame posts go stays within reach, or a failed day could not be told there.
    """
    return _names(blocking.groups, blocking.sites, frozenset(_channel_hosts(session)))


def _channel_hosts(session: Session) -> Iterable[str]:
    rows = session.exec(select(tables.ChannelRow.service, tables.ChannelRow.shown))
    for service, shown in rows:
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
    found = list(_asked(session, now))
    series = contract_series(session)
    row = row_at(session, now) if series else None
    if row is not None:
        scene = _scene(session, row, series, now)
        found += _by_failed_day(session, scene, series)
        found += _by_closed_day(session, scene, series)
        found += _by_running_day(session, scene)
        found += _by_schedule(session, scene, series)
    left_until = emergency_until(session, now)
    if left_until is not None:
        # Whoever took the emergency exit is out until the day is over; only a new wish locks again.
        found = [each for each in found if each.cause in {Cause.HAND, Cause.FOCUS}]
    return tuple(sorted(found, key=lambda each: (max(each.starts, now), each.ends, each.key)))


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
    """True if the sources of what is unknown have been failing for an hour: then nobody is kept locked by it."""
    terms = version_on(series, row.label).terms
    accounts: set[tuple[str, str]] = set()
    for finding in findings:
        clause = terms.clause(finding.kind)
        if finding.state is ClauseState.UNKNOWN and clause is not None:
            calendars = session.exec(select(tables.CalendarRow.id)) if clause.account is None else ()
            accounts |= {clause.account} if clause.account is not None else {(FEED, each) for each in calendars}
    statuses = [session.get(tables.SourceRow, account) for account in accounts]
    failing = [each.failing_since for each in statuses if each is not None and each.failing_since is not None]
    return any(since <= now - HOUR for since in failing)


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
    """The verdict over the last day: locked until today's work is verified, at most until today's deadline."""
    day = tables.DayRow
    last = session.exec(select(day).where(day.label < scene.row.label).order_by(col(day.label).desc()).limit(1)).first()
    if last is None or last.outcome != Outcome.FAILED or last.spared or scene.verified or scene.unheard:
        return
    blocking = version_on(series, last.label).terms.blocking
    names = names_of(session, blocking)
    ends = min(scene.row.closes, (last.judged_at or last.closes) + LONGEST)
    if blocking.failed and names and scene.now < ends:
        starts = min(last.judged_at or last.closes, scene.now)
        yield Wanted(f"failed:{last.label}", Cause.FAILED, last.label, names, starts, ends)


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
        if wanted is None or wanted.key not in scene.open_keys:
            continue
        findings = findings_of(session, row, series, scene.now)
        if any(each.due and each.state is not ClauseState.MET for each in findings):
            yield wanted


def _deadline_lock(session: Session, row: tables.DayRow, blocking: Blocking) -> Wanted | None:
    names = names_of(session, blocking)
    if not blocking.failed or not names:
        return None
    return Wanted(f"deadline:{row.label}", Cause.DEADLINE, row.label, names, row.closes, row.closes + HOUR)


def _by_running_day(session: Session, scene: _Scene) -> Iterable[Wanted]:
    """What is proved to be missing today: armed for the deadline, and locked from the chosen rung on."""
    row, blocking, now = scene.row, scene.version.terms.blocking, scene.now
    names = names_of(session, blocking)
    if not names or now >= row.closes or row.outcome is not None or row.excused:
        return
    if is_spared(day_of(row), contract_began(session) or now):
        return  # the contract is too young for this day to cost anything
    if scene.standing is Standing.AT_RISK:
        wanted = _deadline_lock(session, row, blocking)
        if wanted is not None:
            yield wanted
    rung = next((each for each in rungs_of(day_of(row), scene.version.terms.rungs) if each.name == blocking.rung), None)
    if rung is not None:
        is_missing = scene.standing is Standing.AT_RISK
        yield from _stretches(scene, Cause.LADDER, rung.due, names, is_missing=is_missing)
    if blocking.no_mocks:
        mocks = next((each for each in scene.findings if each.kind is ClauseKind.MOCKS), None)
        if mocks is not None and mocks.state is not ClauseState.MET:
            is_missing = mocks.state is ClauseState.NOT_MET
            yield from _stretches(scene, Cause.MOCKS, row.starts, names, is_missing=is_missing)


def _stretches(
    scene: _Scene, cause: Cause, first: datetime, names: tuple[str, ...], *, is_missing: bool
) -> Iterable[Wanted]:
    """The stretch of now (or the first one ahead) and the next, cut at the deadline.

    While it is not known whether the work is missing, only those go on that stand already.
    """
    label, closes = scene.row.label, scene.row.closes
    number = max((scene.now - first) // STEP, 0)
    for each in (number, number + 1):
        starts = first + each * STEP
        key = f"{cause}:{label}:{each}"
        begun = starts <= scene.now
        goes_on = begun and scene.standing is Standing.UNKNOWN and key in scene.open_keys
        if starts < closes and (is_missing or goes_on):
            yield Wanted(key, cause, label, names, starts, min(starts + STEP, closes))


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
            is_freed = scene.verified and scene.row.starts <= max(starts, scene.now) < scene.row.closes
            if ends > scene.now and starts - scene.now < AHEAD and not is_freed:
                key = f"schedule:{label}:{window.starts:%H%M}-{window.ends:%H%M}"
                yield Wanted(key, Cause.SCHEDULE, label, names, starts, min(ends, starts + LONGEST))


def _instants(window: Window, label: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    starts = datetime.combine(label, window.starts, zone)
    last = label + timedelta(days=1) if window.ends <= window.starts else label
    return starts, datetime.combine(last, window.ends, zone)


def emergency_until(session: Session, now: datetime) -> datetime | None:
    """When the effect of an emergency exit ends that has opened; ``None`` if none is in effect."""
    row = tables.EmergencyRow
    newest = session.exec(
        select(row).where(col(row.opened_at).is_not(None)).order_by(col(row.seq).desc()).limit(1)
    ).first()
    if newest is None:
        return None
    day = session.get(tables.DayRow, newest.label)
    return day.ends if day is not None and day.ends > now else None
