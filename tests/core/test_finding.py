"""Met, not met, unknown: "not met" is a claim that needs a source to vouch for the whole time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exitzero.core.contract import Clause, Counting, CountingRule
from exitzero.core.finding import BEGINNING, SOURCE_LAG, STALE, ClauseEvidence, Finding, Trouble, find
from exitzero.core.observation import Difficulty, Observation, Tally
from exitzero.core.spans import Span
from exitzero.core.words import ClauseKind, ClauseState
from tests.core.strategies import at, minutes, row, span

MET, NOT_MET, UNKNOWN = ClauseState.MET, ClauseState.NOT_MET, ClauseState.UNKNOWN
WINDOW = span("2026-03-04 00:00", "2026-03-05 00:00")
NOON = at("2026-03-04 12:00")
AFTER = WINDOW.end + minutes(30)
CLAUSE = Clause(ClauseKind.LEETCODE, 2, "ada", weight=30)
EVER = Span(BEGINNING, AFTER)
DOWN = Trouble("network", "LeetCode could not be reached.", NOON)


def when(clock: str) -> Observation:
    """A submission of that time of the day, of a problem of its own."""
    return row(at(f"2026-03-04 {clock}"), f"problem-{clock}")


def whole(*rows: Observation) -> ClauseEvidence:
    """Evidence that is complete from before the day until after it."""
    cover = span("2026-03-03 00:00", "2026-03-05 00:20")
    return ClauseEvidence(rows, (cover,), last_good=AFTER, asked_ever=True)


def until(clock: str, *rows: Observation) -> ClauseEvidence:
    """Evidence from an answer of that time of the day."""
    asked = at(f"2026-03-04 {clock}")
    cover = Span(at("2026-03-03 00:00"), asked - SOURCE_LAG)
    return ClauseEvidence(rows, (cover,), last_good=asked, asked_ever=True)


def counting(rule: CountingRule, minimum: Difficulty | None = None, days: int = 30, target: int = 1) -> Clause:
    """A clause with that rule."""
    return replace(CLAUSE, target=target, counting=Counting(rule, minimum, days))


def outcome(clause: Clause, evidence: ClauseEvidence) -> tuple[ClauseState, int]:
    """State and proved count after the day."""
    found = find(clause, [WINDOW], evidence, AFTER)
    return found.state, found.count


def test_enough_rows_prove_the_clause() -> None:
    """As soon as the target is seen the clause is met, whatever else is in doubt."""
    rows = (when("09:00"), when("10:00"), when("11:00"))
    found = find(CLAUSE, [WINDOW], ClauseEvidence(rows, trouble=DOWN), NOON)
    assert (found.state, found.count, found.reason, found.words) == (MET, 3, "proved", "3 of 2, proved.")
    assert found.keys == tuple(each.key for each in rows)
    assert found.at_least
    assert (found.kind, found.target, found.weight, found.due) == (ClauseKind.LEETCODE, 2, 30, True)
    assert found.fraction == 1.0


@pytest.mark.parametrize("clock", ["00:00", "23:59"])
def test_the_first_and_the_last_minute_count(clock: str) -> None:
    """The day's own start and the deadline's own minute lie within."""
    assert outcome(CLAUSE, whole(when(clock))) == (NOT_MET, 1)


def test_rows_outside_the_day_do_not_count() -> None:
    """Yesterday's work and that of after the deadline are not today's."""
    outside = (row(WINDOW.start - timedelta(seconds=1)), row(WINDOW.end))
    assert outcome(CLAUSE, whole(*outside)) == (NOT_MET, 0)


def test_missing_is_said_with_its_count() -> None:
    """A running day says so far, a closed one that it closed."""
    running = find(CLAUSE, [WINDOW], until("12:00", when("09:00")), NOON, due=False)
    assert (running.state, running.reason, running.words) == (NOT_MET, "missing", "1 of 2 so far.")
    assert (running.due, running.at_least, running.fraction) == (False, False, 0.5)
    closed = find(CLAUSE, [WINDOW], whole(when("09:00")), WINDOW.end)
    assert (closed.state, closed.words) == (NOT_MET, "1 of 2 when the day closed.")


def gap_after_noon() -> ClauseEvidence:
    """Twenty rows since 14:00 hide what was done between 12:00 and 14:00."""
    spans = (span("2026-03-03 00:00", "2026-03-04 12:00"), span("2026-03-04 14:00", "2026-03-05 00:20"))
    return ClauseEvidence((when("09:00"),), spans, last_good=AFTER)


@pytest.mark.parametrize(
    ("evidence", "now", "reason"),
    [
        (ClauseEvidence(), NOON, "not_checked"),
        (replace(until("11:59"), trouble=DOWN), NOON, "network"),
        (until("10:44"), NOON, "stale"),
        (replace(gap_after_noon(), last_good=at("2026-03-04 18:00")), at("2026-03-04 18:00"), "gap"),
        (ClauseEvidence(), AFTER, "awaiting_proof"),
        (until("23:50"), AFTER, "awaiting_proof"),
        (replace(until("23:50"), last_good=WINDOW.end + SOURCE_LAG - minutes(1)), AFTER, "awaiting_proof"),
        (replace(until("23:50"), trouble=DOWN), AFTER, "network"),
        (gap_after_noon(), AFTER, "gap"),
        (replace(gap_after_noon(), trouble=DOWN), AFTER, "network"),
    ],
)
def test_short_of_proof_is_unknown_and_says_why(evidence: ClauseEvidence, now: object, reason: str) -> None:
    """Trouble, an old answer, a gap in the list or no answer from after the deadline: unknown, never "not met"."""
    found = find(CLAUSE, [WINDOW], evidence, now)  # type: ignore[arg-type]
    assert (found.state, found.reason) == (UNKNOWN, reason)
    assert found.at_least
    assert found.words


def test_an_answer_speaks_for_the_present_until_it_is_stale() -> None:
    """Seventy-five minutes are believed, a second more is not."""
    evidence = until("10:00")
    assert find(CLAUSE, [WINDOW], evidence, at("2026-03-04 10:00") + STALE).state is NOT_MET
    assert find(CLAUSE, [WINDOW], evidence, at("2026-03-04 10:00") + STALE + timedelta(seconds=1)).state is UNKNOWN


def test_trouble_after_the_proof_takes_nothing_back() -> None:
    """Once the day is vouched for, a source that fails later leaves it as it is."""
    assert find(CLAUSE, [WINDOW], replace(whole(), trouble=DOWN), AFTER).state is NOT_MET


def test_a_list_of_twenty_rows_leaves_a_gap_that_more_rows_can_close() -> None:
    """Busy hours between two polls hide rows; with enough of them seen, the gap does not matter."""
    assert outcome(CLAUSE, gap_after_noon()) == (UNKNOWN, 1)
    seen = replace(gap_after_noon(), observations=(when("09:00"), when("15:00")))
    assert outcome(CLAUSE, seen) == (MET, 2)


def test_a_weekly_clause_counts_over_all_its_days_and_not_between() -> None:
    """The windows of a week count together, without the hours after each deadline."""
    windows = [span(f"2026-03-0{n} 00:00", f"2026-03-0{n} 20:00") for n in (2, 3, 4)]
    rows = [row(at(f"2026-03-0{n} {clock}"), f"{n}{clock}") for n in (2, 3, 4) for clock in ("09:00", "21:00")]
    evidence = ClauseEvidence(tuple(rows), (span("2026-03-01 00:00", "2026-03-05 00:00"),), last_good=AFTER)
    weekly = replace(CLAUSE, target=4)
    assert find(weekly, windows, evidence, AFTER).count == 3
    pieces = (span("2026-03-02 00:00", "2026-03-03 12:00"), span("2026-03-04 00:00", "2026-03-05 00:00"))
    hole = replace(evidence, covered=pieces)
    assert find(weekly, windows, hole, AFTER).state is UNKNOWN
    between = replace(evidence, covered=tuple(windows))
    assert find(weekly, windows, between, AFTER).state is NOT_MET


def test_each_submission_counts_under_any_and_each_problem_once_a_day_under_problems() -> None:
    """The same problem solved three times on a day is three submissions and one problem, and next day one more."""
    rows = [row(at(f"2026-03-0{day} 09:{n:02}")) for day in (3, 4) for n in range(3)]
    two_days = [span("2026-03-03 00:00", "2026-03-04 00:00"), WINDOW]
    evidence = whole(*rows)
    assert find(counting(CountingRule.ANY, target=9), two_days, evidence, AFTER).count == 6
    assert find(counting(CountingRule.PROBLEMS, target=9), two_days, evidence, AFTER).count == 2
    assert outcome(counting(CountingRule.PROBLEMS, target=2), evidence) == (NOT_MET, 1)


@pytest.mark.parametrize("rule", CountingRule)
def test_an_easier_problem_does_not_count_and_an_unknown_one_may(rule: CountingRule) -> None:
    """What is known as too easy is left out; what is not known yet makes the clause unknown, not failed."""
    clause = counting(rule, Difficulty.MEDIUM)
    ever = ClauseEvidence(covered=(EVER,), last_good=AFTER)

    def solved(difficulty: Difficulty | None) -> ClauseEvidence:
        return replace(ever, observations=(row(NOON, "trap", difficulty=difficulty),))

    assert outcome(clause, solved(Difficulty.EASY)) == (NOT_MET, 0)
    assert outcome(clause, solved(Difficulty.MEDIUM)) == (MET, 1)
    assert outcome(clause, solved(Difficulty.HARD)) == (MET, 1)
    unsure = find(clause, [WINDOW], solved(None), AFTER)
    assert (unsure.state, unsure.count, unsure.reason) == (UNKNOWN, 0, "undecided")
    assert unsure.words == "0 of 1 for certain. The difficulty of a problem is not known yet."


@pytest.mark.parametrize("rule", [CountingRule.ANY, CountingRule.PROBLEMS])
def test_a_difficulty_told_once_is_known_of_every_row_of_the_problem(rule: CountingRule) -> None:
    """It is the problem that is hard, so the row of the morning is told by that of yesterday."""
    rows = (row(NOON, "trap"), row(NOON - timedelta(days=1), "trap", difficulty=Difficulty.HARD))
    assert outcome(counting(rule, Difficulty.HARD), whole(*rows)) == (MET, 1)


def test_undecided_problems_count_once_a_day() -> None:
    """Two rows of one problem of unknown difficulty may be one problem at most."""
    clause = counting(CountingRule.PROBLEMS, Difficulty.HARD, target=2)
    rows = (row(NOON, "trap"), row(NOON + minutes(1), "trap"))
    assert outcome(clause, whole(*rows)) == (NOT_MET, 0)


def test_a_problem_is_new_if_the_whole_history_is_known() -> None:
    """An account with fewer rows than the list holds hides nothing."""
    clause = counting(CountingRule.NEW)
    ever = ClauseEvidence((row(NOON, "trap"),), (EVER,), last_good=AFTER)
    assert outcome(clause, ever) == (MET, 1)
    again = replace(ever, observations=(row(NOON, "trap"), row(NOON - timedelta(days=400), "trap")))
    assert outcome(clause, again) == (NOT_MET, 0)


def test_the_second_solving_on_a_day_is_not_new() -> None:
    """A new problem counts once, however often it is sent in."""
    rows = (row(NOON, "trap"), row(NOON + minutes(5), "trap"))
    evidence = ClauseEvidence(rows, (EVER,), last_good=AFTER)
    assert outcome(counting(CountingRule.NEW, target=2), evidence) == (NOT_MET, 1)


def told(*totals: tuple[str, int | None]) -> tuple[Tally, ...]:
    """The source's total of different problems at times of the day."""
    return tuple(Tally(at(f"2026-03-04 {clock}"), solved, None) for clock, solved in totals)


