"""What each service asks for to be connected, and the Apprise address that comes out of a filled form. One table, from
which the settings draw their forms; a new service is a new row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode, urlsplit

from exitzero.core.errors import BadInput


class Service(StrEnum):
    """The channels we know by name, and any other address that Apprise understands."""

    X = "x"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    DISCORD = "discord"
    TELEGRAM = "telegram"
    SLACK = "slack"
    NTFY = "ntfy"
    EMAIL = "email"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Ask:
    """One line of a service's form. ``choices`` makes it a list to choose from, the first being the default."""

    name: str
    label: str
    hint: str = ""
    secret: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """What is asked for to connect a service, and how its address is built. ``look_at`` says where a post shows."""

    service: Service
    title: str
    hint: str
    asks: tuple[Ask, ...]
    build: Callable[[Mapping[str, str]], str]
    look_at: str


_HOST = re.compile(r"(?i)[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")
_MAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+")


def _server(name: str, value: str) -> tuple[bool, str]:
    """Whether it is reached by TLS, and host with port; plain http is for this machine only."""
    if "://" not in value:
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or parts.username or parts.query:
        raise BadInput(name, "Give the server's name, such as mastodon.social.")
    if parts.path.strip("/"):
        raise BadInput(name, "Only the server's name, without a path.")
    if parts.scheme == "http" and host not in {"127.0.0.1", "localhost", "::1"}:
        raise BadInput(name, "Without TLS the token would cross the network in plain sight; use https.")
    host = f"[{host}]" if ":" in host else host
    return parts.scheme == "https", f"{host}:{port}" if port else host


def _q(value: str) -> str:
    return quote(value, safe="")


def _x(given: Mapping[str, str]) -> str:
    names = ("consumer_key", "consumer_secret", "access_token", "access_secret")
    for name in names:
        if not re.fullmatch(r"[\w-]{8,}", given[name], re.ASCII):
            raise BadInput(name, "Such a key is one word of letters, digits, - and _.")
    return f"x://{'/'.join(_q(given[name]) for name in names)}?mode=tweet"


def _mastodon(given: Mapping[str, str]) -> str:
    tls, server = _server("server", given["server"])
    scheme = "mastodons" if tls else "mastodon"
    return f"{scheme}://{_q(given['token'])}@{server}/?visibility={given['visibility']}"


def _bluesky(given: Mapping[str, str]) -> str:
    handle = given["handle"].removeprefix("@")
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", handle, re.ASCII):
        raise BadInput("handle", "Give the whole handle, such as name.bsky.social.")
    return f"bluesky://{_q(handle)}@{_q(given['app_password'])}"


def _discord(given: Mapping[str, str]) -> str:
    found = re.fullmatch(
        r"https://(?:\w+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/(\d+)/([\w-]+)/?", given["webhook"], re.ASCII
    )
    if not found:
        raise BadInput("webhook", "It begins with https://discord.com/api/webhooks/ (channel settings, Integrations).")
    return f"discord://{found[1]}/{found[2]}/?avatar=no&format=text"


def _telegram(given: Mapping[str, str]) -> str:
    if not re.fullmatch(r"\d{5,}:[\w-]{20,}", given["token"], re.ASCII):
        raise BadInput("token", "BotFather's token has the form 123456789:ABC…")
    if not re.fullmatch(r"-?\d+|@?[A-Za-z]\w{3,}", given["chat"], re.ASCII):
        raise BadInput("chat", "A chat is a number (a group's is negative) or the name of a public channel.")
    chat = given["chat"]
    chat = chat if re.fullmatch(r"-?\d+", chat) else "@" + chat.removeprefix("@")
    return f"tgram://{given['token']}/{quote(chat, safe='@-')}/?format=text&detect=no&image=no"


def _slack(given: Mapping[str, str]) -> str:
    found = re.fullmatch(r"https://hooks\.slack\.com/services/(\w+)/(\w+)/(\w+)/?", given["webhook"], re.ASCII)
    if not found:
        raise BadInput("webhook", "It begins with https://hooks.slack.com/services/ (Slack app, Incoming Webhooks).")
    return f"slack://{found[1]}/{found[2]}/{found[3]}/?image=no&footer=no&format=text"


def _ntfy(given: Mapping[str, str]) -> str:
    tls, server = _server("server", given["server"] or "ntfy.sh")
    if not re.fullmatch(r"[\w-]{1,64}", given["topic"], re.ASCII):
        raise BadInput("topic", "A topic has letters, digits, - and _, 64 at most.")
    scheme = "ntfys" if tls else "ntfy"
    token = "&" + urlencode({"auth": "token", "token": given["token"]}) if given["token"] else ""
    return f"{scheme}://{server}/{given['topic']}/?mode=private&image=no{token}"


