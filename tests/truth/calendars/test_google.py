"""Google Calendar both ways, held against a stand-in that keeps ETags and sync tokens as the real one does."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exitzero.core.calendars import CalendarEvent, EditedElsewhere, TwoWayCalendar
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.truth.calendars.google import SCOPES, GoogleCalendar, oauth_client
from tests.servers.google_calendar import SERVED_AT, TOKEN, Document, GoogleServer, Refusal

ADA = "ada@example.org"
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


def foreign(identifier: str = "foreign1", day: int = 16, **more: object) -> Document:
    """An event that another program made."""
    return {
        "id": identifier,
        "summary": "Pramp session",
        "start": {"dateTime": f"2025-06-{day:02}T11:00:00+02:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2025-06-{day:02}T12:00:00+02:00", "timeZone": "Europe/Berlin"},
        "attendees": [{"email": "bo@example.org"}, {"email": ADA, "self": True, "responseStatus": "accepted"}],
        "hangoutLink": "https://meet.google.com/abc-defg-hij",
        "reminders": {"useDefault": True},
        "colorId": "7",
        "extendedProperties": {"private": {"theirs": "kept"}},
        **more,
    }


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    """A Google of its own."""
    with GoogleServer() as server:
        yield server


@pytest.fixture
def http_client() -> Iterator[HttpClient]:
    """A client."""
    client = HttpClient(monotonic=time.monotonic, timeout=5.0)
    yield client
    client.close()


@pytest.fixture
def google(server: GoogleServer, http_client: HttpClient) -> TwoWayCalendar:
    """The calendar under test, of a person in Berlin."""
    return GoogleCalendar(http_client, bearer=lambda: TOKEN, zone="Europe/Berlin", base_url=server.url)


def trouble(call: Callable[[], object]) -> OutsideTrouble:
    """Why a call failed, without the token in its words."""
    with pytest.raises(OutsideTrouble) as caught:
        call()
    assert TOKEN not in str(caught.value)
    return caught.value


def test_the_persons_own_calendars_are_listed_the_main_one_first(server: GoogleServer, google: TwoWayCalendar) -> None:
    """With the narrow permission others cannot be read, so they cannot be chosen; pages are followed."""
    server.page_size = 1
    assert [(one.id, one.name, one.writable) for one in google.calendars()] == [
        (ADA, "Ada", True),
        ("side@example.org", "Side", True),
    ]


def test_what_is_written_is_read_again_to_the_letter(google: TwoWayCalendar) -> None:
    """Instant, zone, words, link, reminders and our own UID survive the way there and back."""
    written = google.put(ADA, MOCK)
    assert written.href
    assert written.etag
    changes = google.changes(ADA, SPAN, "")
    assert (changes.whole, changes.server_at) == (True, SERVED_AT)
    (event,) = changes.events
    assert replace(event, changed=None) == written


def test_a_whole_day_is_the_same_day_in_every_zone(server: GoogleServer, http_client: HttpClient) -> None:
    """A date is midnight where the person is, there and back, east and west of Greenwich."""
    for zone, starts in (
        ("Pacific/Auckland", datetime(2025, 6, 14, 12, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2025, 6, 15, 7, tzinfo=UTC)),
    ):
        service = GoogleCalendar(http_client, bearer=lambda: TOKEN, zone=zone, base_url=server.url)
        day = replace(MOCK, uid=zone, starts=starts, ends=starts + timedelta(days=1), all_day=True, zone="")
        written = service.put(ADA, day)
        assert server.events[ADA][written.href]["start"] == {"date": "2025-06-15"}
        timed = service.put(ADA, replace(written, all_day=False, zone="UTC"))
        assert "date" not in server.events[ADA][timed.href]["start"]
        again = service.put(ADA, replace(timed, all_day=True, zone=""))
        (event,) = (one for one in service.changes(ADA, SPAN, "").events if one.uid == zone)
        assert replace(event, changed=None) == again


def test_a_foreign_event_is_read_with_what_google_knows(server: GoogleServer, google: TwoWayCalendar) -> None:
    """Zone, guests, link, default reminders, answer, series."""
    server.store(ADA, foreign())
    server.store(
        ADA,
        foreign(
            "series_20250617T090000Z",
            17,
            recurringEventId="series",
            iCalUID="series@google.com",
            originalStartTime={"dateTime": "2025-06-17T10:00:00+02:00", "timeZone": "Europe/Berlin"},
            attendees=[{"email": ADA, "self": True, "responseStatus": "declined"}],
        ),
    )
    single, occurrence = google.changes(ADA, SPAN, "").events
    assert (single.uid, single.zone, single.recurrence) == ("foreign1@google.com", "Europe/Berlin", "")
    assert single.starts == datetime(2025, 6, 16, 9, tzinfo=UTC)
    assert single.attendees == ("bo@example.org", ADA)
    assert (single.link, single.reminders, single.declined) == ("https://meet.google.com/abc-defg-hij", (30,), False)
    assert single.changed == datetime(2025, 6, 1, 10, tzinfo=UTC)
    assert occurrence.key == "series@google.com#2025-06-17T08:00:00+00:00"
    assert occurrence.declined


def test_changes_on_both_sides_are_told_once(server: GoogleServer, google: TwoWayCalendar) -> None:
    """After the whole, a token tells what is new, changed, moved away and gone, over all pages, and then nothing."""
    server.page_size = 2
    mine = google.put(ADA, MOCK)
    for number in range(4):
        server.store(ADA, foreign(f"foreign{number}"))
    first = google.changes(ADA, SPAN, "")
    assert len(first.events) == 5

    far = foreign("foreign0")
    far["start"]["dateTime"], far["end"]["dateTime"] = "2025-10-16T11:00:00+02:00", "2025-10-16T12:00:00+02:00"
    server.store(ADA, far)
    server.store(ADA, {"id": "foreign1", "status": "cancelled"})
    server.store(ADA, foreign("foreign2", 18))
    google.remove(ADA, mine)
    second = google.changes(ADA, SPAN, first.token)
    assert not second.whole
    assert {event.href: event.starts.month for event in second.events} == {"foreign0": 10, "foreign2": 6}
    assert set(second.gone) == {"foreign1", mine.href}
    third = google.changes(ADA, SPAN, second.token)
    assert (third.events, third.gone, third.whole) == ((), (), False)


def test_a_token_that_google_forgot_reads_the_whole(server: GoogleServer, google: TwoWayCalendar) -> None:
    """410 is no trouble for the person."""
    google.put(ADA, MOCK)
    token = google.changes(ADA, SPAN, "").token
    server.forget_tokens()
    changes = google.changes(ADA, SPAN, token)
    assert (changes.whole, len(changes.events)) == (True, 1)


@pytest.mark.parametrize("token", ["rubbish", "{}", '{"v":1,"from":"x"}'])
def test_a_token_that_makes_no_sense_reads_the_whole(token: str, google: TwoWayCalendar) -> None:
    """So does one of another service."""
    assert google.changes(ADA, SPAN, token).whole


def test_a_span_beyond_the_tokens_is_read_whole(server: GoogleServer, google: TwoWayCalendar) -> None:
    """What comes into view with the passing days was never changed, and is told all the same."""
    server.store(ADA, foreign(day=28))
    early = Span(SPAN.start, datetime(2025, 6, 20, tzinfo=UTC))
    first = google.changes(ADA, early, "")
    second = google.changes(ADA, SPAN, first.token)
    assert (first.events, second.whole, len(second.events)) == ((), True, 1)


def test_an_edit_leaves_what_is_not_ours(server: GoogleServer, google: TwoWayCalendar) -> None:
    """Guests, colour, meeting and another program's notes stay, and nobody is sent a mail."""
    server.store(ADA, foreign())
    (event,) = google.changes(ADA, SPAN, "").events
    edited = google.put(ADA, replace(event, title="Pramp, again", starts=event.starts + timedelta(minutes=30)))
    stored = server.events[ADA]["foreign1"]
    assert (stored["summary"], stored["etag"]) == ("Pramp, again", edited.etag)
    for name in ("attendees", "colorId", "hangoutLink", "extendedProperties"):
        assert stored[name] == foreign()[name]
    (again,) = google.changes(ADA, SPAN, "").events
    assert replace(again, changed=None) == replace(edited, changed=None)


