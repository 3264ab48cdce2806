"""What a form says about a mock interview, checked at each field before anything is written."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session

from exitzero.core.errors import BadInput
from exitzero.store import tables
from exitzero.work.mocks.local import LONGEST, zone_of
from exitzero.work.mocks.record import UNTITLED
from exitzero.work.mocks.views import OUTCOMES, MockEdit, Outcome

LONGEST_LINE, LONGEST_TEXT = 300, 20_000
MOST_ITEMS = 100
MOST_REMINDERS = 10
FARTHEST_REMINDER = 20_160
"""Two weeks, in minutes."""

FARTHEST = timedelta(days=5 * 366)


def check_times(starts: datetime, ends: datetime, now: datetime) -> None:
    """Raises :class:`BadInput` for times that cannot be."""
    if ends <= starts:
        raise BadInput("ends", "It has to end after it starts.")
    if ends - starts > LONGEST:
        raise BadInput("ends", "A mock interview takes eight hours at most.")
    if abs(starts - now) > FARTHEST:
        raise BadInput("starts", "This is more than five years away.")


def check_edit(session: Session, edit: MockEdit, now: datetime) -> None:
    """Raises :class:`BadInput` at the field of the form."""
    zone_of(edit.zone)
    check_times(edit.starts, edit.ends, now)
    for field in ("title", "platform", "partner", "topic"):
        _check_line(field, getattr(edit, field))
    if not (edit.title.strip() or edit.partner.strip() or edit.platform.strip()):
        raise BadInput("title", "Say what it is: a title, a partner or a platform.")
    check_link("link", edit.link)
    if len(edit.notes) > LONGEST_TEXT:
        raise BadInput("notes", f"Notes take {LONGEST_TEXT} characters at most.")
    if len(edit.checklist) > MOST_ITEMS:
        raise BadInput("checklist", f"A checklist takes {MOST_ITEMS} items at most.")
    for words, _done in edit.checklist:
        _check_line("checklist", words)
    check_reminders(edit.reminders)
    if edit.target is not None and session.get(tables.TargetRow, edit.target) is None:
        raise BadInput("target", "This person or company is not on the board any more.")


def check_reminders(reminders: tuple[int, ...]) -> None:
    """Raises :class:`BadInput` on ``reminders``."""
    if len(reminders) > MOST_REMINDERS:
        raise BadInput("reminders", f"{MOST_REMINDERS} reminders are the most.")
    if any(not 1 <= each <= FARTHEST_REMINDER for each in reminders):
        raise BadInput("reminders", "A reminder comes between 1 minute and 14 days before.")


def check_calendar(session: Session, calendar: str) -> None:
    """Raises :class:`BadInput` on ``calendar`` unless it can be written to."""
    if not calendar:
        return
    row = session.get(tables.CalendarRow, calendar)
    if row is None:
        raise BadInput("calendar", "This calendar is not connected.")
    if not row.two_way:
        raise BadInput("calendar", f"{row.name} can only be read; book it there, or keep it here alone.")


def check_outcome(outcome: Outcome) -> None:
    """Raises :class:`BadInput` at the field of the score sheet."""
    if outcome.outcome not in OUTCOMES:
        raise BadInput("outcome", f"Say {', '.join(OUTCOMES)}.")
    check_scores(outcome.scores)
    for field in ("review", "study"):
        if len(getattr(outcome, field)) > LONGEST_TEXT:
            raise BadInput(field, f"This takes {LONGEST_TEXT} characters at most.")
    check_link("proof", outcome.proof)


def check_scores(scores: Mapping[str, int]) -> None:
    """Raises :class:`BadInput` on ``scores``."""
    for name, score in scores.items():
        _check_line("scores", name)
        if not name.strip():
            raise BadInput("scores", "A row of the score sheet needs a name.")
        if type(score) is not int or not 1 <= score <= 5:
            raise BadInput("scores", f"{name}: a score is 1 to 5.")


def check_link(field: str, link: str) -> None:
    """Raises :class:`BadInput` for a link that is not a whole https address."""
    if not link:
        return
    try:
        parts = urlsplit(link)
        is_whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or len(link) > 2_000 or any(sign <= " " for sign in link):
        raise BadInput(field, "Paste the whole link; it begins with https://")


def title_of(edit: MockEdit) -> str:
    """What the mock is called: its title, else by partner or platform."""
    if edit.title.strip():
        return edit.title.strip()
    with_whom = edit.partner.strip()
    return f"{UNTITLED} with {with_whom}" if with_whom else f"{UNTITLED}, {edit.platform.strip()}"


def _check_line(field: str, text: str) -> None:
    if len(text) > LONGEST_LINE or "\n" in text:
        raise BadInput(field, f"This is one line of {LONGEST_LINE} characters at most.")
