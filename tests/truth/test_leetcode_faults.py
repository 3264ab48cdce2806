"""The fault table: every way in which an answer is no answer has its own reason, and none of them is a count."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from exitzero.core.observation import SourceTrouble
from exitzero.net.http import HttpClient
from exitzero.truth.leetcode import LeetCode
from tests.servers.misbehaving import How, Misbehaving, Reply, refusing_url
from tests.truth.answers import DATA, SERVER_AT, at, combined, read, reason_of, request, trouble_of


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """A client with short patience."""
    client = HttpClient(monotonic=time.monotonic, jitter=lambda: 0.0, timeout=0.5, longest=2.0, body_limit=50_000)
    yield client
    client.close()


def whole(**changes: Any) -> Reply:
    """The good answer, delivered otherwise."""
    return Reply(**{"body": json.dumps(combined()).encode(), "date": SERVER_AT, **changes})


def page(name: str, status: int) -> Reply:
    """A page of HTML."""
    return Reply(status=status, body=(DATA / name).read_bytes(), content_type="text/html", date=SERVER_AT)


FAULTS = [
    ("silent", Reply(how=How.SILENT), "timeout"),
    ("dripping", whole(how=How.DRIP), "timeout"),
    ("hangs up", Reply(how=How.HANG_UP), "network"),
    ("cut", whole(how=How.CUT), "network"),
    ("wrong length", whole(how=How.TOO_LONG), "not_json"),
    ("huge", Reply(body=b" " * 300_000), "network"),
    ("challenge", page("challenge_403.html", 403), "blocked"),
    ("challenge with 200", page("challenge_403.html", 200), "blocked"),
    ("challenge with 503", page("challenge_403.html", 503), "blocked"),
    ("other 403", page("page_200.html", 403), "blocked"),
    ("403 with data", whole(status=403), "blocked"),
    ("redirect", Reply(status=302, body=b"", headers={"Location": "/elsewhere"}), "blocked"),
    ("csrf", page("csrf_403.html", 403), "refused"),
    ("401", Reply(status=401), "refused"),
    ("429", Reply(status=429, body=b""), "rate_limited"),
    ("429 with data", whole(status=429), "rate_limited"),
    ("499", Reply(status=499, body=b""), "rate_limited"),
    ("500", Reply(status=500, body=b"oops"), "server_error"),
    ("502 with data", whole(status=502), "server_error"),
    ("empty", Reply(body=b""), "empty"),
    ("blank", Reply(body=b" \n"), "empty"),
    ("204", Reply(status=204, body=b""), "empty"),
    ("braces", Reply(body=b"{}"), "empty"),
    ("null", Reply(body=b"null"), "empty"),
    ("hotel page", page("page_200.html", 200), "not_json"),
    ("text", Reply(body=b"it works"), "not_json"),
    ("deep", Reply(body=b"[" * 40_000), "not_json"),
    ("schema", Reply(status=400, body=(DATA / "schema_error_400.json").read_bytes()), "schema_changed"),
    ("schema with 200", Reply(body=(DATA / "schema_error_400.json").read_bytes()), "schema_changed"),
    ("404", Reply(status=404, body=b"nothing here"), "schema_changed"),
    ("list", Reply(body=b"[1]"), "schema_changed"),
    ("no data", Reply.of({"data": None}), "schema_changed"),
    ("no parts", Reply.of({"data": {}}), "schema_changed"),
    ("unknown user", Reply(body=(DATA / "unknown_user.json").read_bytes()), "unknown_user"),
]


@pytest.mark.parametrize(("reply", "reason"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_has_its_reason_and_never_a_count(http: HttpClient, reply: Reply, reason: str) -> None:
    """Also a title, an advice, and the pause that goes with the reason."""
    with Misbehaving(reply) as server:
        trouble = trouble_of(LeetCode(http, base_url=server.url), request())
    assert trouble.reason == reason
    assert trouble.title.endswith(".")
    assert trouble.advice
    assert (trouble.retry_after is None) == (reason == "unknown_user")
    assert (trouble.evidence is None) == (reason in {"network", "timeout"})


def test_nobody_listening_is_no_network(http: HttpClient) -> None:
    """A refused connection and a name that does not resolve."""
    for url in (refusing_url(), "http://leetcode.invalid"):
        trouble = trouble_of(LeetCode(http, base_url=url), request())
        assert (trouble.reason, trouble.retry_after) == ("network", timedelta(seconds=60))


@pytest.mark.parametrize("value", ["120", "Sun, 15 Jun 2025 01:02:00 GMT"])
def test_retry_after_is_honoured_in_both_forms(http: HttpClient, value: str) -> None:
    """A date counts from the server's own time, not from ours."""
    with Misbehaving(Reply(status=429, body=b"", headers={"Retry-After": value}, date=SERVER_AT)) as server:
        trouble = trouble_of(LeetCode(http, base_url=server.url), request(asked_at=at("10 00:00:00")))
    assert trouble.retry_after == timedelta(seconds=120)


