"""Times, spans and states in the person's own words: their locale decides 12 or 24 hours, the day's zone the hour.

Every page says "yesterday 22:14" and "in 1 h 42 min" the same way because it asks here.
"""

import math
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from exitzero.core.today import ClauseView, RungView, SourceView, Today
from exitzero.core.words import ClauseKind, ClauseState, Standing
from exitzero.ui.theme import State, Tone

_STATES = {
    Standing.SAFE: State.SAFE,
    Standing.AT_RISK: State.AT_RISK,
    Standing.FAILED: State.FAILED,
    Standing.UNKNOWN: State.UNKNOWN,
    Standing.REST: State.REST,
}
_OUTCOMES = {
    "success": State.SAFE,
    "failed": State.FAILED,
    "rest": State.REST,
    "excused": State.REST,
    "unproved": State.UNKNOWN,
    "held": State.UNKNOWN,
}
_HOSTS = {
    "leetcode": "leetcode.com",
    "leetcode.cn": "leetcode.cn",
    "leetcode_cn": "leetcode.cn",
    "proofs": "proofs logged here",
    "sent_mail": "sent mail",
    "calendar": "calendar",
}
_clock: list[str] = ["locale"]
_first_weekday: list[int | None] = [None]


class Clock(StrEnum):
    """How the hours of a day are counted on the screen; LOCALE asks the system's own settings."""

    LOCALE = "locale"
    TWELVE = "12"
    TWENTY_FOUR = "24"


STATE_TONES = {
    State.SAFE: Tone.GOOD,
    State.AT_RISK: Tone.WARN,
    State.FAILED: Tone.BAD,
    State.UNKNOWN: Tone.UNKNOWN,
    State.REST: Tone.DIM,
}
"""The tone of text that speaks of a state."""


def tr(text: str) -> str:
    """The words in the person's language."""
    return QCoreApplication.translate("format", text)


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """A zone by its name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def local(instant: datetime, zone_name: str = "") -> datetime:
    """An instant on the clocks of the named zone, or of this machine."""
    return instant.astimezone(zone(zone_name)) if zone_name else instant.astimezone()


def hour_text(at: time | datetime, *, seconds: bool = False) -> str:
    """A wall-clock time as it stands: ``22:14`` or ``10:14 PM``."""
    text = QLocale().toString(QTime(at.hour, at.minute, at.second), time_format(seconds=seconds))
    # Locales put thin spaces before AM that the monospaced font does not have.
    return text.replace("\u202f", " ").replace("\xa0", " ")


def clock(instant: datetime, zone_name: str, *, seconds: bool = False) -> str:
    """The time of day of an instant."""
    return hour_text(local(instant, zone_name), seconds=seconds)


def set_clock(choice: object) -> None:
    """Count hours by this preference: 12, 24, or anything else for the locale's way. Qt thread only."""
    _clock[0] = str(choice)


def set_first_weekday(choice: object) -> None:
    """Begin weeks with this day, 0 for Monday; anything but 0 to 6 means the locale's way. Qt thread only."""
    _first_weekday[0] = choice if isinstance(choice, int) and 0 <= choice <= 6 else None


def first_weekday() -> int:
    """The day that weeks begin with, 0 for Monday."""
    chosen = _first_weekday[0]
    return QLocale().firstDayOfWeek().value - 1 if chosen is None else chosen


def twelve_hours() -> bool:
    """Whether hours are counted to twelve."""
    if _clock[0] in {Clock.TWELVE, Clock.TWENTY_FOUR}:
        return _clock[0] == Clock.TWELVE
    return "a" in QLocale().timeFormat(QLocale.FormatType.ShortFormat).lower()


def time_format(*, seconds: bool = False) -> str:
    """How a time is written, in Qt's letters."""
    tail = ":ss" if seconds else ""
    return f"h:mm{tail} AP" if twelve_hours() else f"HH:mm{tail}"


def day_text(label: date, *, year: bool = False) -> str:
    """A date with its weekday: ``Thu 19 Nov``, and the year where it could be another one."""
    pattern = "ddd d MMM yyyy" if year else "ddd d MMM"
    return QLocale().toString(QDate(label.year, label.month, label.day), pattern)


def day_long(label: date) -> str:
    """``Thursday, 19 November 2026`` as the locale writes it."""
    return QLocale().toString(QDate(label.year, label.month, label.day), QLocale.FormatType.LongFormat)


def when(instant: datetime, now: datetime, zone_name: str) -> str:
    """``22:14`` today, ``yesterday 22:14``, ``tomorrow 06:00``, ``Mon 22:14`` within six days, else ``3 Nov 22:14``."""
    label = instant.astimezone(zone(zone_name)).date()
    days = (label - now.astimezone(zone(zone_name)).date()).days
    at = clock(instant, zone_name)
    if days == 0:
        return at
    if days == -1:
        return f"{tr('yesterday')} {at}"
    if days == 1:
        return f"{tr('tomorrow')} {at}"
    day = QDate(label.year, label.month, label.day)
    pattern = "ddd" if abs(days) < 7 else "d MMM" if abs(days) < 300 else "d MMM yyyy"
    return f"{QLocale().toString(day, pattern)} {at}"


