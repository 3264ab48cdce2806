"""One client for everything outside, held against a server that misbehaves."""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.net.http import USER_AGENT, Answer, HttpClient, NoAnswer, TooLong, is_loopback, shown
from tests.servers.misbehaving import How, Misbehaving, Reply, refusing_url


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """A client with short patience."""
    client = HttpClient(monotonic=time.monotonic, timeout=0.4, longest=5.0, body_limit=10_000)
    yield client
    client.close()


def reason(http: HttpClient, url: str) -> str:
    """Why a request failed."""
    with pytest.raises(OutsideTrouble) as caught:
        http.get(url)
    return caught.value.reason


def test_an_answer_is_given_as_it_came_whatever_its_status(http: HttpClient) -> None:
    """Nothing is raised for a status and the server's own time is kept."""
    moment = datetime(2025, 6, 15, 1, 2, 3, tzinfo=UTC)
    reply = Reply(status=418, body=b"tea", content_type="text/plain", headers={"X-Pot": "short"}, date=moment)
    with Misbehaving(reply) as server:
        answer = http.get(f"{server.url}/pot")
    assert answer == Answer(
        status=418,
        headers=answer.headers,
        body=b"tea",
        content_type="text/plain",
        server_at=moment,
    )
    assert answer.headers["x-pot"] == "short"


def test_every_request_says_who_asks_and_json_says_what_it_is(http: HttpClient) -> None:
    """A plain name with the version, nothing that pretends to be a browser."""
    with Misbehaving() as server:
        http.post_json(f"{server.url}/a", {"word": "ü"}, headers={"Referer": "here"})
        (seen,) = server.seen
    assert seen.method == "POST"
    assert seen.headers["user-agent"] == USER_AGENT
    assert USER_AGENT.startswith("ExitZero/")
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["referer"] == "here"
    assert seen.json() == {"word": "ü"}


def test_no_redirect_is_followed_and_no_cookie_kept(http: HttpClient) -> None:
    """What one answer sets must not change the next question."""
    with Misbehaving(Reply(status=302, headers={"Location": "/b", "Set-Cookie": "who=me; Path=/"})) as server:
        assert http.get(f"{server.url}/a").status == 302
        http.get(f"{server.url}/a")
        assert [seen.path for seen in server.seen] == ["/a", "/a"]
        assert all("cookie" not in seen.headers for seen in server.seen)


def test_a_refused_connection_is_no_network(http: HttpClient) -> None:
    """Nobody listens there."""
    assert reason(http, refusing_url()) == "network"
    assert reason(http, "http://nowhere.invalid/") == "network"


@pytest.mark.parametrize("how", [How.SILENT, How.HANG_UP, How.CUT, How.DRIP_HEAD])
def test_a_question_that_left_may_have_arrived(http: HttpClient, how: How) -> None:
    """Whatever came of the answer, a deed must not be done again by itself."""
    with Misbehaving(Reply(body=b"x" * 200, how=how)) as server, pytest.raises(NoAnswer) as caught:
        http.request("POST", server.url, content=b"deed")
    assert caught.value.maybe_sent


@pytest.mark.parametrize("url", [refusing_url(), "http://nowhere.invalid/"], ids=["refused", "no such host"])
def test_a_question_that_never_left_surely_did_nothing(http: HttpClient, url: str) -> None:
    """Nobody was reached, so a deed may safely be tried again."""
    with pytest.raises(NoAnswer) as caught:
        http.request("POST", url, content=b"deed")
    assert not caught.value.maybe_sent


def test_a_connection_that_is_never_taken_surely_did_nothing(http: HttpClient) -> None:
    """A time-out while connecting is one too, though its reason is the same as that of a lost answer."""
    with socket.socket() as listener, contextlib.ExitStack() as others:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):  # The queue of one that never accepts is full after these.
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listener.getsockname())
        with pytest.raises(NoAnswer) as caught:
            http.request("POST", f"http://127.0.0.1:{listener.getsockname()[1]}/", content=b"deed")
    assert (caught.value.reason, caught.value.maybe_sent) == ("timeout", False)


@pytest.mark.parametrize("how", [How.HANG_UP, How.CUT])
def test_half_an_answer_is_none(http: HttpClient, how: How) -> None:
    """A body that was cut is never handed on."""
    with Misbehaving(Reply(body=b'{"data": 12345}', how=how)) as server:
        assert reason(http, server.url) == "network"


def test_a_body_longer_than_promised_is_read_as_promised(http: HttpClient) -> None:
    """The rest is not ours; what was cut off by it is no JSON later."""
    with Misbehaving(Reply(body=b'{"data": 12345}', how=How.TOO_LONG)) as server:
        assert http.get(server.url).body == b'{"data": 1'


def test_an_answer_beyond_the_limit_is_told_as_that(http: HttpClient) -> None:
    """Who asked for many things at once can then ask for fewer."""
    with Misbehaving(Reply(body=b"x" * 10_000), Reply(body=b"x" * 10_001)) as server:
        assert len(http.get(server.url).body) == 10_000
        with pytest.raises(TooLong):
            http.get(server.url)


