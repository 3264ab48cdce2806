"""Google Calendar, two ways, through its API and an OAuth client of the person's own.

Why it exists: five questions do what Google's library would bring 120 MB for. What is written leaves every field alone
that is not ours, nobody is sent a mail, and nothing is written over a state that was not seen.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from urllib.parse import quote, urlencode, urlsplit

from exitzero.core.calendars import CalendarEvent, Changes, EditedElsewhere, RemoteCalendar, Skipped
from exitzero.core.errors import BadInput
from exitzero.core.observation import SourceTrouble
from exitzero.core.spans import Span
from exitzero.net.http import Answer, HttpClient, is_loopback
from exitzero.net.oauth import OAuthClient
from exitzero.truth.calendars import answers, google_event
from exitzero.truth.calendars.google_event import UnreadableItemError
from exitzero.truth.calendars.sync_state import State

HOME = "https://www.googleapis.com/calendar/v3"

#: Events on calendars that the person owns, and the names of the calendars: the least with which both ways work.
SCOPES = (
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
)
NOTE = (
    "Google asks for an OAuth client of your own: in console.cloud.google.com make a project, enable the Google "
    "Calendar API, add an OAuth client of the type “Desktop app”, and paste its ID and secret here. Google warns that "
    "the app is unverified: it is yours. While its publishing status is “Testing”, Google ends the sign-in after seven "
    "days; “In production” keeps it. ExitZero asks to see and change events on calendars you own, and to list them."
)

_SERVICE = "Google Calendar"
_SIGN_IN = "Sign in to Google again in the settings."
_CLIENT_ID_END = ".apps.googleusercontent.com"
_PAGE = "250"
_MOST_PAGES = 40
#: Birthdays, working places and times away are no appointments.
_KINDS = ("default", "focusTime", "fromGmail")
_LIMITS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})


def oauth_client(client_id: str, client_secret: str) -> OAuthClient:
    """The person's own OAuth client, for :func:`exitzero.net.oauth.sign_in`; :class:`BadInput` at the field."""
    client_id, client_secret = client_id.strip(), client_secret.strip()
    if not client_id.endswith(_CLIENT_ID_END) or any(character <= " " for character in client_id):
        raise BadInput("client_id", f"Google's client IDs end in {_CLIENT_ID_END}.")
    if not client_secret or any(character <= " " for character in client_secret):
        raise BadInput("client_secret", "Google wants the client secret too; it stands beside the client ID.")
    return OAuthClient(
        name="Google",
        client_id=client_id,
        client_secret=client_secret,
        # Without these two there is no refresh token, or none at the second sign-in.
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        revoke_url="https://oauth2.googleapis.com/revoke",
        scopes=SCOPES,
    )


