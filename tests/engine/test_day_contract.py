"""The contract through whole days: what holds when, who may be excused, what a day costs and what comes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from itertools import pairwise

import pytest

from exitzero.core import facts
from exitzero.core.contract import Clause, Terms
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind, Quota
from exitzero.engine.actions import Actions
from tests.engine.kit import BERLIN, DAY, DAY_ONE, HOUR, MINUTE, USER, Life, local, page, terms

Begin = Callable[..., Life]


def to_next_morning(one: Life) -> None:
    """Sleep to eight o'clock on the next day and see what the night brought."""
    one.to(local(one.now.date() + DAY, "08:00"))
    one.pulse()
    one.pulse()


def test_tightening_judges_today(life: Begin) -> None:
    """One of two is no success."""
    one = life()
    one.adopt()
    one.solve()
    one.pulse()
    one.adopt(terms(2))
    to_next_morning(one)
    assert [(fact.outcome, fact.contract) for fact in one.facts(facts.DayJudged)] == [(Outcome.FAILED, 2)]


def test_loosening_judges_from_the_seventh_day_each_day_by_the_version_in_force(life: Begin) -> None:
    """One submission a day: six days fail, then it is enough."""
    one = life()
    one.adopt(terms(2))
    one.pulse()
    one.adopt(terms(1))
    for _ in range(9):
        one.solve(local(one.now.date(), "12:00"))
        to_next_morning(one)
    outcomes = [fact.outcome for fact in one.facts(facts.DayJudged)]
    assert outcomes == [Outcome.FAILED] * 7 + [Outcome.SUCCESS] * 2
    assert [fact.contract for fact in one.facts(facts.DayJudged)] == [1] * 7 + [2] * 2
    assert one.coins == 10 - 7 * 50 + 2 * 10
    one.check_file()


def test_two_edits_do_not_get_round_the_horizon(life: Begin) -> None:
    """Tightening and taking it back leaves the tighter one in force for a week."""
    one = life()
    one.adopt(terms(1))
    one.pulse()
    one.adopt(terms(3))
    one.adopt(terms(1))
    one.solve()
    to_next_morning(one)
    assert one.state(DAY_ONE) == "failed"


def test_a_wrong_name_is_put_right_at_once_and_a_right_one_is_not_exchanged(life: Begin) -> None:
    """Somebody else's busy account is no way out of today."""
    one = life()
    mistyped = Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject="adda"),), zone=BERLIN)
    one.adopt(mistyped)
    one.pulse()
    assert one.facts(facts.SourceFailed)[-1].reason == "unknown_user"
    one.adopt()
    one.solve()
    to_next_morning(one)
    assert one.state(DAY_ONE) == "success"
    one.adopt(Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject="grace"),), zone=BERLIN))
    page_now = one.ask(lambda questions: questions.contract())
    assert page_now is not None
    assert page_now.current.terms.clauses[0].subject == USER
    assert [change.effective for change in page_now.pending] == [DAY_ONE + 8 * DAY]


def test_an_earlier_deadline_holds_today_and_a_later_one_next_week(life: Begin) -> None:
    """Work at 22:00 is late for a day that is due at 21:00."""
    one = life()
    one.adopt()
    one.solve(local(DAY_ONE, "22:00"))
    one.pulse()
    one.adopt(replace(terms(), hours=Hours(deadline=time(21, 0))))
    today = one.day(DAY_ONE)
    assert (today.deadline, today.closes) == (local(DAY_ONE, "21:00"), local(DAY_ONE, "21:01"))
    one.adopt(terms())
    assert one.day(DAY_ONE).deadline == local(DAY_ONE, "21:00")
    one.live(local(DAY_ONE, "21:30"), every=4 * HOUR)
    assert one.state(DAY_ONE) == "failed"
    to_next_morning(one)
    assert one.day(DAY_ONE + DAY).deadline == local(DAY_ONE + DAY, "21:00")


