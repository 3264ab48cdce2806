"""Calendar files: whatever was exported, subscribed to or hand-made, read without one bad event hiding the others.

Why it exists: every calendar service speaks this format, and each a little wrong. The lines are in ``ics_lines``, the
zones in ``ics_zones``, single values in ``ics_values``, repetition in ``ics_rules``; here they become events.
"""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from exitzero.core.calendars import CalendarContent, CalendarEvent, Skipped
from exitzero.core.observation import SourceTrouble
from exitzero.core.spans import Span
from exitzero.truth.calendars.ics_found import (
    SHORT_TITLE,
    Found,
    as_exdate,
    cores_of,
    day_of,
    in_order,
    in_zone_of,
    like,
    made_up,
    name_of,
    named,
    rank_of,
    repeats,
    shift_of,
    shifted,
    title_of,
    zone_name,
)
from exitzero.truth.calendars.ics_lines import Block, parse
from exitzero.truth.calendars.ics_rules import Budget, Series, UnreadableEventError, unroll
from exitzero.truth.calendars.ics_values import (
    Moment,
    attendees_of,
    instant,
    is_declined,
    length,
    link_of,
    moment,
    moments,
    reminders_of,
    stamp_of,
)
from exitzero.truth.calendars.ics_zones import Zone, Zones, known_zone

#: Bytes of a file that are still read.
LONGEST_FILE = 5_000_000

_CALENDAR = re.compile(rb"^\s*BEGIN\s*:\s*(?:VCALENDAR|VEVENT)\s*$", re.IGNORECASE | re.MULTILINE)
_PLAIN = re.compile(r"\d{8}(?:T\d{6}Z?)?")


def read(data: bytes, span: Span, *, zone: str, own: Collection[str] = ()) -> CalendarContent:
    """The events of a calendar file that touch ``span``, by their start; repeating ones as single occurrences.

    ``zone`` is the person's (IANA), in which floating times and whole days are taken. ``own`` are their mail addresses,
    so that an invitation they declined is known. A bad event is told in ``skipped``. Pure and thread-safe; seconds for
    the largest file, so call it in a worker. Raises :class:`SourceTrouble` and nothing else: ``empty``, ``too_large``,
    ``blocked`` for a web page instead of a calendar, ``not_ics`` for anything else.
    """
    _check(data)
    return _File(span, zone, own).read(parse(_as_utf8(data)))


class Standing(NamedTuple):
    """A VEVENT as it stands in a file, read without unrolling it: its block, what it says, the TZID of its start."""

    block: Block
    event: CalendarEvent
    tzid: str
    tz: tzinfo | None


def standing(calendar: Block, uid: str, *, zone: str) -> list[Standing]:
    """The blocks of one UID that can be read, so that one can be changed where it stands."""
    return _File(Span(_FIRST, _LAST), zone, ()).standing(calendar, uid)


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _check(data: bytes) -> None:
    if len(data) > LONGEST_FILE:
        raise SourceTrouble(
            "The calendar is larger than 5 MB.",
            "Share a calendar with fewer past events, or one of its own for interviews.",
            reason="too_large",
        )
    text = _as_utf8(data).lstrip(b" \t\r\n\x00")
    if not text:
        raise SourceTrouble(
            "The calendar was empty, without even a beginning.", "Look at it again later.", reason="empty"
        )
    if _CALENDAR.search(text.replace(b"\r", b"\n")):
        return
    if text[:1] == b"<":
        raise SourceTrouble(
            "A web page came instead of a calendar.",
            "Paste the calendar's iCal address, not the address of its page; it must open without signing in.",
            reason="blocked",
        )
    raise SourceTrouble(
        "This is not a calendar file.", "A calendar file begins with BEGIN:VCALENDAR.", reason="not_ics"
    )


_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)
_SLACK = timedelta(days=2)
_MOST_SKIPPED = 200


