"""The page on this machine to which a browser comes back after a sign-in.

Why it exists: whoever can reach the port may try to hand the program a code of their own. So the little server listens
on the literal loopback address, takes one answer that carries the state which this sign-in made up, and is gone.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

PATH = "/"
_LOOK_SECONDS = 0.1
_LONGEST_TARGET = 8_000

_DONE = "You can close this tab and go back to ExitZero."
_WRONG = "This is not the sign-in that ExitZero waits for. Nothing was taken from it."


class Landing:
    """Waits on 127.0.0.1 for the one redirect that carries ``state``; a context manager."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._came = threading.Event()
        self._answer: Mapping[str, str] | None = None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.landing = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK_SECONDS,), name="exitzero-sign-in", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "Landing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def netloc(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """The redirect address, exactly as the service has to use it."""
        return f"http://{self.netloc}{PATH}"

    def wait(
        self, *, seconds: float, monotonic: Callable[[], float], cancelled: threading.Event
    ) -> Mapping[str, str] | None:
        """What the redirect carried; ``None`` if none came in time or ``cancelled`` was set."""
        until = monotonic() + seconds
        while not self._came.wait(_LOOK_SECONDS):
            if cancelled.is_set() or monotonic() >= until:
                return None
        return self._answer

    def take(self, target: str, host: str) -> tuple[int, str]:
        """What is said to a browser that asks for ``target``; the right answer is kept, once."""
        if host != self.netloc:
            return 421, _WRONG
        parts = urlsplit(target)
        if parts.path != PATH or parts.netloc or len(target) > _LONGEST_TARGET:
            return 404, _WRONG
        pairs = parse_qsl(parts.query)
        told = dict(pairs)
        # A repeated field is how two readers of one address come to disagree.
        sound = len(told) == len(pairs) and ("code" in told) != ("error" in told)
        if not sound or not secrets.compare_digest(told.get("state", "").encode(), self._state.encode()):
            return 400, _WRONG
        with self._lock:
            if self._answer is not None:
                return 410, "This sign-in is over. You can close this tab."
            self._answer = told
        self._came.set()
        return 200, _DONE


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A browser may keep an idle connection open; nobody waits for it.
    block_on_close = False
    allow_reuse_address = False
    landing: Landing

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hung up is no concern of ours, and the default prints to standard error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0
    server_version = "ExitZero"
    sys_version = ""

    def do_GET(self) -> None:
        status, words = self.server.landing.take(self.path, self.headers.get("Host", ""))
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>ExitZero</title>'
            f'<body style="font:16px sans-serif;margin:4em auto;max-width:32em"><p>{words}</p></body></html>'
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        # The address carries the code: it goes into no cache and no Referer.
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """The default prints the address, and with it the code, to standard error."""

    def address_string(self) -> str:
        """No look-up of names."""
        return "127.0.0.1"

    def finish(self) -> None:
        try:
            super().finish()
        except (TimeoutError, OSError):
            self.close_connection = True
