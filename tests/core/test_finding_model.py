"""A made-up service with a short list, a lag and a total is asked now and then; what is found must never wrong anybody.

The service knows the truth. It lists the newest four submissions, is up to ten minutes late, and tells how many
different problems were ever solved. Whatever the times of the polls, "not met" must be true and must stay.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.core.contract import Clause, Counting, CountingRule
from exitzero.core.finding import BEGINNING, SOURCE_LAG, ClauseEvidence, Trouble, find
from exitzero.core.observation import Difficulty, Observation, Tally
from exitzero.core.spans import Span, covers
from exitzero.core.words import ClauseKind, ClauseState
from tests.core.strategies import at, minutes

T = TypeVar("T")

LISTED = 4
MIDNIGHT = at("2026-03-04 00:00")
WINDOW = Span(MIDNIGHT, MIDNIGHT + timedelta(days=1))
LATER = WINDOW.end + timedelta(days=30)
DIFFICULTIES = {"a": Difficulty.EASY, "b": Difficulty.EASY, "c": Difficulty.MEDIUM, "d": Difficulty.HARD}


@dataclass(frozen=True)
class Poll:
    """A question asked at a time, to a service that is so much late and has looked up difficulties or not."""

    asked: datetime
    lag: timedelta
    knows_difficulty: bool


submissions = st.lists(
    st.tuples(
        st.one_of(st.integers(-3000, -1), st.integers(0, 1439), st.integers(1380, 1500)),
        st.sampled_from(sorted(DIFFICULTIES)),
    ),
    max_size=10,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [_submitted(MIDNIGHT + minutes(n), item) for n, item in sorted(pairs)])
polls = st.lists(
    st.builds(
        Poll,
        st.one_of(st.integers(-200, 2000), st.integers(1400, 1600)).map(lambda n: MIDNIGHT + minutes(n + 0.5)),
        st.integers(0, 9).map(minutes),
        st.booleans(),
    ),
    max_size=12,
).map(lambda found: sorted(found, key=lambda poll: poll.asked))
countings = st.builds(
    Counting,
    rule=st.sampled_from(CountingRule),
    minimum=st.none() | st.sampled_from(Difficulty),
    review_after_days=st.just(1),
)


def _submitted(when: datetime, item: str) -> Observation:
    return Observation("leetcode", "ada", when.isoformat(), when, item, item, DIFFICULTIES.get(item, Difficulty.EASY))


@dataclass(frozen=True)
class Case:
    """What was done, what was done years ago and is listed no more, when it was asked for, and what is owed."""

    truth: list[Observation]
    asked: list[Poll]
    before: frozenset[str]
    counting: Counting
    target: int

    @property
    def clause(self) -> Clause:
        """The clause that is judged."""
        return Clause(ClauseKind.LEETCODE, self.target, "ada", counting=self.counting)

    @property
    def history(self) -> list[Observation]:
        """Everything ever; whoever solved something years ago solved enough since to push it off the list."""
        if not self.before:
            return self.truth
        old = [_submitted(MIDNIGHT - timedelta(days=900), item) for item in sorted(self.before)]
        since = [_submitted(MIDNIGHT - timedelta(days=800 - n), f"old-{n}") for n in range(LISTED)]
        return [*old, *since, *self.truth]

    def evidence(self, polls: int | None = None) -> ClauseEvidence:
        """All that the polls brought, or the first so many of them."""
        rows: list[Observation] = []
        cover: list[Span] = []
        tallies: list[Tally] = []
        asked = self.asked[:polls]
        for poll in asked:
            shown = [each for each in self.history if each.at <= poll.asked - poll.lag]
            listed = shown[-LISTED:]
            cover.append(Span(listed[0].at if len(listed) == LISTED else BEGINNING, poll.asked - SOURCE_LAG))
            rows += listed if poll.knows_difficulty else [replace(each, difficulty=None) for each in listed]
            tallies.append(Tally(poll.asked, len({each.item for each in shown}), len(shown)))
        last = asked[-1].asked if asked else None
        return ClauseEvidence(tuple(rows), tuple(cover), tuple(tallies), last, asked_ever=bool(asked))

    def true_count(self) -> int:
        """How many submissions of the day count, for somebody who knows everything."""
        counted = 0
        last: dict[str, datetime] = {}
        today: set[str] = set()
        for each in self.history:
            previous = last.get(each.item)
            last[each.item] = each.at
            minimum = self.counting.minimum
            hard = minimum is None or DIFFICULTIES.get(each.item, Difficulty.EASY).rank >= minimum.rank
            counts = {
                CountingRule.ANY: True,
                CountingRule.PROBLEMS: each.item not in today,
                CountingRule.NEW: previous is None,
                CountingRule.REVIEW: previous is None or each.at - previous >= timedelta(days=1),
            }[self.counting.rule]
            if each.at in WINDOW:
                today.add(each.item)
                counted += counts and hard
        return counted

    def state(self, polls: int | None = None) -> ClauseState:
        """What is found after the day."""
        return find(self.clause, [WINDOW], self.evidence(polls), LATER).state


cases = st.builds(
    Case, submissions, polls, st.frozensets(st.sampled_from(sorted(DIFFICULTIES))), countings, st.integers(1, 3)
)


@settings(max_examples=250)
@given(cases)
def test_nobody_who_did_the_work_is_found_wanting(case: Case) -> None:
    """Not met is said only where it is so, and only with the whole day covered."""
    if case.state() is ClauseState.NOT_MET:
        assert case.true_count() < case.target
        assert covers(case.evidence().covered, WINDOW)


@settings(max_examples=250)
@given(cases)
def test_nothing_is_proved_that_was_not_done(case: Case) -> None:
    """What counts was done, as long as the service's list and its total are of one moment."""
    prompt = replace(case, asked=[replace(poll, lag=minutes(0)) for poll in case.asked])
    assert find(prompt.clause, [WINDOW], prompt.evidence(), LATER).count <= prompt.true_count()


