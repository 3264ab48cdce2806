"""Contracts, changes and amounts in words, for the pages that tell of them; times and dates come from ``ui.format``.

A day is shown in the zone that it was pinned to; what belongs to no day is shown in the zone of this machine.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import Blocking
from exitzero.core.contract import (
    EVERY_WEEKDAY,
    SENT_MAIL,
    Change,
    Clause,
    Direction,
    Terms,
    counting_words,
    target_words,
)
from exitzero.core.stakes import Stakes
from exitzero.core.words import ClauseKind, ClauseState, Quota
from exitzero.ui.format import day_text, hour_text, local, outcome_state, source_name
from exitzero.ui.link import Link
from exitzero.ui.theme import State, Tone

MINUS = "−"


_SHOWN_REST_DAYS = 5
_OUTCOME_WORDS = {
    "success": "Success",
    "failed": "Failed",
    "rest": "Rest",
    "excused": "Excused",
    "unproved": "Unproved",
    "held": "Waits for proof",
}


def own_zone(link: Link) -> str:
    """Whose hours a page without a day of its own is told in: today's, else this machine's."""
    today = link.watch.today
    return today.zone if today is not None else link.machine_zone()


def time_text(at: datetime, zone: str = "", *, seconds: bool = False) -> str:
    """An instant's time of day in the zone."""
    return hour_text(local(at, zone), seconds=seconds)


def stamp(at: datetime, zone: str = "", *, seconds: bool = False, year: bool = False) -> str:
    """Date and time of an instant: ``Thu 19 Nov 22:14``."""
    here = local(at, zone)
    return f"{day_text(here.date(), year=year)} {hour_text(here, seconds=seconds)}"


def utc_text(at: datetime) -> str:
    """The instant as the source counts it: ``19 Nov 16:44 UTC``, always on 24 hours."""
    there = at.astimezone(ZoneInfo("UTC"))
    return f"{QLocale().toString(QDate(there.year, there.month, there.day), 'd MMM')} {there:%H:%M:%S}"


def minutes_text(minutes: int) -> str:
    """A length of time: ``3 h 59 min``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} min")
    return " ".join(parts)


def signed(amount: int) -> str:
    """An amount with its sign, zero without one."""
    return f"+{amount}" if amount > 0 else f"{MINUS}{-amount}" if amount else "0"


def number(value: int) -> str:
    """A number in groups of three, by locale."""
    text = QLocale().toString(value)
    return text.replace("-", MINUS)


def zone_text(zone: str) -> str:
    """A time zone's name, or what an empty one means."""
    return zone or QCoreApplication.translate("Wording", "this machine's time zone")


def weekdays_text(weekdays: frozenset[int]) -> str:
    """Which weekdays: every day, Monday to Friday, or their names."""
    if weekdays == EVERY_WEEKDAY:
        return QCoreApplication.translate("Wording", "every day")
    if weekdays == frozenset(range(5)):
        return QCoreApplication.translate("Wording", "Monday to Friday")
    locale = QLocale()
    return ", ".join(locale.dayName(day + 1, QLocale.FormatType.ShortFormat) for day in sorted(weekdays))


def clause_text(clause: Clause) -> str:
    """One clause as a sentence's worth of words."""
    days = weekdays_text(clause.weekdays)
    parts = [target_words(clause)]
    if days != weekdays_text(EVERY_WEEKDAY):
        parts.append(days)
    if clause.kind is ClauseKind.LEETCODE:
        parts.append(counting_words(clause.counting))
    return ", ".join(parts)


def terms_rows(terms: Terms, today: date) -> tuple[tuple[str, str], ...]:
    """A contract as pairs of name and words, the way every page lists it; rest days from ``today`` on."""
    tr = QCoreApplication.translate
    rows = [(clause.kind.heading, clause_text(clause)) for clause in terms.clauses]
    rows += [row for clause in terms.clauses for row in _proof_row(clause)]
    hours = terms.hours
    due = tr("Wording", "due {0}").format(hour_text(hours.deadline))
    if hours.deadline_minutes >= 24 * 60:
        due = tr("Wording", "{0} the next day").format(due)
    rows.append(
        (
            tr("Wording", "Day"),
            tr("Wording", "starts {0}, {1}").format(hour_text(hours.starts), due),
        )
    )
    rows.append((tr("Wording", "Time zone"), zone_text(terms.zone)))
    if any(clause.quota is Quota.WEEKLY for clause in terms.clauses):
        name = QLocale().dayName(terms.week_starts + 1)
        rows.append((tr("Wording", "Week"), tr("Wording", "starts on {0}").format(name)))
    rungs = [f"{rung.name} {rung_clock(terms, rung.minutes_before)}" for rung in terms.rungs]
    rows.append((tr("Wording", "Ladder"), ", ".join(rungs) or tr("Wording", "no rung")))
    rows.append((tr("Wording", "A failed day costs"), tr("Wording", "{0} coins").format(terms.burn)))
    rows += _stake_rows(terms.stakes)
    rows += _lockdown_rows(terms.blocking)
    coming = sorted(day for day in terms.rest_days if day >= today)
    if coming:
        shown = ", ".join(day_text(day, year=day.year != today.year) for day in coming[:_SHOWN_REST_DAYS])
        more = len(coming) - _SHOWN_REST_DAYS
        rows.append(
            (tr("Wording", "Rest days"), shown + tr("Wording", " and {0} more").format(more) if more > 0 else shown)
        )
    return tuple(rows)


