"""Delivering consequences: the attempt is written before the deed (rule 6), and each deed has one key for ever.

What happens in the database alone is done in one transaction with its receipt. What happens outside is done by one
process at a time, the one that holds the engine's lock, because only it can know that an attempt found in the outbox
is nobody's any more.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

from sqlmodel import Session, col, select

from exitzero.core.consequence import Consequence, DeliveryFailed, DeliveryUnknown, Nature, Order, Receipt
from exitzero.core.facts import (
    ConsequenceAttempted,
    ConsequenceCancelled,
    ConsequenceConfirmed,
    ConsequenceFailed,
    ConsequenceUnknown,
)
from exitzero.core.outbox import Move, Standing, State, next_move, retry_after
from exitzero.core.verdict import Outcome
from exitzero.engine.orders import order_of
from exitzero.store.database import Database, Unit
from exitzero.store.tables import ConsequenceRow, DayRow

OPEN = [state for state in State if state.is_open]


class InsideConsequence(Protocol):
    """A consequence that happens in the database alone, so that deed and receipt are one transaction."""

    @property
    def kind(self) -> str:
        """Its word in the outbox."""
        ...

    def carry_out(self, unit: Unit, key: str, label: date, amount: int) -> str:
        """Do it once under ``key``; gives the receipt."""
        ...


def deliver_inside(database: Database, consequences: Mapping[str, InsideConsequence]) -> int:
    """Carry out what the database does alone; gives how many were confirmed. Blocks on the disk.

    A kill between attempt and deed leaves an attempted order, which is done again: its key sees to it that coins
    move once.
    """
    done = 0
    for key in database.read(partial(open_orders, kinds=list(consequences))).result():
        if database.write(partial(_begin, key=key, nature=Nature.IDEMPOTENT)).result() is Move.ATTEMPT:
            done += database.write(partial(_carry_out_inside, key=key, consequences=consequences)).result()
    return done


def deliver_outside(database: Database, consequences: Mapping[str, Consequence], now: datetime) -> int:
    """Bring every order for the world outside one step further; gives how many were confirmed.

    Blocks on the network. The caller holds the engine's lock, and no other thread is in here.
    """
    done = 0
    for key in database.read(partial(open_orders, kinds=list(consequences))).result():
        done += _step(database, consequences, key, now)
    return done


def open_orders(session: Session, *, kinds: list[str]) -> list[str]:
    """The keys of all orders of these kinds about which something may still be done, oldest day first."""
    return list(
        session.exec(
            select(ConsequenceRow.key)
            .where(col(ConsequenceRow.state).in_(OPEN), col(ConsequenceRow.kind).in_(kinds))
            .order_by(col(ConsequenceRow.label), col(ConsequenceRow.key))
        )
    )


def next_delivery(session: Session, now: datetime) -> datetime | None:
    """When the next order falls due; ``None`` if nothing waits for an hour."""
    rows = session.exec(select(ConsequenceRow).where(col(ConsequenceRow.state).in_([State.ORDERED, State.FAILED])))
    instants = [max(filter(None, (row.due, row.retry_at)), default=now) for row in rows]
    return min((instant for instant in instants if instant > now), default=None)


def _step(database: Database, consequences: Mapping[str, Consequence], key: str, now: datetime) -> int:
    order = database.read(lambda session: order_of(session.get_one(ConsequenceRow, key))).result()
    consequence = consequences[order.kind]
    nature = _nature_of(consequence, order, now)
    move = database.write(partial(_begin, key=key, nature=nature)).result()
    if move not in {Move.ATTEMPT, Move.LOOK_UP}:
        return 0
    try:
        receipt = consequence.carry_out(order) if move is Move.ATTEMPT else consequence.look_up(order)
    except DeliveryFailed as failure:
        database.write(partial(_failed, key=key, failure=failure)).result()
        return 0
    except DeliveryUnknown as doubt:
        if nature is Nature.IDEMPOTENT:
            # The other side knows the deed by its key, so it is sent again until an answer comes.
            again = DeliveryFailed(doubt.title, doubt.advice, reason="unknown", retry_after=timedelta(minutes=1))
            database.write(partial(_failed, key=key, failure=again)).result()
        else:
            database.write(partial(_unknown, key=key, doubt=doubt)).result()
        return 0
    if receipt is None:
        lost = DeliveryFailed(f"{consequence.title} had not happened.", "", reason="lost", retry_after=timedelta(0))
        database.write(partial(_failed, key=key, failure=lost)).result()
        return 0
    database.write(partial(_confirm, key=key, receipt=receipt)).result()
    return 1


def _nature_of(consequence: Consequence, order: Order, now: datetime) -> Nature:
    """Some deeds can be repeated by some receivers only, and only for a while."""
    told = getattr(consequence, "nature_of", None)
    nature: Nature = told(order, now) if told is not None else consequence.nature
    return nature


def _begin(unit: Unit, *, key: str, nature: Nature) -> Move:
    """What to do about an order now; an attempt is written down before it is made."""
    row = unit.session.get_one(ConsequenceRow, key)
    day = unit.session.get(DayRow, row.label)
    outcome = Outcome(day.outcome) if day is not None and day.outcome else None
    standing = Standing(State(row.state), nature, row.due or row.changed_at, row.attempts, row.retry_at)
    move = next_move(standing, outcome, unit.now)
    match move:
        case Move.ATTEMPT:
            unit.record(ConsequenceAttempted(key, row.label, row.attempts + 1))
        case Move.CALL_OFF:
            unit.record(ConsequenceCancelled(key, row.label, "the day does not stand as failed"))
        case Move.LEAVE_TO_PERSON:
            words = "ExitZero ended while this was under way, so nobody knows whether it happened."
            unit.record(ConsequenceUnknown(key, row.label, words, row.look_at))
    return move


def _carry_out_inside(unit: Unit, *, key: str, consequences: Mapping[str, InsideConsequence]) -> int:
    row = unit.session.get_one(ConsequenceRow, key)
    if row.state != State.ATTEMPTED:
        return 0  # called off, or done by another process meanwhile
    receipt = consequences[row.kind].carry_out(unit, key, row.label, row.amount)
    unit.record(ConsequenceConfirmed(key, row.label, receipt))
    return 1


def _confirm(unit: Unit, *, key: str, receipt: Receipt) -> None:
    row = unit.session.get_one(ConsequenceRow, key)
    words = f"{receipt.words} ({receipt.reference})" if receipt.reference else receipt.words
    unit.record(ConsequenceConfirmed(key, row.label, words))


def _failed(unit: Unit, *, key: str, failure: DeliveryFailed) -> None:
    row = unit.session.get_one(ConsequenceRow, key)
    pause = None if failure.retry_after is None else retry_after(row.attempts, failure.retry_after)
    retry_at = None if pause is None else unit.now + pause
    unit.record(ConsequenceFailed(key, row.label, failure.reason, str(failure), retry_at))


def _unknown(unit: Unit, *, key: str, doubt: DeliveryUnknown) -> None:
    row = unit.session.get_one(ConsequenceRow, key)
    unit.record(ConsequenceUnknown(key, row.label, str(doubt), doubt.look_at))
