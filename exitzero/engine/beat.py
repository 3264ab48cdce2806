"""One beat of the engine: everything that is due by now, worked out from state, in one transaction.

Rule 5: nothing here depends on being called at a certain minute. Days are opened, judged and scolded about because
they are due and it has not happened yet; so sleep, restarts, late timers and clock jumps need no code of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, or_, select

from exitzero.core.contract import ContractVersion
from exitzero.core.day import day_after, day_at
from exitzero.core.facts import (
    ConsequenceCancelled,
    ConsequenceOrdered,
    DayHeld,
    DayJudged,
    DayOpened,
    FreezeUsed,
    PostQueued,
    RungFired,
    RungMissed,
    VerdictCorrected,
)
from exitzero.core.finding import Finding
from exitzero.core.ladder import due_rungs, queues_post
from exitzero.core.outbox import State
from exitzero.core.verdict import Outcome, Verdict, is_spared, judge
from exitzero.core.words import ClauseState
from exitzero.engine.orders import Failure, orders_of, post_goes_out
from exitzero.engine.reading import (
    contract_began,
    contract_series,
    day_of,
    findings_of,
    newest_row,
    row_at,
    streak_before,
    unjudged_rows,
    version_on,
)
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.work.coins import actions as coins
from exitzero.work.stakes.rules import freeze_for

CORRECTABLE = timedelta(days=40)
"""How far back late evidence can still turn a failed day into a success."""

HELD_AFTER = timedelta(minutes=20)
"""How long a closed day waits before its waiting is worth a line in the journal."""

FAR_AHEAD = timedelta(days=60)
"""A gap since the newest day that is rather a wrong clock than a holiday; it waits for a source to tell the time."""


@dataclass(slots=True)
class Beat:
    """What one beat did: the rungs that fired, the verdicts that fell, and whether it waits to be told the time."""

    rungs: list[RungFired] = field(default_factory=list)
    verdicts: list[DayJudged] = field(default_factory=list)
    corrections: list[VerdictCorrected] = field(default_factory=list)
    waits_for_time: bool = False


def beat(unit: Unit, *, zone: str, time_confirmed: bool) -> Beat:
    """Do everything that is due at ``unit.now``.

    ``zone`` is this machine's. While ``time_confirmed`` is False no verdict falls and no rung fires.
    """
    done = Beat()
    series = contract_series(unit.session)
    if not series:
        return done
    if not _open_days(unit, series, zone, time_confirmed=time_confirmed):
        done.waits_for_time = True
        return done
    _correct_verdicts(unit, series, done)
    if time_confirmed:
        _judge_days(unit, series, done)
        _climb(unit, series, done)
    return done


def _open_days(unit: Unit, series: Sequence[ContractVersion], zone: str, *, time_confirmed: bool) -> bool:
    newest = newest_row(unit.session)
    if newest is None:
        version = version_on(series, unit.now.date())
        day = day_at(unit.now, version.terms.hours, version.terms.zone or zone)
        unit.record(DayOpened(day.label, day, version_on(series, day.label).number))
        return True
    if unit.now - newest.ends > FAR_AHEAD and not time_confirmed:
        return False
    if unit.now < newest.starts:
        if time_confirmed:
            _open_before_days_ahead(unit, series, zone)
        return True
    last = day_of(newest)
    while last.ends <= unit.now:
        version = version_on(series, last.label + timedelta(days=1))
        last = day_after(last, version.terms.hours, version.terms.zone or zone)
        unit.record(DayOpened(last.label, last, version.number))
    return True


def _open_before_days_ahead(unit: Unit, series: Sequence[ContractVersion], zone: str) -> None:
    """Open the days up to now where a clock that ran ahead has opened later ones already, which stay as they are."""
    day, now = tables.DayRow, unit.now
    following = unit.session.exec(select(day).where(day.starts > now).order_by(col(day.starts)).limit(1)).one()
    begun = unit.session.exec(select(day).where(day.starts <= now).order_by(col(day.starts).desc()).limit(1)).first()
    last = day_of(begun) if begun is not None else None
    while last is None or last.ends <= now:
        version = version_on(series, last.label + timedelta(days=1) if last is not None else now.date())
        where = version.terms.zone or zone
        opened = (
            day_at(now, version.terms.hours, where) if last is None else day_after(last, version.terms.hours, where)
        )
        last = replace(
            opened,
            deadline=min(opened.deadline, following.starts),
            closes=min(opened.closes, following.starts),
            ends=min(opened.ends, following.starts),
        )
        if last.label >= following.label:
            return  # the clock was ahead by less than a day: that day comes soon by itself
        unit.record(DayOpened(last.label, last, version.number))


def _judge_days(unit: Unit, series: Sequence[ContractVersion], done: Beat) -> None:
    began = contract_began(unit.session) or unit.now
    for row in unjudged_rows(unit.session, unit.now):
        findings = findings_of(unit.session, row, series, unit.now)
        verdict = judge(day_of(row), findings, unit.now, excused=bool(row.excused))
        if verdict is None:
            _hold(unit, row, findings)
            continue
        spared = _spared(row, verdict, began)
        fact = DayJudged(
            label=row.label,
            outcome=verdict.outcome,
            exit_code=verdict.exit_code,
            contract=version_on(series, row.label).number,
            findings=verdict.findings,
            spared=spared,
        )
        unit.record(fact)
        done.verdicts.append(fact)
        _settle(unit, row, fact, Failure(row, version_on(series, row.label), findings, unit.now))


def _hold(unit: Unit, row: tables.DayRow, findings: Sequence[Finding]) -> None:
    if row.held or unit.now < row.closes + HELD_AFTER:
        return
    reasons = tuple(f"{finding.kind}: {finding.reason}" for finding in findings if finding.state is ClauseState.UNKNOWN)
    unit.record(DayHeld(row.label, reasons))


def _spared(row: tables.DayRow, verdict: Verdict, began: datetime) -> str:
    if verdict.outcome is Outcome.FAILED and is_spared(day_of(row), began):
        return "the contract began less than four hours before the deadline"
    return ""


def _settle(unit: Unit, row: tables.DayRow, fact: DayJudged, failure: Failure) -> None:
    """The coins of a verdict: rewards at once, punishments through the outbox."""
    if fact.outcome is Outcome.SUCCESS:
        coins.reward(unit, row.label, row.bet, streak=streak_before(unit.session, row.label).days + 1)
    elif fact.outcome is not Outcome.FAILED or fact.spared:
        coins.return_bet(unit, row.label, row.bet)
    else:
        _use_freeze(unit, row.label)
        for order in orders_of(unit.session, failure):
            unit.record(ConsequenceOrdered(order.key, order.kind, order.label, order.amount, order.due, order.plan))


def _use_freeze(unit: Unit, label: date) -> None:
    row = tables.FreezeRow
    held = unit.session.exec(select(row).where(col(row.used).is_(None)).order_by(col(row.number))).all()
    streak = streak_before(unit.session, label).days
    chosen = freeze_for(label, [each.bought for each in held], streak=streak)
    if chosen is not None:
        unit.record(FreezeUsed(label, next(each.number for each in held if each.bought == chosen)))


def _correct_verdicts(unit: Unit, series: Sequence[ContractVersion], done: Beat) -> None:
    """Promise one, kept afterwards too: what a source showed too late still counts."""
    for row in _failed_with_late_evidence(unit):
        findings = tuple(each for each in findings_of(unit.session, row, series, unit.now) if each.due)
        verdict = judge(day_of(row), findings, unit.now, excused=False)
        if verdict is None or verdict.exit_code == row.exit_code:
            continue
        fact = VerdictCorrected(row.label, verdict.outcome, verdict.exit_code, verdict.findings)
        unit.record(fact)
        done.corrections.append(fact)
        if verdict.outcome is Outcome.SUCCESS:
            call_off(unit, row.label, "the work was proved after all")
            coins.reward(unit, row.label, row.bet, streak=streak_before(unit.session, row.label).days + 1)


def _failed_with_late_evidence(unit: Unit) -> list[tables.DayRow]:
    day, seen = tables.DayRow, tables.ObservationRow
    # A weekly clause counts what happened in the week before the day that judges it.
    since = func.datetime(col(day.starts), "-7 days")
    late = (
        select(seen.key)
        .where(col(seen.at) >= since, seen.at < day.closes, col(seen.seen_at) > col(day.judged_at))
        .exists()
    )
    stood = tables.MockStandingRow
    # A calendar outside may show only afterwards what was booked before the deadline.
    late_mock = (
        select(stood.seq)
        .where(stood.since < day.closes, stood.starts >= day.starts, col(stood.recorded_at) > col(day.judged_at))
        .exists()
    )
    return list(
        unit.session.exec(
            select(day).where(
                day.outcome == Outcome.FAILED,
                day.closes > unit.now - CORRECTABLE,
                day.overridden == "",
                or_(late, late_mock),
            )
        )
    )


def call_off(unit: Unit, label: date, reason: str) -> None:
    """Cancel what a day's failure has ordered, and give back what it already took."""
    orders = unit.session.exec(select(tables.ConsequenceRow).where(tables.ConsequenceRow.label == label)).all()
    for order in orders:
        # What was begun may have happened: its end is found out first, by the outbox.
        is_coins_begun = order.kind == "coins" and order.state == State.ATTEMPTED
        is_undone = order.state in {State.ORDERED, State.FAILED, State.GIVEN_UP} and not order.look_at
        if is_coins_begun or is_undone:
            unit.record(ConsequenceCancelled(order.key, label, reason))
    coins.refund_burn(unit, label)


