"""The ladder: each rung once a day, also after sleep, and only while something is proved to be missing."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.contract import DEFAULT_RUNGS, RungRule
from exitzero.core.day import Hours, day_at, tightened
from exitzero.core.finding import Finding
from exitzero.core.ladder import due_rungs, rungs_of
from exitzero.core.words import ClauseKind, ClauseState
from tests.core.strategies import at, minutes

DAY = day_at(at("2026-03-04 12:00"), Hours(), "UTC")
MISSING = [Finding(ClauseKind.LEETCODE, ClauseState.NOT_MET, 0, 1, 50, "missing", "")]


def fires(clock: str, fired: frozenset[str] = frozenset()) -> list[str]:
    """The rungs that fire at that time of the day."""
    return [rung.name for rung in due_rungs(DAY, DEFAULT_RUNGS, MISSING, fired, at(f"2026-03-04 {clock}"))]


def test_the_default_ladder_stands_at_eight_ten_and_eleven() -> None:
    """The rungs count back from a deadline at 23:59."""
    assert [(rung.name, f"{rung.due:%H:%M}", rung.urgent) for rung in rungs_of(DAY, DEFAULT_RUNGS)] == [
        ("warning", "20:00", False),
        ("alarm", "22:00", True),
        ("last call", "23:00", True),
    ]


@pytest.mark.parametrize(
    ("clock", "names"),
    [
        ("19:59", []),
        ("20:00", ["warning"]),
        ("22:00", ["warning", "alarm"]),
        ("23:59", ["warning", "alarm", "last call"]),
    ],
)
def test_after_sleep_all_that_came_due_is_told_and_the_last_acts(clock: str, names: list[str]) -> None:
    """Whoever opens the lid at ten gets the alarm, with the warning before it as missed."""
    assert fires(clock) == names


def test_a_rung_fires_once_a_day() -> None:
    """What has fired, or was told as missed, does not come again that day."""
    assert fires("22:30", frozenset({"warning"})) == ["alarm"]
    assert fires("22:30", frozenset({"warning", "alarm"})) == []


@pytest.mark.parametrize("state", [ClauseState.MET, ClauseState.UNKNOWN])
def test_what_is_met_or_unknown_does_not_scold(state: ClauseState) -> None:
    """A rung waits until something is proved to be missing, and stays due meanwhile."""
    found = [Finding(ClauseKind.LEETCODE, state, 0, 1, 50, "word", "")]
    now = at("2026-03-04 22:00")
    assert due_rungs(DAY, DEFAULT_RUNGS, found, (), now) == ()
    assert len(due_rungs(DAY, DEFAULT_RUNGS, [*found, *MISSING], (), now)) == 2


def test_a_weekly_clause_before_its_day_does_not_scold() -> None:
    """What is not due tonight is not missing tonight."""
    later = [Finding(ClauseKind.MOCKS, ClauseState.NOT_MET, 0, 1, 50, "missing", "", due=False)]
    assert due_rungs(DAY, DEFAULT_RUNGS, later, (), at("2026-03-04 23:00")) == ()


def test_no_rung_outside_its_day() -> None:
    """Before the day and once it has closed, the ladder is silent."""
    assert due_rungs(DAY, [RungRule("early", 1439)], MISSING, (), DAY.starts - timedelta(seconds=1)) == ()
    assert due_rungs(DAY, DEFAULT_RUNGS, MISSING, (), DAY.closes) == ()
    assert rungs_of(DAY, [RungRule("early", 1440)]) == ()


def test_the_ladder_moves_with_a_tightened_deadline() -> None:
    """Due at 22:00, the last call stands at 21:01."""
    earlier = tightened(DAY, Hours(deadline=time(22)))
    assert rungs_of(earlier, DEFAULT_RUNGS)[-1].due == at("2026-03-04 21:01")


moments = st.lists(st.integers(0, 1600), min_size=1, max_size=30)


@given(moments, st.lists(st.integers(1, 1440), min_size=1, max_size=5, unique=True))
def test_however_the_clock_runs_each_rung_fires_at_most_once(times: list[int], before: list[int]) -> None:
    """Looks at any times, also back and forth as by a changed clock, fire no rung twice and none too early."""
    rules = [RungRule(str(n), n) for n in before]
    fired: list[tuple[str, datetime]] = []
    for n in times:
        now = DAY.starts + minutes(n)
        fired += [(rung.name, now) for rung in due_rungs(DAY, rules, MISSING, {name for name, _ in fired}, now)]
    assert len({name for name, _ in fired}) == len(fired)
    due = {rung.name: rung.due for rung in rungs_of(DAY, rules)}
    assert all(due[name] <= now < DAY.closes for name, now in fired)


@given(st.lists(st.integers(0, 1439), max_size=20))
def test_one_look_finds_what_many_looks_find(times: list[int]) -> None:
    """Advancing in one step fires the same rungs in the same order as advancing in many."""
    many: list[str] = []
    for n in [*sorted(times), 1439]:
        many += [rung.name for rung in due_rungs(DAY, DEFAULT_RUNGS, MISSING, many, DAY.starts + minutes(n))]
    once = [rung.name for rung in due_rungs(DAY, DEFAULT_RUNGS, MISSING, (), DAY.starts + minutes(1439))]
    assert many == once
