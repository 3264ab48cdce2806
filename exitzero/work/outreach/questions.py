"""What the pages of the outreach can ask: board, table, a target, today, insights; each gives frozen records."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from exitzero.work.outreach import views
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.rules import Frame


class OutreachQuestions:
    """The questions of one reading. ``frame`` gives the running day and its outreach clause, and is asked when needed."""

    def __init__(self, session: Session, now: datetime, frame: Callable[[], Frame]) -> None:
        self._session = session
        self._now = now
        self._frame = frame

    def board(self, text: str = "", *, most: int = 50, archived: bool = False) -> views.Board:
        """The columns with their first ``most`` cards, those whose text holds every word of ``text``."""
        raise NotImplementedError

    def column(self, stage: str, text: str = "", *, first: int = 0, most: int = 50) -> views.Column:
        """More cards of one column, from ``first`` on."""
        raise NotImplementedError

    def table(self, wanted: views.Filter, first: int = 0, count: int = 100) -> views.TablePage:
        """Rows of the table."""
        raise NotImplementedError

    def ids(self, wanted: views.Filter) -> tuple[int, ...]:
        """Every target that a filter shows, for *select all*."""
        raise NotImplementedError

    def facets(self) -> views.Facets:
        """What can be chosen in filters and forms."""
        raise NotImplementedError

    def target(self, target: int) -> views.TargetPage | None:
        """Everything about a target; ``None`` if there is none of that number."""
        raise NotImplementedError

    def find(self, text: str, most: int = 20) -> tuple[views.TargetView, ...]:
        """The targets that a few letters mean, best first; for quick pickers."""
        raise NotImplementedError

    def today(self) -> views.OutreachToday:
        """Today's quota, proofs, mails, what is due and the replies to ask about."""
        raise NotImplementedError

    def proofs(self, label: date) -> tuple[views.ProofView, ...]:
        """The proofs logged on a day, newest first."""
        raise NotImplementedError

    def due(self, most: int = 200) -> tuple[views.TargetView, ...]:
        """The targets whose follow-up is due by today, longest overdue first."""
        raise NotImplementedError

    def saved_views(self) -> tuple[views.SavedView, ...]:
        """The filters that were kept under a name."""
        raise NotImplementedError

    def insights(self) -> views.Insights:
        """The hunt in figures."""
        raise NotImplementedError

    def drafts(self, wanted: views.Filter | None = None) -> tuple[Draft, ...]:
        """The targets of a filter (``None``: all) as drafts, for export and for finding duplicates."""
        raise NotImplementedError

    def check_link(self, text: str) -> views.LinkCheck:
        """What a pasted link would prove. Raises :class:`BadInput` on ``proof`` with what to paste instead."""
        raise NotImplementedError

    def mailboxes(self) -> tuple[views.MailboxView, ...]:
        """The connected mailboxes."""
        raise NotImplementedError

    def undo_words(self) -> str:
        """What *Undo* would take back; empty for nothing."""
        raise NotImplementedError

    def redo_words(self) -> str:
        """What *Redo* would do again; empty for nothing."""
        raise NotImplementedError
