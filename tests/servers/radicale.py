"""A real Radicale on the loopback address, which tests can kill and start again, and a relay that plays other servers.

The relay passes everything to Radicale and lets a test change what comes back: no sync tokens, no ETag after a PUT,
an answer that is lost on its way.
"""

import base64
import http.client
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER = "ada@example.org"
PASSWORD = "pass wörd/1"

_CALENDAR = """<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"
xmlns:A="http://apple.com/ns/ical/"><D:set><D:prop><D:displayname>{name}</D:displayname>
<A:calendar-color>#1e88e5ff</A:calendar-color><C:supported-calendar-component-set><C:comp name="{kind}"/>
</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Radicale:
    """A server whose data lie in ``folder``; a context manager. ``open`` lets everybody in without a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        (folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\ndelay_on_error = 0\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {folder / 'collections'}\n[logging]\nlevel = info\n",
            encoding="utf-8",
        )

    def __enter__(self) -> "Radicale":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> str:
        """Where the person's calendars are."""
        return f"{self.url}/{USER}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        lines = []
        for line in self._process.stderr:
            lines.append(line)
            if "server ready" in line:
                break
        else:
            raise AssertionError(f"Radicale did not start: {''.join(lines)}")
        # Somebody has to read on, or it stops when the pipe is full.
        self._reader = threading.Thread(target=self._process.stderr.read, name="exitzero-radicale", daemon=True)
        self._reader.start()

    def kill(self) -> None:
        """End it as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(10)
            assert self._reader is not None
            self._reader.join(10)
            assert process.stderr is not None
            process.stderr.close()

    def make_calendar(self, name: str, *, kind: str = "VEVENT") -> str:
        """A new calendar; gives its address."""
        url = f"{self.home}/{name}/"
        said = self.ask("MKCALENDAR", url, _CALENDAR.format(name=name, kind=kind).encode())
        assert said.status == 201, said
        return url

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> Said:
        """What another program of the same person does; ``if_match`` and the like are headers."""
        key = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        sent = {"Authorization": f"Basic {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return _ask(self.port, method, url.partition(f":{self.port}")[2], sent, body)

    def write(self, url: str, lines: str) -> str:
        """Write an event as another program does, whatever stands there; gives its ETag."""
        text = "\r\n".join(
            ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//another//EN", *lines.split("\n"), "END:VCALENDAR", ""]
        )
        said = self.ask("PUT", url, text.encode(), content_type="text/calendar; charset=utf-8")
        assert said.status in {201, 204}, said
        return said.headers["etag"]

    def text(self, url: str) -> str:
        """An event's file as it stands there, unfolded."""
        said = self.ask("GET", url)
        assert said.status == 200, said
        return said.body.decode().replace("\r\n ", "").replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Question:
    """What the relay was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Relay:
    """Stands before a Radicale at :attr:`url`; ``change`` may alter each answer, or give ``None`` to hang up."""

    def __init__(self, radicale: Radicale, change: Callable[[Question, Said], Said | None]) -> None:
        self.radicale = radicale
        self.change = change
        self.asked: list[Question] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.relay = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-relay", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "Relay":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def passed(self, question: Question) -> Said | None:
        """What is answered in the end."""
        self.asked.append(question)
        kept = {name: value for name, value in question.headers.items() if name not in {"host", "connection"}}
        said = _ask(self.radicale.port, question.method, question.path, kept, question.body)
        return self.change(question, said)


def without(said: Said, *headers: str) -> Said:
    """An answer that lacks some headers."""
    return replace(said, headers={name: value for name, value in said.headers.items() if name not in headers})


def _ask(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    relay: Relay

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = self.server.relay.passed(Question(self.command, self.path, headers, body))
        if said is None:
            self.close_connection = True
            return
        self.send_response_only(said.status)
        for name, value in said.headers.items():
            if name not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        if said.status != 204:
            self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        if said.status != 204:
            self.wfile.write(said.body)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = _pass  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Silence."""
