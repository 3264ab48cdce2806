"""CalDAV both ways, held against a real Radicale that is edited, killed and started again."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exitzero.core.calendars import CalendarEvent, Changes, EditedElsewhere, TwoWayCalendar
from exitzero.core.errors import OutsideTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.truth.calendars.caldav import CalDav
from exitzero.truth.calendars.caldav_account import CalDavAccount
from tests.servers.radicale import PASSWORD, USER, Radicale

SPAN = Span(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
MOCK = CalendarEvent(
    uid="mock-1@exitzero",
    starts=datetime(2025, 6, 15, 14, tzinfo=UTC),
    ends=datetime(2025, 6, 15, 15, tzinfo=UTC),
    title="Mock with Bo: graphs & trees",
    zone="America/New_York",
    notes="Line one\nline two; with, signs",
    place="Room ü",
    link="https://meet.example.org/abc",
    reminders=(10, 60),
)
FOREIGN = """BEGIN:VEVENT
UID:foreign-1
DTSTAMP:20250601T000000Z
DTSTART:20250616T090000Z
DTEND:20250616T100000Z
SUMMARY:Pramp session
X-PRAMP-ROOM;VALUE=TEXT:blue
CATEGORIES:INTERVIEW,PRACTICE
ORGANIZER;CN=Bo:mailto:bo@example.org
ATTENDEE;PARTSTAT=ACCEPTED;CN=Bo:mailto:bo@example.org
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ada@example.org
END:VEVENT"""
SERIES = """BEGIN:VEVENT
UID:series-1
DTSTAMP:20250601T000000Z
DTSTART;TZID=Europe/Berlin:20250603T180000
DTEND;TZID=Europe/Berlin:20250603T190000
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:Weekly mock
END:VEVENT"""
MOVED = """
BEGIN:VEVENT
UID:series-1
DTSTAMP:20250601T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20250610T180000
DTSTART;TZID=Europe/Berlin:20250611T200000
DTEND;TZID=Europe/Berlin:20250611T210000
SUMMARY:Weekly mock (moved)
END:VEVENT"""


@pytest.fixture
def http_client() -> Iterator[HttpClient]:
    """A client."""
    client = HttpClient(monotonic=time.monotonic, timeout=5.0)
    yield client
    client.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """One server for the tests that leave it running; each makes calendars of its own."""
    with Radicale(tmp_path_factory.mktemp("radicale")) as radicale:
        yield radicale


@pytest.fixture
def calendar(shared: Radicale, request: pytest.FixtureRequest) -> str:
    """A new calendar."""
    return shared.make_calendar(f"c{abs(hash(request.node.nodeid)):x}")


def account(radicale: Radicale, *, password: str = PASSWORD) -> CalDavAccount:
    """The account as a person enters it."""
    return CalDavAccount(url=radicale.url, user=USER, password=password)


def caldav(radicale: Radicale, http_client: HttpClient) -> TwoWayCalendar:
    """The calendar under test."""
    return CalDav(http_client, account(radicale), zone="Europe/Berlin")


def titles(changes: Changes) -> list[str]:
    """What was told, in order."""
    return sorted(event.title for event in changes.events)


def test_calendars_are_found_from_the_servers_bare_address(tmp_path: Path, http_client: HttpClient) -> None:
    """Host, well-known address, principal, home: only the server is typed, and lists of tasks are no calendars."""
    with Radicale(tmp_path) as radicale:
        url = radicale.make_calendar("interviews")
        radicale.make_calendar("chores", kind="VTODO")
        (found,) = caldav(radicale, http_client).calendars()
    assert (found.id, found.name, found.writable, found.colour) == (url, "interviews", True, "#1e88e5")


def test_the_address_of_a_calendar_or_home_finds_it_too(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Whatever a service's own page shows may be pasted."""
    for url in (calendar, shared.home):
        found = CalDav(http_client, replace(account(shared), url=url), zone="UTC").calendars()
        assert calendar in [one.id for one in found]


