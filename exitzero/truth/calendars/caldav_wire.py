"""WebDAV as far as calendars need it: questions in XML, answers in XML, and a sign-in that stays at its server.

Why it exists: what a multistatus says, and what an XML document may not do (bring a DOCTYPE, name a stranger's host),
is decided once, so that the calendar itself can speak of hrefs and ETags only.
"""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from exitzero.core.observation import SourceTrouble
from exitzero.net.http import Answer, HttpClient
from exitzero.truth.calendars import answers
from exitzero.truth.calendars.caldav_account import CalDavAccount, canonical

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DAV = "{DAV:}"
CAL = "{urn:ietf:params:xml:ns:caldav}"
SERVER = "{http://calendarserver.org/ns/}"
APPLE = "{http://apple.com/ns/ical/}"

_SPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"'
)
_REDIRECTS = frozenset({301, 302, 307, 308})
_MOST_REDIRECTS = 5
_SIGN_IN = (
    "Check user and password. Many services want an app password here, and the server has to offer Basic sign-in."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource in a multistatus. ``status`` is its own, 200 if only its properties have one."""

    href: str
    status: int
    props: "Mapping[str, Element]" = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A property's text, empty if it is missing."""
        found = self.props.get(name)
        return (found.text or "").strip() if found is not None else ""

    def has(self, name: str, child: str) -> bool:
        """Whether a property holds an element, at any depth."""
        found = self.props.get(name)
        return found is not None and found.find(f".//{child}") is not None

    def href_in(self, name: str) -> str:
        """The address that a property holds, empty if none."""
        found = self.props.get(name)
        return (found.findtext(f"{DAV}href") or "").strip() if found is not None else ""

    @property
    def etag(self) -> str:
        """Its ETag, fit for If-Match."""
        return strong(self.text(f"{DAV}getetag"))

    @property
    def size(self) -> int | None:
        """Its length in bytes, if told."""
        told = self.text(f"{DAV}getcontentlength")
        return int(told[:12]) if told.isascii() and told.isdigit() else None


@dataclass(frozen=True, slots=True)
class Multistatus:
    """A 207: what it says of each resource, the sync token if one is given, and the address it came from."""

    entries: tuple[Entry, ...]
    sync_token: str
    url: str
    answer: Answer


def strong(etag: str) -> str:
    """An ETag as If-Match takes it: a proxy that compresses marks it weak, though the server knows it as strong."""
    return etag.strip().removeprefix("W/")


def propfind(*names: str) -> bytes:
    """The body that asks for properties; names with their prefix (``D:getetag``)."""
    props = "".join(f"<{name}/>" for name in names)
    return f'<?xml version="1.0" encoding="utf-8"?><D:propfind {_SPACES}><D:prop>{props}</D:prop></D:propfind>'.encode()


def report(name: str, *, inner: str = "", names: Iterable[str] = (), hrefs: Iterable[str] = ()) -> bytes:
    """The body of a REPORT; ``inner`` is XML that stands before (sync) or after (query) the properties."""
    props = "".join(f"<{wanted}/>" for wanted in names)
    paths = "".join(f"<D:href>{escaped(href)}</D:href>" for href in hrefs)
    parts = (inner, f"<D:prop>{props}</D:prop>") if name.startswith("D:") else (f"<D:prop>{props}</D:prop>", inner)
    return f'<?xml version="1.0" encoding="utf-8"?><{name} {_SPACES}>{"".join(parts)}{paths}</{name}>'.encode()


def escaped(text: str) -> str:
    """Text for the inside of an element."""
    return html.escape(text)


def precondition(answer: Answer, name: str) -> bool:
    """Whether an error's body names this violated condition."""
    return name.encode() in answer.body[:10_000]


class Wire:
    """Asks one account's server. Safe from several threads.

    An address outside of what the account trusts is never asked. 401 is always :class:`SourceTrouble`.
    """

    def __init__(self, http: HttpClient, account: CalDavAccount) -> None:
        self._http = http
        self._account = account
        self.service = account.service

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request, whatever its status but 401."""
        if not self._account.trusts(url):
            raise answers.schema_changed(self.service, "it points to another server")
        answer = self._http.request(
            method, url, headers={"Authorization": self._account.authorization, **(headers or {})}, content=body
        )
        if answer.status == 401:
            raise self.trouble(answer)
        return answer

    def multi(self, method: str, url: str, *, body: bytes, depth: int) -> Multistatus:
        """A PROPFIND or REPORT that has to be answered with a multistatus; redirects are followed."""
        answer, url = self.follow(method, url, body=body, depth=depth)
        if answer.status != 207:
            raise self.trouble(answer)
        return self.read(answer, url)

    def follow(self, method: str, url: str, *, body: bytes, depth: int) -> tuple[Answer, str]:
        """The same question wherever it is sent on to, and the address that answered in the end."""
        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8", "Accept": "application/xml"}
        for _ in range(_MOST_REDIRECTS):
            answer = self.ask(method, url, headers=headers, body=body)
            where = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not where:
                return answer, url
            url = self._account.secured(urljoin(url, where))
        raise answers.schema_changed(self.service, "it redirects in circles")

    def trouble(self, answer: Answer) -> SourceTrouble:
        """Why an answer is no use."""
        return answers.trouble(answer, service=self.service, sign_in=_SIGN_IN)

    def read(self, answer: Answer, url: str) -> Multistatus:
        """A multistatus, with its hrefs as whole addresses in one spelling."""
        root = self._parsed(answer.body)
        if root.tag != f"{DAV}multistatus":
            raise answers.schema_changed(self.service, "no multistatus")
        entries = tuple(
            _entry(response, canonical(urljoin(url, (response.findtext(f"{DAV}href") or "").strip())))
            for response in root.findall(f"{DAV}response")
        )
        return Multistatus(entries, (root.findtext(f"{DAV}sync-token") or "").strip(), url, answer)

    def _parsed(self, body: bytes) -> "Element":
        from xml.etree import ElementTree

        class Plain(ElementTree.TreeBuilder):
            def doctype(self, *_: str | None) -> None:
                # Entities can be declared nowhere else, so none is ever expanded or fetched.
                raise ElementTree.ParseError

        try:
            root: Element = ElementTree.fromstring(body, ElementTree.XMLParser(target=Plain()))  # noqa: S314 - no DOCTYPE
        except (ElementTree.ParseError, ValueError, RecursionError):
            raise answers.schema_changed(self.service, "no XML that can be read") from None
        return root


def _entry(response: "Element", href: str) -> Entry:
    props: dict[str, Element] = {}
    for propstat in response.findall(f"{DAV}propstat"):
        if _status(propstat.findtext(f"{DAV}status"), missing=200) == 200:
            props.update({found.tag: found for found in propstat.iterfind(f"{DAV}prop/*")})
    return Entry(href, _status(response.findtext(f"{DAV}status"), missing=200), props)


def _status(line: str | None, *, missing: int) -> int:
    """The number in ``HTTP/1.1 404 Not Found``."""
    words = (line or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else missing
