"""Mailboxes: connecting, testing, disconnecting them, finding a mail by its subject, looking for replies.

Every secret goes into the keyring and nowhere else. Methods block on network and keyring; for the network pool.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from exitzero.desktop.vault import Vault
from exitzero.net.http import HttpClient
from exitzero.truth.sent_mail import SentMail
from exitzero.truth.sent_mail_presets import Preset
from exitzero.work.outreach.views import FoundMail, MailboxView

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine


class Mail:
    """What can be done with mailboxes; as ``engine.mail``."""

    def __init__(self, engine: "Engine", vault: Vault, http: HttpClient | None, source: SentMail | None) -> None:
        self._engine = engine
        self._vault = vault
        self._http = http
        self._source = source

    @staticmethod
    def presets() -> tuple[Preset, ...]:
        """The services with what each needs, as the connect form offers them."""
        raise NotImplementedError

    def connect_imap(self, answers: Mapping[str, str]) -> MailboxView:
        """Log in once and connect the mailbox. ``answers``: address, host, port, security, user, password, own, folder.

        ``own`` holds further addresses of one's own, with commas between. Raises :class:`BadInput` at ``mail.address``,
        ``mail.host`` and so on, and :class:`SourceTrouble`. One try.
        """
        raise NotImplementedError

    def connect_gmail(self, address: str, client_id: str, client_secret: str, own: str = "") -> MailboxView:
        """Sign in at Google in the person's browser and connect the mailbox; blocks until they have, five minutes at
        most. Raises :class:`BadInput` at ``mail.address``, ``client_id`` and :class:`OutsideTrouble`.
        """
        raise NotImplementedError

    def cancel_sign_in(self) -> None:
        """Stop waiting for a sign-in; for any thread."""
        raise NotImplementedError

    def disconnect(self, address: str) -> None:
        """Forget a mailbox and its secret. Raises :class:`BadInput` while the contract names it, now or later."""
        raise NotImplementedError

    def test(self, address: str) -> str:
        """Log in with what is kept; gives what was found. Raises :class:`SourceTrouble`."""
        raise NotImplementedError

    def find(self, subject: str) -> tuple[FoundMail, ...]:
        """The mails of the running day with this subject, in every mailbox, newest first.

        Raises :class:`BadInput` on ``subject`` and :class:`SourceTrouble`.
        """
        raise NotImplementedError

    def check_replies(self) -> int:
        """Look for mails from targets that were written to; gives how many were new. Raises :class:`SourceTrouble`."""
        raise NotImplementedError
