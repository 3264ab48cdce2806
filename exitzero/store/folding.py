"""How each fact changes the tables that are folded from the journal.

One function a kind of fact, called in the transaction that writes the fact. Folding the whole journal again gives the
same tables; ``exitzero doctor`` holds one against the other.

Long, because it is the list of what every fact does.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from exitzero.core import facts
from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.core.contract import Terms
from exitzero.core.day import Day
from exitzero.core.finding import Finding
from exitzero.core.outbox import State
from exitzero.core.spans import Span, merge
from exitzero.core.topics import Topic, Topics
from exitzero.core.verdict import Outcome
from exitzero.store import tables

Fold = Callable[[Session, Any, datetime, int], None]


def fold(session: Session, fact: facts.Fact, at: datetime, seq: int) -> Topics:
    """Let a fact that was recorded ``at`` as entry ``seq`` change the folded tables; gives the topics it touched."""
    found = _FOLDS.get(type(fact).__name__)
    if found is None:
        return frozenset({Topic.JOURNAL})
    change, topics = found
    change(session, fact, at, seq)
    return frozenset({Topic.JOURNAL, *topics})


def _contract_adopted(session: Session, fact: facts.ContractAdopted, at: datetime, _seq: int) -> None:
    session.add(
        tables.ContractRow(
            number=fact.number, effective=fact.effective, adopted_at=at, terms=canonical(to_plain(fact.terms))
        )
    )


def _frame(row: tables.DayRow, day: Day) -> None:
    row.zone, row.starts, row.deadline, row.closes, row.ends = (
        day.zone,
        day.starts,
        day.deadline,
        day.closes,
        day.ends,
    )


def _day_opened(session: Session, fact: facts.DayOpened, _at: datetime, _seq: int) -> None:
    day = fact.day
    session.add(
        tables.DayRow(
            label=fact.label,
            zone=day.zone,
            starts=day.starts,
            deadline=day.deadline,
            closes=day.closes,
            ends=day.ends,
            contract=fact.contract,
        )
    )


def _day(session: Session, fact: Any) -> tables.DayRow:
    return session.get_one(tables.DayRow, fact.label)


def _day_tightened(session: Session, fact: facts.DayTightened, _at: datetime, _seq: int) -> None:
    _frame(_day(session, fact), fact.day)


def _observation_recorded(session: Session, fact: facts.ObservationRecorded, at: datetime, _seq: int) -> None:
    seen = fact.observation
    row = session.get(tables.ObservationRow, (seen.source, seen.subject, seen.key))
    if row is None:
        session.add(
            tables.ObservationRow(
                source=seen.source,
                subject=seen.subject,
                key=seen.key,
                at=seen.at,
                item=seen.item,
                title=seen.title,
                difficulty=seen.difficulty,
                evidence=fact.evidence,
                official=fact.official,
                seen_at=at,
            )
        )
    elif seen.difficulty is not None:
        row.difficulty = seen.difficulty


def _source_row(session: Session, source: str, subject: str, asked_at: datetime) -> tables.SourceRow:
    row = session.get(tables.SourceRow, (source, subject))
    if row is None:
        row = tables.SourceRow(source=source, subject=subject, asked_at=asked_at)
        session.add(row)
    row.asked_at = asked_at
    return row


def _source_polled(session: Session, fact: facts.SourcePolled, _at: datetime, _seq: int) -> None:
    row = _source_row(session, fact.source, fact.subject, fact.asked_at)
    row.last_good = fact.server_at or row.last_good
    row.last_good_evidence = fact.evidence[0] if fact.evidence else ""
    row.failing_since, row.failures, row.retry_at = None, 0, None
    row.reason = row.title = row.advice = ""
    row.origin, row.official = fact.origin, fact.official
    _widen_cover(session, fact)
    if fact.server_at is not None and (fact.solved is not None or fact.accepted is not None):
        _extend_tally(session, fact, fact.server_at)


def _widen_cover(session: Session, fact: facts.SourcePolled) -> None:
    if not fact.covers:
        return
    mine = (tables.CoverRow.source == fact.source, tables.CoverRow.subject == fact.subject)
    rows = session.exec(select(tables.CoverRow).where(*mine)).all()
    before = [Span(row.start, row.end) for row in rows]
    after = merge([*before, *fact.covers])
    if tuple(sorted(before)) == after:
        return
    by_start = {row.start: row for row in rows}
    for span in after:
        row = by_start.pop(span.start, None)
        if row is None:
            session.add(tables.CoverRow(source=fact.source, subject=fact.subject, start=span.start, end=span.end))
        elif row.end != span.end:
            row.end = span.end
    for row in by_start.values():
        session.delete(row)


def _extend_tally(session: Session, fact: facts.SourcePolled, at: datetime) -> None:
    newest = session.exec(
        select(tables.TallyRow)
        .where(tables.TallyRow.source == fact.source, tables.TallyRow.subject == fact.subject)
        .order_by(col(tables.TallyRow.first_at).desc())
        .limit(1)
    ).first()
    if newest is not None and at <= newest.last_at:
        return  # an answer from before the one we have: nothing new about the totals
    if newest is not None and (newest.solved, newest.accepted) == (fact.solved, fact.accepted):
        newest.last_at = at
        return
    session.add(
        tables.TallyRow(
            source=fact.source,
            subject=fact.subject,
            first_at=at,
            last_at=at,
            solved=fact.solved,
            accepted=fact.accepted,
        )
    )


def _source_failed(session: Session, fact: facts.SourceFailed, _at: datetime, _seq: int) -> None:
    row = _source_row(session, fact.source, fact.subject, fact.asked_at)
    row.failing_since = row.failing_since or fact.asked_at
    row.failures += 1
    row.reason, row.title, row.advice, row.retry_at = fact.reason, fact.title, fact.advice, fact.retry_at
    row.origin, row.official = fact.origin, fact.official


def _rung_fired(session: Session, fact: facts.RungFired, at: datetime, _seq: int) -> None:
    session.add(tables.RungRow(label=fact.label, name=fact.name, due=fact.due, at=at, missing=", ".join(fact.missing)))


def _rung_missed(session: Session, fact: facts.RungMissed, at: datetime, _seq: int) -> None:
    session.add(tables.RungRow(label=fact.label, name=fact.name, due=fact.due, at=at, missed=True))


def _day_held(session: Session, fact: facts.DayHeld, _at: datetime, _seq: int) -> None:
    _day(session, fact).held = ", ".join(fact.reasons)


def _day_judged(session: Session, fact: facts.DayJudged, at: datetime, _seq: int) -> None:
    row = _day(session, fact)
    row.outcome, row.exit_code, row.contract = fact.outcome, fact.exit_code, fact.contract
    row.findings = canonical(to_plain(fact.findings))
    row.spared, row.held, row.judged_at = fact.spared, "", at


def _verdict_corrected(session: Session, fact: facts.VerdictCorrected, at: datetime, _seq: int) -> None:
    row = _day(session, fact)
    row.outcome, row.exit_code = fact.outcome, fact.exit_code
    row.findings = canonical(to_plain(fact.findings))
    row.corrected, row.judged_at = True, at


def _day_overridden(session: Session, fact: facts.DayOverridden, at: datetime, _seq: int) -> None:
    row = _day(session, fact)
    row.overridden = fact.reason
    row.outcome, row.exit_code, row.held, row.judged_at = Outcome.SUCCESS, 0, "", at


def _pass_used(session: Session, fact: facts.PassUsed, _at: datetime, _seq: int) -> None:
    _day(session, fact).excused = fact.reason or "emergency pass"


def _bet_placed(session: Session, fact: facts.BetPlaced, _at: datetime, _seq: int) -> None:
    _day(session, fact).bet = fact.amount


def _coins_moved(session: Session, fact: facts.CoinsMoved, at: datetime, seq: int) -> None:
    session.add(tables.CoinRow(key=fact.key, seq=seq, at=at, amount=fact.amount, reason=fact.reason, label=fact.label))


def _consequence_ordered(session: Session, fact: facts.ConsequenceOrdered, at: datetime, _seq: int) -> None:
    session.add(
        tables.ConsequenceRow(
            key=fact.key,
            kind=fact.kind,
            label=fact.label,
            amount=fact.amount,
            state=State.ORDERED,
            changed_at=at,
            due=fact.due,
            plan=canonical(to_plain(fact.plan)),
        )
    )


def _order(session: Session, fact: Any, at: datetime, state: State) -> tables.ConsequenceRow:
    row = session.get_one(tables.ConsequenceRow, fact.key)
    row.state, row.changed_at = state, at
    return row


def _consequence_attempted(session: Session, fact: facts.ConsequenceAttempted, at: datetime, _seq: int) -> None:
    row = _order(session, fact, at, State.ATTEMPTED)
    row.attempts, row.retry_at, row.words = fact.attempt, None, ""


def _consequence_confirmed(session: Session, fact: facts.ConsequenceConfirmed, at: datetime, _seq: int) -> None:
    _order(session, fact, at, State.CONFIRMED).receipt = fact.receipt


def _consequence_cancelled(session: Session, fact: facts.ConsequenceCancelled, at: datetime, _seq: int) -> None:
    _order(session, fact, at, State.CANCELLED).receipt = fact.reason


def _consequence_failed(session: Session, fact: facts.ConsequenceFailed, at: datetime, _seq: int) -> None:
    row = _order(session, fact, at, State.GIVEN_UP if fact.retry_at is None else State.FAILED)
    row.words, row.retry_at, row.look_at = fact.words, fact.retry_at, fact.look_at or row.look_at


def _consequence_unknown(session: Session, fact: facts.ConsequenceUnknown, at: datetime, _seq: int) -> None:
    row = _order(session, fact, at, State.UNKNOWN)
    row.words, row.look_at = fact.words, fact.look_at


def _consequence_settled(session: Session, fact: facts.ConsequenceSettled, at: datetime, _seq: int) -> None:
    _order(session, fact, at, State.SETTLED_DONE if fact.happened else State.SETTLED_UNDONE)


def _consequence_released(session: Session, fact: facts.ConsequenceReleased, at: datetime, _seq: int) -> None:
    row = _order(session, fact, at, State.ORDERED)
    row.words, row.retry_at, row.attempts = "", None, 0


def _channel_connected(session: Session, fact: facts.ChannelConnected, at: datetime, _seq: int) -> None:
    session.merge(tables.ChannelRow(id=fact.channel, service=fact.service, shown=fact.shown, connected_at=at))


def _channel_proved(session: Session, fact: facts.ChannelProved, at: datetime, _seq: int) -> None:
    row = session.get_one(tables.ChannelRow, fact.channel)
    row.proved_at, row.proved_how = at, fact.how


def _channel_disconnected(session: Session, fact: facts.ChannelDisconnected, _at: datetime, _seq: int) -> None:
    session.delete(session.get_one(tables.ChannelRow, fact.channel))


def _freeze_bought(session: Session, fact: facts.FreezeBought, _at: datetime, _seq: int) -> None:
    session.add(tables.FreezeRow(number=fact.number, bought=fact.label))


def _freeze_used(session: Session, fact: facts.FreezeUsed, _at: datetime, _seq: int) -> None:
    session.get_one(tables.FreezeRow, fact.number).used = fact.label


def _alarm_left(session: Session, fact: facts.AlarmLeft, _at: datetime, _seq: int) -> None:
    _day(session, fact).alarm_left = fact.sentence


def _outreach_proved(session: Session, fact: facts.OutreachProved, at: datetime, _seq: int) -> None:
    session.merge(
        tables.ProofRow(
            key=fact.key,
            at=at,
            label=fact.label,
            kind=fact.kind,
            platform=fact.platform,
            shown=fact.shown,
            target=fact.target,
            target_name=fact.target_name,
            weak=fact.weak,
            dhash=fact.dhash,
            sha256=fact.sha256,
        )
    )


def _outreach_withdrawn(session: Session, fact: facts.OutreachWithdrawn, _at: datetime, _seq: int) -> None:
    session.get_one(tables.ProofRow, fact.key).withdrawn = True


def _mailbox_connected(session: Session, fact: facts.MailboxConnected, at: datetime, _seq: int) -> None:
    session.merge(
        tables.MailboxRow(
            address=fact.address,
            kind=fact.kind,
            shown=fact.shown,
            own=canonical(to_plain(fact.own)),
            connected_at=at,
        )
    )


def _mailbox_disconnected(session: Session, fact: facts.MailboxDisconnected, _at: datetime, _seq: int) -> None:
    session.delete(session.get_one(tables.MailboxRow, fact.address))


def _calendar_connected(session: Session, fact: facts.CalendarConnected, at: datetime, _seq: int) -> None:
    session.merge(
        tables.CalendarRow(
            id=fact.calendar,
            kind=fact.kind,
            name=fact.name,
            shown=fact.shown,
            rule=canonical(to_plain(fact.rule)),
            two_way=fact.two_way,
            connected_at=at,
        )
    )


def _calendar_ruled(session: Session, fact: facts.CalendarRuled, _at: datetime, _seq: int) -> None:
    session.get_one(tables.CalendarRow, fact.calendar).rule = canonical(to_plain(fact.rule))


def _calendar_disconnected(session: Session, fact: facts.CalendarDisconnected, _at: datetime, _seq: int) -> None:
    session.delete(session.get_one(tables.CalendarRow, fact.calendar))


def _standing(session: Session, mock: str) -> tables.MockStandingRow | None:
    row = tables.MockStandingRow
    return session.exec(select(row).where(row.mock == mock, col(row.until).is_(None))).first()


def _mock_booked(session: Session, fact: facts.MockBooked, at: datetime, seq: int) -> None:
    before = _standing(session, fact.mock)
    if before is not None:
        before.until = at
    session.add(
        tables.MockStandingRow(
            seq=seq,
            mock=fact.mock,
            since=min(at, fact.stands_since or at),
            starts=fact.starts,
            ends=fact.ends,
            title=fact.title,
            origin=fact.origin,
            state="booked",
            recorded_at=at,
        )
    )


def _changed_standing(session: Session, mock: str, at: datetime, seq: int, **values: Any) -> None:
    """End what stood until now, and let the same stand with these ``values`` from now on."""
    before = _standing(session, mock)
    if before is None:
        return  # it was taken out before
    before.until = at
    if values:
        kept = {name: getattr(before, name) for name in ("mock", "starts", "ends", "title", "origin", "state")}
        session.add(tables.MockStandingRow(seq=seq, since=at, recorded_at=at, **(kept | values)))


def _mock_moved(session: Session, fact: facts.MockMoved, at: datetime, seq: int) -> None:
    _changed_standing(session, fact.mock, at, seq, starts=fact.starts, ends=fact.ends, state="booked")


def _mock_cancelled(session: Session, fact: facts.MockCancelled, at: datetime, seq: int) -> None:
    _changed_standing(session, fact.mock, at, seq)


def _mock_answered(session: Session, fact: facts.MockAnswered, at: datetime, seq: int) -> None:
    _changed_standing(session, fact.mock, at, seq, state=fact.outcome)


def _lock_asked(session: Session, fact: facts.LockAsked, at: datetime, _seq: int) -> None:
    session.add(
        tables.LockRow(
            key=fact.key,
            cause=fact.cause,
            names=canonical(to_plain(fact.names)),
            starts=fact.starts,
            ends=fact.ends,
            state="asked",
            changed_at=at,
        )
    )


def _lock_ordered(session: Session, fact: facts.LockOrdered, at: datetime, _seq: int) -> None:
    session.merge(
        tables.LockRow(
            key=fact.key,
            cause=fact.cause,
            label=fact.label,
            names=canonical(to_plain(fact.names)),
            starts=fact.starts,
            ends=fact.ends,
            state="ordered",
            changed_at=at,
        )
    )


def _lock(session: Session, fact: Any, at: datetime, state: str) -> tables.LockRow:
    row = session.get_one(tables.LockRow, fact.key)
    row.state, row.changed_at = state, at
    return row


def _lock_placed(session: Session, fact: facts.LockPlaced, at: datetime, _seq: int) -> None:
    _lock(session, fact, at, "placed").hold = fact.hold


def _lock_widened(session: Session, fact: facts.LockWidened, at: datetime, _seq: int) -> None:
    row = _lock(session, fact, at, "placed")
    row.names = canonical(sorted({*json.loads(row.names), *fact.names}))


def _lock_shortened(session: Session, fact: facts.LockShortened, at: datetime, _seq: int) -> None:
    row = session.get_one(tables.LockRow, fact.key)
    row.ends, row.changed_at = fact.ends, at


def _lock_released(session: Session, fact: facts.LockReleased, at: datetime, _seq: int) -> None:
    _lock(session, fact, at, "released").words = fact.why


def _lock_ended(session: Session, fact: facts.LockEnded, at: datetime, _seq: int) -> None:
    _lock(session, fact, at, "ended").words = fact.how


def _lock_refused(session: Session, fact: facts.LockRefused, at: datetime, _seq: int) -> None:
    _lock(session, fact, at, "refused").words = fact.words


def _lockdown_noticed(session: Session, fact: facts.LockdownNoticed, _at: datetime, seq: int) -> None:
    session.add(
        tables.LockEventRow(
            seq=seq, number=fact.number, at=fact.happened, kind=fact.kind, hold=fact.hold, detail=fact.detail
        )
    )


def _emergency_asked(session: Session, fact: facts.EmergencyAsked, at: datetime, seq: int) -> None:
    session.add(tables.EmergencyRow(seq=seq, label=fact.label, at=at, opens=fact.opens, price=fact.price))


def _emergency(session: Session, fact: Any) -> tables.EmergencyRow:
    row = tables.EmergencyRow
    return session.exec(select(row).where(row.label == fact.label).order_by(col(row.seq).desc()).limit(1)).one()


def _emergency_opened(session: Session, fact: facts.EmergencyOpened, at: datetime, _seq: int) -> None:
    _emergency(session, fact).opened_at = at


def _emergency_cancelled(session: Session, fact: facts.EmergencyCancelled, _at: datetime, _seq: int) -> None:
    _emergency(session, fact).cancelled = True


_FOLDS: dict[str, tuple[Fold, tuple[Topic, ...]]] = {
    "ContractAdopted": (_contract_adopted, (Topic.CONTRACT, Topic.DAY)),
    "DayOpened": (_day_opened, (Topic.DAY,)),
    "DayTightened": (_day_tightened, (Topic.DAY,)),
    "ObservationRecorded": (_observation_recorded, (Topic.SOURCES, Topic.DAY)),
    "SourcePolled": (_source_polled, (Topic.SOURCES, Topic.DAY)),
    "SourceFailed": (_source_failed, (Topic.SOURCES, Topic.DAY)),
    "RungFired": (_rung_fired, (Topic.DAY,)),
    "RungMissed": (_rung_missed, (Topic.DAY,)),
    "DayHeld": (_day_held, (Topic.DAY,)),
    "DayJudged": (_day_judged, (Topic.DAY,)),
    "VerdictCorrected": (_verdict_corrected, (Topic.DAY,)),
    "DayOverridden": (_day_overridden, (Topic.DAY,)),
    "PassUsed": (_pass_used, (Topic.DAY, Topic.COINS)),
    "BetPlaced": (_bet_placed, (Topic.DAY, Topic.COINS)),
    "CoinsMoved": (_coins_moved, (Topic.COINS, Topic.DAY)),
    "ConsequenceOrdered": (_consequence_ordered, (Topic.CONSEQUENCES, Topic.DAY)),
    "ConsequenceAttempted": (_consequence_attempted, (Topic.CONSEQUENCES,)),
    "ConsequenceConfirmed": (_consequence_confirmed, (Topic.CONSEQUENCES,)),
    "ConsequenceCancelled": (_consequence_cancelled, (Topic.CONSEQUENCES,)),
    "ConsequenceFailed": (_consequence_failed, (Topic.CONSEQUENCES,)),
    "ConsequenceUnknown": (_consequence_unknown, (Topic.CONSEQUENCES,)),
    "ConsequenceSettled": (_consequence_settled, (Topic.CONSEQUENCES,)),
    "ConsequenceReleased": (_consequence_released, (Topic.CONSEQUENCES,)),
    "ChannelConnected": (_channel_connected, (Topic.CONSEQUENCES,)),
    "ChannelProved": (_channel_proved, (Topic.CONSEQUENCES,)),
    "ChannelDisconnected": (_channel_disconnected, (Topic.CONSEQUENCES,)),
    "FreezeBought": (_freeze_bought, (Topic.COINS, Topic.DAY)),
    "FreezeUsed": (_freeze_used, (Topic.COINS, Topic.DAY)),
    "AlarmLeft": (_alarm_left, (Topic.DAY,)),
    "OutreachProved": (_outreach_proved, (Topic.OUTREACH, Topic.DAY)),
    "OutreachWithdrawn": (_outreach_withdrawn, (Topic.OUTREACH, Topic.DAY)),
    "MailboxConnected": (_mailbox_connected, (Topic.OUTREACH, Topic.SOURCES)),
    "MailboxDisconnected": (_mailbox_disconnected, (Topic.OUTREACH, Topic.SOURCES)),
    "CalendarConnected": (_calendar_connected, (Topic.MOCKS, Topic.SOURCES)),
    "CalendarRuled": (_calendar_ruled, (Topic.MOCKS, Topic.SOURCES)),
    "CalendarDisconnected": (_calendar_disconnected, (Topic.MOCKS, Topic.SOURCES)),
    "MockBooked": (_mock_booked, (Topic.MOCKS, Topic.DAY)),
    "MockMoved": (_mock_moved, (Topic.MOCKS, Topic.DAY)),
    "MockCancelled": (_mock_cancelled, (Topic.MOCKS, Topic.DAY)),
    "MockAnswered": (_mock_answered, (Topic.MOCKS, Topic.DAY)),
    "LockAsked": (_lock_asked, (Topic.LOCKDOWN,)),
    "LockOrdered": (_lock_ordered, (Topic.LOCKDOWN,)),
    "LockPlaced": (_lock_placed, (Topic.LOCKDOWN,)),
    "LockWidened": (_lock_widened, (Topic.LOCKDOWN,)),
    "LockShortened": (_lock_shortened, (Topic.LOCKDOWN,)),
    "LockReleased": (_lock_released, (Topic.LOCKDOWN,)),
    "LockEnded": (_lock_ended, (Topic.LOCKDOWN,)),
    "LockRefused": (_lock_refused, (Topic.LOCKDOWN,)),
    "LockdownNoticed": (_lockdown_noticed, (Topic.LOCKDOWN,)),
    "EmergencyAsked": (_emergency_asked, (Topic.LOCKDOWN, Topic.COINS)),
    "EmergencyOpened": (_emergency_opened, (Topic.LOCKDOWN,)),
    "EmergencyCancelled": (_emergency_cancelled, (Topic.LOCKDOWN, Topic.COINS)),
}


def folded_state(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every folded table as plain rows in key order, to hold two foldings against each other."""
    state: dict[str, list[dict[str, Any]]] = {}
    for table in tables.FOLDED:
        rows = session.exec(select(table)).all()
        plain = [_lifted(table, json.loads(canonical(to_plain_row(row)))) for row in rows]
        state[str(table.__tablename__)] = sorted(plain, key=canonical)
    return state


