"""A link as the checks see it: one spelling for all of its spellings, and the words with which a page is refused.

Why it exists: a proof counts once for ever, so that it must not matter how its link was typed, shared or tracked; and
the rules of each platform should read as rules about pages, not about percent signs.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from exitzero.core.errors import BadInput

FIELD = "proof"
#: Longer than the longest link of a web mail, shorter than a pasted page.
LONGEST = 4000

_TITLES = {"linkedin": "LinkedIn", "x": "X", "email": "E-mail", "whatsapp": "WhatsApp", "github": "GitHub"}


class Platform(StrEnum):
    """Where one writes to people."""

    LINKEDIN = "linkedin"
    X = "x"
    EMAIL = "email"
    WELLFOUND = "wellfound"
    DISCORD = "discord"
    SLACK = "slack"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    GITHUB = "github"
    PORTAL = "portal"
    OTHER = "other"

    # A method of str of the same name is hidden on purpose: the title of a platform is its own spelling.
    @property
    def title(self) -> str:  # type: ignore[override]
        """Its name as it writes itself."""
        match self:
            case Platform.PORTAL:
                return "Job portal"
            case _:
                return _TITLES.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class LinkProof:
    """A link that counts as proof.

    ``key`` is the same for every spelling of the link and holds no secret in clear; ``shown`` is the link as it may be
    shown and opened, without tracking and secrets; ``weak`` marks a page of a kind that nobody can check from its
    link; ``words`` say on the screen what it was taken as.
    """

    key: str
    platform: Platform
    shown: str
    weak: bool
    words: str


def refusal(what: str, instead: str) -> BadInput:
    """The error to raise: what kind of page was pasted, and what to paste instead."""
    return BadInput(FIELD, f"{what} {instead}".strip())


# ---------------------------------------------------------------------------------------------- spelling

_WRAPPED_IN = (("<", ">"), ('"', '"'), ("'", "'"), ("“", "”"), ("(", ")"))
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_BARE = re.compile(r"[\w-]+(\.[\w-]+)+\.?(:\d+)?([/?#].*)?", re.DOTALL)
_MAIL = re.compile(r"[^\s@/]+@[^\s@/]+\.[^\s@/]+")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_TOP_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])")
_PRIVATE = frozenset({"local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "invalid"})
_DRESS = ("www.", "m.", "mobile.", "touch.")
_DEFAULT_PAGE = re.compile(r"(index|default)\.(html?|php|aspx?|jsp)", re.IGNORECASE)
_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=.*", re.IGNORECASE | re.DOTALL)

_TRACKING = re.compile(
    r"utm_.*|_?hs(enc|mi|ctatracking)|(fb|g|d|y|tw|tt|msd?)clid|msclkid|[wg]braid|gclsrc|igshid?|igsh|mc_[ce]id|mkt_tok"
    r"|trk.*|tracking_?id|refid|ref_(src|url)|lipi|licu|li_fat_id|midtoken|midsig|otptoken|rcm|originalsubdomain"
    r"|gh_src|lever-(source|origin).*|_g[al]|hl|lang|locale|ck_subscriber_id|vero_id|oly_(anon|enc)_id|iisn?|s_kwcid"
    r"|feature|share_id|spm|scid|cmpid|wt\.mc_id",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(.*[_-])?(token|jwt|secret|password|passwd|pwd|session|sessionid|sid|sig|signature|auth|key|apikey|otp|code|hash)"
    r"|(access|id|auth|refresh|magic)token",
    re.IGNORECASE,
)
_DIGEST = re.compile(r"sha256-[0-9a-f]{16}")

_PATH_SAFE = "~:@!$()*,'="
_QUERY_SAFE = "~:@!$()*,'/"
_FRAGMENT_SAFE = "~:@!$()*,'=/?&"


@dataclass(frozen=True, slots=True)
class Page:
    """One link, read: ``host`` without www. and its like, ``parts`` of the path and ``query`` decoded and in order.

    ``fragment`` is as it was written; ``port`` is empty or ``:8443``.
    """

    host: str
    port: str
    parts: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    fragment: str

    def get(self, name: str) -> str:
        """The value of a query field, its name in any case; empty if it is not there."""
        return next((value for key, value in self.query if key.lower() == name.lower()), "")

    @property
    def low(self) -> tuple[str, ...]:
        """The parts of the path in lower case, to compare with fixed words."""
        return tuple(part.lower() for part in self.parts)

    @property
    def route(self) -> str:
        """The fragment if it names a page of its own (``#/…`` or ``#!…``), decoded; else nothing."""
        route = unquote(self.fragment, errors="surrogateescape").rstrip("/")
        return route if route.startswith(("/", "!")) else ""

    def within(self, *hosts: str) -> bool:
        """Whether the page is on one of these hosts or on a subdomain of one."""
        return any(self.host == host or self.host.endswith(f".{host}") for host in hosts)

    def on(self, host: str, *parts: str) -> str:
        """Another address in the one spelling, without a scheme."""
        return address(replace(self, host=host, port="", parts=parts, query=(), fragment=""))

    @property
    def address(self) -> str:
        """The whole address in the one spelling, without a scheme; secrets stand as digests."""
        return address(self)

    @property
    def plain(self) -> str:
        """The address as it may be shown and opened; secrets are left out."""
        return address(replace(self, query=tuple(pair for pair in self.query if not _is_secret(pair))))

    def proof(self, platform: Platform, words: str, *, key: str = "", shown: str = "", weak: bool = False) -> LinkProof:
        """This page as a proof; without ``key`` its own address tells it from others."""
        return LinkProof(
            key=f"link:{key or self.address}",
            platform=platform,
            shown=f"https://{shown or key or self.plain}",
            weak=weak,
            words=words,
        )


Rule = Callable[[Page], LinkProof | None]
"""What one platform says of a page: a proof, a refusal by a :func:`refusal`, or ``None`` when it is none of its own."""


def _is_secret(pair: tuple[str, str]) -> bool:
    return bool(pair[1]) and _SECRET.fullmatch(pair[0]) is not None


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="surrogateescape")


