"""Coverage is arithmetic on stretches of time; a model of single minutes says what it has to come to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.spans import Span, covers, merge, subtract

START = datetime(2026, 3, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

stretches = st.builds(
    lambda first, length: Span(START + first * MINUTE, START + (first + length) * MINUTE),
    st.integers(0, 30),
    st.integers(-2, 12),
)


def minutes_of(spans: list[Span]) -> set[int]:
    """The model: every minute that lies in one of the spans."""
    return {n for n in range(60) for each in spans if START + n * MINUTE in each}


@given(st.lists(stretches))
def test_merging_keeps_the_cover_and_leaves_gaps_only(spans: list[Span]) -> None:
    """Merged spans cover the same minutes, rise, and do not touch."""
    merged = merge(spans)
    assert minutes_of(list(merged)) == minutes_of(spans)
    assert all(each.start < each.end for each in merged)
    assert all(left.end < right.start for left, right in pairwise(merged))
    assert merge(merged) == merged


@given(st.lists(stretches), stretches)
def test_covered_means_every_minute(spans: list[Span], wanted: Span) -> None:
    """A span is covered exactly if each of its minutes is."""
    assert covers(spans, wanted) == (minutes_of([wanted]) <= minutes_of(spans))


@given(st.lists(stretches), st.lists(stretches))
def test_subtracting_leaves_what_was_not_known(spans: list[Span], known: list[Span]) -> None:
    """What is newly covered is every minute that was not, in rising spans that are not empty."""
    new = subtract(spans, known)
    assert minutes_of(list(new)) == minutes_of(spans) - minutes_of(known)
    assert all(each.start < each.end for each in new)
    assert all(left.end <= right.start for left, right in pairwise(new))


def test_a_span_holds_its_start_and_not_its_end() -> None:
    """Spans that touch share no instant, and a span holds instants only."""
    span = Span(START, START + MINUTE)
    assert START in span
    assert START + MINUTE not in span
    assert "noon" not in span
