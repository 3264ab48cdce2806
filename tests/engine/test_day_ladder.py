"""The ladder through whole days: each rung once, only for what is proved to be missing, whatever sleeps or restarts."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from exitzero.core import facts
from exitzero.core.contract import Counting, CountingRule, RungRule
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, page, terms

Begin = Callable[..., Life]


def fired(one: Life) -> list[str]:
    """The names of the rungs that fired, in order."""
    return [fact.name for fact in one.facts(facts.RungFired)]


def missed(one: Life) -> list[str]:
    """The names of those that were missed."""
    return [fact.name for fact in one.facts(facts.RungMissed)]


def scoldings(one: Life) -> list[tuple[str, str, bool]]:
    """What the person was told."""
    return [(each.title, each.body, each.urgent) for each in one.notices if each.kind == "ladder"]


def test_each_rung_fires_once_a_day_at_its_hour_and_says_what_is_missing_and_until_when(life: Begin) -> None:
    """On two days in a row, with a restart after each rung."""
    one = life()
    one.adopt(terms(2))
    one.solve(local(DAY_ONE, "21:00"))
    one.solve(local(DAY_ONE + DAY, "21:00"))
    for label in (DAY_ONE, DAY_ONE + DAY):
        for hour in ("20:01", "22:01", "23:01", "23:30"):
            one.live(local(label, hour), every=4 * HOUR)
            one.restart()
            one.pulse()
    assert fired(one) == ["warning", "alarm", "last call"] * 2
    assert missed(one) == []
    assert [(title, urgent) for title, _, urgent in scoldings(one)][:3] == [
        ("LeetCode 0/2 missing, due 23:59", False),
        ("LeetCode 1/2 missing, due 23:59", True),
        ("LeetCode 1/2 missing, due 23:59", True),
    ]
    assert scoldings(one)[0][1] == "3 h 59 min left. Missing it burns 50 coins."
    assert scoldings(one)[2][1] == "59 min left. Missing it burns 50 coins."
    assert len({each.replaces for each in one.notices if each.kind == "ladder"}) == 2


def test_finished_work_is_never_scolded(life: Begin) -> None:
    """Nothing missing, nothing said."""
    one = life()
    one.adopt()
    one.solve()
    one.live(local(DAY_ONE, "23:58"))
    assert (fired(one), scoldings(one)) == ([], [])


def test_work_done_between_two_rungs_ends_the_scolding(life: Begin) -> None:
    """The later rungs stay quiet."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "20:30"))
    one.solve()
    one.live(local(DAY_ONE, "23:58"))
    assert fired(one) == ["warning"]


@pytest.mark.parametrize("is_off", [True, False], ids=["off", "asleep"])
def test_after_sleep_the_latest_rung_acts_and_the_earlier_are_missed(life: Begin, *, is_off: bool) -> None:
    """One word instead of three, with the time that is really left."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "15:00"))
    if is_off:
        one.off()
    one.to(local(DAY_ONE, "22:29"))
    if is_off:
        one.on()
    one.pulse()
    one.pulse()
    assert (missed(one), fired(one)) == (["warning"], ["alarm"])
    assert [body for _, body, _ in scoldings(one)] == ["1 h 30 min left. Missing it burns 50 coins."]
    today = one.ask(lambda questions: questions.today())
    assert today is not None
    assert [rung.state for rung in today.rungs] == ["missed", "fired", "coming"]


def test_a_whole_ladder_slept_through_scolds_nobody_about_a_day_that_is_over(life: Begin) -> None:
    """The next day has a ladder of its own."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "15:00"))
    one.to(local(DAY_ONE + DAY, "09:00"))
    one.pulse()
    one.pulse()
    assert (fired(one), missed(one)) == ([], [])
    assert one.state(DAY_ONE) == "failed"


def test_the_unknown_does_not_scold_and_what_turns_out_missing_is_told_then(life: Begin) -> None:
    """A rung stays due while nobody knows."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "17:00"))
    one.service.fault = page(503, "down")
    one.live(local(DAY_ONE, "22:40"))
    assert (fired(one), missed(one), scoldings(one)) == ([], [], [])
    one.service.fault = None
    one.live(local(DAY_ONE, "23:20"), every=10 * MINUTE)
    assert fired(one)[-1:] == ["last call"]
    assert sorted(fired(one) + missed(one)) == ["alarm", "last call", "warning"]


def test_a_zone_that_changes_on_the_way_moves_no_rung(life: Begin) -> None:
    """The day keeps the zone it began in."""
    one = life()
    one.adopt(terms(zone=""))
    one.live(local(DAY_ONE, "19:00"))
    one.clock.zone_name = "Asia/Tokyo"
    one.live(local(DAY_ONE, "23:58"))
    due = [fact.due for fact in one.facts(facts.RungFired)]
    assert due == [local(DAY_ONE, hour) for hour in ("20:00", "22:00", "23:00")]
    assert "due 23:59" in scoldings(one)[0][0]


@pytest.mark.parametrize("error", [3 * HOUR, -3 * HOUR], ids=["ahead", "behind"])
def test_a_turned_clock_neither_fires_a_rung_early_nor_again(life: Begin, error: timedelta) -> None:
    """Rungs go by the true time, and have fired once they have."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "20:30"))
    one.turn(error)
    one.live(local(DAY_ONE, "21:50"), every=20 * MINUTE)
    assert fired(one) == ["warning"]
    one.turn(timedelta(0))
    one.live(local(DAY_ONE, "23:58"), every=20 * MINUTE)
    assert fired(one) == ["warning", "alarm", "last call"]
    at = [fact.due for fact in one.facts(facts.RungFired)]
    assert all(early < late for early, late in pairwise(at))


def test_a_person_who_wants_no_word_gets_none_and_the_journal_keeps_it(life: Begin) -> None:
    """``notify.ladder`` is off: the rung fires all the same; verdicts are another kind."""
    one = life()
    one.adopt()
    one.do(lambda actions: actions.set_preference("notify.ladder", value=False))
    one.live(local(DAY_ONE + DAY, "00:30"))
    assert fired(one) == ["warning", "alarm", "last call"]
    assert [each.kind for each in one.notices] == ["verdict"]
    assert (one.notices[0].title, one.notices[0].urgent) == ("Day failed", True)


def test_rungs_of_ones_own_fire_at_their_own_hours(life: Begin) -> None:
    """A contract may have other rungs; one that would come before the day is no rung of it."""
    one = life()
    wanted = terms(counting=Counting(CountingRule.ANY))
    rungs = (RungRule("noon", 12 * 60 - 1), RungRule("dawn", 24 * 60), RungRule("now", 1, urgent=True))
    one.adopt(type(wanted)(clauses=wanted.clauses, zone=wanted.zone, rungs=rungs))
    one.live(local(DAY_ONE, "23:58:30"))
    assert [(fact.name, fact.due) for fact in one.facts(facts.RungFired)] == [
        ("noon", local(DAY_ONE, "12:00")),
        ("now", local(DAY_ONE, "23:58")),
    ]