def _climb(unit: Unit, series: Sequence[ContractVersion], done: Beat) -> None:
    row = row_at(unit.session, unit.now)
    if row is None or row.excused:
        return
    fired = set(unit.session.exec(select(tables.RungRow.name).where(tables.RungRow.label == row.label)))
    rules = version_on(series, row.label).terms.rungs
    if all(rule.name in fired for rule in rules):
        return
    findings = findings_of(unit.session, row, series, unit.now)
    due = due_rungs(day_of(row), rules, findings, fired, unit.now)
    for missed in due[:-1]:
        unit.record(RungMissed(row.label, missed.name, missed.due))
    for rung in due[-1:]:
        missing = tuple(
            f"{each.kind.heading} {each.count}/{each.target}"
            for each in findings
            if each.due and each.state is ClauseState.NOT_MET
        )
        fact = RungFired(row.label, rung.name, rung.due, rung.urgent, missing)
        unit.record(fact)
        done.rungs.append(fact)
        _queue_post(unit, row, version_on(series, row.label), rung.name)


def _queue_post(unit: Unit, row: tables.DayRow, version: ContractVersion, rung: str) -> None:
    channels = tuple(sorted(version.terms.stakes.channels))
    if channels and queues_post(version.terms.rungs, rung):
        unit.record(PostQueued(row.label, channels, post_goes_out(day_of(row), version)))