@settings(max_examples=120)
@given(cases)
def test_more_evidence_never_fails_a_day_that_was_met_nor_lifts_one_that_was_not(case: Case) -> None:
    """Poll by poll, met never turns into not met, and not met is final."""
    final = ClauseState.UNKNOWN
    for n in range(len(case.asked) + 1):
        state = case.state(n)
        assert final is ClauseState.UNKNOWN or state in (final, ClauseState.UNKNOWN)
        assert final is not ClauseState.NOT_MET or state is final
        final = state if state is not ClauseState.UNKNOWN else final


@settings(max_examples=100)
@given(cases, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(case: Case, chance: Random) -> None:
    """The same evidence in another order, or twice, gives the same finding word for word."""
    evidence = case.evidence()

    def mixed(things: tuple[T, ...]) -> tuple[T, ...]:
        twice = [*things, *things]
        chance.shuffle(twice)
        return tuple(twice)

    other = replace(
        evidence,
        observations=mixed(evidence.observations),
        covered=mixed(evidence.covered),
        tallies=mixed(evidence.tallies),
    )
    for now in (MIDNIGHT + timedelta(hours=12), LATER):
        assert find(case.clause, [WINDOW], other, now) == find(case.clause, [WINDOW], evidence, now)


@settings(max_examples=120)
@given(cases, st.lists(st.integers(1, 5000), max_size=5))
def test_what_happens_after_the_deadline_changes_no_final_finding(case: Case, later: list[int]) -> None:
    """Rows and cover of later days leave a decided day as it is."""
    evidence = case.evidence()
    full = replace(evidence, covered=(*evidence.covered, WINDOW))
    found = find(case.clause, [WINDOW], full, LATER)
    rows = tuple(_submitted(WINDOW.end + minutes(n), "a") for n in later)
    grown = replace(
        full,
        observations=(*full.observations, *rows),
        covered=(*full.covered, Span(WINDOW.end, LATER)),
        last_good=LATER,
        trouble=Trouble("network", "LeetCode could not be reached.", LATER),
    )
    again = find(case.clause, [WINDOW], grown, LATER)
    if found.state is ClauseState.NOT_MET:
        # A later row may tell how hard a problem was; what it lacks to the target it still lacks.
        assert again == found or (case.counting.minimum is not None and again.state is found.state)
    if found.state is ClauseState.MET:
        assert again.state is not ClauseState.NOT_MET


@pytest.mark.parametrize("rule", CountingRule)
def test_the_model_can_reach_every_answer(rule: CountingRule) -> None:
    """The properties above are not empty: met, not met and unknown all come out of the model."""
    every_hour = [Poll(MIDNIGHT + minutes(60 * n + 30), minutes(5), knows_difficulty=True) for n in range(26)]
    one = _submitted(MIDNIGHT + timedelta(hours=12), "d")
    done = Case([one], every_hour, frozenset(), Counting(rule, review_after_days=1), 1)
    assert done.state() is ClauseState.MET
    assert replace(done, truth=[]).state() is ClauseState.NOT_MET
    assert replace(done, truth=[], asked=every_hour[:9]).state() is ClauseState.UNKNOWN
    again = replace(done, before=frozenset({"d"}))
    assert again.state() is (ClauseState.NOT_MET if rule is CountingRule.NEW else ClauseState.MET)
