"""A mailbox over Gmail's own API, with a token of the person's own OAuth client.

Why it exists: Google's API needs no app password, tells its own time with every answer and finds mails by the second.
Only headers are asked for: the ``fields`` of every question leave out the snippet, which is the beginning of the body.
A mail's headers never change, so each is fetched once in the life of the object; nothing of them is written down here.

``after:`` and ``before:`` are given in seconds, since Gmail reads dates as midnight in California, and a minute more is
asked for on both sides and judged exactly.
"""

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from exitzero.core.errors import OutsideTrouble
from exitzero.core.observation import SourceTrouble
from exitzero.net.http import Answer, HttpClient
from exitzero.net.politeness import FIRST_PAUSE, parse_retry_after
from exitzero.truth import sent_mail_trouble as trouble
from exitzero.truth.sent_mail_account import MailAccount
from exitzero.truth.sent_mail_folder import Look, TryOut
from exitzero.truth.sent_mail_headers import FIELDS, Header, MailRow, own_form, row_of

HOME = "https://gmail.googleapis.com"
#: The narrowest scope that may search; Google calls it restricted.
SCOPE = "https://www.googleapis.com/auth/gmail.readonly"

_NAME = "Gmail"
_PAGE = 500
_MOST_PAGES = 20
#: So many mails that are not known yet are fetched for one question; of more, the newest, and the next question goes
#: further back.
_MOST = 100
_KEPT = 5000
_SENDERS_AT_ONCE = 20
_MARGIN = timedelta(minutes=1)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_LIMITS = {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "RESOURCE_EXHAUSTED"}


