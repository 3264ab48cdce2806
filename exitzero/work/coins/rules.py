"""The numbers of the coins and who gets them, as pure functions."""

from datetime import date, datetime
from typing import NamedTuple

from exitzero.core.day import Day
from exitzero.core.errors import BadInput

START = 10
"""What a person begins with."""

SUCCESS = 10
"""What a day earns whose every clause was proved."""

PASS_PRICE = 25
"""What the month's emergency pass costs; it may lead into debt, because an emergency cannot wait for coins."""


class Purse(NamedTuple):
    """The ledger's sum as two numbers that are never negative: debt is worked off before coins are there again."""

    coins: int
    debt: int


def purse(total: int) -> Purse:
    """The purse that a ledger's sum amounts to."""
    return Purse(max(total, 0), max(-total, 0))


def bet_bonus(amount: int) -> int:
    """What a won bet brings beside the stake: half of it, at least one coin."""
    return max(amount // 2, 1)


def bet_closes(day: Day) -> datetime:
    """Until when a morning's bet can be placed: half of the time to the deadline."""
    return day.starts + (day.deadline - day.starts) / 2


def check_bet(amount: int, day: Day, now: datetime, *, coins: int, placed: int, is_safe: bool) -> None:
    """Raise :class:`BadInput` on ``bet`` if the bet cannot be placed; a bet on finished work would be no bet."""
    if placed:
        raise BadInput("bet", f"{placed} coins are already bet on this day.")
    if amount < 1:
        raise BadInput("bet", "Bet at least one coin.")
    if amount > coins:
        raise BadInput("bet", f"You have {coins} coins, so you cannot bet {amount}.")
    if now >= bet_closes(day):
        raise BadInput("bet", "The morning is over; bet on a day in its first half.")
    if is_safe:
        raise BadInput("bet", "Today's work is already proved; bet tomorrow before you start.")


def month_of(label: date) -> tuple[int, int]:
    """The calendar month that rations the emergency pass."""
    return label.year, label.month


def success_key(label: date) -> str:
    """The ledger key of a day's reward."""
    return f"success:{label}"


def bet_key(label: date) -> str:
    """The ledger key of a placed bet."""
    return f"bet:{label}"


def bet_end_key(label: date) -> str:
    """The ledger key of the stake coming back, with or without a bonus."""
    return f"bet-back:{label}"


def burn_key(label: date) -> str:
    """The key of the coins that a failed day burns, in the outbox and in the ledger."""
    return f"coins:{label}"


def refund_key(label: date) -> str:
    """The ledger key of burned coins given back, because the verdict did not stand."""
    return f"refund:{label}"


def pass_key(label: date) -> str:
    """The ledger key of the price of an emergency pass."""
    return f"pass:{label}"
