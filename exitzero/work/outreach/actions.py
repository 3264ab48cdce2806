"""What the person can do in the outreach: each action one transaction, refused with a reason at the field."""

from collections.abc import Callable, Sequence
from datetime import date

from exitzero.core.observation import Observation
from exitzero.store.database import Unit
from exitzero.work.outreach import views
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.rules import Frame


class OutreachActions:
    """The actions of one piece of work. ``frame`` gives the running day and its outreach clause."""

    def __init__(self, unit: Unit, frame: Callable[[], Frame]) -> None:
        self._unit = unit
        self._frame = frame

    def add(self, edit: views.TargetEdit) -> int:
        """Add a target from its form; gives its number. Raises :class:`BadInput` at the field."""
        raise NotImplementedError

    def change(self, edit: views.TargetEdit) -> None:
        """Change the target ``edit.id`` to what the form says. Raises :class:`BadInput` at the field."""
        raise NotImplementedError

    def quick(self, line: str) -> int:
        """Add a target from one line; gives its number. Raises :class:`BadInput` at the field."""
        raise NotImplementedError

    def add_draft(self, draft: Draft) -> int:
        """Add a target that was read from somewhere; gives its number."""
        raise NotImplementedError

    def import_(self, drafts: Sequence[Draft], words: str) -> int:
        """Add many targets at once, taken back by one *Undo* that ``words`` name; gives how many."""
        raise NotImplementedError

    def move(self, target: int, stage: str, before: int | None = None) -> None:
        """Put a target into a stage, in front of the target ``before`` of that column (``None``: at its end)."""
        raise NotImplementedError

    def bulk(self, targets: Sequence[int], edit: views.BulkEdit) -> int:
        """Change many targets alike, as one step; gives how many there were."""
        raise NotImplementedError

    def archive(self, target: int, archived: bool = True) -> None:
        """Put a target out of sight, or back."""
        raise NotImplementedError

    def delete(self, target: int) -> None:
        """Delete a target with its history; what was proved stays proved."""
        raise NotImplementedError

    def note(self, target: int, text: str) -> None:
        """Write a line into a target's history."""
        raise NotImplementedError

    def set_follow_up(self, target: int, day: date | None) -> None:
        """Set the day of the next contact, or none."""
        raise NotImplementedError

    def snooze(self, target: int, days: int) -> None:
        """Put the next contact off, counted from today."""
        raise NotImplementedError

    def set_cadence(self, target: int, days: Sequence[int]) -> None:
        """Give a target days of its own between follow-ups; none for the usual ones."""
        raise NotImplementedError

    def save_view(self, view: views.SavedView) -> None:
        """Keep a filter under a name; one of the same name is replaced."""
        raise NotImplementedError

    def delete_view(self, name: str) -> None:
        """Forget a kept filter."""
        raise NotImplementedError

    def undo(self) -> str:
        """Take the last step back; gives its words, empty if there was none."""
        raise NotImplementedError

    def redo(self) -> str:
        """Do the step again that was taken back last; gives its words, empty if there was none."""
        raise NotImplementedError

    def log_link(self, target: int, text: str) -> views.ProofView:
        """Prove an outreach by a link to the message. Raises :class:`BadInput` on ``proof``."""
        raise NotImplementedError

    def log_picture(self, target: int, checked: views.PictureCheck, platform: str = "") -> views.ProofView:
        """Prove an outreach by a picture that was looked at; pages call ``engine.proofs.log_picture`` instead."""
        raise NotImplementedError

    def log_mail(self, target: int, mail: Observation) -> views.ProofView:
        """Prove an outreach by a mail that the mailbox showed; pages call ``engine.proofs.log_mail`` instead."""
        raise NotImplementedError

    def withdraw(self, key: str) -> None:
        """Take back a proof of today. Raises :class:`BadInput` on ``proof``."""
        raise NotImplementedError

    def link_mail(self, message_id: str, target: int | None) -> None:
        """Say to which target a sent mail belongs; ``None``: to none."""
        raise NotImplementedError

    def create_target_from_mail(self, message_id: str) -> int:
        """Make a target of a sent mail's recipient, with that mail in its history; gives its number."""
        raise NotImplementedError

    def reply(self, message_id: str, move: bool) -> None:
        """Answer whether a reply that was seen moves its target to *replied*; asked once."""
        raise NotImplementedError
