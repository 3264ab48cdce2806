"""No edit makes a day within seven days easier, however many edits there are and whatever they undo."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.core.contract import (
    HORIZON,
    Clause,
    ContractVersion,
    Direction,
    RungRule,
    Terms,
    changes,
    in_force,
    propose,
)
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput
from exitzero.core.words import ClauseKind, Quota
from tests.core.strategies import TODAY, terms

DAY = timedelta(days=1)
CLAUSE = Clause(ClauseKind.LEETCODE, 3, "ada")
TERMS = Terms((CLAUSE,))
FIRST = ContractVersion(1, TODAY - 30 * DAY, TERMS)

Series = tuple[ContractVersion, ...]


def targeting(target: int, base: Terms = TERMS) -> Terms:
    """The contract with another LeetCode target."""
    return replace(base, clauses=(replace(base.clauses[0], target=target),))


def terms_on(series: Series, label: date) -> Terms:
    """What judges that day."""
    version = in_force(series, label)
    assert version is not None
    return version.terms


def target_on(series: Series, label: date) -> int:
    """How much LeetCode that day owes."""
    return terms_on(series, label).clauses[0].target


def edited(series: Series, wanted: Terms, today: date, *, unproved_subject: bool = False) -> Series:
    """The contract after one more edit."""
    return (*series, *propose(series, wanted, today, unproved_subject=unproved_subject).versions)


edits = st.lists(st.tuples(st.integers(0, 4), terms), min_size=1, max_size=5)


@settings(max_examples=80)
@given(terms, edits)
def test_no_sequence_of_edits_loosens_a_day_within_the_horizon(first: Terms, plan: list[tuple[int, Terms]]) -> None:
    """After each edit every day of the coming week is at least as hard as it was just before."""
    series: Series = (ContractVersion(1, TODAY - DAY, first),)
    today = TODAY
    for wait, wanted in plan:
        today += wait * DAY
        after = edited(series, wanted, today)
        for n in range(HORIZON.days):
            label = today + n * DAY
            eased = [
                change
                for change in changes(terms_on(series, label), terms_on(after, label))
                if change.direction is Direction.LOOSER
            ]
            assert eased == [], f"{label} was made easier on {today}"
        assert terms_on(after, today - DAY) == terms_on(series, today - DAY)
        series = after


@settings(max_examples=80)
@given(terms, edits)
def test_in_the_end_every_edit_gets_what_it_asked_for(first: Terms, plan: list[tuple[int, Terms]]) -> None:
    """A week after the last edit the contract is the one that was wanted then."""
    series: Series = (ContractVersion(1, TODAY - DAY, first),)
    today = TODAY
    for wait, wanted in plan:
        today += wait * DAY
        series = edited(series, wanted, today)
    assert terms_on(series, today + HORIZON) == plan[-1][1]
    assert sorted({version.number for version in series}) == [version.number for version in series]


@given(terms, st.lists(st.tuples(st.integers(0, 4), terms), max_size=3))
def test_asking_again_for_the_same_adds_nothing(first: Terms, plan: list[tuple[int, Terms]]) -> None:
    """Saving a contract page twice is one edit, also on a later day."""
    series: Series = (ContractVersion(1, TODAY - DAY, first),)
    today = TODAY
    for wait, wanted in plan:
        today += wait * DAY
        series = edited(series, wanted, today)
    wanted = terms_on(series, today + HORIZON)
    for later in (today, today + DAY, today + 5 * DAY):
        again = propose(series, wanted, later)
        assert again.versions == ()
        assert again.changes == ()


@given(terms, terms)
def test_what_a_proposal_says_is_what_it_does(first: Terms, wanted: Terms) -> None:
    """Each change is told with the first day that it judges, and not a day sooner."""
    series: Series = (ContractVersion(1, TODAY - DAY, first),)
    proposal = propose(series, wanted, TODAY)
    assert {change.key for change, _ in proposal.changes} == {change.key for change in changes(first, wanted)}
    for change, since in proposal.changes:
        assert since == change.effective(TODAY)
        for label in (TODAY, TODAY + DAY, TODAY + HORIZON - DAY, TODAY + HORIZON):
            still = {each.key for each in changes(terms_on((*series, *proposal.versions), label), wanted)}
            assert (change.key in still) == (label < since)


def test_tighter_holds_today() -> None:
    """More work can be promised for tonight."""
    series = edited((FIRST,), targeting(5), TODAY)
    assert [target_on(series, TODAY + n * DAY) for n in (-1, 0, 1, 7)] == [3, 5, 5, 5]


def test_looser_holds_after_exactly_seven_days() -> None:
    """Six days later the old target still judges, on the seventh the new one."""
    series = edited((FIRST,), targeting(1), TODAY)
    assert [target_on(series, TODAY + n * DAY) for n in (0, 1, 6, 7)] == [3, 3, 3, 1]


def test_neutral_holds_tomorrow() -> None:
    """The day that runs keeps its rules even where nothing gets easier."""
    series = edited((FIRST,), replace(TERMS, zone="Asia/Kolkata"), TODAY)
    assert [terms_on(series, TODAY + n * DAY).zone for n in (0, 1)] == ["", "Asia/Kolkata"]


def test_one_edit_with_three_directions_is_taken_apart() -> None:
    """Each part of an edit has its own day."""
    wanted = replace(targeting(1), burn=80, zone="UTC")
    proposal = propose((FIRST,), wanted, TODAY)
    assert {change.key: since for change, since in proposal.changes} == {
        ("burn",): TODAY,
        ("zone",): TODAY + DAY,
        ("leetcode", "target"): TODAY + HORIZON,
    }
    assert [version.effective for version in proposal.versions] == [TODAY, TODAY + DAY, TODAY + HORIZON]


def test_a_waiting_change_keeps_its_date_through_another_edit() -> None:
    """An edit of something else neither hastens nor delays what waits already."""
    waiting = edited((FIRST,), targeting(1), TODAY)
    series = edited(waiting, replace(targeting(1), burn=80), TODAY + 3 * DAY)
    assert [target_on(series, TODAY + n * DAY) for n in (3, 6, 7, 10)] == [3, 3, 1, 1]
    assert [terms_on(series, TODAY + n * DAY).burn for n in (2, 3, 7)] == [50, 80, 80]


def test_a_waiting_change_can_be_called_off() -> None:
    """Wanting the old target again cancels the easier one before it ever holds."""
    series = edited(edited((FIRST,), targeting(1), TODAY), TERMS, TODAY + 3 * DAY)
    assert {target_on(series, TODAY + n * DAY) for n in range(20)} == {3}


def test_a_waiting_change_that_is_made_even_easier_waits_anew_for_the_rest() -> None:
    """What was promised a week ago comes on its day; what was added comes a week after it was added."""
    series = edited(edited((FIRST,), targeting(2), TODAY), targeting(1), TODAY + 6 * DAY)
    assert [target_on(series, TODAY + n * DAY) for n in (6, 7, 12, 13)] == [3, 2, 2, 1]


@pytest.mark.parametrize(
    ("first", "detour", "goal"),
    [
        # Remove the clause, and take it back smaller.
        (TERMS, Terms((Clause(ClauseKind.MOCKS, 1, source="calendar"),)), targeting(1)),
        # Up and down again.
        (TERMS, targeting(9), targeting(1)),
        # By way of another quota.
        (TERMS, Terms((replace(CLAUSE, quota=Quota.WEEKLY, target=9),)), targeting(1)),
        (Terms((replace(CLAUSE, quota=Quota.WEEKLY),)), targeting(3), targeting(1)),
        # By way of other hours.
        (
            replace(TERMS, hours=Hours(deadline=time(20))),
            replace(TERMS, hours=Hours(time(4), time(3, 59))),
            replace(TERMS, hours=Hours(deadline=time(23, 59))),
        ),
        # A rung taken away and put back at the last minute.
        (TERMS, replace(TERMS, rungs=()), replace(TERMS, rungs=(RungRule("last call", 1),))),
    ],
)
def test_two_edits_do_not_get_round_the_week(first: Terms, detour: Terms, goal: Terms) -> None:
    """Whatever the detour, no day within a week of the second edit is easier than the first contract made it."""
    start = ContractVersion(1, TODAY - DAY, first)
    series = edited(edited((start,), detour, TODAY), goal, TODAY)
    for n in range(7):
        now = terms_on(series, TODAY + n * DAY)
        assert all(change.direction is not Direction.LOOSER for change in changes(first, now))
    assert terms_on(series, TODAY + HORIZON) == goal


def test_the_week_that_runs_cannot_be_let_off_by_a_daily_target() -> None:
    """On the last evening of a week with nothing done, one a day instead of seven a week is no way out."""
    weekly = Terms((replace(CLAUSE, target=7, quota=Quota.WEEKLY),))
    sunday = date(2026, 3, 8)
    series = edited((ContractVersion(1, TODAY - DAY, weekly),), targeting(1), sunday)
    owed = terms_on(series, sunday).clauses[0]
    assert (owed.quota, owed.target) == (Quota.WEEKLY, 7)
    assert terms_on(series, sunday).is_due_on(owed, sunday)


def test_a_judging_day_cannot_be_put_off_day_by_day() -> None:
    """Adding Saturday on Friday evening leaves Friday the day that judges the week."""
    clause = replace(CLAUSE, quota=Quota.WEEKLY, weekdays=frozenset(range(5)))
    friday = date(2026, 3, 6)
    wanted = Terms((replace(clause, weekdays=frozenset(range(6))),))
    series = edited((ContractVersion(1, TODAY - DAY, Terms((clause,))),), wanted, friday)
    assert terms_on(series, friday).is_due_on(terms_on(series, friday).clauses[0], friday)


def test_a_rest_day_within_the_week_comes_too_late() -> None:
    """Rest is planned beyond the horizon: tomorrow's rest is refused by its own date, that of next week holds."""
    soon, later = TODAY + DAY, TODAY + HORIZON
    series = edited((FIRST,), replace(TERMS, rest_days=frozenset({soon, later})), TODAY)
    assert terms_on(series, soon).owed_on(soon) == TERMS.clauses
    assert terms_on(series, later).owed_on(later) == ()


