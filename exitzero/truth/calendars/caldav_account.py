"""A CalDAV account as it stands in the vault, the services that many people use, and who may see the password.

Why it exists: the address that a person types is taken as it is meant, and a server that redirects must not be able to
send the password to a stranger or over a line that anybody can read.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from exitzero.core.errors import BadInput
from exitzero.net.http import is_loopback

_SEGMENT = "~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Preset:
    """A service to choose in the form: its address (with capitals where the person fills in) and what to know."""

    name: str
    address: str
    hint: str


PRESETS = (
    Preset(
        "iCloud",
        "https://caldav.icloud.com",
        "User: your Apple Account e-mail. Password: an app-specific one from account.apple.com.",
    ),
    Preset(
        "Fastmail",
        "https://caldav.fastmail.com",
        "User: your whole Fastmail address. Password: an app password with access to calendars.",
    ),
    Preset(
        "Nextcloud",
        "https://YOUR-SERVER/remote.php/dav",
        "User: your Nextcloud name. Password: an app password from Settings, Security.",
    ),
    Preset("mailbox.org", "https://dav.mailbox.org", "User: your whole mailbox.org address, with its password."),
    Preset("Posteo", "https://posteo.de:8443", "User: your whole Posteo address, with its password."),
    Preset(
        "My own server",
        "https://YOUR-SERVER",
        "Radicale, Baïkal, SOGo, Stalwart and the like. The sign-in has to be Basic over https.",
    ),
)


@dataclass(frozen=True, slots=True)
class CalDavAccount:
    """Where a person's calendars are and how they sign in.

    ``url`` is kept with its scheme and without a slash at the end. :class:`BadInput` (field ``url``, ``user``,
    ``password``) for what cannot be used; http is for this machine only.
    """

    url: str
    user: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", _checked(self.url))
        object.__setattr__(self, "user", self.user.strip())
        if not self.user or ":" in self.user or not self.user.isprintable():
            raise BadInput("user", "A user name is needed, without a colon.")
        if not self.password or "\n" in self.password or "\r" in self.password:
            raise BadInput("password", "A password is needed.")

    def to_text(self) -> str:
        """One line for the vault; it holds the password."""
        return json.dumps({"url": self.url, "user": self.user, "password": self.password})

    @classmethod
    def from_text(cls, text: str) -> "CalDavAccount":
        """What :meth:`to_text` wrote; :class:`BadInput` if it is anything else."""
        try:
            told = json.loads(text)
            parts = [told[name] for name in ("url", "user", "password")]
        except (ValueError, TypeError, KeyError, RecursionError):
            parts = []
        if len(parts) != 3 or not all(isinstance(part, str) for part in parts):
            raise BadInput("url", "The stored account cannot be read. Enter it again.")
        return cls(url=parts[0], user=parts[1], password=parts[2])

    @property
    def authorization(self) -> str:
        """The header that signs in."""
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")

    @property
    def service(self) -> str:
        """How the account is called in a sentence: its host."""
        return urlsplit(self.url).hostname or "The calendar server"

    def trusts(self, url: str) -> bool:
        """Whether the password may be sent there: the same host, or a sister of it (p01-caldav.icloud.com), by TLS."""
        mine, other = urlsplit(self.url), urlsplit(url)
        own, host = mine.hostname or "", other.hostname or ""
        if other.username is not None or other.password is not None:
            return False
        if mine.scheme == "http" or other.scheme != "https":
            return (mine.scheme, own) == (other.scheme, host)
        family = own.partition(".")[2]
        sister = "." in family and not is_loopback(own) and host.endswith("." + family)
        return host == own or host.endswith("." + own) or (sister and not own.replace(".", "").isdigit())

    def secured(self, url: str) -> str:
        """A redirect's address by TLS: servers behind a proxy often redirect to their own host by http."""
        parts = urlsplit(url)
        if urlsplit(self.url).scheme == "https" and parts.scheme == "http" and parts.netloc == parts.hostname:
            return urlunsplit(parts._replace(scheme="https"))
        return url


def canonical(url: str) -> str:
    """One spelling for an address whose path can be quoted in several ways; query and fragment fall away."""
    parts = urlsplit(url)
    path = "/".join(quote(unquote(segment), safe=_SEGMENT) for segment in parts.path.split("/"))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, "", ""))


def _checked(url: str) -> str:
    text = url.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise BadInput("url", "This is not an address.") from None
    host = parts.hostname or ""
    if not host or any(character <= " " for character in text):
        raise BadInput("url", "The address has to name a server, like https://caldav.example.org.")
    if parts.username is not None or parts.password is not None:
        raise BadInput("url", "User and password have fields of their own.")
    if parts.query or parts.fragment:
        raise BadInput("url", "The address may name a server and a path only.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise BadInput("url", "The address has to begin with https://, or the password could be read on its way.")
    return canonical(text).rstrip("/")
