"""What a contract owes on a day, what an edit of it means, and what is no contract at all."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given

from exitzero.core.blocking import Blocking, Window
from exitzero.core.contract import (
    DEFAULT_RUNGS,
    EVERY_WEEKDAY,
    Change,
    Clause,
    Counting,
    CountingRule,
    Direction,
    RungRule,
    Terms,
    apply,
    changes,
    check,
    check_rest_days,
    counting_words,
    propose,
    target_words,
)
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput, ExitZeroError
from exitzero.core.observation import Difficulty
from exitzero.core.words import ClauseKind, Quota
from tests.core.strategies import TODAY, terms

TIGHTER, NEUTRAL, LOOSER = Direction.TIGHTER, Direction.NEUTRAL, Direction.LOOSER
LEETCODE = Clause(ClauseKind.LEETCODE, 3, "ada")
WEEKLY = replace(LEETCODE, quota=Quota.WEEKLY)
TERMS = Terms((LEETCODE,))
WEEKLY_TERMS = Terms((WEEKLY,))
WORKING_DAYS = frozenset(range(5))


def of(clause: Clause, /, **changed: object) -> Terms:
    """The contract of one clause, with that much changed in it."""
    return Terms((replace(clause, **changed),))  # type: ignore[arg-type]


def counted(rule: CountingRule, minimum: Difficulty | None = None, days: int = 30) -> Terms:
    """The contract whose clause counts like that."""
    return of(LEETCODE, counting=Counting(rule, minimum, days))


SHORT_WEEK, SHORT_WEEKLY = of(LEETCODE, weekdays=WORKING_DAYS), of(WEEKLY, weekdays=WORKING_DAYS)
COUNTING = ("leetcode", "counting")


@pytest.mark.parametrize(
    ("before", "after", "key", "direction"),
    [
        (TERMS, of(LEETCODE, target=4), ("leetcode", "target"), TIGHTER),
        (TERMS, of(LEETCODE, target=2), ("leetcode", "target"), LOOSER),
        # A week lets a day slip, however large the number.
        (TERMS, of(LEETCODE, target=99, quota=Quota.WEEKLY), ("leetcode", "target"), LOOSER),
        (WEEKLY_TERMS, of(WEEKLY, target=4), ("leetcode", "target"), TIGHTER),
        (WEEKLY_TERMS, of(WEEKLY, target=2), ("leetcode", "target"), LOOSER),
        # As much in a day as in a week is more; less would let off what tonight owes for the whole week.
        (WEEKLY_TERMS, of(LEETCODE, target=3), ("leetcode", "target"), TIGHTER),
        (WEEKLY_TERMS, of(LEETCODE, target=2), ("leetcode", "target"), LOOSER),
        (TERMS, of(LEETCODE, weight=10), ("leetcode", "weight"), NEUTRAL),
        (TERMS, of(LEETCODE, subject="grace"), ("leetcode", "subject"), LOOSER),
        (TERMS, of(LEETCODE, source="leetcode_cn"), ("leetcode", "subject"), LOOSER),
        (TERMS, of(LEETCODE, weekdays=EVERY_WEEKDAY - {6}), ("leetcode", "weekday", "6"), LOOSER),
        (SHORT_WEEK, of(LEETCODE, weekdays=WORKING_DAYS | {5}), ("leetcode", "weekday", "5"), TIGHTER),
        # Of a weekly target one more working day may put off the day that judges it.
        (SHORT_WEEKLY, of(WEEKLY, weekdays=WORKING_DAYS | {5}), ("leetcode", "weekday", "5"), LOOSER),
        (TERMS, Terms((LEETCODE, Clause(ClauseKind.MOCKS, 1))), ("mocks",), TIGHTER),
        (Terms((LEETCODE, Clause(ClauseKind.MOCKS, 1))), TERMS, ("mocks",), LOOSER),
        (TERMS, replace(TERMS, hours=Hours(deadline=time(22))), ("hours",), TIGHTER),
        (TERMS, replace(TERMS, hours=Hours(deadline=time(0))), ("hours",), LOOSER),
        # Days cut elsewhere: moved to and fro, one in three would be saved.
        (TERMS, replace(TERMS, hours=Hours(time(22), time(22, 30))), ("hours",), LOOSER),
        (TERMS, replace(TERMS, hours=Hours(time(23, 58), time(23, 59))), ("hours",), LOOSER),
        (TERMS, replace(TERMS, zone="Asia/Kolkata"), ("zone",), NEUTRAL),
        (TERMS, replace(TERMS, week_starts=6), ("week",), NEUTRAL),
        (WEEKLY_TERMS, replace(WEEKLY_TERMS, week_starts=6), ("week",), LOOSER),
        (TERMS, replace(TERMS, rest_days=frozenset({TODAY})), ("rest", "2026-03-04"), LOOSER),
        (replace(TERMS, rest_days=frozenset({TODAY})), TERMS, ("rest", "2026-03-04"), TIGHTER),
        (replace(WEEKLY_TERMS, rest_days=frozenset({TODAY})), WEEKLY_TERMS, ("rest", "2026-03-04"), LOOSER),
        (TERMS, replace(TERMS, burn=51), ("burn",), TIGHTER),
        (TERMS, replace(TERMS, burn=49), ("burn",), LOOSER),
        (TERMS, replace(TERMS, rungs=DEFAULT_RUNGS[1:]), ("rung", "warning"), LOOSER),
        (replace(TERMS, rungs=()), replace(TERMS, rungs=DEFAULT_RUNGS[:1]), ("rung", "warning"), TIGHTER),
        (TERMS, counted(CountingRule.NEW), COUNTING, TIGHTER),
        (counted(CountingRule.NEW), counted(CountingRule.REVIEW), COUNTING, LOOSER),
        (counted(CountingRule.REVIEW), counted(CountingRule.PROBLEMS), COUNTING, LOOSER),
        (counted(CountingRule.PROBLEMS), TERMS, COUNTING, LOOSER),
        (TERMS, counted(CountingRule.ANY, Difficulty.EASY), COUNTING, TIGHTER),
        (counted(CountingRule.ANY, Difficulty.HARD), counted(CountingRule.ANY, Difficulty.EASY), COUNTING, LOOSER),
        (counted(CountingRule.REVIEW, days=30), counted(CountingRule.REVIEW, days=31), COUNTING, TIGHTER),
        (counted(CountingRule.REVIEW, days=30), counted(CountingRule.REVIEW, days=29), COUNTING, LOOSER),
        (counted(CountingRule.ANY, days=30), counted(CountingRule.ANY, days=1), COUNTING, NEUTRAL),
        # Harder in one way and easier in another waits as a whole.
        (counted(CountingRule.NEW), counted(CountingRule.ANY, Difficulty.HARD), COUNTING, LOOSER),
    ],
)
def test_each_change_has_its_direction(before: Terms, after: Terms, key: tuple[str, ...], direction: Direction) -> None:
    """Every edit of one thing is one change, known as harder, easier or neither."""
    (change,) = changes(before, after)
    assert (change.key, change.direction) == (key, direction)
    assert change.before != change.after or change.key[-1] == "counting"


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (RungRule("last call", 59), RungRule("last call", 60), TIGHTER),
        (RungRule("last call", 59), RungRule("last call", 58), LOOSER),
        (RungRule("last call", 59), RungRule("last call", 59, urgent=True), TIGHTER),
        (RungRule("last call", 59, urgent=True), RungRule("last call", 59), LOOSER),
        (RungRule("last call", 59, urgent=True), RungRule("last call", 99), LOOSER),
    ],
)
def test_a_rung_that_fires_later_or_insists_less_is_weaker(old: RungRule, new: RungRule, direction: Direction) -> None:
    """A warning cannot be made harmless at once by moving it to the last minute."""
    (change,) = changes(replace(TERMS, rungs=(old,)), replace(TERMS, rungs=(new,)))
    assert (change.key, change.direction) == (("rung", "last call"), direction)
    assert change.before != change.after


def test_changes_say_what_they_do_in_words() -> None:
    """The page shows each change as a thing, what it was and what it will be."""
    wanted = Terms(
        (replace(LEETCODE, target=1, quota=Quota.WEEKLY, weekdays=WORKING_DAYS, counting=Counting(CountingRule.NEW)),),
        hours=Hours(time(4), time(2)),
        zone="Asia/Kolkata",
        week_starts=6,
        rest_days=frozenset({date(2026, 12, 24)}),
        rungs=(RungRule("warning", 60),),
        burn=5,
    )
    told = [(change.what, change.before, change.after) for change in changes(TERMS, wanted)]
    assert told == [
        ("LeetCode target", "3 a day", "1 a week"),
        ("LeetCode: what counts", "any accepted submission", "new problems only"),
        ("LeetCode on Saturday", "owed", "off"),
        ("LeetCode on Sunday", "owed", "off"),
        ("Hours of the day", "00:00 to 23:59", "04:00 to 02:00"),
        ("Time zone", "this machine's", "Asia/Kolkata"),
        ("First day of the week", "Monday", "Sunday"),
        ("Rest on Thu 24 Dec 2026", "owed", "rest"),
        ("Rung warning", "239 min before the deadline", "60 min before the deadline"),
        ("Rung alarm", "119 min before the deadline, urgent", "off"),
        ("Rung last call", "59 min before the deadline, urgent", "off"),
        ("Coins burned", "50", "5"),
    ]
    (deadline,) = changes(TERMS, replace(TERMS, hours=Hours(deadline=time(22))))
    assert (deadline.what, deadline.before, deadline.after) == ("Deadline", "23:59", "22:00")
    (account,) = changes(TERMS, of(LEETCODE, subject="grace"))
    assert (account.before, account.after) == ("ada at leetcode", "grace at leetcode")


@given(terms, terms)
def test_all_changes_together_lead_from_one_contract_to_the_other(before: Terms, after: Terms) -> None:
    """Taking an edit apart loses nothing and invents nothing."""
    found = changes(before, after)
    assert apply(before, after, found) == after
    assert (found == ()) == (before == after)
    assert len({change.key for change in found}) == len(found)


@given(terms, terms)
def test_a_change_back_is_never_as_hard(before: Terms, after: Terms) -> None:
    """Nothing is tighter both ways, or an edit to and fro would hold at once and undo itself."""
    there = {change.key: change.direction for change in changes(before, after)}
    back = {change.key: change.direction for change in changes(after, before)}
    assert there.keys() == back.keys()
    assert not any(there[key] is back[key] is TIGHTER for key in there)


@given(terms, terms)
def test_part_of_a_change_keeps_the_direction_of_its_parts(before: Terms, after: Terms) -> None:
    """Applying only what is not looser gives a contract that is not looser, whatever else was wanted."""
    harder = [change for change in changes(before, after) if change.direction is not LOOSER]
    partly = apply(before, after, harder)
    check(partly)
    assert [change for change in changes(before, partly) if change.direction is LOOSER] == []


@pytest.mark.parametrize(
    "key", [(), ("leetcode", "colour"), ("mocks", "target"), ("nonsense", "target"), ("leetcode", "target", "x")]
)
def test_a_change_that_does_not_exist_is_refused(key: tuple[str, ...]) -> None:
    """A fault in the program shows itself instead of changing nothing."""
    with pytest.raises(ValueError):  # noqa: PT011
        apply(TERMS, TERMS, [Change(key, "", "", "", NEUTRAL)])


def test_exit_code_bits_are_fixed() -> None:
    """Scripts build on the bits, so they never move."""
    assert {kind.value: kind.bit for kind in ClauseKind} == {
        "leetcode": 1,
        "outreach": 2,
        "mocks": 4,
        "focus": 8,
        "tasks": 16,
        "shutdown": 32,
    }
    assert [kind.heading for kind in ClauseKind] == ["LeetCode", "Outreach", "Mocks", "Focus", "Tasks", "Shutdown"]


def test_words_for_targets_and_counting() -> None:
    """The screen says what is owed and what counts."""
    assert target_words(LEETCODE) == "3 a day"
    assert target_words(WEEKLY) == "3 a week"
    assert counting_words(Counting(CountingRule.PROBLEMS)) == "each problem once a day"
    assert counting_words(Counting(CountingRule.REVIEW, review_after_days=9)) == "new problems and reviews after 9 days"
    hard_and_new = Counting(CountingRule.NEW, Difficulty.HARD)
    assert counting_words(hard_and_new) == "new problems only, hard or harder"
    assert hard_and_new.rule.word == "new"


def test_a_rest_day_owes_nothing_and_a_weekday_its_own_clauses() -> None:
    """What a day owes follows from its date alone."""
    mocks = Clause(ClauseKind.MOCKS, 1, weekdays=frozenset({5, 6}))
    both = Terms((LEETCODE, mocks), rest_days=frozenset({date(2026, 3, 8)}))
    assert both.owed_on(date(2026, 3, 4)) == (LEETCODE,)
    assert both.owed_on(date(2026, 3, 7)) == (LEETCODE, mocks)
    assert both.owed_on(date(2026, 3, 8)) == ()
    assert both.clause(ClauseKind.MOCKS) is mocks
    assert both.clause(ClauseKind.TASKS) is None


@given(terms)
def test_a_weekly_target_is_due_once_a_week_on_its_last_working_day(each: Terms) -> None:
    """In every week a weekly clause is judged once, unless all its days rest; a daily one on each day that has it."""
    week = each.week_of(TODAY)
    assert TODAY in week
    assert week[0].weekday() == each.week_starts
    assert [later - week[0] for later in week] == [timedelta(days=n) for n in range(7)]
    for clause in each.clauses:
        working = [label for label in week if clause in each.owed_on(label)]
        due = [label for label in week if each.is_due_on(clause, label)]
        assert due == (working if clause.quota is Quota.DAILY else working[-1:])


def test_an_earlier_week_start_moves_the_due_day() -> None:
    """A week that starts on Sunday ends on Saturday."""
    sunday_first = replace(WEEKLY_TERMS, week_starts=6)
    assert sunday_first.is_due_on(WEEKLY, date(2026, 3, 7))
    assert not sunday_first.is_due_on(WEEKLY, date(2026, 3, 8))
    assert WEEKLY_TERMS.is_due_on(WEEKLY, date(2026, 3, 8))


@given(terms)
def test_any_contract_of_the_strategies_is_one(each: Terms) -> None:
    """The contracts that these tests build are contracts, or they would prove nothing."""
    check(each)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (Terms(()), "clauses"),
        (Terms((LEETCODE, LEETCODE)), "clauses"),
        (replace(TERMS, zone="Mars/Olympus"), "zone"),
        (replace(TERMS, week_starts=7), "week"),
        (replace(TERMS, week_starts=-1), "week"),
        (replace(TERMS, burn=-1), "burn"),
        (replace(TERMS, burn=10_001), "burn"),
        (replace(TERMS, rungs=(RungRule("a", 5), RungRule("a", 6))), "rungs"),
        (replace(TERMS, rungs=(RungRule("a", 0),)), "rungs"),
        (replace(TERMS, rungs=(RungRule("a", 1441),)), "rungs"),
        (of(LEETCODE, target=0), "leetcode.target"),
        (of(LEETCODE, target=101), "leetcode.target"),
        (of(LEETCODE, weight=0), "leetcode.weight"),
        (of(LEETCODE, weight=1001), "leetcode.weight"),
        (of(LEETCODE, weekdays=frozenset()), "leetcode.weekdays"),
        (of(LEETCODE, weekdays=frozenset({7})), "leetcode.weekdays"),
        (of(LEETCODE, subject=" "), "leetcode.subject"),
        (counted(CountingRule.REVIEW, days=0), "leetcode.counting"),
        (counted(CountingRule.REVIEW, days=3651), "leetcode.counting"),
    ],
)
def test_what_is_no_contract_is_refused_at_its_field(broken: Terms, field: str) -> None:
    """A broken edit says where it is broken, in a sentence."""
    with pytest.raises(BadInput) as refusal:
        check(broken)
    assert refusal.value.field == field
    assert isinstance(refusal.value, ExitZeroError)
    assert str(refusal.value) == refusal.value.message
    assert refusal.value.message.endswith(".")


def test_a_rest_day_inside_the_horizon_is_refused_where_it_is_given() -> None:
    """It would be accepted and never come; one beyond the horizon, or planned before, is fine."""
    series = propose((), replace(TERMS, rest_days=frozenset({TODAY + timedelta(days=3)})), TODAY).versions
    planned = series[0].terms
    check_rest_days(series, replace(planned, rest_days=planned.rest_days | {TODAY + timedelta(days=7)}), TODAY)
    with pytest.raises(BadInput) as refused:
        check_rest_days(series, replace(planned, rest_days=planned.rest_days | {TODAY + timedelta(days=6)}), TODAY)
    assert refused.value.field == "rest"


SITES = Blocking(sites=frozenset({"a.fun", "b.fun"}), failed=True, rung="alarm")


def locking(**changed: object) -> Terms:
    """The contract with that much changed in its lockdown."""
    return replace(TERMS, blocking=replace(SITES, **changed))  # type: ignore[arg-type]


NINE, TEN = Window(0, time(9), time(12)), Window(0, time(10), time(13))


@pytest.mark.parametrize(
    ("before", "after", "key", "direction"),
    [
        (locking(), locking(sites=SITES.sites | {"c.fun"}), ("sites", "c.fun"), TIGHTER),
        (locking(), locking(sites=frozenset({"a.fun"})), ("sites", "b.fun"), LOOSER),
        (locking(), locking(groups=frozenset({"video"})), ("groups", "video"), TIGHTER),
        (locking(groups=frozenset({"video"})), locking(), ("groups", "video"), LOOSER),
        (locking(failed=False), locking(), ("failed",), TIGHTER),
        (locking(), locking(failed=False), ("failed",), LOOSER),
        (locking(), locking(no_mocks=True), ("no_mocks",), TIGHTER),
        (locking(no_mocks=True), locking(), ("no_mocks",), LOOSER),
        (locking(), locking(windows=frozenset({NINE})), ("windows", "0 09:00 12:00"), TIGHTER),
        (locking(windows=frozenset({NINE})), locking(), ("windows", "0 09:00 12:00"), LOOSER),
        (locking(rung=""), locking(), ("rung",), TIGHTER),
        (locking(), locking(rung=""), ("rung",), LOOSER),
        (locking(), locking(rung="warning"), ("rung",), TIGHTER),
        (locking(), locking(rung="last call"), ("rung",), LOOSER),
    ],
)
def test_each_change_of_the_lockdown_has_its_direction(
    before: Terms, after: Terms, key: tuple[str, ...], direction: Direction
) -> None:
    """More sites and causes hold at once; fewer wait for the horizon."""
    found = changes(before, after)
    assert [(change.key, change.direction) for change in found] == [(("lockdown", *key), direction)]
    assert apply(before, after, found) == after


def test_a_stretch_moved_by_an_hour_stands_twice_until_the_horizon() -> None:
    """One is added at once, the other is taken away a week later."""
    before, after = locking(windows=frozenset({NINE})), locking(windows=frozenset({TEN}))
    series = propose((), before, TODAY).versions
    proposal = propose(series, after, TODAY)
    assert [(version.effective, version.terms.blocking.windows) for version in proposal.versions] == [
        (TODAY, frozenset({NINE, TEN})),
        (TODAY + timedelta(days=7), frozenset({TEN})),
    ]


def test_a_rung_weakened_in_the_same_edit_makes_no_later_rung_look_earlier() -> None:
    """What locks from a rung two hours ahead is not moved to ten minutes at once by weakening both."""
    weak = tuple(replace(rung, minutes_before=5) if rung.name == "alarm" else rung for rung in DEFAULT_RUNGS)
    series = propose((), locking(), TODAY).versions
    now = propose(series, replace(locking(rung="last call"), rungs=weak), TODAY).versions
    assert all(version.effective >= TODAY + timedelta(days=7) for version in now), now


def test_a_rung_renamed_while_it_locks_never_leaves_the_lockdown_without_one() -> None:
    """Whatever holds on a day names a rung that its ladder has."""
    named = tuple(replace(rung, name="siren") if rung.name == "alarm" else rung for rung in DEFAULT_RUNGS)
    series = propose((), locking(), TODAY).versions
    renamed = propose(series, replace(locking(rung="siren"), rungs=named), TODAY).versions
    removed = propose(series, replace(locking(rung=""), rungs=named), TODAY).versions
    for versions in (renamed, removed):
        for version in versions:
            blocking = version.terms.blocking
            assert blocking.rung in {"", *(rung.name for rung in version.terms.rungs)}, version
    assert all(version.terms.blocking.rung for version in removed if version.effective < TODAY + timedelta(days=7))
