"""LeetCode asked over a real socket: what is sent, what comes out, and that a stored answer reads the same."""

import json
from typing import Any

import pytest

from exitzero.core.errors import BadInput
from exitzero.core.observation import Difficulty, Tally
from exitzero.truth.leetcode import HOME, LeetCode, check_name
from tests.servers.misbehaving import Misbehaving, Reply
from tests.truth.answers import SERVER_AT, SINCE, at, client, combined, evidence, read, request, stored


def good(document: object = None) -> Reply:
    """The whole answer about Mira."""
    return Reply.of(document or combined(), date=SERVER_AT)


def test_one_question_tells_everything() -> None:
    """Rows with their own times, the name in the service's spelling, totals, calendar, daily challenge, evidence."""
    with client() as http, Misbehaving(good()) as server:
        result = LeetCode(http, base_url=f"{server.url}/").poll(request())
        assert len(server.seen) == 1
    first = result.observations[0]
    assert (result.source, result.subject, first.subject) == ("leetcode", "Mira_K-", "Mira_K-")
    assert (first.key, first.at, first.item, first.title) == ("910005", at("14 23:42:00"), "two-sum", "Two Sum")
    assert len(result.observations) == 5
    assert result.tally == Tally(at=SERVER_AT, solved=4, accepted=5)
    assert result.profile.solved == {"easy": 2, "medium": 1, "hard": 1}
    assert result.profile.active_days == {"2025-06-10": 2, "2025-06-11": 1, "2025-06-13": 2, "2025-06-14": 4}
    assert result.profile.daily_link == "https://leetcode.com/problems/coin-change/"
    assert (result.profile.daily_item, result.profile.daily_difficulty) == ("coin-change", "medium")
    (kept,) = result.evidence
    assert json.loads(kept.body) == combined()
    assert (kept.origin, kept.official, kept.server_at) == (server.url, False, SERVER_AT)
    assert len(kept.digest) == 64


