"""Days that passed while the machine was off: each is judged by what was done on it, however late."""

from collections.abc import Callable

from exitzero.core import facts
from exitzero.core.verdict import Outcome
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, page, terms

Begin = Callable[..., Life]


def test_twelve_days_off_are_judged_by_the_submissions_own_times(life: Begin) -> None:
    """Done just before midnight, just after, twice, or not at all: every day gets its own verdict, once."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "12:00"))
    one.off()
    done = {0: ["23:59:30"], 1: ["00:00:10"], 4: ["12:00", "12:30"], 7: ["06:00"], 8: ["23:58"], 11: ["20:00"]}
    for number, hours in done.items():
        for hour in hours:
            one.solve(local(DAY_ONE + number * DAY, hour))
    one.to(local(DAY_ONE + 12 * DAY, "09:00"))
    one.on()
    one.pulse()
    one.pulse()
    labels = [DAY_ONE + number * DAY for number in range(12)]
    tally = one.tally(labels)
    assert tally.is_clean, tally.words
    assert [one.state(label) == "success" for label in labels] == [number in done for number in range(12)]
    assert one.coins == 10 + 6 * 10 - 6 * 50
    assert one.facts(facts.RungFired) == []
    assert len([each for each in one.notices if each.kind == "verdict"]) == 12
    one.restart()
    one.pulse()
    assert one.tally(labels).is_clean
    one.check_file()


def test_a_command_judges_what_is_due_in_one_call(life: Begin) -> None:
    """``exitzero judge`` asks, judges and delivers by itself."""
    one = life()
    one.adopt()
    one.engine.check_now()
    one.off()
    one.to(local(DAY_ONE + 3 * DAY, "09:00"))
    one.on()
    done = one.engine.judge()
    assert [fact.label for fact in done.verdicts] == [DAY_ONE + n * DAY for n in range(3)]
    assert one.coins == 10 - 150
    assert one.engine.judge().verdicts == []


def test_forty_days_off_with_nothing_left_to_see_are_closed_without_a_price_once_they_are_a_month_old(
    life: Begin,
) -> None:
    """What could still be proved is judged; what could not waits its thirty days and costs nothing."""
    one = life()
    one.adopt()
    one.solve()
    one.live(local(DAY_ONE, "22:00"), every=6 * HOUR)
    one.off()
    # Something on each of the days off, and more than the list holds on the last of them.
    for number in range(1, 40):
        one.solve(local(DAY_ONE + number * DAY, "12:00"), verdict="Wrong Answer")
    for number in range(25):
        one.solve(local(DAY_ONE + 39 * DAY, "18:00") + number * MINUTE)
    one.to(local(DAY_ONE + 40 * DAY, "09:00"))
    one.on()
    for _ in range(3):
        one.pulse()
        one.to(one.now + 20 * MINUTE)
    states = [one.state(DAY_ONE + number * DAY) for number in range(40)]
    assert states[0] == "success"
    assert set(states[1:10]) == {"unproved"}
    assert set(states[11:39]) == {"held"}
    assert states[39] == "success"
    verdicts = one.facts(facts.DayJudged)
    assert {fact.outcome for fact in verdicts} == {Outcome.SUCCESS, Outcome.UNPROVED}
    assert {fact.exit_code for fact in verdicts if fact.outcome is Outcome.UNPROVED} == {69}
    assert one.coins == 10 + 10 + 10
    one.check_file()


def test_an_outage_of_weeks_is_made_good_for_by_the_first_answer(life: Begin) -> None:
    """Nothing is lost as long as the list reaches back."""
    one = life()
    one.adopt(terms(2))
    one.pulse()
    one.service.fault = page(503, "down")
    for number in range(20):
        if number % 3:
            one.solve(local(DAY_ONE + number * DAY, "12:00"))
        if number in {4, 8}:
            one.solve(local(DAY_ONE + number * DAY, "13:00"))
        one.to(local(DAY_ONE + (number + 1) * DAY, "09:00"))
        one.pulse()
    assert one.facts(facts.DayJudged) == []
    assert len(one.facts(facts.DayHeld)) == 20
    assert one.coins == 10
    one.service.fault = None
    one.to(one.now + HOUR)
    one.pulse()
    labels = [DAY_ONE + number * DAY for number in range(20)]
    tally = one.tally(labels, target=2)
    assert tally.is_clean, tally.words
    one.check_file()
