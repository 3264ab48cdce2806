"""Signing in to a service through the person's own browser: OAuth 2.0 with PKCE and a loopback redirect (RFC 8252).

Why it exists: a calendar, and the account later, need tokens that the person can take back, and what may go wrong
with them is the same everywhere. Authlib builds the questions (PKCE, grants); they travel through the one HTTP client.
No secret stands in an address, an error or a log; the authorize address holds public parts only.
"""

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.net.http import Answer, HttpClient, is_loopback
from exitzero.net.politeness import FIRST_PAUSE, parse_retry_after

#: A token with less life than this is renewed before it is used.
SPARE = timedelta(seconds=60)
_FORM = "application/x-www-form-urlencoded"
_LONGEST_LIFE = timedelta(days=3650)
_KNOWN_ERRORS = frozenset(
    {
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "admin_policy_enforced",
        "org_internal",
    }
)


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A service and how this program is registered with it; ``name`` is the service's, as the person knows it.

    ``authorize_url`` may carry fixed questions of the service's own (``?access_type=offline``). ``client_secret`` and
    ``revoke_url`` may be empty. :class:`BadInput` if an address is neither https nor this machine, or the id is empty.
    """

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    revoke_url: str
    scopes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.client_id.strip():
            raise BadInput("client_id", "The client ID is needed.")
        for name in ("authorize_url", "token_url", "revoke_url"):
            url = getattr(self, name)
            if url or name != "revoke_url":
                _check_address(url, field=name)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a service gave out. ``expires_at`` is UTC, ``None`` if it was not told; ``refresh`` may be empty."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime | None
    scope: str

    def to_text(self) -> str:
        """One line for the vault; it holds the secrets."""
        return json.dumps(
            {
                "access": self.access,
                "refresh": self.refresh,
                "expires_at": self.expires_at.isoformat() if self.expires_at else None,
                "scope": self.scope,
            }
        )

    @classmethod
    def from_text(cls, text: str) -> "Tokens":
        """What :meth:`to_text` wrote; :class:`BadInput` (field ``tokens``) if it is anything else."""
        try:
            told = json.loads(text)
            expires = datetime.fromisoformat(told["expires_at"]).astimezone(UTC) if told["expires_at"] else None
            tokens = cls(access=told["access"], refresh=told["refresh"], expires_at=expires, scope=told["scope"])
            sound = all(isinstance(part, str) for part in (tokens.access, tokens.refresh, tokens.scope))
        except (ValueError, TypeError, KeyError, RecursionError):
            sound = False
            tokens = None
        if not sound or tokens is None:
            raise BadInput("tokens", "The stored sign-in cannot be read. Sign in again.")
        return tokens


def sign_in(
    client: OAuthClient,
    http: HttpClient,
    *,
    open_browser: Callable[[str], object],
    now: Callable[[], datetime],
    cancelled: threading.Event,
    wait_seconds: float = 300.0,
) -> Tokens:
    """Let the person sign in with their browser; blocks until they have, at most ``wait_seconds``.

    ``open_browser`` gives back ``False`` if it could not. Raises :class:`OutsideTrouble` with reason ``denied`` (they
    said no, or not to everything), ``cancelled``, ``timeout``, ``refused`` (the service does not take this client),
    ``no_browser``, or one of the network.
    """
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    from exitzero.net.oauth_landing import Landing

    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    with Landing(state) as landing:
        shown = open_browser(
            prepare_grant_uri(
                client.authorize_url,
                client_id=client.client_id,
                response_type="code",
                redirect_uri=landing.url,
                scope=" ".join(client.scopes),
                state=state,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )
        if shown is False:
            raise OutsideTrouble(
                "No browser could be opened for the sign-in.", "Start ExitZero on a desktop.", reason="no_browser"
            )
        told = landing.wait(seconds=wait_seconds, monotonic=http.monotonic, cancelled=cancelled)
        redirect = landing.url
    if told is None:
        if cancelled.is_set():
            raise OutsideTrouble("The sign-in was cancelled.", "Nothing was changed.", reason="cancelled")
        raise OutsideTrouble(
            f"{client.name} did not come back from the browser in time.", "Start the sign-in again.", reason="timeout"
        )
    if "error" in told:
        raise _not_allowed(client, told["error"])
    asked_at = now()
    form = {"code": told["code"], "redirect_uri": redirect, "code_verifier": verifier}
    tokens = _ask_token(client, http, "authorization_code", form, asked_at=asked_at)
    granted = frozenset(tokens.scope.split())
    if missing := [scope for scope in client.scopes if scope not in granted]:
        raise OutsideTrouble(
            f"{client.name} was not allowed everything that is needed.",
            f"Sign in again and leave every box ticked ({len(missing)} missing).",
            reason="denied",
        )
    return tokens


def refreshed(client: OAuthClient, http: HttpClient, tokens: Tokens, now: datetime) -> Tokens:
    """Tokens with a new life; the old refresh token stays unless a new one is given.

    Raises :class:`OutsideTrouble` with reason ``refused`` and no next try if the person has to sign in again.
    """
    if not tokens.refresh:
        raise _sign_in_again(client)
    return _ask_token(client, http, "refresh_token", {"refresh_token": tokens.refresh}, asked_at=now, old=tokens)


def revoke(client: OAuthClient, http: HttpClient, tokens: Tokens) -> None:
    """Take the permission back at the service; one that it does not know any more is no error.

    Does nothing for a service without such an address. Raises :class:`OutsideTrouble`.
    """
    if not client.revoke_url:
        return
    # The refresh token takes its access tokens with it.
    form = {"token": tokens.refresh or tokens.access}
    form["token_type_hint"] = "refresh_token" if tokens.refresh else "access_token"
    answer = _post(client, http, client.revoke_url, form)
    if answer.status == 200 or (answer.status == 400 and _word(answer) in {"invalid_token", "invalid_grant"}):
        return
    raise _trouble(client, answer)


class TokenKeeper:
    """Keeps one sign-in usable: gives a bearer that is still good, renewing and saving it when it is not.

    ``load`` and ``save`` read and write the text in the vault; ``load`` is asked each time, so that a new sign-in
    counts at once. Safe from several threads: only one renews. Every call may block.
    """

    def __init__(
        self,
        client: OAuthClient,
        http: HttpClient,
        *,
        load: Callable[[], str | None],
        save: Callable[[str], object],
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._http = http
        self._load = load
        self._save = save
        self._now = now
        self._lock = threading.Lock()

    def bearer(self) -> str:
        """A token good for a minute at least. Raises :class:`OutsideTrouble`; ``refused`` means: sign in again."""
        with self._lock:
            tokens = self._tokens()
            if tokens.expires_at is not None and tokens.expires_at - self._now() < SPARE:
                tokens = self._renew(tokens)
            return tokens.access

    def renewed(self, refused: str) -> str:
        """Another token than ``refused``, which the service did not take although its time was not over."""
        with self._lock:
            tokens = self._tokens()
            # Another thread may have been faster.
            return tokens.access if tokens.access != refused else self._renew(tokens).access

    def _tokens(self) -> Tokens:
        text = self._load()
        if not text:
            raise _sign_in_again(self._client)
        try:
            return Tokens.from_text(text)
        except BadInput:
            raise _sign_in_again(self._client) from None

    def _renew(self, tokens: Tokens) -> Tokens:
        new = refreshed(self._client, self._http, tokens, self._now())
        self._save(new.to_text())
        return new


# ---------------------------------------------------------------------------------------------- inside


def _ask_token(
    client: OAuthClient,
    http: HttpClient,
    grant: str,
    form: Mapping[str, str],
    *,
    asked_at: datetime,
    old: Tokens | None = None,
) -> Tokens:
    answer = _post(client, http, client.token_url, {"grant_type": grant, **form})
    document = _document(answer)
    if answer.status != 200 or "error" in document:
        raise _trouble(client, answer, renewing=old is not None)
    access, kind = document.get("access_token"), document.get("token_type", "Bearer")
    if not isinstance(access, str) or not access or not isinstance(kind, str) or kind.lower() != "bearer":
        raise OutsideTrouble(
            f"{client.name} answered the sign-in in a way that cannot be read.",
            "Try again later, or look for a new version of ExitZero.",
            reason="schema_changed",
            retry_after=FIRST_PAUSE,
        )
    refresh, scope = document.get("refresh_token"), document.get("scope")
    return Tokens(
        access=access,
        refresh=refresh if isinstance(refresh, str) and refresh else (old.refresh if old else ""),
        expires_at=_end_of_life(document.get("expires_in"), asked_at),
        # No scope in the answer means: what was asked for (RFC 6749, 5.1).
        scope=scope if isinstance(scope, str) else (old.scope if old else " ".join(client.scopes)),
    )


def _end_of_life(seconds: object, asked_at: datetime) -> datetime | None:
    """Counted from when it was asked, so that a slow answer never makes a token look younger than it is."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        life = timedelta(seconds=float(seconds))
    except (ValueError, OverflowError):
        return None
    return asked_at.astimezone(UTC) + min(max(life, timedelta(0)), _LONGEST_LIFE)


