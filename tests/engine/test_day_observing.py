"""Asking LeetCode through the whole engine: what is counted, what is never claimed, how politely, and what is kept."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from exitzero.core import facts
from exitzero.core.contract import Clause, Counting, CountingRule, Terms
from exitzero.core.observation import Difficulty
from exitzero.core.today import ClauseView, Today
from exitzero.core.words import ClauseKind
from tests.engine.kit import BERLIN, DAY, DAY_ONE, HOUR, MINUTE, Fault, Life, local, page, terms
from tests.servers.misbehaving import How, Reply

Begin = Callable[..., Life]


def today(one: Life) -> Today:
    """The day that is running."""
    found = one.ask(lambda questions: questions.today())
    assert found is not None
    return found


def clause(one: Life) -> ClauseView:
    """Its LeetCode clause."""
    return today(one).clauses[0]


def seen(one: Life) -> tuple[str, int, str]:
    """State, count and reason of the LeetCode clause."""
    found = clause(one)
    return found.state, found.count, found.reason


def many(one: Life, count: int) -> None:
    """So many submissions, a minute apart, as of now."""
    for _ in range(count):
        one.to(one.now + MINUTE)
        one.solve()


def test_what_is_lost_between_two_polls_beyond_twenty_rows_is_unknown_and_the_rest_counts(life: Begin) -> None:
    """At least as many as were seen, and no claim about more."""
    one = life(start=local(DAY_ONE, "08:00"))
    one.adopt(terms(40))
    one.pulse()
    many(one, 5)
    one.engine.check_now()
    assert seen(one) == ("not_met", 5, "missing")
    many(one, 26)
    one.engine.check_now()
    assert seen(one) == ("unknown", 25, "gap")
    assert clause(one).at_least
    assert today(one).exit_code == 69


def test_polls_that_overlap_add_up_beyond_twenty(life: Begin) -> None:
    """Every submission seen is kept, so the union is exact."""
    one = life()
    one.adopt(terms(45))
    for _ in range(3):
        many(one, 15)
        one.engine.check_now()
    assert seen(one) == ("met", 45, "proved")
    assert len(one.facts(facts.ObservationRecorded)) == 45 + 3


def test_the_gap_of_one_day_does_not_spoil_the_next(life: Begin) -> None:
    """The day of the gap waits, and in the end costs nothing; the next is judged."""
    one = life()
    one.adopt(terms(30))
    one.pulse()
    many(one, 25)
    one.live(local(DAY_ONE + 2 * DAY, "01:00"), every=6 * HOUR)
    assert (one.state(DAY_ONE), one.state(DAY_ONE + DAY)) == ("held", "failed")
    one.to(local(DAY_ONE + 32 * DAY, "01:00"))
    one.pulse()
    one.pulse()
    assert one.state(DAY_ONE) == "unproved"
    assert one.day(DAY_ONE).coins == 0


def counted(rule: CountingRule, **changes: Any) -> Terms:
    """A contract with a rule of counting."""
    return terms(2, counting=Counting(rule, **changes))


def test_new_only_counts_a_problem_never_accepted_before(life: Begin) -> None:
    """An old one again is no new one, also where the list has long forgotten it and only the total tells."""
    one = life()
    one.solve(one.now - 20 * DAY, slug="known")
    for number in range(25):
        one.solve(one.now - 10 * DAY + number * MINUTE)
    one.adopt(counted(CountingRule.NEW))
    one.pulse()
    one.to(one.now + HOUR)
    one.solve(slug="known")
    one.to(one.now + HOUR)
    one.solve(slug="fresh")
    one.to(one.now + HOUR)
    one.engine.check_now()
    one.to(one.now + 30 * MINUTE)
    one.engine.check_now()
    assert (clause(one).state, clause(one).count) in {("not_met", 1), ("unknown", 1), ("unknown", 0)}
    one.live(local(DAY_ONE + DAY, "01:00"))
    assert one.state(DAY_ONE) != "success"
    one.restart()
    assert one.tally([]).is_clean


def test_new_only_is_exact_where_the_whole_history_is_known(life: Begin) -> None:
    """With fewer rows than the list holds nothing can hide."""
    one = life()
    one.adopt(counted(CountingRule.NEW))
    one.to(one.now + HOUR)
    one.solve(slug="old-5")
    one.solve(slug="a")
    one.solve(slug="a")
    one.to(one.now + HOUR)
    one.engine.check_now()
    assert seen(one) == ("not_met", 1, "missing")
    one.solve(slug="b")
    one.to(one.now + MINUTE)
    one.engine.check_now()
    assert seen(one) == ("met", 2, "proved")


def test_a_review_counts_after_its_rest(life: Begin) -> None:
    """What was accepted last week is too fresh; what was accepted last season is not."""
    one = life()
    one.solve(one.now - 7 * DAY, slug="last-week")
    one.adopt(counted(CountingRule.REVIEW, review_after_days=30))
    one.to(one.now + HOUR)
    one.solve(slug="last-week")
    one.solve(slug="old-5")
    one.to(one.now + HOUR)
    one.engine.check_now()
    assert seen(one) == ("not_met", 1, "missing")
    one.solve(slug="old-8")
    one.to(one.now + 11 * MINUTE)
    one.engine.check_now()
    assert seen(one) == ("met", 2, "proved")


def test_a_minimum_difficulty_is_looked_up_once_and_remembered_over_a_restart(life: Begin) -> None:
    """Easy problems do not count, and no problem is asked about twice."""
    one = life()
    one.adopt(counted(CountingRule.ANY, minimum=Difficulty.MEDIUM))
    one.pulse()
    one.to(one.now + HOUR)
    one.solve(slug="easy-one")
    one.solve(slug="medium-one", difficulty=Difficulty.MEDIUM)
    one.engine.check_now()
    assert seen(one) == ("not_met", 1, "missing") or seen(one)[0] == "unknown"
    one.to(one.now + 20 * MINUTE)
    one.engine.check_now()
    assert seen(one) == ("not_met", 1, "missing")
    one.restart()
    one.solve(slug="hard-one", difficulty=Difficulty.HARD)
    one.engine.check_now()
    assert seen(one) == ("met", 2, "proved")
    asked = [slug for slug in _difficulty_questions(one) if slug.endswith("-one")]
    assert sorted(asked) == ["easy-one", "hard-one", "medium-one"]
    words = {row.item: row.difficulty for row in one.day(DAY_ONE).observations}
    assert words["hard-one"] == "hard"


def _difficulty_questions(one: Life) -> list[str]:
    found: list[str] = []
    for asked in one.service.seen:
        document = asked.json()
        variables = document["variables"]
        if document["operationName"] == "exitzeroDifficulty" and isinstance(variables, dict):
            found += variables.values()
    return found


def test_a_difficulty_that_cannot_be_looked_up_is_unknown_not_easy(life: Begin) -> None:
    """The rest of the answer counts meanwhile."""
    one = life()
    one.adopt(counted(CountingRule.ANY, minimum=Difficulty.MEDIUM))
    one.pulse()
    one.solve(slug="a", difficulty=Difficulty.HARD)
    one.solve(slug="b", difficulty=Difficulty.HARD)
    one.service.fault = _without_questions
    one.to(one.now + 20 * MINUTE)
    one.engine.check_now()
    assert seen(one) == ("unknown", 0, "undecided")
    one.service.fault = None
    one.engine.check_now()
    assert seen(one) == ("met", 2, "proved")


def _without_questions(good: Reply) -> Reply:
    return Reply(503) if b'"q0"' in good.body else good


def test_an_account_whose_totals_fall_is_not_believed(life: Begin) -> None:
    """A hidden or renamed account looks like an idle one; it holds the day instead of failing it."""
    one = life()
    one.adopt()
    one.pulse()
    one.service.person.forget()
    one.live(local(DAY_ONE + DAY, "01:00"), every=6 * HOUR)
    assert {fact.reason for fact in one.facts(facts.SourceFailed)} == {"inconsistent"}
    assert one.state(DAY_ONE) == "held"
    for old in one.submitted:
        one.service.person.add(old)
    one.live(local(DAY_ONE + DAY, "04:00"), every=HOUR)
    assert one.state(DAY_ONE) == "failed"


# Manners


@pytest.mark.parametrize(
    ("fault", "reason", "pause", "may_wish"),
    [
        (page(429, "", Retry_After="5400"), "rate_limited", 90 * MINUTE, False),
        (page(403, "Just a moment..."), "blocked", 30 * MINUTE, False),
        (page(400, "{}"), "schema_changed", 6 * HOUR, False),
        (page(503, "down"), "server_error", 48 * timedelta(seconds=1), True),
        (lambda _good: Reply(how=How.HANG_UP), "network", 48 * timedelta(seconds=1), True),
    ],
    ids=["rate limit", "blocked", "schema", "server error", "network"],
)
def test_a_pause_is_kept_by_the_schedule_always_and_by_the_person_where_asking_on_does_harm(
    life: Begin, fault: Fault, reason: str, pause: timedelta, *, may_wish: bool
) -> None:
    """Also over a restart, which forgets everything that is not written down."""
    one = life()
    one.adopt()
    one.service.fault = fault
    one.pulse()
    failed = one.facts(facts.SourceFailed)[-1]
    assert failed.reason == reason
    assert failed.retry_at is not None
    assert failed.retry_at - one.now >= pause
    asked = len(one.service.seen)
    one.to(failed.retry_at - timedelta(seconds=1))
    one.pulse()
    one.restart()
    one.pulse()
    assert len(one.service.seen) == asked
    one.engine.check_now()
    one.engine.judge()
    assert (len(one.service.seen) > asked) == may_wish
    one.service.fault = None
    retry = one.facts(facts.SourceFailed)[-1].retry_at
    assert retry is not None
    one.to(retry + timedelta(seconds=1))
    one.pulse()
    assert one.facts(facts.SourcePolled)


def test_an_ordinary_day_is_asked_about_every_quarter_of_an_hour_and_closer_to_the_deadline(life: Begin) -> None:
    """However often the loop runs."""
    one = life(start=local(DAY_ONE, "10:00"))
    one.adopt()
    one.pulse()
    first = len(one.service.seen)
    while one.now < local(DAY_ONE, "12:00"):
        one.to(one.now + 3 * MINUTE)
        one.pulse()
    assert len(one.service.seen) - first == 8
    one.to(local(DAY_ONE, "21:00"))
    one.pulse()
    first = len(one.service.seen)
    while one.now < local(DAY_ONE, "21:30"):
        one.to(one.now + MINUTE)
        one.pulse()
    assert len(one.service.seen) - first == 6


def test_the_proof_of_a_closed_day_is_asked_for_as_soon_as_there_can_be_one(life: Begin) -> None:
    """Once the source's lag is over, with one question and no more than needed."""
    one = life()
    one.adopt()
    one.live(local(DAY_ONE, "23:59:30"), every=8 * HOUR)
    while one.now < local(DAY_ONE + DAY, "00:20"):
        one.to(one.now + timedelta(seconds=30))
        one.pulse()
    judged = [fact.outcome for fact in one.facts(facts.DayJudged)]
    assert judged == ["failed"]
    assert one.day(DAY_ONE).facts
    at = one.ask(lambda questions: [line.at for line in questions.log_page(0, 500) if "exits 1" in line.text])[0]
    assert at <= local(DAY_ONE + DAY, "00:16")


