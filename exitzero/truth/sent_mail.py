"""Sent mail as a truth source: mails about the person's own subject words that went to somebody else.

Why it exists: it turns the headers of a mailbox's sent mail into dated observations. What is asked is decided by the
mailbox's kind (IMAP or Gmail's own API, two adapters of one port), what counts by the rules in ``sent_mail_headers``,
and a mailbox is believed only as a whole: any trouble is a :class:`SourceTrouble`, never a smaller number.

What it can and cannot say: the instant of a mail is the one at which the server took it into the folder, so it counts
what the server shows. Each Message-ID counts once, at its earliest instant. A mail that is deleted or moved later stays
counted by the observation that was recorded. IMAP tells no time of the server's, so the time at which it was asked
stands for it. Subjects of mails that hold none of the words are not kept, only how many there were.
"""

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.finding import SLACK, SOURCE_LAG
from exitzero.core.observation import (
    Evidence,
    Observation,
    PollRequest,
    PollResult,
    Profile,
    SourceTrouble,
)
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient, is_loopback
from exitzero.truth import sent_mail_headers as headers
from exitzero.truth import sent_mail_trouble as trouble
from exitzero.truth.gmail import HOME as GMAIL_HOME
from exitzero.truth.gmail import GmailFolder
from exitzero.truth.graphql import check_base, origin_of
from exitzero.truth.sent_mail_account import Kind, MailAccount, Secrets, secret_name
from exitzero.truth.sent_mail_folder import Look, SentFolder, TryOut
from exitzero.truth.sent_mail_headers import MailRow
from exitzero.truth.sent_mail_imap import ImapFolder

NAME = "sent_mail"
PARSER = "sent_mail/1"

