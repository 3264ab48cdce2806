"""Mock interviews in a life: a contract that owes one, forms filled in, rounds that keep calendars and reminders."""

from datetime import datetime, timedelta
from typing import Any

from exitzero.core.contract import CALENDAR, Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.engine.questions import Questions
from exitzero.work.mocks.views import FeedView, MockEdit, MockPage, MocksToday, Outcome
from tests.engine.kit import BERLIN, HOUR, Life

MOCKS = Terms(clauses=(Clause(ClauseKind.MOCKS, 1, source=CALENDAR),), zone=BERLIN)


def edit(starts: datetime, **values: Any) -> MockEdit:
    """A form for an hour at ``starts``."""
    given: dict[str, Any] = {"zone": BERLIN, "title": "Graphs", "ends": starts + HOUR} | values
    return MockEdit(starts=starts, **given)


def book(life: Life, starts: datetime, **values: Any) -> str:
    """Book an hour at ``starts``; gives its uid."""
    return life.do(lambda actions: actions.mocks.book(edit(starts, **values)))


def answer(life: Life, uid: str, outcome: str, **values: Any) -> None:
    """Say how it was."""
    life.do(lambda actions: actions.mocks.answer(Outcome(uid, outcome, **values)))


def page(life: Life, uid: str) -> MockPage:
    """Everything about a mock."""
    found = life.ask(lambda questions: questions.mocks.page(uid))
    assert found is not None
    return found


def today(life: Life) -> MocksToday:
    """The clause and what is next."""
    return life.ask(_today)


def _today(questions: Questions) -> MocksToday:
    return questions.mocks.today()


def feed(life: Life) -> FeedView:
    """The only connected calendar."""
    (found,) = life.ask(lambda questions: questions.mocks.feeds())
    return found


def round_of(life: Life) -> None:
    """One round of the loop with everything that belongs to mocks."""
    life.pulse()
    life.engine.remind()
    life.engine.calendars.keep()


def pass_time(life: Life, until: datetime, every: timedelta = HOUR) -> None:
    """Live on to ``until`` with a round every so often."""
    while life.now < until:
        life.to(min(life.now + every, until))
        round_of(life)


def told(life: Life) -> list[str]:
    """The titles of the notices about mocks, in order."""
    return [notice.title for notice in life.notices if notice.kind == "mocks"]


def event(uid: str, starts: datetime, *lines: str, title: str = "Mock interview", ends: datetime | None = None) -> str:
    """An event of a calendar file."""
    stop = ends or starts + HOUR
    return "\r\n".join(
        [
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20260601T000000Z",
            f"DTSTART:{starts:%Y%m%dT%H%M%SZ}",
            f"DTEND:{stop:%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{title}",
            *lines,
            "END:VEVENT",
        ]
    )


def changed(at: datetime) -> str:
    """The line by which a calendar says when it was changed."""
    return f"LAST-MODIFIED:{at:%Y%m%dT%H%M%SZ}"


def calendar_file(*events: str) -> bytes:
    """A calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//another//EN", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()
