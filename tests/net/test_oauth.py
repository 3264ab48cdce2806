"""Signing in through the browser, held against an authorization server that checks everything."""

import http.client
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.net.http import HttpClient
from exitzero.net.oauth import OAuthClient, TokenKeeper, Tokens, refreshed, revoke, sign_in
from tests.servers.misbehaving import Misbehaving, Reply
from tests.servers.oauth_server import CLIENT_ID, CLIENT_SECRET, SCOPE, OAuthServer

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def http_client() -> Iterator[HttpClient]:
    """A client with short patience."""
    client = HttpClient(monotonic=time.monotonic, timeout=5.0)
    yield client
    client.close()


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    """A strict service."""
    with OAuthServer() as server:
        yield server


def client_of(server: OAuthServer, *, secret: str = CLIENT_SECRET, token_url: str | None = None) -> OAuthClient:
    """A registration at ``server``."""
    return OAuthClient(
        name="The Calendar",
        client_id=CLIENT_ID,
        client_secret=secret,
        authorize_url=f"{server.url}/authorize?access_type=offline",
        token_url=f"{server.url}/token" if token_url is None else token_url,
        revoke_url=f"{server.url}/revoke",
        scopes=(SCOPE,),
    )


class Browser:
    """A browser in a thread of its own, as the real one is; remembers what its pages said."""

    def __init__(self, visit: Callable[[str], tuple[int, str]]) -> None:
        self._visit = visit
        self.address = ""
        self.pages: list[tuple[int, str]] = []
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> bool:
        self.address = address
        thread = threading.Thread(target=lambda: self.pages.append(self._visit(address)), name="exitzero-browser")
        self._threads.append(thread)
        thread.start()
        return True

    def finish(self) -> list[tuple[int, str]]:
        """Its pages, when all of them have been shown."""
        for thread in self._threads:
            thread.join(10)
        return self.pages


def signed_in(server: OAuthServer, http_client: HttpClient, *, secret: str = CLIENT_SECRET) -> Tokens:
    """A whole sign-in by a willing person."""
    browser = Browser(server.browser)
    try:
        return sign_in(
            client_of(server, secret=secret),
            http_client,
            open_browser=browser,
            now=lambda: NOW,
            cancelled=threading.Event(),
        )
    finally:
        browser.finish()


def trouble(call: Callable[[], object]) -> OutsideTrouble:
    """Why a call failed, without a secret in its words."""
    with pytest.raises(OutsideTrouble) as caught:
        call()
    assert CLIENT_SECRET not in str(caught.value)
    assert "refresh-" not in str(caught.value)
    assert "access-" not in str(caught.value)
    return caught.value


def test_a_person_signs_in_with_their_browser(server: OAuthServer, http_client: HttpClient) -> None:
    """PKCE, state and redirect pass a strict server, and the person is told that the tab can be closed."""
    browser = Browser(server.browser)
    tokens = sign_in(client_of(server), http_client, open_browser=browser, now=lambda: NOW, cancelled=threading.Event())
    ((status, page),) = browser.finish()
    assert (status, "close this tab" in page) == (200, True)
    assert tokens.access in server.access
    assert tokens.refresh in server.refresh
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert tokens.scope == SCOPE
    asked = parse_qs(urlsplit(browser.address).query)
    assert asked["redirect_uri"][0].startswith("http://127.0.0.1:")
    assert asked["access_type"] == ["offline"]
    assert asked["code_challenge_method"] == ["S256"]
    assert CLIENT_SECRET not in browser.address
    assert "code_verifier" not in asked


def test_every_sign_in_has_a_state_and_verifier_of_its_own(server: OAuthServer, http_client: HttpClient) -> None:
    """What was seen of one sign-in helps nobody with the next."""
    for _ in range(2):
        signed_in(server, http_client)
    first, second = (told for path, told in server.asked if path.startswith("/authorize"))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_a_wrong_verifier_is_refused_by_the_test_server(server: OAuthServer, http_client: HttpClient) -> None:
    """The server these tests lean on does check PKCE."""
    query = urlencode(
        {
            "client_id": CLIENT_ID,
            "redirect_uri": "http://127.0.0.1:1/",
            "response_type": "code",
            "code_challenge": "x" * 43,
            "code_challenge_method": "S256",
            "scope": SCOPE,
        }
    )
    answer = http_client.get(f"{server.url}/authorize?{query}")
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    status, _ = server.token(
        {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "code": code,
            "redirect_uri": "http://127.0.0.1:1/",
            "code_verifier": "y" * 43,
        }
    )
    assert (status, server.refusals) == (400, ["the verifier does not fit"])