_VALUES: dict[tuple[type, str], Any] = {
    (tables.ContractRow, "terms"): Terms,
    (tables.DayRow, "findings"): tuple[Finding, ...],
}
"""Columns that hold a rule's value as text. An older program wrote it without what the value has gained since."""


def _lifted(table: type, plain: dict[str, Any]) -> dict[str, Any]:
    for (kind, name), value in _VALUES.items():
        if kind is table:
            plain[name] = canonical(to_plain(from_plain(value, json.loads(plain[name]))))
    return plain


def to_plain_row(row: Any) -> dict[str, Any]:
    """A table row as plain data."""
    return {name: to_plain(getattr(row, name)) for name in type(row).model_fields}


def clear_folded(session: Session) -> None:
    """Empty the folded tables, before the journal is folded again."""
    for table in tables.FOLDED:
        session.execute(delete(table))


def journal_length(session: Session) -> int:
    """How many facts there are."""
    return session.exec(select(func.coalesce(func.max(tables.JournalRow.seq), 0))).one()


def has_triggers(session: Session) -> bool:
    """True if the guards on the journal are in place, word for word, and nothing else fires in this file."""
    found = session.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars()
    return sorted(" ".join(sql.split()) for sql in found) == sorted(" ".join(sql.split()) for sql in tables.TRIGGERS)
