"""Saying in public that a day failed, once: through Apprise to any channel, with an honest answer whether it happened.

A post cannot be taken back and most channels know no key that would make a second one harmless. So the witness
(``shame_witness``) sees what was really written and answered, and here it is judged: posted, surely not posted, or
nobody knows.
"""

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol
from urllib.parse import quote

from exitzero.consequences.channel_forms import FORMS, Service
from exitzero.consequences.channels import Channel, Opened, opened, price_words, text_length
from exitzero.consequences.shame_sink import Sink
from exitzero.consequences.shame_witness import Exchange, Mail, Witness, witnessed
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Nature, Order, Receipt
from exitzero.core.errors import BadInput

SOON = timedelta(minutes=2)
LATER = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
KEY_HOLDS = timedelta(minutes=50)
"""Mastodon remembers the key of a post for an hour; within less than that a second try is the same post."""

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 30.0
WHOLE_SECONDS = 90.0


class Secrets(Protocol):
    """Where the addresses are kept; the vault is one."""

    def get(self, name: str) -> str | None:
        """The secret of that name, or ``None``."""
        ...


class ShamePost:
    """The shame post. ``plan`` has ``channel`` (its id), ``service`` and ``text``; for e-mail also ``subject``.

    ``redact`` strikes secrets out of what a server said (its words end in receipts and errors), ``hide`` tells the
    log what to strike out from now on. ``answer_seconds`` is the wait for one answer, ``whole_seconds`` for all of it.
    """

    kind = "shame"
    title = "Shame post"
    nature = Nature.ONCE_ONLY

    def __init__(
        self,
        secrets: Secrets,
        *,
        redact: Callable[[str], str] = str,
        hide: Callable[[str], None] = lambda _: None,
        answer_seconds: float = ANSWER_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._secrets = secrets
        self._redact = redact
        self._hide = hide
        self._answer_seconds = answer_seconds
        self._whole_seconds = whole_seconds
        # Two posts at once gain nothing, and some plug-ins keep what they learned in their class.
        self._one_at_a_time = threading.Lock()

    def nature_of(self, order: Order, now: datetime) -> Nature:
        """What may be done with this order after a lost answer.

        A Mastodon post carries the order's key and may be done again while the server surely remembers it.
        """
        young = now - order.due < KEY_HOLDS
        return Nature.IDEMPOTENT if order.plan.get("service") == Service.MASTODON and young else self.nature

    def carry_out(self, order: Order) -> Receipt:
        """Post it. Raises :class:`DeliveryFailed` or :class:`DeliveryUnknown`, nothing else."""
        service, channel, text = _planned(order)
        subject = order.plan.get("subject") or f"ExitZero: {order.label}"
        return self._send(service, self._open(service, channel), text, subject, key=order.key)

    def look_up(self, order: Order) -> Receipt | None:
        """Never possible: raises :class:`DeliveryUnknown` with where the person can look."""
        service = _service(order.plan.get("service", ""))
        raise _unknown(service, "A post cannot be looked up.")

    def rehearse(self, order: Order) -> Receipt:
        """Open the address, measure the text, and send the very message to a sink on this machine instead.

        Whether the channel would take the token only :meth:`test` can tell. Raises :class:`DeliveryFailed`.
        """
        service, channel, text = _planned(order)
        way = self._open(service, channel)
        self._check(way, text)
        with Sink() as sink:
            practice = opened(Service.OTHER, sink.address)
            self._send(Service.OTHER, practice, text, "", key=order.key)
            arrived = sink.message
        if arrived != text:
            raise DeliveryFailed("The message was changed on its way.", "Simplify the text.", reason="text")
        words = f"would be posted to {FORMS[service].title} ({way.shown}): {way.length(text)} of {way.limit} letters"
        return Receipt(f"{words}, {price_words(service, text)}", "rehearsed")

    def test(self, channel: Channel, stamp: str) -> Receipt:
        """Really send a message that says it is a test; ``stamp`` (the time) keeps two of them apart.

        Raises like :meth:`carry_out`.
        """
        text = f"This is a test of ExitZero ({stamp}). Nothing failed."
        way = self._open(channel.service, channel.id)
        return self._send(channel.service, way, text, "A test of ExitZero", key=f"test-{channel.id}-{stamp}")

    # ------------------------------------------------------------------------------------------ sending

    def _open(self, service: Service, channel: str) -> Opened:
        address = self._secrets.get(Channel(channel, service, "").secret_name)
        title = FORMS[service].title
        if not address:
            raise DeliveryFailed(f"{title} is not connected.", "Connect it in the settings.", reason="address")
        try:
            way = opened(service, address)
        except BadInput as error:
            raise DeliveryFailed(
                f"{title} cannot be used.", f"{error.message} Connect it again.", reason="address"
            ) from None
        for secret in way.hidden:
            self._hide(secret)
        return way

    def _check(self, way: Opened, text: str) -> None:
        try:
            way.check(text)
        except BadInput as error:
            raise DeliveryFailed(error.message, "Shorten the template.", reason="text") from None

    def _send(self, service: Service, way: Opened, text: str, subject: str, *, key: str) -> Receipt:
        self._check(way, text)
        way.plugin.socket_connect_timeout = self._answer_seconds if service is Service.EMAIL else CONNECT_SECONDS
        way.plugin.socket_read_timeout = self._answer_seconds
        # Apprise's own key= ends in the body, where Mastodon does not look.
        headers = {"Idempotency-Key": quote(key, safe=":/")} if service is Service.MASTODON else {}
        with self._one_at_a_time, witnessed(limit=self._whole_seconds, headers=headers) as witness:
            try:
                # Elsewhere a title would be put in front of the text.
                accepted = _notify(way, text, subject if service is Service.EMAIL else "")
            except Exception:  # noqa: BLE001 - 170 plug-ins fail in their own ways; the witness knows what matters
                accepted = False
        judge = _Judge(service, way, witness, self._clean({*way.hidden, *witness.hidden}))
        return judge.receipt(accepted)

    def _clean(self, hidden: Collection[str]) -> Callable[[str], str]:
        def clean(text: str) -> str:
            for secret in sorted(hidden, key=len, reverse=True):
                text = text.replace(secret, "•••")
            text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", self._redact(text)).split())
            return text if len(text) <= 200 else text[:199] + "…"

        return clean


def _notify(way: Opened, text: str, subject: str) -> bool:
    from apprise import Apprise, NotifyFormat

    sender = Apprise(asset=way.plugin.asset)
    sender.add(way.plugin)
    return bool(sender.notify(body=text, title=subject, body_format=NotifyFormat.TEXT, interpret_escapes=False))


def _planned(order: Order) -> tuple[Service, str, str]:
    service = _service(order.plan.get("service", ""))
    return service, order.plan.get("channel", ""), order.plan.get("text", "")


def _service(word: str) -> Service:
    try:
        return Service(word)
    except ValueError:
        raise DeliveryFailed(
            "This order names a channel that this version does not know.", "Update ExitZero.", reason="address"
        ) from None


def _unknown(service: Service, title: str, *, retry_after: timedelta | None = None) -> DeliveryUnknown:
    look_at = FORMS[service].look_at
    return DeliveryUnknown(title, f"Look at {look_at} and say which.", look_at=look_at, retry_after=retry_after)


class _Judge:
    """Posted, surely not, or unknown: from what the witness saw."""

    def __init__(self, service: Service, way: Opened, witness: Witness, clean: Callable[[str], str]) -> None:
        self._service = service
        self._title = FORMS[service].title
        self._way = way
        self._witness = witness
        self._clean = clean

    def receipt(self, accepted: bool) -> Receipt:
        if self._witness.mails:
            return self._mail(self._witness.mails[-1], accepted)
        deed = self._witness.deed
        if deed is not None:
            return self._http(deed, accepted)
        if self._witness.exchanges:
            self._refuse(self._witness.exchanges[-1], preparing=True)
        if self._service is not Service.OTHER:
            raise DeliveryFailed(
                f"{self._title} was not even asked.", "Test the channel in the settings.", reason="address"
            )
        if accepted:
            return Receipt(f"handed to {self._way.shown}; nothing was seen of the way it took")
        # A plug-in that speaks neither HTTP nor SMTP: nothing was seen of what it wrote.
        raise _unknown(self._service, "The channel did not confirm the message.")

    def _http(self, deed: Exchange, accepted: bool) -> Receipt:
        if deed.status is None:
            if deed.surely_never_left:
                self._refuse(deed)
            words = "did not answer in time" if self._late(deed) else "broke off before it answered"
            raise self._lost(f"The post was sent, but {self._title} {words}.")
        if deed.status >= 500:
            raise self._lost(f"{self._title} answered with its error {deed.status}{self._reason(deed)}.")
        if deed.status >= 300:
            self._refuse(deed)
        if not deed.whole:
            raise self._lost(f"{self._title} broke off in the middle of its answer.")
        document = deed.document()
        if isinstance(document, dict) and document.get("ok") is False:
            self._refuse(deed)
        reference = _reference(self._service, document)
        if not accepted or (reference is None and self._service in _ALWAYS_NAMES_THE_POST):
            raise self._lost(f"{self._title} gave an answer that is not its own.")
        return Receipt(f"posted to {self._title} ({self._way.shown})", self._clean(reference or ""))

    def _mail(self, mail: Mail, accepted: bool) -> Receipt:
        if mail.code is not None and 200 <= mail.code < 300:
            # Also when the goodbye after it failed: the server has taken the message over.
            return Receipt(f"mail handed to {mail.host} ({self._way.shown})")
        code = mail.code if mail.code is not None else mail.refused
        if mail.wrote and mail.code is None:
            raise self._lost(f"{mail.host} took the mail and did not confirm it.")
        if accepted:
            raise self._lost(f"{mail.host} gave no answer that could be understood.")
        if mail.trouble == "auth":
            raise DeliveryFailed(f"{mail.host} refuses the password.", "Connect the mail account again.", reason="auth")
        if code is not None and code >= 500:
            raise DeliveryFailed(
                f"{mail.host} refuses the mail (error {code}).", "Check both addresses.", reason="refused"
            )
        if code is not None:
            raise DeliveryFailed(
                f"{mail.host} cannot take mail now (error {code}).",
                "It is tried again.",
                reason="busy",
                retry_after=LATER,
            )
        raise self._unreachable(mail.trouble)

    def _refuse(self, exchange: Exchange, *, preparing: bool = False) -> NoReturn:
        """Raise that it surely did not happen, with the reason and whether to try again."""
        status, reason = exchange.status, self._reason(exchange)
        if status is None or status >= 500 or (preparing and not exchange.whole):
            raise self._unreachable(exchange.trouble)
        if preparing and status < 300:
            raise self._unreachable("foreign")
        match status:
            case 401 | 403 if "duplicate" in reason.casefold():
                title, advice, word = f"{self._title} has this very text already", "Change the template.", "duplicate"
            case 401 | 403:
                title, advice, word = f"{self._title} refuses the key", "Connect it again.", "auth"
            case 402:
                title, advice, word = f"{self._title} wants to be paid first", "Add credits there.", "payment"
            case 404 | 410:
                title, advice, word = f"{self._title} does not know this channel", "Connect it again.", "address"
            case 408 | 425 | 429:
                pause = _told(exchange.headers) or (LATER if status == 429 else SOON)
                raise DeliveryFailed(
                    f"{self._title} cannot take it now (error {status}){reason}.",
                    "It is tried again.",
                    reason="busy",
                    retry_after=pause,
                )
            case _ if 300 <= status < 400:
                title, advice, word = f"{self._title} has moved (answer {status})", "Connect it again.", "address"
            case _:
                title, advice, word = f"{self._title} refuses the post (answer {status})", "Test it.", "refused"
        raise DeliveryFailed(f"{title}{reason}.", advice, reason=word)

    def _unreachable(self, trouble: str) -> DeliveryFailed:
        words, pause = _TROUBLES.get(trouble, ("cannot be reached", SOON))
        return DeliveryFailed(f"{self._title} {words}.", "It is tried again.", reason="unreachable", retry_after=pause)

    def _late(self, deed: Exchange) -> bool:
        return deed.trouble == "timeout" or self._witness.out_of_time

    def _lost(self, title: str) -> DeliveryUnknown:
        return _unknown(self._service, title, retry_after=SOON if self._service is Service.MASTODON else None)

    def _reason(self, exchange: Exchange) -> str:
        document = exchange.document()
        said = ""
        if isinstance(document, dict):
            for name in ("detail", "error_description", "description", "message", "error", "title"):
                value = document.get(name)
                if isinstance(value, str) and value.strip():
                    said = self._clean(value)
                    break
        return f": {said.rstrip('.')}" if said else ""


_TROUBLES = {
    "name": ("was not found by its name", SOON),
    "nobody": ("does not answer at all", SOON),
    "tls": ("could not prove who it is", LATER),
    "proxy": ("cannot be reached through the proxy", SOON),
    "timeout": ("did not answer in time", SOON),
    "foreign": ("gave an answer that is not its own", LATER),
}

_ALWAYS_NAMES_THE_POST = {Service.X, Service.MASTODON, Service.BLUESKY, Service.TELEGRAM, Service.NTFY}


def _reference(service: Service, document: Any) -> str | None:
    """The id or address by which the post can be found, or ``None``."""
    if not isinstance(document, dict):
        return None
    match service:
        case Service.X:
            data = document.get("data")
            found = data.get("id") if isinstance(data, dict) else None
            return f"https://x.com/i/web/status/{found}" if found else None
        case Service.MASTODON:
            found = document.get("url") or document.get("id")
        case Service.BLUESKY:
            found = document.get("uri")
        case Service.TELEGRAM:
            result = document.get("result")
            found = result.get("message_id") if isinstance(result, dict) else None
        case Service.SLACK:
            found = document.get("ts")
        case _:
            found = document.get("id")
    return str(found) if isinstance(found, str | int) and found else None


def _told(headers: Mapping[str, str]) -> timedelta | None:
    """The pause that the server asks for in seconds, between one minute and a day."""
    said = headers.get("retry-after", "")
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", said, re.ASCII):
        return None
    return min(max(timedelta(seconds=float(said)), timedelta(minutes=1)), LONGEST_PAUSE)


def preview(services: Sequence[Service], text: str) -> tuple[str, ...]:
    """One line for each channel: what it costs there and how long the text is for it."""
    return tuple(f"{FORMS[s].title}: {text_length(s, text)} letters, {price_words(s, text)}" for s in services)
