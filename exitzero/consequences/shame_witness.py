"""What really happened on the wire while Apprise sent a message.

Apprise answers yes or no, and its no covers both "nobody was there" and "the post was taken and the answer got lost".
For a deed that must not happen twice this is the one thing to know. So its HTTP adapter and its SMTP classes are
replaced, once in the process, by ones that tell a witness: connected, began to write, this status came back, the
answer was whole. Where no witness is set (any other user of the same libraries) they behave as ever.

The witness also allows one deed only: a second request that could post (a retry of the plug-in's own, a second
receiver) is refused before it leaves. And it ends what takes too long, also an answer that comes byte by byte.
"""

import json
import logging
import smtplib
import socket
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

LARGEST_ANSWER = 1_000_000
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
# Requests that only prepare: signing in to Bluesky changes nothing that anybody sees.
_ONLY_PREPARES = ("/xrpc/com.atproto.server.createSession", "/xrpc/com.atproto.server.refreshSession")

_QUIET = (
    "apprise",
    "requests",
    "requests_oauthlib.oauth1_auth",
    "requests_oauthlib.core",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.util.retry",
)

current: ContextVar["Witness | None"] = ContextVar("exitzero_shame_witness", default=None)
_installing = threading.Lock()
_installed = False


@dataclass(slots=True)
class Exchange:
    """One request and what came of it. ``watched``: its connection was one of ours, so ``wrote`` can be trusted."""

    method: str
    host: str
    path: str
    deed: bool
    watched: bool = False
    wrote: bool = False
    status: int | None = None
    whole: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: str = ""

    @property
    def surely_never_left(self) -> bool:
        """True if not one byte of the request was written."""
        return (self.watched and not self.wrote) or self.trouble == "unsendable"

    def document(self) -> Any:
        """The answer read as JSON, or ``None``."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(slots=True)
class Mail:
    """One SMTP session. ``code`` is the server's answer to the whole message, ``refused`` to something before it."""

    host: str
    wrote: bool = False
    code: int | None = None
    refused: int | None = None
    trouble: str = ""


