"""What can be asked about mock interviews and calendars; frozen records of one consistent state."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from exitzero.work.mocks.views import CalendarSpan, FeedView, MockPage, MocksToday, RulePreview, Trend


class MockQuestions:
    """The questions of one reading. ``now`` is the reckoned time, ``zone`` this machine's."""

    def __init__(self, session: Session, now: datetime, *, zone: str = "UTC") -> None:
        self._session = session
        self._now = now
        self._zone = zone

    @property
    def zone(self) -> str:
        """The zone that days are cut in: the contract's, else this machine's."""
        raise NotImplementedError

    def span(self, first: date, last: date) -> CalendarSpan:
        """The mocks and other events of some days, both ends inside."""
        raise NotImplementedError

    def agenda(self, days: int = 30) -> CalendarSpan:
        """What comes from today on."""
        raise NotImplementedError

    def page(self, uid: str) -> MockPage | None:
        """Everything about one mock."""
        raise NotImplementedError

    def conflicts(self, starts: datetime, ends: datetime, uid: str = "") -> tuple[str, ...]:
        """What overlaps a time; ``uid`` is the mock that is being changed itself."""
        raise NotImplementedError

    def today(self) -> MocksToday:
        """The clause, the next mock and what waits for an answer."""
        raise NotImplementedError

    def feeds(self) -> tuple[FeedView, ...]:
        """The connected calendars."""
        raise NotImplementedError

    def preview_rule(self, calendar: str, rule: Mapping[str, str]) -> RulePreview:
        """What a rule would take among the known events of a calendar. Raises :class:`BadInput` on ``rule``."""
        raise NotImplementedError

    def score_rows(self) -> tuple[str, ...]:
        """The rows of the score sheet, the person's own last."""
        raise NotImplementedError

    def trend(self) -> Trend:
        """The scores over time."""
        raise NotImplementedError

    def export_csv(self) -> str:
        """Every mock with outcome and scores as a table for spreadsheets."""
        raise NotImplementedError