def span(length: timedelta) -> str:
    """``45 s``, ``4 min``, ``1 h 42 min``, ``3 days``; rounded up, so that it never promises less than there is."""
    seconds = max(0, math.ceil(length.total_seconds()))
    if seconds < 60:
        return tr("{0} s").format(seconds)
    minutes = math.ceil(seconds / 60)
    if minutes < 60:
        return tr("{0} min").format(minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return tr("{0} h {1} min").format(hours, rest) if rest else tr("{0} h").format(hours)
    return tr("{0} days").format(hours // 24)


def ago(instant: datetime, now: datetime) -> str:
    """``just now``, ``4 min ago``, ``3 h ago``, ``2 days ago``; rounded down."""
    seconds = (now - instant).total_seconds()
    if seconds < 60:
        return tr("just now")
    if seconds < 3600:
        return tr("{0} min ago").format(int(seconds // 60))
    if seconds < 48 * 3600:
        return tr("{0} h ago").format(int(seconds // 3600))
    return tr("{0} days ago").format(int(seconds // 86400))


def plural(count: int, one: str, many: str) -> str:
    """``1 day``, ``12 days``: the word that fits the number, already in the person's language."""
    return (one if count == 1 else many).format(count)


def state_of(today: Today) -> State:
    """The one state that colours bar, rail, tray and edge: the verdict if there is one, else how the day stands."""
    if today.outcome:
        return _OUTCOMES[today.outcome]
    # Survival stays AT RISK, as no verdict has fallen; the colour is red, for a mock is not booked in the last minute.
    return State.FAILED if mocks_short(today) is not None else _STATES[today.standing]


def mocks_short(today: Today) -> ClauseView | None:
    """The mocks clause while the day runs with too few booked ahead: it turns the cockpit red."""
    if today.outcome or today.standing is not Standing.AT_RISK:
        return None
    return next((clause for clause in today.missing if clause.kind is ClauseKind.MOCKS), None)


def state_word(today: Today) -> str:
    """The word that goes with :func:`state_of`: red before the deadline says no verdict, but what is not booked."""
    mocks = mocks_short(today)
    if mocks is None:
        return state_of(today).word
    return tr("FEW MOCKS AHEAD") if mocks.count else tr("NO MOCK AHEAD")


def outcome_state(word: str) -> State | None:
    """The state of a judged, held or open day; None for an open one."""
    return _OUTCOMES.get(word)


def clause_state(clause: ClauseView, *, closed: bool) -> tuple[State, str]:
    """A clause's state and the card's own word for it.

    Red is kept for what can no longer be mended, and for mocks: none ahead turns the cockpit red.
    """
    mocks = clause.kind is ClauseKind.MOCKS
    if clause.state is ClauseState.MET:
        return State.SAFE, tr("Covered") if mocks else tr("Met")
    if clause.state is ClauseState.UNKNOWN:
        return State.UNKNOWN, tr("Unknown")
    if not clause.due:
        return State.REST, tr("Not due yet")
    if closed:
        return State.FAILED, tr("Missed")
    if mocks:
        return State.FAILED, tr("Too few ahead") if clause.count else tr("None ahead")
    return State.AT_RISK, tr("Behind") if clause.count else tr("Missing")


def count_text(clause: ClauseView) -> str:
    """``2/5``, or ``2+/5`` where there may be more than is proved."""
    return f"{count_word(clause)}/{clause.target}"


def count_word(clause: ClauseView) -> str:
    """``2``, ``2+`` where there may be more than is proved, ``?`` where nothing is known at all."""
    if clause.state is ClauseState.UNKNOWN and not clause.count:
        return "?"
    return f"{clause.count}{'+' if clause.at_least else ''}"


def next_rung(today: Today, now: datetime) -> RungView | None:
    """The rung that would fire next, if the day is still open."""
    coming = (rung for rung in today.rungs if rung.state == "coming" and rung.due > now)
    return None if today.outcome else min(coming, key=lambda rung: rung.due, default=None)


def source_name(source: str) -> str:
    """What a truth source calls itself."""
    return _HOSTS.get(source, source)


def origin_words(source: SourceView) -> str:
    """Where an answer came from: the host, marked where it is not the service itself."""
    host = source.origin.partition("://")[2].partition("/")[0] or source.origin or source.name
    return host if source.official else tr("stand-in, not {0}").format(source_name(source.source))


def exit_tone(code: int | None) -> Tone:
    """How an exit code reads in the log and the prompt."""
    if code is None or code == 69:
        return Tone.UNKNOWN
    return Tone.GOOD if code == 0 else Tone.BAD