def test_a_silent_server_is_given_up(http: HttpClient) -> None:
    """After the time-out of one read."""
    with Misbehaving(Reply(how=How.SILENT)) as server:
        assert reason(http, server.url) == "timeout"


@pytest.mark.parametrize("how", [How.DRIP, How.DRIP_HEAD])
def test_a_dripping_server_is_given_up_as_a_whole(how: How) -> None:
    """Though every single byte comes in time."""
    client = HttpClient(monotonic=time.monotonic, timeout=2.0, longest=0.5)
    began = time.monotonic()
    with Misbehaving(Reply(body=b"x" * 400, how=how)) as server:
        assert reason(client, server.url) == "timeout"
    client.close()
    assert time.monotonic() - began < 5


def test_a_huge_body_is_not_read_to_its_end(http: HttpClient) -> None:
    """The limit is what an answer can reasonably be."""
    with Misbehaving(Reply(body=b"x" * 200_000)) as server:
        assert reason(http, server.url) == "network"


@pytest.mark.parametrize(
    "url", ["", "leetcode.com", "ftp://host/", "http://", "http://host:port/", "http://[::1/", "http://a b/"]
)
def test_what_is_no_address_is_bad_input(http: HttpClient, url: str) -> None:
    """It was typed, so it is not the network's fault."""
    with pytest.raises(BadInput):
        http.get(url)


@pytest.mark.parametrize("url", [f"http://{'a' * 70}.invalid/", "http://xn--\udcff/"])
def test_a_host_that_cannot_be_spelled_never_escapes_as_anything_else(http: HttpClient, url: str) -> None:
    """Strange names end in one of the two families."""
    with pytest.raises((BadInput, OutsideTrouble)):
        http.get(url)


def test_secrets_stand_neither_in_the_log_nor_in_an_error(http: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    """Not the query, not a header, not a password in the address; also when the library itself complains."""
    caplog.set_level(logging.DEBUG, logger="exitzero")
    with Misbehaving() as server:
        http.get(f"{server.url}/path?token=s3cret", headers={"Authorization": "Bearer s3cret"})
    texts = []
    for url, headers in [
        (f"{refusing_url()}/path?token=s3cret", {"Authorization": "s3cret"}),
        ("http://me:s3cret@nowhere.invalid/", {}),
        (refusing_url(), {"Authorization": "s3cret\n"}),
    ]:
        with pytest.raises(OutsideTrouble) as caught:
            http.get(url, headers=headers)
        texts.append(f"{caught.value} {caught.value.__cause__}")
    assert "s3cret" not in caplog.text
    assert "/path" in caplog.text
    assert "s3cret" not in " ".join(texts)
    assert shown("https://me:pw@host:8443/a?b=c#d") == "https://host:8443/a"


class Clock:
    """A monotonic clock that only waiting moves on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += seconds
        return event.is_set()


def test_a_host_is_left_alone_between_two_requests() -> None:
    """The gap, stretched by jitter, from the end of one to the start of the next; another host has its own."""
    clock = Clock()
    client = HttpClient(monotonic=clock.monotonic, wait=clock.wait, jitter=lambda: 1.0, gap=2.0, loopback_gap=2.0)
    with Misbehaving() as one, Misbehaving() as other:
        client.get(one.url)
        client.get(other.url)
        assert clock.waits == []
        client.get(one.url)
        assert clock.waits == [3.0]
        clock.now += 1.0
        client.get(other.url)
        assert clock.waits == [3.0]
    client.close()


def test_one_request_at_a_time_goes_to_a_host(http: HttpClient) -> None:
    """However many ask, the next is only sent when the one before has its answer."""
    with Misbehaving(Reply(body=b"12345", how=How.DRIP)) as server:
        threads = [threading.Thread(target=http.get, args=(server.url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len(server.seen) == 4
        assert server.most_at_once == 1


def test_closing_breaks_off_what_is_under_way_and_what_waits() -> None:
    """A request without answer, one behind it and one in its pause all end at once, and nothing can be asked after."""
    client = HttpClient(monotonic=time.monotonic, timeout=30, longest=60, loopback_gap=60)
    troubles: list[OutsideTrouble] = []

    def ask(url: str) -> None:
        try:
            client.get(url)
        except OutsideTrouble as trouble:
            troubles.append(trouble)

    with Misbehaving(Reply(how=How.SILENT)) as silent, Misbehaving() as quick:
        client.get(quick.url)
        threads = [threading.Thread(target=ask, args=(url,)) for url in (silent.url, silent.url, quick.url)]
        for thread in threads:
            thread.start()
        assert silent.asked.wait(5)
        began = time.monotonic()
        client.close()
        for thread in threads:
            thread.join(10)
        assert time.monotonic() - began < 5
        assert len(troubles) == 3
        with pytest.raises(OutsideTrouble):
            client.get(quick.url)
        assert (len(silent.seen), len(quick.seen)) == (1, 1)
    client.close()


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("leetcode.com", False), ("10.0.0.1", False)],
)
def test_this_machine_is_known(host: str, inside: bool) -> None:
    """Only it is spared the pause."""
    assert is_loopback(host) is inside