def test_an_edit_over_somebody_elses_is_refused(server: GoogleServer, google: TwoWayCalendar) -> None:
    """What the other side wrote meanwhile stands."""
    mine = google.put(ADA, MOCK)
    server.store(ADA, {"id": mine.href, "summary": "Theirs"})
    with pytest.raises(EditedElsewhere):
        google.put(ADA, replace(mine, title="Mine"))
    with pytest.raises(EditedElsewhere):
        google.remove(ADA, mine)
    assert server.events[ADA][mine.href]["summary"] == "Theirs"


def test_an_edit_of_what_was_deleted_is_refused_and_deleting_it_is_fine(
    server: GoogleServer, google: TwoWayCalendar
) -> None:
    """A deleted event does not come back by itself, with or without a known state."""
    mine = google.put(ADA, MOCK)
    server.store(ADA, {"id": mine.href, "status": "cancelled"})
    for known in (mine, replace(mine, etag="")):
        with pytest.raises(EditedElsewhere):
            google.put(ADA, replace(known, title="Mine"))
        google.remove(ADA, known)
    google.remove(ADA, replace(mine, href="neverwas"))
    google.remove(ADA, MOCK)
    assert server.events[ADA][mine.href]["status"] == "cancelled"


def test_a_write_whose_answer_was_lost_may_be_repeated(server: GoogleServer, google: TwoWayCalendar) -> None:
    """Made twice it is one event; changed twice it is no conflict."""
    server.next_answers = [Refusal(0, acts=True)]
    assert trouble(lambda: google.put(ADA, MOCK)).reason == "network"
    mine = google.put(ADA, MOCK)
    assert len(server.events[ADA]) == 1
    edit = replace(mine, title="Moved", starts=mine.starts - timedelta(hours=1))
    server.next_answers = [Refusal(0, acts=True)]
    assert trouble(lambda: google.put(ADA, edit)).reason == "network"
    assert google.put(ADA, edit).etag == server.events[ADA][mine.href]["etag"]
    with pytest.raises(EditedElsewhere):
        google.put(ADA, replace(MOCK, title="Another event of this name"))


