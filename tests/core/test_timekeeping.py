"""A clock on the wall that somebody moves wins no day and loses none."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.timekeeping import TOLERANCE, Jump, Reading, Timekeeping, look, told
from tests.core.strategies import at

NOON = at("2026-03-04 12:00")
START = Timekeeping(Reading(NOON, 1000.0))
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def reading(seconds: float, moved: timedelta = timedelta(0)) -> Reading:
    """A look so many seconds after noon at a wall clock that is moved by that much."""
    return Reading(NOON + timedelta(seconds=seconds) + moved, 1000.0 + seconds)


steps = st.lists(
    st.tuples(
        st.integers(0, 90_000),
        st.one_of(st.just(0), st.integers(-119, 119), st.integers(-200_000, 200_000)),
        st.booleans(),
    ),
    max_size=30,
)


@given(steps)
def test_the_reckoning_stays_with_the_truth(history: list[tuple[int, int, bool]]) -> None:
    """Sleep, small steps, large jumps and answers in any order leave it within two minutes of the true time."""
    keeping, moved, seconds = START, timedelta(0), 0
    for passed, jump, answered in history:
        seconds += passed
        moved += timedelta(seconds=jump)
        keeping, noticed = look(keeping, reading(seconds, moved))
        true = NOON + timedelta(seconds=seconds)
        assert abs(keeping.now - true) <= TOLERANCE
        if abs(jump) > 2 * TOLERANCE.total_seconds():
            assert noticed is not None
        if noticed is not None:
            assert noticed.wall == true + moved
            assert noticed.reckoned == keeping.now
            assert not keeping.confirmed
        if answered:
            keeping, wrong = told(keeping, true, reading(seconds, moved))
            assert wrong == moved
            assert keeping.confirmed
            assert abs(keeping.now - true) <= TOLERANCE


def test_time_that_passes_is_no_jump() -> None:
    """A night of sleep moves both clocks alike."""
    keeping, jump = look(START, reading(8 * 3600))
    assert jump is None
    assert keeping == Timekeeping(reading(8 * 3600))
    assert keeping.now == NOON + 8 * HOUR


@pytest.mark.parametrize("by", [HOUR, -HOUR, TOLERANCE + SECOND, timedelta(days=-1), timedelta(days=400)])
def test_a_jump_is_reported_once_and_taken_out(by: timedelta) -> None:
    """The clock set forward or back is noticed, and the true time goes on."""
    keeping, jump = look(START, reading(60, by))
    assert jump == Jump(by, NOON + timedelta(seconds=60) + by, NOON + timedelta(seconds=60))
    assert not keeping.confirmed
    again, none = look(keeping, reading(120, by))
    assert none is None
    assert again.now == NOON + timedelta(seconds=120)
    assert not again.confirmed


def test_a_clock_set_back_again_is_a_second_jump_and_leaves_the_time_right() -> None:
    """To and fro ends where it began, and still waits for a source to say so."""
    there, _ = look(START, reading(60, HOUR))
    back, jump = look(there, reading(120))
    assert jump is not None
    assert (back.now, back.confirmed) == (NOON + timedelta(seconds=120), False)


@pytest.mark.parametrize("direction", [1, -1])
def test_many_small_steps_are_a_jump(direction: int) -> None:
    """Nobody steals an hour by moving the clock a minute at every look."""
    keeping, jumps = START, []
    for n in range(1, 61):
        keeping, jump = look(keeping, reading(30 * n, direction * n * timedelta(minutes=1)))
        jumps.append(jump)
        assert abs(keeping.now - NOON - timedelta(seconds=30 * n)) <= TOLERANCE
    assert jumps[:2] == [None, None]
    assert sum(jump is not None for jump in jumps) == 20


def test_a_source_within_the_tolerance_confirms_the_wall_clock() -> None:
    """A minute off is believed; a jump taken back and confirmed leaves no trace."""
    doubtful, _ = look(START, reading(60, HOUR))
    back, _ = look(doubtful, reading(90))
    keeping, wrong = told(back, NOON + timedelta(seconds=80), reading(90))
    assert wrong == 10 * SECOND
    assert (keeping.offset, keeping.confirmed, keeping.now) == (timedelta(0), True, reading(90).wall)


def test_a_source_beyond_the_tolerance_sets_the_time() -> None:
    """A wall clock a day ahead is not gone by, from the first answer on."""
    ahead = Timekeeping(Reading(NOON + timedelta(days=1), 1000.0))
    keeping, wrong = told(ahead, NOON, ahead.last)
    assert (wrong, keeping.now, keeping.confirmed) == (timedelta(days=1), NOON, True)
    later, jump = look(keeping, reading(600, timedelta(days=1)))
    assert jump is None
    assert later.now == NOON + timedelta(seconds=600)


@pytest.mark.parametrize("noticed", [True, False])
def test_a_clock_moved_while_the_answer_was_under_way_fools_nobody(noticed: bool) -> None:
    """The answer says what was right when it was asked, and the monotonic clock carries it on."""
    asked = reading(10)
    keeping = START
    if noticed:
        keeping, _ = look(keeping, reading(20, HOUR))
    keeping, _ = told(keeping, asked.wall, asked)
    after, jump = look(keeping, reading(30, HOUR))
    assert after.now == NOON + timedelta(seconds=30)
    assert (jump is None) == noticed


@given(st.integers(0, 40), st.integers(-90, 90))
def test_a_slow_answer_is_carried_to_the_last_look(slow: int, wrong_by: int) -> None:
    """However long an answer took, the clock is measured against what the time is by then."""
    wrong_clock = timedelta(hours=wrong_by)
    keeping = Timekeeping(reading(slow, wrong_clock))
    _, wrong = told(keeping, NOON, reading(0, wrong_clock))
    assert wrong == wrong_clock


def test_now_is_what_the_judge_goes_by() -> None:
    """The wall clock with its correction."""
    assert Timekeeping(Reading(NOON, 0.0), -HOUR).now == datetime.fromisoformat("2026-03-04T11:00:00+00:00")
