"""When a repeating event happens, within a window and within reason.

Why it exists: the library that unrolls rules does so from the first occurrence on, and for a rule that never comes
true until the year 9999. A file from outside must not hold the program up, so a rule is vetted first, begun near the
window, and paid for from a budget. All is worked out in times on the wall, so that 10:00 stays 10:00 over a change of
the clock.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from exitzero.core.spans import Span

#: More than so many in one day is a fault or an attack, not an appointment.
_MOST_A_DAY = 48
#: So many occurrences of one series are shown at most.
MOST_OF_ONE = 2_000
_DEAREST = 300_000
_SHORT_COUNT = 500
_MOST_RULES = 10
_MARGIN = timedelta(days=3)

_LENGTHS = {
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
    "MONTHLY": timedelta(days=28),
    "YEARLY": timedelta(days=365),
}
#: What one turn of the library's loop costs, in microseconds or so.
_COSTS = {"HOURLY": 3, "DAILY": 3, "WEEKLY": 10, "MONTHLY": 30, "YEARLY": 100}
_PARTS = frozenset(
    {
        *("FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYSETPOS"),
        *("BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"),
    }
)
_OF_A_ZONE = frozenset({"FREQ", "UNTIL", "INTERVAL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY"})
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_VALUE = re.compile(r"[A-Z0-9+,-]+")


class UnreadableEventError(Exception):
    """An event cannot be read; the message says why, as the end of a sentence."""


@dataclass(slots=True)
class Budget:
    """What all repeating events of one file may cost together: microseconds or so, and occurrences."""

    cost: int = 3_000_000
    occurrences: int = 20_000

    def pay(self, cost: int) -> None:
        """Take ``cost`` off; :class:`UnreadableEventError` if there is not so much left."""
        if cost > min(self.cost, _DEAREST):
            raise UnreadableEventError("it repeats too often to be worked out")
        self.cost -= cost

    def count(self, occurrences: int) -> None:
        """Take ``occurrences`` off in the same way."""
        if occurrences > self.occurrences:
            raise UnreadableEventError("there are too many repetitions in this calendar")
        self.occurrences -= occurrences


@dataclass(frozen=True, slots=True)
class Series:
    """What makes a series: dates or aware instants throughout. ``rdates`` are starts with their ends if told.

    ``until_zone`` is where the end of a rule of whole days is read that is told as an instant, if the file says.
    """

    start: date
    end: date
    rules: tuple[str, ...]
    rdates: tuple[tuple[date, date | None], ...]
    exdates: tuple[date, ...]
    until_zone: tzinfo | None


def unroll(series: Series, window: Span, budget: Budget, *, reach: timedelta) -> list[tuple[date, date]]:
    """Starts and ends of the occurrences that touch ``window`` or lie within ``reach`` of it, in their order.

    The first one counts even if no rule names it. Raises :class:`UnreadableEventError`.
    """
    length = max(wall(series.end) - wall(series.start), timedelta(0))
    near = Span(_moved(wall(window.start), -(reach + _MARGIN)), _moved(wall(window.end), reach + _MARGIN))
    wide = Span(_moved(near.start, -length), near.end)
    budget.count(1)
    ends = {wall(at): wall(end) for at, end in series.rdates if end is not None}
    found = {wall(at) for at, _ in series.rdates if near.start <= (ends.get(wall(at)) or wall(at) + length)}
    if not _is_over_before(series):
        found.add(wall(series.start))
    if len(series.rules) > _MOST_RULES:
        raise UnreadableEventError("it has more rules of repetition than anyone means")
    for text in series.rules:
        found.update(_ruled(text, series, wide, budget))
    days = {at for at in series.exdates if not isinstance(at, datetime)}
    times = {wall(at) for at in series.exdates if isinstance(at, datetime)}
    kept = sorted(
        at
        for at in found
        if at not in times
        and at.date() not in days
        and at <= near.end
        and (ends.get(at) or _moved(at, length)) >= near.start
    )[:MOST_OF_ONE]
    budget.count(len(kept))
    return [(_as(at, series.start), _as(ends.get(at) or _moved(at, length), series.start)) for at in kept]


def wall(value: date) -> datetime:
    """A moment as the clock on the wall shows it; a date is its midnight."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - wall time


