"""The parts of a LeetCode answer, read strictly.

Why it exists: an answer that is read loosely turns a changed schema into "nothing done". A part that is absent or null
says nothing (``None``), and a part of the wrong form is an :class:`UnreadableError`; neither is ever an empty list or
a zero.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exitzero.core.observation import Difficulty
from exitzero.truth.graphql import UnreadableError

DAY = 86_400
#: The last second that is taken for a time at all (2200-01-01): a number beyond it is not one.
_LAST_SECOND = 7_258_118_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class Row:
    """One accepted submission: ``at`` in epoch seconds, ``key`` its id (or made from time and problem)."""

    key: str
    at: int
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission of any verdict, as far as it is needed to hold the rest against it."""

    at: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Submissions of any verdict by UTC day (its first second), for the last ``window`` days with today."""

    days: Mapping[int, int]
    window: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What was ever solved, by lower-case difficulty word and over all."""

    solved: Mapping[str, int]
    all_solved: int | None
    all_accepted: int | None


@dataclass(frozen=True, slots=True)
class Daily:
    """The challenge of the day; empty words where nothing was told."""

    title: str = ""
    slug: str = ""
    difficulty: str = ""
    link: str = ""


def instant(seconds: int) -> datetime:
    """Epoch seconds as an instant."""
    return _EPOCH + timedelta(seconds=seconds)


def seconds(moment: datetime) -> int:
    """An instant as whole epoch seconds, rounded down."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def changed(detail: str) -> UnreadableError:
    """The form is not the one we know."""
    return UnreadableError("schema_changed", detail)


def inconsistent(detail: str) -> UnreadableError:
    """Two parts, or a part and time, cannot both be right."""
    return UnreadableError("inconsistent", detail)


def table(value: object, what: str) -> Mapping[str, object]:
    """``value`` as an object."""
    if not isinstance(value, dict):
        raise changed(f"{what} is not an object")
    return value


def part(parent: Mapping[str, object] | None, name: str) -> Mapping[str, object] | None:
    """An optional object inside another: ``None`` if absent or null."""
    value = parent.get(name) if parent is not None else None
    return None if value is None else table(value, name)


def items(value: object, what: str) -> list[Mapping[str, object]]:
    """``value`` as a list of objects."""
    if not isinstance(value, list):
        raise changed(f"{what} is not a list")
    return [table(entry, f"a row of {what}") for entry in value]


def text(value: object, what: str) -> str:
    """``value`` as words that can be stored and shown, at most 300 characters."""
    if not isinstance(value, str):
        raise changed(f"{what} is not text")
    return value[:300].encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def count(value: object, what: str) -> int:
    """``value`` as a whole number from 0 on."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise changed(f"{what} is not a number")
    if not 0 <= value < 1 << 53:
        raise inconsistent(f"{what} is {'negative' if value < 0 else 'beyond all bounds'}")
    return value


def timestamp(value: object, what: str) -> int:
    """Epoch seconds, given as text (leetcode.com) or as a number (leetcode.cn)."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise changed(f"{what} is not a time")
    if not 0 < value < _LAST_SECOND:
        raise inconsistent(f"{what} is out of all time")
    return value


def key(value: object, *, at: int, slug: str) -> str:
    """A row's own id, or one that is the same in every poll, made from its second and its problem."""
    if value is None or value == "":
        return f"{at}-{slug}"
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
        return str(value)
    return text(value, "an id")


def accepted_rows(value: object) -> tuple[Row, ...]:
    """``recentAcSubmissionList``, newest first as it came."""
    found = []
    for entry in items(value, "recentAcSubmissionList"):
        at = timestamp(entry.get("timestamp"), "a timestamp")
        slug = text(entry.get("titleSlug"), "a titleSlug")
        if not slug:
            raise changed("a titleSlug is empty")
        if entry.get("statusDisplay") not in {None, "Accepted"}:
            raise inconsistent("the list of accepted submissions holds another verdict")
        title = entry.get("title")
        found.append(
            Row(
                key=key(entry.get("id"), at=at, slug=slug),
                at=at,
                slug=slug,
                title=slug if title is None else text(title, "a title"),
            )
        )
    return tuple(found)


def attempts(value: object) -> tuple[Attempt, ...] | None:
    """``recentSubmissionList``; ``None`` if it was not told."""
    if value is None:
        return None
    return tuple(
        Attempt(
            at=timestamp(entry.get("timestamp"), "a timestamp"),
            accepted=text(entry.get("statusDisplay"), "a verdict") == "Accepted",
        )
        for entry in items(value, "recentSubmissionList")
    )


def calendar(value: object, *, active_days: object, window: int) -> Calendar | None:
    """``submissionCalendar`` (JSON inside a string); ``None`` if it was not told.

    An empty string is what nobody has seen explained: it says nothing, which is not the same as an empty calendar.
    """
    if value is None or value == "":
        return None
    try:
        parsed = json.loads(text_whole(value, "the calendar"))
    except (ValueError, RecursionError):
        raise changed("the calendar is not JSON") from None
    days: dict[int, int] = {}
    for name, number in table(parsed, "the calendar").items():
        if not _NUMBER.fullmatch(name):
            raise changed("a day of the calendar is not a number")
        day = int(name)
        if day % DAY or day >= _LAST_SECOND:
            raise inconsistent("a day of the calendar does not begin at midnight")
        if count(number, "a day's count") == 0:
            raise inconsistent("a day of the calendar counts nothing")
        if day in days:
            raise inconsistent("a day stands in the calendar twice")
        days[day] = count(number, "a day's count")
    if active_days is not None and count(active_days, "totalActiveDays") != len(days):
        raise inconsistent(f"the calendar has {len(days)} days and says it has {active_days}")
    return Calendar(days=days, window=window)


def text_whole(value: object, what: str) -> str:
    """``value`` as text of any length."""
    if not isinstance(value, str):
        raise changed(f"{what} is not text")
    return value


def totals(value: object) -> Totals | None:
    """``acSubmissionNum``; ``None`` if it was not told. The row *All* is a row, not part of a sum."""
    if value is None:
        return None
    solved: dict[str, int] = {}
    all_solved: int | None = None
    all_accepted: int | None = None
    for entry in items(value, "acSubmissionNum"):
        word = text(entry.get("difficulty"), "a difficulty").lower()
        number = count(entry.get("count"), "a count of problems")
        if word == "all":
            all_solved = number
            told = entry.get("submissions")
            all_accepted = None if told is None else count(told, "a count of submissions")
        else:
            solved[word] = number
    return Totals(solved=solved, all_solved=all_solved, all_accepted=all_accepted)


def difficulty(value: object) -> Difficulty | None:
    """A difficulty word in any case; ``None`` for a word we do not know."""
    try:
        return Difficulty(value.lower()) if isinstance(value, str) else None
    except ValueError:
        return None


def daily(value: object, *, home: str) -> Daily:
    """The challenge of the day. For the screen only, so a form we do not know is left out and spoils nothing."""
    if not isinstance(value, dict) or not isinstance(value.get("question"), dict):
        return Daily()
    question = value["question"]
    try:
        slug = text(question.get("titleSlug"), "a titleSlug")
        title = text(question.get("title"), "a title")
    except UnreadableError:
        return Daily()
    link = value.get("link")
    # A link is opened in the person's browser: it may only lead to the service itself.
    inside = isinstance(link, str) and link.startswith("/") and not link.startswith(("//", "/\\"))
    path = text(link, "a link") if inside else f"/problems/{slug}/"
    known = difficulty(question.get("difficulty"))
    return Daily(title=title, slug=slug, difficulty=known.value if known else "", link=f"{home}{path}")