def _proof_row(clause: Clause) -> list[tuple[str, str]]:
    """Whose word counts for a clause, where there is a choice."""
    tr = QCoreApplication.translate
    if clause.kind is ClauseKind.OUTREACH:
        told = tr("Wording", "by proofs logged here")
        if clause.source == SENT_MAIL:
            told = tr("Wording", "by proofs, and mail sent from {0} about {1}").format(
                clause.subject, ", ".join(sorted(clause.words))
            )
        return [(tr("Wording", "Outreach counts"), told)]
    if not clause.subject:
        return []
    name = tr("Wording", "{0} account").format(clause.kind.heading)
    return [(name, tr("Wording", "{0} at {1}").format(clause.subject, source_name(clause.source)))]


def _stake_rows(stakes: Stakes) -> list[tuple[str, str]]:
    """What is armed beside coins; what is off is not listed."""
    tr = QCoreApplication.translate
    rows = []
    if stakes.channels:
        rows.append((tr("Wording", "Shame post"), ", ".join(sorted(stakes.channels))))
    if stakes.goal:
        rows.append((tr("Wording", "Beeminder"), stakes.goal))
    if stakes.charge_cents:
        words = tr("Wording", "{0}, at most {1} a month")
        charge, ceiling = f"${stakes.charge_cents / 100:.2f}", f"${stakes.ceiling_cents / 100:.2f}"
        rows.append((tr("Wording", "Charge"), words.format(charge, ceiling)))
    if stakes.alarm:
        rows.append((tr("Wording", "Alarm"), tr("Wording", "level {0}").format(stakes.alarm)))
    if stakes.hook:
        rows.append((tr("Wording", "Own program"), tr("Wording", "runs")))
    if stakes.growing:
        rows.append((tr("Wording", "Growing stakes"), tr("Wording", "on")))
    if stakes.channels or stakes.charge_cents or stakes.hook:
        rows.append((tr("Wording", "Appeal"), minutes_text(stakes.appeal_minutes)))
    return rows


def _lockdown_rows(blocking: Blocking) -> list[tuple[str, str]]:
    """Which sites are locked, and what locks them; nothing where none is chosen."""
    tr = QCoreApplication.translate
    if not blocking.groups and not blocking.sites:
        return []
    shipped = lockdown_sites.groups()
    sites = [shipped[name].title if name in shipped else name for name in sorted(blocking.groups)]
    if blocking.sites:
        own = len(blocking.sites)
        words = tr("Wording", "1 site of your own") if own == 1 else tr("Wording", "{0} sites of your own").format(own)
        sites.append(words)
    causes = [tr("Wording", "a failed day")] if blocking.failed else []
    causes += [tr("Wording", "no mock ahead")] if blocking.no_mocks else []
    causes += [tr("Wording", "missing work from {0} on").format(blocking.rung)] if blocking.rung else []
    causes += [window.words for window in sorted(blocking.windows)]
    return [
        (tr("Wording", "Lockdown"), ", ".join(sites)),
        (tr("Wording", "Locked by"), ", ".join(causes) or tr("Wording", "your own hand only")),
    ]


def rung_clock(terms: Terms, minutes_before: int) -> str:
    """When a rung fires on the wall clock, if the day has 24 hours."""
    return hour_text(rung_time(terms.hours.deadline, minutes_before))


def rung_time(deadline: time, minutes_before: int) -> time:
    """The wall-clock time that lies ``minutes_before`` a deadline."""
    minutes = (deadline.hour * 60 + deadline.minute - minutes_before) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def change_sign(change: Change) -> tuple[str, Tone, str]:
    """Sign, tone and word of a change's direction."""
    tr = QCoreApplication.translate
    return {
        Direction.TIGHTER: ("▲", Tone.GOOD, tr("Wording", "tighter")),
        Direction.NEUTRAL: ("→", Tone.INFO, tr("Wording", "neither")),
        Direction.LOOSER: ("▼", Tone.WARN, tr("Wording", "looser")),
    }[change.direction]


def when_text(effective: date, today: date) -> str:
    """From when something holds, counted from today."""
    tr = QCoreApplication.translate
    ahead = (effective - today) // timedelta(days=1)
    if ahead <= 0:
        return tr("Wording", "today")
    if ahead == 1:
        return tr("Wording", "tomorrow, {0}").format(day_text(effective))
    return tr("Wording", "in {0} days, {1}").format(ahead, day_text(effective))


def day_state(state: str, exit_code: int | None) -> tuple[State, str]:
    """How a day ended as shape and word; one that is running is told by the code it would exit with now."""
    judged = outcome_state(state)
    if judged is not None:
        return judged, QCoreApplication.translate("Wording", _OUTCOME_WORDS[state])
    running = QCoreApplication.translate("Wording", "Running")
    if exit_code is None or exit_code >= 64:
        return State.UNKNOWN, running
    return (State.SAFE if exit_code == 0 else State.AT_RISK), running


def clause_state(state: ClauseState, *, over: bool, due: bool = True) -> tuple[State, str]:
    """A clause's state as shape and word; ``over`` says that its day has ended."""
    tr = QCoreApplication.translate
    if state is ClauseState.MET:
        return State.SAFE, tr("Wording", "Met")
    if state is ClauseState.UNKNOWN:
        return State.UNKNOWN, tr("Wording", "Unknown")
    if not due:
        return State.REST, tr("Wording", "Not due yet")
    return (State.FAILED if over else State.AT_RISK), tr("Wording", "Not met") if over else tr("Wording", "Missing")
