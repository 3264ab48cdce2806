"""Where a shame post goes: a channel of the person's own and its one secret address.

An address holds its tokens in plain text, so it lives in the vault under ``channel.<id>`` and nowhere else; whatever
else is said about a channel (:class:`Channel`, :attr:`Opened.shown`) holds no secret.
Apprise is imported when an address is opened, because it takes a quarter of a second.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from exitzero.consequences.channel_forms import FORMS, Service
from exitzero.consequences.shame_text import X_LIMIT, links, x_length
from exitzero.core.errors import BadInput

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

SECRET_PREFIX = "channel."  # noqa: S105 - the names of secrets, not one of them

X_PRICE = Decimal("0.015")
X_PRICE_WITH_LINK = Decimal("0.200")


@dataclass(frozen=True, slots=True)
class Channel:
    """One place of the person's own. ``id`` names its secret for ever; ``label`` is what the person calls it."""

    id: str
    service: Service
    label: str

    @property
    def secret_name(self) -> str:
        """The name of its address in the vault."""
        return SECRET_PREFIX + self.id


@dataclass(frozen=True, slots=True)
class Opened:
    """An address ready to be used. ``shown`` is its form without secrets, ``limit`` the longest text in letters as
    that service counts them, ``hidden`` what must be struck out of any text."""

    service: Service
    plugin: "NotifyBase"
    shown: str
    limit: int
    hidden: tuple[str, ...]

    def length(self, text: str) -> int:
        """How long this service counts the text."""
        return text_length(self.service, text)

    def check(self, text: str) -> None:
        """Raise :class:`BadInput` on ``shame.text`` if the text is empty or too long for one post."""
        if not text.strip():
            raise BadInput("shame.text", "There is nothing to post.")
        length = self.length(text)
        if length > self.limit:
            raise BadInput("shame.text", f"The text is {length} letters long; {self.limit} fit into one post.")


def text_length(service: Service, text: str) -> int:
    """How long a service counts the text; X weighs letters and links, the others count."""
    return x_length(text) if service is Service.X else len(text)


def price(service: Service, text: str) -> Decimal:
    """What one post costs, in US dollars."""
    if service is not Service.X:
        return Decimal(0)
    return X_PRICE_WITH_LINK if links(text) else X_PRICE


def price_words(service: Service, text: str) -> str:
    """The price as the preview shows it."""
    cost = price(service, text)
    if not cost:
        return "costs nothing"
    return f"costs ${cost}, because it holds a link" if links(text) else f"costs ${cost}"


def address_for(service: Service, answers: Mapping[str, str]) -> str:
    """The secret address out of a filled form; raises :class:`BadInput` with the name of the line that is wrong.

    Nothing is sent. The address was also opened once, so that what Apprise would refuse is refused here.
    """
    form = FORMS[service]
    given = {ask.name: answers.get(ask.name, "").strip() for ask in form.asks}
    for ask in form.asks:
        value = given[ask.name]
        if not value and ask.choices:
            given[ask.name] = ask.choices[0]
        elif not value and ask.required:
            raise BadInput(ask.name, f"{ask.label} is missing.")
        elif any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
            raise BadInput(ask.name, f"{ask.label} must be one line.")
        elif value and ask.choices and value not in ask.choices:
            raise BadInput(ask.name, f"{ask.label} is one of {', '.join(ask.choices)}.")
    address = form.build(given)
    try:
        opened(service, address)
    except BadInput as error:
        if service is Service.OTHER:
            raise
        raise BadInput(form.asks[0].name, f"{form.title} cannot be reached with this; {error.message}") from None
    return address


def opened(service: Service, address: str) -> Opened:
    """The address made ready; raises :class:`BadInput` on ``address`` if it cannot be used. Imports Apprise."""
    from exitzero.consequences.shame_witness import witnessed

    with witnessed(limit=60):  # Apprise's complaints quote the address; the witness keeps them to itself.
        from apprise import Apprise

        try:
            plugin = Apprise.instantiate(address, asset=_asset(), suppress_exceptions=True)
        except Exception:  # noqa: BLE001 - any of 170 plug-ins may fail over what was typed, each in its own way
            plugin = None
        if plugin is None:
            raise BadInput("address", "Apprise does not understand this address.")
        # One order is one request to one place: nothing is tried again, followed or cut in pieces behind our back.
        plugin.retry = 0
        plugin.redirects = False
        plugin.throttle = lambda *_, **__: None  # type: ignore[method-assign]
        if len(plugin) != 1:
            raise BadInput("address", "This address has several receivers, or none; make a channel for each of them.")
        shown: str = plugin.url(privacy=True)  # type: ignore[no-untyped-call]
        limit = X_LIMIT if service is Service.X else int(plugin.body_maxlen)
    hidden = secrets_in(address)
    # Not the address as a whole: where it holds nothing secret, it is its own private form.
    parts = tuple(part for part in hidden if part not in {address, address.split("://", 1)[-1]})
    return Opened(service, plugin, _struck(shown.split("?", 1)[0], parts), limit, hidden)


def secrets_in(address: str) -> tuple[str, ...]:
    """Everything in an address that could be a token, longest first; for striking it out of texts."""
    after = address.split("://", 1)[-1]
    parts = set(re.split(r"[/?&=@:#,]", after)) | {after, address}
    try:
        split = urlsplit(address)
        parts |= {split.username or "", split.password or ""}
        innocent = {split.hostname or ""} | {(split.hostname or "") + f":{split.port}" if split.port else ""}
    except ValueError:
        innocent = set()
    schema = address.split("://", 1)[0].lower()
    if schema in {"x", "discord", "tgram", "slack", "bluesky"}:  # Their "host" is a part of the secret.
        innocent = set()
    parts |= {unquote(part) for part in parts}
    parts |= {quote(part, safe="") for part in parts}
    return tuple(sorted((p for p in parts if len(p) >= 6 and p not in innocent | _WORDS), key=len, reverse=True))


# Words of ours in the addresses below; striking them out would only make texts unreadable.
_WORDS = frozenset(
    {"public", "unlisted", "private", "visibility", "format", "avatar", "starttls", "insecure", "detect"}
)


def _struck(text: str, hidden: tuple[str, ...]) -> str:
    for secret in hidden:
        text = text.replace(secret, "•••")
    return text


def _asset() -> "AppriseAsset":
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="ExitZero",
        app_desc="ExitZero",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        secure_logging=True,
        storage_mode="memory",
        http_redirects=False,
        default_service_retry=0,
    )
