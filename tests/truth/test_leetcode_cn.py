"""leetcode.cn: two services, the same strictness, and less that is proved."""

import copy
from typing import Any

import pytest

from exitzero.core.observation import PollResult, SourceTrouble
from exitzero.core.spans import Span
from exitzero.truth.leetcode_cn import RECENT_PARSER, LeetCodeCn
from tests.servers.misbehaving import Misbehaving, Reply
from tests.truth.answers import SERVER_AT, SINCE, at, client, evidence, request, stored


def poll(person: object, recent: object) -> PollResult:
    """Ask both services, which answer so."""
    with client() as http, Misbehaving(Reply.of(person, date=SERVER_AT), Reply.of(recent, date=SERVER_AT)) as server:
        result = LeetCodeCn(http, base_url=server.url).poll(request("Lian-W"))
        assert [seen.path for seen in server.seen] == ["/graphql/", "/graphql/noj-go/"]
        assert [seen.json()["variables"] for seen in server.seen] == [{"userSlug": "Lian-W"}] * 2
    return result


def reason(person: object, recent: object) -> str:
    """Why the two answers are not believed."""
    with pytest.raises(SourceTrouble) as caught:
        poll(person, recent)
    return caught.value.reason


def person() -> Any:
    """Who Lian is."""
    return stored("cn_person.json")


def recent() -> Any:
    """What Lian did."""
    return copy.deepcopy(stored("cn_recent.json"))


def many(number: int) -> Any:
    """So many rows, one an hour."""
    document = recent()
    question = {"title": "Two Sum", "titleSlug": "two-sum"}
    newest = int(at("14 23:00:00").timestamp())
    document["data"] = {
        "recentACSubmissions": [
            {"submissionId": 900 - n, "submitTime": newest - n * 3600, "question": question} for n in range(number)
        ]
    }
    return document


def test_times_and_ids_are_read_as_numbers_or_as_text() -> None:
    """One result out of two answers, with the evidence of both."""
    result = poll(person(), recent())
    assert [(seen.key, seen.at, seen.item) for seen in result.observations] == [
        ("41", at("14 15:00:00"), "two-sum"),
        ("40", at("12 15:00:00"), "merge-intervals"),
    ]
    assert {result.subject, *(seen.subject for seen in result.observations)} == {"lian-w"}
    assert result.source == "leetcode_cn"
    assert result.profile.solved == {"easy": 1, "medium": 1, "hard": 0}
    assert result.profile.active_days == {"2025-06-12": 1, "2025-06-14": 2}
    assert result.profile.daily_link == "https://leetcode.cn/problems/coin-change/"
    assert result.tally is not None
    assert result.tally.solved == 2
    assert result.covers == (Span(SINCE, at("15 00:50:00")),)
    assert len(result.evidence) == 2


def test_fifteen_rows_may_be_a_cut_list() -> None:
    """No cap is proved, so the span begins after the oldest; so it does when more was solved than is shown."""
    nobody_counts = {"data": {"userProfilePublicProfile": {"profile": {"userSlug": "lian-w"}}}}
    assert poll(nobody_counts, many(14)).covers[0].start == SINCE
    assert poll(nobody_counts, many(15)).covers[0].start == at("14 09:00:01")
    assert poll(person(), many(3)).covers[0].start == at("14 21:00:01")


def test_no_order_is_taken_for_granted() -> None:
    """None was ever seen recorded."""
    document = recent()
    document["data"]["recentACSubmissions"].reverse()
    assert poll(person(), document).observations == poll(person(), recent()).observations


def test_a_stored_list_alone_vouches_for_no_more_than_the_poll() -> None:
    """It reads the same rows; the totals that proved the list whole stood in the other answer."""
    with client() as http:
        source = LeetCodeCn(http)
        again = source.reread(evidence(recent(), parser=RECENT_PARSER), request("lian-w"))
    polled = poll(person(), recent())
    assert again.observations == polled.observations
    assert all(any(a.start >= p.start and a.end <= p.end for p in polled.covers) for a in again.covers)


def test_the_calendar_alone_says_nothing_about_today() -> None:
    """How quickly a day's count appears is not known; past days without one are empty."""
    document = {"data": {"recentACSubmissions": [], "userCalendar": {"submissionCalendar": "{}"}}}
    with client() as http:
        result = LeetCodeCn(http).reread(evidence(document, parser=RECENT_PARSER), request("lian-w"))
    assert result.covers == (Span(SINCE, at("15 00:00:00")),)


def test_a_null_profile_is_an_unknown_user() -> None:
    """Without any error; and so is the other service's complaint."""
    assert reason({"data": {"userProfilePublicProfile": None}}, recent()) == "unknown_user"
    complaint = {"errors": [{"message": "must not be null", "path": ["userCalendar"]}], "data": {}}
    assert reason(person(), complaint) == "unknown_user"


@pytest.mark.parametrize(
    ("recent_part", "expected"),
    [
        (None, "schema_changed"),
        ({}, "schema_changed"),
        ([{"submissionId": 1, "submitTime": "x", "question": {"titleSlug": "a"}}], "schema_changed"),
        ([{"submissionId": 1, "submitTime": 1749900000, "question": None}], "schema_changed"),
        ([{"submissionId": 1, "submitTime": 1749900000, "question": {"titleSlug": ""}}], "schema_changed"),
        ([{"submissionId": 1, "submitTime": 4102444800, "question": {"titleSlug": "a"}}], "inconsistent"),
        ([], "inconsistent"),
    ],
)
def test_a_broken_list_is_never_nothing(recent_part: object, expected: str) -> None:
    """Also an empty one for somebody who has solved something."""
    document = recent()
    document["data"]["recentACSubmissions"] = recent_part
    assert reason(person(), document) == expected


def test_somebody_else_is_not_believed() -> None:
    """The slug is what was asked for."""
    document = person()
    document["data"]["userProfilePublicProfile"]["profile"]["userSlug"] = "other"
    assert reason(document, recent()) == "inconsistent"


def test_errors_spoil_the_part_they_name() -> None:
    """And are not taken for an unknown user."""
    broken = {"errors": [{"message": "boom", "path": ["recentACSubmissions"]}], "data": {"recentACSubmissions": None}}
    assert reason(person(), broken) == "server_error"
    broken = {"errors": [{"message": "x", "path": ["userProfilePublicProfile"]}],
              "data": {"userProfilePublicProfile": None}}  # fmt: skip
    assert reason(broken, recent()) == "server_error"
