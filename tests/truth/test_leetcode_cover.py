"""What an answer proves about time: spans for the list, its cap, gaps and days without submissions."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.spans import Span
from tests.truth.answers import SERVER_AT, SINCE, at, by_day, combined, read, reason_of, stored

EVENING = at("14 22:00:00")


def full(**changes: Any) -> Any:
    """The list of twenty rows from 01:00 to 20:00 of the 14th; the calendar knows of the 11th, 13th and 14th."""
    document = stored("full_list.json")
    document["data"]["matchedUser"].update(changes)
    return document


def test_a_short_list_vouches_for_everything_until_ten_minutes_ago() -> None:
    """From the first instant that still matters."""
    assert read(combined()).covers == (Span(SINCE, at("15 00:50:00")),)


def test_a_full_list_vouches_from_just_after_its_oldest_row() -> None:
    """Another row of the very same second may have been cut off; what came before is a gap."""
    covers = read(full(userCalendar=None), subject="stacker", server_at=EVENING).covers
    assert covers == (Span(at("14 01:00:01"), at("14 21:50:00")),)


def test_a_utc_day_without_any_submission_vouches_for_itself() -> None:
    """The calendar knows every verdict, so an empty day is empty; a day with submissions of unknown kind is a gap."""
    covers = read(full(), subject="stacker", since=at("10 06:00:00"), server_at=EVENING).covers
    assert covers == (
        Span(at("10 06:00:00"), at("11 00:00:00")),
        Span(at("12 00:00:00"), at("13 00:00:00")),
        Span(at("14 01:00:01"), at("14 21:50:00")),
    )


def test_the_calendar_does_not_look_back_beyond_its_window() -> None:
    """An old day that is missing has left the window; it is not empty."""
    document = full(userCalendar={"submissionCalendar": "{}", "totalActiveDays": 0})
    document["data"]["recentAcSubmissionList"] = [
        row | {"timestamp": str(int(row["timestamp"]) - 800 * 86_400)}
        for row in document["data"]["recentAcSubmissionList"]
    ]
    covers = read(document, subject="stacker", since=at("01 00:00:00").replace(year=2022), server_at=EVENING).covers
    gap_from, gap_to = covers[0].start, covers[0].end
    assert gap_from.year == 2023
    assert gap_to == at("14 21:50:00")
    document["data"]["recentAcSubmissionList"] = []
    document["data"]["matchedUser"]["submitStatsGlobal"] = None
    assert read(document, subject="stacker", server_at=EVENING).covers == (Span(SINCE, at("14 21:50:00")),)


def test_days_the_calendar_no_longer_tells_are_not_vouched_for_by_it() -> None:
    """365 days and today without the oldest; before that only the list could."""
    document = full(userCalendar={"submissionCalendar": '{"1749859200": 25}', "totalActiveDays": 1})
    covers = read(document, subject="stacker", since=at("01 00:00:00").replace(year=2022), server_at=EVENING).covers
    assert covers[0] == Span(at("15 00:00:00").replace(year=2024), at("14 00:00:00"))


def test_a_day_on_which_the_list_shows_something_is_not_empty() -> None:
    """The calendar may be late for a day that has just ended; then it is not used to vouch for it."""
    document = full(userCalendar={"submissionCalendar": '{"1749772800": 9}', "totalActiveDays": 1})
    covers = read(document, subject="stacker", since=at("13 00:00:00"), server_at=at("15 00:05:00")).covers
    assert covers == (Span(at("14 01:00:01"), at("14 23:55:00")),)


def test_a_day_on_which_something_failed_is_not_empty_either() -> None:
    """An attempt that the calendar does not know of shows that the calendar is behind."""
    document = full()
    document["data"]["recentSubmissionList"] = [{"timestamp": "1749729600", "statusDisplay": "Wrong Answer"}]
    covers = read(document, subject="stacker", since=at("12 00:00:00"), server_at=EVENING).covers
    assert covers == (Span(at("14 01:00:01"), at("14 21:50:00")),)


def test_a_list_cut_shorter_than_the_cap_is_noticed_by_the_total() -> None:
    """Whoever answers with ten rows for 240 solved problems has cut the list."""
    document = full(userCalendar=None)
    del document["data"]["recentAcSubmissionList"][10:]
    covers = read(document, subject="stacker", server_at=EVENING).covers
    assert covers == (Span(at("14 11:00:01"), at("14 21:50:00")),)


def test_without_the_servers_own_time_nothing_is_vouched_for() -> None:
    """The rows still count: they prove what was done, only not what was not."""
    result = read(combined(), server_at=None)
    assert len(result.observations) == 5
    assert result.covers == ()


def test_an_answer_from_before_what_matters_vouches_for_nothing() -> None:
    """A span never begins after its end."""
    assert read(combined(), since=at("20 00:00:00")).covers == ()


def test_a_fresh_account_vouches_for_everything() -> None:
    """Nothing solved, nothing shown, nothing in the calendar: nothing was done."""
    result = read(stored("fresh_account.json"), subject="newcomer")
    assert result.observations == ()
    assert result.covers == (Span(SINCE, at("15 00:50:00")),)


def test_somebody_new_who_only_failed_today_is_believed() -> None:
    """The other list shows the attempts; without them the empty list contradicts the calendar."""
    document = stored("fresh_account.json")
    document["data"]["matchedUser"]["userCalendar"] = {"totalActiveDays": 1, "submissionCalendar": '{"1749945600": 1}'}
    assert reason_of(document, subject="newcomer") == "inconsistent"
    document["data"]["recentSubmissionList"] = [{"timestamp": "1749945700", "statusDisplay": "Wrong Answer"}]
    assert read(document, subject="newcomer").covers
    totals = document["data"]["matchedUser"].pop("submitStatsGlobal")
    assert reason_of(document, subject="newcomer") == "inconsistent"
    document["data"]["matchedUser"]["submitStatsGlobal"] = totals
    document["data"]["recentSubmissionList"][0]["statusDisplay"] = "Accepted"
    assert reason_of(document, subject="newcomer") == "inconsistent"


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("UTC", {"06-14": 2, "06-13": 2, "06-11": 1}),
        ("Asia/Kolkata", {"06-15": 1, "06-14": 2, "06-13": 1, "06-11": 1}),
        ("America/Los_Angeles", {"06-14": 1, "06-13": 2, "06-12": 1, "06-11": 1}),
    ],
)
def test_submissions_fall_on_the_persons_own_days(zone: str, days: dict[str, int]) -> None:
    """By their own timestamps, not by LeetCode's UTC day."""
    assert by_day(read(combined()).observations, zone) == days


@given(st.lists(st.integers(1_749_340_800, 1_749_945_600), max_size=30, unique=True), st.booleans())
def test_no_row_that_was_cut_off_lies_in_a_vouched_span(times: list[int], with_calendar: bool) -> None:
    """Whatever a person handed in: what the service hides is never claimed to be complete."""
    times.sort(reverse=True)
    rows = [{"id": str(n), "titleSlug": f"p{n}", "title": "P", "timestamp": str(n)} for n in times]
    days: dict[str, int] = {}
    for n in times:
        days[str(n // 86_400 * 86_400)] = days.get(str(n // 86_400 * 86_400), 0) + 1
    calendar = {"totalActiveDays": len(days), "submissionCalendar": json.dumps(days)}
    user = {"username": "x", "userCalendar": calendar if with_calendar else None}
    result = read({"data": {"matchedUser": user, "recentAcSubmissionList": rows[:20]}}, subject="x")
    shown = {int(seen.at.timestamp()) for seen in result.observations}
    for n in set(times) - shown:
        moment = SERVER_AT.fromtimestamp(n, SERVER_AT.tzinfo)
        assert not any(moment in span for span in result.covers)
