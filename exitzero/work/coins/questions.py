"""Reading the ledger."""

from datetime import date

from sqlalchemy import func
from sqlmodel import Session, select

from exitzero.store.tables import CoinRow
from exitzero.work.coins.rules import Purse, purse


def balance(session: Session) -> Purse:
    """What the person has, or owes."""
    total = session.exec(select(func.coalesce(func.sum(CoinRow.amount), 0))).one()
    return purse(int(total))


def moved(session: Session, key: str) -> int | None:
    """The amount that was moved under a key; ``None`` if nothing was."""
    row = session.get(CoinRow, key)
    return None if row is None else row.amount


def moved_on(session: Session, label: date) -> int:
    """The sum of all that moved because of a day."""
    total = session.exec(select(func.coalesce(func.sum(CoinRow.amount), 0)).where(CoinRow.label == label)).one()
    return int(total)
