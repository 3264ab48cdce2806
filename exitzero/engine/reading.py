"""What the store knows, as the values that the pure rules take: contract, days, evidence, findings."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from exitzero.core.codec import from_plain
from exitzero.core.contract import PROOFS, SENT_MAIL, Clause, ContractVersion, CountingRule, Terms, in_force
from exitzero.core.day import Day
from exitzero.core.finding import BEGINNING, ClauseEvidence, Finding, Trouble, find
from exitzero.core.observation import Difficulty, Observation, Tally
from exitzero.core.spans import Span
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind, Quota
from exitzero.store import tables
from exitzero.truth.sent_mail_headers import holds
from exitzero.work.mocks import evidence as mocks
from exitzero.work.mocks.rules import find_mocks, judged_at
from exitzero.work.outreach.evidence import proofs_between, together
from exitzero.work.stakes.rules import Streak


def contract_series(session: Session) -> tuple[ContractVersion, ...]:
    """Every contract version, oldest first."""
    rows = session.exec(select(tables.ContractRow).order_by(col(tables.ContractRow.number)))
    return tuple(ContractVersion(row.number, row.effective, _terms(row.terms)) for row in rows)


@lru_cache(maxsize=64)
def _terms(text: str) -> Terms:
    """Stored terms as a value. They are frozen and asked for many times a beat, so they are read once."""
    terms: Terms = from_plain(Terms, json.loads(text))
    return terms


def contract_began(session: Session) -> datetime | None:
    """When the first contract was adopted, by the true time.

    Where the very first answer of a source showed the clock to be behind, the contract is that much younger than its
    stamp says: nobody owed anything on days before it.
    """
    adopted = session.exec(
        select(tables.ContractRow.adopted_at).order_by(col(tables.ContractRow.number)).limit(1)
    ).first()
    row = tables.JournalRow
    first = session.exec(
        select(row.kind, row.payload)
        .where(col(row.kind).in_(["ClockFoundWrong", "SourcePolled"]))
        .order_by(col(row.seq))
        .limit(1)
    ).first()
    if adopted is None or first is None or first[0] != "ClockFoundWrong":
        return adopted
    return adopted + max(timedelta(seconds=-json.loads(first[1])["seconds"]), timedelta(0))


def version_on(series: Sequence[ContractVersion], label: date) -> ContractVersion:
    """The version that judges a day; before the first one took effect, that one."""
    return in_force(series, label) or series[0]


def day_of(row: tables.DayRow) -> Day:
    """The frame of an opened day."""
    return Day(row.label, row.zone, row.starts, row.deadline, row.closes, row.ends)


def row_at(session: Session, now: datetime) -> tables.DayRow | None:
    """The opened day that ``now`` belongs to."""
    return session.exec(
        select(tables.DayRow).where(tables.DayRow.starts <= now, tables.DayRow.ends > now).limit(1)
    ).first()


def newest_row(session: Session) -> tables.DayRow | None:
    """The day that was opened last."""
    return session.exec(select(tables.DayRow).order_by(col(tables.DayRow.label).desc()).limit(1)).first()


def vouched_row(session: Session, now: datetime) -> tables.DayRow | None:
    """The day that it is for whoever changes the contract.

    A clock turned back brings no day back: no source's time may lie behind. Nor do days count that a clock running
    ahead has opened.
    """
    told = told_time(session)
    return row_at(session, max(now, told) if told is not None else now) or newest_row(session)


def told_time(session: Session) -> datetime | None:
    """The latest time that any truth source has told; a mailbox over IMAP tells none, so its answers are left out."""
    row, box = tables.SourceRow, tables.MailboxRow
    timeless = select(box.address).where(box.kind == "imap")
    told: datetime | None = session.execute(
        sql_select(func.max(col(row.last_good))).where(
            or_(col(row.source) != SENT_MAIL, col(row.subject).not_in(timeless))
        )
    ).scalar()
    return told


def tells_time(session: Session, source: str, subject: str) -> bool:
    """Whether that account's answers come with the source's own time; IMAP has none."""
    box = session.get(tables.MailboxRow, subject) if source == SENT_MAIL else None
    return box is None or box.kind != "imap"


def unjudged_rows(session: Session, now: datetime) -> list[tables.DayRow]:
    """The days that have closed and have no verdict yet, oldest first."""
    return list(
        session.exec(
            select(tables.DayRow)
            .where(col(tables.DayRow.outcome).is_(None), tables.DayRow.closes <= now)
            .order_by(col(tables.DayRow.label))
        )
    )


def lookback(clause: Clause, first: datetime) -> datetime:
    """The earliest instant that matters for what counts in a window that starts at ``first``."""
    match clause.counting.rule:
        case CountingRule.NEW:
            return BEGINNING
        case CountingRule.REVIEW:
            return first - timedelta(days=clause.counting.review_after_days)
        case _:
            return first


def windows_of(session: Session, row: tables.DayRow, terms: Terms, clause: Clause) -> tuple[Span, ...]:
    """The windows in which a clause counts for a day: the day's own, or those of its week so far."""
    if clause.quota is Quota.DAILY:
        return (day_of(row).window,)
    week = [label for label in terms.week_of(row.label) if label < row.label]
    earlier = session.exec(
        select(tables.DayRow).where(col(tables.DayRow.label).in_(week)).order_by(col(tables.DayRow.label))
    )
    return (*(day_of(each).window for each in earlier), day_of(row).window)


