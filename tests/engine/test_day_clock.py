"""The clock through the whole engine: a wrong one is found, told once, gone by, and leaves nothing behind."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from exitzero.core import facts
from exitzero.core.verdict import Outcome
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, terms
from tests.servers.misbehaving import How, Reply

Begin = Callable[..., Life]


def hung_up(_good: Reply) -> Reply:
    """No network."""
    return Reply(how=How.HANG_UP)


@pytest.mark.parametrize("error", [DAY, -DAY, 3 * MINUTE], ids=["ahead", "behind", "by minutes"])
def test_a_jump_is_written_once_and_does_not_move_the_day(life: Begin, error: timedelta) -> None:
    """The reckoning goes on over the monotonic clock, so the deadline stays where it was."""
    one = life()
    one.adopt()
    one.pulse()
    one.turn(error)
    one.to(one.now + MINUTE)
    for _ in range(5):
        one.pulse()
        assert one.engine.now() == one.now
        one.to(one.now + MINUTE)
    assert [round(fact.seconds / 60) for fact in one.facts(facts.ClockJumped)] == [error / MINUTE]
    assert [fact.label for fact in one.facts(facts.DayOpened)] == [DAY_ONE]


def test_judgement_pauses_after_a_jump_until_a_source_tells_the_time(life: Begin) -> None:
    """A clock turned past a deadline that is not proved to be past judges nothing; the first answer lets it fall."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "23:58"), every=8 * HOUR)
    one.service.fault = hung_up
    one.turn(DAY)
    one.to(local(DAY_ONE + DAY, "00:30"))
    one.pulse()
    assert "moved" in one.engine.clock_doubt
    assert one.facts(facts.DayJudged) == []
    assert one.state(DAY_ONE) == "held"
    one.service.fault = None
    one.to(local(DAY_ONE + DAY, "01:30"))
    one.pulse()
    assert [fact.outcome for fact in one.facts(facts.DayJudged)] == [Outcome.FAILED]


