"""The one place that speaks HTTP.

Why it exists: time-outs, manners towards a host, what may stand in a log, and how a failure is told are decided once,
for truth sources, consequences and the account alike. It is the only importer of the HTTP library, and imports it when
the first request is made, because building TLS costs more than a window.
"""

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from random import SystemRandom
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from exitzero import __version__
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.net.politeness import FIRST_PAUSE, parse_date

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

USER_AGENT = f"ExitZero/{__version__} (desktop accountability cockpit)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, whatever its status: nothing is raised for a 4xx or 5xx and no redirect is followed.

    ``headers`` have lower-case names. ``server_at`` is the ``Date`` header in UTC, ``None`` if missing or unreadable.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    server_at: datetime | None


class NoAnswer(OutsideTrouble):
    """There was no whole answer. ``maybe_sent`` False: surely nothing of the question reached the host.

    Only then may a deed that must not happen twice be tried again; after a time-out, a cut answer or a line that broke
    once sending had begun, nobody knows.
    """

    def __init__(
        self, title: str, advice: str, *, reason: str, maybe_sent: bool, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(title, advice, reason=reason, retry_after=retry_after)
        self.maybe_sent = maybe_sent


class TooLong(NoAnswer):
    """The answer was longer than ``body_limit``; asked for less at once, the host may still be of use."""


def shown(url: str) -> str:
    """An address as it may stand in a log or on the screen: without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(an unreadable address)"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@dataclass(slots=True)
class _Host:
    """Whose turn it is at one host."""

    busy: bool = False
    free_at: float = 0.0


@dataclass(slots=True)
class _Running:
    """One request under way, so that it can be broken off from another thread."""

    sockets: list[socket.socket] = field(default_factory=list)
    expired: bool = False
    sending: bool = False

    def cut(self) -> None:
        for sock in self.sockets:
            # Shutting down, not closing: only that wakes a thread that is blocked in a read on it.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class HttpClient:
    """Ask hosts politely: one request at a time to each, a pause in between, never longer than it may take.

    Safe from several threads. ``monotonic`` gives seconds of a clock that never jumps. ``wait(event, seconds)`` waits
    for the event at most so long and says whether it came (tests hand in their own). ``closing`` may be an event of the
    program's own end; :meth:`close` sets it. ``timeout`` is for connecting and for each read, ``longest`` for a request
    as a whole, so that a server that drips bytes holds nobody up. ``gap`` is the least pause between two requests to
    one host, stretched by up to half by ``jitter`` (0 to 1); this machine's own addresses get ``loopback_gap``.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        closing: threading.Event | None = None,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
        jitter: Callable[[], float] | None = None,
        timeout: float = 10.0,
        longest: float = 30.0,
        gap: float = 1.5,
        loopback_gap: float = 0.0,
        body_limit: int = 5_000_000,
    ) -> None:
        self.monotonic = monotonic
        self.jitter = jitter or SystemRandom().random
        self._closing = closing or threading.Event()
        self._wait = wait
        self._timeout = timeout
        self._longest = longest
        self._gap = gap
        self._loopback_gap = loopback_gap
        self._body_limit = body_limit
        self._state = threading.Condition()
        self._hosts: dict[str, _Host] = {}
        self._running: list[_Running] = []
        self._client: httpx2.Client | None = None

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, is_secret: bool = False) -> Answer:
        """Fetch ``url``; see :meth:`request`."""
        return self.request("GET", url, headers=headers, is_secret=is_secret)

    def post_json(self, url: str, payload: object, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send ``payload`` as JSON; see :meth:`request`."""
        content = json.dumps(payload, ensure_ascii=False).encode()
        return self.request(
            "POST", url, headers={"Content-Type": "application/json", **(headers or {})}, content=content
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        is_secret: bool = False,
    ) -> Answer:
        """One request; blocks. ``is_secret``: the path itself is a password, so that the log names the host only.

        Raises :class:`NoAnswer` with reason ``network`` or ``timeout`` if there was no whole answer, and
        :class:`BadInput` if ``url`` is not an http or https address.
        """
        host = _host_of(url)
        with self._turn(host):
            told = host if is_secret else shown(url)
            return self._send(method, url, host=host, headers=headers or {}, content=content, told=told)

    def close(self) -> None:
        """End quickly: whoever waits for a turn, a pause or an answer gets an :class:`OutsideTrouble` at once."""
        self._closing.set()
        with self._state:
            for running in self._running:
                running.cut()
            self._state.notify_all()
            self._state.wait_for(lambda: not self._running, timeout=2.0)
            client, self._client = self._client, None
        if client is not None:
            client.close()

    # ------------------------------------------------------------------------------------------ inside

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """Hold the host for one request, after its pause."""
        with self._state:
            place = self._hosts.setdefault(host, _Host())
            self._state.wait_for(lambda: self._closing.is_set() or not place.busy)
            if self._closing.is_set():
                raise _ending()
            place.busy = True
            left = place.free_at - self.monotonic()
        try:
            if left > 0 and self._wait(self._closing, left):
                raise _ending()
            yield
        finally:
            least = self._loopback_gap if is_loopback(host.rpartition(":")[0]) else self._gap
            with self._state:
                place.busy = False
                place.free_at = self.monotonic() + least * (1 + 0.5 * self.jitter())
                self._state.notify_all()

    def _send(
        self, method: str, url: str, *, host: str, headers: Mapping[str, str], content: bytes | None, told: str
    ) -> Answer:
        import httpx2

        running = _Running()
        # The library's own time-outs start anew with every byte; this one does not.
        alarm = threading.Timer(self._longest, self._expire, [running])
        alarm.name = "exitzero-http-alarm"
        alarm.daemon = True
        with self._state:
            client = self._library()
            self._running.append(running)
        alarm.start()
        try:
            with client.stream(
                method,
                url,
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers},
                content=content,
                extensions={"trace": lambda name, info: self._watch(running, name, info)},
            ) as response:
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > self._body_limit:
                        raise TooLong(
                            f"{host} sent far more than an answer.",
                            "Check the connection; it is tried again by itself.",
                            reason="network",
                            maybe_sent=True,
                            retry_after=FIRST_PAUSE,
                        )
                answer = Answer(
                    status=response.status_code,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=bytes(body),
                    content_type=response.headers.get("content-type", ""),
                    server_at=parse_date(response.headers.get("date")),
                )
        # Errors of the library can quote headers and addresses, so none is kept as a cause.
        except (httpx2.InvalidURL, UnicodeError):
            raise BadInput("address", "This is not an address that can be asked.") from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            kind = type(error).__name__
            timed_out = running.expired or isinstance(error, httpx2.TimeoutException)
        else:
            log.debug("%s %s: %d, %d bytes", method, told, answer.status, len(answer.body))
            return answer
        finally:
            alarm.cancel()
            with self._state:
                self._running.remove(running)
                self._state.notify_all()
        log.debug("%s %s: %s", method, told, kind)
        if self._closing.is_set():
            raise _ending(maybe_sent=running.sending)
        if timed_out:
            raise _trouble(f"{host} did not answer in time.", reason="timeout", maybe_sent=running.sending)
        raise _trouble(f"{host} could not be reached.", reason="network", maybe_sent=running.sending)

    def _library(self) -> "httpx2.Client":
        """The library's client, built once; call with the state held."""
        import httpx2

        if self._closing.is_set():
            raise _ending()
        if self._client is None:
            # Its own lines name whole addresses with their queries, and headers one level below.
            for name in ("httpx2", "httpcore2"):
                logging.getLogger(name).setLevel(logging.WARNING)
            self._client = httpx2.Client(
                timeout=httpx2.Timeout(self._timeout),
                follow_redirects=False,
                # A connection kept for a request in five minutes would be a dead one by then.
                limits=httpx2.Limits(max_keepalive_connections=0),
                # A proxy of the system's is for the outside, never for this machine.
                mounts={f"all://{name}": None for name in ("127.0.0.1", "localhost", "[::1]")},
            )
            # No cookie is kept: one request must not change what the next one says about the person.
            self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return self._client

    def _watch(self, running: _Running, name: str, info: Mapping[str, object]) -> None:
        """Remember the socket of a request, cut it if the end has come meanwhile, and note when sending begins."""
        if name.endswith("send_request_headers.started"):
            # What a proxy is asked to connect to is not yet a question to the host.
            running.sending |= getattr(info.get("request"), "method", b"") != b"CONNECT"
            return
        stream = info.get("return_value")
        if not name.endswith(("connect_tcp.complete", "start_tls.complete")) or stream is None:
            return
        sock = getattr(stream, "get_extra_info", lambda _: None)("socket")
        if isinstance(sock, socket.socket):
            with self._state:
                running.sockets.append(sock)
                if self._closing.is_set() or running.expired:
                    running.cut()

    def _expire(self, running: _Running) -> None:
        with self._state:
            running.expired = True
            running.cut()


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise BadInput("address", "This is not an address that can be asked.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(map(str.isspace, parts.netloc)):
        raise BadInput("address", "The address has to begin with http:// or https:// and name a host.")
    return f"{parts.hostname}:{port}"


def _trouble(title: str, *, reason: str, maybe_sent: bool) -> NoAnswer:
    return NoAnswer(
        title,
        "Check the connection; it is tried again by itself.",
        reason=reason,
        maybe_sent=maybe_sent,
        retry_after=FIRST_PAUSE,
    )


def _ending(*, maybe_sent: bool = False) -> NoAnswer:
    return NoAnswer(
        "The request was broken off because ExitZero is closing.", "", reason="network", maybe_sent=maybe_sent
    )
