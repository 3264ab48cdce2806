"""A small authorization server on the loopback address that is strict: PKCE, exact redirects, codes that work once,
refresh tokens that change with each use, revocation. It can also play the person who says no."""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENT_ID = "desktop-client"
CLIENT_SECRET = "s3cret-of-the-client"
SCOPE = "calendar.events"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for until it is used."""

    redirect_uri: str
    challenge: str
    scope: str


class OAuthServer:
    """A service to sign in to, at :attr:`url`; a context manager.

    ``deny`` answers as if the person had said no, ``grants`` replaces the scope that is granted, ``down`` answers 503,
    ``rotates`` False gives no new refresh token. ``access`` and ``refresh`` are what is good now. ``asked`` are the
    bodies and targets that arrived.
    """

    def __init__(self) -> None:
        self.deny = False
        self.down = False
        self.rotates = True
        self.grants: str | None = None
        self.life = 3600
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.refusals: list[str] = []
        self._codes: dict[str, Grant] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.oauth = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-oauth-server", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "OAuthServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def browser(self, address: str) -> tuple[int, str]:
        """Do what a person's browser does with the authorize address; gives what the last page said."""
        request = urllib.request.Request(address, headers={"User-Agent": "browser"})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    # ------------------------------------------------------------------------------------------ inside

    def authorize(self, told: Mapping[str, str]) -> tuple[int, str]:
        """The redirect, or an error page for whoever may not be redirected to."""
        redirect = urlsplit(told.get("redirect_uri", ""))
        if told.get("client_id") != CLIENT_ID or redirect.hostname != "127.0.0.1" or redirect.path != "/":
            return 400, "unknown client or redirect"
        back: dict[str, str] = {"state": told.get("state", "")}
        if told.get("response_type") != "code" or told.get("code_challenge_method") != "S256":
            back["error"] = "invalid_request"
        elif self.deny:
            back["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe(16)
            with self._lock:
                self._codes[code] = Grant(told["redirect_uri"], told["code_challenge"], self.grants or told["scope"])
            back["code"] = code
        return 302, f"{told['redirect_uri']}?{urlencode(back)}"

    def token(self, told: Mapping[str, str]) -> tuple[int, Mapping[str, object]]:
        """The token address."""
        if self.down:
            return 503, {}
        if (told.get("client_id"), told.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        with self._lock:
            if told["grant_type"] == "refresh_token":
                return self._refresh(told["refresh_token"])
            grant = self._codes.pop(told.get("code", ""), None)
            digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if grant is None:
                return self._refuse("the code is unknown or was used")
            if grant.challenge != challenge:
                return self._refuse("the verifier does not fit")
            if grant.redirect_uri != told.get("redirect_uri"):
                return self._refuse("another redirect address")
            return 200, {**self._give(), "refresh_token": self._new_refresh(), "scope": grant.scope}

    def revoke(self, told: Mapping[str, str]) -> tuple[int, Mapping[str, object]]:
        """The revocation address."""
        with self._lock:
            known = told.get("token") in self.refresh | self.access
            self.refresh.discard(told.get("token", ""))
            self.access.clear()
        return (200, {}) if known else (400, {"error": "invalid_token", "error_description": f"{told.get('token')}"})

    def _refresh(self, token: str) -> tuple[int, Mapping[str, object]]:
        if token not in self.refresh:
            return self._refuse(f"the refresh token {token} is not good")
        if not self.rotates:
            return 200, self._give()
        self.refresh.discard(token)
        return 200, {**self._give(), "refresh_token": self._new_refresh()}

    def _give(self) -> dict[str, object]:
        token = f"access-{secrets.token_urlsafe(12)}"
        self.access = {token}
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.life}

    def _new_refresh(self) -> str:
        token = f"refresh-{secrets.token_urlsafe(12)}"
        self.refresh.add(token)
        return token

    def _refuse(self, words: str) -> tuple[int, Mapping[str, object]]:
        self.refusals.append(words)
        return 400, {"error": "invalid_grant", "error_description": words}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    oauth: OAuthServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        told = dict(parse_qsl(parts.query))
        self.server.oauth.asked.append((self.path, told))
        status, where = self.server.oauth.authorize(told) if parts.path == "/authorize" else (404, "nothing here")
        self._say(status, where.encode(), {"Location": where} if status == 302 else {})

    def do_POST(self) -> None:
        told = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()))
        self.server.oauth.asked.append((self.path, told))
        answers = {"/token": self.server.oauth.token, "/revoke": self.server.oauth.revoke}
        status, document = answers[self.path](told)
        self._say(status, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Silence."""