def test_a_clock_turned_back_before_the_deadline_wins_no_time(life: Begin) -> None:
    """Work after the deadline is late, whatever this machine's clock says then."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "23:50"), every=8 * HOUR)
    one.turn(-2 * HOUR)
    one.to(local(DAY_ONE + DAY, "00:05"))
    one.solve()
    one.live(local(DAY_ONE + DAY, "01:00"))
    assert one.state(DAY_ONE) == "failed"


@pytest.mark.parametrize("error", [5 * HOUR, -5 * HOUR], ids=["ahead", "behind"])
def test_a_clock_wrong_from_the_start_is_found_once_and_the_sources_time_gone_by(life: Begin, error: timedelta) -> None:
    """The journal says so once, the health page for as long as it is so."""
    one = life(start=local(DAY_ONE, "12:00"), error=error)
    one.adopt()
    for _ in range(3):
        one.pulse()
        one.to(one.now + 20 * MINUTE)
    assert [fact.seconds for fact in one.facts(facts.ClockFoundWrong)] == [error.total_seconds()]
    assert one.facts(facts.ClockJumped) == []
    assert one.engine.now() == one.now
    assert "wrong" in one.engine.clock_doubt
    assert "wrong" in {item.key: item for item in one.engine.health()}["clock"].words
    today = one.ask(lambda questions: questions.today())
    assert today is not None
    assert "wrong" in today.clock_doubt
    one.turn(timedelta(0))
    one.live(local(DAY_ONE, "16:00"))
    assert one.engine.clock_doubt == ""


def test_ten_years_ahead_without_a_network_opens_no_thousand_days(life: Begin) -> None:
    """It waits to be told the time instead, and then goes on as if nothing had been."""
    one = life()
    one.adopt()
    one.solve()
    one.pulse()
    one.off()
    one.service.fault = hung_up
    one.on(error=3652 * DAY)
    assert one.engine.beat().waits_for_time
    one.pulse()
    assert len(one.facts(facts.DayOpened)) == 1
    one.off()
    one.service.fault = None
    one.on(error=timedelta(0))
    one.live(local(DAY_ONE + DAY, "01:00"), every=8 * HOUR)
    assert one.tally([DAY_ONE]).is_clean


def test_years_ahead_with_a_network_are_found_out_by_the_first_answer(life: Begin) -> None:
    """No day of those years is opened, and the next question comes when it is due by the true time."""
    one = life()
    one.adopt()
    one.pulse()
    one.off()
    one.on(error=3652 * DAY)
    one.pulse()
    asked = len(one.service.seen)
    one.to(one.now + 16 * MINUTE)
    one.pulse()
    assert len(one.service.seen) == asked + 1
    assert len(one.facts(facts.DayOpened)) == 1


def test_a_question_put_by_a_clock_that_ran_ahead_is_put_again_by_the_right_one(life: Begin) -> None:
    """Its stamp lies in the future, so no pause is counted from it; else nothing would be asked for ten years."""
    one = life()
    one.adopt()
    one.off()
    one.service.fault = hung_up
    one.on(error=20 * DAY)
    one.pulse()
    assert one.facts(facts.SourceFailed)
    one.off()
    one.service.fault = None
    one.on(error=timedelta(0))
    one.pulse()
    assert one.facts(facts.SourcePolled)


def test_a_contract_made_by_a_clock_a_day_behind_owes_nothing_for_yesterday(life: Begin) -> None:
    """Nobody can have failed a day before there was a contract."""
    one = life(error=-DAY)
    one.adopt()
    one.solve()
    for _ in range(3):
        one.pulse()
        one.to(one.now + 20 * MINUTE)
    assert [(fact.label, bool(fact.spared)) for fact in one.facts(facts.DayJudged)] == [(DAY_ONE - DAY, True)]
    assert one.coins == 10
    one.live(local(DAY_ONE + DAY, "01:00"), every=8 * HOUR)
    assert one.state(DAY_ONE) == "success"
    one.check_file()


@pytest.mark.parametrize("error", [DAY, 40 * DAY, 400 * DAY], ids=["a day", "forty days", "a year"])
def test_a_contract_made_by_a_clock_that_runs_ahead_does_not_stop_today(life: Begin, error: timedelta) -> None:
    """Once the time is told, the days up to the one that was opened ahead are opened and judged as ever."""
    one = life(error=error)
    one.adopt()
    one.solve()
    one.pulse()
    one.pulse()
    today = one.ask(lambda questions: questions.today())
    assert today is not None
    assert today.label == DAY_ONE
    one.live(local(DAY_ONE + 3 * DAY, "01:00"), every=8 * HOUR)
    assert [one.state(DAY_ONE + n * DAY) for n in range(3)] == ["success", "failed", "failed"]
    labels = sorted(fact.label for fact in one.facts(facts.DayOpened))
    assert labels[:4] == [DAY_ONE + n * DAY for n in range(4)]
    days = [one.day(label) for label in labels[:4]]
    assert all(before.ends == after.starts for before, after in pairwise(days))
    one.check_file()


def test_days_that_a_clock_running_ahead_opened_do_not_date_the_contracts_changes(life: Begin) -> None:
    """Tightening still holds from today, not from the day that the wrong clock had reached."""
    one = life()
    one.adopt()
    one.pulse()
    one.off()
    one.service.fault = hung_up
    one.on(error=20 * DAY)
    one.pulse()
    assert len(one.facts(facts.DayOpened)) == 21
    one.off()
    one.service.fault = None
    one.on(error=timedelta(0))
    one.pulse()
    one.adopt(terms(2))
    assert one.facts(facts.ContractAdopted)[-1].effective == DAY_ONE
    one.solve()
    one.live(local(DAY_ONE + DAY, "01:00"), every=8 * HOUR)
    assert one.state(DAY_ONE) == "failed"


def test_a_clock_turned_back_does_not_bring_a_loosening_nearer(life: Begin) -> None:
    """The horizon counts from the last time that a source told, however far back the clock was set offline."""
    one = life()
    one.adopt(terms(3))
    for _ in range(8):
        one.to(one.now + DAY)
        one.pulse()
    one.off()
    one.service.fault = hung_up
    one.on(error=-7 * DAY)
    one.adopt(terms(1))
    assert one.facts(facts.ContractAdopted)[-1].effective == DAY_ONE + 15 * DAY
