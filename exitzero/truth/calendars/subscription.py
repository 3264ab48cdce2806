"""A calendar that somebody publishes at an address, asked for now and then and only ever read.

Why it exists: it works with every service and without an account. The address itself is the password, so it is taken
from the keyring for each question, and stands in no log, no error, no evidence. What cannot be believed is trouble and
never an empty calendar.
"""

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

from exitzero.core.calendars import CalendarContent
from exitzero.core.errors import BadInput
from exitzero.core.observation import Evidence, SourceTrouble
from exitzero.core.spans import Span
from exitzero.net.http import Answer, HttpClient, NoAnswer, TooLong, is_loopback
from exitzero.net.politeness import CHANGED_PAUSE, FIRST_PAUSE, parse_retry_after
from exitzero.truth.calendars.ics import read
from exitzero.truth.calendars.subscription_address import check_address

__all__ = ["PARSER", "FeedAnswer", "FeedState", "Subscription", "check_address"]

PARSER = "ics/1"

_MOST_REDIRECTS = 3
_COMES_BACK = "Nothing counts against you meanwhile; it is asked again by itself."
_ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
#: Some services give out a tag of any length; what is longer than this is not sent back.
_LONGEST_TAG = 1_000


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a calendar from the last time, so that it is not sent again; kept by the caller."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """What a calendar said. ``content`` is ``None`` if it is the same as when ``state`` was last given back.

    Then it is the caller's stored evidence that goes on holding; reading its body again with
    :func:`exitzero.truth.calendars.ics.read` gives another span. ``server_at`` is the server's own time. ``moved_to``
    is the new address if the calendar moved for good, to be put in the old one's place in the keyring: a secret.
    """

    content: CalendarContent | None
    state: FeedState
    server_at: datetime | None
    evidence: Evidence
    moved_to: str = field(default="", repr=False)


class Subscription:
    """Calendars at addresses. Safe from several threads; every call blocks on the network.

    ``secret`` gives the address that is kept under a name, and may block; nothing of it is kept here.
    """

    def __init__(self, http: HttpClient, *, secret: Callable[[str], str | None]) -> None:
        self._http = http
        self._secret = secret

    def read(
        self,
        name: str,
        known: FeedState,
        *,
        asked_at: datetime,
        span: Span,
        zone: str,
        own: Collection[str] = (),
    ) -> FeedAnswer:
        """Ask for the calendar whose address is kept under ``name``; see :func:`exitzero.truth.calendars.ics.read`.

        Raises :class:`SourceTrouble`; beyond those of ``read`` its reason is ``network``, ``timeout``,
        ``rate_limited``, ``server_error``, ``refused`` (the address is wrong or was switched off) or ``no_address``.
        """
        address = self._secret(name)
        if not address:
            raise SourceTrouble(
                "The address of this calendar is not in the keyring.", "Paste it again.", reason="no_address"
            )
        return self.read_address(address, known, asked_at=asked_at, span=span, zone=zone, own=own)

    def read_address(
        self,
        address: str,
        known: FeedState,
        *,
        asked_at: datetime,
        span: Span,
        zone: str,
        own: Collection[str] = (),
    ) -> FeedAnswer:
        """The same for an address that is not kept yet, as for a preview; :class:`BadInput` if it is none."""
        asked = check_address(address)
        answer, last, for_good = self._fetch(asked, known)
        evidence = _evidence(answer, last, asked_at)
        moved_to = last if for_good and last != asked else ""
        if answer.status == 304 and (known.etag or known.last_modified):
            return FeedAnswer(None, known, answer.server_at, evidence, moved_to)
        if answer.status != 200:
            _reject(answer, evidence)
        state = FeedState(_tag(answer, "etag"), _tag(answer, "last-modified"), evidence.digest)
        if known.digest and known.digest == evidence.digest:
            return FeedAnswer(None, state, answer.server_at, evidence, moved_to)
        try:
            content = read(answer.body, span, zone=zone, own=own)
        except SourceTrouble as trouble:
            raise SourceTrouble(
                trouble.title,
                trouble.advice,
                reason=trouble.reason,
                retry_after=CHANGED_PAUSE if trouble.reason == "too_large" else FIRST_PAUSE * 15,
                evidence=evidence,
            ) from None
        return FeedAnswer(content, state, answer.server_at, evidence, moved_to)

    def _fetch(self, address: str, known: FeedState) -> tuple[Answer, str, bool]:
        """The answer behind redirects, the address that gave it, and whether all the moves there are for good."""
        headers = {"Accept": _ACCEPT}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        for_good = True
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._ask(address, headers)
            if answer.status not in {301, 302, 303, 307, 308}:
                return answer, address, for_good
            for_good &= answer.status in {301, 308}
            address = _next(address, answer)
        raise SourceTrouble(
            f"{_host(address)} sends the question in circles.",
            "Paste the calendar's address again.",
            reason="blocked",
            retry_after=CHANGED_PAUSE,
        )

    def _ask(self, address: str, headers: dict[str, str]) -> Answer:
        try:
            return self._http.get(address, headers=headers, is_secret=True)
        except TooLong:
            raise SourceTrouble(
                f"The calendar at {_host(address)} is larger than 5 MB.",
                "Share a calendar with fewer past events, or one of its own for interviews.",
                reason="too_large",
                retry_after=CHANGED_PAUSE,
            ) from None
        except NoAnswer as trouble:
            raise SourceTrouble(
                trouble.title, trouble.advice, reason=trouble.reason, retry_after=trouble.retry_after
            ) from None
        except BadInput:
            raise SourceTrouble(
                "The calendar is at no address that can be asked.", "Paste its address again.", reason="refused"
            ) from None


def _next(address: str, answer: Answer) -> str:
    """Where a redirect leads; never out of TLS."""
    try:
        target = urljoin(address, answer.headers.get("location", "").strip())
        target = re.sub(r"^webcals?:", "https:", target, flags=re.IGNORECASE)
        parts = urlsplit(target)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = target = ""
        parts = urlsplit(target)
    near = parts.scheme == "http" and is_loopback(host) and is_loopback(urlsplit(address).hostname or "")
    if not host or not answer.headers.get("location") or not (parts.scheme == "https" or near):
        raise SourceTrouble(
            f"{_host(address)} sends the question on to a place that is not safe to ask.",
            "Paste the calendar's address again; it has to stay on https.",
            reason="blocked",
            retry_after=CHANGED_PAUSE,
        )
    return target


def _reject(answer: Answer, evidence: Evidence) -> NoReturn:
    """Say why an answer is no calendar, by its status."""
    host = urlsplit(evidence.origin).hostname or "The server"
    seen = f"(Seen: status {answer.status}.)"
    now = answer.server_at or datetime(2000, 1, 1, tzinfo=UTC)
    told = parse_retry_after(answer.headers.get("retry-after"), now=now)
    pause: timedelta | None = max(told or FIRST_PAUSE, FIRST_PAUSE)
    if answer.status in {401, 403, 404, 410}:
        title = f"{host} shows no calendar at this address."
        advice = f"It is wrong or was switched off: look at the calendar's sharing settings and paste it again. {seen}"
        reason, pause = "refused", CHANGED_PAUSE
    elif answer.status == 429:
        title, advice, reason = f"{host} was asked too often.", f"{_COMES_BACK} {seen}", "rate_limited"
    elif answer.status == 204:
        title, advice, reason = f"{host} answered with nothing.", f"{_COMES_BACK} {seen}", "empty"
    else:
        title, advice, reason = f"{host} has a fault of its own.", f"{_COMES_BACK} {seen}", "server_error"
    raise SourceTrouble(title, advice, reason=reason, retry_after=pause, evidence=evidence)


def _evidence(answer: Answer, address: str, asked_at: datetime) -> Evidence:
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return Evidence(
        digest=hashlib.sha256(answer.body).hexdigest(),
        body=answer.body,
        content_type=answer.content_type,
        status=answer.status,
        # Neither user nor path: both can be the secret.
        origin=f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}",
        official=True,
        parser=PARSER,
        asked_at=asked_at,
        server_at=answer.server_at,
    )


def _tag(answer: Answer, name: str) -> str:
    value = answer.headers.get(name, "").strip()
    return value if len(value) <= _LONGEST_TAG and value.isprintable() and value.isascii() else ""


def _host(address: str) -> str:
    return urlsplit(address).hostname or "the server"