def test_after_a_rate_limit_nobody_asks_until_the_pause_is_over() -> None:
    """Not even by hand: the question is not sent, and the same reason is given with what is left."""
    now = [0.0]
    http = HttpClient(monotonic=lambda: now[0], jitter=lambda: 0.0)
    with Misbehaving(Reply(status=429, body=b"", headers={"Retry-After": "90"}), whole()) as server:
        source = LeetCode(http, base_url=server.url)
        assert trouble_of(source, request()).retry_after == timedelta(seconds=90)
        now[0] = 30.0
        held = trouble_of(source, request())
        assert (held.reason, held.retry_after) == ("rate_limited", timedelta(seconds=60))
        assert len(server.seen) == 1
        now[0] = 90.0
        assert len(source.poll(request()).observations) == 5
    http.close()


def test_failures_in_a_row_lengthen_the_pause_and_a_good_answer_ends_it(http: HttpClient) -> None:
    """One minute, two, four; asking by hand meanwhile is allowed."""
    bad = Reply(status=500, body=b"")
    with Misbehaving(bad, bad, bad, whole(), bad) as server:
        source = LeetCode(http, base_url=server.url)
        pauses = [trouble_of(source, request()).retry_after for _ in range(3)]
        source.poll(request())
        pauses.append(trouble_of(source, request()).retry_after)
    assert pauses == [timedelta(seconds=60 * n) for n in (1, 2, 4, 1)]


# ---------------------------------------------------------------------------------------------- parts


