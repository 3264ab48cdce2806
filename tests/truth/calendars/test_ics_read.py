"""Whatever a calendar service writes: each good event at its right instant, each bad one told, and nothing raised."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.calendars import CalendarContent, CalendarEvent
from exitzero.core.observation import SourceTrouble
from exitzero.core.spans import Span
from exitzero.truth.calendars.ics import LONGEST_FILE, read
from tests.truth.calendars.samples import GOOD, SAMPLES, SPAN, ZONE, Sample, calendar, event


def of(data: bytes, *own: str) -> CalendarContent:
    """A file read by the person of the samples."""
    return read(data, SPAN, zone=ZONE, own=own)


def only(*lines: str, own: str = "") -> CalendarEvent:
    """The one event of a file with these lines."""
    (found,) = of(calendar(event("DTSTART:20260302T100000Z", *lines)), own).events
    return found


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_each_good_event_stands_at_its_instant_and_each_bad_one_is_told(sample: Sample) -> None:
    content = of(sample.data)
    assert tuple(f"{one.starts:%m-%dT%H:%M}" for one in content.events) == sample.starts
    assert len(content.skipped) == sample.skipped, content.skipped
    assert bool(content.warnings) == sample.warned, content.warnings


def test_the_words_of_a_bad_event_say_which_and_why() -> None:
    (bad,) = of(calendar(event("DTSTART:20260230T100000Z", "SUMMARY:Mock with Ada"))).skipped
    assert bad.words == "“Mock with Ada” (20260230T100000Z) could not be read: its start is no date of the calendar."
    assert bad.uid == "a@sample"


def test_a_file_full_of_bad_events_is_told_in_few_words() -> None:
    content = of(calendar(GOOD, *(event("DTSTART:never", uid=str(n)) for n in range(500))))
    assert len(content.events) == 1
    assert len(content.skipped) == 201
    assert content.skipped[-1].words == "300 more events could not be read."


def test_a_file_that_breaks_off_is_not_whole() -> None:
    """What is missing from it is not known to be gone."""
    assert of(SAMPLES["plain"].data).whole
    assert not of(SAMPLES["cut off"].data).whole


def test_an_event_says_all_that_its_file_says() -> None:
    lines = (
        "DTSTART;TZID=America/New_York:20260302T100000",
        "DTEND;TZID=America/New_York:20260302T110000",
        "SUMMARY:Mock\\, with Ada",
        "DESCRIPTION:Bring\\na pen\\\\pencil",
        "LOCATION:Room 1\\; 2nd floor",
        "LAST-MODIFIED:20260101T080000Z",
        "ATTENDEE;CN=Ada:mailto:ada@example.org",
        "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Me@Example.org",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1H\nEND:VALARM",
        "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-P0DT0H10M0S\nEND:VALARM",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;RELATED=END:-PT90M\nEND:VALARM",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20260301T150000Z\nEND:VALARM",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:PT5M\nEND:VALARM",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:nonsense\nEND:VALARM",
    )
    (found,) = of(calendar("X-WR-CALNAME:Interviews", event(*lines)), "me@example.org").events
    assert found == CalendarEvent(
        uid="a@sample",
        starts=datetime(2026, 3, 2, 15, tzinfo=UTC),
        ends=datetime(2026, 3, 2, 16, tzinfo=UTC),
        title="Mock, with Ada",
        zone="America/New_York",
        notes="Bring\na pen\\pencil",
        place="Room 1; 2nd floor",
        declined=True,
        calendar="Interviews",
        changed=datetime(2026, 1, 1, 8, tzinfo=UTC),
        attendees=("ada@example.org", "Me@Example.org"),
        reminders=(10, 30, 60, 1440),
    )


def test_an_occurrence_is_named_by_what_holds_wherever_the_person_is() -> None:
    """UTC for an instant, the date for a day, the time on the wall for a floating one."""
    for start, words in (
        ("DTSTART;TZID=America/New_York:20260302T100000", "2026-03-02T15:00:00+00:00"),
        ("DTSTART;VALUE=DATE:20260302", "2026-03-02"),
        ("DTSTART:20260302T100000", "2026-03-02T10:00:00"),
    ):
        data = calendar(event(start, "RRULE:FREQ=DAILY;COUNT=1"))
        for zone in (ZONE, "Asia/Tokyo", "America/Los_Angeles"):
            (found,) = read(data, SPAN, zone=zone).events
            assert (found.recurrence, found.key) == (words, f"a@sample#{words}")


def test_cancelled_is_marked_and_not_dropped() -> None:
    data = calendar(
        event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        event("RECURRENCE-ID:20260303T100000Z", "DTSTART:20260303T100000Z", "STATUS:CANCELLED"),
    )
    assert [one.cancelled for one in of(data).events] == [False, True, False]
    assert all(one.cancelled for one in of(calendar("METHOD:CANCEL", GOOD)).events)


def test_declined_is_the_persons_own_answer_only() -> None:
    assert only("ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org", own="ME@example.org").declined
    assert not only("ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org", own="me@example.org").declined
    assert not only("ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org", own="me@example.org").declined


@pytest.mark.parametrize(
    ("lines", "link"),
    [
        (["URL:https://example.org/event/1"], "https://example.org/event/1"),
        (["DESCRIPTION:see https://example.org/notes"], ""),
        (["DESCRIPTION:Join: https://us02web.zoom.us/j/123?pwd=a.\\nBye"], "https://us02web.zoom.us/j/123?pwd=a"),
        (
            ["URL:https://example.org/1", "DESCRIPTION:<https://meet.google.com/abc-defg-hij>"],
            "https://meet.google.com/abc-defg-hij",
        ),
        (
            ["LOCATION:https://teams.microsoft.com/l/meetup-join/19%3a"],
            "https://teams.microsoft.com/l/meetup-join/19%3a",
        ),
        (["CONFERENCE;VALUE=URI:https://whereby.com/x", "URL:https://zoom.us/j/1"], "https://whereby.com/x"),
        (["X-GOOGLE-CONFERENCE:https://meet.google.com/x"], "https://meet.google.com/x"),
        (["LOCATION:https://somewhere.example/room"], "https://somewhere.example/room"),
        (["URL:javascript:alert(1)", "LOCATION:file:///etc/passwd"], ""),
        (["DESCRIPTION:https://zoom.us.evil.example/j/1"], ""),
    ],
)
def test_the_link_is_where_to_join(lines: list[str], link: str) -> None:
    assert only(*lines).link == link


def test_an_event_without_a_uid_keeps_its_name_as_long_as_it_says_the_same() -> None:
    first = of(calendar(event("DTSTAMP:20260101T000000Z", "DTSTART:20260302T100000Z", uid=""))).events
    again = of(calendar(event("DTSTAMP:20260109T000000Z", "DTSTART:20260302T100000Z", uid=""))).events
    other = of(calendar(event("DTSTART:20260303T100000Z", uid=""))).events
    assert first[0].uid == again[0].uid != other[0].uid


def test_an_event_is_asked_for_by_the_time_that_it_takes() -> None:
    data = calendar(event("DTSTART:20260302T100000Z", "DTEND:20260302T110000Z"))
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    for span, inside in (
        (Span(at - hour, at), False),
        (Span(at - hour, at + minute), True),
        (Span(at + hour - minute, at + hour), True),
        (Span(at + hour, at + 2 * hour), False),
    ):
        assert bool(read(data, span, zone=ZONE).events) is inside


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"<!DOCTYPE html><html>Sign in</html>", "blocked"),
        (b'\n<?xml version="1.0"?><html/>', "blocked"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not_ics"),
        (b"BEGIN:VTIMEZONE\rTZID:x\rEND:VTIMEZONE", "not_ics"),
        (b'{"error": "no"}', "not_ics"),
        (b"\x00\xff\xfe\x89PNG", "not_ics"),
        (calendar(GOOD) + b" " * LONGEST_FILE, "too_large"),
    ],
)
def test_what_is_no_calendar_has_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SourceTrouble) as caught:
        of(data)
    assert caught.value.reason == reason
    assert caught.value.title.endswith(".")


ABSURD = {
    "every minute": event("DTSTART:19700101T000000Z", "RRULE:FREQ=MINUTELY"),
    "hourly for ever": event("DTSTART:19700101T000000Z", "RRULE:FREQ=HOURLY"),
    "daily from year one": event("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY;COUNT=999999"),
    "never, hour by hour": "\n".join(
        event(f"DTSTART:2020{m:02}{d:02}T000000Z", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", uid=f"{m}{d}")
        for m in range(1, 13)
        for d in range(1, 29)
    ),
    "many times a day": event(
        "DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=1,2,3,4,5,6,7"
    ),
    "two thousand series": "\n".join(
        event("DTSTART:20000101T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU", uid=str(n)) for n in range(2000)
    ),
    "two hundred rules": event("DTSTART:20200101T090000Z", *["RRULE:FREQ=HOURLY"] * 200),
    "end of time": event("DTSTART:99991231T235959Z", "RRULE:FREQ=DAILY"),
    "hundreds of zones": "\n".join(
        f"BEGIN:VTIMEZONE\nTZID:Z{n}\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n"
        f"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
        + event(f"DTSTART;TZID=Z{n}:20260101T100000", uid=str(n))
        for n in range(300)
    ),
    "ten thousand begins": "BEGIN:X\n" * 10_000,
}


@pytest.mark.parametrize("body", ABSURD.values(), ids=ABSURD.keys())
def test_no_rule_holds_the_program_up_or_hides_a_good_event(body: str) -> None:
    began = time.process_time()
    content = of(calendar(GOOD, body))
    assert time.process_time() - began < 10
    assert len(content.events) <= 20_001
    assert "good@sample" in {one.uid for one in content.events}


def test_five_thousand_events_are_read_in_a_moment() -> None:
    """A feed of ten years, of which a quarter of a year is wanted, and the same all at once."""
    data = calendar(
        *(
            event(
                f"DTSTART;TZID=Europe/Berlin:{2017 + n % 10}{n % 12 + 1:02}{n % 28 + 1:02}T{n % 24:02}0000",
                "DURATION:PT1H",
                f"SUMMARY:Event {n}",
                f"DESCRIPTION:https://zoom.us/j/{n}",
                uid=f"{n}@sample",
            )
            for n in range(5000)
        )
    )
    began = time.process_time()
    everything = read(data, Span(datetime(2016, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)), zone=ZONE)
    assert len(everything.events) == 5000
    assert time.process_time() - began < 5


_KEEP = [
    "plain",
    "moved occurrence",
    "zone of the file over the change of the clock",
    "this and all that follow",
    "cut off",
]
_BITES = [
    *(
        b"\r\n",
        b"\n ",
        b":",
        b";",
        b",",
        b'"',
        b"\\",
        b"\x00",
        b"\xff",
        b"Z",
        b"-",
        b"9" * 12,
        b"T",
        b"=",
        b"BEGIN:VEVENT\r\n",
    ),
    *(
        b"END:VEVENT\r\n",
        b"RRULE:FREQ=YEARLY;BYWEEKNO=53\r\n",
        b"DTSTART:00010101T000000\r\n",
        b"EXDATE:99991231T235959Z\r\n",
    ),
    *(
        b"DURATION:P3650D\r\n",
        b"RECURRENCE-ID:00010101\r\n",
        b"RDATE:99991231\r\n",
        b"TZID=Asia/Tokyo",
        b"INTERVAL=999999",
    ),
]


@given(
    st.sampled_from(_KEEP + list(SAMPLES)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(_BITES)), max_size=8),
)
def test_no_bytes_raise_anything_but_trouble(name: str, bites: list[tuple[float, int, bytes]]) -> None:
    data = SAMPLES[name].data
    for where, length, put in bites:
        at = int(where * len(data))
        data = data[:at] + put + data[at + length :]
    try:
        content = of(data)
    except SourceTrouble:
        return
    for one in content.events:
        assert one.starts <= one.ends
        assert one.starts < SPAN.end
        assert one.uid


@given(st.binary(max_size=400))
def test_no_raw_bytes_inside_a_calendar_raise_anything(noise: bytes) -> None:
    content = of(calendar(GOOD) + b"BEGIN:VCALENDAR\r\n" + noise + b"\r\nEND:VCALENDAR\r\n")
    assert "good@sample" in {one.uid for one in content.events}
