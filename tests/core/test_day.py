"""The person's own day: every instant has exactly one, and nothing moves it once it is open."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exitzero.core.day import SHORTEST_DAY, Day, Hours, boundary, day_after, day_at, tightened, zone_named
from exitzero.core.errors import BadInput
from tests.core.strategies import at, clock_times, hours, instants, recent_instants, some_zones, zones

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
MIDNIGHT = Hours()


@settings(max_examples=200)
@given(instants, hours, zones)
@example(at("2011-12-30 09:59:59"), Hours(time(5), time(4, 30)), "Pacific/Apia")
@example(at("2011-12-30 10:00"), MIDNIGHT, "Pacific/Apia")
@example(at("2026-11-01 01:30", "America/Los_Angeles"), Hours(time(1, 30), time(1, 15)), "America/Los_Angeles")
@example(at("2026-11-01 04:30", "America/St_Johns"), MIDNIGHT, "America/St_Johns")
def test_each_instant_belongs_to_exactly_one_day(instant: datetime, each: Hours, zone: str) -> None:
    """The day of an instant holds it; its neighbours do not, and they begin and end where it does."""
    day = day_at(instant, each, zone)
    assert instant in day
    assert day.zone == zone
    assert day_at(day.starts, each, zone) == day
    assert day_at(day.ends - TICK, each, zone) == day
    before, after = day_at(day.starts - TICK, each, zone), day_at(day.ends, each, zone)
    assert before.ends == day.starts
    assert after.starts == day.ends
    assert before.label < day.label < after.label
    assert instant not in before
    assert instant not in after


@settings(max_examples=200)
@given(instants, hours, zones)
def test_work_is_due_within_the_day(instant: datetime, each: Hours, zone: str) -> None:
    """The deadline lies after the start and not after the end, and its own minute still counts."""
    day = day_at(instant, each, zone)
    assert day.starts < day.deadline <= day.closes <= day.ends
    assert day.closes == min(day.deadline + timedelta(minutes=1), day.ends)
    assert day.window.start == day.starts
    assert day.window.end == day.closes


@settings(max_examples=200)
@given(instants, hours, zones)
def test_the_day_after_is_the_next_day_while_nothing_changes(instant: datetime, each: Hours, zone: str) -> None:
    """Opening day by day gives the same days as cutting time afresh."""
    day = day_at(instant, each, zone)
    assert day_after(day, each, zone) == day_at(day.ends, each, zone)


@given(recent_instants, st.lists(st.tuples(hours, st.one_of(some_zones, zones)), min_size=2, max_size=12))
def test_changes_of_zone_and_hours_leave_no_gap(start: datetime, plan: list[tuple[Hours, str]]) -> None:
    """However zone and hours change, days follow one another, labels rise, and none is shorter than twelve hours."""
    days = [day_at(start, *plan[0])]
    for each, zone in plan[1:]:
        days.append(day_after(days[-1], each, zone))
    for previous, day in pairwise(days):
        assert day.starts == previous.ends
        assert day.label > previous.label
        assert SHORTEST_DAY <= day.ends - day.starts <= timedelta(hours=24 + 26 + 24)
        assert day.starts < day.deadline <= day.closes <= day.ends
        assert day.ends == boundary(day.label + timedelta(days=1), _hours_of(plan, days, day), ZoneInfo(day.zone))


def _hours_of(plan: list[tuple[Hours, str]], days: list[Day], day: Day) -> Hours:
    return plan[days.index(day)][0]


@given(recent_instants, st.lists(hours, min_size=2, max_size=10), zones)
def test_one_day_in_between_is_long_and_the_rest_are_regular(start: datetime, plan: list[Hours], zone: str) -> None:
    """After a change of hours the very next day ends on a boundary of the new hours, so the one after is regular."""
    day = day_at(start, plan[0], zone)
    for each in plan[1:]:
        between = day_after(day, each, zone)
        assert day_after(between, each, zone) == day_at(between.ends, each, zone)
        day = between


@pytest.mark.parametrize(
    ("label", "length"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)],
)
def test_daylight_saving_gives_days_of_23_and_25_hours(label: date, length: int) -> None:
    """The day on which the clocks move is shorter or longer, and is still due a minute before midnight."""
    day = day_at(at(f"{label} 12:00", "Europe/Berlin"), MIDNIGHT, "Europe/Berlin")
    assert day.label == label
    assert day.ends - day.starts == length * HOUR
    assert day.ends - day.deadline == timedelta(minutes=1)


def test_the_date_that_samoa_skipped_has_no_day() -> None:
    """On 30 December 2011 nobody in Samoa owed anything: the 31st follows the 29th at the same midnight."""
    day = day_at(at("2011-12-29 12:00", "Pacific/Apia"), MIDNIGHT, "Pacific/Apia")
    after = day_after(day, MIDNIGHT, "Pacific/Apia")
    assert [day.label, after.label] == [date(2011, 12, 29), date(2011, 12, 31)]
    assert day.ends == after.starts == at("2011-12-30 10:00")
    assert after.ends - after.starts == 24 * HOUR


@pytest.mark.parametrize(
    ("starts", "now", "label", "begins"),
    [
        # 02:30 does not exist on the 29th: the day begins as if the clocks had not moved yet.
        (time(2, 30), "2026-03-29 01:29", date(2026, 3, 28), None),
        (time(2, 30), "2026-03-29 01:30", date(2026, 3, 29), "2026-03-29 01:30"),
        # 02:30 comes twice on the 25th of October: the first one begins the day.
        (time(2, 30), "2026-10-25 00:30", date(2026, 10, 25), "2026-10-25 00:30"),
        (time(2, 30), "2026-10-25 01:30", date(2026, 10, 25), "2026-10-25 00:30"),
    ],
)
def test_a_start_in_a_skipped_or_repeated_hour(starts: time, now: str, label: date, begins: str | None) -> None:
    """An hour that the clocks skip or repeat still begins one day, at one instant."""
    day = day_at(at(now), Hours(starts, time(23, 0)), "Europe/Berlin")
    assert day.label == label
    if begins is not None:
        assert day.starts == at(begins)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-03-28 12:00", "2026-03-29 01:30"),  # 02:30 is skipped and falls on what the wall calls 03:30
        ("2026-10-24 12:00", "2026-10-25 01:30"),  # 02:30 comes twice and the later one counts
        ("2026-06-10 12:00", "2026-06-11 00:30"),
    ],
)
def test_a_deadline_in_a_skipped_or_repeated_hour_gives_the_doubt_to_the_person(day: str, due: str) -> None:
    """A deadline at half past two in the night is due at the later of what that may mean."""
    opened = day_at(at(day, "Europe/Berlin"), Hours(time(4), time(2, 30)), "Europe/Berlin")
    assert opened.deadline == at(due)


def test_a_deadline_may_lie_after_midnight() -> None:
    """Work due at two in the night belongs to the day that began the morning before."""
    night = day_at(at("2026-03-05 01:59"), Hours(time(4), time(2)), "UTC")
    assert night.label == date(2026, 3, 4)
    assert night.deadline == at("2026-03-05 02:00")
    assert night.ends == at("2026-03-05 04:00")


def test_a_deadline_at_the_start_hour_is_the_end_of_the_day() -> None:
    """Midnight to midnight is a day of twenty-four hours whose deadline is its end."""
    day = day_at(at("2026-03-04 12:00"), Hours(time(0), time(0)), "UTC")
    assert day.deadline == day.closes == day.ends == at("2026-03-05 00:00")


def test_a_deadline_squeezed_out_by_the_clocks_is_the_end_of_the_day() -> None:
    """Where the due hour is skipped and the next day begins in the same gap, the day's end is its deadline."""
    day = day_at(at("2026-03-28 12:00", "Europe/Berlin"), Hours(time(3), time(2, 30)), "Europe/Berlin")
    assert day.deadline == day.ends == at("2026-03-29 01:00")


