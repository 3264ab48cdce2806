"""The recorded answers of the real service, where they lie beside the project: each reads as was worked out by hand.

They are not part of the project. ``EXITZERO_RECORDED`` names their folder; without it and without
``../shared/data/leetcode`` beside the checkout these tests are skipped.
"""

import json
import os
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from exitzero.core.observation import Difficulty, PollResult, SourceTrouble
from exitzero.core.spans import Span
from exitzero.truth import leetcode_parse as parse
from exitzero.truth.leetcode import LeetCode
from exitzero.truth.leetcode_cn import RECENT_PARSER, LeetCodeCn
from tests.servers.misbehaving import Misbehaving, Reply
from tests.truth.answers import by_day, client, evidence, read, reason_of, request

FOLDER = Path(os.environ.get("EXITZERO_RECORDED") or Path(__file__).parents[2].parent / "shared/data/leetcode")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded answers do not lie beside the project")

THEN = datetime(2024, 1, 14, 0, 30, tzinfo=UTC)
BEFORE = datetime(2024, 1, 1, tzinfo=UTC)
AC = "lc_recentAcSubmissionList_20_with_dup_2024-01.json"
ALL_VERDICTS = "lc_recentSubmissionList_all_verdicts_2024-01.json"
PROFILE = "lc_profile_matchedUser_2024-01.json"

#: Worked out by hand for the accepted rows among the last twenty of any verdict; the oldest day is cut by that cap.
ZONES = [
    ("UTC", {"01-03": 5, "01-04": 1, "01-12": 1, "01-13": 3}),
    ("Asia/Kolkata", {"01-03": 4, "01-04": 2, "01-12": 1, "01-13": 3}),
    ("America/Los_Angeles", {"01-02": 4, "01-03": 2, "01-11": 1, "01-13": 3}),
]
#: The same user's list of accepted submissions: it reaches further back, but shows a problem that was accepted three
#: times within two minutes only once.
OLDER = {
    "UTC": {"01-03": 5, "01-02": 8, "12-13": 1, "12-12": 1} | {"01-04": 1, "01-12": 1, "01-13": 3},
    "Asia/Kolkata": {"01-03": 9, "01-02": 3, "12-14": 1, "12-13": 1} | {"01-04": 2, "01-12": 1, "01-13": 3},
    "America/Los_Angeles": {"01-02": 12, "12-13": 1, "12-12": 1} | {"01-03": 2, "01-11": 1, "01-13": 3},
}


def recorded(name: str) -> Any:
    """One recorded answer; skips where that file is missing."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"{name} was not recorded here")
    return json.loads(path.read_text(encoding="utf-8"))


def then(document: object, **changes: Any) -> PollResult:
    """Read it as of the evening after."""
    settings: dict[str, Any] = {"server_at": THEN, "asked_at": THEN, "since": BEFORE, "subject": "user-23"}
    return read(document, **{**settings, **changes})


def one_answer() -> Any:
    """Profile, accepted and all submissions of the same user as one combined answer, all really recorded."""
    document = recorded(PROFILE)
    document["data"]["recentAcSubmissionList"] = recorded(AC)["data"]["recentAcSubmissionList"]
    document["data"]["recentSubmissionList"] = recorded(ALL_VERDICTS)["data"]["recentSubmissionList"]
    return document


@pytest.mark.parametrize(("zone", "days"), ZONES)
def test_accepted_rows_give_the_counts_worked_out_by_hand(zone: str, days: dict[str, int]) -> None:
    """In UTC, Kolkata and Los Angeles, over a real socket."""
    rows = recorded(ALL_VERDICTS)["data"]["recentSubmissionList"]
    accepted = {"data": {"recentAcSubmissionList": [row for row in rows if row["statusDisplay"] == "Accepted"]}}
    with client() as http, Misbehaving(Reply.of(accepted, date=THEN)) as server:
        result = LeetCode(http, base_url=server.url).poll(request("user-23", since=BEFORE, asked_at=THEN))
    assert by_day(result.observations, zone) == days


@pytest.mark.parametrize("zone", list(OLDER))
def test_the_recorded_list_of_accepted_submissions_is_counted_as_it_is(zone: str) -> None:
    """Alone, and beside calendar, totals and the other list, which are believed with it and change no count."""
    assert by_day(then(recorded(AC)).observations, zone) == OLDER[zone]
    result = then(one_answer())
    assert by_day(result.observations, zone) == OLDER[zone]
    assert result.tally is not None
    assert (result.tally.solved, result.tally.accepted) == (133, 215)
    assert result.profile.active_days["2024-01-05"] == 3


def test_the_full_list_and_the_empty_days_cover_what_they_can() -> None:
    """From one second after the oldest row; December's empty days by the calendar alone, the rest is a gap."""
    result = then(one_answer(), since=datetime(2023, 12, 1, tzinfo=UTC))
    oldest = min(seen.at for seen in result.observations)
    assert result.covers[-1] == Span(oldest + timedelta(seconds=1), THEN - timedelta(minutes=10))
    assert result.covers[0] == Span(datetime(2023, 12, 1, tzinfo=UTC), datetime(2023, 12, 4, tzinfo=UTC))
    busy = datetime(2023, 12, 4, 12, tzinfo=UTC)
    assert not any(busy in span for span in result.covers)


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("UTC", {"01-03": 5, "01-04": 5, "01-05": 3, "01-12": 1, "01-13": 6}),
        ("Asia/Kolkata", {"01-03": 4, "01-04": 6, "01-05": 3, "01-12": 1, "01-13": 6}),
        (
            "America/Los_Angeles",
            {"01-02": 4, "01-03": 6, "01-04": 2, "01-05": 1, "01-11": 1, "01-13": 6},
        ),
    ],
)
def test_the_list_of_all_verdicts_is_read_right(zone: str, days: dict[str, int]) -> None:
    """It never counts as accepted, but it is held against the rest."""
    attempts = parse.attempts(recorded(ALL_VERDICTS)["data"]["recentSubmissionList"]) or ()
    counted = Counter(parse.instant(attempt.at).astimezone(ZoneInfo(zone)).strftime("%m-%d") for attempt in attempts)
    assert dict(counted) == days
    assert reason_of(recorded(ALL_VERDICTS)) == "schema_changed"


