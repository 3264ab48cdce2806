"""A small Gmail API on the loopback address: one mailbox, searched by what ``q`` says, that can be told to go wrong."""

import json
import re
import socketserver
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

GOOD_TOKEN = "ya29.good-token"


@dataclass(frozen=True, slots=True)
class GmailMessage:
    """One mail; ``labels`` say where it lies."""

    uid: str
    at: datetime
    headers: Mapping[str, str]
    labels: tuple[str, ...] = ("SENT",)
    snippet: str = "The beginning of a private letter"


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An answer in place of the right one. ``cut``: the line breaks in the middle of it."""

    status: int
    document: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut: bool = False


def refusal(status: int, reason: str, message: str = "No.") -> Spoiled:
    """An error as Google words it."""
    errors = [{"domain": "usageLimits", "reason": reason, "message": message}]
    return Spoiled(status, {"error": {"code": status, "message": message, "errors": errors}})


class GmailApi:
    """The mailbox of ``address``; a context manager. ``page`` mails are listed at a time.

    ``asked`` are the questions so far; ``now`` is the ``Date`` of every answer, ``None`` for no such header.
    """

    def __init__(self, address: str = "ada@gmail.com", *, now: datetime, page: int = 3) -> None:
        self.address = address
        self.now: datetime | None = now
        self.page = page
        self.messages: list[GmailMessage] = []
        self.gone: set[str] = set()
        self.spoiled: dict[str, Spoiled] = {}
        self.asked: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-gmail-api", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "GmailApi":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def count(self, word: str) -> int:
        """How many questions held ``word``."""
        return sum(word in each for each in self.asked)

    def answer(self, path: str, token: str) -> Spoiled:
        """What is said to one question."""
        self.asked.append(path)
        for word, spoiled in self.spoiled.items():
            if word in path:
                return spoiled
        if token != GOOD_TOKEN:
            return refusal(401, "authError", "Invalid Credentials")
        parts = urlsplit(path)
        question = parse_qs(parts.query)
        steps = [unquote(step) for step in parts.path.removeprefix("/gmail/v1/users/me/").split("/")]
        match steps:
            case ["profile"]:
                return Spoiled(200, {"emailAddress": self.address, "messagesTotal": len(self.messages)})
            case ["labels", label]:
                total = sum(label in message.labels for message in self.messages)
                return Spoiled(200, {"id": label, "name": label, "messagesTotal": total})
            case ["messages"]:
                return Spoiled(200, self._listed(question))
            case ["messages", uid]:
                return self._message(uid, question)
        return refusal(404, "notFound")

    def _listed(self, question: Mapping[str, Sequence[str]]) -> object:
        """A page of ids, newest first, without the key ``messages`` if there are none, as Google does it."""
        query = question["q"][0]
        after = int(_told(query, r"\bafter:(\d+)", "0"))
        before = int(_told(query, r"\bbefore:(\d+)", "99999999999"))
        senders = re.findall(r'from:"([^"]+)"', query)
        sent = not query.startswith("-in:sent")
        found = [
            message
            for message in sorted(self.messages, key=lambda message: message.at, reverse=True)
            if after < message.at.timestamp() < before
            and ("SENT" in message.labels) == sent
            and (not senders or any(sender in message.headers.get("From", "") for sender in senders))
        ]
        start = int(question.get("pageToken", ["0"])[0])
        page: dict[str, object] = {"resultSizeEstimate": 201}
        if found[start : start + self.page]:
            page["messages"] = [{"id": message.uid} for message in found[start : start + self.page]]
        if len(found) > start + self.page:
            page["nextPageToken"] = str(start + self.page)
        return page

    def _message(self, uid: str, question: Mapping[str, Sequence[str]]) -> Spoiled:
        message = next((each for each in self.messages if each.uid == uid and uid not in self.gone), None)
        if message is None:
            return refusal(404, "notFound", "Requested entity was not found.")
        wanted = {name.lower() for name in question.get("metadataHeaders", ())}
        headers = [{"name": name, "value": value} for name, value in message.headers.items() if name.lower() in wanted]
        told: dict[str, object] = {
            "id": uid,
            "internalDate": str(round(message.at.timestamp() * 1000)),
            "payload": {"headers": headers} if headers else {},
        }
        if "fields" not in question:
            told["snippet"] = message.snippet
        assert question["format"] == ["metadata"]
        return Spoiled(200, told)


def _told(query: str, pattern: str, otherwise: str) -> str:
    found = re.search(pattern, query)
    return found[1] if found else otherwise


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    api: GmailApi


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer one question."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        reply = self.server.api.answer(self.path, token)
        body = json.dumps(reply.document).encode() if reply.body is None else reply.body
        self.send_response_only(reply.status)
        if self.server.api.now is not None:
            self.send_header("Date", format_datetime(self.server.api.now.astimezone(UTC), usegmt=True))
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if reply.cut else body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing is written to the test's screen."""
