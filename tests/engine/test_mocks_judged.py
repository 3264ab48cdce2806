"""A day is judged by the mocks that stood at its deadline, whatever was done to them before or after."""

from collections.abc import Callable

import pytest

from exitzero.core import facts
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local
from tests.engine.mock_kit import MOCKS, answer, book, edit, pass_time, round_of, today

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
SOON = NOON + 3 * DAY


@pytest.fixture
def mine(life: Start) -> Life:
    """A life that owes a mock a day."""
    begun = life(start=NOON)
    begun.adopt(MOCKS)
    round_of(begun)
    return begun


def test_a_booked_mock_is_green_and_stays_it(mine: Life) -> None:
    assert today(mine).state == "not_met"
    book(mine, SOON)
    assert (today(mine).count, today(mine).target, today(mine).state) == (1, 1, "met")
    pass_time(mine, mine.day(DAY_ONE).closes + HOUR, every=3 * HOUR)
    assert mine.state(DAY_ONE) == "success"


def test_taken_out_or_moved_away_after_green_but_before_the_deadline_is_red(mine: Life) -> None:
    uid = book(mine, SOON)
    assert today(mine).state == "met"
    mine.do(lambda actions: actions.mocks.move(uid, SOON + 30 * DAY, SOON + 30 * DAY + HOUR))
    assert today(mine).state == "not_met"
    mine.do(lambda actions: actions.mocks.undo())
    assert today(mine).state == "met"
    mine.do(lambda actions: actions.mocks.cancel(uid))
    pass_time(mine, mine.day(DAY_ONE).closes + HOUR, every=3 * HOUR)
    assert mine.state(DAY_ONE) == "failed"


def test_taken_out_or_moved_after_the_deadline_leaves_the_day(mine: Life) -> None:
    uid, closes = book(mine, SOON), mine.day(DAY_ONE).closes
    mine.to(closes + MINUTE)
    mine.do(lambda actions: actions.mocks.cancel(uid))
    pass_time(mine, closes + HOUR)
    assert mine.state(DAY_ONE) == "success"
    assert today(mine).state == "not_met"


def test_what_was_booked_and_taken_back_stands_in_the_journal_and_not_at_the_deadline(mine: Life) -> None:
    uid = book(mine, SOON)
    mine.do(lambda actions: actions.mocks.undo())
    pass_time(mine, mine.day(DAY_ONE).closes + HOUR, every=3 * HOUR)
    assert mine.state(DAY_ONE) == "failed"
    assert [fact.mock for fact in mine.facts(facts.MockBooked)] == [uid]
    assert [fact.mock for fact in mine.facts(facts.MockCancelled)] == [uid]


def test_a_missed_one_does_not_count_for_its_day(mine: Life) -> None:
    uid = book(mine, NOON + HOUR)
    pass_time(mine, NOON + 3 * HOUR)
    assert today(mine).state == "met"
    answer(mine, uid, "missed")
    assert today(mine).state == "not_met"
    answer(mine, uid, "incomplete")
    assert today(mine).state == "met"


def test_one_written_down_for_the_record_never_counts(mine: Life) -> None:
    mine.do(lambda actions: actions.mocks.book(edit(NOON - 2 * HOUR), only_record=True))
    assert (today(mine).count, today(mine).state) == (0, "not_met")
