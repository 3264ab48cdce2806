"""Delivering consequences: the attempt is written before the deed (rule 6), and each deed has one key for ever."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Protocol

from sqlmodel import Session, col, select

from exitzero.core.facts import ConsequenceAttempted, ConsequenceConfirmed
from exitzero.store.database import Database, Unit
from exitzero.store.tables import ConsequenceRow


class InsideConsequence(Protocol):
    """A consequence that happens in the database alone, so that deed and receipt are one transaction."""

    @property
    def kind(self) -> str:
        """Its word in the outbox."""
        ...

    def carry_out(self, unit: Unit, key: str, label: date, amount: int) -> str:
        """Do it once under ``key``; gives the receipt."""
        ...


def deliver(database: Database, consequences: Mapping[str, InsideConsequence]) -> int:
    """Carry out what is ordered; gives how many were confirmed. Blocks; not for the Qt thread.

    A kill between attempt and deed leaves an attempted order, which is done again: its key sees
    to it that coins move once.
    """
    done = 0
    for key in database.read(_open_orders).result():
        if database.write(partial(_attempt, key=key)).result():
            done += database.write(partial(_carry_out, key=key, consequences=consequences)).result()
    return done


def _open_orders(session: Session) -> list[str]:
    return list(
        session.exec(
            select(ConsequenceRow.key)
            .where(col(ConsequenceRow.state).in_(["ordered", "attempted"]))
            .order_by(col(ConsequenceRow.label))
        )
    )


def _attempt(unit: Unit, key: str) -> bool:
    order = unit.session.get_one(ConsequenceRow, key)
    if order.state not in {"ordered", "attempted"}:
        return False
    unit.record(ConsequenceAttempted(key, order.label, order.attempts + 1))
    return True


def _carry_out(unit: Unit, key: str, consequences: Mapping[str, InsideConsequence]) -> int:
    order = unit.session.get_one(ConsequenceRow, key)
    if order.state != "attempted":
        return 0  # called off, or done by another process meanwhile
    receipt = consequences[order.kind].carry_out(unit, key, order.label, order.amount)
    unit.record(ConsequenceConfirmed(key, order.label, receipt))
    return 1
