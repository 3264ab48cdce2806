"""Asking a GraphQL service for the truth, and telling a truth from everything else that may come back.

Why it exists: both LeetCodes answer in the same way and fail in the same ways. What an answer *is* (blocked, limited,
empty, a page instead of data, a changed schema) is decided here, once, from status and body alone, so that a stored
answer reads as it did on the day. A status of 200 proves nothing and a broken part is never read as zero.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn
from urllib.parse import urlsplit

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.observation import Evidence, SourceTrouble
from exitzero.net.http import Answer, HttpClient
from exitzero.net.politeness import Breaker, parse_retry_after

_COMES_BACK = "Nothing counts against you meanwhile; it is asked again by itself."
_UPDATE = "Look for a new version of ExitZero. Nothing counts against you meanwhile."

#: reason -> (title, advice); ``{service}`` and ``{name}`` are filled in.
_WORDS: Mapping[str, tuple[str, str]] = {
    "network": ("{service} could not be reached.", "Check the connection. " + _COMES_BACK),
    "timeout": ("{service} did not answer in time.", _COMES_BACK),
    "blocked": ("{service} blocks automated checks now.", _COMES_BACK),
    "refused": ("{service} refused the way ExitZero asks.", _UPDATE),
    "rate_limited": ("{service} was asked too often.", "Wait before asking again. " + _COMES_BACK),
    "server_error": ("{service} has a fault of its own.", _COMES_BACK),
    "empty": ("{service} answered with nothing.", _COMES_BACK),
    "not_json": ("{service} sent a page instead of data.", _COMES_BACK),
    "schema_changed": ("{service} has changed the form of its answers.", _UPDATE),
    "unknown_user": (
        "{service} knows nobody called {name}.",
        "The account may have been renamed or closed: check the name in the settings.",
    ),
    "inconsistent": ("{service} contradicts itself.", _COMES_BACK),
}


class UnreadableError(Exception):
    """An answer cannot be believed; ``reason`` is a word of :class:`SourceTrouble`, ``detail`` says what was seen."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class GraphError:
    """One entry of ``errors``: its message and the path of the part it spoiled (empty if not told)."""

    message: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that has data, and the errors beside it."""

    data: Mapping[str, object]
    errors: tuple[GraphError, ...]

    def errors_at(self, *path: str) -> tuple[GraphError, ...]:
        """The errors at or below ``path``."""
        return tuple(error for error in self.errors if error.path[: len(path)] == path)


def read_reply(evidence: Evidence) -> Reply:
    """What the answer says, or :class:`UnreadableError` with why it is no answer."""
    status, body = evidence.status, evidence.body
    document = _parsed(body)
    page = document is None and body.lstrip()[:1] == b"<"
    if page and _is_challenge(body):
        raise UnreadableError("blocked", f"a challenge page with status {status}")
    if 300 <= status < 400:
        raise UnreadableError("blocked", f"a redirect ({status})")
    if status in {429, 499}:
        raise UnreadableError("rate_limited", f"status {status}")
    if status == 403:
        if b"csrf" in body[:20_000].lower():
            raise UnreadableError("refused", "the CSRF check failed")
        raise UnreadableError("blocked", "status 403")
    if status >= 500:
        raise UnreadableError("server_error", f"status {status}")
    if status in {400, 404, 405, 410, 415, 422}:
        raise UnreadableError("schema_changed", f"status {status}{_first_message(document)}")
    if not 200 <= status < 300:
        raise UnreadableError("refused", f"status {status}")
    return _reply(body, document)


def _reply(body: bytes, document: object) -> Reply:
    if not body.strip() or document == {}:
        raise UnreadableError("empty", "no content")
    if document is None:
        if body.strip() == b"null":
            raise UnreadableError("empty", "null")
        raise UnreadableError("not_json", "a page" if body.lstrip()[:1] == b"<" else "text that is not JSON")
    if not isinstance(document, dict):
        raise UnreadableError("schema_changed", "the answer is not an object")
    errors = _errors(document.get("errors"))
    data = document.get("data")
    if not isinstance(data, dict):
        raise UnreadableError("schema_changed", f"there is no data{_first_message(document)}")
    if any(not error.path for error in errors):
        raise UnreadableError("schema_changed", f"an error without a place{_first_message(document)}")
    return Reply(data=data, errors=errors)


def _parsed(body: bytes) -> object:
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed


def _is_challenge(body: bytes) -> bool:
    head = body[:20_000]
    return b"Just a moment" in head or b"challenges.cloudflare.com" in head or b"/cdn-cgi/challenge" in head


def _errors(value: object) -> tuple[GraphError, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise UnreadableError("schema_changed", "errors is not a list")
    found = []
    for entry in value:
        if not isinstance(entry, dict):
            raise UnreadableError("schema_changed", "an error is not an object")
        path = entry.get("path")
        steps = tuple(str(step) for step in path) if isinstance(path, list) else ()
        found.append(GraphError(message=str(entry.get("message", "")), path=steps))
    return tuple(found)


def _first_message(document: object) -> str:
    errors = document.get("errors") if isinstance(document, dict) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return f": {str(errors[0].get('message', ''))[:200]!r}"
    return ""


def check_base(url: str, *, field: str) -> str:
    """A base address as it is used: no slash at the end; :class:`BadInput` if nothing can be asked there."""
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise BadInput(field, "This is not an address.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(field, "The address has to begin with https:// or http:// and name a host.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BadInput(field, "The address may name a host and a path only.")
    return text


def origin_of(base: str) -> str:
    """Scheme, host and port of an address, in lower case."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}".lower()