def _field(pair: tuple[str, str]) -> str:
    name, value = pair
    if _is_secret(pair) and not _DIGEST.fullmatch(value):
        value = f"sha256-{sha256(value.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
    return _quoted(name, _QUERY_SAFE) + (f"={_quoted(value, _QUERY_SAFE)}" if value else "")


def address(page: Page) -> str:
    """The one spelling of a page, without a scheme and without a slash at its end; secrets stand as digests."""
    path = "".join(f"/{_quoted(part, _PATH_SAFE)}" for part in page.parts)
    query = "&".join(sorted(_field(pair) for pair in page.query))
    route = _quoted(page.route, _FRAGMENT_SAFE)
    return page.host + page.port + path + (f"?{query}" if query else "") + (f"#{route}" if route else "")


# ---------------------------------------------------------------------------------------------- reading

_NO_LINK = "That is not a link."
_PASTE = "Paste the address of the message from the browser; it begins with https://."


def _stripped(text: str) -> str:
    link = text.strip()
    for first, last in _WRAPPED_IN:
        if len(link) > 2 and link.startswith(first) and link.endswith(last):
            link = link[1:-1].strip()
    return link


def _with_scheme(text: str) -> str:
    """The link with https in front where the browser left it out; refuses what is another kind of address."""
    link = _stripped(text)
    if not link:
        raise refusal("A link is needed.", _PASTE)
    if len(link) > LONGEST:
        raise refusal("That is too long for a link.", "Paste the address of one message only.")
    if re.search(r"\s", link) and "://" in link:
        raise refusal(
            "There is more than a link in it.", "Paste the address of one message only, without words around it."
        )
    if re.search(r"[\s\\\x00-\x1f\x7f\ud800-\udfff]", link):
        raise refusal(_NO_LINK, _PASTE)
    if link.startswith("//"):
        return f"https:{link}"
    if _MAIL.fullmatch(link) or link.lower().startswith("mailto:"):
        raise refusal("That is a mail address, not a mail.", "Give the subject of the sent mail, or paste its link.")
    scheme = _SCHEME.match(link)
    if scheme is None:
        if _BARE.fullmatch(link):
            return f"https://{link}"
        raise refusal(_NO_LINK, _PASTE)
    match scheme[1].lower():
        case "https":
            return link
        case "http":
            raise refusal("That link is not encrypted (http).", "Paste the page's address beginning with https://.")
        case "file":
            raise refusal(
                "That is a file on this computer.", "Drop a screenshot here, or paste the link of the message."
            )
        case _:
            raise refusal("That is not a page in a browser.", _PASTE)


def _host(name: str | None) -> str:
    host = (name or "").rstrip(".")
    if not host:
        raise refusal(_NO_LINK, _PASTE)
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise refusal(_NO_LINK, _PASTE) from None
    labels = host.split(".")
    if labels[-1] in _PRIVATE or host.endswith(".home.arpa"):
        raise refusal(
            "That page is on this computer or on a network of one's own.", "Paste the link of a message to somebody."
        )
    if re.fullmatch(r"[\d.]+|.*:.*|.*\.(0x[0-9a-f]+|\d+)", host):
        raise refusal("That is a bare IP address.", "Paste a link with the name of the site.")
    if len(labels) < 2 or not _TOP_LABEL.fullmatch(labels[-1]) or not all(map(_LABEL.fullmatch, labels)):
        raise refusal(_NO_LINK, _PASTE)
    while (dress := next((d for d in _DRESS if host.startswith(d)), "")) and "." in host.removeprefix(dress):
        host = host.removeprefix(dress)
    return host


def _parts(path: str) -> Iterable[str]:
    parts: list[str] = []
    for raw in path.split("/"):
        part = _SESSION.sub("", unquote(raw, errors="surrogateescape"))
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    while parts and _DEFAULT_PAGE.fullmatch(parts[-1]):
        parts.pop()
    return parts


def read(text: str) -> Page:
    """The page that a pasted link leads to; :class:`BadInput` (field ``proof``) for what is no public https link."""
    link = _with_scheme(text)
    try:
        split = urlsplit(link)
        port, host = split.port, split.hostname
        fields = parse_qsl(split.query, keep_blank_values=True, errors="surrogateescape")
    except ValueError:
        raise refusal(_NO_LINK, _PASTE) from None
    if "@" in split.netloc:
        raise refusal("There is a name or a password in that link.", "Paste it without what stands before the @.")
    return Page(
        host=_host(host),
        port="" if port in {None, 443} else f":{port}",
        parts=tuple(_parts(split.path)),
        query=tuple(sorted({(key, value) for key, value in fields if key and not _TRACKING.fullmatch(key)})),
        fragment=split.fragment,
    )
