"""Targets in words: platforms, stages, days to come and days gone, said the same on board, table and target page."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.ui import format as words
from exitzero.ui.theme import State, Tone
from exitzero.work.outreach.views import STAGE_TITLES, TargetView

PLATFORM_TITLES = {
    "": "Not said",
    "linkedin": "LinkedIn",
    "email": "E-mail",
    "x": "X",
    "wellfound": "Wellfound",
    "github": "GitHub",
    "discord": "Discord",
    "slack": "Slack",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "portal": "Job portal",
    "other": "Other",
}
"""Every platform by the word it is kept under, in the order of the forms."""

EVENT_TITLES = {
    "added": "Added",
    "stage": "Stage",
    "note": "Note",
    "proof": "Proved",
    "mail": "Sent mail",
    "reply": "Reply",
    "follow_up": "Follow-up",
    "edited": "Changed",
}
"""The kinds of a target's history."""


def tr(text: str) -> str:
    """The words in the person's language."""
    return QCoreApplication.translate("outreach", text)


def platform_title(key: str) -> str:
    """What a platform calls itself; a word that is none of ours stays as it is."""
    return tr(PLATFORM_TITLES.get(key, key)) if key in PLATFORM_TITLES else key


def stage_title(key: str) -> str:
    """What a column of the board is called."""
    return tr(STAGE_TITLES.get(key, key))


def kind_title(key: str) -> str:
    """Person or company."""
    return tr("Company") if key == "company" else tr("Person")


def role_line(target: TargetView) -> str:
    """Role and company in one line; a company without a role says that it is one."""
    parts = [part for part in (target.role, target.company if target.company != target.name else "") if part]
    if not parts and target.kind == "company":
        return tr("Company")
    return " · ".join(parts)


def short_day(day: date, today: date) -> str:
    """A day in few letters: ``today``, ``tomorrow``, ``Fri`` within six days, else ``24 Nov``."""
    days = (day - today).days
    near = {0: tr("today"), 1: tr("tomorrow"), -1: tr("yesterday")}
    if days in near:
        return near[days]
    pattern = "ddd" if abs(days) < 7 else "d MMM" if abs(days) < 300 else "d MMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def due_words(target: TargetView, today: date, *, short: bool = False) -> str:
    """When the next contact is due: ``due today``, ``4 days overdue``, ``next Fri``; empty for none."""
    if target.follow_up is None:
        return ""
    days = (today - target.follow_up).days
    if days > 0 and short:
        return tr("{0} d overdue").format(days)
    if days > 0:
        return words.plural(days, tr("{0} day overdue"), tr("{0} days overdue"))
    if days == 0:
        return tr("due today")
    if days == -1:
        return tr("tomorrow")
    return tr("next {0}").format(short_day(target.follow_up, today))


def contact_words(target: TargetView, now: datetime, zone: str) -> tuple[str, Tone, State | None]:
    """The last thing that happened between the two, what it means, and its shape."""
    today = words.local(now, zone).date()
    if target.stage == "rejected":
        return tr("closed {0}").format(short_day(words.local(target.stage_at, zone).date(), today)), Tone.DIM, None
    if target.reply_at is not None and (target.proved_at is None or target.reply_at >= target.proved_at):
        return tr("replied {0}").format(_at(target.reply_at, now, zone)), Tone.INFO, None
    if target.proved_at is not None:
        fresh = words.local(target.proved_at, zone).date() == today
        told = tr("proved {0}").format(_at(target.proved_at, now, zone))
        return told, Tone.GOOD if fresh else Tone.DIM, State.SAFE if fresh else None
    return tr("not contacted"), Tone.DIM, None


def spoken(target: TargetView, now: datetime, zone: str) -> str:
    """A card as a screen reader says it."""
    today = words.local(now, zone).date()
    parts = [target.name, role_line(target), platform_title(target.platform) if target.platform else ""]
    parts += [", ".join(target.tags), contact_words(target, now, zone)[0], due_words(target, today)]
    return ", ".join(part for part in parts if part)


def said(error: Exception, otherwise: str = "") -> tuple[str, str]:
    """A failure as title and advice; a fault of our own is only named, its details are in the log."""
    if isinstance(error, OutsideTrouble):
        return error.title, error.advice
    if isinstance(error, BadInput):
        return error.message, ""
    if isinstance(error, ExitZeroError):
        return str(error), ""
    return otherwise or tr("It could not be done."), tr("The details are in the log.")


def _at(instant: datetime, now: datetime, zone: str) -> str:
    here, today = words.local(instant, zone), words.local(now, zone).date()
    if here.date() == today:
        return words.clock(instant, zone)
    return short_day(here.date(), today)
