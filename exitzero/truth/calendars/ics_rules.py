"""When a repeating event happens, within a window and within reason.

Why it exists: the library that unrolls rules does so from the first occurrence on, and for a rule that never comes
true until the year 9999. A file from outside must not hold the program up, so a rule is vetted first, begun near the
window, and paid for from a budget.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from exitzero.core.spans import Span

#: More than so many in one day is a fault or an attack, not an appointment.
_MOST_A_DAY = 48
#: So many occurrences of one series are shown at most.
MOST_OF_ONE = 2_000
_MOST_STEPS_OF_ONE = 60_000
_SHORT_COUNT = 500
_MARGIN = timedelta(days=3)

_LENGTHS = {
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
    "MONTHLY": timedelta(days=28),
    "YEARLY": timedelta(days=365),
}
#: What one turn of the library's loop costs, in turns of a daily one.
_COSTS = {"HOURLY": 1, "DAILY": 1, "WEEKLY": 4, "MONTHLY": 15, "YEARLY": 120}
_PARTS = frozenset(
    {
        *("FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYSETPOS"),
        *("BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"),
    }
)
_VALUE = re.compile(r"[A-Z0-9+,-]+")


class UnreadableEventError(Exception):
    """An event cannot be read; the message says why, as the end of a sentence."""


@dataclass(slots=True)
class Budget:
    """What all repeating events of one file may cost together: turns of the library's loop, and occurrences."""

    steps: int = 600_000
    occurrences: int = 20_000

    def pay(self, steps: int) -> None:
        """Take ``steps`` off; :class:`UnreadableEventError` if there are not so many left."""
        if steps > min(self.steps, _MOST_STEPS_OF_ONE):
            raise UnreadableEventError("it repeats too often to be worked out")
        self.steps -= steps


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
    length = max(_between(series.start, series.end), timedelta(0))
    wide = Span(_moved(window.start, -(length + reach + _MARGIN)), _moved(window.end, reach + _MARGIN))
    rules: list[str] = []
    start = series.start
    for text in series.rules:
        rule = _parts(text)
        wide = Span(wide.start, min(wide.end, _end_of_patience(rule, wide)))
        rule = _with_until(rule, series)
        if not _ever(rule, series.start):
            continue
        if len(series.rules) == 1:
            start = _begun_near(rule, series.start, wide.start)
        budget.pay(_steps(rule, start, wide.end))
        rules.append(_text(rule))
    found = _library(series, start, rules, wide)
    if start != series.start:
        # The one it was begun with may be none: the rule need not name it.
        found = [pair for pair in found if pair[0] != start]
    if len(found) > budget.occurrences:
        raise UnreadableEventError("there are too many repetitions in this calendar")
    budget.occurrences -= len(found)
    near = Span(_moved(window.start, -(reach + _MARGIN)), _moved(window.end, reach + _MARGIN))
    return [pair for pair in found if _touches(pair, near)][:MOST_OF_ONE]


def yearly(text: str, *, start: datetime, first_year: int, last_year: int) -> Iterator[datetime]:
    """The wall times of a yearly rule of a time zone within some years; nothing if the rule is unfit for one."""
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    try:
        rule = dict(_parts(text))
        if rule["FREQ"] != "YEARLY" or not {"BYHOUR", "BYMINUTE", "BYSECOND"}.isdisjoint(rule):
            return
        until = rule.pop("UNTIL", "")
        last = datetime(last_year, 1, 1)  # noqa: DTZ001 - wall time
        if until:
            last = min(last, datetime.strptime(until[:8], "%Y%m%d") + timedelta(days=1))  # noqa: DTZ007
        if not _ever(rule, start):
            return
        if start.year < first_year and "COUNT" not in rule:
            if "BYMONTH" not in rule:
                rule["BYMONTH"] = str(start.month)
                if "BYDAY" not in rule and "BYMONTHDAY" not in rule:
                    rule["BYMONTHDAY"] = str(start.day)
            start = start.replace(year=first_year, day=1, month=1)
        yield from rrulestr(_text(rule), dtstart=start).between(start, last, inc=True)
    except (UnreadableEventError, ValueError, OverflowError, KeyError):
        return


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


