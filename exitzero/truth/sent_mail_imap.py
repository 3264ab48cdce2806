"""A mailbox over IMAP: one connection a question, folders opened read-only, headers only.

Why it exists: it is the one importer of the IMAP library, and whatever goes wrong on such a connection is told apart
here. What the library cannot know is decided here too: a log-in that failed because the line broke is no wrong
password, and a search or a fetch that leaves a mail out is no proof that there was none.

A server searches by dates without a zone, so a day more is asked for on both sides and every INTERNALDATE is judged
exactly. IMAP servers tell no time of their own. A mail that was moved out of the folder of sent mail before the first
look is not seen.
"""

import imaplib
import logging
import re
import socket
import ssl
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from exitzero.core.observation import SourceTrouble
from exitzero.truth import sent_mail_trouble as trouble
from exitzero.truth.sent_mail_account import MailAccount, Security
from exitzero.truth.sent_mail_folder import Look, TryOut
from exitzero.truth.sent_mail_headers import FIELDS, MailRow, headers_of, row_of

#: Names that folders of sent mail have where the server does not tell their role, in the comparing form.
_KNOWN_NAMES = frozenset(
    unicodedata.normalize("NFKC", name).casefold()
    for name in (
        "Sent", "Sent Items", "Sent Messages", "Sent Mail", "Sent-Mail", "Gesendet", "Gesendete Objekte",
        "Gesendete Elemente", "Gesendete Nachrichten", "Gesendete E-Mails", "Envoyés", "Éléments envoyés",
        "Messages envoyés", "Courrier envoyé", "Objets envoyés", "Enviados", "Elementos enviados",
        "Correo enviado", "Mensajes enviados", "Itens enviados", "E-mails enviados", "Enviadas", "Inviati",
        "Posta inviata", "Inviata", "Verzonden", "Verzonden items", "Verzonden berichten", "Wysłane",
        "Elementy wysłane", "Skickat", "Skickade", "Sendt", "Sendte elementer", "Sendte", "Lähetetyt", "Odeslané",
        "Odeslaná pošta", "Odoslané", "Elküldött", "Elküldött elemek", "Trimise", "Изпратени", "Отправленные",
        "Надіслані", "Відправлені", "Gönderilmiş Öğeler", "Gönderilenler", "Gönderilmiş Postalar", "Απεσταλμένα",
        "送信済み", "送信済みメール", "送信済みアイテム", "送信済みトレイ", "已发送", "已发送邮件", "已寄出",
        "寄件備份", "寄件匣", "보낸편지함", "보낸 편지함", "보낸메일함", "נשלחו", "דואר שנשלח", "المرسلة",
        "البريد المرسل", "Đã gửi", "Terkirim", "ส่งแล้ว", "จดหมายที่ส่งแล้ว",
    )
)  # fmt: skip
_HEADERS = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]"
_ATOM = re.compile(r"[A-Za-z0-9@._+=-]+")
_DAY = timedelta(days=1)
_BATCH = 200
#: What the library ends in; an answer against the rules can be any of the last.
_ERRORS = (
    OSError, EOFError, imaplib.IMAP4.error, ValueError, TypeError, KeyError, IndexError, AssertionError, RecursionError,
)  # fmt: skip
_MOST_SENDERS = 200
_SENDERS_AT_ONCE = 20


