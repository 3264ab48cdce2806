"""How calendars outside are reached: the one HTTP client, the secrets of the keyring, and each service's own way.

Why it exists: a sign-in is kept with the calendar that it is for, as one secret, so that disconnecting leaves nothing.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.desktop.vault import Vault
from exitzero.engine.calendar_sync import Service
from exitzero.net.http import HttpClient
from exitzero.net.oauth import OAuthClient, TokenKeeper, Tokens, revoke, sign_in
from exitzero.truth.calendars.caldav import CalDav
from exitzero.truth.calendars.caldav_account import CalDavAccount
from exitzero.truth.calendars.google import HOME, GoogleCalendar, oauth_client
from exitzero.truth.calendars.subscription import Subscription


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in to Google that is not kept yet."""

    client_id: str
    client_secret: str = field(repr=False)
    tokens: Tokens = field(repr=False)


class Access:
    """The ways out, for :class:`exitzero.engine.calendars.Calendars`. Methods may block on the keyring."""

    def __init__(
        self,
        http: HttpClient,
        vault: Vault,
        *,
        now: Callable[[], datetime],
        google_url: str = HOME,
        google_client: Callable[[str, str], OAuthClient] = oauth_client,
    ) -> None:
        self._http = http
        self._vault = vault
        self._now = now
        self._google_url = google_url
        self._google_client = google_client
        self._guard = threading.Lock()

    def subscription(self) -> Subscription:
        """The reader of addresses."""
        return Subscription(self._http, secret=self._vault.get)

    @staticmethod
    def secret_of(calendar: str) -> str:
        """The name in the keyring under which the secret of a calendar is kept."""
        return f"calendar.{calendar}"

    def moved(self, calendar: str, address: str) -> None:
        """A calendar has another address from now on."""
        self._vault.set(self.secret_of(calendar), address)

    def caldav(self, account: CalDavAccount, *, zone: str) -> CalDav:
        """An account that is given by hand."""
        return CalDav(self._http, account, zone=zone)

    def caldav_secret(self, account: CalDavAccount, remote: str) -> str:
        """What is kept of a calendar of an account."""
        return json.dumps({"account": account.to_text(), "remote": remote})

    def service(self, calendar: str, kind: str, zone: str) -> Service:
        """A calendar of an account. Raises :class:`OutsideTrouble` if its secret is gone."""
        kept = self._kept(calendar)
        if kind == "caldav":
            account = CalDavAccount.from_text(str(kept.get("account", "")))
            return Service(self.caldav(account, zone=zone), str(kept.get("remote", "")))
        client = self._google_client(str(kept.get("client_id", "")), str(kept.get("client_secret", "")))
        keeper = TokenKeeper(
            client,
            self._http,
            load=lambda: str(self._kept(calendar).get("tokens", "")),
            save=lambda text: self._save_tokens(calendar, text),
            now=self._now,
        )
        return Service(self._google(keeper, zone), str(kept.get("remote", "")))

    def sign_in(
        self,
        client_id: str,
        client_secret: str,
        *,
        now: Callable[[], datetime],
        cancelled: threading.Event,
        open_browser: Callable[[str], object] | None = None,
    ) -> SignedIn:
        """Let the person sign in to Google. Raises :class:`BadInput` at the field, :class:`OutsideTrouble`."""
        from exitzero.desktop.browser import open_url

        client = self._google_client(client_id, client_secret)
        tokens = sign_in(client, self._http, open_browser=open_browser or open_url, now=now, cancelled=cancelled)
        return SignedIn(client_id.strip(), client_secret.strip(), tokens)

    def google_once(self, signed_in: SignedIn, *, zone: str, now: Callable[[], datetime]) -> GoogleCalendar:
        """Google with a sign-in that is not kept yet."""
        held = [signed_in.tokens.to_text()]
        client = self._google_client(signed_in.client_id, signed_in.client_secret)
        return self._google(TokenKeeper(client, self._http, load=lambda: held[-1], save=held.append, now=now), zone)

    @staticmethod
    def google_secret(signed_in: SignedIn, remote: str) -> str:
        """What is kept of a Google calendar."""
        return json.dumps(
            {
                "client_id": signed_in.client_id,
                "client_secret": signed_in.client_secret,
                "tokens": signed_in.tokens.to_text(),
                "remote": remote,
            }
        )

    def sign_in_of(self, calendar: str) -> str | None:
        """What tells one sign-in to Google from another; ``None`` for a calendar without."""
        try:
            return Tokens.from_text(str(self._kept(calendar).get("tokens", ""))).refresh
        except (OutsideTrouble, BadInput):
            return None

    def revoke(self, calendar: str) -> None:
        """Take the permission back at Google. Raises :class:`OutsideTrouble`."""
        kept = self._kept(calendar)
        client = self._google_client(str(kept.get("client_id", "")), str(kept.get("client_secret", "")))
        revoke(client, self._http, Tokens.from_text(str(kept.get("tokens", ""))))

    def _google(self, keeper: TokenKeeper, zone: str) -> GoogleCalendar:
        return GoogleCalendar(
            self._http, bearer=keeper.bearer, renewed=keeper.renewed, zone=zone, base_url=self._google_url
        )

    def _save_tokens(self, calendar: str, text: str) -> None:
        with self._guard:
            self._vault.set(self.secret_of(calendar), json.dumps({**self._kept(calendar), "tokens": text}))

    def _kept(self, calendar: str) -> dict[str, Any]:
        try:
            found = json.loads(self._vault.get(self.secret_of(calendar)) or "")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise OutsideTrouble(
                "The sign-in of this calendar is not in the keyring.", "Connect it again.", reason="no_address"
            )
        return found
