"""The whole way: a browser's sign-in, a calendar that uses it, a token that dies, a permission taken back."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exitzero.core.errors import OutsideTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.net.oauth import TokenKeeper, Tokens, revoke, sign_in
from exitzero.truth.calendars.google import GoogleCalendar, oauth_client
from tests.servers.google_calendar import GoogleServer
from tests.servers.oauth_server import CLIENT_ID, CLIENT_SECRET, OAuthServer

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
SPAN = Span(NOW, NOW + timedelta(days=7))


class Live:
    """The access tokens that are good at this moment."""

    def __init__(self, oauth: OAuthServer) -> None:
        self._oauth = oauth

    def __contains__(self, token: object) -> bool:
        return token in self._oauth.access


def test_a_person_connects_google_uses_it_and_takes_it_back() -> None:
    """One sign-in lasts through dying tokens until it is revoked, and then the person is asked to sign in."""
    http = HttpClient(monotonic=time.monotonic)
    with OAuthServer() as oauth, GoogleServer() as server:
        server.tokens = Live(oauth)
        client = replace(
            oauth_client("1.apps.googleusercontent.com", CLIENT_SECRET),
            client_id=CLIENT_ID,
            authorize_url=f"{oauth.url}/authorize?access_type=offline&prompt=consent",
            token_url=f"{oauth.url}/token",
            revoke_url=f"{oauth.url}/revoke",
        )
        browsers: list[threading.Thread] = []

        def browse(address: str) -> None:
            browsers.append(threading.Thread(target=oauth.browser, args=(address,), name="exitzero-browser"))
            browsers[-1].start()

        tokens = sign_in(client, http, open_browser=browse, now=lambda: NOW, cancelled=threading.Event())
        browsers[0].join(10)
        stored = [tokens.to_text()]
        keeper = TokenKeeper(client, http, load=lambda: stored[-1], save=stored.append, now=lambda: NOW)
        google = GoogleCalendar(
            http, bearer=keeper.bearer, renewed=keeper.renewed, zone="Europe/Berlin", base_url=server.url
        )
        assert len(google.calendars()) == 2

        oauth.access.clear()
        assert google.changes("ada@example.org", SPAN, "").whole
        assert len(stored) == 2

        revoke(client, http, Tokens.from_text(stored[-1]))
        with pytest.raises(OutsideTrouble) as caught:
            google.changes("ada@example.org", SPAN, "")
        assert (caught.value.reason, caught.value.retry_after) == ("refused", None)
        assert "sign in" in str(caught.value)
    http.close()
