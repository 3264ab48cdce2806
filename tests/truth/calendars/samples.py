"""Small calendar files of our own making, one for each way in which services write them, rightly or wrongly.

Each says what has to come out of it: the instants (UTC) of the good events, and how many could not be read. They are
asked for in the first half of 2026 by a person in Berlin.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from exitzero.core.spans import Span

ZONE = "Europe/Berlin"
SPAN = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))


def event(*lines: str, uid: str = "a@sample") -> str:
    """A VEVENT with these lines."""
    return "\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    """A file of these blocks and lines."""
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sample//sample//EN", *parts, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


@dataclass(frozen=True, slots=True)
class Sample:
    """A file and what it says: starts as ``MM-DDTHH:MM`` of 2026 in UTC."""

    data: bytes
    starts: tuple[str, ...]
    skipped: int = 0
    warned: bool = False


BRASILIA = """BEGIN:VTIMEZONE
TZID:(UTC-03:00) Brasília
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:-0300
TZOFFSETTO:-0300
END:STANDARD
END:VTIMEZONE"""

#: As Exchange writes a zone that has a name nobody knows: summer time from the last Sunday of March on.
MADE_UP_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""

GOOD = event("DTSTART:20260401T100000Z", "DTEND:20260401T110000Z", "SUMMARY:Good", uid="good@sample")

SAMPLES: dict[str, Sample] = {
    "plain": Sample(calendar(GOOD), ("04-01T10:00",)),
    "byte order mark": Sample(b"\xef\xbb\xbf" + calendar(GOOD), ("04-01T10:00",)),
    "utf-16": Sample(calendar(GOOD).decode().encode("utf-16"), ("04-01T10:00",)),
    "line feeds": Sample(calendar(GOOD).replace(b"\r", b""), ("04-01T10:00",)),
    "lone returns": Sample(calendar(GOOD).replace(b"\n", b""), ("04-01T10:00",)),
    "latin-1": Sample(
        calendar(event("DTSTART:20260401T100000Z", "SUMMARY:Gespräch")).decode().encode("latin-1"), ("04-01T10:00",)
    ),
    "empty calendar": Sample(calendar(), ()),
    "bare event": Sample(GOOD.encode(), ("04-01T10:00",)),
    "two calendars": Sample(
        calendar("X-WR-CALNAME:One", GOOD)
        + calendar("X-WR-CALNAME:Two", event("DTSTART:20260402T100000Z", uid="b@sample")),
        ("04-01T10:00", "04-02T10:00"),
    ),
    "fold inside a character": Sample(
        calendar(event("DTSTART:20260401T100000Z", "SUMMARY:Grüße")).replace(b"\xc3\xbc", b"\xc3\r\n \xbc"),
        ("04-01T10:00",),
    ),
    "fold around the colon": Sample(calendar(event("DTSTART\n \n :20260401T100000Z")), ("04-01T10:00",)),
    "stray text": Sample(calendar("X", GOOD, "so it says"), ("04-01T10:00",)),
    "lower case": Sample(
        calendar(GOOD).replace(b"BEGIN:VEVENT", b"begin:vevent").replace(b"DTSTART", b"dtstart"), ("04-01T10:00",)
    ),
    "zone with rules": Sample(calendar(event("DTSTART;TZID=America/New_York:20260320T100000")), ("03-20T14:00",)),
    "zone in quotes": Sample(calendar(event('DTSTART;TZID="America/New_York":20260110T100000')), ("01-10T15:00",)),
    "zone with a slash": Sample(calendar(event("DTSTART;TZID=/Europe/London:20260701T000000")), ("06-30T23:00",)),
    "zone of a vendor": Sample(
        calendar(event("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/London:20260110T100000")), ("01-10T10:00",)
    ),
    "Windows zone over the change of the clock": Sample(
        calendar(event("DTSTART;TZID=W. Europe Standard Time:20260328T090000", "RRULE:FREQ=DAILY;COUNT=3")),
        ("03-28T08:00", "03-29T07:00", "03-30T07:00"),
    ),
    "Windows zone with a colon": Sample(
        calendar(
            event("DTSTART;TZID=Pacific Standard Time:20260110T100000")
            .replace("Time:", 'Time":')
            .replace("TZID=", 'TZID="')
        ),
        ("01-10T18:00",),
    ),
    "zone of the file, not ASCII": Sample(
        calendar(BRASILIA, event('DTSTART;TZID="(UTC-03:00) Brasília":20260110T133000')), ("01-10T16:30",)
    ),
    "zone of the file over the change of the clock": Sample(
        calendar(MADE_UP_ZONE, event("DTSTART;TZID=Customized Time Zone:20260328T090000", "RRULE:FREQ=DAILY;COUNT=3")),
        ("03-28T08:00", "03-29T07:00", "03-30T07:00"),
    ),
    "offset as a zone": Sample(calendar(event("DTSTART;TZID=GMT+0200:20260110T100000")), ("01-10T08:00",)),
    "unknown zone": Sample(
        calendar(event("DTSTART;TZID=Nowhere/Bogus:20260110T100000")), ("01-10T09:00",), warned=True
    ),
    "zone with an impossible offset": Sample(
        calendar(
            "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+5744\nTZOFFSETTO:+5744\n"
            "END:STANDARD\nEND:VTIMEZONE",
            event("DTSTART;TZID=Odd:20260110T100000"),
        ),
        ("01-10T09:00",),
        warned=True,
    ),
    "floating": Sample(calendar(event("DTSTART:20260110T100000")), ("01-10T09:00",)),
    "floating in the calendar's zone": Sample(
        calendar("X-WR-TIMEZONE:America/New_York", event("DTSTART:20260110T100000")), ("01-10T15:00",)
    ),
    "UTC series in the calendar's zone": Sample(
        calendar("X-WR-TIMEZONE:Europe/Berlin", event("DTSTART:20260328T090000Z", "RRULE:FREQ=DAILY;COUNT=2")),
        ("03-28T09:00", "03-29T08:00"),
    ),
    "whole day": Sample(calendar(event("DTSTART;VALUE=DATE:20260110")), ("01-09T23:00",)),
    "whole days, end the same": Sample(
        calendar(event("DTSTART;VALUE=DATE:20260110", "DTEND;VALUE=DATE:20260110")), ("01-09T23:00",)
    ),
    "day and time mixed": Sample(
        calendar(event("DTSTART;VALUE=DATE:20260110", "DTEND:20260112T000000Z")), ("01-09T23:00",)
    ),
    "no end": Sample(calendar(event("DTSTART:20260110T100000Z")), ("01-10T10:00",)),
    "duration": Sample(calendar(event("DTSTART:20260110T100000Z", "DURATION:PT1H30M")), ("01-10T10:00",)),
    "swapped": Sample(
        calendar(event("DTSTART:20260110T234500Z", "DTEND:20260110T233000Z")), ("01-10T23:30",), warned=True
    ),
    "weekly with two taken out": Sample(
        calendar(
            event(
                "DTSTART;TZID=Europe/Berlin:20260302T003000",
                "RRULE:FREQ=WEEKLY;COUNT=6",
                "EXDATE:20260308T233000Z",
                "EXDATE:20260329T223000Z",
            )
        ),
        ("03-01T23:30", "03-15T23:30", "03-22T23:30", "04-05T22:30"),
    ),
    "days taken out by date": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260303")),
        ("03-02T10:00", "03-04T10:00"),
    ),
    "added dates and a period": Sample(
        calendar(
            event("DTSTART:20260302T100000Z", "RDATE:20260305T120000Z", "RDATE;VALUE=PERIOD:20260306T120000Z/PT3H")
        ),
        ("03-02T10:00", "03-05T12:00", "03-06T12:00"),
    ),
    "end of the rule as a date": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;UNTIL=20260304")),
        ("03-02T10:00", "03-03T10:00", "03-04T10:00"),
    ),
    "end of the rule without a zone": Sample(
        calendar(event("DTSTART;TZID=America/New_York:20260302T100000", "RRULE:FREQ=DAILY;UNTIL=20260304T100000")),
        ("03-02T15:00", "03-03T15:00", "03-04T15:00"),
    ),
    "end of whole days as an instant": Sample(
        calendar(MADE_UP_ZONE, event("DTSTART;VALUE=DATE:20260602", "RRULE:FREQ=DAILY;UNTIL=20260603T220000Z")),
        ("06-01T22:00", "06-02T22:00", "06-03T22:00"),
    ),
    "end before the start": Sample(calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;UNTIL=20260301")), ()),
    "start that the rule does not name": Sample(
        calendar(event("DTSTART:20260303T100000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1")),
        ("03-03T10:00", "03-09T10:00"),
    ),
    "old series": Sample(
        calendar(event("DTSTART;TZID=America/New_York:20010903T100000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=1MO")),
        ("03-02T15:00",),
    ),
    "old series every other week": Sample(
        calendar(event("DTSTART:20200106T100000Z", "RRULE:FREQ=WEEKLY;INTERVAL=8;WKST=SU")),
        ("02-23T10:00", "04-20T10:00", "06-15T10:00"),
    ),
    "empty rule": Sample(calendar(event("DTSTART:20260302T100000Z", "RRULE:")), ("03-02T10:00",)),
    "moved occurrence": Sample(
        calendar(
            event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
            event("RECURRENCE-ID:20260303T100000Z", "DTSTART:20260310T120000Z"),
        ),
        ("03-02T10:00", "03-04T10:00", "03-10T12:00"),
    ),
    "moved into the span from after it": Sample(
        calendar(
            event("DTSTART:20270101T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
            event("RECURRENCE-ID:20270102T100000Z", "DTSTART:20260310T120000Z"),
        ),
        ("03-10T12:00",),
    ),
    "this and all that follow": Sample(
        calendar(
            event("DTSTART:20260302T100000Z", "DTEND:20260302T110000Z", "RRULE:FREQ=DAILY;COUNT=4"),
            event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T100000Z", "DTSTART:20260304T130000Z"),
        ),
        ("03-02T10:00", "03-03T10:00", "03-04T13:00", "03-05T13:00"),
    ),
    "only an exception": Sample(
        calendar(event("RECURRENCE-ID:20260303T100000Z", "DTSTART:20260310T120000Z")), ("03-10T12:00",)
    ),
    "exception named by a time, series of days": Sample(
        calendar(
            MADE_UP_ZONE,
            event("DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=WEEKLY;COUNT=2"),
            event("RECURRENCE-ID;TZID=Customized Time Zone:20260309T000000", "DTSTART;VALUE=DATE:20260310"),
        ),
        ("03-01T23:00", "03-09T23:00"),
    ),
    "newest of one UID": Sample(
        calendar(event("DTSTART:20260302T100000Z", "SEQUENCE:2"), event("DTSTART:20260309T100000Z", "SEQUENCE:10")),
        ("03-09T10:00",),
    ),
    "one UID for different events": Sample(
        calendar(event("DTSTART:20260302T100000Z"), event("DTSTART:20260309T100000Z")), ("03-02T10:00", "03-09T10:00")
    ),
    "bad start": Sample(calendar(event("DTSTART:INVALID"), GOOD), ("04-01T10:00",), skipped=1),
    "impossible date": Sample(calendar(event("DTSTART:20260230T100000Z"), GOOD), ("04-01T10:00",), skipped=1),
    "no start": Sample(calendar(event("SUMMARY:When?"), GOOD), ("04-01T10:00",), skipped=1),
    "bad end": Sample(
        calendar(event("DTSTART:20260302T100000Z", "DTEND:20260302T11Z"), GOOD), ("04-01T10:00",), skipped=1
    ),
    "absurd length": Sample(
        calendar(event("DTSTART:20260302T100000Z", "DURATION:P999999999999999999W"), GOOD), ("04-01T10:00",), skipped=1
    ),
    "bad day taken out": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:"), GOOD),
        ("04-01T10:00",),
        skipped=1,
    ),
    "bad rule": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=OFTEN"), GOOD), ("04-01T10:00",), skipped=1
    ),
    "rule of no step": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), GOOD), ("04-01T10:00",), skipped=1
    ),
    "every second": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=SECONDLY"), GOOD), ("04-01T10:00",), skipped=1
    ),
    "never": Sample(
        calendar(event("DTSTART:20260302T100000Z", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"), GOOD),
        ("03-02T10:00", "04-01T10:00"),
    ),
    "property that does not matter": Sample(
        calendar(
            event(
                "DTSTART:20260302T100000Z",
                "GEO:12.3\\;45.6",
                "ORGANIZER;CN=x y",
                "REFRESH - INTERVAL; VALUE = DURATION:PT48H",
            )
        ),
        ("03-02T10:00",),
    ),
    "cut off": Sample(
        calendar(GOOD)[: -len(b"END:VCALENDAR\r\n")] + b"BEGIN:VEVENT\r\nDTSTART:20260302T100000Z\r\n",
        ("04-01T10:00",),
        skipped=2,
    ),
    "end of an event missing": Sample(
        calendar("BEGIN:VEVENT\nUID:x\nDTSTART:20260302T100000Z", GOOD), ("04-01T10:00",), skipped=1
    ),
    "other components": Sample(
        calendar("BEGIN:VTODO\nUID:t\nDTSTART:20260302T100000Z\nEND:VTODO", "BEGIN:VFREEBUSY\nEND:VFREEBUSY", GOOD),
        ("04-01T10:00",),
    ),
}
