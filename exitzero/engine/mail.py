"""Mailboxes: connecting, testing, disconnecting them, finding a mail by its subject, looking for replies.

Every secret goes into the keyring and nowhere else. Methods block on network and keyring; for the network pool.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import MailboxConnected, MailboxDisconnected
from exitzero.core.observation import Observation, SourceTrouble, TruthSource
from exitzero.core.spans import Span
from exitzero.core.timekeeping import TOLERANCE
from exitzero.core.topics import Topic
from exitzero.desktop.browser import open_url
from exitzero.desktop.notifications import Notice
from exitzero.desktop.vault import Vault
from exitzero.engine.outreach import frame_of, named_mailboxes
from exitzero.net.http import HttpClient
from exitzero.net.oauth import revoke, sign_in
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.truth.gmail_sign_in import GmailTokens, SignedIn
from exitzero.truth.sent_mail import Reply, SentMail
from exitzero.truth.sent_mail_account import Kind, MailAccount, Security, secret_name
from exitzero.truth.sent_mail_presets import PRESETS, Preset
from exitzero.work.outreach.mails import Suggestions, addresses_of, writing_to
from exitzero.work.outreach.proving import why_no_mail
from exitzero.work.outreach.rows import event
from exitzero.work.outreach.views import FoundMail, MailboxView

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine

log = logging.getLogger(__name__)

REPLIES_EVERY = timedelta(minutes=15)
"""Between two looks for replies."""

REPLIES_BACK = timedelta(days=45)
"""No reply is looked for that is older."""

MORNING, NOON = 7, 12
"""From this hour of the person's day the follow-ups are told, and up to this one."""

TOLD = "outreach.followups_told"
"""The preference that holds the day on which the follow-ups were told last."""