def test_one_bad_event_hides_no_other(server: GoogleServer, google: TwoWayCalendar) -> None:
    """It is named in words, and the others are there."""
    server.store(ADA, foreign())
    token = google.changes(ADA, SPAN, "").token
    server.store(ADA, foreign("foreign3"))
    server.store(ADA, foreign("broken", start={"dateTime": "some day"}))
    changes = google.changes(ADA, SPAN, token)
    assert [event.href for event in changes.events] == ["foreign3"]
    assert [(one.uid, "Pramp session" in one.words) for one in changes.skipped] == [("broken", True)]


def test_a_refused_token_is_renewed_once(server: GoogleServer, http_client: HttpClient) -> None:
    """A token can die before its time; the second refusal asks the person to sign in."""
    seen: list[str] = []

    def renewed(refused: str) -> str:
        seen.append(refused)
        return "ya29.new"

    service = GoogleCalendar(http_client, bearer=lambda: "ya29.old", renewed=renewed, zone="UTC", base_url=server.url)
    server.tokens = {"ya29.new"}
    assert service.put(ADA, MOCK).etag
    assert seen == ["ya29.old"]
    server.tokens = set()
    caught = trouble(service.calendars)
    assert (caught.reason, caught.retry_after) == ("refused", None)
    assert "ya29" not in str(caught)


@pytest.mark.parametrize(
    ("refusal", "reason", "again"),
    [
        (Refusal(403, "rateLimitExceeded"), "rate_limited", True),
        (Refusal(403, "userRateLimitExceeded", {"Retry-After": "120"}), "rate_limited", True),
        (Refusal(429, "rateLimitExceeded"), "rate_limited", True),
        (Refusal(403, "forbidden"), "refused", False),
        (Refusal(403, "accessNotConfigured"), "refused", False),
        (Refusal(403, "insufficientPermissions"), "refused", False),
        (Refusal(404, "notFound"), "not_found", False),
        (Refusal(500, "backendError"), "server_error", True),
        (Refusal(503, body=b"<html>"), "server_error", True),
        (Refusal(400, "invalid"), "schema_changed", True),
        (Refusal(200, body=b"<html>a page</html>"), "schema_changed", True),
        (Refusal(200, body=b"[1]"), "schema_changed", True),
        (Refusal(200, body=b'{"items": 5}'), "schema_changed", True),
        (Refusal(0), "network", True),
    ],
)
def test_trouble_is_trouble_and_never_an_empty_calendar(
    refusal: Refusal, reason: str, again: bool, server: GoogleServer, google: TwoWayCalendar
) -> None:
    """Whatever is not an answer has a reason, and says whether it is tried again."""
    server.next_answers = [refusal]
    caught = trouble(lambda: google.changes(ADA, SPAN, ""))
    assert (caught.reason, caught.retry_after is not None) == (reason, again)
    if "Retry-After" in refusal.headers:
        assert caught.retry_after == timedelta(seconds=120)


def test_a_list_without_end_is_trouble(server: GoogleServer, google: TwoWayCalendar) -> None:
    """A page token that leads on for ever is given up."""
    server.next_answers = [Refusal(200, body=b'{"items": [], "nextPageToken": "0"}') for _ in range(60)]
    assert trouble(lambda: google.changes(ADA, SPAN, "")).reason == "schema_changed"


def test_the_token_is_in_no_address_and_no_log(
    server: GoogleServer, google: TwoWayCalendar, caplog: pytest.LogCaptureFixture
) -> None:
    """It travels in its header only."""
    with caplog.at_level(logging.DEBUG, logger="exitzero"):
        google.put(ADA, MOCK)
        google.changes(ADA, SPAN, "")
    assert TOKEN not in caplog.text
    assert "events" in caplog.text
    assert not [asked for asked in server.asked if TOKEN in asked.path or TOKEN in str(asked.query)]


def test_the_sign_in_asks_for_the_least(http_client: HttpClient) -> None:
    """Own events and the list of calendars; a refresh token at every sign-in; only a real client ID."""
    client = oauth_client(" 123-abc.apps.googleusercontent.com ", " GOCSPX-secret ")
    assert client.client_id == "123-abc.apps.googleusercontent.com"
    assert client.scopes == SCOPES
    assert [scope.rpartition("/")[2] for scope in SCOPES] == ["calendar.events.owned", "calendar.calendarlist.readonly"]
    assert "access_type=offline" in client.authorize_url
    assert "GOCSPX" not in repr(client)
    for wrong in (
        ("ada@example.org", "x"),
        ("", "x"),
        ("a b.apps.googleusercontent.com", "x"),
        (client.client_id, " "),
    ):
        with pytest.raises(BadInput):
            oauth_client(*wrong)
    with pytest.raises(BadInput):
        GoogleCalendar(http_client, bearer=lambda: TOKEN, zone="UTC", base_url="http://calendar.example.org")
