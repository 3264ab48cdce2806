"""What is written comes back the same, and a change to a server's event touches nothing else in it."""

import stat
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exitzero.core.calendars import CalendarEvent
from exitzero.core.errors import OutsideTrouble
from exitzero.core.spans import Span
from exitzero.truth.calendars.ics import merge_event, read, write, write_event, write_feed
from tests.truth.calendars.samples import MADE_UP_ZONE, calendar, event

ZONE = "Europe/Berlin"
EVER = Span(datetime(1980, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))
#: Both changes of the clock on both sides of the ocean and below the equator lie in these weeks.
WEEKS = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
]
ZONES = ["", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]

texts = st.text(st.characters(exclude_categories=["C"]), max_size=90)
lines = st.lists(texts, max_size=4).map("\n".join)
instants = st.builds(
    lambda day, seconds: datetime.combine(day, time(), UTC) + timedelta(seconds=seconds),
    st.sampled_from(WEEKS),
    st.integers(-3 * 86_400, 3 * 86_400),
)


def mock(**changes: object) -> CalendarEvent:
    """A mock interview with the given differences."""
    plain = CalendarEvent(
        uid="mock-1@exitzero",
        starts=datetime(2026, 3, 2, 15, tzinfo=UTC),
        ends=datetime(2026, 3, 2, 16, tzinfo=UTC),
        title="Mock with Ada",
        zone="America/New_York",
        link="https://meet.google.com/abc",
        changed=datetime(2026, 1, 1, 8, tzinfo=UTC),
        reminders=(10, 60),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def twice_shown(hour: int, minute: int, *, length: int) -> CalendarEvent:
    """A mock in the night in which New York's clock shows the hour from 1:00 to 2:00 twice."""
    starts = datetime(2026, 11, 1, hour, minute, tzinfo=UTC)
    return mock(calendar="Mocks; and more", starts=starts, ends=starts + timedelta(minutes=length))


def later(one: CalendarEvent, **by: int) -> CalendarEvent:
    """The event moved as a whole."""
    return replace(one, starts=one.starts + timedelta(**by), ends=one.ends + timedelta(**by))


@st.composite
def events(draw: st.DrawFn) -> CalendarEvent:
    """Any event that the format can express."""
    starts = draw(instants)
    ends = starts + timedelta(seconds=draw(st.integers(0, 200_000)))
    all_day = draw(st.booleans())
    zone = "" if all_day else draw(st.sampled_from(ZONES))
    if all_day:
        first = starts.astimezone(ZoneInfo(ZONE)).date()
        last = first + timedelta(days=draw(st.integers(1, 9)))
        starts, ends = (datetime.combine(day, time(), ZoneInfo(ZONE)).astimezone(UTC) for day in (first, last))
    return CalendarEvent(
        uid=draw(st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=60)),
        starts=starts,
        ends=ends,
        title=draw(texts).strip(),
        zone=zone,
        notes=draw(lines),
        place=draw(texts).strip(),
        link=draw(st.sampled_from(["", "https://zoom.us/j/1?pwd=x%20y", "https://example.org/a,b;c"])),
        all_day=all_day,
        cancelled=draw(st.booleans()),
        calendar="Mocks; and more",
        changed=draw(st.none() | instants),
        attendees=draw(st.sampled_from([(), ("ada@example.org", "Bob@example.org")])),
        reminders=tuple(sorted(draw(st.sets(st.integers(0, 50_000), max_size=4)))),
    )


@given(events())
@example(
    mock(
        calendar="Mocks; and more",
        starts=datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        ends=datetime(2026, 11, 1, 7, tzinfo=UTC),
    )
)
@example(
    mock(
        calendar="Mocks; and more",
        starts=datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        ends=datetime(2026, 11, 1, 6, 15, tzinfo=UTC),
    )
)
def test_what_is_written_is_read_the_same(one: CalendarEvent) -> None:
    """In every zone and week, also in the hour that the clock runs through twice."""
    if not one.zone and not one.all_day:
        twice = one.starts.astimezone(ZoneInfo(ZONE))
        if twice.replace(fold=0).astimezone(UTC) != one.starts:
            # A floating time cannot say which of the two it is; the instant is kept and the zone told.
            one = replace(one, zone="UTC")
        elif one.ends.astimezone(ZoneInfo(ZONE)).replace(fold=0).astimezone(UTC) != one.ends:
            one = replace(one, zone="UTC")
    expected = one if one.link or "http" not in (one.notes + one.place) else replace(one, notes="", place="")
    content = read(write([expected], "Mocks; and more", zone=ZONE), EVER, zone=ZONE)
    assert content.events == (expected,)
    assert not content.skipped
    assert not content.warnings


