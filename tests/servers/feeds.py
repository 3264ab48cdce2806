"""A loopback server that publishes calendars at addresses, with tags, dates, gzip and redirects as real ones have."""

import gzip
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERVER_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; header names in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Page:
    """What stands at a path. ``tagged`` and ``dated`` say by what it can tell that it is unchanged."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/calendar; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    tagged: bool = False
    dated: bool = False
    zipped: bool = False

    @property
    def etag(self) -> str:
        """A tag that changes with the body."""
        return f'"{sha256(self.body).hexdigest()[:16]}"'


class Feeds:
    """A server at :attr:`url`; a context manager. ``pages`` may be changed while it runs, ``now`` is its clock."""

    def __init__(self, **pages: Page) -> None:
        self.pages = {f"/{name}": page for name, page in pages.items()}
        self.asked: list[Asked] = []
        self.now: Callable[[], datetime] = lambda: SERVER_AT
        feeds = self

        class Handler(_Handler):
            server_feeds = feeds

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-feeds", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "Feeds":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server_feeds: Feeds

    def do_GET(self) -> None:
        """Answer one question."""
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
        self.server_feeds.asked.append(asked)
        page = self.server_feeds.pages.get(self.path, Page(b"nothing here", 404, "text/plain"))
        dated = format_datetime(CHANGED_AT, usegmt=True)
        same = (page.tagged and asked.headers.get("if-none-match") == page.etag) or (
            page.dated and asked.headers.get("if-modified-since") == dated
        )
        body = b"" if same else gzip.compress(page.body) if page.zipped else page.body
        self.send_response_only(304 if same else page.status)
        self.send_header("Date", format_datetime(self.server_feeds.now(), usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", page.content_type)
        if page.zipped:
            self.send_header("Content-Encoding", "gzip")
        if page.tagged:
            self.send_header("ETag", page.etag)
        if page.dated:
            self.send_header("Last-Modified", dated)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""
