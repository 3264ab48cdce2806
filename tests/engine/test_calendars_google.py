"""Google Calendar in a life: a sign-in in the browser, both ways, a permission that ends."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.engine.calendar_access import Access
from exitzero.engine.calendars import Calendars
from exitzero.net.http import HttpClient
from exitzero.net.oauth import OAuthClient
from exitzero.truth.calendars.google import oauth_client
from exitzero.work.mocks.rule import DEFAULT_RULE
from tests.engine.kit import DAY, DAY_ONE, MINUTE, Life, local
from tests.engine.mock_kit import MOCKS, book, feed, page, pass_time, round_of, today
from tests.servers.google_calendar import GoogleServer
from tests.servers.oauth_server import CLIENT_ID, CLIENT_SECRET, OAuthServer

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
SOON = NOON + DAY
GOOGLE_ID = "1.apps.googleusercontent.com"


class Live:
    """The access tokens that are good at this moment."""

    def __init__(self, oauth: OAuthServer) -> None:
        self._oauth = oauth

    def __contains__(self, token: object) -> bool:
        return token in self._oauth.access


class World:
    """A life, Google's calendars and Google's sign-in, all on this machine."""

    def __init__(self, life: Life, oauth: OAuthServer, google: GoogleServer) -> None:
        self.life, self.oauth, self.google = life, oauth, google
        google.tokens = Live(oauth)
        self.http = HttpClient(monotonic=life.clock.monotonic)
        self.browsers: list[threading.Thread] = []
        life.adopt(MOCKS)
        round_of(life)
        access = Access(self.http, life.vault, now=life.engine.now, google_url=google.url, google_client=self.client)
        life.engine.calendars = Calendars(life.engine, life.vault, access)

    def client(self, client_id: str, client_secret: str) -> OAuthClient:
        """The person's own client, at the sign-in of this machine."""
        return replace(
            oauth_client(client_id, client_secret),
            client_id=CLIENT_ID,
            authorize_url=f"{self.oauth.url}/authorize?access_type=offline&prompt=consent",
            token_url=f"{self.oauth.url}/token",
            revoke_url=f"{self.oauth.url}/revoke",
        )

    def browse(self, address: str) -> None:
        """The person's browser."""
        self.browsers.append(threading.Thread(target=self.oauth.browser, args=(address,), name="exitzero-browser"))
        self.browsers[-1].start()

    def connect(self) -> str:
        """Sign in and choose the main calendar."""
        calendars = self.life.engine.calendars
        found = calendars.connect_google(GOOGLE_ID, CLIENT_SECRET, open_browser=self.browse)
        assert [each.name for each in found] == ["Ada", "Side"]
        return calendars.choose_google(found[0].id, "Google", DEFAULT_RULE, two_way=True)


@pytest.fixture
def world(life: Start) -> Iterator[World]:
    """A life with Google beside it."""
    with OAuthServer() as oauth, GoogleServer() as google:
        made = World(life(start=NOON), oauth, google)
        yield made
        for browser in made.browsers:
            browser.join(10)
        made.http.close()


def test_a_sign_in_connects_a_calendar_that_is_read_and_written(world: World) -> None:
    mine = world.life
    calendar = world.connect()
    uid = book(mine, SOON, calendar=calendar)
    pass_time(mine, NOON + MINUTE, every=MINUTE)
    (there,) = world.google.events["ada@example.org"].values()
    assert there["summary"] == "Graphs"
    assert feed(mine).unsynced == 0
    world.google.store("ada@example.org", {"id": there["id"], "summary": "Trees"})
    mine.engine.calendars.sync_now(calendar)
    assert page(mine, uid).view.title == "Trees"
    mine.do(lambda actions: actions.mocks.cancel(uid))
    mine.engine.calendars.sync_now(calendar)
    assert all(each["status"] == "cancelled" for each in world.google.events["ada@example.org"].values())


def test_a_dead_token_is_renewed_and_the_new_one_kept(world: World) -> None:
    mine = world.life
    calendar = world.connect()
    before = mine.vault.get(f"calendar.{calendar}")
    world.oauth.access.clear()
    mine.to(NOON + timedelta(hours=2))
    mine.engine.calendars.sync_now(calendar)
    assert feed(mine).trouble == ""
    assert mine.vault.get(f"calendar.{calendar}") != before


def test_a_permission_that_ended_is_told_and_deletes_nothing(world: World) -> None:
    mine = world.life
    calendar = world.connect()
    uid = book(mine, SOON, calendar=calendar)
    mine.engine.calendars.sync_now(calendar)
    world.oauth.access.clear()
    world.oauth.refresh.clear()
    mine.to(NOON + timedelta(hours=2))
    with pytest.raises(OutsideTrouble):
        mine.engine.calendars.sync_now(calendar)
    assert "does not let ExitZero in" in feed(mine).trouble
    assert [view.uid for view in today(mine).ahead] == [uid]


def test_disconnecting_takes_the_permission_back(world: World) -> None:
    mine = world.life
    calendar = world.connect()
    assert world.oauth.refresh
    mine.engine.calendars.disconnect(calendar)
    assert not world.oauth.refresh
    assert mine.vault.get(f"calendar.{calendar}") is None


def test_a_no_in_the_browser_keeps_nothing(world: World) -> None:
    world.oauth.deny = True
    with pytest.raises(OutsideTrouble) as caught:
        world.connect()
    assert caught.value.reason == "denied"
    assert world.life.ask(lambda questions: questions.mocks.feeds()) == ()
    with pytest.raises(BadInput):
        world.life.engine.calendars.choose_google("ada@example.org", "Google", DEFAULT_RULE, two_way=True)


def test_what_is_no_client_is_refused_at_its_field(world: World) -> None:
    calendars = world.life.engine.calendars
    with pytest.raises(BadInput) as caught:
        calendars.connect_google("desktop", CLIENT_SECRET, open_browser=world.browse)
    assert caught.value.field == "client_id"
