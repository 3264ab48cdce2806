"""What the shame post says of each channel and fault: posted, surely not, or unknown; and it never posts twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from exitzero.consequences.channel_forms import Service
from exitzero.consequences.channels import address_for
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Nature
from exitzero.core.errors import BadInput
from tests.consequences.servers_channels import TEXT, WIRES, Wire, connected, order, point_at, post, posts
from tests.servers.misbehaving import How, Misbehaving, Reply, misbehaving, refusing_url

EVERY = pytest.mark.parametrize("wire", WIRES.values(), ids=[service.value for service in WIRES])
LONG = b'{"ok": true, "id": "1", "data": {"id": "1"}, "uri": "at://x", "result": {"message_id": 1}}'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    """A server that every plug-in takes for the real one."""
    with misbehaving() as one:
        point_at(one.url, monkeypatch)
        yield one


@EVERY
def test_a_post_is_sent_once_word_for_word_and_can_be_found_again(wire: Wire, server: Misbehaving) -> None:
    """The receipt names the post where the channel does."""
    receipt = connected(wire, server, wire.good).carry_out(order(wire.service))
    assert receipt.reference == wire.reference
    assert receipt.words.startswith("posted to ")
    assert [wire.sent_text(seen) for seen in posts(wire, server)] == [TEXT]


@EVERY
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 410, 422])
def test_a_refusal_is_surely_not_sent_and_waits_for_the_person(wire: Wire, status: int, server: Misbehaving) -> None:
    """A 4xx answer says that the channel did not take it; asking again alone would not help."""
    shame = connected(wire, server, Reply.of({"error": "no"}, status=status))
    with pytest.raises(DeliveryFailed) as failed:
        shame.carry_out(order(wire.service))
    assert failed.value.retry_after is None
    assert len(posts(wire, server)) == 1


@EVERY
@pytest.mark.parametrize(("status", "pause"), [(408, 2), (429, 15)])
def test_a_channel_that_is_busy_is_asked_again_later(wire: Wire, status: int, pause: int, server: Misbehaving) -> None:
    """Once a try; the pause is the outbox's, not a plug-in's own loop."""
    shame = connected(wire, server, Reply.of({"error": "slow down"}, status=status))
    with pytest.raises(DeliveryFailed) as failed:
        shame.carry_out(order(wire.service))
    assert failed.value.retry_after == timedelta(minutes=pause)
    assert len(posts(wire, server)) == 1


@EVERY
@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500, body=b"oops"),
        Reply(status=502, body=b"{}"),
        Reply(status=503, body=b""),
        Reply(how=How.SILENT),
        Reply(how=How.HANG_UP),
        Reply(body=LONG, how=How.CUT),
        Reply(body=LONG, how=How.DRIP),
        Reply(body=LONG, how=How.DRIP_HEAD),
    ],
    ids=["500", "502", "503", "silent", "hang up", "cut", "drip", "drip head"],
)
def test_an_answer_that_is_lost_leaves_it_unknown(wire: Wire, reply: Reply, server: Misbehaving) -> None:
    """The post was written out; nobody knows whether it stands, and it is not written a second time."""
    dripping = reply.how in {How.DRIP, How.DRIP_HEAD}
    shame = connected(wire, server, reply, answer=0.3, whole=0.8 if dripping else 10)
    with pytest.raises(DeliveryUnknown) as unknown:
        shame.carry_out(order(wire.service))
    assert unknown.value.look_at
    assert unknown.value.look_at in unknown.value.advice
    assert len(posts(wire, server)) == 1


@pytest.mark.parametrize("wire", [w for w in WIRES.values() if w.service not in {Service.SLACK, Service.DISCORD}])
def test_a_page_instead_of_the_channels_own_answer_leaves_it_unknown(wire: Wire, server: Misbehaving) -> None:
    """A hotel's sign-in page says 200 to everything."""
    shame = connected(wire, server, Reply(body=b"<html>Welcome, sign in</html>", content_type="text/html"))
    with pytest.raises(DeliveryUnknown):
        shame.carry_out(order(wire.service))


def test_a_page_instead_of_slacks_ok_leaves_it_unknown(server: Misbehaving) -> None:
    """Slack's answer is the word ok."""
    shame = connected(WIRES[Service.SLACK], server, Reply(body=b"<html>Welcome</html>", content_type="text/html"))
    with pytest.raises(DeliveryUnknown):
        shame.carry_out(order(Service.SLACK))


