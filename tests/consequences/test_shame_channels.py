"""Connecting a channel: what is typed is checked at its own line, and the address that comes out is a secret."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from exitzero.consequences.channel_forms import FORMS, Service
from exitzero.consequences.channels import Channel, address_for, opened, price, price_words, secrets_in
from exitzero.core.errors import BadInput
from tests.consequences.servers_channels import TOKEN, WIRES

GOOD: dict[Service, Mapping[str, str]] = {
    **{service: wire.answers("https://example.org") for service, wire in WIRES.items()},
    Service.EMAIL: {
        "to": "friend@example.org",
        "sender": "me@example.org",
        "server": "smtp.example.org:587",
        "user": "me@example.org",
        "password": f"{TOKEN}/:@mail",
    },
    Service.OTHER: {"address": f"gotify://example.org/{TOKEN}gotify"},
}


def test_every_service_has_a_form() -> None:
    """And every form is tried below."""
    assert set(FORMS) == set(Service) == set(GOOD)


@pytest.mark.parametrize("service", Service)
def test_a_filled_form_gives_one_receiver_and_shows_no_secret(service: Service) -> None:
    """The shown form is what stands in receipts and on the screen."""
    address = address_for(service, GOOD[service])
    way = opened(service, address)
    assert way.limit >= 280
    assert TOKEN not in way.shown
    assert "://" in way.shown
    secret_lines = [ask.name for ask in FORMS[service].asks if ask.secret and GOOD[service].get(ask.name)]
    for name in secret_lines:
        secret = GOOD[service][name].rpartition("/")[2] if "webhook" in name else GOOD[service][name]
        secret = secret.rpartition(":")[2] if service is Service.TELEGRAM else secret
        assert any(secret in hidden for hidden in way.hidden), name


@pytest.mark.parametrize("service", Service)
def test_an_empty_form_is_refused_at_its_first_required_line(service: Service) -> None:
    """The message names the line."""
    first = next(ask for ask in FORMS[service].asks if ask.required and not ask.choices)
    with pytest.raises(BadInput) as bad:
        address_for(service, {})
    assert bad.value.field == first.name
    assert first.label in bad.value.message


@pytest.mark.parametrize(
    ("service", "line", "typed"),
    [
        (Service.X, "access_token", "two words"),
        (Service.X, "consumer_key", "short"),
        (Service.MASTODON, "server", "http://mastodon.example"),
        (Service.MASTODON, "server", "https://mastodon.example/@me"),
        (Service.MASTODON, "server", "not a server"),
        (Service.MASTODON, "visibility", "direct"),
        (Service.MASTODON, "token", "one\ntwo"),
        (Service.BLUESKY, "handle", "justaname"),
        (Service.DISCORD, "webhook", "https://evil.example/api/webhooks/1/abc"),
        (Service.DISCORD, "webhook", "https://discord.com.evil.example/api/webhooks/1/abc"),
        (Service.TELEGRAM, "token", "12345"),
        (Service.TELEGRAM, "chat", "a b"),
        (Service.SLACK, "webhook", "https://hooks.slack.com/services/T1"),
        (Service.NTFY, "topic", "a/b"),
        (Service.NTFY, "server", "ftp://ntfy.example"),
        (Service.EMAIL, "to", "a@example.org,b@example.org"),
        (Service.EMAIL, "sender", "me"),
        (Service.EMAIL, "server", "smtp.example.org:99999"),
        (Service.EMAIL, "security", "none"),
        (Service.EMAIL, "security", "insecure"),
        (Service.OTHER, "address", "example.org"),
        (Service.OTHER, "address", "nosuchthing://example.org"),
    ],
)
def test_what_cannot_work_is_refused_at_its_own_line(service: Service, line: str, typed: str) -> None:
    """Before it is kept, and without anything being sent."""
    with pytest.raises(BadInput) as bad:
        address_for(service, {**GOOD[service], line: typed})
    assert bad.value.field == line


def test_an_address_lives_under_its_channels_id() -> None:
    """The label may change, the id not."""
    assert Channel("7f3a", Service.X, "my account").secret_name == "channel.7f3a"


def test_every_part_of_an_address_is_struck_out_also_as_it_was_typed() -> None:
    """A server may quote the password in another spelling than the address has."""
    hidden = secrets_in("mailtos://me:pa%2Fss%40word@smtp.example.org:587/?to=friend@example.org")
    assert {"pa%2Fss%40word", "pa/ss@word"} <= set(hidden)
    assert "smtp.example.org" not in hidden
    assert hidden == tuple(sorted(hidden, key=len, reverse=True))


def test_only_x_costs_money_and_a_link_costs_more() -> None:
    """The prices of November 2026."""
    assert price(Service.X, "no link. really") == Decimal("0.015")
    assert price(Service.X, "see https://example.org") == Decimal("0.200")
    assert price(Service.X, "see example.org/a") == Decimal("0.200")
    assert price(Service.MASTODON, "see https://example.org") == 0
    assert price_words(Service.X, "see https://example.org") == "costs $0.200, because it holds a link"
    assert price_words(Service.NTFY, "x") == "costs nothing"
