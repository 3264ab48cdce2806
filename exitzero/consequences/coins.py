"""Coins burned: the stick that needs nobody outside, so that it happens exactly once by the database alone."""

from datetime import date

from exitzero.core.facts import CoinsMoved
from exitzero.store.database import Unit
from exitzero.store.tables import CoinRow


class CoinsBurned:
    """Takes the coins in the same transaction in which the outbox notes that it is done."""

    kind = "coins"
    title = "Coins burned"

    def carry_out(self, unit: Unit, key: str, label: date, amount: int) -> str:
        """Burn once under ``key``; gives the receipt. Done before: the receipt alone."""
        if unit.session.get(CoinRow, key) is None:
            unit.record(CoinsMoved(key, -amount, f"{label} failed", label))
        return f"{amount} coins burned"