#: No further back is ever asked: contracts look at days and weeks.
FURTHEST = timedelta(days=31)
_OK = 200

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail that came from somebody who was written to; ``in_reply_to`` are the Message-IDs that it answers."""

    message_id: str
    at: datetime
    sender: str
    subject: str
    in_reply_to: tuple[str, ...]


class SentMail:
    """The person's sent mail, whatever mailboxes they have connected; ``PollRequest.subject`` is a mailbox's address.

    Safe from several threads; one mailbox is asked by one at a time. ``gmail_token`` gives a valid access token for a
    Gmail account, and may block and raise :class:`OutsideTrouble`. ``http`` should not pause long between requests to
    Gmail, where every new mail is a request of its own. :class:`BadInput` if ``gmail_url`` is no address.
    """

    def __init__(
        self,
        secrets: Secrets,
        http: HttpClient,
        *,
        gmail_token: Callable[[MailAccount], str] | None = None,
        gmail_url: str = GMAIL_HOME,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        timeout: float = 15.0,
    ) -> None:
        self._secrets = secrets
        self._http = http
        self._gmail_token = gmail_token
        self._gmail_url = check_base(gmail_url, field="mail.gmail_url")
        self._tls = tls
        self._timeout = timeout
        self._state = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._refused: dict[str, str] = {}
        self._gmail: dict[str, GmailFolder] = {}
        self._stand_in = False

    def use_tokens(self, give: Callable[[MailAccount], str]) -> None:
        """Have the access tokens of Gmail accounts from ``give`` from now on; for whoever signs in."""
        self._gmail_token = give

    @property
    def name(self) -> str:
        """``sent_mail``."""
        return NAME

    @property
    def origin(self) -> str:
        """Words, since every mailbox has an address of its own; which one it was stands in the evidence."""
        return "your own mailbox"

    @property
    def official(self) -> bool:
        """False from when a mailbox on this machine was asked."""
        with self._state:
            return not self._stand_in

    def poll(self, request: PollRequest) -> PollResult:
        """Ask now; see :class:`exitzero.core.observation.TruthSource`."""
        account = self._account(request.subject)
        since = _since(request)
        until = request.asked_at + SLACK
        look = self._asked(account, lambda folder: folder.read(since, until, request.words))
        return _result(self._evidence(account, look, request), request)

    def reread(self, evidence: Evidence, request: PollRequest) -> PollResult:
        """Read a stored answer as :meth:`poll` would. Needs neither mailbox nor keyring.

        Only mails with the words of that day were kept, so with other words it vouches for nothing.
        """
        return _result(evidence, request)

    def try_out(self, account: MailAccount) -> TryOut:
        """Log in once with what was typed, whether or not it was refused before; raises :class:`SourceTrouble`."""
        return self._asked(account, lambda folder: folder.try_out(), wished=True)

    def replies(self, address: str, *, since: datetime, senders: Collection[str]) -> tuple[Reply, ...]:
        """The mails from ``senders`` that came since then, oldest first; raises :class:`SourceTrouble`."""
        look = self._asked(self._account(address), lambda folder: folder.received(since, senders))
        seen: dict[str, Reply] = {}
        for row in look.rows:
            if row.at >= since:
                reply = Reply(row.message_id, row.at, row.sender, headers.title_of(row), row.in_reply_to)
                seen.setdefault(row.message_id, reply)
        return tuple(seen.values())

    def find(self, address: str, *, subject: str, span: Span) -> tuple[Observation, ...]:
        """The sent mails of ``span`` with ``subject`` (or a part of it, in whole words), as a poll would tell them.

        Raises :class:`SourceTrouble`, and :class:`BadInput` (field ``subject``) if there is nothing to look for.
        """
        if not headers.compared(subject):
            raise BadInput("subject", "Paste the subject of the mail.")
        account = self._account(address)
        look = self._asked(account, lambda folder: folder.read(span.start, span.end, (subject,)))
        if look.complete_since > span.start:
            raise trouble.inconsistent(account.host or "Gmail", "there are too many mails in that time")
        return _observations(look.rows, words=(subject,), own=_own(account), subject=account.address)

    # ------------------------------------------------------------------------------------------ asking

    def _account(self, address: str) -> MailAccount:
        try:
            kept = self._secrets.get(secret_name(address))
        except OutsideTrouble as locked:
            raise SourceTrouble(locked.title, locked.advice, reason="refused", retry_after=locked.retry_after) from None
        if not kept:
            raise trouble.not_connected(address)
        try:
            return MailAccount.from_text(kept)
        except BadInput:
            raise trouble.not_connected(address) from None

    def _asked(self, account: MailAccount, question: Callable[[SentFolder], _Told], *, wished: bool = False) -> _Told:
        """Put a question to a mailbox, unless its password is known to be wrong and nobody ``wished`` to try again."""
        key = account.address.lower()
        with self._state:
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            with self._state:
                if not wished and self._refused.get(key) == account.mark:
                    raise trouble.refused_before(account.host)
                self._stand_in |= not self._where(account)[1]
            try:
                told = question(self._folder(account))
            except trouble.PasswordRefused:
                with self._state:
                    self._refused[key] = account.mark
                raise
            with self._state:
                self._refused.pop(key, None)
            return told

    def _folder(self, account: MailAccount) -> SentFolder:
        if account.kind is Kind.IMAP:
            return ImapFolder(account, tls=self._tls, timeout=self._timeout)
        give = self._gmail_token
        if give is None:
            raise trouble.not_connected(account.address)
        with self._state:
            # Kept, because it remembers the mails that it has read.
            folder = self._gmail.get(account.mark)
            if folder is None:
                folder = GmailFolder(self._http, account=account, token=give, base_url=self._gmail_url)
                self._gmail[account.mark] = folder
        return folder

    def _where(self, account: MailAccount) -> tuple[str, bool]:
        """The address that is asked, and whether it is a service's own and not one on this machine."""
        if account.kind is Kind.IMAP:
            return account.origin, not is_loopback(account.host)
        origin = origin_of(self._gmail_url)
        return origin, origin == GMAIL_HOME

    def _evidence(self, account: MailAccount, look: Look, request: PollRequest) -> Evidence:
        """The rows that were considered. Nothing of the moment stands in it, so that the same mailbox is kept once."""
        own = _own(account)
        body = json.dumps(
            {
                "folders": look.folders,
                "complete_since": look.complete_since.isoformat(),
                "looked_at": len(look.rows),
                "words": sorted(request.words),
                "own": own,
                "rows": [_to_plain(row) for row in look.rows if headers.holds(row.subject, request.words)],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode("utf-8", "replace")
        origin, official = self._where(account)
        return Evidence(
            digest=hashlib.sha256(body).hexdigest(),
            body=body,
            content_type="application/json",
            status=_OK,
            origin=origin,
            official=official,
            parser=PARSER,
            asked_at=request.asked_at,
            server_at=look.server_at,
        )


# ---------------------------------------------------------------------------------------------- judging


def _since(request: PollRequest) -> datetime:
    return max(request.since, request.asked_at - FURTHEST)


def _own(account: MailAccount) -> list[str]:
    user = (account.user,) if "@" in account.user else ()
    return sorted({headers.own_form(each) for each in (account.address, *user, *account.own)})


def _observations(
    rows: Sequence[MailRow], *, words: Collection[str], own: Collection[str], subject: str
) -> tuple[Observation, ...]:
    """What counts of the rows, oldest first, each Message-ID once."""
    seen: dict[str, Observation] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.uid)):
        others = headers.outside(row, own)
        if row.message_id in seen or not others or not headers.holds(row.subject, words):
            continue
        seen[row.message_id] = Observation(
            source=NAME,
            subject=subject,
            key=row.message_id,
            at=row.at,
            item=", ".join(others),
            title=headers.title_of(row),
        )
    return tuple(seen.values())