class GmailFolder:
    """One Gmail mailbox, see :class:`exitzero.truth.sent_mail_folder.SentFolder`. Safe from several threads.

    ``token`` gives a valid access token; it may block and raise :class:`OutsideTrouble`.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        account: MailAccount,
        token: Callable[[MailAccount], str],
        base_url: str = HOME,
    ) -> None:
        self._http = http
        self._account = account
        self._token = token
        self._base = f"{base_url.rstrip('/')}/gmail/v1/users/me"
        self._host = urlsplit(base_url).hostname or _NAME
        self._lock = threading.Lock()
        self._known: dict[str, MailRow] = {}

    def read(self, since: datetime, until: datetime, words: tuple[str, ...]) -> Look:  # noqa: ARG002 - judged locally
        """All sent mails; Gmail's search stems words and drops signs, so it is not asked for any."""
        token = self._bearer()
        start = since
        every, answer = self._ids(f"in:sent {_within(start, until)}", token)
        ids = every
        while len(self._unknown(ids)) > _MOST and until - start >= 2 * _MARGIN:
            start += (until - start) / 2
            ids, answer = self._ids(f"in:sent {_within(start, until)}", token)
        spare = max(_MOST - len(self._unknown(ids)), 0)
        rows = [row for row in self._rows(ids, token) if start <= row.at < until]
        # What is left of this question's share goes to older mails, so that the next one reaches further back.
        self._rows(self._unknown(every)[:spare], token)
        return Look(("SENT",), tuple(sorted(rows, key=lambda row: (row.at, row.uid))), start, answer.server_at)

    def received(self, since: datetime, senders: Collection[str]) -> Look:
        """The mails from ``senders``, wherever they lie but in the bin."""
        wanted = sorted({each.strip().lower() for each in senders if "@" in each})
        token = self._bearer()
        rows: dict[str, MailRow] = {}
        server_at = None
        for at in range(0, len(wanted), _SENDERS_AT_ONCE):
            some = wanted[at : at + _SENDERS_AT_ONCE]
            names = " ".join(f"from:{json.dumps(each, ensure_ascii=False)}" for each in some)
            ids, answer = self._ids(f"-in:sent {_within(since, None)} {{{names}}}", token)
            server_at = answer.server_at
            rows |= {row.uid: row for row in self._rows(ids, token) if row.sender in wanted and row.at >= since}
        found = sorted(rows.values(), key=lambda row: (row.at, row.uid))
        return Look(("INBOX",), tuple(found), since, server_at)

    def try_out(self) -> TryOut:
        """Ask whose mailbox the token opens and how much was sent from it."""
        token = self._bearer()
        profile, _ = self._ask("profile", token)
        address = str(profile.get("emailAddress", "")).lower()
        if own_form(address) not in {own_form(each) for each in (self._account.address, *self._account.own)}:
            raise SourceTrouble(
                f"Google signed in {address or 'somebody else'}, not {self._account.address}.",
                "Connect it again and choose the right account.",
                reason="refused",
            )
        label, _ = self._ask("labels/SENT", token)
        messages = label.get("messagesTotal")
        return TryOut(str(label.get("name", "SENT")), messages if isinstance(messages, int) else 0, address)

    # ------------------------------------------------------------------------------------------ inside

    def _ids(self, query: str, token: str) -> tuple[list[str], Answer]:
        """The ids of all pages, and the first answer, from whose time on nothing is known."""
        ids: dict[str, None] = {}
        question = {"q": query, "maxResults": str(_PAGE), "fields": "messages/id,nextPageToken"}
        first: Answer | None = None
        for _ in range(_MOST_PAGES):
            page, answer = self._ask("messages", token, question)
            first = first or answer
            for message in _list(page.get("messages", [])):
                ids[_text(message.get("id"), "a mail's id")] = None
            following = page.get("nextPageToken")
            if not following:
                return list(ids), first
            question = {**question, "pageToken": str(following)}
        raise trouble.inconsistent(_NAME, "its list has no end")

    def _unknown(self, ids: Sequence[str]) -> list[str]:
        with self._lock:
            return [each for each in ids if each not in self._known]

    def _rows(self, ids: Sequence[str], token: str) -> list[MailRow]:
        """The mails of these ids; one that is gone meanwhile is left out."""
        rows = []
        for each in ids:
            with self._lock:
                row = self._known.get(each)
            row = row or self._fetched(each, token)
            if row is not None:
                rows.append(row)
        return rows

    def _fetched(self, uid: str, token: str) -> MailRow | None:
        question = [("format", "metadata"), ("fields", "id,internalDate,payload/headers")]
        question += [("metadataHeaders", name) for name in FIELDS]
        told, _ = self._ask(f"messages/{quote(uid, safe='')}", token, question, may_be_gone=True)
        if not told:
            return None
        payload = told.get("payload")
        lines = _list(payload.get("headers", []) if isinstance(payload, dict) else [])
        headers = [
            Header(str(line.get("name", "")), str(line.get("value", "")).encode("utf-8", "replace")) for line in lines
        ]
        try:
            at = datetime.fromtimestamp(int(str(told.get("internalDate"))) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            raise trouble.unreadable(_NAME, "a mail without an internalDate") from None
        row = row_of(uid, at, headers)
        with self._lock:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[uid] = row
        return row

    def _bearer(self) -> str:
        try:
            token = self._token(self._account)
        except SourceTrouble:
            raise
        except OutsideTrouble as outside:
            reason = outside.reason if outside.reason in {"network", "timeout", "server_error"} else "refused"
            raise SourceTrouble(outside.title, outside.advice, reason=reason, retry_after=outside.retry_after) from None
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise trouble.not_connected(self._account.address)
        return token

    def _ask(
        self,
        path: str,
        token: str,
        question: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        may_be_gone: bool = False,
    ) -> tuple[Mapping[str, object], Answer]:
        """One GET; what it says, or what it means that it says nothing."""
        url = f"{self._base}/{path}" + (f"?{urlencode(question)}" if question else "")
        try:
            answer = self._http.get(url, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
        except OutsideTrouble as outside:
            raise (
                trouble.timeout(self._host) if outside.reason == "timeout" else trouble.network(self._host)
            ) from None
        document = _parsed(answer.body)
        if answer.status == 200:
            if document is None:
                raise SourceTrouble(
                    f"{_NAME} sent a page instead of data.",
                    "Nothing counts against you meanwhile; it is asked again by itself.",
                    reason="not_json",
                    retry_after=FIRST_PAUSE,
                )
            return document, answer
        if may_be_gone and answer.status in {404, 410}:
            return {}, answer
        raise self._failure(answer, document or {})

    def _failure(self, answer: Answer, document: Mapping[str, object]) -> SourceTrouble:
        reasons, said = _error(document)
        if answer.status == 429 or (answer.status == 403 and reasons & _LIMITS):
            told = parse_retry_after(answer.headers.get("retry-after"), now=answer.server_at or _LONG_AGO)
            return SourceTrouble(
                f"{_NAME} was asked too often.",
                "Nothing counts against you meanwhile; it is asked again by itself.",
                reason="rate_limited",
                retry_after=max(told or 5 * FIRST_PAUSE, FIRST_PAUSE),
            )
        if answer.status in {401, 403}:
            seen = f" (Seen: {said}.)" if said else ""
            return SourceTrouble(
                f"{_NAME} does not let ExitZero read {self._account.address}.",
                f"Connect it again in the settings. Nothing counts against you meanwhile.{seen}",
                reason="refused",
            )
        if answer.status >= 500 or answer.status == 408:
            return trouble.server_error(_NAME, f"status {answer.status}")
        return trouble.unreadable(_NAME, f"status {answer.status} {said}".strip())


def _within(since: datetime, until: datetime | None) -> str:
    after = f"after:{int((since - _MARGIN).timestamp())}"
    return after if until is None else f"{after} before:{int((until + _MARGIN).timestamp()) + 1}"


def _parsed(body: bytes) -> Mapping[str, object] | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _list(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise trouble.unreadable(_NAME, "no list where one should be")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise trouble.unreadable(_NAME, f"{what} is missing")
    return value


def _error(document: Mapping[str, object]) -> tuple[set[str], str]:
    """The reasons that Google gives, old style and new, and its words."""
    error = document.get("error")
    if not isinstance(error, dict):
        return set(), str(error or "")[:200]
    listed = error.get("errors")
    reasons = (
        {str(each.get("reason")) for each in listed if isinstance(each, dict)} if isinstance(listed, list) else set()
    )
    return reasons | {str(error.get("status"))}, " ".join(str(error.get("message", "")).split())[:200]