def _end_of_patience(rule: Mapping[str, str], wide: Span) -> datetime:
    """Where the window has to end so that one series does not fill it."""
    if rule["FREQ"] != "HOURLY" and "BYHOUR" not in rule and "BYMINUTE" not in rule:
        return wide.end
    return _moved(wide.start, timedelta(days=MOST_OF_ONE // _MOST_A_DAY * 4))


def _with_until(rule: dict[str, str], series: Series) -> dict[str, str]:
    """The rule with its end in the form of its start: a date for days, UTC for instants."""
    until = rule.get("UNTIL")
    if until is None:
        return rule
    try:
        if len(until) == 8:
            day = datetime.strptime(until, "%Y%m%d")  # noqa: DTZ007 - given its zone below
            # A date includes its day, whatever the hour.
            wall = day.replace(hour=23, minute=59, second=59, tzinfo=_zone_of(series))
        else:
            wall = datetime.strptime(until[:15], "%Y%m%dT%H%M%S").replace(
                tzinfo=UTC if until.endswith("Z") else _zone_of(series)
            )
        if isinstance(series.start, datetime):
            text = wall.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        else:
            # The last second of a day ends that day, wherever the file was made.
            plain = not until.endswith("Z") or until.endswith("T235959Z") or series.until_zone is None
            text = (wall if plain else wall.astimezone(series.until_zone)).strftime("%Y%m%d")
    except (ValueError, OverflowError):
        raise UnreadableEventError("the end of its repetition is not readable") from None
    if len(text.split("T")[0]) != 8:
        raise UnreadableEventError("the end of its repetition is not readable")
    return {**rule, "UNTIL": text}


def _zone_of(series: Series) -> tzinfo:
    zone = series.start.tzinfo if isinstance(series.start, datetime) else None
    return zone or series.until_zone or UTC


def _ever(rule: Mapping[str, str], start: date) -> bool:
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


def _begun_near(rule: Mapping[str, str], start: date, wanted: datetime) -> date:
    """A start from which the rule goes on the same, shortly before ``wanted``."""
    if "COUNT" in rule or rule["FREQ"] not in {"DAILY", "WEEKLY", "HOURLY"}:
        return start
    step = _LENGTHS[rule["FREQ"]] * int(rule.get("INTERVAL", "1"))
    if rule["FREQ"] == "HOURLY":
        # Whole days, so that the change to summer time moves nothing.
        step *= 24
    away = _between(start, wanted) - timedelta(days=1)
    return start + step * (away // step) if away > step else start


def _steps(rule: Mapping[str, str], start: date, end: datetime) -> int:
    freq = rule["FREQ"]
    if freq not in _LENGTHS:
        return int(rule["COUNT"])
    length = _LENGTHS[freq] * int(rule.get("INTERVAL", "1"))
    turns = max(_between(start, end), timedelta(0)) // length + 1
    if "COUNT" in rule and not any(key.startswith("BY") for key in rule):
        turns = min(turns, int(rule["COUNT"]))
    return turns * _COSTS[freq]


def _library(series: Series, start: date, rules: Sequence[str], wide: Span) -> list[tuple[date, date]]:
    import recurring_ical_events
    from icalendar import Calendar, Event
    from icalendar.prop import vRecur

    try:
        event = Event()
        event.add("UID", "series")
        event.add("DTSTART", start)
        event.add("DTEND", start + _between(series.start, series.end))
        for rule in rules:
            event.add("RRULE", vRecur.from_ical(rule))
        if series.exdates:
            event.add("EXDATE", list(series.exdates))
        for begins, ends in series.rdates:
            event.add("RDATE", [begins if ends is None else (begins, ends)])
        calendar = Calendar()
        calendar.add_component(event)
        found = recurring_ical_events.of(calendar).between(wide.start, wide.end)
        return sorted((one["DTSTART"].dt, one["DTEND"].dt) for one in found)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        ArithmeticError,
        AssertionError,
        RecursionError,
    ):
        raise UnreadableEventError("its repetition cannot be worked out") from None


def _between(start: date, end: date) -> timedelta:
    """From one to the other as the clock on the wall counts; days count from midnight."""
    return _wall(end) - _wall(start)


def _wall(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - wall time


def _touches(pair: tuple[date, date], span: Span) -> bool:
    return _wall(pair[0]) <= _wall(span.end) and _wall(pair[1]) >= _wall(span.start)


def _moved(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant + by
    except OverflowError:
        return instant
