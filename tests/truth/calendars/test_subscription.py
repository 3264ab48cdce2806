"""A calendar at an address: asked politely, believed only when it is one, and its address stands nowhere."""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from exitzero.core.errors import BadInput
from exitzero.core.observation import SourceTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.truth.calendars.ics import LONGEST_FILE
from exitzero.truth.calendars.subscription import FeedAnswer, FeedState, Subscription, check_address
from tests.servers.feeds import CHANGED_AT, SERVER_AT, Feeds, Page
from tests.servers.misbehaving import How, Misbehaving, Reply, refusing_url
from tests.truth.calendars.samples import GOOD, SPAN, ZONE, calendar

SECRET = "private-0123456789abcdef"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD_FILE = calendar("X-WR-CALNAME:Interviews", GOOD)


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """A client with short patience and the real limit."""
    client = HttpClient(monotonic=time.monotonic, jitter=lambda: 0.0, timeout=0.5, longest=3.0)
    yield client
    client.close()


def ask(http: HttpClient, address: str, known: FeedState = FeedState(), *, span: Span = SPAN) -> FeedAnswer:  # noqa: B008
    """Ask for the calendar at an address that is kept in the keyring."""
    subscription = Subscription(http, secret={"feed": address}.get)
    return subscription.read("feed", known, asked_at=NOW, span=span, zone=ZONE)


def trouble(http: HttpClient, address: str) -> SourceTrouble:
    """What is wrong with a calendar; in no case its address is told."""
    with pytest.raises(SourceTrouble) as caught:
        ask(http, address)
    for words in (str(caught.value), repr(caught.value), repr(caught.value.__cause__), caught.value.advice):
        assert SECRET not in words
    if caught.value.evidence is not None:
        assert SECRET not in caught.value.evidence.origin
    assert caught.value.title.endswith(".")
    return caught.value


def test_a_calendar_comes_with_its_evidence_and_the_servers_own_time(http: HttpClient) -> None:
    with Feeds(**{SECRET: Page(GOOD_FILE, tagged=True, dated=True)}) as feeds:
        answer = ask(http, f"{feeds.url}/{SECRET}")
        assert answer.content is not None
        assert [one.uid for one in answer.content.events] == ["good@sample"]
        assert answer.content.names == ("Interviews",)
        assert (answer.server_at, answer.evidence.server_at, answer.evidence.asked_at) == (SERVER_AT, SERVER_AT, NOW)
        assert answer.evidence.origin == feeds.url
        assert (answer.evidence.body, answer.evidence.digest) == (GOOD_FILE, answer.state.digest)
        assert answer.moved_to == ""
        assert SECRET not in repr(answer)


@pytest.mark.parametrize("kind", ["tagged", "dated"])
def test_an_unchanged_calendar_is_not_sent_again(http: HttpClient, kind: str) -> None:
    with Feeds(feed=Page(GOOD_FILE, tagged=kind == "tagged", dated=kind == "dated")) as feeds:
        first = ask(http, f"{feeds.url}/feed")
        again = ask(http, f"{feeds.url}/feed", first.state)
        assert (again.content, again.state, again.server_at) == (None, first.state, SERVER_AT)
        assert again.evidence.status == 304
        assert ("if-none-match" in feeds.asked[1].headers) == (kind == "tagged")
        assert ("if-modified-since" in feeds.asked[1].headers) == (kind == "dated")
        assert bool(first.state.last_modified) == (kind == "dated")
        feeds.pages["/feed"] = Page(calendar(), tagged=True)
        changed = ask(http, f"{feeds.url}/feed", FeedState(first.state.etag, "", first.state.digest))
        assert changed.content is not None
        assert changed.content.events == ()
    assert CHANGED_AT < SERVER_AT


def test_a_server_without_tags_that_sends_the_same_again_has_not_changed_either(http: HttpClient) -> None:
    with Feeds(feed=Page(GOOD_FILE)) as feeds:
        first = ask(http, f"{feeds.url}/feed")
        assert ask(http, f"{feeds.url}/feed", first.state).content is None


