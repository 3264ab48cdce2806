"""The stand-in answers as the service does, so that the demo and the tests mean something."""

from datetime import UTC, datetime, timedelta

import pytest

from exitzero.core.observation import Difficulty
from exitzero.core.spans import Span
from exitzero.truth.leetcode import LeetCode
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from tests.truth.answers import client, request, trouble_of

NOW = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=400)


def some(number: int, hours: float, *, verdict: str = "Accepted") -> Submission:
    """Something handed in so many hours ago."""
    return Submission(
        number=number,
        at=NOW - timedelta(hours=hours),
        slug=f"problem-{number % 7}",
        title=f"Problem {number % 7}",
        difficulty=Difficulty.MEDIUM,
        verdict=verdict,
    )


def test_it_shows_twenty_rows_and_counts_the_rest() -> None:
    """Newest first, the calendar over every verdict, the totals over different problems."""
    handed_in = [some(1000 - n, n) for n in range(30)] + [some(1, 0.5, verdict="Wrong Answer")]
    with client() as http, StandIn("Ada", handed_in, now=lambda: NOW) as service:
        result = LeetCode(http, base_url=service.url).poll(request("ada", since=SINCE, asked_at=NOW))
    assert len(result.observations) == 20
    assert result.subject == "Ada"
    assert result.tally is not None
    assert (result.tally.solved, result.tally.accepted) == (7, 30)
    assert sum(result.profile.active_days.values()) == 31
    assert result.server_at == NOW
    assert result.covers[-1] == Span(NOW - timedelta(hours=19) + timedelta(seconds=1), NOW - timedelta(minutes=10))


def test_what_is_added_is_shown_from_its_time_on() -> None:
    """The service's own time decides, and it can be moved."""
    now = [NOW]
    with client() as http, StandIn("Ada", now=lambda: now[0]) as service:
        source = LeetCode(http, base_url=service.url)
        assert source.poll(request("Ada", asked_at=NOW)).observations == ()
        service.add(Submission(number=5, at=NOW + timedelta(minutes=5), slug="two-sum", title="Two Sum"))
        assert source.poll(request("Ada", asked_at=NOW)).observations == ()
        now[0] = NOW + timedelta(minutes=6)
        later = source.poll(request("Ada", asked_at=now[0], wants_difficulty=True))
        assert [(seen.item, seen.difficulty) for seen in later.observations] == [("two-sum", Difficulty.EASY)]
        assert service.requests == 4


def test_it_knows_one_person_only() -> None:
    """And says so as the service does."""
    with client() as http, StandIn("Ada", now=lambda: NOW) as service:
        assert trouble_of(LeetCode(http, base_url=service.url), request("bob", asked_at=NOW)).reason == "unknown_user"


def test_old_days_leave_its_calendar() -> None:
    """366 days with today, also across the turn of the year."""
    handed_in = [some(1, 24 * 365), some(2, 24 * 366), some(3, 24 * 200)]
    with client() as http, StandIn("Ada", handed_in, now=lambda: NOW) as service:
        result = LeetCode(http, base_url=service.url).poll(request("Ada", since=SINCE, asked_at=NOW))
    assert list(result.profile.active_days) == ["2024-06-15", "2024-11-27"]
    assert len(result.observations) == 3


@pytest.mark.parametrize(
    ("method", "path", "body"), [("POST", "/elsewhere", b"{}"), ("POST", "/graphql/", b"not json"), ("GET", "/", None)]
)
def test_it_refuses_what_it_does_not_know(method: str, path: str, body: bytes | None) -> None:
    """With a status of its own, never with an empty list."""
    with client() as http, StandIn("Ada", now=lambda: NOW) as service:
        assert http.request(method, f"{service.url}{path}", content=body).status >= 400


def test_closing_it_twice_is_allowed() -> None:
    """And after it nobody listens."""
    service = StandIn("Ada", now=lambda: NOW)
    service.close()
    service.close()
    with client() as http:
        assert trouble_of(LeetCode(http, base_url=service.url), request("Ada", asked_at=NOW)).reason == "network"
