"""CalDAV servers that are not Radicale: a relay before the real one takes things away, loses answers, leads astray."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exitzero.core.calendars import CalendarEvent, EditedElsewhere, TwoWayCalendar
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.truth.calendars.caldav import CalDav
from exitzero.truth.calendars.caldav_account import PRESETS, CalDavAccount
from tests.servers.misbehaving import Misbehaving, Reply
from tests.servers.radicale import PASSWORD, USER, Question, Radicale, Relay, Said, without

SPAN = Span(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
MOCK = CalendarEvent(
    uid="mock-1@exitzero",
    starts=datetime(2025, 6, 15, 14, tzinfo=UTC),
    ends=datetime(2025, 6, 15, 15, tzinfo=UTC),
    title="Mock with Bo",
    zone="America/New_York",
)
HOUR = timedelta(hours=1)
Change = Callable[[Question, Said], Said | None]


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """The real server behind."""
    with Radicale(tmp_path_factory.mktemp("radicale")) as radicale:
        yield radicale


@pytest.fixture
def calendar(radicale: Radicale, request: pytest.FixtureRequest) -> str:
    """A new calendar's path."""
    return radicale.make_calendar(f"c{abs(hash(request.node.nodeid)):x}").removeprefix(radicale.url)


@pytest.fixture
def http_client() -> Iterator[HttpClient]:
    """A client."""
    client = HttpClient(monotonic=time.monotonic, timeout=5.0)
    yield client
    client.close()


def caldav(url: str, http_client: HttpClient) -> TwoWayCalendar:
    """The calendar under test."""
    return CalDav(http_client, CalDavAccount(url=url, user=USER, password=PASSWORD), zone="Europe/Berlin")


def event(number: int, *, day: int = 10, month: int = 6) -> str:
    """An event of another program."""
    return (
        f"BEGIN:VEVENT\nUID:e{number}\nDTSTAMP:20250601T000000Z\nDTSTART:2025{month:02}{day:02}T090000Z\n"
        f"DTEND:2025{month:02}{day:02}T100000Z\nSUMMARY:Event {number}\nEND:VEVENT"
    )


def no_sync(question: Question, said: Said) -> Said:
    """A server of before 2012: it has a tag of the whole and ETags, and no sync tokens."""
    if question.method == "REPORT" and b"sync-collection" in question.body:
        return Said(403, {}, b"")
    return replace(
        said, body=re.sub(rb"<(\w+:)?sync-token>[^<]*</(\w+:)?sync-token>|<(\w+:)?sync-token ?/>", b"", said.body)
    )


def no_tags(question: Question, said: Said) -> Said:
    """The same without the tag of the whole."""
    return replace(said, body=re.sub(rb"<(\w+:)?getctag>[^<]*</(\w+:)?getctag>", b"", no_sync(question, said).body))


