"""Delivering consequences: the attempt is written before the deed (rule 6), and each deed has one key for ever.

What happens in the database alone is done in one transaction with its receipt. What happens outside is done by one
process at a time, the one that holds the engine's lock, because only it can know that an attempt found in the outbox
is nobody's any more.
"""

from collections.abc import Callable, Mapping
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
from exitzero.desktop.logs import redacted
from exitzero.engine.orders import in_their_order, order_of
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


def deliver_outside(
    database: Database,
    consequences: Mapping[str, Consequence],
    now: Callable[[], datetime],
    *,
    closing: Callable[[], bool] = lambda: False,
) -> int:
    """Bring every order for the world outside one step further, until ``closing``; gives how many were confirmed.

    Blocks on the network. The caller holds the engine's lock, and no other thread is in here.
    """
    done = 0
    for key in database.read(partial(open_orders, kinds=list(consequences))).result():
        if closing():
            break
        done += _step(database, consequences, key, now())
    return done


def open_orders(session: Session, *, kinds: list[str]) -> list[str]:
    """The keys of all orders of these kinds about which something may still be done, as the preview has them."""
    row = ConsequenceRow
    rows = session.exec(select(row).where(col(row.state).in_(OPEN), col(row.kind).in_(kinds))).all()
    return [order.key for order in in_their_order(order_of(each) for each in rows)]


def next_delivery(session: Session, now: datetime) -> datetime | None:
    """When the next order falls due; ``None`` if nothing waits for an hour."""
    rows = session.exec(select(ConsequenceRow).where(col(ConsequenceRow.state).in_([State.ORDERED, State.FAILED])))
    instants = [max(filter(None, (row.due, row.retry_at)), default=now) for row in rows]
    return min((instant for instant in instants if instant > now), default=None)


def _step(database: Database, consequences: Mapping[str, Consequence], key: str, now: datetime) -> int:
    order = database.read(lambda session: order_of(session.get_one(ConsequenceRow, key))).result()
    consequence = consequences[order.kind]
    nature = _nature_of(consequence, order, now)
    where = "" if nature is Nature.CHECKABLE else _where(consequence, order)
    move = database.write(partial(_begin, key=key, nature=nature, where=where)).result()
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
            pause = doubt.retry_after or timedelta(minutes=1)
            again = DeliveryFailed(doubt.title, doubt.advice, reason="unknown", retry_after=pause)
            database.write(partial(_failed, key=key, failure=again, look_at=doubt.look_at)).result()
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


def _where(consequence: Consequence, order: Order) -> str:
    """Where the person can see whether it happened. Asks nobody: what cannot be looked up says so at once."""
    try:
        consequence.look_up(order)
    except DeliveryUnknown as doubt:
        return doubt.look_at
    except DeliveryFailed:
        return ""  # an order that nothing here understands: trying it will say so
    return ""


def _begin(unit: Unit, *, key: str, nature: Nature, where: str = "") -> Move:
    """What to do about an order now; an attempt is written down before it is made."""
    row = unit.session.get_one(ConsequenceRow, key)
    day = unit.session.get(DayRow, row.label)
    outcome = Outcome(day.outcome) if day is not None and day.outcome else None
    state, due, doubted = State(row.state), row.due or row.changed_at, bool(row.look_at)
    move = next_move(Standing(state, nature, due, row.attempts, row.retry_at, doubted), outcome, unit.now)
    match move:
        case Move.ATTEMPT:
            unit.record(ConsequenceAttempted(key, row.label, row.attempts + 1))
        case Move.CALL_OFF:
            unit.record(ConsequenceCancelled(key, row.label, "the day does not stand as failed"))
        case Move.LEAVE_TO_PERSON:
            words = "ExitZero ended while this was under way, so nobody knows whether it happened."
            unit.record(ConsequenceUnknown(key, row.label, row.words or words, row.look_at or where))
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
    unit.record(ConsequenceConfirmed(key, row.label, redacted(words)))


def _failed(unit: Unit, *, key: str, failure: DeliveryFailed, look_at: str = "") -> None:
    row = unit.session.get_one(ConsequenceRow, key)
    pause = None if failure.retry_after is None else retry_after(row.attempts, failure.retry_after)
    look_at = look_at or row.look_at
    if pause is None and look_at:
        # This try did not succeed, but an earlier one may have: that is no failure that anybody proved.
        unit.record(ConsequenceUnknown(key, row.label, redacted(str(failure)), look_at))
        return
    retry_at = None if pause is None else unit.now + pause
    # Here ends what strangers said, and the journal is for ever: whatever they quoted, no secret may stay in it.
    unit.record(ConsequenceFailed(key, row.label, failure.reason, redacted(str(failure)), retry_at, look_at))


def _unknown(unit: Unit, *, key: str, doubt: DeliveryUnknown) -> None:
    row = unit.session.get_one(ConsequenceRow, key)
    unit.record(ConsequenceUnknown(key, row.label, redacted(str(doubt)), doubt.look_at))
