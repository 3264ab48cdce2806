"""Beeminder's few calls that ExitZero needs, over the one HTTP client.

Why it exists: what an answer of Beeminder's means for a deed (done, surely not done, nobody knows) is decided here,
once, and the token is handled here only. It travels in the body or a header, never in an address. Calls that charge
without a rehearsal (``shortcircuit``, ``uncleme``) do not exist here.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote, urlencode, urlsplit

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.net.http import Answer, HttpClient, NoAnswer, is_loopback
from exitzero.net.politeness import FIRST_PAUSE, parse_retry_after

HOME = "https://www.beeminder.com/api/v1"
TOKEN = "beeminder.token"  # noqa: S105 - the name under which the token is kept, not the token

_SHORTEST_TOKEN = 8
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is. ``deadbeat``: Beeminder cannot take payments from them, so a charge would be empty."""

    username: str
    timezone: str
    deadbeat: bool
    goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal to choose from; ``slug`` names it in calls. ``loses_at`` and ``safe_days`` are ``None`` if not told."""

    slug: str
    title: str
    loses_at: datetime | None
    safe_days: int | None


@dataclass(frozen=True, slots=True)
class Datapoint:
    """A datapoint as Beeminder has it; ``known`` if it was there already, to the letter."""

    reference: str
    known: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge that Beeminder has taken on, or in a dry run would have."""

    reference: str
    amount_cents: int
    username: str


