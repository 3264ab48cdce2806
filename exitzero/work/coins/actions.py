"""Moving coins. Every move has a key that names the deed, and a key moves coins once."""

from datetime import date

from exitzero.core.errors import BadInput
from exitzero.core.facts import BetPlaced, CoinsMoved
from exitzero.store.database import Unit
from exitzero.work.coins import rules
from exitzero.work.coins.questions import moved
from exitzero.work.stakes.rules import streak_bonus


def move(unit: Unit, key: str, amount: int, reason: str, label: date | None = None) -> bool:
    """Move coins once under ``key``; False if that was done before."""
    if amount == 0 or moved(unit.session, key) is not None:
        return False
    unit.record(CoinsMoved(key, amount, reason, label))
    return True


def give_start(unit: Unit) -> None:
    """The coins that everybody begins with."""
    move(unit, "start", rules.START, "welcome")


def place_bet(unit: Unit, label: date, amount: int) -> None:
    """Take a checked bet out of the purse."""
    unit.record(BetPlaced(label, amount))
    if not move(unit, rules.bet_key(label), -amount, f"bet on {label}", label):
        raise BadInput("bet", "A bet on this day is already placed.")


def reward(unit: Unit, label: date, bet: int, *, streak: int) -> None:
    """Pay a day that succeeded, with the bonus of a ``streak`` that it made so long, and its bet."""
    bonus = streak_bonus(streak)
    words = f"{label} exited 0, {streak} days in a row" if bonus else f"{label} exited 0"
    move(unit, rules.success_key(label), rules.SUCCESS + bonus, words, label)
    if bet:
        move(unit, rules.bet_end_key(label), bet + rules.bet_bonus(bet), f"bet on {label} won", label)


def return_bet(unit: Unit, label: date, bet: int) -> None:
    """Give the stake back without a bonus, where the day was not played to its end."""
    if bet:
        move(unit, rules.bet_end_key(label), bet, f"bet on {label} returned", label)


def refund_burn(unit: Unit, label: date) -> None:
    """Give back what a failed day burned, because its verdict did not stand."""
    burned = moved(unit.session, rules.burn_key(label))
    if burned:
        move(unit, rules.refund_key(label), -burned, f"burn of {label} taken back", label)


def pay_pass(unit: Unit, label: date) -> None:
    """Take the price of the emergency pass."""
    move(unit, rules.pass_key(label), -rules.PASS_PRICE, f"emergency pass for {label}", label)
