"""Today as a record: worked out from the store after each change, and kept there for the first screen and the shell."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.core.contract import Clause, ContractVersion
from exitzero.core.finding import STALE, Finding
from exitzero.core.ladder import queues_post, rungs_of
from exitzero.core.observation import Profile
from exitzero.core.survival import Survival, survey
from exitzero.core.today import ClauseView, LockView, RungView, SourceView, StakeView, Today
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseState, Standing
from exitzero.engine.observe import asks, next_ask
from exitzero.engine.orders import post_goes_out
from exitzero.engine.reading import (
    contract_series,
    day_of,
    findings_of,
    row_at,
    stored_findings,
    streak_before,
    unjudged_rows,
    version_on,
)
from exitzero.engine.sticks import planned_if_failed
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.work.coins.questions import balance
from exitzero.work.coins.rules import bet_closes


def today_of(
    session: Session, now: datetime, *, clock_doubt: str = "", demo: bool = False, lock: LockView | None = None
) -> Today | None:
    """The day that is running; ``None`` before the first contract."""
    series = contract_series(session)
    row = row_at(session, now) if series else None
    if row is None:
        return None
    version = version_on(series, row.label)
    day = day_of(row)
    closed = now >= day.closes
    judged = row.outcome is not None
    findings = stored_findings(row) if judged else findings_of(session, row, series, now)
    survival = _survival(row, findings, closed=closed)
    purse = balance(session)
    streak, best = streaks(session)
    sources = tuple(source_view(session, ask.source, ask.subject, now) for ask in asks(session, now))
    return Today(
        written_at=now,
        valid_until=_valid_until(row, findings, sources, now),
        label=row.label,
        zone=row.zone,
        starts=row.starts,
        deadline=row.deadline,
        closes=row.closes,
        ends=row.ends,
        contract=version.number,
        standing=survival.standing,
        percent=survival.percent,
        exit_code=survival.exit_code,
        clauses=clause_views(version, findings),
        rungs=rung_views(session, row, version),
        sources=sources,
        stakes=_stakes(session, now),
        streak=streak,
        best_streak=best,
        coins=purse.coins,
        debt=purse.debt,
        bet=row.bet,
        bet_until=_bet_until(row, survival, purse.coins, now),
        outcome=row.outcome or "",
        held=row.held or (_waiting_words(findings) if closed and not judged else ""),
        excused=row.excused,
        overridden=row.overridden,
        spared=row.spared,
        corrected=row.corrected,
        waiting=tuple(each.label for each in unjudged_rows(session, now) if each.label != row.label),
        clock_doubt=clock_doubt,
        demo=demo,
        alarm=_alarm(session, row, version, survival, now),
        post_at=_post_at(session, row, version, survival),
        lock=lock or LockView(),
    )


def _survival(row: tables.DayRow, findings: Sequence[Finding], *, closed: bool) -> Survival:
    standing = survey(findings, closed=closed)
    match row.outcome:
        case None if row.excused:
            return Survival(Standing.REST, standing.percent, 0)
        case None:
            return standing
        case Outcome.SUCCESS:
            return Survival(Standing.SAFE, 100 if row.overridden else standing.percent, 0)
        case Outcome.REST | Outcome.EXCUSED:
            return Survival(Standing.REST, standing.percent, 0)
        case Outcome.FAILED:
            return Survival(Standing.FAILED, standing.percent, row.exit_code or 0)
        case _:
            return Survival(Standing.UNKNOWN, standing.percent, row.exit_code or 0)


def _waiting_words(findings: Sequence[Finding]) -> str:
    return " ".join(each.words for each in findings if each.due and each.state is ClauseState.UNKNOWN)


def _valid_until(
    row: tables.DayRow, findings: Sequence[Finding], sources: Sequence[SourceView], now: datetime
) -> datetime:
    if row.outcome is not None or now >= row.closes:
        # A closed day changes by facts only, and every fact writes a new record.
        return row.ends
    until = row.closes
    if any(each.state is not ClauseState.MET for each in findings):
        for source in sources:
            if source.last_good is not None and not source.reason:
                until = min(until, source.last_good + STALE)
    return max(until, now)


def clause_views(version: ContractVersion, findings: Sequence[Finding]) -> tuple[ClauseView, ...]:
    """The findings with what the contract says about them."""
    return tuple(_clause_view(version.terms.clause(each.kind), each) for each in findings)


def _clause_view(clause: Clause | None, finding: Finding) -> ClauseView:
    clause = clause or Clause(finding.kind, finding.target)
    return ClauseView(
        kind=finding.kind,
        heading=finding.kind.heading,
        state=finding.state,
        count=finding.count,
        target=finding.target,
        weight=finding.weight,
        fraction=finding.fraction,
        reason=finding.reason,
        words=finding.words,
        due=finding.due,
        at_least=finding.at_least,
        quota=clause.quota,
        source=clause.source,
        subject=clause.subject,
    )


def rung_views(session: Session, row: tables.DayRow, version: ContractVersion) -> tuple[RungView, ...]:
    """The day's ladder with what became of each rung."""
    fired = {each.name: each for each in session.exec(select(tables.RungRow).where(tables.RungRow.label == row.label))}
    views = [
        RungView(
            name=rung.name,
            due=rung.due,
            urgent=rung.urgent,
            state="coming" if rung.name not in fired else "missed" if fired[rung.name].missed else "fired",
            missing=fired[rung.name].missing if rung.name in fired else "",
        )
        for rung in rungs_of(day_of(row), version.terms.rungs)
    ]
    return tuple(views)