def test_an_account_that_does_not_exist_is_looked_for_a_few_times_a_day_only(life: Begin) -> None:
    """Only the person can mend it."""
    one = life()
    one.adopt(Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject="nobody"),), zone=BERLIN))
    while one.now < local(DAY_ONE, "19:00"):
        one.to(one.now + 10 * MINUTE)
        one.pulse()
    assert 1 < len(one.service.seen) <= 3
    assert {fact.reason for fact in one.facts(facts.SourceFailed)} == {"unknown_user"}
    assert seen(one)[0] == "unknown"


def test_a_name_that_no_account_can_have_is_a_trouble_of_the_source_not_a_fault_of_ours(life: Begin) -> None:
    """It is told, and the day is unknown."""
    one = life()
    one.adopt(Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject="a b@c"),), zone=BERLIN))
    one.pulse()
    one.engine.check_now()
    assert seen(one)[::2] == ("unknown", "unknown_user")


# What is kept


def test_a_stand_ins_word_is_marked_in_the_facts_and_wherever_it_is_shown(life: Begin) -> None:
    """The engine's own LeetCode here is a stand-in, after all."""
    one = life()
    one.adopt()
    one.solve()
    lines = one.engine.check_now()
    assert [line.official for line in lines] == [False]
    polled = one.facts(facts.SourcePolled)[-1]
    assert (polled.official, polled.origin) == (False, one.service.url)
    assert not any(fact.official for fact in one.facts(facts.ObservationRecorded))
    assert not today(one).official
    assert today(one).sources[0].origin == one.service.url
    day = one.day(DAY_ONE)
    assert not any(row.official for row in day.observations)
    assert not any(poll.official for poll in day.polls)
    log = one.ask(lambda questions: questions.log_page(0, 100))
    assert any("stand-in" in line.detail for line in log if line.text.startswith("accepted"))
    assert "stand-in" in {item.key: item for item in one.engine.health()}["source.leetcode"].words