def test_a_deadline_is_not_moved_under_ones_feet(life: Begin) -> None:
    """Half an hour of notice, or it begins tomorrow."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "20:45"), every=4 * HOUR)
    one.adopt(replace(terms(), hours=Hours(deadline=time(21, 0))))
    assert one.day(DAY_ONE).deadline == local(DAY_ONE, "23:59")
    to_next_morning(one)
    assert one.day(DAY_ONE + DAY).deadline == local(DAY_ONE + DAY, "21:00")


def test_a_change_after_the_verdict_leaves_the_judged_day_alone(life: Begin) -> None:
    """The day ends at midnight, but was judged at its deadline."""
    one = life()
    early = replace(terms(), hours=Hours(deadline=time(18, 0)))
    one.adopt(early)
    one.solve()
    one.live(local(DAY_ONE, "19:00"))
    assert one.state(DAY_ONE) == "success"
    one.adopt(replace(early, clauses=terms(3).clauses))
    assert one.facts(facts.ContractAdopted)[-1].effective == DAY_ONE + DAY
    assert one.state(DAY_ONE) == "success"


def test_a_rest_day_owes_nothing_and_scolds_nobody(life: Begin) -> None:
    """Planned beyond the horizon, judged as rest."""
    one = life()
    one.adopt()
    rest = DAY_ONE + 8 * DAY
    one.adopt(replace(terms(), rest_days=frozenset({rest})))
    with pytest.raises(BadInput):
        one.adopt(replace(terms(), rest_days=frozenset({rest, DAY_ONE + DAY})))
    for _ in range(8):
        one.solve(local(one.now.date(), "12:00"))
        to_next_morning(one)
    rungs = len(one.facts(facts.RungFired))
    one.live(local(rest + DAY, "01:00"), every=6 * HOUR)
    verdict = one.facts(facts.DayJudged)[-1]
    assert (verdict.label, verdict.outcome, verdict.exit_code) == (rest, Outcome.REST, 0)
    assert len(one.facts(facts.RungFired)) == rungs
    assert one.day(rest).coins == 0
    assert one.tally([]).is_clean


def test_the_emergency_pass_excuses_one_day_a_month_at_its_price_and_stays_visible(life: Begin) -> None:
    """No rung fires any more, no coins burn, and the second is refused."""
    one = life()
    one.adopt()
    one.pulse()
    with pytest.raises(BadInput):
        one.do(lambda actions: actions.use_pass("  "))
    one.do(lambda actions: actions.use_pass("hospital"))
    one.live(local(DAY_ONE + DAY, "01:00"), every=6 * HOUR)
    assert [fact.outcome for fact in one.facts(facts.DayJudged)] == [Outcome.EXCUSED]
    assert one.facts(facts.RungFired) == []
    assert one.coins == 10 - 25
    assert one.day(DAY_ONE).excused == "hospital"
    with pytest.raises(BadInput, match="pass was used"):
        one.do(lambda actions: actions.use_pass("again"))
    with pytest.raises(BadInput, match="verdict"):
        one.do(lambda actions: actions.use_pass("again", DAY_ONE))
    assert one.coins == 10 - 25


def test_an_override_needs_an_outage_and_gives_the_coins_back(life: Begin) -> None:
    """It is a success that says of itself that it was declared."""
    one = life()
    one.adopt()
    to_next_morning(one)
    assert one.state(DAY_ONE) == "failed"
    with pytest.raises(BadInput, match="source was down"):
        one.do(lambda actions: actions.override(DAY_ONE, "I did work"))
    one.live(local(DAY_ONE + DAY, "18:00"))
    one.service.fault = page(503, "down")
    one.live(local(DAY_ONE + DAY, "19:00"), every=30 * MINUTE)
    one.service.fault = None
    to_next_morning(one)
    second = DAY_ONE + DAY
    assert one.state(second) == "failed"
    assert one.coins == 10 - 100
    with pytest.raises(BadInput):
        one.do(lambda actions: actions.override(second, " "))
    one.do(lambda actions: actions.override(second, "worked while it was down"))
    one.pulse()
    assert one.coins == 10 - 50
    shown = one.day(second)
    assert (shown.state, shown.exit_code, shown.overridden) == ("success", 0, "worked while it was down")
    assert "overridden" in shown.verdict_words
    year = {day.label: day for day in one.ask(lambda questions: questions.year()).days}
    assert year[second].overridden
    with pytest.raises(BadInput):
        one.do(lambda actions: actions.override(second, "twice"))
    one.restart()
    one.pulse()
    assert one.coins == 10 - 50
    one.check_file()


def test_a_held_day_can_be_overridden_and_is_not_judged_again(life: Begin) -> None:
    """The person need not wait for a source that stays away."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "18:00"))
    one.service.fault = page(503, "down")
    one.live(local(DAY_ONE + DAY, "09:00"), every=2 * HOUR)
    assert one.state(DAY_ONE) == "held"
    one.do(lambda actions: actions.override(DAY_ONE, "it is down"))
    one.service.fault = None
    to_next_morning(one)
    assert one.state(DAY_ONE) == "success"
    assert [fact.label for fact in one.facts(facts.DayJudged)] == [DAY_ONE + DAY]
    assert one.coins == 10 - 50


@pytest.mark.parametrize(("hour", "coins"), [("19:58", 10 - 50), ("20:00", 10)], ids=["long enough", "too short"])
def test_a_first_day_too_short_to_do_anything_costs_nothing(life: Begin, hour: str, coins: int) -> None:
    """It fails all the same, and says why it is spared."""
    one = life(start=local(DAY_ONE, hour))
    one.adopt()
    one.live(local(DAY_ONE + DAY, "01:00"))
    assert one.state(DAY_ONE) == "failed"
    assert one.coins == coins
    assert bool(one.day(DAY_ONE).spared) == (coins == 10)