def yearly(text: str, *, start: datetime, first_year: int, last_year: int) -> Iterator[datetime]:
    """The wall times of a yearly rule of a time zone within some years; nothing if the rule is of no form for one."""
    try:
        rule = _parts(text)
        last = min(_until(rule["UNTIL"], UTC).date() if "UNTIL" in rule else date.max, date(last_year, 12, 31))
        months = [int(month) for month in rule.get("BYMONTH", str(start.month)).split(",")]
        days = [int(day) for day in rule["BYMONTHDAY"].split(",")] if "BYMONTHDAY" in rule else []
        nth = _WEEKDAY.fullmatch(rule.get("BYDAY", ""))
        if rule["FREQ"] != "YEARLY" or not {*rule} <= _OF_A_ZONE or ("BYDAY" in rule and nth is None):
            return
        if not days and nth is None:
            days = [start.day]
        for year in range(max(first_year, start.year), last.year + 1, int(rule.get("INTERVAL", "1"))):
            for month in months:
                day = _day_of_month(year, month, days, nth)
                if day is not None and start.date() <= day <= last:
                    yield datetime.combine(day, start.time())
    except (UnreadableEventError, ValueError):
        return


def _day_of_month(year: int, month: int, days: Sequence[int], nth: re.Match[str] | None) -> date | None:
    length = monthrange(year, month)[1]
    if nth is None or days:
        wanted = sorted({day if day > 0 else length + 1 + day for day in days})
        fit = [date(year, month, day) for day in wanted if 1 <= day <= length]
        if nth is not None:
            # The second Sunday is also told as the Sunday from the 8th to the 14th.
            fit = [day for day in fit if day.weekday() == _WEEKDAYS.index(nth[2])]
        return next(iter(fit), None)
    at = int(nth[1] or "1")
    first = 1 + (_WEEKDAYS.index(nth[2]) - date(year, month, 1).weekday()) % 7
    many = (length - first) // 7 + 1
    return date(year, month, first + 7 * (at - 1 if at > 0 else many + at)) if at and -many <= at <= many else None


def _parts(text: str) -> dict[str, str]:
    rule: dict[str, str] = {}
    for part in text.strip().rstrip(";").split(";"):
        key, _, value = part.partition("=")
        key, value = key.strip().upper(), value.strip().upper()
        if key.startswith("X-") or (key in _PARTS and not value):
            continue
        if key not in _PARTS or key in rule or not _VALUE.fullmatch(value):
            raise UnreadableEventError("its rule of repetition is not readable")
        rule[key] = value
    for key in ("INTERVAL", "COUNT"):
        if key in rule and not re.fullmatch(r"\d{1,6}", rule[key]):
            if key == "COUNT" and rule[key].startswith("-"):
                # Some write -1 for "for ever".
                del rule[key]
                continue
            raise UnreadableEventError("its rule of repetition is not readable")
    freq = rule.get("FREQ", "")
    if int(rule.get("INTERVAL", "1")) < 1 or freq not in {*_LENGTHS, "MINUTELY", "SECONDLY"}:
        raise UnreadableEventError("its rule of repetition is not readable")
    a_day = 1.0
    for key in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        if key in rule and not (freq == "HOURLY" and key == "BYHOUR"):
            a_day *= rule[key].count(",") + 1
    if freq == "HOURLY":
        a_day *= 24 / int(rule.get("INTERVAL", "1"))
    fast = freq in {"MINUTELY", "SECONDLY"}
    short = 0 < int(rule.get("COUNT", "0")) <= _SHORT_COUNT and not any(key.startswith("BY") for key in rule)
    if (fast and not short) or a_day > _MOST_A_DAY:
        raise UnreadableEventError("it repeats too often to be an appointment")
    return rule


def _text(rule: Mapping[str, str]) -> str:
    return ";".join(f"{key}={value}" for key, value in rule.items())