class Mail:
    """What can be done with mailboxes; as ``engine.mail``. ``open_browser`` shows Google's sign-in."""

    def __init__(self, engine: "Engine", vault: Vault, http: HttpClient | None, source: TruthSource | None) -> None:
        self._engine = engine
        self._vault = vault
        self._http = http
        self._source = source if isinstance(source, SentMail) else None
        self._cancelled = threading.Event()
        self._looked_at: datetime | None = None
        self._found: dict[str, Observation] = {}
        self.open_browser: Callable[[str], object] = open_url
        self.tokens = GmailTokens(http, vault, now=engine.now) if http is not None else None
        if self._source is not None and self.tokens is not None:
            self._source.use_tokens(self.tokens.bearer)

    @staticmethod
    def presets() -> tuple[Preset, ...]:
        """The services with what each needs, as the connect form offers them."""
        return PRESETS

    # Connecting

    def connect_imap(self, answers: Mapping[str, str]) -> MailboxView:
        """Log in once and connect the mailbox. ``answers``: address, host, port, security, user, password, own, folder.

        ``own`` holds further addresses of one's own, with commas between. Raises :class:`BadInput` at ``mail.address``,
        ``mail.host`` and so on, and :class:`SourceTrouble`. One try.
        """
        port = answers.get("port", "").strip() or "993"
        if not port.isdecimal():
            raise BadInput("mail.port", "A port is a number from 1 to 65535; mail over TLS is at 993.")
        try:
            security = Security(answers.get("security", "").strip() or Security.TLS.value)
        except ValueError:
            raise BadInput("mail.security", "Choose TLS or STARTTLS.") from None
        account = MailAccount(
            address=answers.get("address", "").strip().lower(),
            host=answers.get("host", "").strip(),
            port=int(port),
            security=security,
            user=answers.get("user", "").strip(),
            password=_password(answers.get("password", ""), answers.get("host", "")),
            own=_own(answers.get("own", "")),
            folder=answers.get("folder", "").strip(),
        )
        folder = self._mailboxes().try_out(account).folder
        return self._connect(account, f"{account.origin}, {folder}")

    def connect_gmail(self, address: str, client_id: str, client_secret: str, own: str = "") -> MailboxView:
        """Sign in at Google in the person's browser and connect the mailbox; blocks until they have, at most 5 minutes.

        Raises :class:`BadInput` at ``mail.address``, ``client_id`` or ``client_secret``, and :class:`OutsideTrouble`.
        """
        tokens, http = self.tokens, self._http
        if tokens is None or http is None:
            raise _demo()
        client = tokens.client(client_id, client_secret)
        address = address.strip().lower()
        signed = SignedIn(client.client_id, client.client_secret, f"mail.tokens:{secrets.token_hex(8)}")
        account = MailAccount(address=address, kind=Kind.GMAIL, own=_own(own), tokens=signed.to_text())
        self._cancelled.clear()
        got = sign_in(client, http, open_browser=self.open_browser, now=self._engine.now, cancelled=self._cancelled)
        tokens.keep(signed, got)
        try:
            self._mailboxes().try_out(account)
            return self._connect(account, "Gmail's own API")
        except OutsideTrouble:
            self._vault.delete(signed.place)
            raise

    def cancel_sign_in(self) -> None:
        """Stop waiting for a sign-in; for any thread."""
        self._cancelled.set()

    def disconnect(self, address: str) -> None:
        """Forget a mailbox and its secret. Raises :class:`BadInput` while the contract names it, now or later."""

        def work(unit: Unit) -> None:
            if unit.session.get(tables.MailboxRow, address) is None:
                raise BadInput("mail.address", f"{address} is not connected.")
            if address in named_mailboxes(unit.session, unit.now):
                raise BadInput("mail.address", f"The contract reads {address}; change it there first.")
            unit.record(MailboxDisconnected(address))

        self._engine.database.write(work).result()
        self._forget_sign_in(self._kept(address))
        self._vault.delete(secret_name(address))

    def test(self, address: str) -> str:
        """Log in with what is kept; gives what was found. Raises :class:`SourceTrouble`."""
        account = self._kept(address)
        if account is None:
            raise BadInput("mail.address", f"{address} is not connected.")
        found = self._mailboxes().try_out(account)
        return f"{found.messages} mails in {found.folder}."

    def _connect(self, account: MailAccount, shown: str) -> MailboxView:
        former = self._kept(account.address)
        # The secret first: a fact about a mailbox that cannot be read would keep every day unknown.
        self._vault.set(secret_name(account.address), account.to_text())
        fact = MailboxConnected(account.address, account.kind.value, shown, account.own)
        self._engine.database.write(lambda unit: unit.record(fact)).result()
        if former is not None and former.tokens != account.tokens:
            self._forget_sign_in(former)
        boxes = self._engine.ask(lambda questions: questions.outreach.mailboxes()).result()
        return next(each for each in boxes if each.address == account.address)

    def _forget_sign_in(self, account: MailAccount | None) -> None:
        """Take a sign-in back at Google as well; if Google cannot be reached, it is forgotten here all the same."""
        if account is None or account.kind is not Kind.GMAIL or self.tokens is None or self._http is None:
            return
        left = self.tokens.tokens(account)
        if left is None:
            return
        with suppress(OutsideTrouble):
            revoke(left[0], self._http, left[1])
        self._vault.delete(SignedIn.of(account).place)

    def _kept(self, address: str) -> MailAccount | None:
        text = self._vault.get(secret_name(address))
        with suppress(BadInput):
            return MailAccount.from_text(text) if text else None
        return None

    def _mailboxes(self) -> SentMail:
        if self._source is None:
            raise _demo()
        return self._source

    # Finding

    def find(self, subject: str) -> tuple[FoundMail, ...]:
        """The mails of the running day with this subject, in every mailbox, newest first.

        Raises :class:`BadInput` on ``subject`` and :class:`SourceTrouble`.
        """
        engine, source = self._engine, self._mailboxes()
        now, zone = engine.now(), engine.machine_zone()
        frame = engine.database.read(lambda session: frame_of(session, now, zone)).result()
        addresses = engine.database.read(_addresses).result()
        if not addresses:
            raise BadInput("subject", "No mailbox is connected: connect one in the settings, or use a screenshot.")
        # A little of the day before, so that a mail that is too old is shown with its reason.
        since = (frame.starts or now - timedelta(days=1)) - timedelta(days=1)
        found: list[Observation] = []
        for address in addresses:
            found += source.find(address, subject=subject, span=Span(since, now + TOLERANCE))
        found.sort(key=lambda each: each.at, reverse=True)
        self._found = {each.key: each for each in found}

        def views(session: Session) -> tuple[FoundMail, ...]:
            suggestions = Suggestions.of(session)
            return tuple(_found_view(each, suggestions, why_no_mail(session, frame, each, now)) for each in found)

        return engine.database.read(views).result()

    def found(self, message_id: str) -> Observation:
        """A mail that :meth:`find` has shown. Raises :class:`BadInput` on ``proof``."""
        mail = self._found.get(message_id)
        if mail is None:
            raise BadInput("proof", "Look for the mail by its subject first.")
        return mail

    # Replies and follow-ups

    def keep(self) -> None:
        """What is due about mails and follow-ups, for the engine's loop; trouble is left for the next time."""
        self.remind()
        now = self._engine.now()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < REPLIES_EVERY:
            return
        self._looked_at = now
        try:
            self.check_replies()
        except OutsideTrouble as trouble:
            log.info("replies could not be looked for: %s", trouble)

    def check_replies(self) -> int:
        """Look for mails from targets that were written to; gives how many were new. Raises :class:`SourceTrouble`."""
        if self._source is None:
            return 0
        engine = self._engine
        senders, since = engine.database.read(writing_to).result()
        addresses = engine.database.read(_addresses).result()
        if not senders or not addresses or since is None:
            return 0
        since = max(since, engine.now() - REPLIES_BACK)
        failed: SourceTrouble | None = None
        replies: list[Reply] = []
        for address in addresses:
            try:
                replies += self._source.replies(address, since=since, senders=tuple(senders))
            except SourceTrouble as trouble:  # the other mailboxes are looked at all the same
                failed = trouble
        new = engine.database.write(lambda unit: _record_replies(unit, replies, senders)).result() if replies else 0
        if failed is not None:
            raise failed
        return new

    def remind(self) -> bool:
        """Tell the follow-ups that are due, once a day in the morning; gives whether they were told."""
        engine = self._engine
        now, zone = engine.now(), engine.machine_zone()
        frame = engine.database.read(lambda session: frame_of(session, now, zone)).result()
        hour = frame.hour(now)
        if not MORNING <= hour < NOON:
            return False
        questions = engine.ask(
            lambda questions: (
                questions.preference(TOLD, ""),
                questions.outreach.due(4),
                questions.outreach.due_count(),
            )
        )
        told, due, count = questions.result()
        if not count or told == frame.label.isoformat():
            return False
        engine.database.write(lambda unit: _remember_told(unit, frame.label)).result()
        names = ", ".join(each.name for each in due[:3]) + (" and others" if count > 3 else "")
        engine.tell(
            Notice(
                kind="outreach",
                title=f"{count} follow-up{'' if count == 1 else 's'} due",
                body=f"{names}: write again, or put it off.",
                replaces="outreach",
            )
        )
        return True