def test_a_person_who_says_no_is_told_so(server: OAuthServer, http_client: HttpClient) -> None:
    """Denied in the browser is its own clear trouble, and nothing is asked of the token address."""
    server.deny = True
    caught = trouble(lambda: signed_in(server, http_client))
    assert (caught.reason, caught.retry_after) == ("denied", None)
    assert not [path for path, _ in server.asked if path == "/token"]


def test_a_permission_that_was_left_out_is_noticed_at_once(server: OAuthServer, http_client: HttpClient) -> None:
    """A person can untick boxes; the sign-in then fails there and not at the first write."""
    server.grants = "something.else"
    assert trouble(lambda: signed_in(server, http_client)).reason == "denied"


def test_nobody_else_can_hand_in_a_code(server: OAuthServer, http_client: HttpClient) -> None:
    """Wrong or no state, another path or host name, a doubled field: refused, and the right one still counts."""
    seen: list[int] = []

    def visit(address: str) -> tuple[int, str]:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        netloc, state = urlsplit(asked["redirect_uri"]).netloc, asked["state"]

        def knock(target: str, host: str = netloc) -> int:
            connection = http.client.HTTPConnection(netloc, timeout=5)
            connection.request("GET", target, headers={"Host": host})
            status = connection.getresponse().status
            connection.close()
            return status

        seen.append(knock("/?code=evil&state=wrong"))
        seen.append(knock("/?code=evil"))
        seen.append(knock(f"/?code=evil&code=good&state={state}"))
        seen.append(knock(f"/other?code=evil&state={state}"))
        seen.append(knock(f"/?code=evil&state={state}", host="evil.invalid"))
        return server.browser(address)

    browser = Browser(visit)
    tokens = sign_in(client_of(server), http_client, open_browser=browser, now=lambda: NOW, cancelled=threading.Event())
    browser.finish()
    assert seen == [400, 400, 400, 404, 421]
    assert tokens.access in server.access


def test_a_redirect_counts_once() -> None:
    """The second use of a right redirect changes nothing."""
    from exitzero.net.oauth_landing import Landing

    with Landing("the-state") as landing:
        first = landing.take("/?code=one&state=the-state", landing.netloc)
        second = landing.take("/?code=two&state=the-state", landing.netloc)
        told = landing.wait(seconds=5, monotonic=time.monotonic, cancelled=threading.Event())
    assert (first[0], second[0]) == (200, 410)
    assert told == {"code": "one", "state": "the-state"}


def test_waiting_ends_when_it_is_cancelled_or_too_long(server: OAuthServer, http_client: HttpClient) -> None:
    """A browser that is simply closed leaves no thread and no wait for ever."""
    cancelled = threading.Event()

    def ask(seconds: float, event: threading.Event, browser: Callable[[str], object]) -> OutsideTrouble:
        return trouble(
            lambda: sign_in(
                client_of(server),
                http_client,
                open_browser=browser,
                now=lambda: NOW,
                cancelled=event,
                wait_seconds=seconds,
            )
        )

    assert ask(0.2, threading.Event(), lambda _: True).reason == "timeout"
    assert ask(60, cancelled, lambda _: cancelled.set()).reason == "cancelled"
    assert ask(60, threading.Event(), lambda _: False).reason == "no_browser"


def test_a_wrong_client_secret_is_told_as_that(server: OAuthServer, http_client: HttpClient) -> None:
    """The person looks at their settings and not for a fault in the network."""
    caught = trouble(lambda: signed_in(server, http_client, secret="wrong"))
    assert caught.reason == "refused"
    assert "client ID" in caught.title


def test_refreshing_takes_the_new_refresh_token_or_keeps_the_old(server: OAuthServer, http_client: HttpClient) -> None:
    """Services that rotate and services that do not both stay signed in."""
    client, tokens = client_of(server), signed_in(server, http_client)
    new = refreshed(client, http_client, tokens, NOW)
    assert new.refresh != tokens.refresh
    assert new.access in server.access
    server.rotates = False
    newer = refreshed(client, http_client, new, NOW)
    assert newer.refresh == new.refresh
    assert newer.scope == SCOPE
    old = trouble(lambda: refreshed(client, http_client, tokens, NOW))
    assert (old.reason, old.retry_after) == ("refused", None)
    assert "sign in again" in str(old)


