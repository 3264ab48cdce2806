"""Days as people and other programs write them.

Why it exists: a quick line has its ``+3d`` and ``fri``, a file from elsewhere its ``11/20/2026``, and the second can be
read in two ways. Here it is decided how, and where it cannot be decided that is said instead of guessed.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from exitzero.core.errors import BadInput

_AHEAD = re.compile(r"\+(\d{1,3})([dwm])")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:,? .*)?")
_DAY_WORD = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-.]+([a-z]{3,9})\.?[ \-,]+(\d{4}|\d{2})(?:,? .*)?")
_WORD_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? .*)?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

WEEKDAYS = frozenset({*_DAYS, *_WHOLE_DAYS})


class DateOrder(StrEnum):
    """How a column writes 3/4/2026: as 3 April, or as 4 March."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def day_from(text: str, *, today: date) -> date | None:
    """The day that ``+3d``, ``tomorrow``, ``fri`` or ``2026-12-01`` means; ``None`` if it means none.

    A day of the week is the next one after today. Raises :class:`BadInput` for what looks like a day and is none.
    """
    if text in {"today", "tomorrow"}:
        return today if text == "today" else today + timedelta(days=1)
    for names in (_DAYS, _WHOLE_DAYS):
        if text in names:
            return today + timedelta(days=(names.index(text) - today.weekday() - 1) % 7 + 1)
    try:
        if ahead := _AHEAD.fullmatch(text):
            return _ahead(today, int(ahead.group(1)), ahead.group(2))
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
            year, month, day = map(int, text.split("-"))
            return date(year, month, day)
    except (ValueError, OverflowError):
        raise BadInput("follow_up", f"“{text}” is no day of the calendar.") from None
    return None


def _ahead(today: date, number: int, unit: str) -> date:
    if unit != "m":
        return today + timedelta(days=number * (7 if unit == "w" else 1))
    years, month = divmod(today.month - 1 + number, 12)
    for day in range(today.day, 27, -1):  # The 31st of a shorter month is its last day.
        try:
            return date(today.year + years, month + 1, day)
        except ValueError:
            continue
    return date(today.year + years, month + 1, min(today.day, 28))


def order_of(cells: Iterable[str]) -> tuple[DateOrder | None, bool]:
    """How a column's dates are written, and whether that could not be told though it matters.

    A column in which both orders occur counts as not told.
    """
    orders: set[DateOrder] = set()
    open_question = False
    for cell in cells:
        match = _NUMBERS.fullmatch(_plain(cell))
        if match is None or match.group(2) == ".":
            continue  # With dots the day stands first wherever dots are used.
        first, second = int(match.group(1)), int(match.group(3))
        if first > 12 >= second:
            orders.add(DateOrder.DAY_FIRST)
        elif second > 12 >= first:
            orders.add(DateOrder.MONTH_FIRST)
        elif first != second:
            open_question = True
    if len(orders) == 1:
        return orders.pop(), False
    return None, open_question or bool(orders)


def is_open(cell: str) -> bool:
    """Whether this date is one day read with the day first and another read with the month first."""
    match = _NUMBERS.fullmatch(_plain(cell))
    return (
        match is not None
        and match.group(2) != "."
        and match.group(1).lstrip("0") != match.group(3).lstrip("0")
        and int(match.group(1)) <= 12
        and int(match.group(3)) <= 12
    )


def read_day(cell: str, *, order: DateOrder | None) -> date | None:
    """The day in a cell without its time; ``None`` if there is none, or an ``order`` is needed to tell."""
    text = _plain(cell)
    try:
        if iso := _ISO.fullmatch(text):
            return date(int(iso.group(1)), int(iso.group(2)), int(iso.group(3)))
        if numbers := _NUMBERS.fullmatch(text):
            return _from_numbers(numbers, order, is_open(cell))
        if said := _DAY_WORD.fullmatch(text):
            return date(_year(said.group(3)), _month(said.group(2)), int(said.group(1)))
        if said := _WORD_DAY.fullmatch(text):
            return date(_year(said.group(3)), _month(said.group(1)), int(said.group(2)))
    except ValueError:
        return None
    return None


def _plain(cell: str) -> str:
    text = " ".join(cell.lower().split())
    return re.sub(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ", "", text)


def _from_numbers(match: re.Match[str], order: DateOrder | None, ambiguous: bool) -> date | None:
    first, second, year = int(match.group(1)), int(match.group(3)), _year(match.group(4))
    if match.group(2) == ".":
        return date(year, second, first)
    if ambiguous and order is None:
        return None
    day_first = order is DateOrder.DAY_FIRST if ambiguous else first > 12
    return date(year, second, first) if day_first else date(year, first, second)


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1
