"""A small Google Calendar on the loopback address: keeps events with ETags, sync tokens that can expire, pages,
deleted events that stay as cancelled ones, and refuses what the real one is documented to refuse."""

import contextlib
import json
import re
import threading
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "ya29.good-token"
SERVED_AT = datetime(2025, 6, 10, 8, tzinfo=UTC)
_ID = re.compile(r"[a-v0-9]{5,1024}")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it arrived."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    document: Document


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer instead of the right one. ``acts``: the question is carried out all the same; 0 hangs up."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    acts: bool = False


class GoogleServer:
    """One person's calendars at :attr:`url`; a context manager.

    ``tokens`` are the ones it takes; ``next_answers`` go wrong in turn.
    """

    def __init__(self) -> None:
        self.tokens: Container[str] = {TOKEN}
        self.page_size = 100
        self.calendars: list[Document] = [
            {"id": "holidays@example.org", "summary": "Holidays", "accessRole": "reader"},
            {"id": "side@example.org", "summary": "Side", "accessRole": "owner", "backgroundColor": "#00ff00"},
            {"id": "ada@example.org", "summary": "Ada", "accessRole": "owner", "primary": True},
        ]
        self.events: dict[str, dict[str, Document]] = {str(one["id"]): {} for one in self.calendars}
        self.asked: list[Asked] = []
        self.next_answers: list[Refusal] = []
        self.oldest_token = 0
        self._count = 0
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.google = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-google", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "GoogleServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base address of the API."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/calendar/v3"

    def store(self, calendar: str, event: Document) -> Document:
        """What another program of the person writes: a new event, or changes of one."""
        with self._lock:
            self._count += 1
            known = self.events[calendar].get(event["id"], {"iCalUID": f"{event['id']}@google.com"})
            merged = {**_merged({"status": "confirmed", **known}, event), "_at": self._count}
            merged |= {"etag": f'"{self._count}000"', "updated": "2025-06-01T10:00:00.000Z", "kind": "calendar#event"}
            self.events[calendar][event["id"]] = merged
            return merged

    def forget_tokens(self) -> None:
        """Every sync token given out so far is answered with 410."""
        self.oldest_token = self._count + 1
        self._count += 1

    # ------------------------------------------------------------------------------------------ inside

    def answer(self, asked: Asked) -> tuple[int, Document, Refusal | None]:
        """What is said to one question."""
        with self._lock:
            self.asked.append(asked)
            refusal = self.next_answers.pop(0) if self.next_answers else None
            if refusal is not None and not refusal.acts:
                return refusal.status, _error(refusal.status, refusal.reason), refusal
            status, document = self._said(asked)
            return status, document, refusal

    def _said(self, asked: Asked) -> tuple[int, Document]:
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _refused(401, "authError")
        path = asked.path.removeprefix("/calendar/v3")
        if path == "/users/me/calendarList":
            return self._page(self.calendars, asked)
        found = re.fullmatch(r"/calendars/([^/]+)/events(?:/([^/]+))?", path)
        calendar = unquote(found[1]) if found else ""
        if found is None or calendar not in self.events:
            return _refused(404, "notFound")
        if asked.method != "GET" and asked.query.get("sendUpdates") != ["none"]:
            return _refused(400, "somebody would get a mail")
        identifier = unquote(found[2] or "")
        if not identifier:
            return self._list(calendar, asked) if asked.method == "GET" else self._insert(calendar, asked)
        event = self.events[calendar].get(identifier)
        if event is None:
            return _refused(404, "notFound")
        if asked.method == "GET":
            return 200, _public(event)
        condition = asked.headers.get("if-match")
        if condition not in {None, event["etag"]}:
            return _refused(412, "conditionNotMet")
        if asked.method == "DELETE":
            if event["status"] == "cancelled":
                return _refused(410, "deleted")
            self.store(calendar, {"id": identifier, "status": "cancelled"})
            return 204, {}
        return 200, _public(self.store(calendar, {**asked.document, "id": identifier}))

    def _insert(self, calendar: str, asked: Asked) -> tuple[int, Document]:
        identifier = asked.document.get("id", "")
        if not _ID.fullmatch(identifier) or "iCalUID" in asked.document:
            return _refused(400, "invalid")
        if identifier in self.events[calendar]:
            return _refused(409, "duplicate")
        return 200, _public(self.store(calendar, asked.document))

    def _list(self, calendar: str, asked: Asked) -> tuple[int, Document]:
        if asked.query.get("singleEvents") != ["true"]:
            return _refused(400, "series are not expanded")
        token = asked.query.get("syncToken", [""])[0]
        if token and asked.query.keys() & {"timeMin", "timeMax", "q", "orderBy", "updatedMin"}:
            return _refused(400, "syncToken excludes this")
        events = sorted(self.events[calendar].values(), key=lambda event: str(event["id"]))
        if token:
            if int(token) < self.oldest_token:
                return _refused(410, "fullSyncRequired")
            events = [event for event in events if event["_at"] > int(token)]
        else:
            start, end = (datetime.fromisoformat(asked.query[name][0]) for name in ("timeMin", "timeMax"))
            events = [
                event
                for event in events
                if event["status"] != "cancelled" and _at(event["start"]) < end and _at(event["end"]) > start
            ]
        status, page = self._page([_public(event) for event in events], asked)
        if "nextPageToken" not in page:
            page["nextSyncToken"] = str(self._count)
        return status, page | {"timeZone": "Europe/Berlin", "defaultReminders": [{"method": "popup", "minutes": 30}]}

    def _page(self, items: list[Document], asked: Asked) -> tuple[int, Document]:
        start = int(asked.query.get("pageToken", ["0"])[0])
        page: Document = {"items": items[start : start + self.page_size]}
        if start + self.page_size < len(items):
            page["nextPageToken"] = str(start + self.page_size)
        return 200, page


def _merged(known: Document, change: Document) -> Document:
    """A PATCH: objects are merged, lists replaced, ``null`` takes away."""
    merged = dict(known)
    for name, value in change.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            inner = merged.get(name)
            merged[name] = _merged(inner if isinstance(inner, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def _public(event: Document) -> Document:
    """What is told of an event; of a deleted one, little more than that it is."""
    told = {name: value for name, value in event.items() if name != "_at"}
    return told if event["status"] != "cancelled" else {name: told[name] for name in ("id", "status", "etag")}


def _at(moment: Document) -> datetime:
    if "date" in moment:
        day = date.fromisoformat(moment["date"])
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return datetime.fromisoformat(moment["dateTime"])


def _refused(status: int, reason: str) -> tuple[int, Document]:
    return status, _error(status, reason)


def _error(status: int, reason: str) -> Document:
    return {"error": {"code": status, "message": reason, "errors": [{"reason": reason, "domain": "global"}]}}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    google: GoogleServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, json.loads(body) if body else {})
        status, document, refusal = self.server.google.answer(asked)
        if refusal is not None and refusal.status == 0:
            self.close_connection = True
            return
        said = json.dumps(document).encode() if status != 204 else b""
        if refusal is not None:
            status, said = refusal.status, said if refusal.body is None else refusal.body
        with contextlib.suppress(OSError):
            self.send_response_only(status)
            self.send_header("Date", format_datetime(SERVED_AT, usegmt=True))
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            for name, value in (refusal.headers if refusal else {}).items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Silence."""
