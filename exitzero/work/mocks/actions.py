"""What the person can do with mock interviews: booked, moved, taken out, answered for; refused at the field."""

from collections.abc import Sequence
from datetime import datetime

from exitzero.store.database import Unit
from exitzero.work.mocks.views import MockEdit, Outcome


class MockActions:
    """The actions of one piece of work. Every method raises :class:`BadInput` at the field of the form."""

    def __init__(self, unit: Unit, zone: str) -> None:
        self._unit = unit
        self._zone = zone

    def book(self, edit: MockEdit, *, only_record: bool = False) -> str:
        """Book a mock; gives its uid. ``only_record`` writes down one that is over already, which never counts."""
        raise NotImplementedError

    def change(self, edit: MockEdit) -> None:
        """Change a mock, also its time. One that a read-only calendar brought keeps the time that stands there."""
        raise NotImplementedError

    def move(self, uid: str, starts: datetime, ends: datetime) -> None:
        """Move a mock to another time, also one that is over and was not sat: it is booked again then."""
        raise NotImplementedError

    def cancel(self, uid: str) -> None:
        """Take a mock out of the calendar; the record stays, and the journal says so."""
        raise NotImplementedError

    def answer(self, outcome: Outcome) -> None:
        """Say how it was. An answer can be put right later; every answer stands in the journal."""
        raise NotImplementedError

    def check(self, uid: str, item: int, done: bool) -> None:
        """Tick an item of the preparation, counted from 0, or take the tick away."""
        raise NotImplementedError

    def snooze(self, uid: str, minutes: int, *, again_in: int = 10) -> None:
        """Put the reminder ``minutes`` before the start off by ``again_in`` minutes."""
        raise NotImplementedError

    def set_score_rows(self, rows: Sequence[str]) -> None:
        """The person's own rows of the score sheet, after the usual ones."""
        raise NotImplementedError

    def undo(self) -> str:
        """Take the last of these back; gives what it was. A booking that is taken back still leaves its facts."""
        raise NotImplementedError
