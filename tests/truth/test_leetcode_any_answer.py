"""Whatever a service sends: it is a result or a trouble with a reason, and a broken part is never a zero."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.core.observation import PollResult, SourceTrouble
from exitzero.truth.leetcode import LeetCode
from exitzero.truth.leetcode_cn import PERSON_PARSER, RECENT_PARSER, LeetCodeCn
from tests.truth.answers import client, combined, evidence, read, request, stored

REASONS = {
    "network", "timeout", "blocked", "rate_limited", "server_error", "empty", "not_json", "schema_changed",
    "unknown_user", "inconsistent", "refused",
}  # fmt: skip

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["Accepted", "1749944520", 1749944520, "{}", '{"1749945600": 1}', "mira_k-", []])
)
words = st.sampled_from(
    [
        "data", "errors", "message", "path", "matchedUser", "username", "submitStatsGlobal", "acSubmissionNum",
        "difficulty", "count", "submissions", "userCalendar", "totalActiveDays", "submissionCalendar",
        "recentAcSubmissionList", "recentSubmissionList", "id", "title", "titleSlug", "timestamp", "statusDisplay",
        "activeDailyCodingChallengeQuestion", "question", "link", "recentACSubmissions", "userProfilePublicProfile",
        "submissionId", "submitTime", "todayRecord",
    ]
)  # fmt: skip
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=5), inner, max_size=5)
)


def outcome(body: object, *, parser: str = "leetcode/1", status: int = 200) -> PollResult | SourceTrouble:
    """What a reader makes of an answer; anything but the two families escapes and fails the test."""
    with client() as http:
        source = LeetCodeCn(http) if parser.startswith("leetcode_cn") else LeetCode(http)
        try:
            return source.reread(evidence(body, parser=parser, status=status), request())
        except SourceTrouble as trouble:
            return trouble if trouble.reason in REASONS else pytest.fail(trouble.reason)


@given(st.binary(max_size=200), st.integers(100, 599))
def test_any_bytes_with_any_status(body: bytes, status: int) -> None:
    """Nothing but a trouble can come of noise."""
    assert isinstance(outcome(body, status=status), SourceTrouble)


@given(anything)
def test_any_json(document: object) -> None:
    """No form of data escapes as a fault of our own."""
    for parser in ("leetcode/1", PERSON_PARSER, RECENT_PARSER):
        outcome(document, parser=parser)
        outcome({"data": document}, parser=parser)


def places(document: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path, *(deeper for step, value in inner for deeper in places(value, (*path, step)))]


ALL_PLACES = [path for path in places(combined()) if path]
GOOD = {(seen.key, seen.at, seen.item) for seen in read(combined()).observations}


@settings(max_examples=300)
@given(st.sampled_from(ALL_PLACES), anything)
def test_one_broken_place_never_makes_less_look_complete(path: tuple[str | int, ...], value: object) -> None:
    """Believed answers with a changed place outside the rows still hold every row that was in them."""
    document = combined()
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    result = outcome(document)
    if isinstance(result, PollResult) and path[:2] != ("data", "recentAcSubmissionList") and path != ("data",):
        assert {(seen.key, seen.at, seen.item) for seen in result.observations} == GOOD
    if isinstance(result, PollResult) and path == ("data", "recentAcSubmissionList"):
        assert isinstance(value, list)


@given(st.sampled_from([path for path in ALL_PLACES if "recentAcSubmissionList" in path and len(path) == 4]), leaves)
def test_one_broken_row_never_loses_that_row(path: tuple[str | int, ...], value: object) -> None:
    """A row that cannot be read spoils the answer; it is not left out."""
    document = combined()
    document["data"]["recentAcSubmissionList"][path[2]][path[3]] = value
    result = outcome(document)
    if isinstance(result, PollResult):
        assert len(result.observations) == 5


@given(st.integers(0, 3000))
def test_a_cut_body_is_never_believed(length: int) -> None:
    """However much of it arrived."""
    body = json.dumps(combined()).encode()
    if length < len(body):
        assert isinstance(outcome(body[:length]), SourceTrouble)


def test_words_that_cannot_be_stored_are_made_storable() -> None:
    """A half surrogate, a zero byte and a novel as a title."""
    document = stored("only_rows_without_ids.json")
    rows = document["data"]["recentAcSubmissionList"]
    rows[0]["title"], rows[1]["title"], rows[2]["title"] = "a\ud800b", "a\0b", "x" * 10_000
    titles = [seen.title for seen in read(document).observations]
    assert titles[:2] == ["a?b", "ab"]
    assert len(titles[2]) == 300
    assert [title.encode() for title in titles]