@pytest.mark.parametrize("change", [no_sync, no_tags])
def test_a_server_without_sync_tokens_is_compared_tag_by_tag(
    change: Change, radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """New, changed, moved away and deleted events are told, and a quiet calendar says nothing."""
    for number in range(4):
        radicale.write(f"{radicale.url}{calendar}e{number}.ics", event(number))
    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"
        first = service.changes(url, SPAN, "")
        assert len(first.events) == 4
        quiet = service.changes(url, SPAN, first.token)
        assert (quiet.whole, quiet.events, quiet.gone) == (False, (), ())
        radicale.write(f"{radicale.url}{calendar}e0.ics", event(0, day=20))
        radicale.write(f"{radicale.url}{calendar}e1.ics", event(1, month=10))
        radicale.ask("DELETE", f"{radicale.url}{calendar}e2.ics")
        radicale.write(f"{radicale.url}{calendar}e4.ics", event(4))
        second = service.changes(url, SPAN, quiet.token)
        assert not second.whole
        told = {one.uid: (one.starts.month, one.starts.day) for one in second.events}
        assert told == {"e0": (6, 20), "e1": (10, 10), "e4": (6, 10)}
        assert second.gone == (f"{url}e2.ics",)
        third = service.changes(url, SPAN, second.token)
        assert (third.events, third.gone) == ((), ())


def test_a_server_that_gives_no_etag_is_asked_what_it_made_of_it(
    radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """The next edit then is over what stands there, and a conflict is still seen."""

    def change(question: Question, said: Said) -> Said:
        return without(said, "etag") if question.method == "PUT" else said

    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"
        written = service.put(url, MOCK)
        assert written.etag
        edited = service.put(url, replace(written, title="Second"))
        assert edited.etag not in {"", written.etag}
        with pytest.raises(EditedElsewhere):
            service.put(url, replace(written, title="Third"))


def test_etags_that_a_proxy_made_weak_still_guard(radicale: Radicale, calendar: str, http_client: HttpClient) -> None:
    """If-Match never holds for a weak tag, so the mark is taken off."""

    def change(question: Question, said: Said) -> Said:
        weak = {name: f"W/{value}" if name == "etag" else value for name, value in said.headers.items()}
        return replace(said, headers=weak)

    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"
        written = service.put(url, MOCK)
        edited = service.put(url, replace(written, title="Second"))
        with pytest.raises(EditedElsewhere):
            service.remove(url, written)
        service.remove(url, edited)
        assert service.changes(url, SPAN, "").events == ()


def test_a_write_whose_answer_was_lost_may_be_repeated(
    radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Made twice it is one event; changed or deleted twice it is no conflict."""
    lose = [True]

    def change(question: Question, said: Said) -> Said | None:
        return None if question.method in {"PUT", "DELETE"} and lose.pop() else said

    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"

        def twice(call: Callable[[], object]) -> None:
            lose[:] = [True]
            with pytest.raises(OutsideTrouble) as caught:
                call()
            assert caught.value.reason == "network"
            lose[:] = [False]
            call()

        twice(lambda: service.put(url, MOCK))
        (standing,) = service.changes(url, SPAN, "").events
        edit = replace(standing, title="Moved", starts=standing.starts - HOUR, ends=standing.ends - HOUR)
        twice(lambda: service.put(url, edit))
        (standing,) = service.changes(url, SPAN, "").events
        assert (standing.title, standing.starts) == ("Moved", MOCK.starts - HOUR)
        twice(lambda: service.remove(url, standing))
        assert service.changes(url, SPAN, "").events == ()


def test_an_edit_between_reading_and_writing_is_refused(
    radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Even in the instant between the two questions of one write."""
    race = [False]

    def change(question: Question, said: Said) -> Said:
        if question.method == "GET" and race[0]:
            race[0] = False
            radicale.write(f"{radicale.url}{question.path}", event(1).replace("UID:e1", f"UID:{MOCK.uid}"))
        return said

    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"
        written = service.put(url, MOCK)
        race[0] = True
        with pytest.raises(EditedElsewhere):
            service.put(url, replace(written, title="Mine"))
        assert "Event 1" in radicale.text(f"{radicale.url}{calendar}{MOCK.uid}.ics")


def test_a_long_list_of_changes_is_followed_to_its_end(
    radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """A server may cut the list (507) and tell the rest behind the new token."""
    middle = ""
    asked: list[bytes] = []

    def change(question: Question, said: Said) -> Said:
        if b"sync-collection" not in question.body:
            return said
        asked.append(question.body)
        if len(asked) > 1:
            return said
        more = (
            f"<response><href>{calendar}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>".encode()
        )
        body = re.sub(rb"<response><href>[^<]*e2.ics</href>.*?</response>", more, said.body, flags=re.DOTALL)
        assert body != said.body
        token = f"<sync-token>{middle}</sync-token>".encode()
        return replace(said, body=re.sub(rb"<sync-token>[^<]*</sync-token>", token, body))

    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"
        token = service.changes(url, SPAN, "").token
        for number in range(2):
            radicale.write(f"{radicale.url}{calendar}e{number}.ics", event(number))
        middle = json.loads(service.changes(url, SPAN, "").token)["sync"]
        radicale.write(f"{radicale.url}{calendar}e2.ics", event(2))
        told = service.changes(url, SPAN, token)
    assert not told.whole
    assert [one.uid for one in told.events] == ["e0", "e1", "e2"]
    assert middle.encode() in asked[1]


@pytest.mark.parametrize("status", [400, 403, 409, 412, 507])
def test_however_a_server_refuses_a_token_the_whole_is_read(
    status: int, radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Servers do not agree on how to say that they forgot."""

    def change(question: Question, said: Said) -> Said:
        return Said(status, {}, b"") if b"sync-collection" in question.body else said

    radicale.write(f"{radicale.url}{calendar}e1.ics", event(1))
    with Relay(radicale, change) as relay:
        service, url = caldav(relay.url, http_client), f"{relay.url}{calendar}"
        again = service.changes(url, SPAN, service.changes(url, SPAN, "").token)
    assert (again.whole, len(again.events)) == (True, 1)


def test_the_password_follows_no_redirect_to_a_stranger(
    radicale: Radicale, calendar: str, http_client: HttpClient
) -> None:
    """Neither a redirect nor an address inside an answer takes it to another host."""
    with Misbehaving() as stranger:
        elsewhere = stranger.url.replace("127.0.0.1", "localhost")

        def lead(question: Question, said: Said) -> Said:
            return Said(301, {"location": f"{elsewhere}/"}, b"")

        def name(question: Question, said: Said) -> Said:
            return replace(said, body=re.sub(rb">/[^<]*example.org/<", f">{elsewhere}/home/<".encode(), said.body))

        for change in (lead, name):
            with Relay(radicale, change) as relay, pytest.raises(OutsideTrouble) as caught:
                caldav(relay.url, http_client).calendars()
            assert caught.value.reason == "schema_changed"
        assert stranger.seen == []


def test_redirects_in_circles_end(radicale: Radicale, http_client: HttpClient) -> None:
    """After a few."""
    with Relay(radicale, lambda question, _: Said(302, {"location": question.path}, b"")) as relay:
        with pytest.raises(OutsideTrouble) as caught:
            caldav(relay.url, http_client).calendars()
        assert caught.value.reason == "schema_changed"
        assert len(relay.asked) < 10


BOMB = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<multistatus xmlns="DAV:"><response><href>/&b;</href></response></multistatus>"""


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        BOMB.decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16"),
        b'<!DOCTYPE m SYSTEM "file:///etc/passwd"><multistatus xmlns="DAV:"/>',
        b"<html><body>Please sign in to the guest network</body></html>",
        b"",
        b"BEGIN:VCALENDAR",
        b'<multistatus xmlns="DAV:"><response>',
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_that_is_no_multistatus_is_trouble(body: bytes, http_client: HttpClient) -> None:
    """A DOCTYPE, a page, half an answer: never an empty list of calendars."""
    with Misbehaving(Reply(status=207, body=body, content_type="application/xml")) as server:
        for call in (
            caldav(server.url, http_client).calendars,
            lambda: caldav(server.url, http_client).changes(f"{server.url}/c/", SPAN, ""),
        ):
            with pytest.raises(OutsideTrouble) as caught:
                call()
            assert caught.value.reason == "schema_changed"


@pytest.mark.parametrize(
    ("status", "reason", "again"),
    [
        (401, "refused", False),
        (403, "refused", False),
        (404, "not_found", False),
        (429, "rate_limited", True),
        (500, "server_error", True),
        (503, "server_error", True),
        (200, "schema_changed", True),
        (418, "schema_changed", True),
    ],
)
def test_trouble_is_trouble_and_never_an_empty_calendar(
    status: int, reason: str, again: bool, http_client: HttpClient
) -> None:
    """Whatever is not an answer has a reason, and says whether it is tried again."""
    with Misbehaving(Reply(status=status)) as server:
        with pytest.raises(OutsideTrouble) as caught:
            caldav(server.url, http_client).changes(f"{server.url}/c/", SPAN, "")
        assert (caught.value.reason, caught.value.retry_after is not None) == (reason, again)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "refused"),
        (403, "refused"),
        (404, "not_found"),
        (429, "rate_limited"),
        (500, "server_error"),
        (507, "refused"),
    ],
)
def test_a_write_that_was_not_done_is_trouble(status: int, reason: str, http_client: HttpClient) -> None:
    """Never a conflict, and never taken for written."""
    with Misbehaving(Reply(status=status)) as server:
        with pytest.raises(OutsideTrouble) as caught:
            caldav(server.url, http_client).put(f"{server.url}/c/", MOCK)
        assert (caught.value.reason, isinstance(caught.value, EditedElsewhere)) == (reason, False)


def test_the_password_is_in_no_log(
    radicale: Radicale, calendar: str, http_client: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    """It travels in its header only, and hides in the account's repr."""
    account = CalDavAccount(url=radicale.url, user=USER, password=PASSWORD)
    with caplog.at_level(logging.DEBUG, logger="exitzero"):
        CalDav(http_client, account, zone="UTC").changes(f"{radicale.url}{calendar}", SPAN, "")
    assert "PROPFIND" in caplog.text
    for text in (caplog.text, repr(account)):
        assert PASSWORD not in text
        assert account.authorization not in text
        assert account.authorization.removeprefix("Basic ") not in text


# ---------------------------------------------------------------------------------------------- the account


def test_an_account_survives_the_vault() -> None:
    """What is stored comes back, and anything else asks for it again."""
    account = CalDavAccount(url="caldav.example.org/dav/", user=" ada ", password='p:ä\\"')
    assert (account.url, account.user) == ("https://caldav.example.org/dav", "ada")
    assert CalDavAccount.from_text(account.to_text()) == account
    for text in ("", "[]", "{}", '{"url":1,"user":"a","password":"b"}', "nonsense"):
        with pytest.raises(BadInput):
            CalDavAccount.from_text(text)


@pytest.mark.parametrize(
    ("url", "user", "password", "field"),
    [
        ("http://caldav.example.org", "ada", "x", "url"),
        ("ftp://caldav.example.org", "ada", "x", "url"),
        ("https://ada:x@caldav.example.org", "ada", "x", "url"),
        ("https://caldav.example.org/?key=1", "ada", "x", "url"),
        ("https://", "ada", "x", "url"),
        ("https://[bad", "ada", "x", "url"),
        ("two words", "ada", "x", "url"),
        ("", "ada", "x", "url"),
        ("caldav.example.org", "", "x", "user"),
        ("caldav.example.org", "a:b", "x", "user"),
        ("caldav.example.org", "ada", "", "password"),
        ("caldav.example.org", "ada", "x\ny", "password"),
    ],
)
def test_what_cannot_be_an_account_is_told_at_its_field(url: str, user: str, password: str, field: str) -> None:
    """The message stands where the mistake is, and http is for this machine only."""
    with pytest.raises(BadInput) as caught:
        CalDavAccount(url=url, user=user, password=password)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("own", "other", "trusted"),
    [
        ("https://caldav.icloud.com", "https://p01-caldav.icloud.com:443/1/", True),
        ("https://caldav.icloud.com", "https://caldav.icloud.com/", True),
        ("https://posteo.de:8443", "https://posteo.de/x", True),
        ("https://example.org", "https://dav.example.org/", True),
        ("https://caldav.icloud.com", "http://caldav.icloud.com/", False),
        ("https://caldav.icloud.com", "https://evil.com/", False),
        ("https://caldav.icloud.com", "https://evilicloud.com/", False),
        ("https://example.org", "https://evil.org/", False),
        ("https://caldav.icloud.com", "https://a:b@caldav.icloud.com/", False),
        ("https://10.0.0.1", "https://11.0.0.1/", False),
        ("http://127.0.0.1:5232", "http://127.0.0.1:5232/x", True),
        ("http://127.0.0.1:5232", "http://example.org/x", False),
        ("http://127.0.0.1:5232", "https://example.org/x", False),
    ],
)
def test_the_password_goes_to_its_own_service_only(own: str, other: str, trusted: bool) -> None:
    """A sister host of the same service is one, a name that merely looks alike is not."""
    assert CalDavAccount(url=own, user="ada", password="x").trusts(other) is trusted


@pytest.mark.parametrize(
    ("own", "other", "secured"),
    [
        ("https://cloud.example.org", "http://cloud.example.org/dav/", "https://cloud.example.org/dav/"),
        ("https://cloud.example.org", "http://cloud.example.org:8080/dav/", "http://cloud.example.org:8080/dav/"),
        ("http://127.0.0.1:5232", "http://127.0.0.1:5232/dav/", "http://127.0.0.1:5232/dav/"),
    ],
)
def test_a_redirect_to_http_is_followed_by_tls(own: str, other: str, secured: str) -> None:
    """A server behind a proxy does not know that it is asked by https; no other port is guessed."""
    account = CalDavAccount(url=own, user="ada", password="x")
    assert account.secured(other) == secured
    assert account.trusts(secured) is (secured != "http://cloud.example.org:8080/dav/")


def test_every_preset_gives_an_address_that_can_be_entered() -> None:
    """As it stands, once what is in capitals has been filled in."""
    for preset in PRESETS:
        address = preset.address.replace("YOUR-SERVER", "cloud.example.org")
        assert CalDavAccount(url=address, user="ada", password="x").url.startswith("https://")
        assert preset.hint
    assert {"iCloud", "Fastmail", "Nextcloud", "mailbox.org", "Posteo"} <= {preset.name for preset in PRESETS}