def test_a_bet_is_placed_in_the_morning_on_unfinished_work_with_coins_that_are_there(life: Begin) -> None:
    """And once a day."""
    one = life()
    one.adopt()
    one.pulse()
    for amount, why in ((0, "at least"), (11, "You have 10")):
        with pytest.raises(BadInput, match=why):
            one.do(partial(Actions.place_bet, amount=amount))
    one.do(lambda actions: actions.place_bet(6))
    with pytest.raises(BadInput, match="already"):
        one.do(lambda actions: actions.place_bet(1))
    assert one.coins == 4
    one.solve()
    to_next_morning(one)
    assert one.coins == 4 + 10 + 6 + 3
    one.solve()
    one.engine.check_now()
    with pytest.raises(BadInput, match="proved"):
        one.do(lambda actions: actions.place_bet(1))
    one.to(local(DAY_ONE + 2 * DAY, "12:30"))
    one.pulse()
    with pytest.raises(BadInput, match="morning"):
        one.do(lambda actions: actions.place_bet(1))


@pytest.mark.parametrize(
    ("end", "coins"), [("failed", 10 - 6 - 50), ("excused", 10 - 25), ("spared", 10)], ids=["lost", "pass", "spared"]
)
def test_a_bet_is_lost_with_its_day_and_comes_back_from_one_that_was_not_played(
    life: Begin, end: str, coins: int
) -> None:
    """Without a bonus."""
    one = life(start=local(DAY_ONE, "03:00"))
    one.adopt(replace(terms(), hours=Hours(deadline=time(6, 30) if end == "spared" else time(23, 59))))
    one.pulse()
    one.do(lambda actions: actions.place_bet(6))
    if end == "excused":
        one.do(lambda actions: actions.use_pass("ill"))
    one.live(local(DAY_ONE + DAY, "01:00"), every=8 * HOUR)
    assert one.coins == coins
    one.restart()
    one.pulse()
    assert one.coins == coins


def test_evidence_that_comes_late_corrects_the_verdict_and_gives_back_what_it_took(life: Begin) -> None:
    """A submission that the source showed hours too late still counts for its own day."""
    one = life()
    one.adopt()
    one.pulse()
    one.do(lambda actions: actions.place_bet(4))
    one.live(local(DAY_ONE + DAY, "01:00"), every=8 * HOUR)
    assert (one.state(DAY_ONE), one.coins) == ("failed", 10 - 4 - 50)
    one.solve(local(DAY_ONE, "22:00"))
    one.live(local(DAY_ONE + DAY, "08:00"), every=2 * HOUR)
    for _ in range(3):
        one.restart()
        one.pulse()
    shown = one.day(DAY_ONE)
    assert (shown.state, shown.exit_code, shown.corrected) == ("success", 0, True)
    assert len(one.facts(facts.VerdictCorrected)) == 1
    assert one.coins == 10 - 4 - 50 + 50 + 10 + 4 + 2
    assert [each.title for each in one.notices if each.kind == "verdict"] == ["Day failed", "Verdict corrected"]
    one.check_file()


def test_a_week_is_judged_on_its_last_working_day_by_all_that_was_done_in_it(life: Begin) -> None:
    """A weekly target: five in the first week, none in the second."""
    monday = DAY_ONE - 2 * DAY
    one = life(start=local(monday, "08:00"))
    one.adopt(terms(5, quota=Quota.WEEKLY))
    for number in range(14):
        if number in {0, 2, 3, 4, 5}:
            one.solve(local(one.now.date(), "12:00"))
        to_next_morning(one)
    verdicts = {fact.label: fact.outcome for fact in one.facts(facts.DayJudged)}
    sundays = [monday + 6 * DAY, monday + 13 * DAY]
    assert [verdicts[label] for label in sundays] == [Outcome.SUCCESS, Outcome.FAILED]
    assert all(outcome is Outcome.REST for label, outcome in verdicts.items() if label not in sundays)


def test_days_follow_one_another_without_gap_or_overlap_through_all_these_changes(life: Begin) -> None:
    """Zone, hours and machine change; every instant belongs to one day."""
    one = life()
    one.adopt(terms(zone=""))
    for zone in ("Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/Berlin", "Asia/Kathmandu"):
        one.clock.zone_name = zone
        one.to(one.now + 2 * DAY)
        one.pulse()
        one.adopt(replace(terms(zone=""), hours=Hours(starts=time(len(zone) % 5, 0), deadline=time(3, 30))))
    one.to(one.now + 20 * DAY)
    one.pulse()
    days = [fact.day for fact in one.facts(facts.DayOpened)]
    assert all(before.ends == after.starts and before.label < after.label for before, after in pairwise(days))
    assert all(timedelta(hours=12) <= day.ends - day.starts <= timedelta(hours=48) for day in days)
