"""Access tokens for Gmail accounts, by OAuth with a client of the person's own.

Why it exists: a mailbox's secret names the client that it was signed in with, while the tokens themselves change every
hour and stand beside it; so the mailbox stays the same mailbox when a token is renewed.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from exitzero.core.errors import BadInput
from exitzero.core.observation import SourceTrouble
from exitzero.net.http import HttpClient
from exitzero.net.oauth import OAuthClient, TokenKeeper, Tokens
from exitzero.truth import sent_mail_trouble as trouble
from exitzero.truth.gmail import SCOPE
from exitzero.truth.sent_mail_account import MailAccount

_CLIENT_ID_END = ".apps.googleusercontent.com"


class Vault(Protocol):
    """Where the sign-ins are kept."""

    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str) -> None: ...


def oauth_client(client_id: str, client_secret: str) -> OAuthClient:
    """The person's own OAuth client, for :func:`exitzero.net.oauth.sign_in`; :class:`BadInput` at the field."""
    client_id, client_secret = client_id.strip(), client_secret.strip()
    if not client_id.endswith(_CLIENT_ID_END) or any(sign <= " " for sign in client_id):
        raise BadInput("client_id", f"Google's client IDs end in {_CLIENT_ID_END}.")
    if not client_secret or any(sign <= " " for sign in client_secret):
        raise BadInput("client_secret", "Google wants the client secret too; it stands beside the client ID.")
    return OAuthClient(
        name="Google",
        client_id=client_id,
        client_secret=client_secret,
        # Without these two there is no refresh token, or none at the second sign-in.
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        revoke_url="https://oauth2.googleapis.com/revoke",
        scopes=(SCOPE,),
    )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a Gmail account's ``tokens`` hold: with which client, and in which secret the tokens stand."""

    client_id: str
    client_secret: str = field(repr=False)
    place: str

    def to_text(self) -> str:
        """As it stands in the account."""
        return json.dumps({"id": self.client_id, "secret": self.client_secret, "place": self.place})

    @classmethod
    def of(cls, account: MailAccount) -> "SignedIn":
        """What the account holds; :class:`SourceTrouble` if it was never signed in."""
        try:
            told = json.loads(account.tokens)
            return cls(str(told["id"]), str(told["secret"]), str(told["place"]))
        except (ValueError, TypeError, KeyError):
            raise trouble.not_connected(account.address) from None


class GmailTokens:
    """Good access tokens for every Gmail account, renewed when their time is over. Safe from several threads."""

    def __init__(
        self,
        http: HttpClient,
        vault: Vault,
        *,
        now: Callable[[], datetime],
        client: Callable[[str, str], OAuthClient] = oauth_client,
    ) -> None:
        self._http = http
        self._vault = vault
        self._now = now
        self.client = client
        self._lock = threading.Lock()
        self._keepers: dict[SignedIn, TokenKeeper] = {}

    def bearer(self, account: MailAccount) -> str:
        """A token that is good now. May block; raises :class:`OutsideTrouble`."""
        signed = SignedIn.of(account)
        with self._lock:
            keeper = self._keepers.get(signed)
            if keeper is None:
                keeper = self._keepers[signed] = TokenKeeper(
                    self.client(signed.client_id, signed.client_secret),
                    self._http,
                    load=lambda: self._vault.get(signed.place),
                    save=lambda text: self._vault.set(signed.place, text),
                    now=self._now,
                )
        return keeper.bearer()

    def keep(self, signed: SignedIn, tokens: Tokens) -> None:
        """Put the tokens of a sign-in where they are looked for."""
        self._vault.set(signed.place, tokens.to_text())

    def tokens(self, account: MailAccount) -> tuple[OAuthClient, Tokens] | None:
        """What a sign-in left, for taking it back at Google; ``None`` if nothing is there."""
        try:
            signed = SignedIn.of(account)
            text = self._vault.get(signed.place)
            return (self.client(signed.client_id, signed.client_secret), Tokens.from_text(text)) if text else None
        except (BadInput, SourceTrouble):
            return None
