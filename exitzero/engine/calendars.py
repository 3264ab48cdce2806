"""Calendars outside: connected, read on time, written where both ways are allowed, and given out as a file.

Addresses, passwords and sign-ins go into the keyring and nowhere else. Methods block on network and keyring; for the
network pool. What a calendar fails to say is trouble, never an empty calendar.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from exitzero.core.calendars import CalendarEvent, RemoteCalendar
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import CalendarConnected, CalendarDisconnected, CalendarRuled
from exitzero.core.topics import Topic, Topics
from exitzero.desktop.vault import Vault
from exitzero.engine import calendar_sync
from exitzero.engine.calendar_access import Access, SignedIn
from exitzero.engine.calendar_files import ImportPreview, as_file, import_events, imported
from exitzero.engine.views import HealthItem
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.truth.calendars.caldav_account import PRESETS, CalDavAccount, Preset
from exitzero.truth.calendars.google import NOTE
from exitzero.truth.calendars.subscription import FeedState, check_address
from exitzero.work.mocks import sync
from exitzero.work.mocks.questions import preview_of
from exitzero.work.mocks.record import zone_of_days
from exitzero.work.mocks.rule import checked_rule
from exitzero.work.mocks.views import RulePreview

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine

__all__ = ["Calendars", "ImportPreview"]

log = logging.getLogger(__name__)

FEED_FILE = "exitzero.ics"
FEED_NAME = "Mock interviews"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Forms:
    """What the forms say: CalDAV services to choose from, and what Google asks for."""

    presets: tuple[Preset, ...]
    google: str


class Calendars:
    """What is connected and how it is kept in step. ``rule`` is as :mod:`exitzero.work.mocks.rule` describes it."""

    def __init__(self, engine: "Engine", vault: Vault, access: Access | None) -> None:
        self._engine = engine
        self._vault = vault
        self._given = access
        self._keeping = threading.Lock()
        self._changed = threading.Event()
        self._changed.set()
        self._signed_in: SignedIn | None = None
        self._feed_trouble: OutsideTrouble | None = None
        self._coming: datetime | None = None
        engine.listen(self._heard)

    # Connecting

    @staticmethod
    def forms() -> Forms:
        """What the forms say; imports nothing heavy."""
        return Forms(PRESETS, NOTE)

    def preview_ics(self, address: str, rule: Mapping[str, str]) -> RulePreview:
        """What the rule would take at an address that is not connected. Raises :class:`BadInput` on ``address``."""
        wanted = checked_rule(rule)
        return preview_of(self._read(address), wanted, "", self._engine.now())

    def connect_ics(self, address: str, name: str, rule: Mapping[str, str]) -> str:
        """Subscribe to a calendar; gives its id. Raises :class:`BadInput` at the field, :class:`OutsideTrouble`."""
        wanted, called = checked_rule(rule), _name(name)
        self._read(address)
        whole = check_address(address)
        self._check_new(lambda kept: kept == whole)
        return self._connect("ics", whole, called, wanted, urlsplit(whole).hostname or "", two_way=False)

    def list_remote(self, *, url: str, user: str, password: str) -> tuple[RemoteCalendar, ...]:
        """The calendars of a CalDAV account, to choose from; nothing is kept."""
        account = CalDavAccount(url, user, password)
        return tuple(self._access.caldav(account, zone=self._zone()).calendars())

    def connect_caldav(
        self, *, url: str, user: str, password: str, remote: str, name: str, rule: Mapping[str, str], two_way: bool
    ) -> str:
        """Connect one calendar (``remote`` is a :class:`RemoteCalendar` id) of an account; gives its id here."""
        wanted, called = checked_rule(rule), _name(name)
        account = CalDavAccount(url, user, password)
        found = {each.id: each for each in self._access.caldav(account, zone=self._zone()).calendars()}
        _check_remote(found.get(remote), two_way=two_way)
        secret = self._access.caldav_secret(account, remote)
        self._check_new(lambda kept: kept == secret)
        return self._connect("caldav", secret, called, wanted, account.service, two_way=two_way)

    def connect_google(
        self,
        client_id: str,
        client_secret: str,
        cancelled: threading.Event | None = None,
        open_browser: Callable[[str], object] | None = None,
    ) -> tuple[RemoteCalendar, ...]:
        """Sign in to Google in the browser; gives the calendars for :meth:`choose_google`. Waits up to 5 minutes."""
        self._signed_in = self._access.sign_in(
            client_id,
            client_secret,
            now=self._engine.now,
            cancelled=cancelled or threading.Event(),
            open_browser=open_browser,
        )
        return tuple(self._access.google_once(self._signed_in, zone=self._zone(), now=self._engine.now).calendars())

    def choose_google(self, remote: str, name: str, rule: Mapping[str, str], *, two_way: bool) -> str:
        """Connect one calendar of the account that was signed in to last; gives its id."""
        wanted, called = checked_rule(rule), _name(name)
        signed_in = self._signed_in
        if signed_in is None:
            raise BadInput("client_id", "Sign in to Google first.")
        google = self._access.google_once(signed_in, zone=self._zone(), now=self._engine.now)
        _check_remote(next((each for each in google.calendars() if each.id == remote), None), two_way=two_way)
        secret = self._access.google_secret(signed_in, remote)
        return self._connect("google", secret, called, wanted, "Google", two_way=two_way)

    def disconnect(self, calendar: str) -> None:
        """Forget a calendar with its address; the mocks that it brought stay as one's own."""
        row = self._row(calendar)

        def work(unit: Unit) -> None:
            sync.release(unit, calendar)
            unit.record(CalendarDisconnected(calendar))

        self._engine.database.write(work).result()
        if row.kind == "google" and self._given is not None:
            self._revoke(calendar)
        self._vault.delete(secret_name(calendar))

    def rule(self, calendar: str, rule: Mapping[str, str]) -> None:
        """Change which events are mocks. Raises :class:`BadInput` on ``rule``."""
        wanted = checked_rule(rule)
        self._row(calendar)

        def work(unit: Unit) -> None:
            unit.record(CalendarRuled(calendar, wanted))
            sync.choose_anew(unit, unit.session.get_one(tables.CalendarRow, calendar))

        self._engine.database.write(work).result()

    # Keeping in step

    def keep(self) -> None:
        """Ask the calendars that it is time to ask, and write the feed file; one thread at a time."""
        if not self._keeping.acquire(blocking=False):
            return
        try:
            now = self._engine.now()
            asked = self._engine.database.read(partial(calendar_sync.due, now=now)).result() if self._given else []
            for calendar in asked:
                try:
                    self._keeper().keep(calendar)
                except OutsideTrouble as trouble:
                    log.info("calendar %s: %s", calendar, trouble.title)
            if asked:
                self._engine.beat()
            self._coming = self._engine.database.read(partial(calendar_sync.coming, now=self._engine.now())).result()
            self.write_feed()
        finally:
            self._keeping.release()

    @property
    def next_read(self) -> datetime | None:
        """When a calendar will be asked next; cheap, for any thread."""
        return self._coming

    def sync_now(self, calendar: str | None = None) -> None:
        """Read (and write) one or all calendars now; trouble stands in :class:`FeedView`, and is raised for one."""
        wanted = [self._row(calendar).id] if calendar is not None else self._ids()
        with self._keeping:
            for each in wanted:
                try:
                    self._keeper().keep(each)
                except OutsideTrouble:
                    if calendar is not None:
                        raise
            self.write_feed()
        self._engine.beat()

    def resolve(self, uid: str, *, keep: str) -> None:
        """Settle a clash: ``keep`` is mine or theirs. Raises :class:`BadInput`, :class:`OutsideTrouble`."""
        if keep not in {"mine", "theirs"}:
            raise BadInput("keep", "Keep mine or theirs.")

        def work(unit: Unit) -> str:
            row = unit.session.get(tables.MockRow, uid)
            if row is None or not row.clash:
                raise BadInput("uid", "There is nothing to settle any more.")
            sync.settle(unit, row, keep=keep)
            return row.calendar if row.unsynced else ""

        calendar = self._engine.database.write(work).result()
        if calendar:
            self.sync_now(calendar)

    # Files

    def preview_import(self, data: bytes) -> ImportPreview:
        """What importing a calendar file would do. Raises :class:`OutsideTrouble` for what is no calendar."""
        now, zone = self._engine.now(), self._zone()
        return self._engine.database.read(partial(import_events, data=data, now=now, zone=zone)).result()

    def import_ics(self, data: bytes) -> int:
        """Import the coming events of a file as mocks; gives how many were new. Raises :class:`OutsideTrouble`."""
        preview = self.preview_import(data)
        zone = self._zone()
        return self._engine.database.write(partial(imported, preview=preview, zone=zone)).result()

    def export_ics(self, path: str | Path | None = None) -> bytes:
        """All mocks as a calendar file, also written to ``path`` if one is given.

        Raises :class:`OutsideTrouble` if it cannot be written there.
        """
        from exitzero.truth.calendars import ics

        events, zone = self._events(), self._zone()
        if path is not None:
            ics.write_feed(Path(path), events, FEED_NAME, zone=zone)
        return as_file(events, FEED_NAME, zone)

    def feed_path(self) -> Path:
        """The file that other calendars can subscribe to; written after each change."""
        return self._engine.data_dir / FEED_FILE

    @property
    def feed_trouble(self) -> OutsideTrouble | None:
        """Why the feed file could not be written the last time; cheap, for any thread."""
        return self._feed_trouble

    def write_feed(self) -> None:
        """Write the feed file if something changed. Trouble is kept in :attr:`feed_trouble` and tried again."""
        if not self._changed.is_set():
            return
        self._changed.clear()
        try:
            from exitzero.truth.calendars import ics

            ics.write_feed(self.feed_path(), self._events(), FEED_NAME, zone=self._zone())
        except OutsideTrouble as trouble:
            if self._feed_trouble is None:
                log.info("the calendar feed: %s", trouble)
            self._feed_trouble = trouble
            self._changed.set()
        else:
            self._feed_trouble = None

    def health_items(self) -> tuple[HealthItem, ...]:
        """How the calendars and the feed file do, for the health page; nothing while all is well unconnected."""
        items = []
        for view in self._engine.ask(lambda questions: questions.mocks.feeds()).result():
            title = f"Calendar {view.name}"
            if view.trouble:
                items.append(HealthItem(f"calendar.{view.id}", title, "unknown", view.trouble, view.advice))
            elif view.clashes:
                words = f"{view.clashes} changed on both sides."
                items.append(HealthItem(f"calendar.{view.id}", title, "warn", words, "Settle it on the mocks page."))
            else:
                as_of = f"Read on {view.as_of:%Y-%m-%d at %H:%M} UTC." if view.as_of is not None else "Not read yet."
                items.append(HealthItem(f"calendar.{view.id}", title, "good", as_of))
        trouble = self._feed_trouble
        if trouble is not None:
            items.append(HealthItem("calendar.feed", "Calendar feed", "warn", trouble.title, trouble.advice))
        return tuple(items)

    # Inside

    @property
    def _access(self) -> Access:
        if self._given is None:
            raise OutsideTrouble("Calendars are not reached from here.", "This is the demo.", reason="demo")
        return self._given

    def _keeper(self) -> calendar_sync.Keeper:
        return calendar_sync.Keeper(
            self._engine.database, self._access, now=self._engine.now, zone=self._engine.machine_zone
        )

    def _heard(self, topics: Topics) -> None:
        if Topic.MOCKS in topics:
            self._changed.set()

    def _read(self, address: str) -> tuple[CalendarEvent, ...]:
        now = self._engine.now()
        span = calendar_sync.whole_span(now)
        answer = self._access.subscription().read_address(
            address, FeedState(), asked_at=now, span=span, zone=self._zone()
        )
        return answer.content.events if answer.content is not None else ()

    def _connect(self, kind: str, secret: str, name: str, rule: Mapping[str, str], shown: str, *, two_way: bool) -> str:
        calendar = f"{kind}-{secrets.token_hex(4)}"
        self._vault.set(secret_name(calendar), secret)
        fact = CalendarConnected(calendar, kind, name, shown, rule, two_way)
        try:
            self._engine.database.write(lambda unit: unit.record(fact)).result()
        except OutsideTrouble:
            self._vault.delete(secret_name(calendar))
            raise
        try:
            self.sync_now(calendar)
        except OutsideTrouble as trouble:
            log.info("the first reading of a calendar: %s", trouble.title)
        return calendar

    def _check_new(self, is_known: Callable[[str], bool]) -> None:
        for calendar in self._ids():
            if is_known(self._vault.get(secret_name(calendar)) or ""):
                raise BadInput("address", "This calendar is connected already.")

    def _revoke(self, calendar: str) -> None:
        """Take the permission back, unless another connected calendar lives by the same sign-in."""
        mine = self._access.sign_in_of(calendar)
        others = [self._access.sign_in_of(each) for each in self._ids() if each != calendar]
        if mine is None or mine in others:
            return
        try:
            self._access.revoke(calendar)
        except OutsideTrouble as trouble:
            log.info("the permission could not be taken back: %s", trouble.title)

    def _row(self, calendar: str) -> tables.CalendarRow:
        row = self._engine.database.read(lambda session: session.get(tables.CalendarRow, calendar)).result()
        if row is None:
            raise BadInput("calendar", "This calendar is not connected.")
        return row

    def _ids(self) -> list[str]:
        def ids(session: Session) -> list[str]:
            return [*session.exec(select(tables.CalendarRow.id).order_by(col(tables.CalendarRow.id)))]

        return self._engine.database.read(ids).result()

    def _zone(self) -> str:
        machine = self._engine.machine_zone()
        return self._engine.database.read(lambda session: zone_of_days(session, machine)).result()

    def _events(self) -> tuple[CalendarEvent, ...]:
        from exitzero.engine.calendar_files import own_events

        return self._engine.database.read(own_events).result()


def secret_name(calendar: str) -> str:
    """Under which name the secret of a calendar stands in the keyring."""
    return f"calendar.{calendar}"


def _name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        raise BadInput("name", f"Name the calendar, in {LONGEST_NAME} characters at most.")
    return called


def _check_remote(found: RemoteCalendar | None, *, two_way: bool) -> None:
    if found is None:
        raise BadInput("remote", "This calendar is not in the account any more; choose another.")
    if two_way and not found.writable:
        raise BadInput("two_way", f"{found.name} can only be read.")
