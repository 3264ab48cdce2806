"""Times on the wall of a zone: what the clock skips is refused, what it shows twice is the first, and said."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.mocks.local import to_instant, to_wall

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "UTC")


def test_an_ordinary_time_is_its_instant() -> None:
    found = to_instant(datetime.fromisoformat("2026-06-10T18:00"), "Europe/Berlin")
    assert (found.instant, found.words) == (datetime(2026, 6, 10, 16, tzinfo=UTC), "")


@pytest.mark.parametrize(
    ("zone", "wall", "instead"),
    [
        ("Europe/Berlin", datetime.fromisoformat("2026-03-29T02:30"), "03:30"),
        ("America/New_York", datetime.fromisoformat("2026-03-08T02:00"), "03:00"),
        ("Australia/Lord_Howe", datetime.fromisoformat("2026-10-04T02:15"), "02:45"),
    ],
)
def test_a_time_that_the_clock_skips_is_refused_with_the_one_instead(zone: str, wall: datetime, instead: str) -> None:
    with pytest.raises(BadInput, match=instead) as caught:
        to_instant(wall, zone, field="ends")
    assert caught.value.field == "ends"


def test_a_time_that_is_shown_twice_is_the_first_and_says_so() -> None:
    found = to_instant(datetime.fromisoformat("2026-10-25T02:30"), "Europe/Berlin")
    assert found.instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "twice" in found.words


@given(
    st.integers(0, 16 * 366 * 24 * 60).map(lambda minutes: BEGAN + timedelta(minutes=minutes)),
    st.sampled_from(ZONES),
)
def test_an_instant_on_the_wall_and_back_is_the_same_or_the_first_of_two(instant: datetime, zone: str) -> None:
    back = to_instant(to_wall(instant, zone), zone)
    assert back.instant == instant or (back.words and timedelta(0) < instant - back.instant <= timedelta(hours=1))


def test_no_zone_is_refused() -> None:
    for name in ("Mars", "", "/etc/passwd", "Europe/", "x" * 5000, "a\0b"):
        with pytest.raises(BadInput) as caught:
            to_instant(datetime.fromisoformat("2026-06-10T18:00"), name)
        assert caught.value.field == "zone"
