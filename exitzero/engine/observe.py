"""Asking the truth sources: whom, since when and how often; and writing down what they say or fail to say."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from exitzero.core.codec import canonical, to_plain
from exitzero.core.contract import Clause
from exitzero.core.errors import BadInput
from exitzero.core.facts import ClockFoundWrong, ObservationRecorded, SourceFailed, SourcePolled
from exitzero.core.finding import SLACK, SOURCE_LAG
from exitzero.core.observation import (
    Difficulty,
    Evidence,
    Observation,
    PollRequest,
    PollResult,
    SourceTrouble,
    TruthSource,
)
from exitzero.core.spans import Span, subtract
from exitzero.core.topics import Topic
from exitzero.engine.reading import (
    contract_series,
    lookback,
    row_at,
    tells_time,
    unjudged_rows,
    version_on,
    windows_of,
)
from exitzero.store import tables
from exitzero.store.database import Unit

CALM = timedelta(minutes=15)
"""Between two questions on an ordinary part of the day."""

CLOSE = timedelta(minutes=5)
"""Between two questions near the deadline, and the least that is ever left between two that nobody asked for."""

NEAR = timedelta(hours=4)
"""How long before the deadline the closer watch begins."""

PROOF_MARGIN = timedelta(seconds=30)
"""How long after a source's lag the question is put that is to prove a closed day."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One account to ask about: since when the truth matters, and what its rule needs to know."""

    source: str
    subject: str
    since: datetime
    wants_difficulty: bool = False
    difficulties: Mapping[str, Difficulty] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


def asks(session: Session, now: datetime) -> tuple[Ask, ...]:
    """The accounts that today's contract and the days without a verdict depend on."""
    series = contract_series(session)
    if not series:
        return ()
    rows = unjudged_rows(session, now)
    current = row_at(session, now)
    if current is not None and current not in rows:
        rows.append(current)
    wanted: dict[tuple[str, str], Ask] = {}
    for row in rows:
        terms = version_on(series, row.label).terms
        for clause in terms.owed_on(row.label):
            since = lookback(clause, windows_of(session, row, terms, clause)[0].start)
            _want(wanted, clause, since)
    if not wanted:  # a day of rest: the picture of the day still wants its sources
        terms = version_on(series, now.date()).terms
        for clause in terms.clauses:
            _want(wanted, clause, lookback(clause, now - timedelta(days=1)))
    found = [
        replace(ask, difficulties=_known_difficulties(session, ask)) if ask.wants_difficulty else ask
        for ask in wanted.values()
    ]
    # Who tells the time comes first: what a mailbox says counts by a clock that somebody has confirmed.
    return tuple(sorted(found, key=lambda ask: not tells_time(session, ask.source, ask.subject)))


def others_tell_time(session: Session, ask: Ask, now: datetime) -> bool:
    """Whether anybody else is asked now who tells the time."""
    return any(
        tells_time(session, other.source, other.subject)
        for other in asks(session, now)
        if (other.source, other.subject) != (ask.source, ask.subject)
    )


def _want(wanted: dict[tuple[str, str], Ask], clause: Clause, since: datetime) -> None:
    who = clause.account
    if who is None:
        return
    known = wanted.get(who)
    wants_difficulty, words = clause.counting.minimum is not None, clause.words
    if known is not None:
        since, wants_difficulty = min(since, known.since), wants_difficulty or known.wants_difficulty
        words |= known.words
    wanted[who] = Ask(*who, since, wants_difficulty, words=words)


def _known_difficulties(session: Session, ask: Ask) -> dict[str, Difficulty]:
    row = tables.ObservationRow
    rows = session.exec(
        select(row.item, row.difficulty).where(row.source == ask.source, col(row.difficulty).is_not(None)).distinct()
    )
    return {item: Difficulty(difficulty) for item, difficulty in rows if difficulty}


def next_ask(session: Session, ask: Ask, now: datetime) -> datetime:
    """When that account should be asked next without anybody wanting it; in the past if it is due."""
    status = session.get(tables.SourceRow, (ask.source, ask.subject))
    if status is None or is_from_wrong_clock(status, now):
        return now
    if status.failing_since is not None:
        if status.retry_at is None:
            return status.asked_at + timedelta(hours=6)  # only the person can help; look again now and then
        return status.retry_at
    due = status.asked_at + CALM
    for row in unjudged_rows(session, now):
        if status.last_good is None or status.last_good < row.closes + SOURCE_LAG + SLACK:
            due = min(due, max(row.closes + SOURCE_LAG + PROOF_MARGIN, status.asked_at + CLOSE))
    current = row_at(session, now)
    if current is not None and current.deadline - NEAR <= now < current.closes:
        due = min(due, status.asked_at + CLOSE)
    return max(due, status.asked_at + CLOSE) if due < now else due


def is_from_wrong_clock(status: tables.SourceRow, now: datetime) -> bool:
    """True if the source was asked later than now: the clock ran ahead then, so its pauses say nothing any more."""
    return status.asked_at > now + CLOSE


def impossible_name(refused: BadInput) -> SourceTrouble:
    """A name that no account can have, told as the trouble of a source that knows nobody of that name."""
    return SourceTrouble(refused.message, "Put the name right in the contract.", reason="unknown_user")


