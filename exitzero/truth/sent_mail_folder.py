"""The port to a mailbox: what sent mail, replies and a first try need of it, whoever answers.

Why it exists: IMAP and Gmail's own API are two ways to the same few headers, and nothing that judges may depend on
which of them was gone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exitzero.truth.sent_mail_headers import MailRow


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a mailbox. All mails of the stretch that was asked for since ``complete_since`` are in ``rows``.

    ``server_at`` is the server's own time at the answer, ``None`` where the protocol tells none.
    """

    folders: tuple[str, ...]
    rows: tuple[MailRow, ...]
    complete_since: datetime
    server_at: datetime | None


@dataclass(frozen=True, slots=True)
class TryOut:
    """What a first log-in saw: the folder of sent mail, how many mails are in it, and the server's own greeting."""

    folder: str
    messages: int
    words: str


class SentFolder(Protocol):
    """One mailbox's sent mail. Every call connects, reads headers only and closes; raises :class:`SourceTrouble`."""

    def read(self, since: datetime, until: datetime, words: tuple[str, ...]) -> Look:
        """All sent mails with ``since <= at < until``.

        ``words`` may only spare the server work: leaving a mail out that holds one of them is never allowed.
        """
        ...

    def received(self, since: datetime, senders: Collection[str]) -> Look:
        """The mails since then that came from one of ``senders`` (lower-case addresses)."""
        ...

    def try_out(self) -> TryOut:
        """Log in once and look for the folder."""
        ...
