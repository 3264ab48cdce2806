"""Reminders of mock interviews: each comes once, also late after sleep, never after the start, and nags afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from exitzero.core import facts
from exitzero.core.errors import BadInput
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local
from tests.engine.mock_kit import MOCKS, answer, book, pass_time, round_of, today, told

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
LINK = "https://meet.example.org/x"


def begun(life: Start) -> Life:
    """A life whose clock is trusted: nobody but the person has to be asked."""
    mine = life(start=NOON)
    mine.adopt(MOCKS)
    round_of(mine)
    return mine


def test_each_reminder_comes_once_at_its_time(life: Start) -> None:
    mine = begun(life)
    starts = NOON + DAY + HOUR
    book(mine, starts, link=LINK)
    pass_time(mine, starts - DAY + 10 * MINUTE, every=5 * MINUTE)
    pass_time(mine, starts - 70 * MINUTE)
    pass_time(mine, starts + 30 * MINUTE, every=5 * MINUTE)
    assert told(mine) == ["Graphs in 1 day", "Graphs in 60 min", "Graphs in 10 min", "Graphs begins now"]
    urgent = [notice.urgent for notice in mine.notices if notice.kind == "mocks"]
    assert urgent == [False, False, True, True]
    keys = [[key for key, _ in notice.actions] for notice in mine.notices if notice.kind == "mocks"]
    assert keys == [["snooze"], ["snooze"], ["join", "snooze"], ["join"]]


def test_after_sleep_the_last_one_that_was_slept_through_comes_once(life: Start) -> None:
    mine = begun(life)
    starts = NOON + 2 * DAY
    book(mine, starts)
    mine.to(starts - 4 * MINUTE)
    assert [each.minutes for each in today(mine).reminders] == [10]
    for _ in range(3):
        round_of(mine)
    assert told(mine) == ["Graphs in 4 min"]
    assert today(mine).reminders == ()
    mine.restart()
    round_of(mine)
    assert told(mine) == ["Graphs in 4 min"]


def test_after_the_start_it_says_that_it_has_begun(life: Start) -> None:
    mine = begun(life)
    starts = NOON + 2 * DAY
    book(mine, starts)
    mine.to(starts + 20 * MINUTE)
    round_of(mine)
    round_of(mine)
    assert told(mine) == ["Graphs has begun"]


def test_what_was_over_when_it_was_booked_does_not_come(life: Start) -> None:
    mine = begun(life)
    book(mine, NOON + 30 * MINUTE)
    round_of(mine)
    assert told(mine) == []
    mine.to(NOON + 21 * MINUTE)
    round_of(mine)
    assert told(mine) == ["Graphs in 9 min"]


def test_a_mock_that_is_moved_has_its_reminders_anew(life: Start) -> None:
    mine = begun(life)
    uid = book(mine, NOON + 2 * HOUR, reminders=(60,))
    pass_time(mine, NOON + 70 * MINUTE, every=5 * MINUTE)
    mine.do(lambda actions: actions.mocks.move(uid, NOON + 4 * HOUR, NOON + 5 * HOUR))
    pass_time(mine, NOON + 3 * HOUR + MINUTE, every=10 * MINUTE)
    assert told(mine) == ["Graphs in 60 min"] * 2


def test_a_reminder_that_is_put_off_comes_again(life: Start) -> None:
    mine = begun(life)
    starts = NOON + 2 * HOUR
    uid = book(mine, starts, reminders=(60,))
    mine.to(NOON + HOUR)
    round_of(mine)
    mine.do(lambda actions: actions.mocks.snooze(uid, 60, again_in=30))
    mine.to(NOON + HOUR + 29 * MINUTE)
    round_of(mine)
    assert told(mine) == ["Graphs in 60 min"]
    mine.to(NOON + HOUR + 30 * MINUTE)
    round_of(mine)
    round_of(mine)
    assert told(mine) == ["Graphs in 60 min", "Graphs in 30 min"]
    mine.do(lambda actions: actions.mocks.snooze(uid))
    mine.to(NOON + HOUR + 40 * MINUTE)
    round_of(mine)
    assert told(mine)[-1] == "Graphs in 20 min"
    with pytest.raises(BadInput):
        mine.do(lambda actions: actions.mocks.snooze(uid, 60, again_in=0))


def test_the_loop_of_a_program_that_watches_reminds_and_reads(life: Start) -> None:
    mine = begun(life)
    book(mine, NOON + 2 * HOUR, reminders=(60,))
    mine.to(NOON + HOUR)
    mine.engine._pulse("headless")
    mine.engine._pulse("headless")
    assert told(mine) == ["Graphs in 60 min"]
    mine.off()
    assert (mine.folder / "exitzero.ics").exists()
    assert not mine.faults


def test_a_cancelled_mock_reminds_nobody(life: Start) -> None:
    mine = begun(life)
    uid = book(mine, NOON + 2 * HOUR)
    mine.do(lambda actions: actions.mocks.cancel(uid))
    pass_time(mine, NOON + DAY)
    assert told(mine) == []


def test_without_an_answer_it_asks_once_a_day_and_the_journal_is_told_once(life: Start) -> None:
    mine = begun(life)
    starts = NOON + 2 * HOUR
    uid = book(mine, starts, reminders=())
    mine.to(starts + HOUR)
    pass_time(mine, starts + HOUR + 3 * DAY - MINUTE)
    assert told(mine) == ["How was it? Graphs"] * 3
    assert [fact.mock for fact in mine.facts(facts.MockUnanswered)] == [uid]
    answer(mine, uid, "complete")
    pass_time(mine, mine.now + 2 * DAY)
    assert len(told(mine)) == 3
    mine.check_file()


def test_an_answer_within_a_day_leaves_no_line_in_the_journal(life: Start) -> None:
    mine = begun(life)
    uid = book(mine, NOON + HOUR, reminders=())
    pass_time(mine, NOON + HOUR + DAY)
    answer(mine, uid, "incomplete")
    pass_time(mine, mine.now + 2 * DAY)
    assert mine.facts(facts.MockUnanswered) == []


def test_a_clock_that_nobody_vouched_for_writes_no_line_against_the_person(life: Start) -> None:
    mine = life(start=NOON)
    mine.adopt()
    book(mine, NOON + HOUR, reminders=())
    mine.to(NOON + 5 * DAY)
    mine.engine.remind()
    assert mine.facts(facts.MockUnanswered) == []
    assert timedelta(0) < mine.engine.now() - NOON