def test_the_recurrence_of_an_occurrence_is_written_in_its_own_form() -> None:
    for words in ("2026-03-02T15:00:00+00:00", "2026-03-02", "2026-03-02T10:00:00"):
        one = mock(recurrence=words, all_day="T" not in words, zone="", link="")
        (found,) = read(write([one], "", zone=ZONE), EVER, zone=ZONE).events
        assert found.recurrence == words


def test_the_same_events_give_the_same_bytes_in_any_order() -> None:
    """So that a feed changes only when something did."""
    first, second = mock(), mock(uid="mock-2@exitzero")
    assert write([first, second], "Mocks", zone=ZONE) == write([second, first], "Mocks", zone=ZONE)


def test_a_file_is_what_the_standard_asks_for() -> None:
    """Folded at 75 octets, CRLF throughout, a zone described for each TZID, one PRODID, a growing SEQUENCE."""
    data = write([mock(title="Ü" * 300)], "Mocks", zone=ZONE)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n")
    text = data.decode()
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "TZID:America/New_York" in text
    assert "DTSTART;TZID=America/New_York:20260302T100000" in text
    assert "TRIGGER:-PT60M" in text
    for needed in ("PRODID:", "VERSION:2.0", "METHOD:PUBLISH", "X-WR-CALNAME:Mocks", "STATUS:CONFIRMED", "DTSTAMP:"):
        assert text.count(needed) == 1, needed
    newer = write_event(mock(changed=datetime(2026, 1, 2, tzinfo=UTC)), zone=ZONE).decode()
    assert int(newer.split("SEQUENCE:")[1].split()[0]) > int(text.split("SEQUENCE:")[1].split()[0])


def test_the_described_zone_says_the_same_as_the_zone_itself() -> None:
    """A program that knows no zones by name still finds the instant, on both sides of a change of the clock."""
    for month in (1, 3, 4, 7, 10, 11):
        one = mock(starts=datetime(2026, month, 20, 15, tzinfo=UTC), ends=datetime(2026, month, 20, 16, tzinfo=UTC))
        data = write([one], "", zone=ZONE).replace(b"America/New_York", b"Nowhere Known")
        (found,) = read(data, EVER, zone=ZONE).events
        assert found.starts == one.starts


def test_no_link_that_is_none_reaches_a_file() -> None:
    for link in ("javascript:alert(1)", "https://x y", "https://x\nATTENDEE:mailto:a@b", "not a link"):
        data = write([mock(link=link)], "", zone=ZONE)
        assert b"CONFERENCE" not in data
        assert b"ATTENDEE" not in data


# ------------------------------------------------------------------------------------------ merging

FOREIGN = [
    "DTSTART;TZID=America/New_York:20260302T100000",
    "DTEND;TZID=America/New_York:20260302T110000",
    "SUMMARY;LANGUAGE=en:Mock with Ada",
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Room 1; east":geo:1.5,2.5',
    "ORGANIZER;CN=Ada:mailto:ada@example.org",
    "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:ada@example.org",
    "SEQUENCE:7",
    "CATEGORIES:INTERVIEW,WORK",
    "a line that is no property",
    "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nX-WR-ALARMUID:1-2-3\nEND:VALARM",
    "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT30M\nEND:VALARM",
]


def held(*more: str) -> bytes:
    """A file as a server holds it, with much in it that is not ours."""
    return calendar("X-FOREIGN:kept", event(*FOREIGN, *more, uid="mock-1@exitzero"))


def stands(data: bytes) -> CalendarEvent:
    """The one event of a file."""
    (found,) = read(data, EVER, zone=ZONE).events
    return found


def unfolded(data: bytes) -> list[str]:
    """The lines of a file."""
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_a_merge_that_changes_nothing_gives_back_the_very_bytes() -> None:
    old = held()
    assert merge_event(old, stands(old), zone=ZONE) == old


def test_a_merge_touches_what_differs_and_nothing_else() -> None:
    old = held()
    was = stands(old)
    moved = replace(
        was,
        starts=was.starts + timedelta(days=7, hours=1),
        ends=was.ends + timedelta(days=7, hours=1),
        title="Mock, moved",
    )
    new = merge_event(old, moved, zone=ZONE)
    assert stands(new) == moved
    before, after = unfolded(old), unfolded(new)
    assert [line for line in before if line not in after] == [
        "DTSTART;TZID=America/New_York:20260302T100000",
        "DTEND;TZID=America/New_York:20260302T110000",
        "SUMMARY;LANGUAGE=en:Mock with Ada",
        "SEQUENCE:7",
    ]
    # In New York the clock has changed meanwhile.
    assert "DTSTART;TZID=America/New_York:20260309T120000" in after
    assert "SEQUENCE:8" in after