@EVERY
def test_where_nobody_listens_nothing_was_sent(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is tried again soon."""
    url = refusing_url()
    point_at(url, monkeypatch)
    with pytest.raises(DeliveryFailed, match="does not answer at all") as failed:
        post(address_for(wire.service, wire.answers(url))).carry_out(order(wire.service))
    assert failed.value.retry_after == timedelta(minutes=2)


def test_a_name_that_nobody_knows_was_not_sent_to() -> None:
    """No DNS, no post."""
    shame = post("mastodons://planted0secret0@nowhere.invalid/?visibility=public")
    with pytest.raises(DeliveryFailed, match="was not found by its name"):
        shame.carry_out(order(Service.MASTODON))


def test_a_server_without_a_true_certificate_gets_nothing(server: Misbehaving) -> None:
    """The handshake fails before a byte of the post is written."""
    shame = post(f"mastodons://planted0secret0@{server.url.removeprefix('http://')}/")
    with pytest.raises(DeliveryFailed, match="could not prove who it is"):
        shame.carry_out(order(Service.MASTODON))


@pytest.mark.parametrize("reply", [Reply(status=503), Reply(how=How.SILENT), Reply(how=How.HANG_UP), Reply(status=401)])
def test_signing_in_to_bluesky_is_not_the_post(reply: Reply, server: Misbehaving) -> None:
    """Whatever goes wrong before the record is written, surely nothing was posted."""
    wire = WIRES[Service.BLUESKY]
    shame = connected(wire, server, wire.good, answer=0.3)
    server.say(reply)
    with pytest.raises(DeliveryFailed):
        shame.carry_out(order(Service.BLUESKY))
    assert all("createRecord" not in seen.path for seen in server.seen)


def test_a_pause_that_the_channel_names_is_kept_within_reason(server: Misbehaving) -> None:
    """Not under a minute, not over a day."""
    wire = WIRES[Service.NTFY]
    for said, kept in (("5", timedelta(minutes=1)), ("600", timedelta(minutes=10)), ("9999999", timedelta(days=1))):
        shame = connected(wire, server, Reply(status=429, headers={"Retry-After": said}))
        with pytest.raises(DeliveryFailed) as failed:
            shame.carry_out(order(Service.NTFY))
        assert failed.value.retry_after == kept


def test_a_plug_in_may_neither_retry_nor_sleep(server: Misbehaving) -> None:
    """Discord's asks again by itself after a 429, after as long a sleep as the server names."""
    wire = WIRES[Service.DISCORD]
    told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"}
    shame = connected(wire, server, Reply(status=429, headers=told), wire.good)
    with pytest.raises(DeliveryFailed):
        shame.carry_out(order(Service.DISCORD))
    assert len(server.seen) == 1


def test_a_retry_written_into_the_address_is_not_obeyed(server: Misbehaving) -> None:
    """Apprise's own ?retry= would post again after an error of the server's."""
    server.say(Reply(status=500))
    shame = post(f"json://{server.url.removeprefix('http://')}/?retry=3&wait=0&redirect=yes")
    with pytest.raises(DeliveryUnknown):
        shame.carry_out(order(Service.OTHER))
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int, server: Misbehaving) -> None:
    """Text and token go to the place that the person named and to no other."""
    with misbehaving() as elsewhere:
        shame = connected(
            WIRES[Service.MASTODON], server, Reply(status=status, headers={"Location": f"{elsewhere.url}/api"})
        )
        with pytest.raises(DeliveryFailed, match="has moved"):
            shame.carry_out(order(Service.MASTODON))
        assert elsewhere.seen == []


def test_mastodon_gets_the_orders_key_where_it_looks_for_it(server: Misbehaving) -> None:
    """In the header; so a second try within the hour is the same post, and only then it counts as one."""
    shame = connected(WIRES[Service.MASTODON], server, WIRES[Service.MASTODON].good)
    wanted = order(Service.MASTODON)
    shame.carry_out(wanted)
    assert server.seen[0].headers["idempotency-key"] == "shame/2026-11-20"
    assert shame.nature_of(wanted, wanted.due + timedelta(minutes=10)) is Nature.IDEMPOTENT
    assert shame.nature_of(wanted, wanted.due + timedelta(hours=1)) is Nature.ONCE_ONLY
    assert shame.nature_of(order(Service.X), wanted.due) is Nature.ONCE_ONLY