def _addresses(session: Session) -> tuple[str, ...]:
    return tuple(session.exec(select(tables.MailboxRow.address).order_by(col(tables.MailboxRow.connected_at))))


def _found_view(mail: Observation, suggestions: Suggestions, refused: str) -> FoundMail:
    number, _ = suggestions.best(addresses_of(mail.item))
    name = suggestions.names.get(number, "") if number is not None else ""
    return FoundMail(mail.key, mail.at, mail.item, mail.title, mail.subject, refused, number, name)


def _record_replies(unit: Unit, replies: list[Reply], senders: Mapping[str, int]) -> int:
    new = 0
    for reply in replies:
        number = senders.get(reply.sender.lower())
        target = unit.session.get(tables.TargetRow, number) if number is not None else None
        if target is None or unit.session.get(tables.MailLinkRow, reply.message_id) is not None:
            continue
        written = target.proved_at or target.stage_at
        if reply.at < written:
            continue  # it came before the mail that it would answer
        unit.session.add(
            tables.MailLinkRow(
                message_id=reply.message_id,
                target=number,
                at=reply.at,
                sent=False,
                address=reply.sender,
                subject=reply.subject,
            )
        )
        unit.session.add(event(number or 0, reply.at, "reply", f"Mail received: {reply.subject}", detail=reply.sender))
        target.reply_at = max(reply.at, target.reply_at or reply.at)
        unit.session.flush()
        new += 1
    if new:
        unit.touch(Topic.OUTREACH)
    return new


def _remember_told(unit: Unit, label: date) -> None:
    unit.session.merge(tables.PreferenceRow(name=TOLD, value=f'"{label.isoformat()}"'))


def _own(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip().lower() for each in text.replace(";", ",").split(",") if each.strip()))


def _password(text: str, host: str) -> str:
    """Google shows app passwords in groups of four; the spaces are none of it."""
    return text.replace(" ", "") if host.strip().lower() in {"imap.gmail.com", "imap.googlemail.com"} else text


def _demo() -> OutsideTrouble:
    return OutsideTrouble("No mailbox is reached from here.", "This is the demo.", reason="demo")
