"""What is done next about an order: once or unknown, never twice, never without a day that stands as failed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.consequence import DeliveryUnknown, Nature, Order
from exitzero.core.outbox import RETRIES, Move, Standing, State, next_move, retry_after
from exitzero.core.verdict import Outcome

NOW = datetime(2026, 11, 21, 0, 20, tzinfo=UTC)
DUE = NOW - timedelta(minutes=5)
outcomes = st.sampled_from([None, *Outcome])
standings = st.builds(
    Standing,
    state=st.sampled_from(State),
    nature=st.sampled_from(Nature),
    due=st.sampled_from([DUE, NOW + timedelta(minutes=1)]),
    attempts=st.integers(0, 9),
    retry_at=st.sampled_from([None, DUE, NOW + timedelta(minutes=1)]),
)


@given(standings, outcomes)
def test_nothing_is_attempted_unless_the_day_stands_as_failed(order: Standing, day: Outcome | None) -> None:
    """Rule 4 at the last door: no proof of failure, no punishment."""
    if next_move(order, day, NOW) is Move.ATTEMPT:
        assert day is Outcome.FAILED


@given(standings, outcomes)
def test_a_deed_that_can_happen_once_only_is_attempted_once(order: Standing, day: Outcome | None) -> None:
    """After an attempt whose end nobody saw only the person can say what happened."""
    if order.state is State.ATTEMPTED and order.nature is Nature.ONCE_ONLY:
        assert next_move(order, day, NOW) is Move.LEAVE_TO_PERSON


@given(standings, outcomes)
def test_an_end_is_an_end(order: Standing, day: Outcome | None) -> None:
    """Whatever is confirmed, called off, given up, unknown or settled moves no more by itself."""
    if not order.state.is_open:
        assert next_move(order, day, NOW) is Move.NOTHING


@pytest.mark.parametrize(
    ("order", "day", "move"),
    [
        (Standing(State.ORDERED, Nature.ONCE_ONLY, DUE), None, Move.WAIT),
        (Standing(State.ORDERED, Nature.ONCE_ONLY, DUE), Outcome.FAILED, Move.ATTEMPT),
        (Standing(State.ORDERED, Nature.ONCE_ONLY, NOW + timedelta(seconds=1)), Outcome.FAILED, Move.WAIT),
        (Standing(State.ORDERED, Nature.ONCE_ONLY, DUE), Outcome.SUCCESS, Move.CALL_OFF),
        (Standing(State.FAILED, Nature.ONCE_ONLY, DUE, 1, NOW + timedelta(minutes=1)), Outcome.FAILED, Move.WAIT),
        (Standing(State.FAILED, Nature.ONCE_ONLY, DUE, 1, DUE), Outcome.FAILED, Move.ATTEMPT),
        (Standing(State.FAILED, Nature.ONCE_ONLY, DUE, 1, DUE), Outcome.EXCUSED, Move.CALL_OFF),
        (Standing(State.ATTEMPTED, Nature.IDEMPOTENT, DUE, 1), Outcome.FAILED, Move.ATTEMPT),
        (Standing(State.ATTEMPTED, Nature.IDEMPOTENT, DUE, 1), Outcome.SUCCESS, Move.LEAVE_TO_PERSON),
        (Standing(State.ATTEMPTED, Nature.CHECKABLE, DUE, 1), Outcome.FAILED, Move.LOOK_UP),
    ],
)
def test_the_next_move(order: Standing, day: Outcome | None, move: Move) -> None:
    """Each case of waiting, doing, looking, calling off."""
    assert next_move(order, day, NOW) is move


def test_pauses_grow_and_end() -> None:
    """A deed that surely did not happen is tried again later and later, at least as late as the other side asked."""
    pauses = [retry_after(attempts, None) for attempts in range(1, len(RETRIES) + 1)]
    assert pauses == list(RETRIES)
    assert pauses == sorted(pauses, key=lambda pause: pause or timedelta(0))
    assert retry_after(len(RETRIES) + 1, None) is None
    assert retry_after(1, timedelta(hours=2)) == timedelta(hours=2)


def test_an_unknown_says_where_to_look() -> None:
    """The person settles it, so they must know where."""
    trouble = DeliveryUnknown("The answer was lost.", "Look.", look_at="the charges page")
    assert (trouble.reason, trouble.look_at) == ("unknown", "the charges page")
    assert Order("charge:2026-11-20", "charge", NOW.date(), NOW).plan == {}