class ImapFolder:
    """One mailbox over IMAP, see :class:`exitzero.truth.sent_mail_folder.SentFolder`.

    ``tls`` builds the context that a certificate is checked in. ``timeout`` is for connecting and for each read,
    ``longest`` for everything after the greeting, so that a server that drips holds nobody up (both in seconds).
    Of more mails than ``most`` in one folder, the newest are read.
    """

    def __init__(
        self,
        account: MailAccount,
        *,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        timeout: float = 15.0,
        longest: float = 90.0,
        most: int = 5000,
    ) -> None:
        self._account = account
        self._tls = tls
        self._timeout = timeout
        self._longest = longest
        self._most = most

    def read(self, since: datetime, until: datetime, words: tuple[str, ...]) -> Look:  # noqa: ARG002 - judged locally
        """All sent mails; what servers call a match differs, so they are not asked for words."""
        with self._connected() as client:
            folders = self._sent_folders(client)
            looks = [self._rows(client, folder, [_within(since, until)], since, until) for folder in folders]
        return _together(folders, looks, since)

    def received(self, since: datetime, senders: Collection[str]) -> Look:
        """The mails from ``senders`` in the inbox, and in the folder of all mails where there is one."""
        wanted = sorted({each.strip().lower() for each in senders} - {""})
        if not wanted:
            return Look((), (), since, None)
        plain = [each for each in wanted if each.isascii() and each.isprintable()]
        questions = [_within(since, None)]
        if len(plain) == len(wanted) <= _MOST_SENDERS:
            some = [wanted[at : at + _SENDERS_AT_ONCE] for at in range(0, len(wanted), _SENDERS_AT_ONCE)]
            questions = [[*_within(since, None), *_any_of(each)] for each in some]
        with self._connected() as client:
            everything = [name for flags, _, name in self._list(client) if b"\\all" in flags]
            folders = ("INBOX", *everything[:1])
            looks = [self._rows(client, folder, questions, since, None) for folder in folders]
        look = _together(folders, looks, since)
        rows = tuple(row for row in look.rows if row.sender in wanted)
        return Look(folders, rows, look.complete_since, None)

    def try_out(self) -> TryOut:
        """Log in once, find the folder and open it."""
        with self._connected() as client:
            folders = self._sent_folders(client)
            messages = sum(self._examine(client, folder) for folder in folders)
            return TryOut(", ".join(folders), messages, _words(client.welcome))

    # ------------------------------------------------------------------------------------------ connecting

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """A connection that is logged in, and is closed whatever happens; every trouble is told as such."""
        late = threading.Event()
        try:
            client = self._open()
            alarm = threading.Timer(self._longest, _cut, [client, late])
            alarm.name = "exitzero-imap-alarm"
            alarm.daemon = True
            alarm.start()
            try:
                self._log_in(client)
                yield client
            finally:
                alarm.cancel()
                _close(client)
        except _ERRORS as error:
            # It is not kept as a cause: errors of the library can quote what was sent.
            raise self._trouble(error, late=late.is_set()) from None

    def _trouble(self, error: Exception, *, late: bool) -> SourceTrouble:
        """What an error of the library or the line means."""
        host, said = self._account.host, self._shown(error)
        match error:
            case _ if late or isinstance(error, TimeoutError):
                return trouble.timeout(host)
            case ssl.SSLCertVerificationError():
                return trouble.certificate(host, error.verify_message)
            case ssl.SSLError() if re.search("WRONG_VERSION|UNEXPECTED|HTTP_REQUEST", str(error)):
                return trouble.not_tls(host, self._account.port)
            case imaplib.IMAP4.abort() if "unexpected" in said:
                return trouble.unreadable(host, said)
            case imaplib.IMAP4.abort():
                return trouble.said_no(host, said) or trouble.network(host, "cut")
            case imaplib.IMAP4.error():
                return trouble.command_refused(host, said)
            case ConnectionRefusedError() | socket.gaierror():
                return trouble.network(host)
            case ssl.SSLError() | ConnectionError() | EOFError():
                return trouble.network(host, "cut")
            case OSError():
                return trouble.network(host)
            case _:
                return trouble.unreadable(host, type(error).__name__)

    def _open(self) -> Any:
        from imapclient import IMAPClient

        # Its own lines quote what travels, subjects and all.
        logging.getLogger("imapclient").setLevel(logging.WARNING)
        account = self._account
        tls = account.security is Security.TLS
        try:
            client = IMAPClient(
                account.host,
                account.port,
                ssl=tls,
                ssl_context=self._tls() if tls else None,
                timeout=self._timeout,
            )
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            # The greeting itself was a refusal.
            raise trouble.server_error(account.host, self._shown(error)) from None
        client.normalise_times = False
        if account.security is Security.STARTTLS:
            try:
                self._start_tls(client)
            except BaseException:
                _close(client)
                raise
        return client

    def _start_tls(self, client: Any) -> None:
        if not client.has_capability("STARTTLS"):
            raise trouble.no_starttls(self._account.host)
        try:
            client.starttls(self._tls())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise trouble.no_starttls(self._account.host) from None

    def _log_in(self, client: Any) -> None:
        from imapclient.exceptions import LoginError

        user, password = self._account.login, self._account.password
        try:
            if f"{user}{password}".isascii():
                # The library quotes the password only.
                quoted = user.replace("\\", "\\\\").replace('"', '\\"')
                client.login(user if _ATOM.fullmatch(user) else f'"{quoted}"', password)
            else:
                client.plain_login(user, password)
        except LoginError as error:
            said = self._shown(error)
            # The library takes every error of a log-in for a refusal, a broken line too. A good-bye is none: servers
            # say it after the last wrong password, and to take that for the line would be to try on.
            if isinstance(error.__context__, imaplib.IMAP4.abort) and "socket error" in said:
                raise error.__context__ from None
            host = self._account.host
            raise (trouble.said_no(host, said) or trouble.wrong_password(host, said)) from None

    def _shown(self, error: Exception) -> str:
        """The server's words, without the password should it be echoed."""
        said = error.args[0] if error.args else ""
        return _words(said).replace(self._account.password, "***")

    # ------------------------------------------------------------------------------------------ folders

    def _list(self, client: Any) -> list[tuple[frozenset[bytes], bytes, str]]:
        """Folders that can be opened: flags in lower case, the sign between levels, and the name."""
        told = [(frozenset(flag.lower() for flag in flags), sign, name) for flags, sign, name in client.list_folders()]
        return [each for each in told if not each[0] & {b"\\noselect", b"\\nonexistent"}]

    def _sent_folders(self, client: Any) -> tuple[str, ...]:
        """The folder that was chosen, else those with the role, else all that are called like one."""
        if self._account.folder:
            return (self._account.folder,)
        folders = self._list(client)
        by_role = tuple(name for flags, _, name in folders if b"\\sent" in flags)
        by_name = tuple(name for _, sign, name in folders if _last(name, sign) in _KNOWN_NAMES)
        if not by_role and not by_name:
            raise trouble.no_folder(self._account.host, tuple(name for *_, name in folders))
        return by_role or by_name

    def _examine(self, client: Any, folder: str) -> int:
        """Open read-only; gives how many mails are in it."""
        try:
            return int(client.select_folder(folder, readonly=True)[b"EXISTS"])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise trouble.folder_refused(self._account.host, folder, self._shown(error)) from None

    # ------------------------------------------------------------------------------------------ mails

    def _rows(
        self, client: Any, folder: str, questions: Sequence[list[object]], since: datetime, until: datetime | None
    ) -> tuple[list[MailRow], datetime]:
        """The mails of one folder, and since when they are all there."""
        self._examine(client, folder)
        dates = self._fetched(client, questions, ["INTERNALDATE"])
        at = {uid: _instant(self._account.host, told.get(b"INTERNALDATE")) for uid, told in dates.items()}
        wanted = sorted(
            (uid for uid in at if since <= at[uid] and (until is None or at[uid] < until)), key=lambda uid: at[uid]
        )
        complete = since
        if len(wanted) > self._most:
            wanted = wanted[-self._most :]
            # One that was left out may be of the same second.
            complete = at[wanted[0]] + timedelta(seconds=1)
        told = self._fetched(client, questions, [_HEADERS], only=wanted)
        rows = [row_of(f"{folder};UID={uid}", at[uid], headers_of(_block(told[uid]))) for uid in wanted if uid in told]
        return rows, complete

    def _fetched(
        self, client: Any, questions: Sequence[list[object]], items: list[str], *, only: Sequence[int] | None = None
    ) -> dict[int, dict[bytes, object]]:
        """Parts of the mails that answer ``questions``. One that is left out must be gone, or the answer is none."""
        wanted = self._search(client, questions) if only is None else only
        told: dict[int, dict[bytes, object]] = {}
        for start in range(0, len(wanted), _BATCH):
            for uid, parts in client.fetch(wanted[start : start + _BATCH], items).items():
                # Of a mail that has just gone, a server may show an empty shell.
                if any(isinstance(value, bytes | datetime) for value in parts.values()):
                    told[uid] = parts
        missing = set(wanted) - set(told)
        if missing:
            client.noop()
        if missing & set(self._search(client, questions) if missing else ()):
            raise trouble.inconsistent(self._account.host, "it lists mails and does not show them")
        return told

    def _search(self, client: Any, questions: Sequence[list[object]]) -> list[int]:
        return sorted({uid for question in questions for uid in client.search(question)})