def _result(evidence: Evidence, request: PollRequest) -> PollResult:
    """A kept answer as a result; a pure function of the answer and what was asked."""
    try:
        told = json.loads(evidence.body)
        rows = [_from_plain(row) for row in told["rows"]]
        own = [str(each) for each in told["own"]]
        asked_for = {headers.compared(str(word)) for word in told["words"]}
        start = _instant(told["complete_since"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SourceTrouble(
            "What was kept of the mailbox cannot be read.", "", reason="schema_changed", evidence=evidence
        ) from None
    wanted = {headers.compared(word) for word in request.words} - {""}
    server_at = evidence.server_at or evidence.asked_at
    # Mails were asked for up to a little after our own time, and no further can be vouched for.
    end = min(server_at, evidence.asked_at + SLACK) - SOURCE_LAG
    vouched = bool(wanted) and wanted <= asked_for and start < end
    return PollResult(
        source=NAME,
        subject=request.subject,
        observations=_observations(rows, words=request.words, own=own, subject=request.subject),
        covers=(Span(start, end),) if vouched else (),
        tally=None,
        profile=Profile(name=request.subject),
        evidence=(evidence,),
        server_at=server_at,
        tells_time=evidence.server_at is not None,
    )


def _to_plain(row: MailRow) -> dict[str, object]:
    return {
        "uid": row.uid,
        "internaldate": row.at.isoformat(),
        "message_id": row.message_id,
        "subject": row.subject,
        "sender": row.sender,
        "recipients": row.recipients,
    }


def _from_plain(told: dict[str, object]) -> MailRow:
    recipients = told["recipients"]
    if not isinstance(recipients, list):
        raise TypeError
    return MailRow(
        uid=str(told["uid"]),
        at=_instant(told["internaldate"]),
        message_id=str(told["message_id"]),
        subject=str(told["subject"]),
        sender=str(told["sender"]),
        recipients=tuple(str(each) for each in recipients),
    )


def _instant(told: object) -> datetime:
    instant = datetime.fromisoformat(str(told))
    if instant.tzinfo is None:
        raise ValueError
    return instant.astimezone(UTC)
