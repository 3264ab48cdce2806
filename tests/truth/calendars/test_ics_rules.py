"""Rules unrolled from near the window give what a whole unrolling from the first day on gives."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.spans import Span
from exitzero.truth.calendars.ics import read
from tests.truth.calendars.samples import calendar, event

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "UTC"]
STARTS = st.datetimes(datetime(2004, 1, 1), datetime(2025, 12, 31)).map(  # noqa: DTZ001 - wall time
    lambda at: at.replace(second=0, microsecond=0)
)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule as a calendar program may write it, with or without an end."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    days = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=3, unique=True))
    if days:
        nth = draw(st.sampled_from(["", "1", "-1", "2"])) if freq in {"MONTHLY", "YEARLY"} else ""
        parts.append("BYDAY=" + ",".join(nth + day for day in days))
    elif freq in {"MONTHLY", "YEARLY"} and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.sampled_from(['1', '31', '-1', '13,29']))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(st.sampled_from(['2', '3,10', '1,2,3,4,5,6']))}")
    end = draw(st.sampled_from(["", "", "COUNT=7", "COUNT=400", "UNTIL=20260401T090000Z"]))
    return ";".join([*parts, *([end] if end else [])])


@given(rules(), STARTS, st.sampled_from(ZONES), st.booleans())
def test_a_rule_says_the_same_as_the_library_for_rules_says(
    rule: str, start: datetime, zone: str, whole_days: bool
) -> None:
    """Over both changes of the clock, for series that began up to twenty years before."""
    import icalendar
    import recurring_ical_events

    span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
    if whole_days:
        rule = rule.replace("T090000Z", "")
        lines = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}"]
    else:
        lines = [f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", "DURATION:PT1H"]
    data = calendar(event(*lines, f"RRULE:{rule}"))
    theirs = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(
        span.start - timedelta(days=2), span.end + timedelta(days=2)
    )
    found = read(data, span, zone="UTC")
    assert not found.skipped
    wanted = set()
    for one in theirs:
        at = one["DTSTART"].dt
        at = at.astimezone(UTC) if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
        if span.start - timedelta(hours=1) < at < span.end and not (whole_days and at < span.start - timedelta(days=1)):
            wanted.add(at)
    ours = {one.starts for one in found.events}
    assert {at for at in ours if at >= span.start} == {at for at in wanted if at >= span.start}


def test_a_series_goes_on_the_same_however_long_ago_it_began() -> None:
    """Every third week on two days, asked for one year at a time: the years join without a gap or a repetition."""
    data = calendar(event("DTSTART;TZID=America/New_York:20010103T213000", "RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=WE,SU"))
    starts: list[datetime] = []
    for year in range(2001, 2031):
        span = Span(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
        starts += [one.starts for one in read(data, span, zone="UTC").events if one.starts >= span.start]
    assert len(starts) == len(set(starts))
    assert {round((after - at) / timedelta(hours=12)) for at, after in pairwise(starts)} == {8, 34}