def _ruled(text: str, series: Series, wide: Span, budget: Budget) -> list[datetime]:
    """The times on the wall that one rule gives."""
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    rule = _parts(text)
    start = wall(series.start)
    until = _last(rule.pop("UNTIL", ""), series)
    end = wide.end if until is None else min(wide.end, until)
    if rule["FREQ"] == "HOURLY" or "BYHOUR" in rule or "BYMINUTE" in rule:
        end = min(end, _moved(wide.start, timedelta(days=MOST_OF_ONE // _MOST_A_DAY * 4)))
    if end < start or not _ever(rule, start):
        return []
    begun = _begun_near(rule, start, wide.start)
    budget.pay(_cost(rule, begun, end))
    try:
        return list(rrulestr(_text(rule), dtstart=begun).between(wide.start, end, inc=True))
    except (ValueError, TypeError, OverflowError, IndexError, KeyError, AttributeError):
        raise UnreadableEventError("its rule of repetition is not readable") from None


def _is_over_before(series: Series) -> bool:
    """True if every rule ends before the first occurrence; then there is none."""
    lasts = [_last(_parts(text).get("UNTIL", ""), series) for text in series.rules]
    return bool(lasts) and all(last is not None and last < wall(series.start) for last in lasts)


def _last(until: str, series: Series) -> datetime | None:
    """The last time on the wall that a rule allows."""
    if not until:
        return None
    if len(until) == 8:
        # A date includes its day, whatever the hour.
        return _until(until, UTC).replace(hour=23, minute=59, second=59, tzinfo=None)
    at = _until(until, UTC)
    zone = series.start.tzinfo if isinstance(series.start, datetime) else series.until_zone
    # The last second of a day ends that day of a series of days, wherever the file was made.
    plain = not isinstance(series.start, datetime) and until.endswith("T235959Z")
    if not until.endswith("Z") or plain or zone is None:
        return wall(at)
    try:
        return wall(at.astimezone(zone))
    except OverflowError:
        return wall(at)


def _until(text: str, zone: tzinfo) -> datetime:
    try:
        form = "%Y%m%d" if len(text) == 8 else "%Y%m%dT%H%M%S"
        return datetime.strptime(text.rstrip("Z"), form).replace(tzinfo=zone)
    except ValueError:
        raise UnreadableEventError("the end of its repetition is not readable") from None


def _begun_near(rule: Mapping[str, str], start: datetime, wanted: datetime) -> datetime:
    """A start from which the rule goes on the same, shortly before ``wanted``."""
    freq, interval = rule["FREQ"], int(rule.get("INTERVAL", "1"))
    if "COUNT" in rule or wanted - start < timedelta(days=800):
        return start
    if freq in {"MONTHLY", "YEARLY"}:
        if (start.month, start.day) == (2, 29):
            return start
        return start.replace(year=start.year + max((wanted.year - 1 - start.year) // interval, 0) * interval)
    # Whole days for hours, so that the same hours of a day are named.
    step = timedelta(days=interval * (7 if freq == "WEEKLY" else 1))
    return start + step * max((wanted - start) // step - 1, 0)


def _cost(rule: Mapping[str, str], start: datetime, end: datetime) -> int:
    freq = rule["FREQ"]
    if freq not in _LENGTHS:
        return int(rule["COUNT"])
    turns = max(end - start, timedelta(0)) // (_LENGTHS[freq] * int(rule.get("INTERVAL", "1"))) + 1
    if "COUNT" in rule and not any(key.startswith("BY") for key in rule):
        turns = min(turns, int(rule["COUNT"]))
    return turns * _COSTS[freq]


def _ever(rule: Mapping[str, str], start: datetime) -> bool:
    """True if a rule comes true at all.

    Tried from a year near the end of the library's time that has the same days, so that a rule that never does
    comes to an end soon; 28 years hold every kind of year.
    """
    if not any(key.startswith("BY") for key in rule):
        return True
    first = date(start.year, 1, 1)
    leap = _is_leap(start.year)
    year = next(
        year for year in range(9944, 9972) if _is_leap(year) == leap and date(year, 1, 1).weekday() == first.weekday()
    )
    tried = {
        key: value for key, value in rule.items() if key not in {"UNTIL", "COUNT", "BYHOUR", "BYMINUTE", "BYSECOND"}
    }
    if tried["FREQ"] == "HOURLY":
        tried["FREQ"] = "DAILY"
        tried.pop("INTERVAL", None)
    return _comes_true(_text(tried), year, start.month, start.day)


@lru_cache(maxsize=512)
def _comes_true(rule: str, year: int, month: int, day: int) -> bool:
    from dateutil.rrule import rrulestr

    try:
        first = next(iter(rrulestr(rule, dtstart=datetime(year, month, day))), None)  # noqa: DTZ001 - days only
    except (ValueError, TypeError, OverflowError, IndexError, KeyError, AttributeError):
        raise UnreadableEventError("its rule of repetition is not readable") from None
    return first is not None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _as(at: datetime, start: date) -> date:
    """A time on the wall in the form of a series' start."""
    return at.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else at.date()


def _moved(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant + by
    except OverflowError:
        return instant
