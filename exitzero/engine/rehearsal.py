"""A rehearsal: a whole failed day, lived on a copy of the data with a fast clock, and nothing sent outside.

The same beat, the same orders and the same consequences as on the real day; only the last step is each consequence's
own dry run instead of the deed. So what it shows is what would come.
"""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from exitzero.core.consequence import Consequence, Order
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import SourcePolled
from exitzero.core.finding import BEGINNING
from exitzero.core.ladder import rungs_of
from exitzero.core.spans import Span
from exitzero.core.verdict import Outcome
from exitzero.desktop.sound import PLAYERS
from exitzero.engine.beat import beat
from exitzero.engine.orders import ANSWERED, in_their_order, order_of
from exitzero.engine.reading import contract_series, day_of, row_at, version_on
from exitzero.engine.sticks import planned
from exitzero.engine.views import PlannedView, Rehearsal
from exitzero.store import backup, tables
from exitzero.store.database import Database, Unit

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
        # A day that has its verdict is over; what it cost stands in the outbox.
        instants = [] if row.outcome else database.read(partial(_instants, row=row, now=hands[0])).result()
        for instant in instants:
            hands[0] = max(hands[0], instant)
            database.write(_prove_nothing_came).result()
            database.write(lambda unit: beat(unit, zone=zone, time_confirmed=True)).result()
        verdict = database.read(partial(_row, label=row.label)).result()
        if instants and verdict is not None and verdict.outcome == Outcome.FAILED and not verdict.spared:
            return _report(database, verdict, outside)
        hands[0] = max(hands[0], row.ends)
    raise BadInput("contract", "No day of the coming two weeks can fail: the contract owes nothing, or it is done.")


def _row(session: Session, *, label: date) -> tables.DayRow | None:
    return session.get(tables.DayRow, label)


def _instants(session: Session, *, row: tables.DayRow, now: datetime) -> list[datetime]:
    version = version_on(contract_series(session), row.label)
    day = day_of(row)
    rungs = [rung.due for rung in rungs_of(day, version.terms.rungs)]
    return sorted({*(each for each in rungs if each > now), max(now, day.closes + ANSWERED)})


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


def _report(database: Database, row: tables.DayRow, outside: Mapping[str, Consequence]) -> Rehearsal:
    label: date = row.label
    lines, orders = database.read(partial(_lived, row=row)).result()
    for order, view in orders:
        consequence = outside.get(order.kind)
        if consequence is None:
            lines.append(replace(view, outcome="would be done by the ledger alone"))
            continue
        try:
            lines.append(replace(view, outcome=consequence.rehearse(order).words))
        except OutsideTrouble as trouble:
            lines.append(replace(view, outcome=str(trouble), fails=True))
    return Rehearsal(label, row.exit_code or 0, tuple(sorted(lines, key=lambda line: line.at)))


def _lived(session: Session, *, row: tables.DayRow) -> tuple[list[PlannedView], list[tuple[Order, PlannedView]]]:
    """The day's rungs, alarms and lost bet, and its orders as they stand in the outbox."""
    version = version_on(contract_series(session), row.label)
    urgent = {rung.name for rung in version.terms.rungs if rung.urgent}
    rungs = session.exec(
        select(tables.RungRow).where(tables.RungRow.label == row.label, col(tables.RungRow.missed).is_(False))
    ).all()
    lines = [PlannedView("ladder", rung.name, rung.due, "", text=f"{rung.missing} missing") for rung in rungs]
    if version.terms.stakes.alarm:
        lines += [_alarm(rung, version.terms.stakes.alarm) for rung in rungs if rung.name in urgent][:1]
    if row.bet:
        outcome = "is in the ledger already"
        lines.append(PlannedView("bet", "Bet lost", row.closes, f"{row.bet} coins", outcome=outcome))
    orders = session.exec(select(tables.ConsequenceRow).where(tables.ConsequenceRow.label == row.label)).all()
    return lines, [(order, planned(session, order)) for order in in_their_order(order_of(each) for each in orders)]


def _alarm(rung: tables.RungRow, level: int) -> PlannedView:
    """The alarm as it would begin with a rung, and whether this machine can make a sound at all."""
    player = sys.platform == "win32" or any(shutil.which(name) for name in PLAYERS)
    outcome = "would sound and come up on the screen" if player else "No sound: this machine has no player for it."
    return PlannedView("alarm", "Alarm", rung.due, f"level {level}", outcome=outcome, fails=not player)
