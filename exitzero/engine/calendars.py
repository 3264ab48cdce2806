"""Calendars outside: connected, read on time, written where both ways are allowed, and given out as a file.

Addresses, passwords and sign-ins go into the keyring and nowhere else. Methods block on network and keyring; for the
network pool. What a calendar fails to say is trouble, never an empty calendar.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exitzero.core.calendars import CalendarEvent, RemoteCalendar
from exitzero.work.mocks.views import RulePreview


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a calendar file would do: ``new`` are added, ``known`` stand here already and are left alone."""

    new: tuple[CalendarEvent, ...]
    known: tuple[CalendarEvent, ...]
    skipped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Calendars:
    """What is connected and how it is kept in step. ``rule`` is as :mod:`exitzero.work.mocks.rule` describes it."""

    def preview_ics(self, address: str, rule: Mapping[str, str]) -> RulePreview:
        """What the rule would take at an address that is not connected. Raises :class:`BadInput` on ``address``."""
        raise NotImplementedError

    def connect_ics(self, address: str, name: str, rule: Mapping[str, str]) -> str:
        """Subscribe to a calendar; gives its id. Raises :class:`BadInput` at the field, :class:`OutsideTrouble`."""
        raise NotImplementedError

    def list_remote(self, *, url: str, user: str, password: str) -> tuple[RemoteCalendar, ...]:
        """The calendars of a CalDAV account, to choose from; nothing is kept."""
        raise NotImplementedError

    def connect_caldav(
        self, *, url: str, user: str, password: str, remote: str, name: str, rule: Mapping[str, str], two_way: bool
    ) -> str:
        """Connect one calendar (``remote`` is a :class:`RemoteCalendar` id) of an account; gives its id here."""
        raise NotImplementedError

    def connect_google(
        self, client_id: str, client_secret: str, cancelled: threading.Event | None = None
    ) -> tuple[RemoteCalendar, ...]:
        """Sign in to Google in the browser; gives the calendars for :meth:`choose_google`. Waits up to 5 minutes."""
        raise NotImplementedError

    def choose_google(self, remote: str, name: str, rule: Mapping[str, str], *, two_way: bool) -> str:
        """Connect one calendar of the account that was signed in to last; gives its id."""
        raise NotImplementedError

    def disconnect(self, calendar: str) -> None:
        """Forget a calendar with its address; the mocks that it brought stay as one's own."""
        raise NotImplementedError

    def rule(self, calendar: str, rule: Mapping[str, str]) -> None:
        """Change which events are mocks. Raises :class:`BadInput` on ``rule``."""
        raise NotImplementedError

    def sync_now(self, calendar: str | None = None) -> None:
        """Read (and write) one or all calendars now; trouble stands in :class:`FeedView`, and is raised for one."""
        raise NotImplementedError

    def resolve(self, uid: str, *, keep: str) -> None:
        """Settle a clash: ``keep`` is mine or theirs. Raises :class:`BadInput`, :class:`OutsideTrouble`."""
        raise NotImplementedError

    def preview_import(self, data: bytes) -> ImportPreview:
        """What importing a calendar file would do. Raises :class:`OutsideTrouble` for what is no calendar."""
        raise NotImplementedError

    def import_ics(self, data: bytes) -> int:
        """Import the events of a file as mocks; gives how many were new."""
        raise NotImplementedError

    def export_ics(self, path: str | Path | None = None) -> bytes:
        """All mocks as a calendar file, also written to ``path`` if one is given."""
        raise NotImplementedError

    def feed_path(self) -> Path:
        """The file that other calendars can subscribe to; written after each change."""
        raise NotImplementedError