def test_a_name_that_never_answered_is_put_right_at_once() -> None:
    """A mistyped account is no way out, so it need not wait; one that answered before does."""
    wanted = Terms((replace(CLAUSE, subject="grace"),))
    at_once = edited((FIRST,), wanted, TODAY, unproved_subject=True)
    assert terms_on(at_once, TODAY).clauses[0].subject == "grace"
    waits = edited((FIRST,), wanted, TODAY)
    assert [terms_on(waits, TODAY + n * DAY).clauses[0].subject for n in (0, 6, 7)] == ["ada", "ada", "grace"]


def test_the_first_contract_holds_today() -> None:
    """With no contract before there is nothing to loosen."""
    proposal = propose((), TERMS, TODAY)
    assert proposal.versions == (ContractVersion(1, TODAY, TERMS),)
    assert proposal.changes == ()
    assert in_force(proposal.versions, TODAY - DAY) is None


def test_a_contract_that_begins_later_can_be_edited_before() -> None:
    """Days before the first version stay free, and the edit holds from its beginning."""
    begins = ContractVersion(1, TODAY + 3 * DAY, TERMS)
    series = edited((begins,), targeting(5), TODAY)
    assert in_force(series, TODAY + 2 * DAY) is None
    assert target_on(series, TODAY + 3 * DAY) == 5


def test_the_last_adopted_version_of_a_day_judges_it() -> None:
    """Two edits on one day: the later one counts."""
    versions = (FIRST, ContractVersion(2, TODAY, targeting(4)), ContractVersion(3, TODAY, targeting(6)))
    for order in (versions, versions[::-1]):
        assert target_on(order, TODAY) == 6


def test_what_is_no_contract_is_not_proposed() -> None:
    """A broken edit changes nothing and says why."""
    with pytest.raises(BadInput):
        propose((FIRST,), targeting(0), TODAY)