def test_a_wrong_password_is_refused_and_not_tried_again(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """An account can be locked by trying; the words say nothing of the password."""
    wrong = CalDav(http_client, account(shared, password="guess-me"), zone="UTC")
    for call in (wrong.calendars, lambda: wrong.changes(calendar, SPAN, ""), lambda: wrong.put(calendar, MOCK)):
        with pytest.raises(OutsideTrouble) as caught:
            call()
        assert (caught.value.reason, caught.value.retry_after) == ("refused", None)
        assert "guess-me" not in str(caught.value)


def test_what_is_written_is_read_again_to_the_letter(shared: Radicale, calendar: str, http_client: HttpClient) -> None:
    """Instant, zone, words, link and reminders survive the way to the server and back."""
    service = caldav(shared, http_client)
    written = service.put(calendar, MOCK)
    assert written.href.startswith(calendar)
    assert written.etag
    changes = service.changes(calendar, SPAN, "")
    assert changes.whole
    assert changes.server_at is not None
    (event,) = changes.events
    assert replace(event, changed=None) == written


def test_changes_on_both_sides_are_told_once(shared: Radicale, calendar: str, http_client: HttpClient) -> None:
    """After the whole, a token tells what is new, changed and gone, and then nothing."""
    service = caldav(shared, http_client)
    mine = service.put(calendar, MOCK)
    shared.write(f"{calendar}foreign-1.ics", FOREIGN)
    first = service.changes(calendar, SPAN, "")
    assert titles(first) == [MOCK.title, "Pramp session"]

    etag = shared.write(
        f"{calendar}foreign-1.ics", FOREIGN.replace("20250616T09", "20250617T09").replace("16T10", "17T10")
    )
    moved = service.changes(calendar, SPAN, first.token)
    assert not moved.whole
    (event,) = moved.events
    assert (event.uid, event.starts.day, event.etag) == ("foreign-1", 17, etag)

    service.remove(calendar, mine)
    shared.ask("DELETE", f"{calendar}foreign-1.ics")
    gone = service.changes(calendar, SPAN, moved.token)
    assert (gone.events, set(gone.gone)) == ((), {mine.href, f"{calendar}foreign-1.ics"})
    quiet = service.changes(calendar, SPAN, gone.token)
    assert (quiet.events, quiet.gone, quiet.whole) == ((), (), False)


def test_an_event_moved_out_of_the_span_is_told_with_its_new_time(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """A mock that was put off by months is not simply gone."""
    service = caldav(shared, http_client)
    shared.write(f"{calendar}f.ics", FOREIGN)
    token = service.changes(calendar, SPAN, "").token
    shared.write(f"{calendar}f.ics", FOREIGN.replace("202506", "202510"))
    (event,) = service.changes(calendar, SPAN, token).events
    assert event.starts == datetime(2025, 10, 16, 9, tzinfo=UTC)


def test_a_span_beyond_the_tokens_is_read_whole(shared: Radicale, calendar: str, http_client: HttpClient) -> None:
    """An old event that comes into view with the passing days was never changed, and is told all the same."""
    service = caldav(shared, http_client)
    shared.write(f"{calendar}f.ics", FOREIGN.replace("202506", "202507"))
    first = service.changes(calendar, SPAN, "")
    assert first.events == ()
    later = Span(SPAN.start, SPAN.end + timedelta(days=20))
    second = service.changes(calendar, later, first.token)
    assert second.whole
    assert titles(second) == ["Pramp session"]


def test_an_edit_over_somebody_elses_is_refused(shared: Radicale, calendar: str, http_client: HttpClient) -> None:
    """What the other side wrote meanwhile stands, and the person is asked."""
    service = caldav(shared, http_client)
    mine = service.put(calendar, MOCK)
    shared.write(
        mine.href,
        shared.text(mine.href)
        .partition("BEGIN:VEVENT")[2]
        .join(["BEGIN:VEVENT", ""])
        .replace("Mock with Bo", "Mock with Cy")
        .replace("\nEND:VCALENDAR\n", ""),
    )
    with pytest.raises(EditedElsewhere):
        service.put(calendar, replace(mine, title="Mine"))
    with pytest.raises(EditedElsewhere):
        service.remove(calendar, mine)
    assert "Mock with Cy" in shared.text(mine.href)


def test_an_edit_of_what_was_deleted_is_refused_and_deleting_it_is_fine(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """A deleted event does not come back by itself."""
    service = caldav(shared, http_client)
    mine = service.put(calendar, MOCK)
    shared.ask("DELETE", mine.href)
    with pytest.raises(EditedElsewhere):
        service.put(calendar, replace(mine, title="Mine"))
    service.remove(calendar, mine)
    service.remove(calendar, MOCK)
    assert service.changes(calendar, SPAN, "").events == ()


def test_a_new_event_never_replaces_one_of_the_same_name(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Two machines that write the same event: the same words are one event, other words are a conflict."""
    service = caldav(shared, http_client)
    first = service.put(calendar, MOCK)
    assert service.put(calendar, MOCK).etag == first.etag
    with pytest.raises(EditedElsewhere):
        service.put(calendar, replace(MOCK, title="Another"))
    shared.write(f"{calendar}elsewhere.ics", FOREIGN)
    with pytest.raises(EditedElsewhere):
        service.put(calendar, replace(MOCK, uid="foreign-1"))


def test_foreign_properties_survive_an_edit(shared: Radicale, calendar: str, http_client: HttpClient) -> None:
    """Guests, categories and what another program noted stay; only what was edited changes."""
    service = caldav(shared, http_client)
    shared.write(f"{calendar}f.ics", FOREIGN)
    (event,) = service.changes(calendar, SPAN, "").events
    edited = service.put(calendar, replace(event, title="Pramp, again", starts=event.starts + timedelta(minutes=30)))
    text = shared.text(edited.href)
    for line in (
        "X-PRAMP-ROOM;VALUE=TEXT:blue",
        "CATEGORIES:INTERVIEW,PRACTICE",
        "ORGANIZER;CN=Bo:mailto:bo@example.org",
    ):
        assert line in text
    assert text.count("ATTENDEE") == 2
    (again,) = service.changes(calendar, SPAN, "").events
    assert (again.title, again.starts) == ("Pramp, again", datetime(2025, 6, 16, 9, 30, tzinfo=UTC))
    assert again.etag == edited.etag


def test_one_moved_occurrence_of_a_series_is_read_where_it_is(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Four weeks, of which the second was moved: four events, and none at the old time."""
    service = caldav(shared, http_client)
    shared.write(f"{calendar}s.ics", SERIES + MOVED)
    events = service.changes(calendar, SPAN, "").events
    assert [event.starts for event in events] == [
        datetime(2025, 6, 3, 16, tzinfo=UTC),
        datetime(2025, 6, 11, 18, tzinfo=UTC),
        datetime(2025, 6, 17, 16, tzinfo=UTC),
        datetime(2025, 6, 24, 16, tzinfo=UTC),
    ]
    assert len({event.key for event in events}) == 4
    assert {event.etag for event in events} == {events[0].etag}


def test_writing_one_occurrence_leaves_the_others(shared: Radicale, calendar: str, http_client: HttpClient) -> None:
    """An occurrence moved here is an exception there, and cancelling another does not end the series."""
    service = caldav(shared, http_client)
    shared.write(f"{calendar}s.ics", SERIES)
    third = service.changes(calendar, SPAN, "").events[2]
    later = timedelta(hours=2)
    moved = service.put(calendar, replace(third, starts=third.starts + later, ends=third.ends + later))
    text = shared.text(moved.href)
    assert "RRULE:FREQ=WEEKLY;COUNT=4" in text
    assert text.count("RECURRENCE-ID") == 1
    events = service.changes(calendar, SPAN, "").events
    assert [event.starts.hour for event in events] == [16, 16, 18, 16]
    assert events[2].key == third.key

    service.remove(calendar, events[3])
    left = [event for event in service.changes(calendar, SPAN, "").events if not event.cancelled]
    assert [event.starts.day for event in left] == [3, 10, 17]


def test_one_bad_event_hides_no_other(shared: Radicale, calendar: str) -> None:
    """An event too large to read is named, and the others are there."""
    for number in range(5):
        shared.write(f"{calendar}f{number}.ics", FOREIGN.replace("foreign-1", f"foreign-{number}"))
    big = FOREIGN.replace("foreign-1", "big").replace("SUMMARY", f"DESCRIPTION:{'x' * 150_000}\nSUMMARY")
    shared.write(f"{calendar}big.ics", big)
    small = HttpClient(monotonic=time.monotonic, body_limit=100_000)
    try:
        changes = caldav(shared, small).changes(calendar, SPAN, "")
    finally:
        small.close()
    assert titles(changes) == ["Pramp session"] * 5
    assert len(changes.skipped) == 1


def test_a_server_that_vanishes_loses_nothing(tmp_path: Path, http_client: HttpClient) -> None:
    """Killed: trouble and no empty calendar. Back again: the token goes on, or the whole is read."""
    with Radicale(tmp_path) as radicale:
        calendar = radicale.make_calendar("mine")
        service = caldav(radicale, http_client)
        written = service.put(calendar, MOCK)
        token = service.changes(calendar, SPAN, "").token
        radicale.kill()
        for call in (
            service.calendars,
            lambda: service.changes(calendar, SPAN, token),
            lambda: service.put(calendar, replace(written, title="Offline")),
            lambda: service.remove(calendar, written),
        ):
            with pytest.raises(OutsideTrouble) as caught:
                call()
            assert caught.value.reason == "network"
            assert not isinstance(caught.value, EditedElsewhere)
        radicale.start()
        radicale.write(f"{calendar}foreign-1.ics", FOREIGN)
        back = service.changes(calendar, SPAN, token)
        assert (back.whole, titles(back)) == (False, ["Pramp session"])
        edited = service.put(calendar, replace(written, title="Online"))
        assert edited.etag != written.etag


def test_a_token_that_the_server_forgot_reads_the_whole(tmp_path: Path, http_client: HttpClient) -> None:
    """After a restore of the server, what it has is told as the whole, so that nothing deleted lingers."""
    with Radicale(tmp_path) as radicale:
        calendar = radicale.make_calendar("mine")
        service = caldav(radicale, http_client)
        written = service.put(calendar, MOCK)
        token = service.changes(calendar, SPAN, "").token
        forgotten = 0
        for path in (tmp_path / "collections").rglob("sync-token/*"):
            path.unlink()
            forgotten += 1
        assert forgotten
        radicale.ask("DELETE", written.href)
        radicale.write(f"{calendar}foreign-1.ics", FOREIGN)
        back = service.changes(calendar, SPAN, token)
        assert (back.whole, titles(back)) == (True, ["Pramp session"])


def test_a_calendar_that_was_deleted_is_trouble_and_not_empty(
    shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """No calendar is unknown; only an empty calendar is empty."""
    service = caldav(shared, http_client)
    token = service.changes(calendar, SPAN, "").token
    shared.ask("DELETE", calendar)
    for known in ("", token):
        with pytest.raises(OutsideTrouble) as caught:
            service.changes(calendar, SPAN, known)
        assert caught.value.reason == "not_found"


@pytest.mark.parametrize("token", ["rubbish", "{}", '{"v":1}', '{"v":2,"from":"x","to":"y"}', "[]", "null"])
def test_a_token_that_makes_no_sense_reads_the_whole(
    token: str, shared: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """A token of another version or service costs one longer question and nothing else."""
    assert caldav(shared, http_client).changes(calendar, SPAN, token).whole