def test_gzip_and_webcal_are_understood(http: HttpClient) -> None:
    with Feeds(feed=Page(GOOD_FILE, zipped=True)) as feeds:
        answer = ask(http, f"{feeds.url}/feed")
    assert answer.content is not None
    assert check_address("webcal://example.org/feed.ics?x=1#top") == "https://example.org/feed.ics?x=1"


def test_a_move_for_good_is_told_and_a_passing_one_is_not(http: HttpClient) -> None:
    with Feeds(new=Page(GOOD_FILE)) as feeds:
        for status, told in ((301, True), (308, True), (302, False), (307, False)):
            feeds.pages["/old"] = Page(b"", status, headers={"Location": "/new"})
            answer = ask(http, f"{feeds.url}/old")
            assert answer.content is not None
            assert answer.moved_to == (f"{feeds.url}/new" if told else "")


def test_three_redirects_are_followed_and_no_more(http: HttpClient) -> None:
    steps = {f"s{n}": Page(b"", 302, headers={"Location": f"/s{n + 1}"}) for n in range(4)}
    with Feeds(**steps, s4=Page(GOOD_FILE)) as feeds:
        assert ask(http, f"{feeds.url}/s1").content is not None
        assert trouble(http, f"{feeds.url}/s0").reason == "blocked"
        feeds.pages["/round"] = Page(b"", 301, headers={"Location": "/round"})
        assert trouble(http, f"{feeds.url}/round").reason == "blocked"


ELSEWHERE = ["http://example.invalid/x", "file:///etc/passwd", "ftp://example.invalid/", "", "https://", "http://["]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_redirect_leads_out_of_tls(http: HttpClient, target: str) -> None:
    with Feeds(**{SECRET: Page(b"", 302, headers={"Location": target})}) as feeds:
        assert trouble(http, f"{feeds.url}/{SECRET}").reason == "blocked"
        assert len(feeds.asked) == 1


HTML = b"<!doctype html><title>Sign in</title>"
FAULTS = [
    ("silent", Reply(how=How.SILENT), "timeout"),
    ("dripping", Reply(body=GOOD_FILE, how=How.DRIP), "timeout"),
    ("hangs up", Reply(how=How.HANG_UP), "network"),
    ("cut", Reply(body=GOOD_FILE, how=How.CUT), "network"),
    ("huge", Reply(body=b" " * (LONGEST_FILE + 1)), "too_large"),
    ("empty", Reply(body=b""), "empty"),
    ("204", Reply(status=204, body=b""), "empty"),
    ("sign-in page", Reply(body=HTML, content_type="text/html"), "blocked"),
    ("page called a calendar", Reply(body=HTML, content_type="text/calendar"), "blocked"),
    ("json", Reply(), "not_ics"),
    ("401", Reply(status=401), "refused"),
    ("403 with a page", Reply(status=403, body=HTML), "refused"),
    ("404", Reply(status=404), "refused"),
    ("404 with a calendar", Reply(status=404, body=GOOD_FILE), "refused"),
    ("410", Reply(status=410), "refused"),
    ("429", Reply(status=429), "rate_limited"),
    ("500", Reply(status=500, body=GOOD_FILE), "server_error"),
    ("503", Reply(status=503), "server_error"),
    ("304 that nobody asked for", Reply(status=304, body=b""), "server_error"),
]


