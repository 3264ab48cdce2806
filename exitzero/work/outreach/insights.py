"""The hunt in figures: how far targets come, who answers and how soon, who waits longest.

Why it exists: everything is worked out from what was proved and moved, in a few passes over all targets; nothing is
stored, so that no figure can be older than the rest of the screen.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from exitzero.core.contract import SENT_MAIL
from exitzero.store import tables
from exitzero.work.outreach import search
from exitzero.work.outreach.evidence import MAIL_KEY
from exitzero.work.outreach.rules import Frame
from exitzero.work.outreach.views import STAGE_TITLES, Funnel, Insights, Rate

WEEKS = 12
"""So many weeks are shown one by one."""

MOST_WAITING = 20
_RANK = {"to_contact": 0, "messaged": 1, "replied": 2, "interview": 3}


@dataclass(frozen=True, slots=True)
class _Course:
    """What became of one target: the first contact, the reply, the furthest stage."""

    id: int
    stage: str
    platform: str
    tags: tuple[str, ...]
    furthest: int
    first_contact: datetime | None
    reply_at: datetime | None

    @property
    def contacted(self) -> bool:
        return self.furthest >= 1

    @property
    def replied(self) -> bool:
        return self.furthest >= 2

    @property
    def days(self) -> int | None:
        """Days from the first contact to the reply."""
        if self.first_contact is None or self.reply_at is None:
            return None
        return max((self.reply_at - self.first_contact).days, 0)


def insights_of(session: Session, frame: Frame) -> Insights:
    """Everything about the hunt, over all targets, the archived ones too."""
    courses = _courses(session)
    contacted = [each for each in courses if each.contacted]
    by_platform = _rates(((each.platform or "none",), each) for each in contacted)
    by_tag = _rates((each.tags, each) for each in contacted)
    by_week = _rates(
        ((_week(frame.date_of(each.first_contact)),), each) for each in contacted if each.first_contact is not None
    )
    return Insights(
        funnel=_funnel(courses),
        by_platform=_most(by_platform),
        by_tag=_most(by_tag)[:20],
        by_week=tuple(sorted(by_week, key=lambda rate: rate.name))[-WEEKS:],
        overall=_rate("all", contacted),
        days_to_reply=tuple(sorted(each.days for each in contacted if each.days is not None)),
        waiting=_waiting(session, frame),
        proofs_by_week=_proofs_by_week(session, frame),
        total=len(courses),
    )


def _courses(session: Session) -> list[_Course]:
    line, proof, mail, row = tables.TargetEventRow, tables.ProofRow, tables.MailLinkRow, tables.TargetRow
    reached: dict[int, int] = {}
    first: dict[int, datetime] = {}

    def contacted(target: int, at: datetime) -> None:
        first[target] = min(at, first.get(target, at))

    moves = sql_select(line.target, line.detail, func.min(line.at)).where(col(line.kind) == "stage")  # type: ignore[call-overload]
    for target, stage, at in session.execute(moves.group_by(line.target, line.detail)):
        reached[target] = max(reached.get(target, 0), _RANK.get(stage, 0))
        if stage == "messaged":
            contacted(target, at)
    proofs = sql_select(proof.target, func.min(proof.at)).where(col(proof.withdrawn).is_(False))  # type: ignore[call-overload]
    mails = sql_select(mail.target, func.min(mail.at)).where(col(mail.sent).is_(True), col(mail.target).is_not(None))  # type: ignore[call-overload]
    for statement, by in ((proofs, proof.target), (mails, mail.target)):
        for target, at in session.execute(statement.group_by(by)):
            contacted(target, at)
    columns = sql_select(row.id, row.stage, row.platform, row.tags, row.reply_at)  # type: ignore[call-overload]
    return [
        _course(number, stage, platform, tags, reply_at, reached.get(number, 0), first.get(number))
        for number, stage, platform, tags, reply_at in session.execute(columns)
    ]


def _course(  # noqa: PLR0917 - the columns of one row
    number: int, stage: str, platform: str, tags: str, reply_at: datetime | None, reached: int, first: datetime | None
) -> _Course:
    furthest = max(reached, _RANK.get(stage, 0), 1 if first is not None else 0, 2 if reply_at is not None else 0)
    return _Course(number, stage, platform, tuple(json.loads(tags)) if tags != "[]" else (), furthest, first, reply_at)


def _funnel(courses: Iterable[_Course]) -> Funnel:
    every = list(courses)
    steps = [
        (stage, STAGE_TITLES[stage], sum(each.furthest >= rank for each in every)) for stage, rank in _RANK.items()
    ]
    rejected = sum(each.stage == "rejected" for each in every)
    return Funnel((*steps, ("rejected", STAGE_TITLES["rejected"], rejected)))


def _rates(found: Iterable[tuple[Iterable[str], _Course]]) -> list[Rate]:
    groups: dict[str, list[_Course]] = {}
    for names, course in found:
        for name in names:
            groups.setdefault(name, []).append(course)
    return [_rate(name, courses) for name, courses in groups.items()]


def _rate(name: str, contacted: list[_Course]) -> Rate:
    days = [each.days for each in contacted if each.replied and each.days is not None]
    return Rate(name, len(contacted), sum(each.replied for each in contacted), float(median(days)) if days else None)


def _most(rates: Iterable[Rate]) -> tuple[Rate, ...]:
    return tuple(sorted(rates, key=lambda rate: (-rate.contacted, rate.name)))


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _waiting(session: Session, frame: Frame) -> tuple[tuple[Any, int], ...]:
    row = tables.TargetRow
    statement = (
        search.cards()
        .where(col(row.stage) == "messaged", col(row.archived).is_(False))
        .order_by(func.coalesce(row.proved_at, row.stage_at), col(row.id))
        .limit(MOST_WAITING)
    )
    found = search.views_of(session, session.execute(statement).all(), frame.label)
    return tuple((each, (frame.label - frame.date_of(each.proved_at or each.stage_at)).days) for each in found)


def _proofs_by_week(session: Session, frame: Frame) -> tuple[tuple[str, int], ...]:
    """Everything that counted, each message once: proofs that were logged and mails of the clause's mailbox."""
    since = frame.label - timedelta(weeks=WEEKS - 1)
    weeks = Counter({_week(since + timedelta(weeks=at)): 0 for at in range(WEEKS)})
    proof, seen = tables.ProofRow, tables.ObservationRow
    keys: set[str] = set()
    proofs = sql_select(proof.key, proof.label).where(col(proof.withdrawn).is_(False))  # type: ignore[call-overload]
    for key, label in session.execute(proofs):
        keys.add(key)
        if (week := _week(label)) in weeks:
            weeks[week] += 1
    if frame.mailbox:
        mails = sql_select(seen.key, seen.at, seen.title).where(  # type: ignore[call-overload]
            col(seen.source) == SENT_MAIL, col(seen.subject) == frame.mailbox
        )
        for key, at, title in session.execute(mails):
            week = _week(frame.date_of(at))
            if week in weeks and MAIL_KEY + key not in keys and frame.counts(title):
                weeks[week] += 1
    return tuple(sorted(weeks.items()))
