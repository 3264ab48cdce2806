"""A hunt to act in: a database of a test's own, the running day, and short ways to add, ask and prove."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from exitzero.core.contract import SENT_MAIL
from exitzero.core.facts import ObservationRecorded
from exitzero.core.observation import Observation
from exitzero.store.database import Database
from exitzero.work.outreach.actions import OutreachActions
from exitzero.work.outreach.questions import OutreachQuestions
from exitzero.work.outreach.rules import Frame
from exitzero.work.outreach.views import PictureCheck, TargetEdit, TargetPage

T = TypeVar("T")

LABEL = date(2026, 6, 10)
MORNING = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
FRAME = Frame(
    label=LABEL,
    zone="Europe/Berlin",
    starts=datetime(2026, 6, 9, 22, 0, tzinfo=UTC),
    closes=datetime(2026, 6, 10, 20, 0, tzinfo=UTC),
    ends=datetime(2026, 6, 10, 22, 0, tzinfo=UTC),
    target=5,
)
"""A day in Berlin whose work is due at 22:00."""

LINK = "https://www.linkedin.com/messaging/thread/2-{}/"


def thread(number: int) -> str:
    """A link to a conversation at LinkedIn."""
    return LINK.format(f"NjY0YWE5{number:04}YmVhZA==")


class Hunt:
    """One person's hunt. ``now`` and ``frame`` are what the test says they are."""

    def __init__(self, path: Path) -> None:
        self.now = MORNING
        self.frame = FRAME
        self.database = Database(path, lambda: self.now)

    def do(self, action: Callable[[OutreachActions], T]) -> T:
        """Act, and wait for it."""
        return self.database.write(lambda unit: action(OutreachActions(unit, lambda: self.frame))).result()

    def ask(self, question: Callable[[OutreachQuestions], T]) -> T:
        """Ask, and wait for the answer."""
        return self.database.read(
            lambda session: question(OutreachQuestions(session, self.now, lambda: self.frame))
        ).result()

    def add(self, name: str, **more: object) -> int:
        """A target by its form; gives its number."""
        edit = TargetEdit(name=name, **more)  # type: ignore[arg-type]
        return self.do(lambda actions: actions.add(edit))

    def page(self, target: int) -> TargetPage:
        """Everything about a target."""
        found = self.ask(lambda questions: questions.target(target))
        assert found is not None, f"target {target} is gone"
        return found

    def prove(self, target: int, number: int) -> str:
        """Log a conversation of that number; gives the proof's key."""
        return self.do(lambda actions: actions.log_link(target, thread(number))).key

    def days_later(self, days: int) -> None:
        """It is that many days later, at the same hour."""
        by = timedelta(days=days)
        starts, closes, ends = self.frame.starts, self.frame.closes, self.frame.ends
        assert starts is not None
        assert closes is not None
        assert ends is not None
        self.now += by
        self.frame = replace(
            self.frame, label=self.frame.label + by, starts=starts + by, closes=closes + by, ends=ends + by
        )

    def mail(self, key: str, to: str, subject: str = "Application", at: datetime | None = None) -> Observation:
        """A mail that the mailbox shows; it is written down as the engine does."""
        seen = Observation(SENT_MAIL, "ada@example.com", key, at or self.now - timedelta(minutes=5), to, subject)
        self.database.write(lambda unit: unit.record(ObservationRecorded(seen, "", True))).result()
        return seen

    def names(self, stage: str = "") -> list[str]:
        """The cards of a column, or of all columns."""
        board = self.ask(lambda questions: questions.board())
        return [card.name for column in board.columns for card in column.cards if stage in {"", column.stage}]


def picture(number: int, *, taken_at: datetime | None = None) -> PictureCheck:
    """A screenshot that was looked at and is like no other."""
    return PictureCheck(f"{number:064x}", f"{number:032x}", 1280, 800, taken_at)
