"""Which time zone a name in a calendar file means.

Why it exists: the library turns an unknown zone into a floating time without a word, and keeps the zones that one
file describes for every file after it. Here each file has its own, and what was guessed is told.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from exitzero.truth.calendars.ics_lines import Block, Line
from exitzero.truth.calendars.ics_rules import yearly

_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?", re.IGNORECASE)
_UTC_NAMES = frozenset({"UTC", "GMT", "Z", "ETC/UTC", "TZONE://MICROSOFT/UTC", "COORDINATED UNIVERSAL TIME"})
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


class Zone(NamedTuple):
    """A zone and its IANA name; the name is empty for the person's own (floating), UTC if a file's rules have none."""

    tz: tzinfo
    name: str


class Zones:
    """The zones of one calendar of a file. ``own`` is the person's, ``default`` what floating times are in.

    Zones that only the file describes are worked out for ``years``, first and last.
    """

    def __init__(
        self, own: tzinfo, described: Iterable[Block], x_wr_timezone: str = "", *, years: tuple[int, int]
    ) -> None:
        self.unknown: list[str] = []
        self._years = (max(years[0] - 2, _FIRST_YEAR), min(years[1] + 2, _LAST_YEAR))
        self._described: dict[str, Block] = {}
        for block in described:
            self._described.setdefault(_cleaned(block.text("TZID")), block)
        self._known: dict[str, Zone | None] = {}
        self.own = Zone(own, "")
        named = self._find(x_wr_timezone) if x_wr_timezone else None
        self.default = named or self.own
        only = self._find(next(iter(self._described))) if len(self._described) == 1 else None
        #: The zone in which a series of days ends, should its end be told as an instant.
        self.of_days = named or only
        self.named = named

    def get(self, tzid: str) -> Zone:
        """The zone of a name; an unknown one is noted, and floating."""
        found = self._find(tzid)
        if found is None:
            if tzid not in self.unknown:
                self.unknown.append(tzid)
            return self.default
        return found

    def _find(self, tzid: str) -> Zone | None:
        name = _cleaned(tzid)
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def _look_up(self, name: str) -> Zone | None:
        if not name:
            return None
        found = known_zone(name)
        if found is not None:
            return found
        described = self._described.get(name)
        if described is not None:
            place = known_zone(_cleaned(described.text("X-LIC-LOCATION")))
            if place is not None:
                return place
            onsets = sorted(_onsets(described, self._years), key=lambda onset: onset.at)
            if onsets:
                return Zone(_FromFile(onsets), "UTC")
        fixed = _FIXED.fullmatch(name)
        if fixed and int(fixed[2]) < 15 and int(fixed[3] or 0) < 60:
            away = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
            return Zone(timezone(away if fixed[1] == "+" else -away), "UTC")
        return None


@lru_cache(maxsize=256)
def known_zone(name: str) -> Zone | None:
    """A zone of the world by its IANA name, its Windows name, or a name that ends in the IANA one."""
    if not name:
        return None
    if name.upper() in _UTC_NAMES:
        return Zone(UTC, "UTC")
    found = _iana(name)
    if found is not None:
        return found
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    windows = WINDOWS_TO_OLSON.get(name) or WINDOWS_TO_OLSON.get(name.replace("Daylight Time", "Standard Time"))
    if windows:
        return _iana(windows)
    parts = name.split("/")
    guesses = ("/".join(parts[at:]) for at in range(1, len(parts) - 1))
    return next((zone for guess in guesses if (zone := _iana(guess)) is not None), None)


def _iana(name: str) -> Zone | None:
    try:
        # Not every name may be asked for: some are folders, some are no paths at all.
        return Zone(ZoneInfo(name), name)
    except (KeyError, ValueError, OSError):
        return None


def _cleaned(tzid: str) -> str:
    return tzid.strip().strip('"').strip("/").rstrip(":").strip()


class _Onset(NamedTuple):
    """From ``at`` (wall time before the change) on, the zone is ``to`` ahead of UTC; before that it was ``before``."""

    at: datetime
    before: timedelta
    to: timedelta


class _FromFile(tzinfo):
    """A zone as a file describes it, good for turning wall times into instants."""

    def __init__(self, onsets: list[_Onset]) -> None:
        self._onsets = onsets
        self._at = [onset.at for onset in onsets]

    def utcoffset(self, dt: datetime | None) -> timedelta:
        at = bisect_right(self._at, dt.replace(tzinfo=None)) if dt is not None else 0
        return self._onsets[at - 1].to if at else self._onsets[0].before

    def dst(self, dt: datetime | None) -> timedelta:  # noqa: ARG002
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> str:  # noqa: ARG002
        return "file"

    def fromutc(self, dt: datetime) -> datetime:
        wall = dt + self.utcoffset(dt)
        return dt + self.utcoffset(wall)


def _onsets(zone: Block, years: tuple[int, int]) -> Iterator[_Onset]:
    for kind in ("STANDARD", "DAYLIGHT"):
        for block in zone.blocks(kind):
            before, to = _offset(block.first("TZOFFSETFROM")), _offset(block.first("TZOFFSETTO"))
            start = _naive(block.text("DTSTART"))
            if before is None or to is None or start is None:
                continue
            yield _Onset(start, before, to)
            for line in block.all("RDATE"):
                for text in line.value.split(","):
                    at = _naive(text)
                    if at is not None:
                        yield _Onset(at, before, to)
            for line in block.all("RRULE"):
                for at in yearly(line.value, start=start, first_year=years[0], last_year=years[1]):
                    yield _Onset(at, before, to)


def _offset(line: Line | None) -> timedelta | None:
    found = _OFFSET.fullmatch(line.value.strip()) if line else None
    if found is None:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if away >= timedelta(hours=24):
        return None
    return away if found[1] == "+" else -away


def _naive(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip()[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time of a zone being built
    except ValueError:
        return None