def _stakes(session: Session, now: datetime) -> tuple[StakeView, ...]:
    return tuple(StakeView(each.kind, each.title, each.amount_words) for each in planned_if_failed(session, now))


def _alarm(session: Session, row: tables.DayRow, version: ContractVersion, survival: Survival, now: datetime) -> int:
    """The level at which the alarm sounds: while an urgent rung has fired and something is proved to be missing."""
    level = version.terms.stakes.alarm
    if not level or row.alarm_left or survival.standing is not Standing.AT_RISK or now >= row.closes:
        return 0
    urgent = {rung.name for rung in version.terms.rungs if rung.urgent}
    fired = session.exec(
        select(tables.RungRow.name).where(tables.RungRow.label == row.label, col(tables.RungRow.missed).is_(False))
    )
    return level if urgent & set(fired) else 0


def _post_at(session: Session, row: tables.DayRow, version: ContractVersion, survival: Survival) -> datetime | None:
    """When the queued shame post goes out; nothing is queued once the work is there or the day is judged."""
    if row.outcome is not None or row.excused or survival.standing in {Standing.SAFE, Standing.REST}:
        return None
    if not version.terms.stakes.channels:
        return None
    fired = session.exec(select(tables.RungRow.name).where(tables.RungRow.label == row.label))
    if not any(queues_post(version.terms.rungs, name) for name in fired):
        return None
    return post_goes_out(day_of(row), version)


def _bet_until(row: tables.DayRow, survival: Survival, coins: int, now: datetime) -> datetime | None:
    closes = bet_closes(day_of(row))
    is_open = not row.bet and not row.excused and row.outcome is None and coins > 0 and now < closes
    return closes if is_open and survival.standing in {Standing.AT_RISK, Standing.UNKNOWN} else None


def streaks(session: Session) -> tuple[int, int]:
    """The current and the best run of days that succeeded; rest, excused and unproved days neither add nor break."""
    streak = streak_before(session)
    return streak.days, streak.best


def profile_of(session: Session, source: str, subject: str) -> Profile:
    """What a source last told about the person beside the truth."""
    row = session.get(tables.ProfileRow, (source, subject))
    return Profile("") if row is None else from_plain(Profile, json.loads(row.body))


def source_view(session: Session, source: str, subject: str, now: datetime) -> SourceView:
    """How an account's source answered last."""
    status = session.get(tables.SourceRow, (source, subject))
    profile = profile_of(session, source, subject)
    seen = tables.ObservationRow
    mine = (seen.source == source, seen.subject == subject)
    newest = session.exec(select(seen).where(*mine).order_by(col(seen.at).desc()).limit(1)).first()
    solved = {word.lower(): count for word, count in profile.solved.items()}
    ask = next((each for each in asks(session, now) if (each.source, each.subject) == (source, subject)), None)
    return SourceView(
        source=source,
        subject=subject,
        name=profile.name,
        asked_at=status.asked_at if status else None,
        last_good=status.last_good if status else None,
        reason=status.reason if status else "",
        title=status.title if status else "",
        advice=status.advice if status else "",
        retry_at=status.retry_at if status else None,
        next_at=next_ask(session, ask, now) if ask else None,
        origin=status.origin if status else "",
        official=status.official if status else True,
        last_title=newest.title if newest else "",
        last_at=newest.at if newest else None,
        solved_all=_solved(session, source, subject),
        solved_easy=solved.get("easy"),
        solved_medium=solved.get("medium"),
        solved_hard=solved.get("hard"),
        daily_title=profile.daily_title,
        daily_difficulty=profile.daily_difficulty,
        daily_link=profile.daily_link,
        daily_done=_daily_done(session, source, subject, profile, now),
    )


def _solved(session: Session, source: str, subject: str) -> int | None:
    row = tables.TallyRow
    return session.exec(
        select(row.solved)
        .where(row.source == source, row.subject == subject)
        .order_by(col(row.first_at).desc())
        .limit(1)
    ).first()


def _daily_done(session: Session, source: str, subject: str, profile: Profile, now: datetime) -> bool:
    if not profile.daily_item:
        return False
    seen = tables.ObservationRow
    since = now - timedelta(days=1)
    found = session.exec(
        select(seen.key).where(
            seen.source == source, seen.subject == subject, seen.item == profile.daily_item, seen.at >= since
        )
    ).first()
    return found is not None


def keep_snapshot(unit: Unit, *, clock_doubt: str = "", demo: bool = False, lock: LockView | None = None) -> None:
    """Store today as it stands at the end of a piece of work, in the same transaction."""
    today = today_of(unit.session, unit.now, clock_doubt=clock_doubt, demo=demo, lock=lock)
    if today is None:
        return
    unit.session.merge(tables.SnapshotRow(id=1, written_at=unit.now, body=canonical(to_plain(today))))