def changed(*path: str | int, to: object) -> Any:
    """The good answer with one place changed."""
    document = combined()
    place = document["data"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return document


USER = "matchedUser"
ROWS = "recentAcSubmissionList"
CALENDAR = (USER, "userCalendar", "submissionCalendar")


@pytest.mark.parametrize(
    "document",
    [
        changed(ROWS, to=None),
        changed(ROWS, to={}),
        changed(ROWS, to="[]"),
        changed(ROWS, to=[None]),
        changed(ROWS, 0, "timestamp", to=None),
        changed(ROWS, 0, "timestamp", to="noon"),
        changed(ROWS, 0, "timestamp", to=1.5),
        changed(ROWS, 0, "timestamp", to=True),
        changed(ROWS, 0, "timestamp", to="١٧٤٩٩٤٤٥٢٠"),
        changed(ROWS, 0, "titleSlug", to=None),
        changed(ROWS, 0, "titleSlug", to=""),
        changed(ROWS, 0, "id", to=[]),
        changed(USER, to=[]),
        changed(USER, "username", to=7),
        changed(USER, "userCalendar", to=[]),
        changed(*CALENDAR, to="not json"),
        changed(*CALENDAR, to="[]"),
        changed(*CALENDAR, to={"1749945600": 1}),
        changed(*CALENDAR, to='{"today": 1}'),
        changed(*CALENDAR, to='{"1749945600": "1"}'),
        changed(*CALENDAR, to='{"1749945600": 1.0}'),
        changed(USER, "userCalendar", "totalActiveDays", to="4"),
        changed(USER, "submitStatsGlobal", "acSubmissionNum", to={}),
        changed(USER, "submitStatsGlobal", "acSubmissionNum", 0, "count", to=None),
        changed("recentSubmissionList", to=[1]),
    ],
)
def test_another_form_is_a_changed_schema(document: object) -> None:
    """No part of the wrong type is read as empty, absent or zero."""
    assert reason_of(document) == "schema_changed"


@pytest.mark.parametrize(
    "document",
    [
        changed(ROWS, to=[]),
        changed(ROWS, to=list(reversed(combined()["data"][ROWS]))),
        changed(ROWS, 1, "id", to="910005"),
        changed(ROWS, 1, "statusDisplay", to="Wrong Answer"),
        changed(ROWS, 0, "timestamp", to="1750000000"),
        changed(ROWS, 4, "timestamp", to="0"),
        changed(ROWS, 4, "timestamp", to="1749500000"),
        changed(*CALENDAR, to='{"1749945601": 1}'),
        changed(*CALENDAR, to='{"1749859200": 0}'),
        changed(*CALENDAR, to='{"1749859200": -3}'),
        changed(*CALENDAR, to='{"1749859200": 1, "01749859200": 1}'),
        changed(USER, "userCalendar", "totalActiveDays", to=5),
        changed(USER, "username", to="somebody"),
        changed(USER, to=None),
        changed(USER, "submitStatsGlobal", "acSubmissionNum", 0, "count", to=-1),
    ],
)
def test_parts_that_contradict_one_another_are_not_believed(document: object) -> None:
    """An order, an id, a total, a name, a time or a day that cannot be right."""
    assert reason_of(document) == "inconsistent"


def test_a_day_that_is_over_cannot_have_more_accepted_than_submitted() -> None:
    """While today's count may be late, and is no contradiction."""
    document = combined()
    document["data"][USER]["userCalendar"] = {"submissionCalendar": json.dumps({"1749600000": 1, "1749772800": 1})}
    assert reason_of(document) == "inconsistent"
    document["data"][USER]["userCalendar"] = {"submissionCalendar": json.dumps({"1749600000": 1, "1749772800": 2})}
    assert len(read(document, server_at=at("14 23:50:00")).observations) == 5


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"data": {USER: None, ROWS: []}}, "unknown_user"),
        ({"data": {USER: None, ROWS: None}}, "unknown_user"),
        ({"data": {USER: None}}, "unknown_user"),
        ({"errors": [{"message": "boom", "path": [USER]}], "data": {USER: None, ROWS: []}}, "server_error"),
        ({"errors": [{"message": "boom", "path": [ROWS]}], "data": {ROWS: None}}, "server_error"),
        ({"errors": [{"message": "boom", "path": [ROWS, 3, "title"]}], "data": {ROWS: []}}, "server_error"),
        ({"errors": [{"message": "boom"}], "data": {ROWS: []}}, "schema_changed"),
        ({"errors": [{"message": "User matching query does not exist.", "path": [ROWS]}], "data": {ROWS: None}},
         "unknown_user"),
        ({"errors": "boom", "data": {ROWS: []}}, "schema_changed"),
        ({"errors": ["boom"], "data": {ROWS: []}}, "schema_changed"),
        ({"data": {"userContestRanking": None}}, "schema_changed"),
    ],
)  # fmt: skip
def test_errors_are_matched_by_the_part_they_spoil(document: object, reason: str) -> None:
    """Not every error means that there is no such user, and none leaves an empty list to be counted."""
    assert reason_of(document) == reason


def test_an_error_at_an_optional_part_spoils_only_that_part() -> None:
    """The list still counts; the calendar just says nothing."""
    document = combined() | {"errors": [{"message": "slow", "path": [USER, "userCalendar"]}]}
    document["data"][USER]["userCalendar"] = None
    result = read(document)
    assert len(result.observations) == 5
    assert result.profile.active_days == {}


def test_a_wrong_date_in_the_past_puts_submissions_into_the_future() -> None:
    """And then nothing is believed; five minutes are forgiven."""
    assert reason_of(combined(), server_at=at("14 00:00:00")) == "inconsistent"
    assert len(read(combined(), server_at=at("14 23:38:00")).observations) == 5


def test_a_wrong_date_in_the_future_vouches_for_nothing_later_than_the_question() -> None:
    """A server a day ahead cannot end our day early."""
    result = read(combined(), server_at=at("16 01:00:00"))
    assert result.covers[-1].end == at("15 00:50:00")


def test_a_stored_answer_fails_again_as_it_failed() -> None:
    """Without a pause, since nobody was asked."""
    with pytest.raises(SourceTrouble) as caught:
        read((DATA / "challenge_403.html").read_bytes(), status=403)
    assert caught.value.reason == "blocked"
    assert caught.value.retry_after is None
    assert caught.value.evidence is not None
