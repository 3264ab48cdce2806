"""How long a service is left alone after it failed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.net.politeness import Breaker, parse_date, parse_retry_after, pause

NOW = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Sun, 15 Jun 2025 12:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 15 Jun 2025 11:00:00 GMT", timedelta(0)),
        ("99999999999999", timedelta(hours=24)),
        ("Fri, 15 Jun 2125 11:00:00 GMT", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, told: timedelta | None) -> None:
    """Both forms count from the server's own time, never below zero and never beyond a day."""
    assert parse_retry_after(header, now=NOW) == told


@pytest.mark.parametrize("value", [None, "", "yesterday", "Mon, 01 Jan 1900 00:00:00 GMT", "Sun, 99 Jun 2025"])
def test_a_date_that_cannot_be_meant_is_no_date(value: str | None) -> None:
    """No time is better than a wrong one."""
    assert parse_date(value) is None


def test_a_date_in_any_zone_is_told_in_utc() -> None:
    """Also the form without a zone, which HTTP means as UTC."""
    assert parse_date("Sun, 15 Jun 2025 14:00:00 +0200") == NOW
    assert parse_date("Sun, 15 Jun 2025 12:00:00 -0000") == NOW


@given(st.text(max_size=60))
def test_no_header_breaks_the_reading(value: str) -> None:
    """Whatever stands in a header, it is a time or nothing."""
    told = parse_retry_after(value, now=NOW)
    assert told is None or timedelta(0) <= told <= timedelta(hours=24)


@pytest.mark.parametrize("reason", ["network", "timeout", "server_error", "empty", "not_json", "inconsistent"])
def test_passing_trouble_is_waited_out_longer_each_time(reason: str) -> None:
    """From one minute, doubling, up to half an hour."""
    lengths = [pause(reason, failures=n, told=None, jitter=0.0) for n in range(1, 9)]
    assert lengths[:3] == [timedelta(seconds=60), timedelta(seconds=120), timedelta(seconds=240)]
    assert lengths[5:] == [timedelta(minutes=30)] * 3


def test_a_rate_limit_is_kept_to_the_second_where_it_is_told() -> None:
    """Otherwise it doubles like the rest."""
    assert pause("rate_limited", failures=5, told=timedelta(seconds=7), jitter=1.0) == timedelta(seconds=7)
    assert pause("rate_limited", failures=2, told=None, jitter=0.0) == timedelta(seconds=120)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_block_is_left_alone_for_half_an_hour_to_an_hour(failures: int, jitter: float) -> None:
    """However often it happened."""
    length = pause("blocked", failures=failures, told=None, jitter=jitter)
    assert length is not None
    assert timedelta(minutes=30) <= length <= timedelta(minutes=60)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_no_pause_is_shorter_than_a_minute_or_longer_than_half_an_hour(failures: int, jitter: float) -> None:
    """For trouble that passes by itself."""
    length = pause("network", failures=failures, told=None, jitter=jitter)
    assert length is not None
    assert timedelta(minutes=1) <= length <= timedelta(minutes=30)


def test_a_changed_schema_starts_no_storm_and_an_unknown_user_no_try_at_all() -> None:
    """Six hours; and nothing until the person acts."""
    assert pause("schema_changed", failures=1, told=None, jitter=0.5) == timedelta(hours=6)
    assert pause("unknown_user", failures=1, told=None, jitter=0.5) is None


def test_the_breaker_counts_and_forgets() -> None:
    """Failures in a row lengthen the pause; one good answer ends it."""
    once = Breaker().failed("network", at=100.0, told=None, jitter=0.0)
    assert once.next_allowed() == 160.0
    twice = once.failed("network", at=200.0, told=None, jitter=0.0)
    assert twice.next_allowed() == 320.0
    assert twice.succeeded() == Breaker()
    assert Breaker().failed("unknown_user", at=1.0, told=None, jitter=0.0).next_allowed() is None


@pytest.mark.parametrize("reason", ["network", "timeout", "blocked", "server_error", "schema_changed", "unknown_user"])
def test_only_a_rate_limit_holds_back_a_person_too(reason: str) -> None:
    """A button pressed after anything else asks at once; after a rate limit it waits as told."""
    assert Breaker().held_for(0.0) is None
    assert Breaker().failed(reason, at=0.0, told=None, jitter=0.0).held_for(1.0) is None
    limited = Breaker().failed("rate_limited", at=0.0, told=timedelta(seconds=90), jitter=0.0)
    assert limited.held_for(30.0) == timedelta(seconds=60)
    assert limited.held_for(90.0) is None