@pytest.mark.parametrize(
    ("name", "subject", "rows", "solved", "whole"),
    [
        ("lc_combined_1ac_2activedays_2022-08.json", "user-03", 1, 1, True),
        ("lc_combined_9_ac_2022-08.json", "user-35", 9, 9, True),
        ("lc_combined_user_and_recentAc_2022-08.json", "user-13", 10, 189, False),
        ("lc_recentAc_limit100_returned20_2022-04.json", "anybody", 20, None, False),
        ("lc_recentAc_limit100_returned20_2022-04-b.json", "anybody", 20, None, False),
    ],
)
def test_other_recorded_lists(name: str, subject: str, rows: int, solved: int | None, whole: bool) -> None:
    """A list at its cap, or shorter than its own total, does not vouch for the beginning."""
    moment = datetime(2022, 9, 1, tzinfo=UTC)
    since = datetime(2015, 1, 1, tzinfo=UTC)
    result = then(recorded(name), subject=subject, since=since, server_at=moment, asked_at=moment)
    assert len(result.observations) == rows
    assert (result.tally.solved if result.tally else None) == solved
    assert (result.covers[0].start == since) is whole
    assert result.covers[-1].end == moment - timedelta(minutes=10)


def test_the_same_problem_five_times_is_five_submissions() -> None:
    """Told apart by their seconds though they have no ids."""
    rows = recorded("lc_parsed_same_problem_5x_accepted_2026-04-19.json")["recentProblems"]
    moment = datetime(2026, 4, 19, 12, tzinfo=UTC)
    result = then({"data": {"recentAcSubmissionList": rows}}, server_at=moment, asked_at=moment)
    assert len({seen.key for seen in result.observations}) == 5
    assert {seen.item for seen in result.observations} == {"valid-anagram"}


def test_a_recorded_unknown_user_is_one() -> None:
    """Status 200, two errors, null parts."""
    assert reason_of(recorded("lc_error_unknown_user_two_errors_2022-08.json")) == "unknown_user"


def test_another_name_than_the_one_asked_for_is_not_believed() -> None:
    """The profile belongs to somebody else."""
    assert reason_of(one_answer(), subject="user-24", server_at=THEN, asked_at=THEN) == "inconsistent"


def test_the_raw_calendar_has_as_many_days_as_it_says() -> None:
    """65 keys, all midnights in UTC."""
    inner = recorded("lc_userProfileCalendar_raw_65days_2025-06.json")["data"]["matchedUser"]["userCalendar"]
    found = parse.calendar(inner["submissionCalendar"], active_days=inner["totalActiveDays"], window=366)
    assert found is not None
    assert len(found.days) == 65


def test_the_recorded_daily_challenge_and_question_are_read() -> None:
    """With the difficulty's own spelling."""
    daily = parse.daily(
        recorded("lc_dailyChallenge_full_2024-03-14.json")["data"]["activeDailyCodingChallengeQuestion"],
        home="https://x",
    )
    assert (daily.slug, daily.difficulty) == ("binary-subarrays-with-sum", "medium")
    assert daily.link == "https://x/problems/binary-subarrays-with-sum/"
    question = recorded("lc_question_minimal_sort-colors_2024-09.json")["data"]["question"]
    assert parse.difficulty(question["difficulty"]) is Difficulty.MEDIUM


@pytest.mark.parametrize(
    ("pattern", "reason"), [("lc_cloudflare_403_*.html", "blocked"), ("lc_django_csrf_403_*.html", "refused")]
)
def test_recorded_pages_are_told_apart(pattern: str, reason: str) -> None:
    """A block is not our fault; a failed CSRF check is."""
    found = list(FOLDER.glob(pattern))
    if not found:
        pytest.skip("no such page was recorded here")
    for path in found:
        assert reason_of(path.read_bytes(), status=403) == reason


def test_no_recorded_answer_without_the_list_is_ever_a_count() -> None:
    """Every other file is trouble, whatever it holds."""
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    believed, reasons = set(), set()
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        # The person's own name stands in those answers that tell one.
        name = "anybody"
        with suppress(TypeError, KeyError):
            name = document["data"]["matchedUser"]["username"]
        try:
            then(document, subject=name, server_at=moment, asked_at=moment)
            believed.add(path.name)
        except SourceTrouble as trouble:
            reasons.add(trouble.reason)
    assert reasons == {"schema_changed", "unknown_user"}
    assert believed
    assert all("recentac" in name.lower() or "combined" in name for name in believed)


def test_the_shape_assumed_for_leetcode_cn_is_read() -> None:
    """Ids and times as numbers and as text."""
    document = recorded("SYNTHETIC_lc_cn_recentACSubmissions_shape.json")
    with client() as http:
        result = LeetCodeCn(http).reread(evidence(document, parser=RECENT_PARSER), request("anybody"))
    assert {seen.key for seen in result.observations} == {"12", "13"}
