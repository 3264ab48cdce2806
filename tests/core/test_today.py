"""Today in one record and one sentence."""

from dataclasses import replace

import pytest

from exitzero.core.today import ClauseView, SourceView, Today, summary
from exitzero.core.topics import Topic
from exitzero.core.words import ClauseKind, ClauseState, Quota, Standing
from tests.core.strategies import TODAY, at, minutes

MET, NOT_MET, UNKNOWN = ClauseState.MET, ClauseState.NOT_MET, ClauseState.UNKNOWN
MIDNIGHT = at("2026-03-04 00:00")


def clause(kind: ClauseKind, state: ClauseState, *, due: bool = True) -> ClauseView:
    """A clause of today."""
    return ClauseView(
        kind=kind,
        heading=kind.heading,
        state=state,
        count=int(state is MET),
        target=1,
        weight=50,
        fraction=0.0,
        reason="word",
        words="Words.",
        due=due,
        at_least=False,
        quota=Quota.DAILY,
        source="leetcode",
        subject="ada",
    )


def today(*clauses: ClauseView, standing: Standing = Standing.SAFE, exit_code: int = 0) -> Today:
    """A running day with those clauses."""
    return Today(
        written_at=MIDNIGHT,
        valid_until=MIDNIGHT + minutes(5),
        label=TODAY,
        zone="UTC",
        starts=MIDNIGHT,
        deadline=MIDNIGHT + minutes(1439),
        closes=MIDNIGHT + minutes(1440),
        ends=MIDNIGHT + minutes(1440),
        contract=1,
        standing=standing,
        percent=0,
        exit_code=exit_code,
        clauses=clauses,
        rungs=(),
        sources=(),
        stakes=(),
        streak=0,
        best_streak=0,
        coins=10,
        debt=0,
        bet=0,
        bet_until=None,
    )


DONE = clause(ClauseKind.LEETCODE, MET)
SHORT = clause(ClauseKind.OUTREACH, NOT_MET)
IN_DOUBT = clause(ClauseKind.FOCUS, UNKNOWN)


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (today(DONE), "Every clause is met. Judged now, today exits 0."),
        (today(DONE, SHORT, exit_code=2), "Outreach 0 of 1. Judged now, today exits 2."),
        (today(DONE, IN_DOUBT, exit_code=69), "Focus 0 of 1, not certain. Judged now, today exits 69."),
        (
            today(SHORT, IN_DOUBT, exit_code=69),
            "Outreach 0 of 1; focus 0 of 1, not certain. Judged now, today exits 69.",
        ),
        (today(standing=Standing.REST), "Nothing is owed today. It exits 0."),
    ],
)
def test_a_running_day_says_what_is_missing_and_what_it_would_exit_with(record: Today, sentence: str) -> None:
    """The sentence beside the figure."""
    assert summary(record) == sentence


@pytest.mark.parametrize("outcome", ["success", "failed", "rest", "excused", "unproved"])
def test_a_judged_day_says_how_it_ended(outcome: str) -> None:
    """Every outcome has its words, and an override or a correction is marked."""
    record = replace(today(SHORT, exit_code=2), outcome=outcome)
    assert summary(record).endswith(". It exits 2.")
    assert summary(replace(record, overridden="reason")).endswith(" (overridden). It exits 2.")
    assert summary(replace(record, corrected=True)).endswith(" (corrected). It exits 2.")


def test_what_is_not_due_is_neither_missing_nor_in_doubt() -> None:
    """A weekly clause before its day is no matter of today."""
    record = today(SHORT, IN_DOUBT, clause(ClauseKind.MOCKS, NOT_MET, due=False))
    assert (record.missing, record.unknown) == ((SHORT,), (IN_DOUBT,))


def test_one_stand_in_marks_the_whole_day() -> None:
    """A day that rests on anything but the service itself says so."""
    real = SourceView("leetcode", "ada", "LeetCode", None, None)
    assert replace(today(DONE), sources=(real,)).official
    assert not replace(today(DONE), sources=(real, replace(real, official=False))).official


def test_topics_are_known_by_their_own_words() -> None:
    """A topic's word is its name, so that a log line and the code say the same."""
    assert all(topic.value == topic.name.lower() for topic in Topic)