def test_the_question_is_sent_as_the_site_would_and_the_name_only_as_a_variable() -> None:
    """Referer and Origin of the base address, one combined query."""
    with client() as http, Misbehaving(good()) as server:
        LeetCode(http, base_url=server.url).poll(request())
        (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/graphql/")
    assert seen.headers["referer"] == f"{server.url}/"
    assert seen.headers["origin"] == server.url
    assert seen.headers["content-type"] == "application/json"
    payload = seen.json()
    assert payload["variables"] == {"username": "mira_k-", "limit": 20}
    assert "mira" not in str(payload["query"])
    for name in ("matchedUser", "recentAcSubmissionList", "recentSubmissionList", "activeDailyCodingChallenge"):
        assert name in str(payload["query"])


def test_a_stored_answer_reads_as_the_poll_did() -> None:
    """Also later, since its own times are used."""
    with client() as http, Misbehaving(good()) as server:
        source = LeetCode(http, base_url=server.url)
        result = source.poll(request())
        again = source.reread(result.evidence[0], request(asked_at=at("30 00:00:00")))
    assert again == result


def test_difficulties_are_looked_up_once_and_only_where_they_are_missing() -> None:
    """One batched question for what lies in the time that matters; known ones are used as they are."""
    answer = {"data": {"q0": {"titleSlug": "valid-parentheses", "difficulty": "EASY"}, "q1": None}}
    wanted = request(since=at("13 12:00:00"), difficulties={"two-sum": Difficulty.HARD}, wants_difficulty=True)
    with client() as http, Misbehaving(good(), Reply.of(answer), good()) as server:
        source = LeetCode(http, base_url=server.url)
        first, second = source.poll(wanted), source.poll(wanted)
        assert [seen.json()["operationName"] for seen in server.seen] == ["exitzero", "exitzeroDifficulty", "exitzero"]
        assert server.seen[1].json()["variables"] == {"s0": "valid-parentheses", "s1": "merge-intervals"}
    assert [seen.difficulty for seen in first.observations] == [
        Difficulty.HARD,
        Difficulty.EASY,
        None,
        Difficulty.HARD,
        None,
    ]
    assert second.observations == first.observations
    assert len(first.evidence) == 2
    assert read_again(first.evidence[1]).observations == ()
    assert read_again(first.evidence[1]).covers == ()


def read_again(kept: Any) -> Any:
    """A stored answer read offline."""
    with client() as http:
        return LeetCode(http).reread(kept, request())


@pytest.mark.parametrize(
    "second",
    [Reply(status=500), Reply(body=b"<html>"), Reply.of({"data": {"q0": [], "q9": 1}}), Reply(status=429, body=b"")],
)
def test_a_failing_look_up_spoils_nothing(second: Reply) -> None:
    """The poll is as good as without; the difficulty stays unknown."""
    with client() as http, Misbehaving(good(), second) as server:
        result = LeetCode(http, base_url=server.url).poll(request(wants_difficulty=True))
        assert len(server.seen) == 2
    assert len(result.observations) == 5
    assert result.covers
    assert {seen.difficulty for seen in result.observations} == {None}


def test_no_difficulty_is_asked_for_unasked() -> None:
    """One request a check is the rule."""
    with client() as http, Misbehaving(good()) as server:
        LeetCode(http, base_url=server.url).poll(request(wants_difficulty=False))
        assert len(server.seen) == 1


def test_the_bare_list_without_ids_is_enough() -> None:
    """Keys made from second and problem are the same in every poll; the name is the one asked for."""
    result = read(stored("only_rows_without_ids.json"))
    assert [seen.key for seen in result.observations][:1] == ["1749944520-two-sum"]
    assert len({seen.key for seen in result.observations}) == 5
    assert result.subject == "mira_k-"
    assert result.tally is None
    assert read(stored("only_rows_without_ids.json")) == result


@pytest.mark.parametrize("part", ["recentSubmissionList", "activeDailyCodingChallengeQuestion", "matchedUser"])
def test_an_optional_part_may_be_missing(part: str) -> None:
    """Null or absent it only says nothing (but a null user is nobody)."""
    document = combined()
    del document["data"][part]
    assert len(read(document).observations) == 5
    if part != "matchedUser":
        document["data"][part] = None
        assert len(read(document).observations) == 5


@pytest.mark.parametrize("part", ["username", "submitStatsGlobal", "userCalendar"])
@pytest.mark.parametrize("null", [True, False])
def test_a_part_of_the_user_may_be_missing(part: str, null: bool) -> None:
    """The same inside the user."""
    document = combined()
    del document["data"]["matchedUser"][part]
    if null:
        document["data"]["matchedUser"][part] = None
    assert len(read(document).observations) == 5


def test_a_null_or_empty_calendar_says_nothing() -> None:
    """It is not a calendar without days."""
    for nothing in (None, ""):
        document = stored("full_list.json")
        document["data"]["matchedUser"]["userCalendar"]["submissionCalendar"] = nothing
        result = read(document, subject="stacker", server_at=at("14 22:00:00"))
        assert result.covers[0].start == at("14 01:00:01")


def test_the_older_places_of_calendar_and_totals_are_read_too() -> None:
    """Answers of other queries have them directly below the user."""
    document = combined()
    user = document["data"]["matchedUser"]
    user["submissionCalendar"] = user.pop("userCalendar")["submissionCalendar"]
    user["submitStats"] = user.pop("submitStatsGlobal")
    result = read(document)
    assert result.profile.active_days["2025-06-14"] == 4
    assert result.tally == Tally(at=SERVER_AT, solved=4, accepted=5)


@pytest.mark.parametrize(
    ("daily", "link"),
    [
        ({"link": "//evil.example/x"}, "https://leetcode.com/problems/coin-change/"),
        ({"link": "https://evil.example/"}, "https://leetcode.com/problems/coin-change/"),
        ({"link": "/\\evil.example"}, "https://leetcode.com/problems/coin-change/"),
        ({"link": None}, "https://leetcode.com/problems/coin-change/"),
        ({"question": None}, ""),
        ({"question": {"title": 1}}, ""),
    ],
)
def test_the_daily_challenge_leads_to_the_service_only_and_spoils_nothing(daily: dict[str, object], link: str) -> None:
    """It is for the screen; a form we do not know is left out."""
    document = combined()
    document["data"]["activeDailyCodingChallengeQuestion"].update(daily)
    result = read(document)
    assert result.profile.daily_link == link
    assert len(result.observations) == 5


@pytest.mark.parametrize("name", ["ada", "Ada_Lovelace", "x-", "_", "0", " ada "])
def test_possible_names(name: str) -> None:
    """Letters, digits, _ and -, with the spaces around it taken away."""
    assert check_name(name) == name.strip()


@pytest.mark.parametrize(
    "name", ["", "  ", "a b", "a@b.c", "https://leetcode.com/u/ada/", "é", "a" * 65, 'a"}', "a\n b"]
)
def test_impossible_names_are_refused_before_anything_is_asked(name: str) -> None:
    """And the field is named."""
    with client() as http, Misbehaving(good()) as server:
        with pytest.raises(BadInput) as caught:
            LeetCode(http, base_url=server.url).poll(request(name))
        assert caught.value.field == "leetcode"
        assert server.seen == []


@pytest.mark.parametrize(
    "base", ["", "leetcode.com", "ftp://leetcode.com", "https://", "https://me:pw@leetcode.com", "https://h?x=1"]
)
def test_what_is_no_base_address_is_refused(base: str) -> None:
    """It comes from a setting, so it is told as bad input."""
    with client() as http, pytest.raises(BadInput) as caught:
        LeetCode(http, base_url=base)
    assert caught.value.field == "leetcode_url"


def test_only_the_services_own_address_is_official() -> None:
    """Over TLS, whatever the case or the slash."""
    with client() as http:
        assert LeetCode(http).official
        assert LeetCode(http, base_url="HTTPS://LeetCode.com/").origin == HOME
        assert LeetCode(http, base_url="HTTPS://LeetCode.com/").official
        for base in ("http://leetcode.com", "https://leetcode.com.evil.example", "https://leetcode.com:8443"):
            assert not LeetCode(http, base_url=base).official


def test_what_matters_is_kept_even_if_it_lies_before_since() -> None:
    """Every row seen is handed on: the service will not show it again."""
    assert len(read(combined(), since=at("14 12:00:00")).observations) == 5
    assert evidence(b"").server_at == SERVER_AT
    assert SINCE < SERVER_AT
