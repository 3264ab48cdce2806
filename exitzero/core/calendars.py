"""Calendar events as every calendar service shares them, and the port through which one is read and written.

Instants are UTC; the zone that an event was written in is kept beside, because 10:00 in New York is what was agreed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from exitzero.core.errors import OutsideTrouble
from exitzero.core.spans import Span


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One occurrence of an event, from ``starts`` to ``ends`` (UTC).

    ``zone`` is the IANA name that it was written in, empty for a floating one that was taken in the person's own zone.
    ``recurrence`` is the RECURRENCE-ID of one occurrence of a series (ISO in UTC with +00:00; a date for whole days, a
    time without offset for floating ones, so that it holds wherever the person is), empty for a single event; with
    ``uid`` it names the occurrence for ever. ``cancelled`` covers STATUS:CANCELLED; ``declined`` says that the
    person's own answer was no. ``calendar`` is the name of the calendar inside a file that holds several. ``changed``
    is when it was last modified, if told. ``href`` and ``etag`` are set by services that can be written to.
    ``reminders`` are minutes before the start.
    """

    uid: str
    starts: datetime
    ends: datetime
    title: str = ""
    zone: str = ""
    recurrence: str = ""
    notes: str = ""
    place: str = ""
    link: str = ""
    all_day: bool = False
    cancelled: bool = False
    declined: bool = False
    calendar: str = ""
    changed: datetime | None = None
    attendees: tuple[str, ...] = ()
    reminders: tuple[int, ...] = ()
    href: str = ""
    etag: str = ""

    @property
    def key(self) -> str:
        """What names this occurrence for ever."""
        return f"{self.uid}#{self.recurrence}" if self.recurrence else self.uid

    @property
    def span(self) -> Span:
        """The time that it takes."""
        return Span(self.starts, self.ends)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An event or calendar that could not be read; ``words`` say which and why, for the person."""

    words: str
    uid: str = ""


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a calendar held in the span that was asked for; a bad event is in ``skipped`` and hides no other.

    ``warnings`` are things that were read with a guess (an unknown time zone). ``names`` are the calendars found.
    ``whole`` is False if the file broke off, so that what is missing from it is not known to be gone.
    """

    events: tuple[CalendarEvent, ...]
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class RemoteCalendar:
    """A calendar of an account that can be chosen; ``id`` is its address there."""

    id: str
    name: str
    writable: bool
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed at a calendar since ``token`` was given.

    ``whole`` says that ``events`` is everything in the span, so that whatever is missing from it is gone. ``gone`` are
    hrefs (or uids where there are none) that were deleted.
    """

    events: tuple[CalendarEvent, ...]
    gone: tuple[str, ...] = ()
    token: str = ""
    whole: bool = False
    skipped: tuple[Skipped, ...] = field(default=())
    server_at: datetime | None = None


class EditedElsewhere(OutsideTrouble):
    """A write was refused because the event was changed or deleted at the service meanwhile; nothing was written."""


class TwoWayCalendar(Protocol):
    """A calendar account that can be read and written. Any thread; every call may block on the network.

    Each call may raise :class:`exitzero.core.errors.OutsideTrouble`; ``reason`` is one of the words of
    :class:`exitzero.core.observation.SourceTrouble`, so that trouble is unknown and never an empty calendar.
    """

    def calendars(self) -> Sequence[RemoteCalendar]:
        """The calendars of the account."""
        ...

    def changes(self, calendar: str, span: Span, token: str) -> Changes:
        """What changed in a calendar since ``token`` (empty: everything in ``span``)."""
        ...

    def put(self, calendar: str, event: CalendarEvent) -> CalendarEvent:
        """Write an event: a new one if it has no ``href``, else over the state with its ``etag``.

        Gives it back with its new ``href`` and ``etag``. Raises :class:`EditedElsewhere`.
        """
        ...

    def remove(self, calendar: str, event: CalendarEvent) -> None:
        """Delete an event in the state that ``etag`` names; one that is gone already is no error.

        Raises :class:`EditedElsewhere`.
        """
        ...
