"""What failing costs and a good record earns: bounds that hold for every history, and the numbers themselves."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.core.verdict import Outcome
from exitzero.work.stakes import rules
from exitzero.work.stakes.rules import Charge, JudgedDay, Record, Streak

TODAY = date(2025, 6, 15)
F, S, REST = Outcome.FAILED, Outcome.SUCCESS, Outcome.REST

outcomes = st.lists(st.sampled_from(Outcome), max_size=45)
amounts = st.integers(0, 100_000)


def before(*days: Outcome) -> dict[date, Outcome]:
    """A history whose last day was yesterday."""
    return {TODAY - timedelta(days=len(days) - i): day for i, day in enumerate(days)}


def bad_field(call: object, **arguments: int) -> str:
    """The field that a refused input names."""
    assert callable(call)
    with pytest.raises(BadInput) as caught:
        call(**arguments)
    return caught.value.field


# ---------------------------------------------------------------------------------------------- charges


def test_what_may_have_been_charged_counts_as_charged() -> None:
    """Unknown ones and those still to come count; those that surely did not happen, and other months, do not."""
    charges = [
        Charge(date(2025, 6, 1), 500, happened=True),
        Charge(date(2025, 6, 30), 700, happened=None),
        Charge(date(2025, 6, 2), 900, happened=False),
        Charge(date(2025, 5, 31), 1100, happened=True),
        Charge(date(2024, 6, 1), 1300, happened=True),
    ]
    assert rules.charged(charges, TODAY) == 1200


@pytest.mark.parametrize(
    ("cents", "already", "ceiling", "left"),
    [
        (500, 0, 2000, 500),
        (500, 1500, 2000, 500),
        (500, 1600, 2000, 400),
        (500, 1900, 2000, 100),
        (500, 1901, 2000, 0),
        (500, 2000, 2000, 0),
        (500, 2500, 2000, 0),
        (500, 0, 0, 0),
        (99, 0, 2000, 0),
    ],
)
def test_the_last_charge_of_a_month_is_cut_to_what_is_left(cents: int, already: int, ceiling: int, left: int) -> None:
    """And is left out where less is left than can be charged."""
    assert rules.chargeable(cents, already=already, ceiling=ceiling) == left


@given(st.lists(st.tuples(st.integers(-500, 5000), st.sampled_from([True, None, False]))), st.integers(0, 10_000))
def test_no_row_of_charges_passes_the_ceiling(wanted: list[tuple[int, bool | None]], ceiling: int) -> None:
    """Whatever is ordered in a month, and whatever becomes of it."""
    charges: list[Charge] = []
    for cents, happened in wanted:
        allowed = rules.chargeable(cents, already=rules.charged(charges, TODAY), ceiling=ceiling)
        assert allowed == 0 or rules.LEAST_CHARGE <= allowed <= cents
        charges.append(Charge(TODAY, allowed, happened))
    assert sum(charge.cents for charge in charges if charge.happened is not False) <= ceiling


# ---------------------------------------------------------------------------------------------- growing stakes


@given(outcomes, amounts, amounts)
def test_a_stake_is_never_below_its_base_and_never_above_its_cap(days: list[Outcome], base: int, more: int) -> None:
    """For every history."""
    assert base <= rules.stake(base, before(*days), TODAY, cap=base + more) <= base + more


@given(outcomes, st.data(), amounts, amounts)
def test_one_more_failure_never_makes_it_cheaper(
    days: list[Outcome], data: st.DataObject, base: int, more: int
) -> None:
    """Whichever day it is that failed instead."""
    if not days:
        return
    at = data.draw(st.integers(0, len(days) - 1))
    worse = [*days[:at], F, *days[at + 1 :]]
    cheap, dear = (rules.stake(base, before(*each), TODAY, cap=base + more) for each in (days, worse))
    assert cheap <= dear


@given(outcomes, outcomes)
def test_nothing_but_played_days_moves_it(days: list[Outcome], others: list[Outcome]) -> None:
    """Rest days, excused days and days nobody could vouch for make no failure dearer or cheaper."""
    quiet = [day if day in {F, S} else REST for day in days]
    assert rules.step(before(*days), TODAY) == rules.step(before(*quiet), TODAY)
    later = {TODAY + timedelta(days=i): day for i, day in enumerate(others)}
    assert rules.step(before(*days) | later, TODAY) == rules.step(before(*days), TODAY)


@pytest.mark.parametrize(
    ("days", "step"),
    [
        ((), 0),
        ((S,) * 30, 0),
        ((F,), 1),
        ((F, F), 2),
        ((F, S, F), 2),
        ((F,) * 4, 4),
        ((F,) * 20, 4),
        ((F, *(S,) * 6), 1),
        ((F, *(S,) * 7), 0),
        ((F, F, *(S,) * 7), 1),
        ((F, F, *(S,) * 14), 0),
        ((F, *(S,) * 4, REST, REST, *(S,) * 2), 1),
        ((F, *(S,) * 4, REST, REST, *(S,) * 3), 0),
        ((F, *(REST,) * 20), 1),
        ((F, *(S,) * 6, F, *(S,) * 6), 2),
        ((*(F,) * 20, *(S,) * 7), 3),
        ((F, *(REST,) * 29), 1),
        ((F, *(REST,) * 30), 0),
    ],
)
def test_failures_raise_it_and_clean_weeks_lower_it(days: tuple[Outcome, ...], step: int) -> None:
    """One step for each failure in 30 days, one back for seven successes with no failure between."""
    assert rules.step(before(*days), TODAY) == step


@pytest.mark.parametrize(("failures", "cents"), [(0, 500), (1, 750), (2, 1000), (3, 1500), (4, 1800), (9, 1800)])
def test_the_price_of_five_dollars_grows_to_its_cap(failures: int, cents: int) -> None:
    """The first failure costs what was agreed."""
    assert rules.stake(500, before(*(F,) * failures), TODAY, cap=1800) == cents


def test_without_growing_stakes_every_failure_costs_the_same() -> None:
    """They are off until switched on."""
    assert rules.stake(500, before(*(F,) * 9), TODAY, cap=None) == 500


def test_a_cap_below_the_stake_is_refused() -> None:
    """It would make a failure cheaper than agreed."""
    assert bad_field(rules.check_cap, base=500, cap=499) == "cap"
    assert bad_field(rules.check_cap, base=-1, cap=5) == "stake"
    rules.check_cap(500, 500)


# ---------------------------------------------------------------------------------------------- streak and freeze


@pytest.mark.parametrize(
    ("days", "bonus"), [(-1, 0), (0, 0), (6, 0), (7, 1), (13, 1), (14, 2), (69, 9), (70, 10), (71, 10), (1000, 10)]
)
def test_each_week_of_streak_earns_a_coin_a_day_up_to_ten(days: int, bonus: int) -> None:
    """The bonus never grows without end."""
    assert rules.streak_bonus(days) == bonus


def test_a_freeze_keeps_the_streak_and_adds_nothing_to_it() -> None:
    """Success, failure with and without a freeze, and days that were not played."""
    streak = Streak()
    for outcome in (S, S, REST, Outcome.EXCUSED, Outcome.UNPROVED, S):
        streak = streak.after(outcome)
    assert streak == Streak(3, 3)
    assert streak.after(F) == Streak(0, 3)
    frozen = streak.after(F, freeze=True)
    assert frozen == Streak(3, 3, frozen=True)
    assert frozen.after(S) == Streak(4, 4)
    assert Streak().after(F, freeze=True) == Streak()


@given(outcomes)
def test_the_best_streak_is_never_below_the_present_one(days: list[Outcome]) -> None:
    """And never falls."""
    streak = Streak()
    for outcome in days:
        then, streak = streak, streak.after(outcome)
        assert streak.best >= max(streak.days, then.best)


def test_the_oldest_freeze_bought_before_the_day_is_used() -> None:
    """One bought on the failed day is too late, and without a streak none is wasted."""
    yesterday, earlier = TODAY - timedelta(days=1), TODAY - timedelta(days=40)
    assert rules.freeze_for(TODAY, [yesterday, earlier], streak=3) == earlier
    assert rules.freeze_for(TODAY, [yesterday], streak=3) == yesterday
    assert rules.freeze_for(TODAY, [TODAY], streak=3) is None
    assert rules.freeze_for(TODAY, [], streak=3) is None
    assert rules.freeze_for(TODAY, [yesterday], streak=0) is None


def test_a_freeze_is_paid_in_full_and_two_are_held_at_most() -> None:
    """No debt is made for comfort."""
    rules.check_freeze(coins=rules.FREEZE_PRICE, held=1)
    assert bad_field(rules.check_freeze, coins=rules.FREEZE_PRICE - 1, held=0) == "freeze"
    assert bad_field(rules.check_freeze, coins=10_000, held=2) == "freeze"
    assert rules.freeze_key(1) != rules.freeze_key(2)


# ---------------------------------------------------------------------------------------------- badges


def judged(*days: Outcome, start: date = date(2025, 6, 1)) -> list[JudgedDay]:
    """Days in a row."""
    return [JudgedDay(start + timedelta(days=i), day) for i, day in enumerate(days)]


def names(of: Record) -> set[str]:
    """The badges of a record by name."""
    return {badge.name for badge in rules.badges(of)}


def test_an_empty_record_earns_nothing() -> None:
    """Nothing is given for being here."""
    assert rules.record([], submissions=0) == Record()
    assert names(Record()) == set()


def test_a_record_is_read_from_judged_days_in_any_order() -> None:
    """Successes, the best streak, and a success after a failure with a rest between."""
    days = judged(S, S, S, F, REST, S, S)
    expected = Record(successes=5, best_streak=3, submissions=9, comebacks=1)
    assert rules.record(days, submissions=9) == expected
    assert rules.record(reversed(days), submissions=9) == expected
    frozen = [replace(day, freeze=day.outcome is F) for day in days]
    assert rules.record(frozen, submissions=9).best_streak == 5


def test_a_day_set_by_hand_earns_no_badge() -> None:
    """It counts for nothing here, and does not break the streak either."""
    days = [replace(day, by_hand=True, bet_won=True, margin=timedelta(0)) for day in judged(S)]
    assert rules.record(days, submissions=0) == Record()
    mixed = judged(S, F, S)
    mixed[1:2] = [replace(mixed[1], outcome=S, by_hand=True)]
    assert rules.record(mixed, submissions=0).best_streak == 2
    after_failure = judged(F, S)
    after_failure[1:] = [replace(after_failure[1], by_hand=True)]
    assert rules.record(after_failure, submissions=0).comebacks == 0


def test_a_month_is_known_only_when_every_day_of_it_was() -> None:
    """One day that had to wait, or is missing, is enough to lose it."""
    june = judged(*(S,) * 20, *(F,) * 5, *(REST,) * 5)
    assert rules.record(june, submissions=0).known_months == 1
    assert rules.record(june[1:], submissions=0).known_months == 0
    assert rules.record([replace(june[0], was_unknown=True), *june[1:]], submissions=0).known_months == 0
    leap = judged(*(S,) * 29, start=date(2024, 2, 1))
    assert rules.record(leap, submissions=0).known_months == 1
    assert rules.record(leap[:28], submissions=0).known_months == 0


@pytest.mark.parametrize(
    ("margin", "outcome", "saves"),
    [
        (timedelta(0), S, 1),
        (timedelta(minutes=10), S, 1),
        (timedelta(minutes=10, seconds=1), S, 0),
        (timedelta(seconds=-1), S, 0),
        (None, S, 0),
        (timedelta(minutes=5), F, 0),
    ],
)
def test_the_last_ten_minutes_end_with_the_deadline(margin: timedelta | None, outcome: Outcome, saves: int) -> None:
    """By the source's own time, and only for a day that was saved."""
    assert rules.record([JudgedDay(TODAY, outcome, margin=margin)], submissions=0).late_saves == saves