class _File:
    """The reading of one file."""

    def __init__(self, span: Span, zone: str, own: Collection[str]) -> None:
        self.span = span
        self.person = known_zone(zone) or Zone(UTC, "UTC")
        self.own = own
        self.budget = Budget()
        self.events: list[CalendarEvent] = []
        self.skipped: list[Skipped] = []
        self.warnings: list[str] = []
        self.names: list[str] = []
        self.whole = True
        try:
            self.first_day = f"{span.start - _SLACK:%Y%m%d}"
            self.last_day = f"{span.end + _SLACK:%Y%m%d}"
        except OverflowError:
            self.first_day, self.last_day = "00000000", "99999999"

    def read(self, root: Block) -> CalendarContent:
        calendars = root.blocks("VCALENDAR")
        bare = Block("VCALENDAR", [part for part in root.parts if part.name != "VCALENDAR"], ended=True)
        for calendar in (*calendars, bare):
            if calendar is not bare or calendar.blocks("VEVENT"):
                self._calendar(calendar)
        if len(self.skipped) > _MOST_SKIPPED:
            more = len(self.skipped) - _MOST_SKIPPED
            self.skipped[_MOST_SKIPPED:] = [Skipped(f"{more} more events could not be read.")]
        if not self.whole:
            self.skipped.append(Skipped("The file breaks off before its end; events may be missing."))
        self.events.sort(key=lambda event: (event.starts, event.key))
        return CalendarContent(
            tuple(self.events), tuple(self.skipped), tuple(self.warnings), tuple(self.names), whole=self.whole
        )

    def standing(self, calendar: Block, uid: str) -> list[Standing]:
        zones = self._zones(calendar)
        blocks = [block for block in calendar.blocks("VEVENT") if block.text("UID").strip() == uid]
        found = [one for block in blocks if (one := self._found(block, uid, zones)) is not None]
        core = next((one for one in found if one.recurrence is None), None)
        told: list[Standing] = []
        for one in found:
            words = "" if one.recurrence is None else named(one, core).words
            with suppress(UnreadableEventError):
                event = self._event(one, one.start.value, one.end, words, "", cancelled=False)
                line = one.block.first("DTSTART")
                tz = one.start.value.tzinfo if isinstance(one.start.value, datetime) else None
                told.append(Standing(one.block, event, line.param("TZID") if line else "", tz))
        return told

    def _zones(self, calendar: Block) -> Zones:
        return Zones(
            self.person.tz,
            calendar.blocks("VTIMEZONE"),
            calendar.text("X-WR-TIMEZONE").strip(),
            years=(self.span.start.year, self.span.end.year),
        )

    def _calendar(self, calendar: Block) -> None:
        name = (calendar.text("X-WR-CALNAME") or calendar.text("NAME")).strip()
        if name and name not in self.names:
            self.names.append(name)
        self.whole &= calendar.ended
        zones = self._zones(calendar)
        cancelled = calendar.text("METHOD").strip().upper() == "CANCEL"
        groups: dict[str, list[Block]] = {}
        for block in calendar.blocks("VEVENT"):
            groups.setdefault(block.text("UID").strip() or made_up(block), []).append(block)
        for uid, blocks in groups.items():
            if len(blocks) == 1 and self._is_elsewhen(blocks[0]):
                continue
            try:
                found = [one for block in blocks if (one := self._found(block, uid, zones)) is not None]
                self._series(found, zones, name, cancelled=cancelled)
            except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError):
                # Whatever else foreign bytes lead to stays with the event that they are of.
                self._skip(blocks[0], uid, "it makes no sense")
        for tzid in zones.unknown:
            told = tzid if len(tzid) <= SHORT_TITLE else f"{tzid[:SHORT_TITLE]}…"
            self.warnings.append(
                f"The time zone “{told}” is unknown; its times are taken as {zones.default.name or 'your own'}."
            )
        self.warnings = list(dict.fromkeys(self.warnings))

    def _is_elsewhen(self, block: Block) -> bool:
        """True for a single event that plainly lies outside the span, so that it need not be read."""
        start = end = ""
        for line in block.lines:
            if line.name in {"RRULE", "RDATE", "RECURRENCE-ID", "DURATION"}:
                return False
            if line.name == "DTSTART":
                start = line.value
            elif line.name == "DTEND":
                end = line.value
        end = end or start
        if not (block.ended and _PLAIN.fullmatch(start) and _PLAIN.fullmatch(end)) or end < start:
            return False
        return end[:8] < self.first_day or start[:8] > self.last_day

    def _found(self, block: Block, uid: str, zones: Zones) -> Found | None:
        line = block.first("DTSTART")
        if line is None or not block.ended:
            self._skip(block, uid, "it is cut off" if not block.ended else "it has no start")
            return None
        try:
            start = moment(line, zones, "its start")
            end = self._end(block, start, zones)
            told = block.first("RECURRENCE-ID")
            recurrence = moment(told, zones, "which repetition it stands for") if told else None
            return Found(
                block,
                uid,
                *((start, end) if in_order(start.value, end) else self._swapped(block, start, end)),
                recurrence,
                future=told is not None and told.param("RANGE").upper() == "THISANDFUTURE",
                rank=rank_of(block),
            )
        except UnreadableEventError as unreadable:
            self._skip(block, uid, str(unreadable))
            return None

    def _end(self, block: Block, start: Moment, zones: Zones) -> date:
        line = block.first("DTEND")
        if line is not None:
            end = moment(line, zones, "its end").value
            if start.is_day:
                # An end with a time on a whole day is the day it lies in.
                day = end.date() if isinstance(end, datetime) else end
                return day if day != start.value else day + timedelta(days=1)
            if not isinstance(end, datetime):
                end = datetime.combine(end, datetime.min.time(), start.zone.tz)
            return in_zone_of(end, start)
        told = block.first("DURATION")
        try:
            if told is not None:
                long = length(told.value, "its length")
                if isinstance(start.value, datetime):
                    return in_zone_of(start.value.astimezone(UTC) + long, start)
                return start.value + max(timedelta(days=long.days), timedelta(days=1))
            return start.value if isinstance(start.value, datetime) else start.value + timedelta(days=1)
        except OverflowError:
            raise UnreadableEventError("its end lies beyond all calendars") from None

    def _swapped(self, block: Block, start: Moment, end: date) -> tuple[Moment, date]:
        self.warnings.append(f"“{title_of(block)}” ends before it starts; the two were taken the other way round.")
        return start._replace(value=end), start.value

    def _skip(self, block: Block, uid: str, why: str) -> None:
        line = block.first("DTSTART")
        at = f" ({line.value.strip()[:20]})" if line and why != "its start is not readable" else ""
        self.skipped.append(Skipped(f"“{title_of(block)}”{at} could not be read: {why}.", uid))

    # ------------------------------------------------------------------------------------------ series

    def _series(self, found: list[Found], zones: Zones, name: str, *, cancelled: bool) -> None:
        """The events of one UID: those that stand alone, and the occurrences of the one that repeats."""
        overrides: dict[date, Found] = {}
        cores = cores_of([one for one in found if one.recurrence is None])
        core = cores[0] if cores else None
        for one in sorted((one for one in found if one.recurrence is not None), key=lambda one: one.rank):
            overrides[named(one, core).key] = one
        for one in cores:
            if one is core and (overrides or repeats(one.block)):
                self._unroll(one, overrides, zones, name, cancelled=cancelled)
            else:
                self._add(one, one.start.value, one.end, "", name, cancelled=cancelled)
        if core is None:
            for one in overrides.values():
                self._add(one, one.start.value, one.end, named(one, None).words, name, cancelled=cancelled)

    def _unroll(self, core: Found, overrides: dict[date, Found], zones: Zones, name: str, *, cancelled: bool) -> None:
        futures = sorted(
            ((key, one) for key, one in overrides.items() if one.future and type(key) is type(named(core, core).key)),
            key=lambda pair: pair[0],
        )
        try:
            excluded, pairs = self._occurrences(core, [one for _, one in futures], zones)
        except UnreadableEventError as unreadable:
            self._skip(core.block, core.uid, str(unreadable))
            excluded, pairs = frozenset(), []
        for start, end in pairs:
            key, words = name_of(start, core)
            if key in overrides or day_of(start) in overrides:
                continue
            one = next((one for at, one in reversed(futures) if at <= key), core)
            if one is not core and one.recurrence is not None:
                start, end = shifted(start, one, one.recurrence)  # noqa: PLW2901 - moved with the one it follows
            self._add(one, start, end, words, name, cancelled=cancelled)
        for key, one in overrides.items():
            if key not in excluded:
                self._add(one, one.start.value, one.end, named(one, core).words, name, cancelled=cancelled)

    def _occurrences(
        self, core: Found, futures: list[Found], zones: Zones
    ) -> tuple[frozenset[date], list[tuple[date, date]]]:
        """The keys that are taken out, and the starts and ends that the rules give."""
        start, end = core.start.value, core.end
        if zones.named is not None and core.start.zone.name == "UTC" and isinstance(start, datetime):
            # Feeds that tell all in UTC repeat in the zone of the calendar.
            start = start.astimezone(zones.named.tz)
            end = end.astimezone(zones.named.tz) if isinstance(end, datetime) else end
        form = core.start._replace(value=start)
        exdates = [at.value for at, _ in moments(core.block.all("EXDATE"), zones, "a day taken out of its repetition")]
        rdates = [
            (like(at.value, form), in_zone_of(ends, form) if isinstance(ends, datetime) else None)
            for at, ends in moments(core.block.all("RDATE"), zones, "a day added to its repetition")
        ]
        excluded = [as_exdate(at, form) for at in exdates]
        series = Series(
            start,
            end,
            tuple(line.value for line in core.block.all("RRULE") if line.value.strip()),
            tuple(rdates),
            tuple(excluded),
            until_zone=zones.of_days.tz if zones.of_days else None,
        )
        reach = max(
            (abs(shift_of(one, one.recurrence)) + one.length for one in futures if one.recurrence), default=timedelta()
        )
        keys = frozenset(name_of(at, core).key if type(at) is type(start) else at for at in excluded)
        return keys, unroll(series, self.span, self.budget, reach=reach)

    # ------------------------------------------------------------------------------------------ events

    def _add(self, found: Found, start: date, end: date, words: str, name: str, *, cancelled: bool) -> None:
        try:
            event = self._event(found, start, end, words, name, cancelled=cancelled)
        except UnreadableEventError as unreadable:
            self._skip(found.block, found.uid, str(unreadable))
            return
        at = self.span
        if event.starts < at.end and (event.ends > at.start or event.starts == at.start):
            self.events.append(event)

    def _event(self, found: Found, start: date, end: date, words: str, name: str, *, cancelled: bool) -> CalendarEvent:
        starts, ends = instant(start, self.person), instant(end, self.person)
        block = found.block
        if found.told is None:
            # What all occurrences share is read once.
            found.told = CalendarEvent(
                uid=found.uid,
                starts=starts,
                ends=ends,
                title=block.text("SUMMARY").strip(),
                zone=zone_name(found),
                notes=block.text("DESCRIPTION"),
                place=block.text("LOCATION").strip(),
                link=link_of(block),
                all_day=found.start.is_day,
                cancelled=cancelled or block.text("STATUS").strip().upper() == "CANCELLED",
                declined=is_declined(block, self.own),
                calendar=name,
                changed=stamp_of(block.first("LAST-MODIFIED")),
                attendees=attendees_of(block),
                reminders=reminders_of(block, starts, ends),
            )
        return replace(found.told, starts=starts, ends=max(starts, ends), recurrence=words)
