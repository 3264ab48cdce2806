"""A CalDAV account as a calendar that is read and written: iCloud, Fastmail, Nextcloud, one's own server.

Why it exists: a handful of WebDAV questions do what a library would bring 35 MB for. What is written keeps every
property that others put there, and nothing is ever written over a state that was not seen.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from urllib.parse import quote, urljoin, urlsplit

from exitzero.core.calendars import CalendarEvent, Changes, EditedElsewhere, RemoteCalendar, Skipped
from exitzero.core.observation import SourceTrouble
from exitzero.core.spans import Span
from exitzero.net.http import Answer, HttpClient, TooLong
from exitzero.truth.calendars import answers, caldav_discovery, ics
from exitzero.truth.calendars.caldav_account import CalDavAccount, canonical
from exitzero.truth.calendars.caldav_wire import (
    CAL,
    DAV,
    SERVER,
    Entry,
    Wire,
    escaped,
    precondition,
    propfind,
    report,
    strong,
)
from exitzero.truth.calendars.sync_state import State

_CALENDAR_TYPE = "text/calendar; charset=utf-8"
#: An event with a film attached is left out and named; it must not keep the others from being read.
_LARGEST_EVENT = 1_000_000
_LARGEST_BATCH = 3_000_000
_MOST_IN_BATCH = 50
_UNKNOWN_SIZE = 8_000
_MOST_ROUNDS = 50
#: A server compares floating times in a zone of its own; the span is asked for with this much around it.
_MARGIN = timedelta(days=1)
#: How far an event that was moved out of the span is looked for.
_FAR = timedelta(days=5 * 366)
#: Statuses by which servers say that they cannot tell what changed since a token.
_TOKEN_IS_STALE = frozenset({400, 403, 405, 409, 410, 412, 415, 422, 501, 507})
_ZONES = re.compile(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,119}")


@dataclass(slots=True)
class _Found:
    """What reading resources gave; ``missing`` are those that are not there, or hold nothing any more."""

    events: list[CalendarEvent] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class CalDav:
    """One person's CalDAV account; see :class:`exitzero.core.calendars.TwoWayCalendar`.

    ``zone`` is the person's own (IANA), for floating times; ``own`` are their addresses, by which a declined invitation
    is known. An ``href`` is a whole address. One href may be a series with many events, all with the same ETag: what
    :meth:`changes` gives for an href is all of it in the span, and whatever else was known with that href is gone.
    A span that reaches beyond the token's own is read whole.
    """

    def __init__(self, http: HttpClient, account: CalDavAccount, *, zone: str, own: Collection[str] = ()) -> None:
        self._account = account
        self._wire = Wire(http, account)
        self._zone = zone
        self._own = tuple(own) or ((account.user,) if "@" in account.user else ())

    def calendars(self) -> Sequence[RemoteCalendar]:
        """The calendars of the account that can hold events; blocks for some seconds, since several hosts may be asked.

        Raises :class:`exitzero.core.errors.OutsideTrouble`: ``refused`` for a wrong password, ``not_found`` where there
        is no CalDAV.
        """
        return caldav_discovery.calendars(self._wire, self._account.url)

    def changes(self, calendar: str, span: Span, token: str) -> Changes:
        """What changed since ``token``; see the port. Where the server takes it no more, the whole is read."""
        state = State.from_text(token) if token else None
        changes = None
        if state is not None and state.holds_for(span):
            changes = self._synced(calendar, span, state) if state.sync else self._compared(calendar, span, state)
        return changes or self._whole(calendar, span)

    def put(self, calendar: str, event: CalendarEvent) -> CalendarEvent:
        """Write an event, see the port; one with a ``recurrence`` changes that occurrence of its series only.

        Writing what stands there already is no conflict, so a write whose answer was lost may be repeated.
        """
        if not event.href:
            href = urljoin(calendar.rstrip("/") + "/", _file_name(event.uid))
            return self._write(event, href, ics.write_event(event, zone=self._zone), {"If-None-Match": "*"})
        old = self._wire.ask("GET", event.href)
        if old.status in {404, 410}:
            raise _edited("It was deleted there meanwhile.")
        if old.status != 200:
            raise self._wire.trouble(old)
        stands = strong(old.headers.get("etag", ""))
        if event.etag and stands and stands != strong(event.etag):
            return self._conflict(event, event.href)
        body = ics.merge_event(old.body, event, zone=self._zone)
        if body == old.body:
            return replace(event, etag=stands or event.etag)
        etag = strong(event.etag) or stands
        return self._write(event, event.href, body, {"If-Match": etag} if etag else {})

    def remove(self, calendar: str, event: CalendarEvent) -> None:
        """Delete an event, see the port; one occurrence of a series is cancelled and the series stays."""
        if not event.href:
            return
        if event.recurrence:
            self._cancel(calendar, event)
            return
        condition = {"If-Match": strong(event.etag)} if event.etag else {}
        answer = self._wire.ask("DELETE", event.href, headers=condition)
        if answer.status == 412:
            if self._wire.ask("GET", event.href).status not in {404, 410}:
                raise _edited("It was changed there meanwhile.")
        elif not 200 <= answer.status < 300 and answer.status not in {404, 410}:
            raise self._wire.trouble(answer)

    # ------------------------------------------------------------------------------------------ reading

    def _whole(self, calendar: str, span: Span) -> Changes:
        names = propfind("D:resourcetype", "D:sync-token", "S:getctag")
        # The token is taken before the list: what changes in between is told twice rather than never.
        about = self._wire.multi("PROPFIND", calendar, body=names, depth=0)
        entry = about.entries[0] if about.entries else Entry(about.url, 404)
        if not entry.has(f"{DAV}resourcetype", f"{CAL}calendar"):
            raise answers.schema_changed(self._wire.service, "this is no calendar")
        listed = self._listed(calendar, span)
        found = self._read(calendar, listed, span, moved=False)
        state = State(
            span,
            sync=entry.text(f"{DAV}sync-token"),
            ctag=entry.text(f"{SERVER}getctag"),
            etags={entry.href: entry.etag for entry in listed},
        )
        return Changes(
            events=tuple(found.events),
            token=state.to_text(),
            whole=True,
            skipped=tuple(found.skipped),
            server_at=about.answer.server_at,
        )

    def _synced(self, calendar: str, span: Span, state: State) -> Changes | None:
        """What the server says changed since its token; ``None`` if it cannot say."""
        sync, changed, gone = state.sync, dict[str, Entry](), dict[str, None]()
        for _ in range(_MOST_ROUNDS):
            inner = f"<D:sync-token>{escaped(sync)}</D:sync-token><D:sync-level>1</D:sync-level>"
            body = report("D:sync-collection", inner=inner, names=("D:getetag", "D:getcontentlength"))
            answer, url = self._wire.follow("REPORT", calendar, body=body, depth=0)
            if answer.status in _TOKEN_IS_STALE:
                return None
            if answer.status != 207:
                raise self._wire.trouble(answer)
            told = self._wire.read(answer, url)
            more = False
            for entry in told.entries:
                if entry.status == 507:
                    more = True  # So many changes that the list goes on behind the new token.
                elif entry.status == 404:
                    changed.pop(entry.href, None)
                    gone[entry.href] = None
                elif not entry.href.endswith("/"):
                    gone.pop(entry.href, None)
                    changed[entry.href] = entry
            if not told.sync_token or (more and told.sync_token == sync):
                return None
            sync = told.sync_token
            if not more:
                break
        else:
            return None
        found = self._read(calendar, changed.values(), span, moved=True)
        return _since(found, gone, State(span, sync=sync), answer)

    def _compared(self, calendar: str, span: Span, state: State) -> Changes | None:
        """What changed by the tags of events, for servers without sync tokens."""
        about = self._wire.multi("PROPFIND", calendar, body=propfind("D:sync-token", "S:getctag"), depth=0)
        entry = about.entries[0] if about.entries else Entry(about.url, 404)
        ctag = entry.text(f"{SERVER}getctag")
        if entry.text(f"{DAV}sync-token"):
            return None
        if ctag and ctag == state.ctag:
            return _since(_Found(), (), state, about.answer)
        listed = self._listed(calendar, span)
        changed = [entry for entry in listed if not entry.etag or state.etags.get(entry.href) != entry.etag]
        # What is not in the list any more is deleted, or was moved out of the span: asking tells which.
        left = [Entry(href, 200) for href in state.etags.keys() - {entry.href for entry in listed}]
        found = self._read(calendar, [*changed, *left], span, moved=True)
        return _since(found, (), State(span, ctag=ctag, etags={one.href: one.etag for one in listed}), about.answer)

    def _listed(self, calendar: str, span: Span) -> list[Entry]:
        """The resources that have an event in about this span, without their content."""
        start, end = (f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (span.start - _MARGIN, span.end + _MARGIN))
        inner = (
            '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
            f'<C:time-range start="{start}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter>'
        )
        body = report("C:calendar-query", inner=inner, names=("D:getetag", "D:getcontentlength"))
        listed = self._wire.multi("REPORT", calendar, body=body, depth=1)
        return [entry for entry in listed.entries if entry.status == 200 and not entry.href.endswith("/")]

    def _read(self, calendar: str, entries: Iterable[Entry], span: Span, *, moved: bool) -> _Found:
        """Fetch and read resources. ``moved``: look beyond the span for an event that has left it."""
        found = _Found()
        for batch in _batches(entries, found):
            self._fetch(calendar, batch, found, span, moved=moved)
        return found

    def _fetch(self, calendar: str, batch: Sequence[Entry], found: _Found, span: Span, *, moved: bool) -> None:
        paths = [urlsplit(entry.href).path for entry in batch]
        body = report("C:calendar-multiget", names=("D:getetag", "C:calendar-data"), hrefs=paths)
        try:
            told = self._wire.multi("REPORT", calendar, body=body, depth=1)
        except TooLong:
            # Not every server tells sizes beforehand.
            if len(batch) == 1:
                found.skipped.append(Skipped("An event was left out: it is too large to read."))
                return
            middle = len(batch) // 2
            for half in (batch[:middle], batch[middle:]):
                self._fetch(calendar, half, found, span, moved=moved)
            return
        seen = {entry.href: entry for entry in told.entries}
        for wanted in batch:
            entry = seen.get(wanted.href)
            data = entry.text(f"{CAL}calendar-data") if entry is not None and entry.status == 200 else ""
            if entry is None or not data:
                found.missing.append(wanted.href)
            else:
                self._take(found, data.encode(), entry, span, moved=moved)

    def _take(self, found: _Found, data: bytes, entry: Entry, span: Span, *, moved: bool) -> None:
        try:
            content = ics.read(data, span, zone=self._zone, own=self._own)
        except SourceTrouble as unreadable:
            found.skipped.append(Skipped(f"An event could not be read: {unreadable.title}"))
            return
        events = content.events
        told = _ZONES.sub(b"", data)  # the rules of a time zone do not make its event a series
        series = b"\nRRULE" in told or b"\nRDATE" in told
        if moved and not events and not content.skipped and not series:
            far = Span(span.start - _FAR, span.end + _FAR)
            events = ics.read(data, far, zone=self._zone, own=self._own).events
        found.events += [replace(event, href=entry.href, etag=entry.etag) for event in events]
        found.skipped += content.skipped
        if moved and not events and not content.skipped:
            found.missing.append(entry.href)

    # ------------------------------------------------------------------------------------------ writing

    def _write(self, event: CalendarEvent, href: str, body: bytes, condition: Mapping[str, str]) -> CalendarEvent:
        answer = self._wire.ask("PUT", href, headers={"Content-Type": _CALENDAR_TYPE, **condition}, body=body)
        if answer.status == 412:
            return self._conflict(event, href)
        if answer.status in {403, 409} and precondition(answer, "no-uid-conflict"):
            raise _edited("An event of this name is there already.")
        if not 200 <= answer.status < 300:
            raise self._wire.trouble(answer)
        href = canonical(urljoin(href, answer.headers.get("location", "") or href))
        etag = strong(answer.headers.get("etag", ""))
        if etag:
            return replace(event, href=href, etag=etag)
        # No ETag means that the server changed what it was given: only reading says what stands there now.
        return self._standing(event, href) or replace(event, href=href)

    def _cancel(self, calendar: str, event: CalendarEvent) -> None:
        try:
            self.put(calendar, replace(event, cancelled=True))
        except EditedElsewhere:
            if self._wire.ask("GET", event.href).status not in {404, 410}:
                raise

    def _conflict(self, event: CalendarEvent, href: str) -> CalendarEvent:
        """After a refusal: fine if what stands there is what was to be written, else :class:`EditedElsewhere`."""
        standing = self._standing(event, href)
        if standing is not None and _same(standing, event):
            return standing
        raise _edited("It was changed there meanwhile." if event.href else "An event of this name is there already.")

    def _standing(self, event: CalendarEvent, href: str) -> CalendarEvent | None:
        """The event as the server has it now."""
        answer = self._wire.ask("GET", href)
        if answer.status != 200:
            return None
        around = Span(event.starts - _MARGIN, event.ends + _MARGIN)
        try:
            content = ics.read(answer.body, around, zone=self._zone, own=self._own)
        except SourceTrouble:
            return None
        etag = strong(answer.headers.get("etag", ""))
        return next((replace(one, href=href, etag=etag) for one in content.events if one.key == event.key), None)


# ---------------------------------------------------------------------------------------------- inside


def _edited(words: str) -> EditedElsewhere:
    return EditedElsewhere(f"Nothing was written to the calendar. {words}", "Look at both and choose.", reason="edited")


def _since(found: _Found, gone: Iterable[str], state: State, answer: Answer) -> Changes:
    return Changes(
        events=tuple(found.events),
        gone=tuple(dict.fromkeys([*gone, *found.missing])),
        token=state.to_text(),
        skipped=tuple(found.skipped),
        server_at=answer.server_at,
    )


def _same(standing: CalendarEvent, event: CalendarEvent) -> bool:
    """Whether two states of an event say the same, apart from what a service adds."""
    service_made = {"href": "", "etag": "", "calendar": "", "changed": None, "declined": False}
    left, right = (replace(one, **service_made) for one in (standing, event))  # type: ignore[arg-type]
    return left == right


def _batches(entries: Iterable[Entry], found: _Found) -> Iterable[list[Entry]]:
    """So many at once as fit into an answer; what is too large for any is named in ``found``."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        length = _UNKNOWN_SIZE if entry.size is None else entry.size
        if length > _LARGEST_EVENT:
            found.skipped.append(Skipped(f"An event of {length // 1000} kB was left out: it is too large to read."))
            continue
        if batch and (len(batch) == _MOST_IN_BATCH or size + length > _LARGEST_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _file_name(uid: str) -> str:
    """The name of a new event's resource; a UID with odd signs is told by its digest."""
    return f"{quote(uid) if _PLAIN_NAME.fullmatch(uid) else hashlib.sha256(uid.encode()).hexdigest()[:40]}.ics"
