"""A rehearsal: a whole failed day, lived on a copy of the data with a fast clock, and nothing sent outside.

The same beat, the same orders and the same consequences as on the real day; only the last step is each consequence's
own dry run instead of the deed. So what it shows is what would come.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from exitzero.core.consequence import Consequence
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import RungFired, SourcePolled
from exitzero.core.finding import BEGINNING
from exitzero.core.spans import Span
from exitzero.core.verdict import Outcome
from exitzero.engine.beat import beat
from exitzero.engine.orders import order_of
from exitzero.engine.reading import contract_series, day_of, row_at, version_on
from exitzero.engine.sticks import planned
from exitzero.engine.views import PlannedView, Rehearsal
from exitzero.store import backup, tables
from exitzero.store.database import Database, Unit

ANSWERED = timedelta(minutes=16)
"""How long after the deadline the rehearsed source proves that nothing came any more."""

MOST_DAYS = 15
"""So many days are looked through for one that owes something."""


def rehearse(path: Path, now: datetime, zone: str, outside: Mapping[str, Consequence]) -> Rehearsal:
    """Live the next day that owes something as a failed one, on a copy of the database at ``path``.

    Blocks on disk and network (the dry runs ask whether tokens still hold). Raises :class:`BadInput` where no day can
    fail.
    """
    with tempfile.TemporaryDirectory(prefix="exitzero-rehearsal-") as folder:
        copy = backup.back_up(path, Path(folder), now, "rehearsal")
        hands = [now]
        database = Database(copy.path, lambda: hands[0])
        try:
            return _live(database, hands, zone, outside)
        finally:
            database.close()


def _live(database: Database, hands: list[datetime], zone: str, outside: Mapping[str, Consequence]) -> Rehearsal:
    for _ in range(MOST_DAYS):
        database.write(lambda unit: beat(unit, zone=zone, time_confirmed=False)).result()
        row = database.read(lambda session: row_at(session, hands[0])).result()
        if row is None:
            raise BadInput("contract", "There is no contract yet, so there is nothing to rehearse.")
        rungs: list[RungFired] = []
        for instant in database.read(partial(_instants, row=row, now=hands[0])).result():
            hands[0] = max(hands[0], instant)
            database.write(_prove_nothing_came).result()
            done = database.write(lambda unit: beat(unit, zone=zone, time_confirmed=True)).result()
            rungs += done.rungs
        verdict = database.read(partial(_row, label=row.label)).result()
        if verdict is not None and verdict.outcome == Outcome.FAILED:
            return _report(database, verdict, rungs, outside)
        hands[0] = max(hands[0], row.ends)
    raise BadInput("contract", "No day of the coming two weeks can fail: the contract owes nothing, or it is done.")


def _row(session: Session, *, label: date) -> tables.DayRow | None:
    return session.get(tables.DayRow, label)


def _instants(session: Session, *, row: tables.DayRow, now: datetime) -> list[datetime]:
    version = version_on(contract_series(session), row.label)
    day = day_of(row)
    rungs = [day.deadline - timedelta(minutes=rung.minutes_before) for rung in version.terms.rungs]
    return sorted(instant for instant in {*rungs, day.closes + ANSWERED} if instant > now)


def _prove_nothing_came(unit: Unit) -> None:
    """What a source would say that answers well and shows nothing new."""
    session, now = unit.session, unit.now
    series = contract_series(session)
    accounts = {(clause.source, clause.subject) for version in series for clause in version.terms.clauses}
    for source, subject in sorted(accounts):
        tally = session.exec(
            select(tables.TallyRow)
            .where(tables.TallyRow.source == source, tables.TallyRow.subject == subject)
            .order_by(col(tables.TallyRow.first_at).desc())
            .limit(1)
        ).first()
        unit.record(
            SourcePolled(
                source=source,
                subject=subject,
                asked_at=now,
                server_at=now,
                covers=(Span(BEGINNING, now - timedelta(minutes=10)),),
                solved=tally.solved if tally else None,
                accepted=tally.accepted if tally else None,
                new_rows=0,
                evidence=(),
                parser="rehearsal",
                origin="rehearsal",
                official=False,
            )
        )


def _report(
    database: Database, row: tables.DayRow, rungs: list[RungFired], outside: Mapping[str, Consequence]
) -> Rehearsal:
    label: date = row.label
    lines = [
        PlannedView("ladder", rung.name, rung.due, "", text=f"{', '.join(rung.missing)} missing") for rung in rungs
    ]
    orders = database.read(
        lambda session: [
            (order_of(each), planned(session, order_of(each)))
            for each in session.exec(select(tables.ConsequenceRow).where(tables.ConsequenceRow.label == label))
        ]
    ).result()
    for order, view in orders:
        consequence = outside.get(order.kind)
        if consequence is None:
            lines.append(replace(view, outcome="would be done by the ledger alone"))
            continue
        try:
            lines.append(replace(view, outcome=consequence.rehearse(order).words))
        except OutsideTrouble as trouble:
            lines.append(replace(view, outcome=str(trouble), fails=True))
    if row.bet:
        lines.append(PlannedView("bet", "Bet lost", row.closes, f"{row.bet} coins", outcome="is in the ledger already"))
    return Rehearsal(label, row.exit_code or 0, tuple(sorted(lines, key=lambda line: line.at)))