@pytest.mark.parametrize(
    ("items", "totals", "state"),
    [
        # One problem, and the total rose by one: it was new.
        (["12:00 trap"], [("11:00", 90), ("12:05", 91)], MET),
        # It did not rise, and had time to: it was old.
        (["12:00 trap"], [("11:00", 90), ("12:10", 90)], NOT_MET),
        # It had no time to rise, before or after: nothing is said.
        (["12:00 trap"], [("11:00", 90), ("12:09", 90)], UNKNOWN),
        (["12:00 trap"], [("11:51", 90), ("12:30", 90)], UNKNOWN),
        # The list was quicker than the total.
        (["12:00 trap"], [("11:00", 90), ("12:01", 90), ("12:06", 91)], MET),
        # One of two was new, nobody knows which: one for certain it is not, but none it may not be.
        (["12:00 trap", "12:01 tree"], [("11:00", 90), ("12:30", 91)], UNKNOWN),
        (["12:00 trap", "12:01 tree"], [("11:00", 90), ("12:30", 92)], MET),
        (["12:00 trap", "12:01 tree"], [("11:00", 90), ("12:30", 90)], NOT_MET),
        # A total that falls (a problem was withdrawn) proves nothing.
        (["12:00 trap"], [("11:00", 90), ("12:30", 89)], UNKNOWN),
        # Not told, or told once only.
        (["12:00 trap"], [("11:00", None), ("12:30", 91)], UNKNOWN),
        (["12:00 trap"], [("12:30", 91)], UNKNOWN),
        (["12:00 trap"], [("11:00", 90)], UNKNOWN),
    ],
)
def test_the_sources_total_tells_new_from_old(
    items: list[str], totals: list[tuple[str, int | None]], state: ClauseState
) -> None:
    """The total of different problems rises for new ones only, within the source's lag."""
    rows = tuple(row(at(f"2026-03-04 {each[:5]}"), each[6:]) for each in items)
    evidence = replace(whole(*rows), tallies=told(*totals))
    found = find(counting(CountingRule.NEW), [WINDOW], evidence, AFTER)
    assert found.state is state
    if state is UNKNOWN:
        assert "Whether a problem was new" in found.words