@pytest.mark.parametrize(
    ("home", "away", "label", "length"),
    [
        ("America/Los_Angeles", "Asia/Tokyo", date(2026, 11, 22), 31),
        ("Asia/Tokyo", "America/Los_Angeles", date(2026, 11, 21), 41),
        ("Europe/Berlin", "Europe/London", date(2026, 11, 21), 25),
        ("Europe/London", "Europe/Berlin", date(2026, 11, 21), 23),
    ],
)
def test_travel_moves_the_next_day_and_not_the_running_one(home: str, away: str, label: date, length: int) -> None:
    """East or west, the day that runs keeps its instants; the one between two zones takes up the difference."""
    running = day_at(at("2026-11-20 15:00", home), MIDNIGHT, home)
    assert running.ends - running.starts == 24 * HOUR
    after = day_after(running, MIDNIGHT, away)
    assert after.starts == running.ends
    assert (after.label, (after.ends - after.starts) / HOUR) == (label, length)
    assert after.deadline == after.ends - timedelta(minutes=1)
    assert day_after(after, MIDNIGHT, away).ends - after.ends == 24 * HOUR


@given(recent_instants, hours, clock_times, zones)
def test_tightening_only_brings_the_deadline_forward(instant: datetime, each: Hours, deadline: time, zone: str) -> None:
    """A running day takes an earlier deadline of the same zone, never a later one, and keeps its start and end."""
    day = day_at(instant, each, zone)
    moved = tightened(day, Hours(each.starts, deadline))
    assert moved.deadline <= day.deadline
    assert moved.closes <= day.closes
    assert (moved.label, moved.zone, moved.starts, moved.ends) == (day.label, day.zone, day.starts, day.ends)
    assert (moved is day) == (moved.deadline == day.deadline)


def test_tightening_holds_the_same_evening() -> None:
    """Due at 22:00 instead of 23:59 is due at 22:00 today; the other way round nothing moves."""
    day = day_at(at("2026-03-04 12:00"), MIDNIGHT, "UTC")
    earlier = tightened(day, Hours(deadline=time(22)))
    assert earlier.deadline == at("2026-03-04 22:00")
    assert earlier.closes == at("2026-03-04 22:01")
    assert tightened(earlier, MIDNIGHT) is earlier


@pytest.mark.parametrize(
    ("starts", "deadline", "expected"),
    [(time(0), time(23, 59), 1439), (time(0), time(0), 1440), (time(4), time(2), 1560), (time(4), time(4, 1), 241)],
)
def test_deadline_minutes_count_from_the_days_own_midnight(starts: time, deadline: time, expected: int) -> None:
    """A deadline at or before the start hour belongs to the night after."""
    assert Hours(starts, deadline).deadline_minutes == expected


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../etc/passwd", "Europe", "UTC\0"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    """A zone that is not in the list is bad input at the field zone."""
    with pytest.raises(BadInput) as refusal:
        zone_named(name)
    assert refusal.value.field == "zone"
    assert repr(name) in refusal.value.message


def test_a_day_holds_instants_only() -> None:
    """Anything but an instant is in no day."""
    day = day_at(datetime(2026, 3, 4, tzinfo=UTC), MIDNIGHT, "UTC")
    assert "2026-03-04" not in day