def _within(since: datetime, until: datetime | None) -> list[object]:
    """The dates to search by: a day more on both sides, because servers read them in a zone of their own."""
    criteria: list[object] = ["SINCE", (since.astimezone(UTC) - _DAY).date()]
    if until is not None:
        criteria += ["BEFORE", (until.astimezone(UTC) + 2 * _DAY).date()]
    return criteria


def _any_of(senders: Sequence[str]) -> list[object]:
    if len(senders) == 1:
        return ["FROM", senders[0]]
    return ["OR", "FROM", senders[0], *_any_of(senders[1:])]


def _together(folders: tuple[str, ...], looks: Sequence[tuple[list[MailRow], datetime]], since: datetime) -> Look:
    rows = sorted((row for found, _ in looks for row in found), key=lambda row: (row.at, row.uid))
    return Look(folders, tuple(rows), max((complete for _, complete in looks), default=since), None)


def _instant(host: str, told: object) -> datetime:
    if not isinstance(told, datetime) or told.tzinfo is None:
        raise trouble.unreadable(host, "a mail without an INTERNALDATE")
    return told.astimezone(UTC)


def _block(told: dict[bytes, object]) -> bytes:
    for name, value in told.items():
        if name.startswith(b"BODY[HEADER") and isinstance(value, bytes):
            return value
    raise KeyError("headers")


def _last(name: str, sign: bytes | None) -> str:
    parts = name.rsplit(sign.decode("ascii", "replace"), 1) if sign else [name]
    return unicodedata.normalize("NFKC", parts[-1]).casefold()


def _words(said: object) -> str:
    """What a server said, as text on one line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.removeprefix("* OK ").split())


def _cut(client: Any, late: threading.Event) -> None:
    late.set()
    # Not the method of a TLS socket, which would pull the encryption from under the thread that reads.
    with suppress(OSError, ValueError):
        socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)


def _close(client: Any) -> None:
    """Say good-bye if somebody listens, and close in any case."""
    with suppress(OSError, ValueError, imaplib.IMAP4.error):
        client.socket().settimeout(2.0)
        client.logout()
    with suppress(OSError, ValueError, imaplib.IMAP4.error):
        client.shutdown()