def test_a_total_over_time_that_is_not_covered_proves_no_problem_new() -> None:
    """Where rows may be missing, the total may have risen for those."""
    evidence = replace(gap_after_noon(), observations=(when("15:00"),), tallies=told(("11:00", 90), ("15:05", 91)))
    assert outcome(counting(CountingRule.NEW, target=1), evidence) == (UNKNOWN, 0)


def test_what_the_total_rose_for_is_not_used_twice() -> None:
    """One new and one old problem within minutes: the second is proved old by the first."""
    rows = (row(NOON, "trap"), row(NOON + minutes(20), "tree"))
    totals = told(("11:00", 90), ("12:15", 91), ("12:50", 91))
    evidence = replace(whole(*rows), tallies=totals)
    assert outcome(counting(CountingRule.NEW, target=2), evidence) == (NOT_MET, 1)


def test_a_new_problem_of_unknown_difficulty_is_undecided() -> None:
    """New for certain, hard perhaps."""
    evidence = replace(whole(row(NOON, "trap")), tallies=told(("11:00", 90), ("12:30", 91)))
    found = find(counting(CountingRule.NEW, Difficulty.HARD), [WINDOW], evidence, AFTER)
    assert (found.state, found.count) == (UNKNOWN, 0)
    assert "difficulty" in found.words