class GoogleCalendar:
    """One person's Google calendars; see :class:`exitzero.core.calendars.TwoWayCalendar`.

    ``bearer`` gives an access token, ``renewed`` another one in place of one that was refused (both as
    :class:`exitzero.net.oauth.TokenKeeper` has them). ``zone`` is the person's own (IANA). An ``href`` is Google's id
    of the event; each occurrence of a series has one of its own. An event that was moved out of the span is told with
    its new time. A span that reaches beyond the token's own is read whole.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        bearer: Callable[[], str],
        renewed: Callable[[str], str] | None = None,
        zone: str,
        base_url: str = HOME,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise BadInput("google_url", "The address has to begin with https://.")
        self._http = http
        self._bearer = bearer
        self._renewed = renewed
        self._zone = zone
        self._base = base_url.rstrip("/")

    def calendars(self) -> Sequence[RemoteCalendar]:
        """The calendars that the person owns, their main one first; others may not be read with this permission."""
        found: list[tuple[bool, RemoteCalendar]] = []
        for _, page in self._pages("users/me/calendarList", {"minAccessRole": "owner"}):
            for item in google_event.tables(page.get("items")):
                identifier = google_event.text(item.get("id"))
                if not identifier or item.get("deleted") is True or item.get("accessRole") != "owner":
                    continue
                name = google_event.text(item.get("summaryOverride")) or google_event.text(item.get("summary"))
                colour = google_event.text(item.get("backgroundColor"))
                calendar = RemoteCalendar(id=identifier, name=name or identifier, writable=True, colour=colour)
                found.append((item.get("primary") is not True, calendar))
        return tuple(calendar for _, calendar in sorted(found, key=lambda pair: pair[0]))

    def changes(self, calendar: str, span: Span, token: str) -> Changes:
        """What changed since ``token``; see the port. Where Google takes it no more, the whole is read."""
        state = State.from_text(token) if token else None
        if state is not None and state.sync and state.holds_for(span):
            try:
                return self._list(calendar, span, {"syncToken": state.sync}, whole=False)
            except _StaleTokenError:
                pass
        start, end = (at.astimezone(UTC).isoformat() for at in span)
        return self._list(calendar, span, {"timeMin": start, "timeMax": end}, whole=True)

    def put(self, calendar: str, event: CalendarEvent) -> CalendarEvent:
        """Write an event, see the port. Guests are never sent anything.

        Writing what stands there already is no conflict, so a write whose answer was lost may be repeated. A ``uid``
        whose event was deleted there can not be made again.
        """
        if not event.href:
            new = google_event.write_new(event, zone=self._zone)
            answer = self._ask("POST", self._url(calendar, sendUpdates="none"), new)
            if answer.status == 409:
                named = replace(event, href=google_event.event_id(event.uid))
                return self._conflict(calendar, named, "It is there already, or was deleted there.")
        else:
            etag = event.etag or self._etag(calendar, event.href)
            url = self._url(calendar, event.href, sendUpdates="none")
            document = google_event.write(event, zone=self._zone)
            answer = self._ask("PATCH", url, document, {"If-Match": etag} if etag else {})
            if answer.status in {404, 410}:
                raise _edited("It was deleted there meanwhile.")
            if answer.status in {409, 412}:
                return self._conflict(calendar, event, "It was changed there meanwhile.")
        written = self._event(_document(self._checked(answer)))
        return replace(event, href=written.href, etag=written.etag)

    def remove(self, calendar: str, event: CalendarEvent) -> None:
        """Delete an event or one occurrence, see the port; guests are never sent anything."""
        if not event.href:
            return
        condition = {"If-Match": event.etag} if event.etag else {}
        answer = self._ask("DELETE", self._url(calendar, event.href, sendUpdates="none"), None, condition)
        if answer.status in {404, 410}:
            return
        if answer.status == 412:
            if self._stands(calendar, event.href) is not None:
                raise _edited("It was changed there meanwhile.")
            return
        self._checked(answer)

    # ------------------------------------------------------------------------------------------ reading

    def _list(self, calendar: str, span: Span, since: Mapping[str, str], *, whole: bool) -> Changes:
        """All pages of what there is, or of what changed."""
        events: list[CalendarEvent] = []
        skipped: list[Skipped] = []
        gone: list[str] = []
        token, server_at = "", None
        path = f"calendars/{quote(calendar, safe='')}/events"
        for answer, page in self._pages(path, {"singleEvents": "true", "eventTypes": _KINDS, **since}):
            server_at = server_at or answer.server_at
            token = google_event.text(page.get("nextSyncToken"))
            usual = google_event.minutes_of(page.get("defaultReminders"))
            zone = google_event.text(page.get("timeZone"))
            for item in google_event.tables(page.get("items")):
                identifier = google_event.text(item.get("id"))
                if item.get("status") == "cancelled":
                    gone += [identifier] if identifier else []
                    continue
                try:
                    event = google_event.read(item, zone=self._zone, calendar_zone=zone, reminders=usual)
                except UnreadableItemError as unreadable:
                    title = google_event.text(item.get("summary"))[:60] or "An event without a title"
                    skipped.append(Skipped(f"“{title}” could not be read. {unreadable}", identifier))
                else:
                    events.append(event)
        return Changes(
            events=tuple(events),
            gone=() if whole else tuple(gone),
            token=State(span, sync=token).to_text() if token else "",
            whole=whole,
            skipped=tuple(skipped),
            server_at=server_at,
        )

    def _pages(
        self, path: str, query: Mapping[str, str | Sequence[str]]
    ) -> Iterator[tuple[Answer, Mapping[str, object]]]:
        asked: dict[str, str | Sequence[str]] = {**query, "maxResults": _PAGE}
        for _ in range(_MOST_PAGES):
            answer = self._ask("GET", f"{self._base}/{path}?{urlencode(asked, doseq=True)}")
            if answer.status == 410 and "syncToken" in asked:
                raise _StaleTokenError
            page = _document(self._checked(answer))
            if not isinstance(page.get("items", []), list):
                raise answers.schema_changed(_SERVICE, "there is no list")
            yield answer, page
            following = google_event.text(page.get("nextPageToken"))
            if not following:
                return
            asked["pageToken"] = following
        raise answers.schema_changed(_SERVICE, "its list has no end")

    # ------------------------------------------------------------------------------------------ writing

    def _conflict(self, calendar: str, event: CalendarEvent, words: str) -> CalendarEvent:
        """After a refusal: fine if what stands there is what was to be written, else :class:`EditedElsewhere`."""
        document = self._stands(calendar, event.href)
        if document is None:
            raise _edited("It was deleted there meanwhile.")
        wanted = google_event.write(event, zone=self._zone)
        standing = self._event(document)
        if google_event.write(standing, zone=self._zone) == wanted:
            return replace(event, etag=standing.etag)
        raise _edited(words)

    def _etag(self, calendar: str, identifier: str) -> str:
        document = self._stands(calendar, identifier)
        if document is None:
            raise _edited("It was deleted there meanwhile.")
        return google_event.text(document.get("etag"))

    def _stands(self, calendar: str, identifier: str) -> Mapping[str, object] | None:
        """The event as Google has it now; ``None`` if it is deleted, which Google may tell as cancelled."""
        answer = self._ask("GET", self._url(calendar, identifier))
        if answer.status in {404, 410}:
            return None
        document = _document(self._checked(answer))
        return None if document.get("status") == "cancelled" else document

    def _event(self, document: Mapping[str, object]) -> CalendarEvent:
        try:
            return google_event.read(document, zone=self._zone, calendar_zone="", reminders=())
        except UnreadableItemError:
            raise answers.schema_changed(_SERVICE, "an event without its times") from None

    # ------------------------------------------------------------------------------------------ asking

    def _url(self, calendar: str, identifier: str = "", **query: str) -> str:
        path = f"{self._base}/calendars/{quote(calendar, safe='')}/events"
        path += f"/{quote(identifier, safe='')}" if identifier else ""
        return f"{path}?{urlencode(query)}" if query else path

    def _ask(
        self,
        method: str,
        url: str,
        document: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One question; a token that is refused is renewed once."""
        content = None if document is None else json.dumps(document, ensure_ascii=False).encode()
        sent = {
            "Accept": "application/json",
            **({"Content-Type": "application/json"} if content else {}),
            **(headers or {}),
        }
        token = self._bearer()
        answer = self._http.request(method, url, headers={**sent, "Authorization": f"Bearer {token}"}, content=content)
        if answer.status == 401 and self._renewed is not None:
            token = self._renewed(token)
            answer = self._http.request(
                method, url, headers={**sent, "Authorization": f"Bearer {token}"}, content=content
            )
        return answer

    def _checked(self, answer: Answer) -> Answer:
        if 200 <= answer.status < 300:
            return answer
        reasons = _reasons(answer)
        if answer.status == 403 and "accessNotConfigured" in reasons:
            raise SourceTrouble(
                "The Google Calendar API is not enabled in your project.",
                "Enable it in console.cloud.google.com, then try again.",
                reason="refused",
            )
        if answer.status == 403 and "insufficientPermissions" in reasons:
            raise SourceTrouble(f"{_SERVICE} was not allowed enough.", _SIGN_IN, reason="refused")
        limited = answer.status == 403 and bool(reasons & _LIMITS)
        raise answers.trouble(answer, service=_SERVICE, sign_in=_SIGN_IN, limited=limited)


class _StaleTokenError(Exception):
    """Google has forgotten what was given out with this token."""


def _edited(words: str) -> EditedElsewhere:
    return EditedElsewhere(f"Nothing was written to the calendar. {words}", "Look at both and choose.", reason="edited")


def _document(answer: Answer) -> Mapping[str, object]:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise answers.schema_changed(_SERVICE, "no JSON") from None
    if not isinstance(document, dict):
        raise answers.schema_changed(_SERVICE, "no object")
    return document


def _reasons(answer: Answer) -> frozenset[str]:
    """Google's own words for why not, which tell a rate limit from a missing permission."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return frozenset()
    error = document.get("error") if isinstance(document, dict) else None
    errors = google_event.tables(error.get("errors")) if isinstance(error, dict) else []
    return frozenset(google_event.text(entry.get("reason")) for entry in errors)