@given(events().map(lambda one: replace(one, uid="mock-1@exitzero", calendar="", changed=None)))
def test_a_merge_makes_it_so_and_keeps_what_is_foreign(one: CalendarEvent) -> None:
    floating = not one.zone and not one.all_day
    wanted = replace(one, zone="UTC" if floating else one.zone, attendees=("ada@example.org",))
    if not wanted.link:
        wanted = replace(wanted, notes="", place="")
    # The mail that somebody else asked for stays.
    wanted = replace(wanted, reminders=tuple(sorted({*wanted.reminders, 30})))
    new = merge_event(held(), wanted, zone=ZONE)
    assert stands(new) == wanted
    for foreign in (*FOREIGN[3:6], *FOREIGN[7:9], "X-FOREIGN:kept", "ACTION:EMAIL"):
        assert foreign in unfolded(new)
    assert merge_event(new, wanted, zone=ZONE) == new


def test_an_alarm_of_our_own_kind_goes_and_one_of_another_kind_stays() -> None:
    old = held()
    new = merge_event(old, replace(stands(old), reminders=(60,)), zone=ZONE)
    assert stands(new).reminders == (30, 60)
    assert b"X-WR-ALARMUID" not in new


def test_the_name_that_the_server_gave_to_a_zone_is_kept() -> None:
    old = calendar(MADE_UP_ZONE, event("DTSTART;TZID=W. Europe Standard Time:20260302T100000", uid="m"))
    was = stands(old)
    new = merge_event(
        old, replace(was, starts=was.starts + timedelta(hours=1), ends=was.ends + timedelta(hours=2)), zone=ZONE
    )
    assert "DTSTART;TZID=W. Europe Standard Time:20260302T110000" in unfolded(new)


def test_one_occurrence_that_moves_becomes_an_exception_and_the_series_stays() -> None:
    """With the guests, the alarms and whatever else the series has."""
    rule = "RRULE:FREQ=WEEKLY;COUNT=4"
    old = held(rule, "EXDATE;TZID=America/New_York:20260316T100000")
    second = read(old, EVER, zone=ZONE).events[1]
    moved = replace(
        second, starts=second.starts + timedelta(hours=3), ends=second.ends + timedelta(hours=3), title="Later"
    )
    new = merge_event(old, moved, zone=ZONE)
    first, other, last = read(new, EVER, zone=ZONE).events
    assert other == moved
    assert (first, last) == (read(old, EVER, zone=ZONE).events[0], read(old, EVER, zone=ZONE).events[2])
    text = unfolded(new)
    assert text.count(rule) == 1
    assert "RECURRENCE-ID;TZID=America/New_York:20260309T100000" in text
    assert text.count("CATEGORIES:INTERVIEW,WORK") == 2
    again = merge_event(new, replace(moved, title="Later still"), zone=ZONE)
    assert again.count(b"RECURRENCE-ID") == 1
    assert read(again, EVER, zone=ZONE).events[1].title == "Later still"


def test_one_day_of_a_series_of_days_can_be_cancelled() -> None:
    old = calendar(
        event("DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260304", "RRULE:FREQ=WEEKLY;COUNT=3", uid="d")
    )
    second = read(old, EVER, zone=ZONE).events[1]
    new = merge_event(old, replace(second, cancelled=True), zone=ZONE)
    assert [one.cancelled for one in read(new, EVER, zone=ZONE).events] == [False, True, False]
    assert read(new, EVER, zone=ZONE).events[1] == replace(second, cancelled=True)


@pytest.mark.parametrize(
    "old", [b"", b"nonsense", b"<html></html>", calendar(event("DTSTART:bad", uid="mock-1@exitzero"))]
)
def test_what_cannot_be_read_is_replaced_whole(old: bytes) -> None:
    assert stands(merge_event(old, mock(), zone=ZONE)) == mock()


def test_an_event_that_is_not_there_yet_is_added_beside_the_others() -> None:
    new = merge_event(calendar(event("DTSTART:20260302T100000Z", uid="other")), mock(), zone=ZONE)
    assert {one.uid for one in read(new, EVER, zone=ZONE).events} == {"other", "mock-1@exitzero"}
    assert b"TZID:America/New_York" in new


# ------------------------------------------------------------------------------------------ feed


def test_a_feed_is_written_whole_and_only_when_something_changed(tmp_path: Path) -> None:
    feed = tmp_path / "made" / "mocks.ics"
    assert write_feed(feed, [mock()], "Mocks", zone=ZONE)
    assert stat.S_IMODE(feed.stat().st_mode) == 0o644
    assert not write_feed(feed, [mock()], "Mocks", zone=ZONE)
    assert write_feed(feed, [mock(title="Other")], "Mocks", zone=ZONE)
    assert stands(feed.read_bytes()).title == "Other"
    assert [one.name for one in feed.parent.iterdir()] == ["mocks.ics"]


def test_a_feed_that_cannot_be_written_is_trouble_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "mocks.ics").mkdir()
    with pytest.raises(OutsideTrouble) as caught:
        write_feed(tmp_path / "mocks.ics", [mock()], "Mocks", zone=ZONE)
    assert caught.value.reason == "disk"
    assert [one.name for one in tmp_path.iterdir()] == ["mocks.ics"]