class Service:
    """One GraphQL service as a truth source asks it. Safe from several threads.

    ``service`` is its name as the person knows it.
    """

    def __init__(self, http: HttpClient, *, base: str, home: str, service: str, field: str) -> None:
        self._http = http
        self.base = check_base(base, field=field)
        self.origin = origin_of(self.base)
        self.official = self.origin == home
        self.service = service
        self._lock = threading.Lock()
        self._breaker = Breaker()

    def ask(
        self,
        path: str,
        *,
        operation: str,
        document: str,
        variables: Mapping[str, object],
        parser: str,
        asked_at: datetime,
    ) -> tuple[Evidence, timedelta | None]:
        """One POST; gives the answer, whatever it is, and the pause it asked for.

        Raises :class:`SourceTrouble` (network, timeout) if none came, and the last reason again while the service
        must be left alone.
        """
        with self._lock:
            breaker = self._breaker
        held = breaker.held_for(self._http.monotonic())
        if held is not None:
            raise self._trouble(breaker.reason, name="", pause=held, evidence=None)
        payload = {"operationName": operation, "query": document, "variables": variables}
        try:
            answer = self._http.post_json(
                f"{self.base}{path}",
                payload,
                headers={"Accept": "application/json", "Referer": f"{self.base}/", "Origin": self.origin},
            )
        except OutsideTrouble as trouble:
            self.failed(trouble.reason)
            reason = trouble.reason if trouble.reason == "timeout" else "network"
            raise self._trouble(reason, name="", pause=self._next(trouble.reason), evidence=None) from None
        return self._evidence(answer, parser=parser, asked_at=asked_at), parse_retry_after(
            answer.headers.get("retry-after"), now=answer.server_at or asked_at
        )

    def succeeded(self) -> None:
        """Note that the service answered well."""
        with self._lock:
            self._breaker = self._breaker.succeeded()

    def failed(self, reason: str, told: timedelta | None = None) -> None:
        """Note that it did not."""
        with self._lock:
            self._breaker = self._breaker.failed(
                reason, at=self._http.monotonic(), told=told, jitter=self._http.jitter()
            )

    def reject(self, unreadable: UnreadableError, *, name: str, evidence: Evidence, told: timedelta | None) -> NoReturn:
        """Note the failure and raise it as :class:`SourceTrouble` with the pause that is due now."""
        self.failed(unreadable.reason, told)
        raise self._trouble(
            unreadable.reason,
            name=name,
            pause=self._next(unreadable.reason),
            evidence=evidence,
            detail=unreadable.detail,
        ) from None

    def reject_stored(self, unreadable: UnreadableError, *, name: str, evidence: Evidence) -> NoReturn:
        """Raise what a stored answer says, without holding it against the service."""
        raise self._trouble(
            unreadable.reason, name=name, pause=None, evidence=evidence, detail=unreadable.detail
        ) from None

    def _next(self, reason: str) -> timedelta | None:
        with self._lock:
            return self._breaker.pause if self._breaker.reason == reason else None

    def _trouble(
        self,
        reason: str,
        *,
        name: str,
        pause: timedelta | None,
        evidence: Evidence | None,
        detail: str = "",
    ) -> SourceTrouble:
        title, advice = _WORDS.get(reason, _WORDS["network"])
        told = f" (Seen: {detail}.)" if detail else ""
        return SourceTrouble(
            title.format(service=self.service, name=name or "that"),
            f"{advice}{told}",
            reason=reason,
            retry_after=pause,
            evidence=evidence,
        )

    def _evidence(self, answer: Answer, *, parser: str, asked_at: datetime) -> Evidence:
        return Evidence(
            digest=hashlib.sha256(answer.body).hexdigest(),
            body=answer.body,
            content_type=answer.content_type,
            status=answer.status,
            origin=self.origin,
            official=self.official,
            parser=parser,
            asked_at=asked_at,
            server_at=answer.server_at,
        )