def clause_evidence(session: Session, clause: Clause, since: datetime, until: datetime) -> ClauseEvidence:
    """Everything known of a clause's account between two instants, and of what was logged here."""
    if clause.kind is ClauseKind.OUTREACH:
        return _outreach_evidence(session, clause, since, until)
    return _account_evidence(session, clause, since, until)


def _outreach_evidence(session: Session, clause: Clause, since: datetime, until: datetime) -> ClauseEvidence:
    proofs = proofs_between(session, since, until)
    if clause.source == PROOFS:
        # Whatever was logged is in this database: it is complete up to any instant that anybody asks about.
        return ClauseEvidence(proofs, (Span(BEGINNING, until),), last_good=until, asked_ever=True)
    mailbox = _account_evidence(session, clause, since, until)
    mails = [mail for mail in mailbox.observations if holds(mail.title, clause.words)]
    return replace(mailbox, observations=together(proofs, mails))


def _account_evidence(session: Session, clause: Clause, since: datetime, until: datetime) -> ClauseEvidence:
    who = (clause.source, clause.subject)
    seen = tables.ObservationRow
    observations = session.exec(
        select(seen).where(seen.source == who[0], seen.subject == who[1], seen.at >= since, seen.at < until)
    )
    cover = tables.CoverRow
    covered = session.exec(
        select(cover.start, cover.end).where(
            cover.source == who[0], cover.subject == who[1], cover.end > since - timedelta(days=1)
        )
    ).all()
    tallies = _tallies(session, who, since, until) if clause.counting.rule is CountingRule.NEW else ()
    status = session.get(tables.SourceRow, who)
    trouble = None
    if status is not None and status.failing_since is not None:
        trouble = Trouble(status.reason, status.title, status.failing_since)
    return ClauseEvidence(
        observations=tuple(observation_of(row) for row in observations),
        covered=tuple(Span(start, end) for start, end in covered),
        tallies=tallies,
        last_good=status.last_good if status is not None else None,
        trouble=trouble,
        asked_ever=status is not None,
    )


def observation_of(row: tables.ObservationRow) -> Observation:
    """A stored row as the observation that it is."""
    difficulty = Difficulty(row.difficulty) if row.difficulty else None
    return Observation(row.source, row.subject, row.key, row.at, row.item, row.title, difficulty)


def _tallies(session: Session, who: tuple[str, str], since: datetime, until: datetime) -> tuple[Tally, ...]:
    row = tables.TallyRow
    rows = session.exec(
        select(row).where(row.source == who[0], row.subject == who[1], row.last_at >= since, row.first_at < until)
    )
    found: list[Tally] = []
    for each in rows:
        found.append(Tally(each.first_at, each.solved, each.accepted))
        if each.last_at > each.first_at:
            found.append(Tally(each.last_at, each.solved, each.accepted))
    return tuple(found)


def find_clause(
    session: Session, row: tables.DayRow, terms: Terms, clause: Clause, *, due: bool, now: datetime
) -> Finding:
    """What the evidence says about one clause of a day at ``now``."""
    if clause.kind is ClauseKind.MOCKS:
        day = day_of(row)
        standing = mocks.standing_at(session, judged_at(day, now))
        return find_mocks(clause, day, standing, mocks.feeds(session), now, due=due)
    windows = windows_of(session, row, terms, clause)
    since = lookback(clause, windows[0].start)
    # Totals told after the window settle what happened in it, so look a little further.
    evidence = clause_evidence(session, clause, since, windows[-1].end + timedelta(days=2))
    return find(clause, windows, evidence, now, due=due)


def findings_of(
    session: Session, row: tables.DayRow, series: Sequence[ContractVersion], now: datetime
) -> tuple[Finding, ...]:
    """What the evidence says about every clause of a day at ``now``, in the contract's order."""
    terms = version_on(series, row.label).terms
    return tuple(
        find_clause(session, row, terms, clause, due=is_due(series, terms, clause, row.label), now=now)
        for clause in terms.owed_on(row.label)
    )


def is_due(series: Sequence[ContractVersion], terms: Terms, clause: Clause, label: date) -> bool:
    """Whether a clause can fail the day; a weekly one only at the end of a week that it held from the beginning."""
    if clause.quota is Quota.WEEKLY:
        first = terms.week_of(label)[0]
        before = in_force(series, first)
        known = before.terms.clause(clause.kind) if before is not None else None
        if known is None or known.quota is not Quota.WEEKLY:
            return False  # the week had begun when the clause did
    return terms.is_due_on(clause, label)


def stored_findings(row: tables.DayRow) -> tuple[Finding, ...]:
    """The findings that a verdict was given on."""
    found: tuple[Finding, ...] = from_plain(tuple[Finding, ...], json.loads(row.findings))
    return found


def streak_before(session: Session, label: date | None = None) -> Streak:
    """The run of days that succeeded before ``label`` (``None``: so far), kept over days that used a freeze."""
    used = col(tables.FreezeRow.used)
    frozen = set(session.execute(sql_select(used).where(used.is_not(None))).scalars())
    day = tables.DayRow
    statement = sql_select(col(day.label), col(day.outcome)).where(
        col(day.outcome).in_([Outcome.SUCCESS, Outcome.FAILED])
    )
    if label is not None:
        statement = statement.where(col(day.label) < label)
    streak = Streak()
    for judged, outcome in session.execute(statement.order_by(col(day.label))):
        streak = streak.after(Outcome(outcome), freeze=judged in frozen)
    return streak