@pytest.mark.parametrize(
    ("days_ago", "covered_days", "state"),
    [
        (31, 40, MET),
        (30, 40, MET),
        (29, 40, NOT_MET),
        (None, 40, MET),
        (29, 1, NOT_MET),
        # A gap may hide that it was solved last week.
        (31, 20, UNKNOWN),
        (None, 20, UNKNOWN),
    ],
)
def test_a_review_counts_after_its_days(days_ago: int | None, covered_days: int, state: ClauseState) -> None:
    """A problem counts again once it has rested long enough, and the rest has to be proved."""
    rows = [row(NOON, "trap")]
    if days_ago is not None:
        rows.append(row(NOON - timedelta(days=days_ago), "trap"))
    cover = Span(WINDOW.start - timedelta(days=covered_days), AFTER)
    evidence = ClauseEvidence(tuple(rows), (cover,), last_good=AFTER)
    assert find(counting(CountingRule.REVIEW), [WINDOW], evidence, AFTER).state is state


def test_a_problem_that_the_total_proves_new_counts_as_review() -> None:
    """Whoever starts today need not wait thirty days until a new problem is believed."""
    rising = replace(whole(row(NOON, "trap")), tallies=told(("11:00", 90), ("12:30", 91)))
    assert outcome(counting(CountingRule.REVIEW), rising) == (MET, 1)
    still = replace(rising, tallies=told(("11:00", 90), ("12:30", 90)))
    assert outcome(counting(CountingRule.REVIEW), still) == (UNKNOWN, 0)


def test_reviews_a_day_apart_both_count_in_a_week() -> None:
    """With a rest of one day, the same problem on Monday and Wednesday is two reviews."""
    windows = [span(f"2026-03-0{n} 00:00", f"2026-03-0{n + 1} 00:00") for n in (2, 3, 4)]
    rows = [row(at(f"2026-03-0{n} 12:00"), "trap") for n in (1, 2, 4)] + [row(at("2026-03-04 13:00"), "trap")]
    evidence = ClauseEvidence(tuple(rows), (span("2026-02-01 00:00", "2026-03-05 00:20"),), last_good=AFTER)
    found = find(counting(CountingRule.REVIEW, days=1, target=3), windows, evidence, AFTER)
    assert (found.state, found.count) == (NOT_MET, 2)


def test_a_fraction_is_never_more_than_one() -> None:
    """Twice the target is not twice the day."""
    finding = Finding(ClauseKind.LEETCODE, MET, 6, 3, 50, "proved", "")
    assert finding.fraction == 1.0
    assert replace(finding, count=1).fraction == pytest.approx(1 / 3)