@pytest.mark.parametrize(("reply", "reason"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_has_its_reason_and_never_an_empty_calendar(http: HttpClient, reply: Reply, reason: str) -> None:
    with Misbehaving(reply) as server:
        told = trouble(http, f"{server.url}/{SECRET}/basic.ics")
    assert told.reason == reason
    assert told.retry_after is not None
    assert told.retry_after >= timedelta(seconds=60)


def test_nobody_listens(http: HttpClient) -> None:
    assert trouble(http, f"{refusing_url()}/{SECRET}").reason == "network"


def test_the_servers_own_wish_for_a_pause_is_kept(http: HttpClient) -> None:
    for status in (429, 503):
        with Misbehaving(Reply(status=status, headers={"Retry-After": "900"})) as server:
            assert trouble(http, server.url + "/x").retry_after == timedelta(minutes=15)


def test_an_address_that_is_in_no_keyring_is_asked_for() -> None:
    client = HttpClient(monotonic=time.monotonic)
    with pytest.raises(SourceTrouble) as caught:
        Subscription(client, secret=lambda _: None).read("feed", FeedState(), asked_at=NOW, span=SPAN, zone=ZONE)
    assert caught.value.reason == "no_address"
    client.close()


def test_the_address_stands_in_no_log(http: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    """Not at the lowest level, not after a redirect, and other lines of the client are still there."""
    with caplog.at_level(logging.DEBUG, logger="exitzero"), Feeds(**{SECRET: Page(GOOD_FILE)}) as feeds:
        feeds.pages[f"/{SECRET}-old"] = Page(b"", 301, headers={"Location": f"/{SECRET}"})
        ask(http, f"{feeds.url}/{SECRET}-old")
        trouble(http, f"{refusing_url()}/{SECRET}")
        assert SECRET not in caplog.text
        http.get(f"{feeds.url}/other")
        assert "/other" in caplog.text


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("https://calendar.google.com/calendar/ical/a%40b/private-x/basic.ics", None),
        (
            "  <https://outlook.live.com/owa/calendar/1/2/cid-3/calendar.ics>\n",
            "https://outlook.live.com/owa/calendar/1/2/cid-3/calendar.ics",
        ),
        ("webcal://p01-caldav.icloud.com/published/2/abc", "https://p01-caldav.icloud.com/published/2/abc"),
        ("WEBCALS://example.org/x", "https://example.org/x"),
        ("webcal:https://example.org/x", "https://example.org/x"),
        ("https://cloud.example.org/remote.php/dav/public-calendars/abc?export", None),
        ("cloud.example.org/feed.ics", "https://cloud.example.org/feed.ics"),
        ("https://user:pass@example.org:8443/x.ics", None),
        ("http://127.0.0.1:8080/x.ics", None),
        ("http://[::1]/x.ics", None),
    ],
)
def test_a_good_address_is_taken_as_it_is_meant(pasted: str, address: str | None) -> None:
    assert check_address(pasted) == (address or pasted)


@pytest.mark.parametrize(
    ("pasted", "help_with"),
    [
        ("", "Paste"),
        ("https://calendar.google.com/calendar/u/0/r/week", "Secret address in iCal format"),
        ("https://calendar.google.com/calendar/embed?src=a%40b&ctz=Europe", "embedded"),
        ("https://calendar.google.com/calendar/htmlembed?src=a", "embedded"),
        ("https://calendar.google.com/calendar?cid=abc", "Secret address in iCal format"),
        ("https://apidata.googleusercontent.com/caldav/v2/a/events", "CalDAV"),
        ("https://outlook.live.com/owa/calendar/1/2/cid-3/index.html", "ICS"),
        ("https://outlook.office365.com/calendar/published/a/b/calendar.html", "ICS"),
        ("https://outlook.office.com/calendar/view/week", "ICS"),
        ("https://www.icloud.com/calendar/", "Public Calendar"),
        ("https://cloud.example.org/apps/calendar/p/abc", "subscription link"),
        ("https://example.org/events.html", ".ics"),
        ("/home/ada/mocks.ics", "Import"),
        ("C:\\Users\\ada\\mocks.ics", "Import"),
        ("file:///home/ada/mocks.ics", "Import"),
        ("~/mocks.ics", "Import"),
        ("mocks.ics", "Import"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", "import"),
        ("ada@example.org", "mail address"),
        ("http://example.org/x.ics", "https"),
        ("ftp://example.org/x.ics", "https"),
        ("mailto:a@example.org", "https"),
        ("https://", "no server"),
        ("https://exa mple.org/x", "one address"),
        ("https://a.example/x https://b.example/y", "one address"),
        ("https://[::1", "not a readable address"),
        ("https://example.org:99999/x", "not a readable address"),
        ("https://exa\x00mple.org/", "one address"),
        ("https://" + "a" * 3000, "longer"),
        ("hello", "https"),
    ],
)
def test_what_is_no_address_is_answered_with_what_to_paste(pasted: str, help_with: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_address(pasted)
    assert caught.value.field == "address"
    assert help_with in caught.value.message
    assert "cid-3" not in caught.value.message
