"""A mailbox as it is connected: where it is asked, by whom, and which addresses are the person's own.

Why it exists: everything about one mailbox is one secret in the keyring, since a password without its host is of no
use and a host from elsewhere could be sent somebody else's password. What cannot be a mailbox is refused here, at the
field where it was typed, before any of it travels.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from exitzero.core.errors import BadInput
from exitzero.net.http import is_loopback

#: The name of a mailbox's secret is this and the address.
SECRET_PREFIX = "mail:"  # noqa: S105 - the name under which the account is kept, not a secret


class Kind(StrEnum):
    """How a mailbox is read."""

    IMAP = "imap"
    GMAIL = "gmail"


class Security(StrEnum):
    """How the way to an IMAP server is kept private. ``none`` is for this machine's own addresses only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Secrets(Protocol):
    """Where mailboxes are kept: the vault. May block while a keyring asks for its password."""

    def get(self, name: str) -> str | None:
        """The secret of that name, ``None`` if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class MailAccount:
    """One mailbox. :class:`BadInput` (fields ``mail.address``, ``mail.host``, ...) if it cannot be one.

    ``own`` are further addresses of the person's, mails to which count for nothing. ``folder`` names the folder of
    sent mail where the server does not say which it is; empty: found by its role. ``tokens`` belongs to whoever signs
    in at Google and is never looked into here. Neither password nor tokens stand in the ``repr``.
    """

    address: str
    kind: Kind = Kind.IMAP
    host: str = ""
    port: int = 993
    security: Security = Security.TLS
    user: str = ""
    password: str = field(default="", repr=False)
    own: tuple[str, ...] = ()
    folder: str = ""
    tokens: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        _address(self.address, "mail.address")
        for each in self.own:
            _address(each, "mail.own")
        _plain(self.folder, "mail.folder")
        if self.kind is Kind.GMAIL:
            return
        for name in ("host", "user", "password"):
            _plain(getattr(self, name), f"mail.{name}")
        if not self.host or any(map(str.isspace, self.host)) or "/" in self.host or "@" in self.host:
            raise BadInput("mail.host", "Name the mail server only, as in imap.example.com.")
        if not 1 <= self.port <= 65535:
            raise BadInput("mail.port", "A port is a number from 1 to 65535; mail over TLS is at 993.")
        if not self.password:
            raise BadInput("mail.password", "A password is needed; most services want an app password here.")
        if self.security is Security.NONE and not is_loopback(self.host):
            raise BadInput("mail.security", "Without TLS the password could be read on the way.")

    @property
    def login(self) -> str:
        """The name that is logged in with."""
        return self.user or self.address

    @property
    def origin(self) -> str:
        """Scheme, host and port that are asked over IMAP."""
        scheme = "imaps" if self.security is Security.TLS else "imap"
        host = f"[{self.host}]" if ":" in self.host else self.host.lower()
        return f"{scheme}://{host}:{self.port}"

    @property
    def mark(self) -> str:
        """Tells one set of credentials from another without keeping them."""
        parts = (self.kind, self.host, str(self.port), self.login, self.password, self.tokens)
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def to_text(self) -> str:
        """As it is kept in the keyring."""
        return json.dumps(
            {
                "address": self.address,
                "kind": self.kind,
                "host": self.host,
                "port": self.port,
                "security": self.security,
                "user": self.user,
                "password": self.password,
                "own": self.own,
                "folder": self.folder,
                "tokens": self.tokens,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, text: str) -> "MailAccount":
        """What :meth:`to_text` wrote; :class:`BadInput` if it is anything else. Words it does not know are left out."""
        try:
            told = json.loads(text)
            return cls(
                address=_text(told["address"]),
                kind=Kind(told["kind"]),
                host=_text(told.get("host", "")),
                port=int(told.get("port", 993)),
                security=Security(told.get("security", Security.TLS)),
                user=_text(told.get("user", "")),
                password=_text(told.get("password", "")),
                own=tuple(_text(each) for each in told.get("own", ())),
                folder=_text(told.get("folder", "")),
                tokens=_text(told.get("tokens", "")),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # The error could quote the password.
            raise BadInput("mail.account", "What is kept of this mailbox cannot be read.") from None


def secret_name(address: str) -> str:
    """The name under which a mailbox is kept; the same for every spelling of its address."""
    return f"{SECRET_PREFIX}{address.strip().lower()}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _plain(text: str, name: str) -> None:
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise BadInput(name, "It holds a line break or another sign that cannot be typed.")


def _address(text: str, name: str) -> None:
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or any(map(str.isspace, text)) or not text.isprintable():
        raise BadInput(name, "This is not a mail address.")