def _post(client: OAuthClient, http: HttpClient, url: str, form: Mapping[str, str]) -> Answer:
    secret = {"client_secret": client.client_secret} if client.client_secret else {}
    content = urlencode({**form, "client_id": client.client_id, **secret}).encode()
    return http.request("POST", url, headers={"Content-Type": _FORM, "Accept": "application/json"}, content=content)


def _document(answer: Answer) -> Mapping[str, object]:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _word(answer: Answer) -> str:
    """The service's own word for what is wrong, if it is one that is known: a text of its own could quote a secret."""
    word = _document(answer).get("error")
    return word if isinstance(word, str) and word in _KNOWN_ERRORS | {"invalid_token"} else ""


def _trouble(client: OAuthClient, answer: Answer, *, renewing: bool = False) -> OutsideTrouble:
    word = _word(answer)
    seen = f"(Seen: status {answer.status}{f', {word}' if word else ''}.)"
    if answer.status == 429 or answer.status >= 500 or word in {"server_error", "temporarily_unavailable"}:
        told = parse_retry_after(
            answer.headers.get("retry-after"), now=answer.server_at or datetime(2000, 1, 1, tzinfo=UTC)
        )
        return OutsideTrouble(
            f"{client.name} cannot sign anybody in just now.",
            f"It is tried again by itself. {seen}",
            reason="rate_limited" if answer.status == 429 else "server_error",
            retry_after=max(told or FIRST_PAUSE, FIRST_PAUSE),
        )
    if word in {"invalid_client", "unauthorized_client"}:
        return OutsideTrouble(
            f"{client.name} does not know this client ID, or its secret is wrong.",
            f"Check the client ID and secret in the settings. {seen}",
            reason="refused",
        )
    if word == "invalid_grant":
        return (
            _sign_in_again(client)
            if renewing
            else OutsideTrouble(
                f"{client.name} did not accept the sign-in.", f"Start it again. {seen}", reason="refused"
            )
        )
    return OutsideTrouble(f"{client.name} refused the sign-in.", f"Sign in again. {seen}", reason="refused")


def _sign_in_again(client: OAuthClient) -> OutsideTrouble:
    return OutsideTrouble(
        f"{client.name} does not let ExitZero in any more.", "Please sign in again.", reason="refused"
    )


def _not_allowed(client: OAuthClient, word: str) -> OutsideTrouble:
    if word == "access_denied":
        return OutsideTrouble(
            f"{client.name} was not given permission in the browser.",
            "Nothing was changed. Sign in again if that was a mistake.",
            reason="denied",
        )
    seen = f" (Seen: {word}.)" if word in _KNOWN_ERRORS else ""
    return OutsideTrouble(
        f"{client.name} refused to begin the sign-in.", f"Check the client ID in the settings.{seen}", reason="refused"
    )


def _check_address(url: str, *, field: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise BadInput(field, "This is not an address.") from None
    host = parts.hostname or ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise BadInput(field, "The address has to begin with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadInput(field, "The address may name a host and a path only.")