@pytest.mark.parametrize("badge", rules.BADGES, ids=lambda badge: badge.name)
def test_each_badge_is_earned_at_its_number_and_not_before(badge: rules.Badge) -> None:
    """By one number of the record alone."""
    high = Record(*(10_000 for _ in fields(Record)))
    (name,) = [field.name for field in fields(Record) if badge.number(replace(high, **{field.name: 0})) == 0]
    just, short = (Record(**{name: number}) for number in (badge.needs, badge.needs - 1))
    assert badge.earned(just)
    assert not badge.earned(short)
    assert (badge.progress(high), badge.progress(short)) == (badge.needs, badge.needs - 1)


@given(st.builds(Record, *[st.integers(0, 500)] * 7), st.builds(Record, *[st.integers(0, 500)] * 7))
def test_a_longer_record_never_loses_a_badge(one: Record, other: Record) -> None:
    """Each number can only add."""
    both = Record(*(max(getattr(one, field.name), getattr(other, field.name)) for field in fields(Record)))
    assert names(one) | names(other) == names(both)


def test_badges_have_one_name_each() -> None:
    """A name is for ever."""
    assert len({badge.name for badge in rules.BADGES}) == len(rules.BADGES)


# ---------------------------------------------------------------------------------------------- themes


@pytest.mark.parametrize(("coins", "count"), [(-50, 1), (0, 1), (99, 1), (100, 2), (250, 3), (999, 4), (1000, 5)])
def test_a_balance_unlocks_themes_in_their_order(coins: int, count: int) -> None:
    """The first is everybody's, in debt too."""
    assert rules.themes(coins) == rules.THEMES[:count]
    assert [theme.coins for theme in rules.THEMES] == sorted({theme.coins for theme in rules.THEMES})