def test_x_refusing_the_same_words_is_told_as_that(server: Misbehaving) -> None:
    """It is not the keys that are wrong."""
    said = {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403}
    shame = connected(WIRES[Service.X], server, Reply.of(said, status=403))
    with pytest.raises(DeliveryFailed) as failed:
        shame.carry_out(order(Service.X))
    assert failed.value.reason == "duplicate"


def test_x_without_credits_is_told_as_that(server: Misbehaving) -> None:
    """Its answer 402 is a bill, not a fault."""
    shame = connected(WIRES[Service.X], server, Reply.of({"title": "CreditsDepleted"}, status=402))
    with pytest.raises(DeliveryFailed, match="CreditsDepleted") as failed:
        shame.carry_out(order(Service.X))
    assert failed.value.reason == "payment"


def test_slack_says_no_with_a_200(server: Misbehaving) -> None:
    """Its own word for it is ok: false."""
    shame = connected(WIRES[Service.SLACK], server, Reply.of({"ok": False, "error": "channel_is_archived"}))
    with pytest.raises(DeliveryFailed, match="channel_is_archived"):
        shame.carry_out(order(Service.SLACK))


@pytest.mark.parametrize("text", ["", "  ", "x" * 501])
def test_what_does_not_fit_is_not_sent(text: str, server: Misbehaving) -> None:
    """Neither cut nor split: two halves would be two posts."""
    shame = connected(WIRES[Service.MASTODON], server, WIRES[Service.MASTODON].good)
    with pytest.raises(DeliveryFailed):
        shame.carry_out(order(Service.MASTODON, text))
    assert server.seen == []


def test_a_channel_that_is_gone_or_broken_is_told_so() -> None:
    """No address, no such service, an address that means nothing."""
    with pytest.raises(DeliveryFailed, match="not connected"):
        post("").carry_out(order(Service.X))
    with pytest.raises(DeliveryFailed, match="cannot be used"):
        post("x://onlyone").carry_out(order(Service.X))
    strange = order(Service.X)
    with pytest.raises(DeliveryFailed, match="does not know"):
        post("x://").carry_out(type(strange)("k", "shame", strange.label, strange.due, plan={"service": "icq"}))


def test_one_channel_is_one_receiver() -> None:
    """Two receivers could end half done, which nobody could tell from done."""
    with pytest.raises(BadInput, match="several receivers"):
        address_for(Service.OTHER, {"address": "ntfy://127.0.0.1/one/two"})


def test_a_rehearsal_sends_nothing_outside(server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the system names a proxy: the sink is on this machine."""
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("ALL_PROXY", server.url)
    for wire in WIRES.values():
        receipt = connected(wire, server, wire.good).rehearse(order(wire.service))
        assert receipt.reference == "rehearsed"
        assert "would be posted to" in receipt.words
    assert server.seen == []
    assert "costs $0.015" in connected(WIRES[Service.X], server).rehearse(order(Service.X)).words


def test_a_rehearsal_finds_what_would_have_failed() -> None:
    """No address, and a text that is too long for this channel."""
    with pytest.raises(DeliveryFailed, match="not connected"):
        post("").rehearse(order(Service.X))
    address = address_for(Service.X, WIRES[Service.X].answers(""))
    with pytest.raises(DeliveryFailed, match="282 letters long; 280 fit"):
        post(address).rehearse(order(Service.X, "界" * 141))


def test_a_test_message_says_that_it_is_one(server: Misbehaving) -> None:
    """Friends should not be frightened."""
    from exitzero.consequences.channels import Channel

    wire = WIRES[Service.NTFY]
    shame = connected(wire, server, wire.good)
    assert shame.test(Channel("one", Service.NTFY, "phone"), "21:00").reference == wire.reference
    text = str(wire.sent_text(server.seen[0]))
    assert "test" in text
    assert "21:00" in text


def test_nothing_can_be_looked_up() -> None:
    """It says where the person can look."""
    with pytest.raises(DeliveryUnknown) as unknown:
        post("").look_up(order(Service.TELEGRAM))
    assert unknown.value.look_at == "the Telegram chat"


def test_others_who_use_the_same_library_notice_nothing(server: Misbehaving) -> None:
    """Without a witness requests may retry, post twice and speak in the log."""
    import requests

    connected(WIRES[Service.NTFY], server, WIRES[Service.NTFY].good).carry_out(order(Service.NTFY))
    server.say(Reply())
    with requests.Session() as session:
        assert session.post(server.url, timeout=5).status_code == 200
        assert session.post(server.url, timeout=5).status_code == 200
    assert len(server.seen) == 3
