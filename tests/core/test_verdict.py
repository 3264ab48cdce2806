"""The judge: the same evidence gives the same verdict, and what is unknown waits."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.day import Hours, day_at
from exitzero.core.finding import Finding
from exitzero.core.verdict import FAIR_NOTICE, PATIENCE, Outcome, Verdict, is_spared, judge
from exitzero.core.words import ClauseKind, ClauseState
from tests.core.strategies import at, minutes

DAY = day_at(at("2026-03-04 12:00"), Hours(), "UTC")


def found(kind: ClauseKind, state: ClauseState, *, due: bool = True) -> Finding:
    """A clause of one, in that state."""
    return Finding(kind, state, int(state is ClauseState.MET), 1, 50, "word", "Words.", due=due)


MET = found(ClauseKind.LEETCODE, ClauseState.MET)
MISSING = found(ClauseKind.OUTREACH, ClauseState.NOT_MET)
UNKNOWN = found(ClauseKind.FOCUS, ClauseState.UNKNOWN)
NOT_DUE = found(ClauseKind.MOCKS, ClauseState.NOT_MET, due=False)
finding_lists = st.lists(st.sampled_from([MET, MISSING, UNKNOWN, NOT_DUE]), max_size=4, unique=True)
waits = st.integers(0, 60 * 24 * 60).map(minutes)


@pytest.mark.parametrize(
    ("findings", "outcome", "code"),
    [
        ((MET,), Outcome.SUCCESS, 0),
        ((MET, MISSING), Outcome.FAILED, 2),
        ((), Outcome.REST, 0),
        ((NOT_DUE,), Outcome.REST, 0),
        ((MET, NOT_DUE), Outcome.SUCCESS, 0),
    ],
)
def test_a_closed_day_gets_its_verdict(findings: tuple[Finding, ...], outcome: Outcome, code: int) -> None:
    """Met is success, missing is failed with its bit, nothing due is rest."""
    verdict = judge(DAY, findings, DAY.closes, excused=False)
    assert verdict == Verdict(outcome, code, tuple(each for each in findings if each.due))


@given(finding_lists, st.booleans(), st.integers(1, 2000).map(minutes))
def test_no_day_is_judged_before_it_closes(findings: list[Finding], excused: bool, early: timedelta) -> None:
    """The deadline's own minute still belongs to the person."""
    assert judge(DAY, findings, DAY.closes - early, excused=excused) is None
    assert judge(DAY, findings, DAY.deadline, excused=excused) is None


@given(finding_lists, waits, waits)
def test_the_verdict_does_not_depend_on_when_it_is_asked_for(
    findings: list[Finding], first: timedelta, second: timedelta
) -> None:
    """Judged tonight or by a machine that was off for a month, a day that is known gets one verdict."""
    one = judge(DAY, findings, DAY.closes + first, excused=False)
    other = judge(DAY, findings, DAY.closes + second, excused=False)
    if UNKNOWN in findings:
        assert all(each is None or each.outcome is Outcome.UNPROVED for each in (one, other))
    else:
        assert one == other
        assert one is not None


@given(finding_lists, waits)
def test_an_unknown_waits_and_never_fails(findings: list[Finding], wait: timedelta) -> None:
    """A source that is down holds the verdict; after thirty days the day is closed without one."""
    verdict = judge(DAY, [*findings, UNKNOWN], DAY.closes + wait, excused=False)
    if wait < PATIENCE:
        assert verdict is None
    else:
        assert verdict is not None
        assert (verdict.outcome, verdict.exit_code) == (Outcome.UNPROVED, 69)


def test_patience_ends_after_exactly_thirty_days() -> None:
    """The last instant of waiting still waits."""
    ends = DAY.closes + PATIENCE
    assert judge(DAY, [UNKNOWN], ends - timedelta(microseconds=1), excused=False) is None
    assert judge(DAY, [UNKNOWN], ends, excused=False) is not None


@given(finding_lists, waits)
def test_a_pass_excuses_whatever_was_found(findings: list[Finding], wait: timedelta) -> None:
    """An emergency pass ends the day without failing, and without waiting for a source."""
    verdict = judge(DAY, findings, DAY.closes + wait, excused=True)
    assert verdict is not None
    assert (verdict.outcome, verdict.exit_code) == (Outcome.EXCUSED, 0)
    assert NOT_DUE not in verdict.findings


@pytest.mark.parametrize(
    ("began", "spared"),
    [
        (DAY.starts, False),
        (DAY.deadline - FAIR_NOTICE, False),
        (DAY.deadline - FAIR_NOTICE + timedelta(seconds=1), True),
        (DAY.deadline, True),
    ],
)
def test_a_contract_signed_late_in_the_day_costs_nothing_that_day(began: datetime, spared: bool) -> None:
    """Four hours are fair notice; with less, the first day is judged and spared."""
    assert is_spared(DAY, began) is spared
