"""What proved a day without a service being asked: the proofs that were logged on it, and the mocks that stood at it.

The page of a day shows them beside what services showed, so that every count can be followed to what it rests on.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from exitzero.core.contract import CALENDAR, PROOFS, Terms
from exitzero.core.words import ClauseKind
from exitzero.engine.reading import day_of
from exitzero.engine.views import ObservationView
from exitzero.store import tables
from exitzero.work.mocks.evidence import standing_at
from exitzero.work.mocks.rules import counts, judged_at


def own_observations(
    session: Session, row: tables.DayRow, terms: Terms, counted: Collection[str], now: datetime
) -> tuple[ObservationView, ...]:
    """The proofs of a day, and the mocks that stood when it closed (or stand now), newest first."""
    kinds = {clause.kind for clause in terms.owed_on(row.label)}
    mocks = _mocks(session, row, counted, now) if ClauseKind.MOCKS in kinds else ()
    return (*mocks, *_proofs(session, row, counted))


def _proofs(session: Session, row: tables.DayRow, counted: Collection[str]) -> tuple[ObservationView, ...]:
    proof = tables.ProofRow
    found = session.exec(
        select(proof)
        .where(proof.at >= row.starts, proof.at < row.ends, col(proof.withdrawn).is_(False))
        .order_by(col(proof.at).desc(), col(proof.key))
    )
    return tuple(
        ObservationView(
            source=PROOFS,
            subject="",
            key=each.key,
            at=each.at,
            item=str(each.target),
            title=each.target_name,
            difficulty="",
            official=True,
            evidence="",
            seen_at=each.at,
            counted=each.key in counted,
            kind=f"{_KINDS.get(each.kind, each.kind)}{', weak' if each.weak else ''}",
            shown=each.shown,
            picture=each.sha256,
        )
        for each in found
    )


def _mocks(
    session: Session, row: tables.DayRow, counted: Collection[str], now: datetime
) -> tuple[ObservationView, ...]:
    day = day_of(row)
    instant = judged_at(day, now)
    return tuple(
        ObservationView(
            source=CALENDAR,
            subject="",
            key=each.mock,
            at=each.starts,
            item=each.mock,
            title=each.title,
            difficulty="",
            official=True,
            evidence="",
            seen_at=instant,
            counted=each.mock in counted,
            kind=f"mock, {each.state}",
        )
        for each in standing_at(session, instant)
        if each.mock in counted or counts(each, day, instant)
    )


_KINDS = {"picture": "screenshot"}
