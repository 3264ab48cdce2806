"""Two sides of a mock in one: nothing that only one side changed is lost, and what both changed is named."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exitzero.work.mocks.merge import NAMES, Fields, merged

AT = datetime(2026, 6, 10, 16, tzinfo=UTC)
HOURS = st.integers(0, 2).map(lambda hours: (AT + timedelta(hours=hours), AT + timedelta(hours=hours + 1)))
WORDS = st.sampled_from(["", "a", "b"])
FIELDS = st.builds(Fields, HOURS, WORDS, WORDS, WORDS, st.sampled_from([(), (10,), (60, 10)]))


@given(FIELDS, FIELDS, FIELDS)
def test_what_one_side_changed_wins_and_what_both_changed_is_named(base: Fields, mine: Fields, theirs: Fields) -> None:
    result, clashing = merged(base, mine, theirs)
    for name in NAMES:
        was, here, there, now = (getattr(each, name) for each in (base, mine, theirs, result))
        if here == there:
            assert now == here
            assert name not in clashing
        elif here == was:
            assert now == there
        elif there == was:
            assert now == here
        else:
            assert name in clashing
            assert now == here


@given(FIELDS, FIELDS)
def test_without_a_common_past_whatever_differs_clashes(mine: Fields, theirs: Fields) -> None:
    result, clashing = merged(None, mine, theirs)
    assert result == mine
    assert set(clashing) == {name for name in NAMES if getattr(mine, name) != getattr(theirs, name)}