def test_the_raw_answer_behind_a_count_is_kept_and_reads_the_same_again(life: Begin) -> None:
    """Its digest holds, and today's parser makes the same of it offline."""
    one = life()
    one.adopt()
    one.solve(slug="kept")
    one.engine.check_now()
    row = next(row for row in one.day(DAY_ONE).observations if row.item == "kept")
    one.off()
    one.on(url="http://127.0.0.1:9")
    view = one.ask(lambda questions: questions.evidence(row.evidence))
    assert view is not None
    assert view.intact
    assert view.status == 200
    assert view.reread.startswith("4 accepted submissions of ada")
    answer = json.loads(view.text)
    assert answer["data"]["recentAcSubmissionList"][0]["titleSlug"] == "kept"
    assert hashlib.sha256(json.dumps(answer).encode()).hexdigest() == row.evidence


def test_a_rejected_answer_is_kept_too(life: Begin) -> None:
    """*Why unknown?* has an answer as well."""
    one = life()
    one.adopt()
    one.service.fault = page(200, "<h1>maintenance</h1>")
    one.engine.check_now()
    failed = one.facts(facts.SourceFailed)[-1]
    view = one.ask(lambda questions: questions.evidence(failed.evidence))
    assert view is not None
    assert view.text == "<h1>maintenance</h1>"
    assert view.reread.startswith("not_json")
