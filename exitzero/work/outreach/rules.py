"""The rules of the outreach that need no database: what a proof may be, when the next contact is due.

Why it exists: each rule has a reason that stands on the screen, and the same one in the command line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

CADENCE = (3, 7, 14)
"""Days until the next contact after the first, second and any further proved one that had no reply."""

LONGEST_CADENCE = 365
MOST_STEPS = 12

WAITING_STAGES = frozenset({"to_contact", "messaged"})
"""The stages in which the next contact is owed by the person; whoever replied or rejected is asked no more by itself."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The running day as the outreach needs it, made by the engine.

    ``starts`` is ``None`` before the first contract. ``told`` is the latest time that any truth source has told.
    ``mailbox`` is the address that the clause reads, empty if it reads none; ``counts`` says whether a mail with that
    subject counts for it. ``count`` and ``target`` are 0 without an outreach clause.
    """

    label: date
    zone: str
    starts: datetime | None = None
    closes: datetime | None = None
    told: datetime | None = None
    count: int = 0
    target: int = 0
    state: str = ""
    words: str = ""
    mailbox: str = ""
    mailbox_trouble: str = ""
    named: frozenset[str] = frozenset()
    counts: Callable[[str], bool] = bool
