"""Which pages of Discord, Slack, WhatsApp and Telegram are one message, and which are a room or a person.

Why it exists: in a chat the address of a room looks much like the address of a message in it; only the latter says
that something was written.
"""

import re

from exitzero.work.outreach.links_page import LinkProof, Page, Platform, refusal

_SCREENSHOT = "Use a screenshot of the message instead."


def _digits(*parts: str) -> bool:
    return all(re.fullmatch(r"[0-9]{1,25}", part) for part in parts)


def discord(page: Page) -> LinkProof | None:
    """A message: channels/<server or @me>/<channel>/<message>."""
    if not page.within("discord.com", "discordapp.com", "discord.gg", "discord.me"):
        return None
    instead = "On the message choose … → Copy Message Link (discord.com/channels/…/…/…)."
    match page.parts:
        case ("channels", server, channel, message) if _digits(channel, message) and (
            server == "@me" or _digits(server)
        ):
            key = page.on("discord.com", "channels", server, channel, message)
            return page.proof(Platform.DISCORD, "A message on Discord.", key=key)
        case ("channels", _, _):
            raise refusal("That is a channel on Discord, not a message.", instead)
        case ("channels", *_):
            raise refusal("That is Discord without a message.", instead)
        case ("users", *_):
            raise refusal("That is a profile on Discord, not a message.", instead)
        case ("login" | "register", *_):
            raise refusal("That is the login page of Discord.", instead)
        case ("invite", *_):
            raise refusal("That is an invitation on Discord, not a message.", instead)
        case _ if page.within("discord.gg", "discord.me"):
            raise refusal("That is an invitation on Discord, not a message.", instead)
        case _:
            raise refusal("That is a page of Discord, not a message.", instead)


_SLACK_TIME = re.compile(r"p?([0-9]{10})\.?([0-9]{6})")
_SLACK_ROOM = re.compile(r"[CDG][A-Z0-9]{6,}")


def slack(page: Page) -> LinkProof | None:
    """A message: <workspace>.slack.com/archives/<channel>/p<time>; channels are unique across workspaces."""
    if not page.within("slack.com"):
        return None
    instead = "On the message choose … → Copy link (<workspace>.slack.com/archives/…/p…)."
    room, moment = "", None
    match page.parts:
        case ("archives", channel, message, *_):
            room, moment = channel, _SLACK_TIME.fullmatch(message)
        case ("client", _, channel, "thread", thread, *_):
            room, _, time = thread.partition("-")
            room, moment = room or channel, _SLACK_TIME.fullmatch(time)
        case ("client", _, channel, message, *_):
            room, moment = channel, _SLACK_TIME.fullmatch(message)
        case _:
            pass
    if moment and _SLACK_ROOM.fullmatch(room.upper()):
        key = page.on("slack.com", "archives", room.upper(), f"p{moment[1]}{moment[2]}")
        host = page.host if page.host not in {"app.slack.com", "slack.com"} else "slack.com"
        return page.proof(Platform.SLACK, "A message on Slack.", key=key, shown=key.replace("slack.com", host, 1))
    match page.low:
        case ("archives", *_) | ("client", _, _, *_) | ("app_redirect", *_):
            raise refusal("That is a channel on Slack, not a message.", instead)
        case ("client", *_):
            raise refusal("That is a Slack workspace, not a message.", instead)
        case ("team" | "user_profile", *_):
            raise refusal("That is a profile on Slack, not a message.", instead)
        case ("signin" | "workspace-signin" | "get-started" | "sso", *_):
            raise refusal("That is the login page of Slack.", instead)
        case _:
            raise refusal("That is a page of Slack, not a message.", instead)


def whatsapp(page: Page) -> LinkProof | None:
    """Nothing on WhatsApp and Signal has a link of its own: always refused."""
    if page.within("signal.me", "signal.group", "signal.org"):
        raise refusal("Messages on Signal have no link.", _SCREENSHOT)
    if page.within("m.me"):
        raise refusal("That link opens a chat, and says nothing about a message.", _SCREENSHOT)
    if not page.within("whatsapp.com", "wa.me", "wa.link"):
        return None
    if page.within("chat.whatsapp.com"):
        raise refusal("That is an invitation to a WhatsApp group, not a message.", _SCREENSHOT)
    if page.within("wa.me", "wa.link", "api.whatsapp.com"):
        raise refusal("That link opens a WhatsApp chat with a number; it is no proof of a message.", _SCREENSHOT)
    raise refusal("Messages on WhatsApp have no link.", _SCREENSHOT)


_TELEGRAM_HOSTS = ("t.me", "telegram.me", "telegram.dog")
_TELEGRAM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_TELEGRAM_CLOSED = frozenset(
    {
        "joinchat",
        "addstickers",
        "addemoji",
        "share",
        "proxy",
        "socks",
        "login",
        "addlist",
        "contact",
        "iv",
        "setlanguage",
    }
)


def telegram(page: Page) -> LinkProof | None:
    """A message: t.me/c/<chat>/<message> or t.me/<public name>/<message>."""
    instead = "On the message choose Copy Message Link (t.me/…/…); in a private chat use a screenshot."
    if page.within("telegram.org"):
        raise refusal("Telegram in the browser has no links to messages.", instead)
    if page.host not in _TELEGRAM_HOSTS and not page.host.endswith(".t.me"):
        return None
    parts = page.parts
    if page.host.endswith(".t.me"):  # <name>.t.me is the same as t.me/<name>.
        parts = (page.host.removesuffix(".t.me"), *parts)
    if parts[:1] == ("s",):
        parts = parts[1:]
    comment = page.get("comment")
    said = f"?comment={comment}" if _digits(comment) else ""
    match parts:
        case ("c", chat, *topic, message) if _digits(chat, *topic, message) and len(topic) < 2:
            key = page.on("t.me", "c", chat, message) + said
        case (first, *_) if first.lower() in _TELEGRAM_CLOSED or first.startswith("+"):
            raise refusal("That is an invitation or a form on Telegram, not a message.", instead)
        case (name, *topic, message) if _TELEGRAM_NAME.fullmatch(name) and _digits(*topic, message) and len(topic) < 2:
            key = page.on("t.me", name.lower(), message) + said
        case (name,) if _TELEGRAM_NAME.fullmatch(name):
            raise refusal("That is a person or channel on Telegram, not a message.", instead)
        case _:
            raise refusal("That is a page of Telegram, not a message.", instead)
    return page.proof(Platform.TELEGRAM, "A message on Telegram.", key=key)
