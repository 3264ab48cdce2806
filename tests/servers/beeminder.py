"""A small Beeminder on the loopback address that keeps state, and can be told to go wrong before or after it acted."""

import contextlib
import json
import re
import socketserver
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.servers.misbehaving import How

GOOD_TOKEN = "s3cretBeeToken-Xy9"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one question. ``acts``: whether it is carried out all the same.

    ``status`` and ``body`` replace what would have been said; ``how`` is the way it is delivered.
    """

    acts: bool
    how: How = How.WHOLE
    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Reads(StrEnum):
    """Where the token of a GET is looked for, which may differ from one server to the next."""

    BODY = "body"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it arrived; ``form`` holds query and body together."""

    method: str
    path: str
    headers: Mapping[str, str]
    form: Mapping[str, str]


class Beeminder:
    """One account's Beeminder at :attr:`url`; a context manager.

    ``charges`` and ``datapoints`` (by goal and requestid) are what really happened. :meth:`spoil` takes effect on the
    coming questions whose path contains a word.
    """

    def __init__(self, *, username: str = "ada", goals: tuple[str, ...] = ("leetcode", "gym")) -> None:
        self.username = username
        self.token = GOOD_TOKEN
        self.goals = list(goals)
        self.deadbeat = False
        self.reads = Reads.BODY
        self.charges: list[dict[str, object]] = []
        self.datapoints: dict[tuple[str, str], dict[str, object]] = {}
        self.asked: list[Asked] = []
        self.reached = threading.Event()
        """Set when a spoilt question has been read, and carried out if it is."""
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._faults: list[tuple[str, Fault]] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.beeminder = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-beeminder", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "Beeminder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The base address to give to the client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/v1"

    def spoil(self, word: str, *faults: Fault) -> None:
        """Let the next questions whose path contains ``word`` go wrong, one fault each."""
        with self._lock:
            self._faults += [(word, fault) for fault in faults]

    def close(self) -> None:
        """Stop; answers under way are broken off."""
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: Asked) -> tuple[int, object, Fault | None]:
        """Carry out one question, or not; gives what is said and what goes wrong with it."""
        with self._lock:
            self.asked.append(asked)
            at = next((i for i, (word, _) in enumerate(self._faults) if word in asked.path), None)
            fault = None if at is None else self._faults.pop(at)[1]
            status, document = (500, {}) if fault is not None and not fault.acts else self._said(asked)
        return status, document, fault

    def _said(self, asked: Asked) -> tuple[int, object]:
        token = asked.form.get("auth_token")
        if asked.method == "GET" and self.reads is Reads.HEADER:
            token = asked.headers.get("authorization", "").removeprefix("Bearer ") or None
        if token is None:
            return 401, {"errors": {"token": "no_token", "message": "No token."}}
        if token != self.token:
            return 401, {"errors": {"auth_token": "bad_token", "message": f"Nobody has the token {token}."}}
        path = urlsplit(asked.path).path.removeprefix("/api/v1")
        if (asked.method, path) == ("GET", "/users/me.json"):
            return 200, {"username": self.username, "timezone": "UTC", "deadbeat": self.deadbeat, "goals": self.goals}
        if (asked.method, path) == ("GET", "/users/me/goals.json"):
            return 200, [
                {"slug": slug, "title": slug.title(), "losedate": 1750000000 + i * 86400, "safebuf": i}
                for i, slug in enumerate(self.goals)
            ]
        if (asked.method, path) == ("POST", "/charges.json"):
            return self._charge(asked.form)
        found = re.fullmatch(r"/users/me/goals/([^/]+)/datapoints\.json", path)
        if asked.method == "POST" and found and unquote(found[1]) in self.goals:
            return self._datapoint(unquote(found[1]), asked.form)
        return 404, {"errors": {"message": "Nothing there."}}

    def _charge(self, form: Mapping[str, str]) -> tuple[int, object]:
        if form.get("user_id") != self.username:
            return 404, {"errors": {"message": "No such user."}}
        amount = float(form["amount"])
        if amount < 1:
            return 422, {"errors": {"message": "The amount is too small."}}
        charge: dict[str, object] = {
            "id": {"$oid": f"{len(self.charges) + 1:024x}"},
            "amount": amount,
            "note": form["note"],
            "status": None,
            "username": self.username,
        }
        if form.get("dryrun") != "true":
            self.charges.append(charge)
        return 200, charge

    def _datapoint(self, goal: str, form: Mapping[str, str]) -> tuple[int, object]:
        key = (goal, form["requestid"])
        point: dict[str, object] = {
            "value": float(form["value"]),
            "daystamp": form["daystamp"],
            "comment": form["comment"],
            "requestid": form["requestid"],
        }
        if self.datapoints.get(key) == point:
            return 422, {"errors": "duplicate datapoint"}
        self.datapoints[key] = point
        return 200, {**point, "id": f"{len(self.datapoints):024x}", "status": "created"}


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = True
    beeminder: Beeminder

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up, or was killed, is what many tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 10

    def handle(self) -> None:
        beeminder = self.server.beeminder
        words = self.rfile.readline().decode("latin-1").split()
        if len(words) != 3:
            return
        headers: dict[str, str] = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0"))).decode()
        form = dict(parse_qsl(urlsplit(words[1]).query) + parse_qsl(body))
        status, document, fault = beeminder.answer(Asked(words[0], words[1], headers, form))
        with contextlib.suppress(OSError):
            self._deliver(status, document, fault or Fault(acts=True))
            if fault is None:
                return
        beeminder.reached.set()

    def _deliver(self, status: int, document: object, fault: Fault) -> None:
        beeminder = self.server.beeminder
        if fault.how is How.SILENT:
            beeminder.reached.set()
            beeminder.closing.wait(10)
        if fault.how in {How.SILENT, How.HANG_UP}:
            return
        body = json.dumps(document).encode() if fault.body is None else fault.body
        lines = [
            f"HTTP/1.1 {fault.status or status} Said",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in fault.headers.items()),
        ]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + (body[: len(body) // 2] if fault.how is How.CUT else body))