class BeeminderTrouble(OutsideTrouble):
    """Beeminder did not do, or did not say that it did, what was asked. ``maybe_done`` False: surely not done."""

    def __init__(
        self, title: str, advice: str, *, reason: str, maybe_done: bool, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(title, advice, reason=reason, retry_after=retry_after)
        self.maybe_done = maybe_done


class BeeminderClient:
    """One person's Beeminder. Safe from several threads; every call blocks and raises :class:`BeeminderTrouble`.

    ``secret`` is asked for :data:`TOKEN` with each call and may block; nothing of it is kept. ``base_url`` must be
    https unless it is this machine; :class:`BadInput` if not.
    """

    def __init__(self, http: HttpClient, *, secret: Callable[[str], str | None], base_url: str = HOME) -> None:
        self._http = http
        self._secret = secret
        self._base = _checked(base_url)

    @property
    def site(self) -> str:
        """The address of the pages for people."""
        parts = urlsplit(self._base)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def payments_page(self) -> str:
        """Where the person sees what was charged."""
        return f"{self.site}/payments"

    def user(self) -> Account:
        """Whose token it is; the way to find out whether it is any good."""
        document = self._read("users/me.json")
        username = _text(document.get("username"))
        if not username:
            raise _unreadable("it did not say whose account this is", maybe_done=False)
        goals = document.get("goals")
        return Account(
            username=username,
            timezone=_text(document.get("timezone")),
            deadbeat=document.get("deadbeat") not in (None, False),
            goals=tuple(_slug(goal) for goal in goals if _slug(goal)) if isinstance(goals, list) else (),
        )

    def goals(self) -> tuple[Goal, ...]:
        """The goals to choose from, the most urgent first."""
        document = self._read("users/me/goals.json", emaciated="true").get("")
        if not isinstance(document, list):
            raise _unreadable("there is no list of goals", maybe_done=False)
        return tuple(_goal(goal) for goal in document if isinstance(goal, dict) and _slug(goal))

    def datapoint(self, goal: str, *, value: Decimal, daystamp: date, comment: str, requestid: str) -> Datapoint:
        """Add a datapoint, or change the one with this ``requestid``: sent twice, it is still one."""
        path = f"users/me/goals/{quote(goal, safe='')}/datapoints.json"
        form = {
            "value": f"{value:f}",
            "daystamp": f"{daystamp:%Y%m%d}",
            "comment": comment,
            "requestid": requestid,
        }
        token = self._token()
        answer = self._post(path, form, token)
        if b"duplicate datapoint" in answer.body[:1000].lower():
            return Datapoint(requestid, known=True)
        document = _document(answer, token, maybe_done=True)
        reference, echoed = _identifier(document.get("id")), _text(document.get("requestid"))
        if echoed not in {"", requestid} or not (reference or echoed):
            raise _unreadable("it speaks of another datapoint", maybe_done=True)
        return Datapoint(reference or echoed, known=False)

    def charge(self, amount_cents: int, *, username: str, note: str, dryrun: bool) -> Charge:
        """Take money, or with ``dryrun`` only ask how it would be. There is no key: asked twice, it is taken twice."""
        form = {"user_id": username, "amount": dollars(amount_cents), "note": note}
        if dryrun:
            form["dryrun"] = "true"
        token = self._token()
        document = _document(self._post("charges.json", form, token), token, maybe_done=True)
        reference = _identifier(document.get("id"))
        charged = _cents(document.get("amount"))
        if charged != amount_cents:
            raise _unreadable("it does not name the amount", maybe_done=True)
        if not reference and not dryrun:
            raise _unreadable("the charge has no id", maybe_done=True)
        return Charge(reference, charged, _text(document.get("username")) or username)

    # ------------------------------------------------------------------------------------------ inside

    def _read(self, path: str, **question: str) -> Mapping[str, object]:
        """A GET; the document, or a list under the empty name.

        The documented place of a personal token is the address, where it would stand in other people's logs. A form in
        the body says the same to Beeminder's framework, and where a body is not looked at, the header is tried.
        """
        token = self._token()
        url = f"{self._base}/{path}" + (f"?{urlencode(question)}" if question else "")
        answer = self._ask("GET", url, {"Content-Type": _FORM}, urlencode({"auth_token": token}).encode())
        if answer.status in {400, 401, 403, 405, 411, 413, 415}:
            answer = self._ask("GET", url, {"Authorization": f"Bearer {token}"}, None)
        return _document(answer, token, maybe_done=False)

    def _post(self, path: str, form: Mapping[str, str], token: str) -> Answer:
        content = urlencode({"auth_token": token, **form}).encode()
        return self._ask("POST", f"{self._base}/{path}", {"Content-Type": _FORM}, content)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        try:
            return self._http.request(method, url, headers={"Accept": "application/json", **headers}, content=content)
        except NoAnswer as trouble:
            title = "Beeminder did not answer in time." if trouble.reason == "timeout" else "Beeminder was not reached."
            raise BeeminderTrouble(
                title,
                "Check the connection.",
                reason=trouble.reason,
                maybe_done=trouble.maybe_sent and method != "GET",
                retry_after=trouble.retry_after or FIRST_PAUSE,
            ) from None
        except (OutsideTrouble, BadInput):
            # Its words may quote what was sent.
            raise BeeminderTrouble(
                "Beeminder could not be asked.",
                "Check its address in the settings.",
                reason="network",
                maybe_done=method != "GET",
            ) from None

    def _token(self) -> str:
        try:
            token = (self._secret(TOKEN) or "").strip()
        except OutsideTrouble as trouble:
            raise BeeminderTrouble(
                trouble.title,
                trouble.advice,
                reason=trouble.reason,
                maybe_done=False,
                retry_after=trouble.retry_after or FIRST_PAUSE,
            ) from None
        if not token:
            raise BeeminderTrouble(
                "Beeminder is not connected.", "Give its token in the settings.", reason="no_token", maybe_done=False
            )
        if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise _bad_token("What is kept as its token cannot be one.")
        return token


def dollars(amount_cents: int) -> str:
    """An amount as Beeminder wants it: ``5.00``."""
    return f"{amount_cents // 100}.{amount_cents % 100:02d}"


def _checked(base_url: str) -> str:
    text = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise BadInput("beeminder.url", "This is not an address.") from None
    host = parts.hostname or ""
    if not host or parts.query or parts.fragment or parts.username is not None or parts.password is not None:
        raise BadInput("beeminder.url", "The address may name a host and a path only.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise BadInput(
            "beeminder.url", "The address has to begin with https://, or the token could be read on the way."
        )
    return text


def _document(answer: Answer, token: str, *, maybe_done: bool) -> Mapping[str, object]:
    """What an answer holds, without the token should it be echoed. Raises what it means if it holds nothing good."""
    document = _parsed(answer.body, token)
    words = _error_words(document)
    status = answer.status
    if status >= 500:
        raise BeeminderTrouble(
            "Beeminder has a fault of its own.",
            f"(Seen: status {status}.)",
            reason="server_error",
            maybe_done=maybe_done,
            retry_after=_told(answer),
        )
    if status == 401:
        raise _bad_token("Beeminder does not know the token.")
    if status in {408, 429}:
        raise BeeminderTrouble(
            "Beeminder was asked too often." if status == 429 else "Beeminder got the question too slowly.",
            "",
            reason="rate_limited" if status == 429 else "timeout",
            maybe_done=False,
            retry_after=_told(answer),
        )
    if status == 404:
        raise _refusal("Beeminder does not know the goal or the account.", words, reason="not_found")
    if 300 <= status < 400:
        # Beeminder redirects to its proper address and drops the form; but nobody can be sure of that.
        raise BeeminderTrouble(
            "Beeminder sent the question elsewhere.",
            "Check its address in the settings.",
            reason="redirected",
            maybe_done=maybe_done,
        )
    if 400 <= status < 500:
        raise _refusal("Beeminder refused.", words or f"status {status}", reason="refused")
    if words and not (isinstance(document, dict) and document.get("id")):
        raise _refusal("Beeminder refused.", words, reason="refused")
    if isinstance(document, list):
        return {"": document}
    if not 200 <= status < 300 or words or not isinstance(document, dict):
        raise _unreadable("no answer to the question", maybe_done=maybe_done)
    return document


def _parsed(body: bytes, token: str) -> object:
    try:
        parsed: object = json.loads(body.decode().replace(token, "***"))
    except (ValueError, RecursionError):
        return None
    return parsed


def _error_words(document: object) -> str:
    """The message of ``errors``, which is a text, an object, or a list of either; empty if there is none."""
    errors = document.get("errors") if isinstance(document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else errors
    if isinstance(first, dict):
        first = first.get("message") or next((f"{name}: {value}" for name, value in first.items()), "")
    return " ".join(str(first).split())[:200] if first else ""


def _told(answer: Answer) -> timedelta:
    now = answer.server_at or datetime(2000, 1, 1, tzinfo=UTC)
    return max(parse_retry_after(answer.headers.get("retry-after"), now=now) or FIRST_PAUSE, FIRST_PAUSE)


def _refusal(title: str, words: str, *, reason: str) -> BeeminderTrouble:
    return BeeminderTrouble(title, f"(Seen: {words}.)" if words else "", reason=reason, maybe_done=False)


def _bad_token(title: str) -> BeeminderTrouble:
    return BeeminderTrouble(
        title, "Copy it again from your Beeminder account into the settings.", reason="bad_token", maybe_done=False
    )


def _unreadable(seen: str, *, maybe_done: bool) -> BeeminderTrouble:
    return BeeminderTrouble(
        "Beeminder's answer cannot be read.",
        f"(Seen: {seen}.)",
        reason="unreadable",
        maybe_done=maybe_done,
        retry_after=FIRST_PAUSE,
    )


def _text(value: object) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""


def _slug(goal: object) -> str:
    return _text(goal.get("slug")) if isinstance(goal, dict) else _text(goal)


def _identifier(value: object) -> str:
    """An id: a text, or as charges have it in truth, an object with the text inside."""
    return _text(value.get("$oid")) if isinstance(value, dict) else _text(value)


def _cents(value: object) -> int | None:
    """A number or a text of dollars in cents; ``None`` if it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        cents = Decimal(str(value)[:30]) * 100
    except ArithmeticError:
        return None
    sound = cents.is_finite() and 0 <= cents < 1_000_000_000 and cents == cents.to_integral_value()
    return int(cents) if sound else None


def _goal(goal: Mapping[str, object]) -> Goal:
    safe, lose = goal.get("safebuf"), goal.get("losedate")
    return Goal(
        slug=_slug(goal),
        title=_text(goal.get("title")) or _slug(goal),
        loses_at=_instant(lose) if isinstance(lose, int | float) else None,
        safe_days=safe if isinstance(safe, int) else None,
    )


def _instant(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
