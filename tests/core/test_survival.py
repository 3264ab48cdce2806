"""How a day stands: one share, one word, one exit code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.finding import Finding
from exitzero.core.survival import Survival, exit_code, survey
from exitzero.core.words import ClauseKind, ClauseState, Standing

MET, NOT_MET, UNKNOWN = ClauseState.MET, ClauseState.NOT_MET, ClauseState.UNKNOWN


def finding(kind: str, state: ClauseState, count: int, target: int, *, weight: int = 50, due: bool = True) -> Finding:
    """A clause of that kind in that state."""
    return Finding(ClauseKind(kind), state, count, target, weight, "word", "Words.", due=due)


@st.composite
def findings(draw: st.DrawFn) -> list[Finding]:
    """What may be found of a day's clauses."""
    found = []
    for kind in draw(st.lists(st.sampled_from(ClauseKind), unique=True)):
        target = draw(st.integers(1, 5))
        count = draw(st.integers(0, 7))
        state = MET if count >= target else draw(st.sampled_from([NOT_MET, UNKNOWN]))
        weight, due = draw(st.integers(1, 100)), draw(st.booleans())
        found.append(finding(kind, state, count, target, weight=weight, due=due))
    return found


def test_the_share_is_weighted_and_rounded_down() -> None:
    """Two of five outreaches at weight 30 and LeetCode done at weight 70 are 82 percent."""
    both = [finding("leetcode", MET, 1, 1, weight=70), finding("outreach", NOT_MET, 2, 5, weight=30)]
    assert survey(both, closed=False) == Survival(Standing.AT_RISK, 82, 2)
    third = [finding("leetcode", NOT_MET, 2, 3)]
    assert survey(third, closed=False).percent == 66


@pytest.mark.parametrize(
    ("states", "running", "closed", "code"),
    [
        ([MET, MET], Standing.SAFE, Standing.SAFE, 0),
        ([NOT_MET, MET], Standing.AT_RISK, Standing.FAILED, 1),
        ([MET, NOT_MET], Standing.AT_RISK, Standing.FAILED, 2),
        ([NOT_MET, NOT_MET], Standing.AT_RISK, Standing.FAILED, 3),
        ([UNKNOWN, MET], Standing.UNKNOWN, Standing.UNKNOWN, 69),
        # Something is missing for certain: a running day says so, a closed one waits for the source.
        ([UNKNOWN, NOT_MET], Standing.AT_RISK, Standing.UNKNOWN, 69),
        ([], Standing.REST, Standing.REST, 0),
    ],
)
def test_the_word_of_the_day(states: list[ClauseState], running: Standing, closed: Standing, code: int) -> None:
    """One word says how the day stands, before its deadline and after."""
    kinds = ["leetcode", "outreach"]
    found = [finding(kind, state, 1 if state is MET else 0, 1) for kind, state in zip(kinds, states, strict=False)]
    assert (survey(found, closed=False).standing, survey(found, closed=False).exit_code) == (running, code)
    assert (survey(found, closed=True).standing, survey(found, closed=True).exit_code) == (closed, code)


@pytest.mark.parametrize("state", [NOT_MET, UNKNOWN])
def test_a_weekly_clause_that_is_not_due_fails_nothing(state: ClauseState) -> None:
    """It is shown in the share, and the day is safe."""
    found = [finding("leetcode", MET, 1, 1), finding("mocks", state, 0, 1, due=False)]
    assert survey(found, closed=True) == Survival(Standing.SAFE, 50, 0)


@given(findings(), st.booleans())
def test_the_exit_code_says_which_clauses_failed(found: list[Finding], closed: bool) -> None:
    """Zero is success, 69 is unknown, else each failed clause has its bit and no other bit is set."""
    due = [each for each in found if each.due]
    code = exit_code(found)
    if any(each.state is UNKNOWN for each in due):
        assert code == 69
    else:
        assert [kind for kind in ClauseKind if code & kind.bit] == sorted(
            (each.kind for each in due if each.state is NOT_MET), key=lambda kind: kind.bit
        )
        assert 0 <= code < 64
    seen = survey(found, closed=closed)
    assert seen.exit_code == code
    assert (seen.standing in (Standing.SAFE, Standing.REST)) == (code == 0)
    assert 0 <= seen.percent <= 100
    assert (seen.percent == 100) == all(each.state is MET for each in found)
