"""Every channel pointed at a server on loopback: Apprise's own plug-ins, talking to another place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import unescape

import pytest

from exitzero.consequences.channel_forms import Service
from exitzero.consequences.channels import address_for
from exitzero.consequences.shame import ShamePost
from exitzero.core.consequence import Order
from tests.servers.misbehaving import Misbehaving, Reply, Seen

TEXT = "2026-11-20: 1 of 3 done by 23:59. Missing: LeetCode <b> & 面接. exit 1"


@dataclass(frozen=True)
class Wire:
    """How one service is spoken to: its form filled, what it answers when all is well, what it is asked for first."""

    service: Service
    answers: Callable[[str], Mapping[str, str]]
    good: Reply
    reference: str
    sent_text: Callable[[Seen], object]
    secrets: tuple[str, ...]
    before: tuple[Reply, ...] = field(default=())


TOKEN = "planted0secret0"

WIRES = {
    wire.service: wire
    for wire in (
        Wire(
            Service.X,
            lambda _: {
                "consumer_key": f"{TOKEN}ck",
                "consumer_secret": f"{TOKEN}cs",
                "access_token": f"{TOKEN}at",
                "access_secret": f"{TOKEN}as",
            },
            Reply.of({"data": {"id": "1859", "text": "…"}}, status=201),
            "https://x.com/i/web/status/1859",
            lambda seen: seen.json()["text"],
            (f"{TOKEN}ck", f"{TOKEN}cs", f"{TOKEN}at", f"{TOKEN}as"),
        ),
        Wire(
            Service.MASTODON,
            lambda url: {"server": url, "token": f"{TOKEN}mastodon"},
            Reply.of({"id": "113", "url": "http://127.0.0.1/@me/113"}),
            "http://127.0.0.1/@me/113",
            lambda seen: seen.json()["status"],
            (f"{TOKEN}mastodon",),
        ),
        Wire(
            Service.BLUESKY,
            lambda _: {"handle": "me.bsky.social", "app_password": f"{TOKEN}bluesky"},
            Reply.of({"uri": "at://did:plc:abc/app.bsky.feed.post/3kxyz", "cid": "baf"}),
            "at://did:plc:abc/app.bsky.feed.post/3kxyz",
            lambda seen: seen.json()["record"]["text"],  # type: ignore[index]
            (f"{TOKEN}bluesky", f"{TOKEN}session"),
            (Reply.of({"accessJwt": f"{TOKEN}session", "refreshJwt": f"{TOKEN}session"}),),
        ),
        Wire(
            Service.DISCORD,
            lambda _: {"webhook": f"https://discord.com/api/webhooks/123456789/{TOKEN}discord"},
            Reply(status=204, body=b""),
            "",
            lambda seen: seen.json()["content"],
            (f"{TOKEN}discord",),
        ),
        Wire(
            Service.TELEGRAM,
            lambda _: {"token": f"123456789:{TOKEN}telegram-abcdefgh", "chat": "-100123"},
            Reply.of({"ok": True, "result": {"message_id": 77}}),
            "77",
            # Telegram and Slack read entities; what a reader sees is the text again.
            lambda seen: unescape(str(seen.json()["text"])),
            (f"{TOKEN}telegram-abcdefgh",),
        ),
        Wire(
            Service.SLACK,
            lambda _: {"webhook": f"https://hooks.slack.com/services/T0123ABCD/B0123ABCD/{TOKEN}slack0000"},
            Reply(body=b"ok", content_type="text/html"),
            "",
            lambda seen: unescape(seen.json()["attachments"][0]["text"]),  # type: ignore[index]
            (f"{TOKEN}slack0000",),
        ),
        Wire(
            Service.NTFY,
            lambda url: {"server": url, "topic": f"{TOKEN}topic", "token": f"tk_{TOKEN}ntfy"},
            Reply.of({"id": "hwQ2YpKdmg", "event": "message"}),
            "hwQ2YpKdmg",
            lambda seen: seen.json()["message"],
            (f"{TOKEN}topic", f"tk_{TOKEN}ntfy"),
        ),
    )
}


class Kept(dict[str, str]):
    """Secrets for a test; ``get`` is all that the shame post asks of a vault."""


def point_at(url: str, patch: pytest.MonkeyPatch) -> None:
    """Let the plug-ins whose host is fixed talk to ``url``."""
    from apprise.plugins.bluesky import NotifyBlueSky
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram
    from apprise.plugins.twitter import NotifyTwitter

    patch.setattr(NotifyTwitter, "twitter_tweet", f"{url}/2/tweets")
    patch.setattr(NotifyDiscord, "notify_url", f"{url}/api/webhooks")
    patch.setattr(NotifyTelegram, "notify_url", f"{url}/bot")
    patch.setattr(NotifySlack, "webhook_url", f"{url}/services")
    # It looks the handle up at a fixed public host and then insists on https.
    patch.setattr(NotifyBlueSky, "get_identifier", lambda *_: ("did:plc:abc", url))


def order(service: Service, text: str = TEXT, *, key: str = "shame/2026-11-20") -> Order:
    """An order for the channel called ``one``."""
    plan = {"channel": "one", "service": service.value, "text": text}
    return Order(key, "shame", date(2026, 11, 20), datetime(2026, 11, 21, tzinfo=UTC), plan=plan)


def post(address: str, *, answer: float = 5.0, whole: float = 10.0) -> ShamePost:
    """The consequence with one channel, and patience in seconds."""
    return ShamePost(Kept({"channel.one": address}), answer_seconds=answer, whole_seconds=whole)


def connected(wire: Wire, server: Misbehaving, *answers: Reply, answer: float = 5.0, whole: float = 10.0) -> ShamePost:
    """The consequence connected to ``server``, which will give these answers to the post itself."""
    server.say(*wire.before, *answers)
    return post(address_for(wire.service, wire.answers(server.url)), answer=answer, whole=whole)


def posts(wire: Wire, server: Misbehaving) -> list[Seen]:
    """The requests that post, without those that prepare."""
    return server.seen[len(wire.before) :]