def request_of(ask: Ask, asked_at: datetime) -> PollRequest:
    """What is put to the source."""
    return PollRequest(
        subject=ask.subject,
        asked_at=asked_at,
        since=ask.since,
        difficulties=ask.difficulties,
        wants_difficulty=ask.wants_difficulty,
        words=tuple(sorted(ask.words)),
    )


def totals_shrunk(session: Session, *, ask: Ask, result: PollResult) -> SourceTrouble | None:
    """The trouble with an answer whose totals fell: a hidden profile looks like one that never did anything."""
    if result.tally is None or result.tally.solved is None:
        return None
    row = tables.TallyRow
    before = session.exec(
        select(row.solved)
        .where(row.source == ask.source, row.subject == ask.subject, row.first_at <= result.tally.at)
        .order_by(col(row.first_at).desc())
        .limit(1)
    ).first()
    if before is None or result.tally.solved >= before:
        return None
    return SourceTrouble(
        f"The account showed {before} solved problems before and shows {result.tally.solved} now.",
        "It may be hidden, reset or another one. Nothing counts against you meanwhile; look at the profile.",
        reason="inconsistent",
        retry_after=timedelta(minutes=30),
        evidence=result.evidence[0] if result.evidence else None,
    )


def record_result(unit: Unit, ask: Ask, result: PollResult, source: TruthSource, asked_at: datetime) -> int:
    """Write down a good answer; gives how many observations were new."""
    for evidence in result.evidence:
        keep_evidence(unit.session, evidence)
    digests = tuple(evidence.digest for evidence in result.evidence)
    new = 0
    known_difficulty = _difficulty_by_key(unit.session, ask, [each.key for each in result.observations])
    for observation in sorted(result.observations, key=lambda each: each.at):
        mine = replace(observation, source=ask.source, subject=ask.subject)
        if _is_news(known_difficulty, mine):
            unit.record(ObservationRecorded(mine, digests[0] if digests else "", source.official))
            known_difficulty[mine.key] = mine.difficulty
            new += 1
    cover = tables.CoverRow
    known = unit.session.exec(
        select(cover.start, cover.end).where(cover.source == ask.source, cover.subject == ask.subject)
    ).all()
    tally = result.tally
    unit.record(
        SourcePolled(
            source=ask.source,
            subject=ask.subject,
            asked_at=asked_at,
            server_at=result.server_at,
            covers=subtract(result.covers, [Span(start, end) for start, end in known]),
            solved=tally.solved if tally else None,
            accepted=tally.accepted if tally else None,
            new_rows=new,
            evidence=digests,
            parser=result.evidence[0].parser if result.evidence else "",
            origin=source.origin,
            official=source.official,
        )
    )
    unit.session.merge(
        tables.ProfileRow(source=ask.source, subject=ask.subject, body=canonical(to_plain(result.profile)))
    )
    return new


def _difficulty_by_key(session: Session, ask: Ask, keys: Sequence[str]) -> dict[str, str | None]:
    """The observations of ``keys`` that are recorded already, with their difficulty; one question for a whole list."""
    row = tables.ObservationRow
    mine = (row.source == ask.source, row.subject == ask.subject, col(row.key).in_(keys))
    return dict(session.exec(select(row.key, row.difficulty).where(*mine)).all())


def _is_news(known: Mapping[str, str | None], observation: Observation) -> bool:
    if observation.key not in known:
        return True
    return observation.difficulty is not None and known[observation.key] is None


def keep_evidence(session: Session, evidence: Evidence) -> None:
    """Keep a raw answer, once."""
    if session.get(tables.EvidenceRow, evidence.digest) is not None:
        return
    session.add(
        tables.EvidenceRow(
            digest=evidence.digest,
            body=zlib.compress(evidence.body, 9),
            size=len(evidence.body),
            content_type=evidence.content_type,
            status=evidence.status,
            origin=evidence.origin,
            official=evidence.official,
            parser=evidence.parser,
            asked_at=evidence.asked_at,
            server_at=evidence.server_at,
        )
    )


def record_trouble(unit: Unit, ask: Ask, trouble: SourceTrouble, source: TruthSource, asked_at: datetime) -> None:
    """Write down that a source could not be believed."""
    if trouble.evidence is not None:
        keep_evidence(unit.session, trouble.evidence)
    unit.record(
        SourceFailed(
            source=ask.source,
            subject=ask.subject,
            asked_at=asked_at,
            reason=trouble.reason,
            title=trouble.title,
            advice=trouble.advice,
            retry_at=None if trouble.retry_after is None else unit.now + trouble.retry_after,
            evidence=trouble.evidence.digest if trouble.evidence else "",
            origin=source.origin,
            official=source.official,
        )
    )


def record_wrong_clock(unit: Unit, source: str, wrong: timedelta, wall: datetime, server_at: datetime) -> None:
    """Write down that a source's own time shows this machine's clock to be wrong."""
    unit.record(ClockFoundWrong(source, round(wrong.total_seconds()), wall, server_at))
    unit.touch(Topic.HEALTH)
