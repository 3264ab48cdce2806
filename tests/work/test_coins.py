"""Coins: what a good day earns, what a bet wins, what a pass costs. Every move has a key, which moves coins once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.consequences.coins import CoinsBurned
from exitzero.core.day import Hours, day_at
from exitzero.core.errors import BadInput
from exitzero.core.facts import CoinsMoved, DayOpened
from exitzero.store.database import Database, Unit
from exitzero.store.journal import of_kinds
from exitzero.store.migrate import migrate
from exitzero.work.coins import actions, rules
from exitzero.work.coins.questions import balance, moved, moved_on
from tests.store.ground import LABEL, day, now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file with one open day."""
    path = tmp_path / "exitzero.db"
    migrate(path)
    database = Database(path, now)
    database.write(lambda unit: unit.record(DayOpened(LABEL, day(), 1))).result()
    yield database
    database.close()


def purse(database: Database) -> rules.Purse:
    """What the person has."""
    return database.read(balance).result()


def moves(database: Database) -> int:
    """How often coins moved."""
    return database.read(lambda session: len(list(of_kinds(session, [CoinsMoved])))).result()


@given(st.integers(-500, 500))
def test_a_purse_never_shows_a_negative_number(total: int) -> None:
    """Either coins or debt, and together they are the sum of the ledger."""
    found = rules.purse(total)
    assert min(found) == 0
    assert found.coins - found.debt == total


@given(st.integers(1, 1000))
def test_a_won_bet_always_brings_something(amount: int) -> None:
    """At least one coin and never more than the stake."""
    assert 1 <= rules.bet_bonus(amount) <= amount


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"]),
)
def test_bets_close_halfway_to_the_deadline(at: datetime, deadline: time, zone: str) -> None:
    """Also on days of 23 and 25 hours."""
    opened = day_at(at, Hours(time(0), deadline), zone)
    closes = rules.bet_closes(opened)
    assert closes - opened.starts == (opened.deadline - opened.starts) / 2
    assert opened.starts <= closes <= opened.deadline


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"placed": 3}, "3 coins are already bet on this day."),
        ({"amount": 0}, "Bet at least one coin."),
        ({"amount": -5}, "Bet at least one coin."),
        ({"amount": 11}, "You have 10 coins, so you cannot bet 11."),
        ({"now": day().starts + timedelta(hours=11, minutes=59, seconds=30)}, "The morning is over"),
        ({"is_safe": True}, "Today's work is already proved"),
    ],
)
def test_a_bet_that_cannot_be_placed_says_why(changes: dict[str, object], words: str) -> None:
    """At the field of the bet; and at the last moment before the middle of the day it still can."""
    good: dict[str, object] = {
        "amount": 10,
        "day": day(),
        "now": day().starts + timedelta(hours=11, minutes=59, seconds=29),
        "coins": 10,
        "placed": 0,
        "is_safe": False,
    }
    rules.check_bet(**good)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=words) as caught:
        rules.check_bet(**{**good, **changes})  # type: ignore[arg-type]
    assert caught.value.field == "bet"


def test_each_deed_moves_coins_once_however_often_it_is_done(database: Database) -> None:
    """A judge that is interrupted and begins again pays and burns nothing twice."""
    burn = CoinsBurned()

    def everything(unit: Unit) -> list[str]:
        actions.give_start(unit)
        actions.reward(unit, LABEL, 4, streak=1)
        actions.pay_pass(unit, LABEL)
        return [burn.carry_out(unit, rules.burn_key(LABEL), LABEL, 50)]

    for _ in range(3):
        assert database.write(everything).result() == ["50 coins burned"]
    assert moves(database) == 5
    assert purse(database) == rules.purse(10 + 10 + (4 + 2) - 25 - 50)
    for _ in range(2):
        database.write(lambda unit: actions.refund_burn(unit, LABEL)).result()
    assert purse(database) == rules.purse(10 + 10 + 6 - 25)
    assert database.read(lambda session: moved_on(session, LABEL)).result() == 10 + 6 - 25
    assert database.read(lambda session: moved(session, rules.burn_key(LABEL))).result() == -50


def test_a_bet_leaves_the_purse_and_ends_once(database: Database) -> None:
    """Placed once; won, returned or lost, and never two of these."""
    database.write(actions.give_start).result()
    database.write(lambda unit: actions.place_bet(unit, LABEL, 4)).result()
    assert purse(database).coins == 6
    with pytest.raises(BadInput, match="already placed"):
        database.write(lambda unit: actions.place_bet(unit, LABEL, 2)).result()
    assert purse(database).coins == 6
    database.write(lambda unit: actions.return_bet(unit, LABEL, 4)).result()
    database.write(lambda unit: actions.reward(unit, LABEL, 4, streak=1)).result()
    assert purse(database).coins == 10 + rules.SUCCESS


def test_nothing_is_refunded_that_was_not_burned(database: Database) -> None:
    """No burn, no refund; no bet, nothing back; a move of nothing is no move."""
    before = moves(database)
    database.write(lambda unit: actions.refund_burn(unit, LABEL)).result()
    database.write(lambda unit: actions.return_bet(unit, LABEL, 0)).result()
    assert database.write(lambda unit: actions.move(unit, "nothing", 0, "nothing")).result() is False
    assert moves(database) == before


def test_keys_tell_days_and_deeds_apart() -> None:
    """Two deeds under one key would swallow each other."""
    makers = [rules.success_key, rules.bet_key, rules.bet_end_key, rules.burn_key, rules.refund_key, rules.pass_key]
    labels = [LABEL, LABEL + timedelta(days=1)]
    assert len({maker(label) for maker in makers for label in labels}) == len(makers) * len(labels)
    assert rules.month_of(date(2026, 12, 31)) != rules.month_of(date(2027, 1, 1))
    assert rules.month_of(date(2026, 12, 1)) == rules.month_of(date(2026, 12, 31))
