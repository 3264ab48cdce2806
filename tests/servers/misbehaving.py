"""A loopback server that answers what it is told to, rightly or wrongly, and remembers what it was asked."""

import contextlib
import json
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum


class How(StrEnum):
    """The ways to deliver an answer."""

    WHOLE = "whole"
    SILENT = "silent"
    """Reads the question and never answers."""
    HANG_UP = "hang up"
    """Reads the question and closes the connection."""
    CUT = "cut"
    """Promises the whole body and closes after half of it."""
    TOO_LONG = "too long"
    """Sends more than it promised."""
    DRIP = "drip"
    """Sends the body byte by byte, each well within any time-out for a read."""
    DRIP_HEAD = "drip head"
    """Does so from the first byte on."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``date`` is the server's own time, ``None`` for no ``Date`` header."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    date: datetime | None = None
    how: How = How.WHOLE

    @classmethod
    def of(cls, document: object, *, date: datetime | None = None, status: int = 200) -> "Reply":
        """``document`` as JSON."""
        return cls(status=status, body=json.dumps(document).encode(), date=date)


@dataclass(frozen=True, slots=True)
class Seen:
    """One question as it arrived; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """The body read as a JSON object."""
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document


class Misbehaving:
    """Gives the queued answers in turn and the last one for ever. Use as a context manager."""

    def __init__(self, *replies: Reply) -> None:
        self._lock = threading.Lock()
        self._replies = list(replies) or [Reply()]
        self.seen: list[Seen] = []
        self.asked = threading.Event()
        self.most_at_once = 0
        self._under_way = 0
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.misbehaving = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-misbehaving", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "Misbehaving":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def say(self, *replies: Reply) -> None:
        """Answer these from now on."""
        with self._lock:
            self._replies = list(replies)

    def next_reply(self, seen: Seen) -> Reply:
        """The answer to one question, which is remembered."""
        with self._lock:
            self.seen.append(seen)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        self.asked.set()
        return reply

    def done(self) -> None:
        """One question is done with."""
        with self._lock:
            self._under_way -= 1

    def close(self) -> None:
        """Stop; answers under way are broken off."""
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = True
    misbehaving: Misbehaving

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what many tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 10

    def handle(self) -> None:
        words = self.rfile.readline().decode("latin-1").split()
        if len(words) != 3:
            return
        headers: dict[str, str] = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        reply = self.server.misbehaving.next_reply(Seen(words[0], words[1], headers, body))
        with contextlib.suppress(OSError):
            self._deliver(reply)

    def _deliver(self, reply: Reply) -> None:
        closing = self.server.misbehaving.closing
        if reply.how is How.SILENT:
            closing.wait(10)
        if reply.how in {How.SILENT, How.HANG_UP}:
            self.server.misbehaving.done()
            return
        promised = len(reply.body) - 5 if reply.how is How.TOO_LONG else len(reply.body)
        lines = [f"HTTP/1.1 {reply.status} Said", f"Content-Length: {promised}", "Connection: close"]
        if reply.content_type:
            lines.append(f"Content-Type: {reply.content_type}")
        if reply.date is not None:
            lines.append(f"Date: {format_datetime(reply.date.astimezone(UTC), usegmt=True)}")
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        slow = {How.DRIP: reply.body, How.DRIP_HEAD: head + reply.body}.get(reply.how)
        if reply.how is How.DRIP:
            self.wfile.write(head)
        if slow is None:
            self.server.misbehaving.done()
            self.wfile.write(head + (reply.body[: len(reply.body) // 2] if reply.how is How.CUT else reply.body))
            return
        for byte in slow[:-1]:
            self.wfile.write(bytes([byte]))
            if closing.wait(0.05):
                return
        # Before the last byte: with it the one who asks is free to ask again.
        self.server.misbehaving.done()
        self.wfile.write(slow[-1:])


def refusing_url() -> str:
    """An address on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextlib.contextmanager
def misbehaving(*replies: Reply) -> Iterator[Misbehaving]:
    """A server for the length of a ``with``."""
    with Misbehaving(*replies) as server:
        yield server