@dataclass(slots=True)
class Witness:
    """Sees one message go out. ``headers`` are added to the deed's request; ``hidden`` are the tokens that were sent
    along, also those that were only lent for this once."""

    headers: Mapping[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    exchanges: list[Exchange] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    out_of_time: bool = False
    _cutters: list[Callable[[], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def deed(self) -> Exchange | None:
        """The request that posts, if it was ever tried."""
        return next((one for one in self.exchanges if one.deed), None)

    def watch(self, cut: Callable[[], None]) -> None:
        """Remember how to break a connection; one opened too late is broken at once."""
        with self._lock:
            self._cutters.append(cut)
            late = self.out_of_time
        if late:
            cut()

    def cut(self) -> None:
        """Time is up: whatever is being waited for ends with an error."""
        with self._lock:
            self.out_of_time = True
            cutters = list(self._cutters)
        for cut in cutters:
            cut()


@contextmanager
def witnessed(*, limit: float, headers: Mapping[str, str] | None = None) -> Iterator[Witness]:
    """See what this thread's Apprise does within the ``with``, for ``limit`` seconds at most."""
    install()
    witness = Witness(headers=headers or {})
    token = current.set(witness)
    timer = threading.Timer(limit, witness.cut)
    timer.name = "exitzero-shame-limit"
    timer.daemon = True
    timer.start()
    try:
        yield witness
    finally:
        timer.cancel()
        timer.join()
        current.reset(token)


def install() -> None:
    """Put our adapter and mail classes in place of the libraries' own; once, and cheap after that. Any thread."""
    global _installed  # noqa: PLW0603 - the libraries are changed once in a process
    with _installing:
        if _installed:
            return
        from exitzero.consequences.shame_witness_mail import WatchedSMTP, WatchedSMTPOverTLS

        with warnings.catch_warnings():
            # A PGP library that Apprise looks for asks for a module that newer Pythons have dropped.
            warnings.simplefilter("ignore", DeprecationWarning)
            import apprise
            import apprise.plugins.email.smtp as apprise_smtp
            import requests.sessions

            apprise.Apprise.instantiate("json://127.0.0.1")  # Loads every plug-in, once.

        requests.sessions.HTTPAdapter = _adapter()  # type: ignore[attr-defined]
        apprise_smtp.smtplib = SimpleNamespace(  # type: ignore[attr-defined,assignment]
            SMTP=WatchedSMTP, SMTP_SSL=WatchedSMTPOverTLS, SMTPException=smtplib.SMTPException
        )
        for name in _QUIET:
            logging.getLogger(name).addFilter(_capture)
        _installed = True


def _capture(record: logging.LogRecord) -> bool:
    """Keep the libraries' own lines, which quote whole addresses, away from every handler while we send."""
    witness = current.get()
    if witness is None:
        return True
    if len(witness.lines) < 200:
        with suppress(Exception):  # A line that cannot be formatted is no loss.
            witness.lines.append(record.getMessage())
    return False


def _is_deed(method: str, path: str) -> bool:
    return method.upper() not in {"GET", "HEAD", "OPTIONS"} and not path.endswith(_ONLY_PREPARES)


def break_off(sock: socket.socket | None) -> None:
    """End a connection under whoever waits for it."""
    if sock is not None:
        # Not through SSLSocket.shutdown, which would first tidy up under another thread's read.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


# ---------------------------------------------------------------------------------------------- HTTP


def _adapter() -> "type[requests.adapters.HTTPAdapter]":
    """The adapter's class; built when the libraries are first needed."""
    import requests
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    under_way: ContextVar[Exchange | None] = ContextVar("exitzero_shame_exchange", default=None)

    class Watched(HTTPConnection):
        _preparing = False

        def connect(self) -> None:
            exchange, witness = under_way.get(), current.get()
            if exchange is None or witness is None:
                super().connect()
                return
            exchange.watched = True
            witness.watch(lambda: break_off(self.sock))
            self._preparing = True  # What is written to open a proxy's tunnel is not our request.
            try:
                super().connect()
            finally:
                self._preparing = False
            sock = self.sock  # The connection lets go of it before its answer is read.
            witness.watch(lambda: break_off(sock))
            if witness.out_of_time:
                raise TimeoutError("out of time")

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            exchange = under_way.get()
            if exchange is not None and not self._preparing:
                exchange.wrote = True
            super().send(data)

    class WatchedOverTLS(Watched, HTTPSConnection):
        pass

    class Pool(HTTPConnectionPool):
        ConnectionCls = Watched

    class PoolOverTLS(HTTPSConnectionPool):
        ConnectionCls = WatchedOverTLS

    pools = {"http": Pool, "https": PoolOverTLS}

    class WitnessAdapter(requests.adapters.HTTPAdapter):
        """Sends as ever, and tells the witness of this thread."""

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
            manager = super().proxy_manager_for(proxy, **kwargs)
            if not proxy.lower().startswith("socks"):  # Those need connections of their own; they go unwatched.
                manager.pool_classes_by_scheme = pools
            return manager

        def send(self, request: "requests.PreparedRequest", *args: Any, **kwargs: Any) -> "requests.Response":
            witness = current.get()
            if witness is None:
                return super().send(request, *args, **kwargs)
            parts = urlsplit(request.url or "")
            method = request.method or "GET"
            exchange = Exchange(method, parts.hostname or "", parts.path, _is_deed(method, parts.path))
            if exchange.deed and witness.deed is not None:
                raise requests.exceptions.ConnectionError("one order, one request", request=request)
            if witness.out_of_time:
                raise requests.exceptions.ConnectTimeout("out of time", request=request)
            witness.exchanges.append(exchange)
            authorization = request.headers.get("Authorization", "")
            if isinstance(authorization, bytes):  # As the OAuth library leaves it.
                authorization = authorization.decode("latin-1")
            witness.hidden.update(word for word in authorization.split() if len(word) > 6)
            if exchange.deed:
                request.headers.update(witness.headers)
            if exchange.host in _THIS_MACHINE:  # A rehearsal stays here, whatever proxy the system names.
                kwargs["proxies"] = {}
            token = under_way.set(exchange)
            try:
                answer = super().send(request, *args, **kwargs)
                exchange.status = answer.status_code
                exchange.headers = {name.lower(): value for name, value in answer.headers.items()}
                _read(answer, exchange)
                exchange.whole = exchange.whole and not witness.out_of_time
            except Exception as error:
                exchange.trouble = kind_of(error)
                raise
            finally:
                under_way.reset(token)
            return answer

    return WitnessAdapter


def _read(answer: "requests.Response", exchange: Exchange) -> None:
    """Read the whole answer here, where a cut one can be told from a whole one."""
    import requests

    held = bytearray()
    for chunk in answer.iter_content(16_384):
        held += chunk
        if len(held) > LARGEST_ANSWER:
            answer.close()
            raise requests.exceptions.ContentDecodingError("the answer is too long")
    # As reading answer.content does; the plug-in finds it read.
    answer._content = bytes(held)
    exchange.body = bytes(held)
    # Python takes a head that breaks off for a whole one; without a body or its length there is no telling.
    framed = exchange.status == 204 or not {"content-length", "transfer-encoding"}.isdisjoint(exchange.headers)
    exchange.whole = framed or bool(held)


def kind_of(error: BaseException) -> str:
    """What stopped a connection, in one of our words."""
    import requests

    names: set[str] = set()
    seen: BaseException | None = error
    while seen is not None and len(names) < 20:
        names |= {kind.__name__ for kind in type(seen).__mro__}
        reason = getattr(seen, "reason", None) or next((a for a in seen.args if isinstance(a, BaseException)), None)
        seen = reason if isinstance(reason, BaseException) else seen.__cause__
    if isinstance(error, requests.exceptions.SSLError) or "SSLError" in names:
        return "tls"
    if "NameResolutionError" in names or "gaierror" in names:
        return "name"
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError)):
        return "unsendable"
    if isinstance(error, requests.exceptions.ProxyError):
        return "proxy"
    if "ConnectionRefusedError" in names:
        return "nobody"
    # The library's "no connection" is also one of its time-outs, by descent.
    if isinstance(error, requests.exceptions.Timeout) or (
        "TimeoutError" in names and "NewConnectionError" not in names
    ):
        return "timeout"
    return "broken"