def test_a_service_that_is_down_is_asked_again_and_nobody_is_signed_out(
    server: OAuthServer, http_client: HttpClient
) -> None:
    """Only a refusal ends a sign-in; a 503 is tried again."""
    tokens = signed_in(server, http_client)
    server.down = True
    caught = trouble(lambda: refreshed(client_of(server), http_client, tokens, NOW))
    assert caught.reason == "server_error"
    assert caught.retry_after is not None


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"access_token": 3}', b'{"access_token":"a","token_type":"mac"}'])
def test_an_answer_that_is_no_token_is_trouble(body: bytes, server: OAuthServer, http_client: HttpClient) -> None:
    """A page of a proxy is never taken for a token."""
    tokens = Tokens(access="a", refresh="r", expires_at=None, scope=SCOPE)
    with Misbehaving(Reply(body=body)) as odd:
        client = client_of(server, token_url=f"{odd.url}/token")
        assert trouble(lambda: refreshed(client, http_client, tokens, NOW)).reason == "schema_changed"


def test_a_revoked_sign_in_is_over(server: OAuthServer, http_client: HttpClient) -> None:
    """Revoking works, may be repeated, and a refresh afterwards asks the person to sign in."""
    client, tokens = client_of(server), signed_in(server, http_client)
    revoke(client, http_client, tokens)
    assert not server.refresh
    revoke(client, http_client, tokens)
    assert trouble(lambda: refreshed(client, http_client, tokens, NOW)).reason == "refused"


def test_tokens_survive_the_vault_and_hide_in_their_repr(server: OAuthServer) -> None:
    """What is stored comes back; what is printed tells nothing."""
    tokens = Tokens(access="access-x", refresh="refresh-y", expires_at=NOW, scope=SCOPE)
    assert Tokens.from_text(tokens.to_text()) == tokens
    assert Tokens.from_text(replace(tokens, expires_at=None).to_text()).expires_at is None
    assert "access-x" not in repr(tokens)
    assert "refresh-y" not in repr(tokens)
    assert CLIENT_SECRET not in repr(client_of(server))
    for text in ("", "[]", "{}", '{"access":1,"refresh":"","expires_at":null,"scope":""}', "nonsense"):
        with pytest.raises(BadInput):
            Tokens.from_text(text)


@pytest.mark.parametrize("url", ["http://example.com/token", "ftp://x", "https://u:p@example.com/", "nothing", ""])
def test_a_client_speaks_tls_only(url: str, server: OAuthServer) -> None:
    """A secret never goes over a line that anybody can read, except inside this machine."""
    with pytest.raises(BadInput):
        client_of(server, token_url=url)


def test_a_keeper_renews_shortly_before_the_end_and_once_for_all_threads(
    server: OAuthServer, http_client: HttpClient
) -> None:
    """Ten threads that find an old token cause one refresh, and what was renewed is saved."""
    stored = [replace(signed_in(server, http_client), expires_at=NOW + timedelta(seconds=61)).to_text()]
    moment = [NOW]
    keeper = TokenKeeper(
        client_of(server), http_client, load=lambda: stored[-1], save=stored.append, now=lambda: moment[0]
    )
    first = keeper.bearer()
    assert len(stored) == 1
    moment[0] = NOW + timedelta(seconds=2)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(keeper.bearer())) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1
    assert got[0] != first
    assert len(stored) == 2
    assert Tokens.from_text(stored[-1]).access == got[0]


def test_a_keeper_replaces_a_token_that_the_service_refused(server: OAuthServer, http_client: HttpClient) -> None:
    """A token can die before its time; the one who comes second gets the new one without another refresh."""
    stored = [signed_in(server, http_client).to_text()]
    keeper = TokenKeeper(client_of(server), http_client, load=lambda: stored[-1], save=stored.append, now=lambda: NOW)
    old = keeper.bearer()
    new = keeper.renewed(old)
    assert new != old
    assert keeper.renewed(old) == new
    assert len(stored) == 2


@pytest.mark.parametrize("text", [None, "", "rubbish"])
def test_a_keeper_without_a_sign_in_asks_for_one(
    text: str | None, server: OAuthServer, http_client: HttpClient
) -> None:
    """Nothing or something unreadable in the vault means: sign in."""
    keeper = TokenKeeper(client_of(server), http_client, load=lambda: text, save=print, now=lambda: NOW)
    assert trouble(keeper.bearer).reason == "refused"


def test_no_secret_reaches_a_log(
    server: OAuthServer, http_client: HttpClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log at its most talkative, and both standard streams, hold no token, code, verifier or secret."""
    with caplog.at_level(logging.DEBUG, logger="exitzero"):
        tokens = refreshed(client_of(server), http_client, signed_in(server, http_client), NOW)
    streams = capfd.readouterr()
    told = caplog.text + streams.out + streams.err
    form = next(told for path, told in server.asked if path == "/token")
    assert "/token: 200" in told
    for secret in (tokens.access, tokens.refresh, form["code"], form["code_verifier"], CLIENT_SECRET):
        assert secret not in told