def _email(given: Mapping[str, str]) -> str:
    for name in ("to", "sender"):
        if not _MAIL.fullmatch(given[name]):
            raise BadInput(name, "Give one address, such as friend@example.org.")
    host, _, port = given["server"].partition(":")
    if not _HOST.fullmatch(host) or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        raise BadInput("server", "Give the mail server's name, such as smtp.example.org or smtp.example.org:465.")
    mode = given["security"]
    if mode == "insecure" and host not in {"127.0.0.1", "localhost"}:
        raise BadInput("security", "Without TLS the password would cross the network in plain sight.")
    login = ""
    if given["user"]:
        login = f"{_q(given['user'])}:{_q(given['password'])}@"
    where = f"{host}:{port}" if port else host
    query = urlencode({"smtp": host, "from": given["sender"], "to": given["to"], "mode": mode, "format": "text"})
    return f"{'mailto' if mode == 'insecure' else 'mailtos'}://{login}{where}/?{query}"


def _other(given: Mapping[str, str]) -> str:
    if "://" not in given["address"]:
        raise BadInput("address", "An Apprise address has the form service://….")
    return given["address"]


FORMS: Mapping[Service, ServiceForm] = {
    form.service: form
    for form in (
        ServiceForm(
            Service.X,
            "X",
            "Make an app in the developer console with read and write access, then its four keys. Each post is paid "
            "from the app's credits.",
            (
                Ask("consumer_key", "API key", secret=True),
                Ask("consumer_secret", "API key secret", secret=True),
                Ask("access_token", "Access token", "Made after the app got write access.", secret=True),
                Ask("access_secret", "Access token secret", secret=True),
            ),
            _x,
            "your profile on X",
        ),
        ServiceForm(
            Service.MASTODON,
            "Mastodon",
            "Preferences, Development, New application, with write:statuses.",
            (
                Ask("server", "Server", "Such as mastodon.social."),
                Ask("token", "Access token", secret=True),
                Ask("visibility", "Who sees it", choices=("public", "unlisted", "private")),
            ),
            _mastodon,
            "your profile on your Mastodon server",
        ),
        ServiceForm(
            Service.BLUESKY,
            "Bluesky",
            "Settings, Privacy and security, App passwords. Never your own password.",
            (Ask("handle", "Handle", "Such as name.bsky.social."), Ask("app_password", "App password", secret=True)),
            _bluesky,
            "your profile on Bluesky",
        ),
        ServiceForm(
            Service.DISCORD,
            "Discord",
            "Channel settings, Integrations, Webhooks.",
            (Ask("webhook", "Webhook address", secret=True),),
            _discord,
            "the Discord channel of the webhook",
        ),
        ServiceForm(
            Service.TELEGRAM,
            "Telegram",
            "A bot made with BotFather that is a member of the chat.",
            (
                Ask("token", "Bot token", secret=True),
                Ask("chat", "Chat", "Its number, or the name of a public channel."),
            ),
            _telegram,
            "the Telegram chat",
        ),
        ServiceForm(
            Service.SLACK,
            "Slack",
            "A Slack app with Incoming Webhooks.",
            (Ask("webhook", "Webhook address", secret=True),),
            _slack,
            "the Slack channel of the webhook",
        ),
        ServiceForm(
            Service.NTFY,
            "ntfy",
            "A topic is open to everybody who knows its name, unless the server asks for a token.",
            (
                Ask("server", "Server", "Empty for ntfy.sh.", required=False),
                Ask("topic", "Topic", secret=True),
                Ask("token", "Access token", "Only where the server asks for one.", secret=True, required=False),
            ),
            _ntfy,
            "the ntfy topic",
        ),
        ServiceForm(
            Service.EMAIL,
            "E-mail to a friend",
            "Sent from your own account. Your friend should know what it is about.",
            (
                Ask("to", "Friend's address"),
                Ask("sender", "Your address"),
                Ask("server", "Mail server", "Such as smtp.example.org."),
                Ask("security", "Security", choices=("starttls", "ssl", "insecure")),
                Ask("user", "User name", "Often your address.", required=False),
                Ask("password", "Password", "An app password where there are any.", secret=True, required=False),
            ),
            _email,
            "your sent mail, or ask your friend",
        ),
        ServiceForm(
            Service.OTHER,
            "Other Apprise address",
            "Any of the services that Apprise knows, by its own address.",
            (Ask("address", "Address", "Such as gotify://host/token.", secret=True),),
            _other,
            "the channel itself",
        ),
    )
}
"""Every service with its form, in the order in which they are offered."""
